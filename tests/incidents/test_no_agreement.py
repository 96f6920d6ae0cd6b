"""No agreement: each side says what it thinks, a higher level decides, the act is written again."""

import uuid

import pytest
from django.db import Error, transaction

from bordercoop.errors import Invalid, NotAllowed, Refused
from contactpoints.models import Delivery
from incidents import actions
from incidents.models import ActSignature, CaseOpinion, CaseReferral, Investigation
from tests.incidents.acts import fresh

pytestmark = pytest.mark.django_db


def case_of(act):
    return Investigation.objects.get(pk=act.investigation_id)


def path(case, door, name):
    doors = {"html": f"/investigations/{case.uid}/opinions/",
             "api": f"/api/v1/investigations/{case.uid}/{name}/"}  # fmt: skip
    return doors[door]


def test_from_no_agreement_to_a_decision_and_back_to_the_act(acts):
    act = acts.ready()
    acts.sign(act, acts.lv)
    case = actions.declare_no_agreement(act.investigation, reason="Where it began.", by=acts.by)
    assert case.state == "no_agreement"
    assert ActSignature.objects.get().voided_at is not None
    assert Delivery.objects.filter(desk__code="DESK-DGP").last().card["event"] == "no_agreement"
    for by, said in ((acts.lv, "Mēs"), (acts.by, "Мы"), (acts.by, "Мы, іначай")):
        actions.state_opinion(case, texts={"lv" if by == acts.lv else "be": said}, by=by)
    made = actions.take_to_higher_level(case, level="heads", reason="Both ask.", by=acts.lv)
    assert actions.take_to_higher_level(case, level="heads", reason="x", by=acts.by) == made
    assert case_of(act).state == "higher"
    actions.settle(case, decision="Measured anew: it began at 214.", by=acts.by)
    actions.settle(case, decision="again", by=acts.lv)
    made.refresh_from_db()
    assert (made.decision, made.decided_by) == ("Measured anew: it began at 214.", acts.by)
    assert case_of(act).state == "drafted"
    acts.write(act, section="findings")
    acts.settle(case)
    for by in (acts.lv, acts.by):
        acts.sign(act, by)
    assert case_of(act).state == "signed"


def test_both_may_come_to_agree_without_a_higher_level(acts):
    act = acts.ready()
    actions.declare_no_agreement(act.investigation, reason="x", by=acts.lv)
    actions.settle(act.investigation, decision="We measured it together.", by=acts.by)
    assert case_of(act).state == "drafted"
    assert not CaseReferral.objects.exists()


def test_who_may_and_when(acts, people):
    act = acts.ready()
    case = act.investigation
    for attempt in (
        lambda: actions.state_opinion(case, texts={"lv": "x"}, by=acts.lv),
        lambda: actions.take_to_higher_level(case, level="heads", reason="x", by=acts.lv),
        lambda: actions.settle(case, decision="x", by=acts.lv),
    ):
        with pytest.raises(Refused, match="not possible"):
            attempt()
    with pytest.raises(NotAllowed):
        actions.declare_no_agreement(case, reason="x", by=people.lv_auditor)
    for reason, why in (("", "Write why"), ("a\x00", "cannot be stored"), ("x" * 9_999, "at most")):
        with pytest.raises(Invalid, match=why):
            actions.declare_no_agreement(case, reason=reason, by=acts.lv)
    actions.declare_no_agreement(case, reason="x", by=acts.lv)
    with pytest.raises(Invalid) as refusal:
        actions.state_opinion(case, texts={"xx": "y"}, by=acts.by)
    assert list(refusal.value.fields) == ["text_be"]
    with pytest.raises(Invalid, match="heads of the services"):
        actions.take_to_higher_level(case, level="moon", reason="x", by=acts.lv)
    with pytest.raises(NotAllowed):
        actions.state_opinion(case, texts={"lv": "x"}, by=people.lv_auditor)
    with pytest.raises(Refused):
        acts.sign(fresh(act), acts.lv)


def test_an_opinion_stands_and_is_stated_once(acts):
    act = acts.ready()
    actions.declare_no_agreement(act.investigation, reason="x", by=acts.lv)
    ref = uuid.uuid4()
    for _twice in range(2):
        actions.state_opinion(act.investigation, texts={"lv": "x"}, client_ref=ref, by=acts.lv)
    row = CaseOpinion.objects.get()
    for change in (
        lambda: CaseOpinion.objects.filter(pk=row.pk).update(texts={"lv": "y"}),
        lambda: CaseOpinion.objects.filter(pk=row.pk).delete(),
    ):
        with pytest.raises(Error), transaction.atomic():
            change()


def test_the_page_and_the_api_go_the_same_way(acts, signed_in, api):
    act = acts.ready()
    case = act.investigation
    browser, program = signed_in(acts.lv), api(acts.by)
    page = path(case, "html", "")
    wrong = browser.post(page, {"do": "declare", "reason": ""})
    assert wrong.status_code == 400
    assert "errsum" in wrong.content.decode()
    assert browser.post(page, {"do": "declare", "reason": "Where."}).status_code == 302
    answer = program.post(path(case, "api", "opinions"), {"texts": {"be": "Мы лічым"}})
    assert (answer.status_code, answer.json()["state"]) == (201, "no_agreement")
    assert "лічым" not in answer.content.decode()
    said = browser.get(page).content.decode()
    assert "Мы лічым" in said
    answer = browser.post(
        page, {"do": "opinion", "client_ref": str(uuid.uuid4()), "text_lv": "Mēs"}
    )
    assert answer.status_code == 302
    answer = program.post(path(case, "api", "higher"), {"level": "moon", "reason": "x"})
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    answer = program.post(path(case, "api", "higher"), {"level": "diplomatic", "reason": "x"})
    assert answer.json()["state"] == "higher"
    found = program.get(path(case, "api", "no-agreement")).json()
    assert {row["side"] for row in found["opinions"]} == {"LV", "BY"}
    assert browser.post(page, {"do": "settle", "decision": "So."}).status_code == 302
    assert case_of(act).state == "drafted"
    assert browser.post(page, {"do": "nonsense"}).status_code == 400


def test_whoever_does_not_read_the_case_finds_nothing(acts, people, signed_in, api):
    act = acts.ready()
    case = act.investigation
    for name in ("act/", "act/new/", "act/changes/", "act/sign/", "act/act.pdf", "pack.zip",
                 "opinions/"):  # fmt: skip
        address = f"/investigations/{case.uid}/{name}"
        assert signed_in(people.rix_officer).get(address).status_code == 404, name
    for name in ("act", "act/changes", "act/pdf", "pack", "no-agreement"):
        answer = api(people.rix_officer).get(f"/api/v1/investigations/{case.uid}/{name}/")
        assert answer.status_code == 404, name


def test_a_part_closed_at_a_higher_level_says_what_was_decided_and_opens_again(acts):
    act = acts.ready()
    case = actions.declare_no_agreement(act.investigation, reason="x", by=acts.lv)
    made = actions.take_to_higher_level(case, level="heads", reason="y", by=acts.lv)
    actions.close_case_part(case, ground="The heads ended it.", by=acts.lv)
    made.refresh_from_db()
    assert (made.decision, made.decided_by) == ("The heads ended it.", acts.lv)
    actions.settle(case, decision="They asked for one more look.", by=acts.by)
    assert not case.sides.exclude(closed_at=None).exists()
    acts.settle(case)
    for by in (acts.lv, acts.by):
        acts.sign(act, by)
    actions.close_case_part(case, ground="Signed.", by=acts.by)
    assert case_of(act).state == "signed"
    actions.close_case_part(case, ground="Signed.", by=acts.lv)
    assert case_of(act).state == "closed"


def test_an_opinion_with_a_reference_of_another_case_is_refused(acts):
    ref = uuid.uuid4()
    first, second = (
        actions.declare_no_agreement(acts.ready().investigation, reason="x", by=acts.lv)
        for _twice in range(2)
    )
    actions.state_opinion(first, texts={"lv": "x"}, client_ref=ref, by=acts.lv)
    with pytest.raises(Refused, match="sent before"):
        actions.state_opinion(second, texts={"lv": "x"}, client_ref=ref, by=acts.lv)
