"""The focal point: experts, requests for expertise, deployments; its page and its API."""

import uuid
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils.timezone import now

from bordercoop.errors import Invalid, NotAllowed, Refused
from contactpoints import actions
from contactpoints.access import forget_grants
from contactpoints.models import Delivery, ExpertiseRequest, FocalExpert, Role
from tests.contactpoints.focal_point import ask, days, deployment, expert, point
from tests.incidents.doors import signed_in

__all__ = ["signed_in"]
pytestmark = pytest.mark.django_db
PAGE, API = "/focal-point/", "/api/v1/focal-points/FP-AIR-MSQ/"


def test_experts_are_entered_by_the_points_own_head_once(people):
    ref = uuid.uuid4()
    one, same = (expert(people.fp_head, client_ref=ref) for _ in range(2))
    assert one.pk == same.pk
    with pytest.raises(Refused):
        expert(people.fp_head, client_ref=ref, name="Somebody else")
    for by in (people.dgp_head, people.pol_head, people.fp_duty):
        with pytest.raises(NotAllowed):
            expert(by)
    for _ in range(2):
        actions.end_expert(one, by=people.fp_head)
    assert FocalExpert.objects.get().ended_at


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": "\u200b"}, "name"), ({"name": "x" * 100_000}, "name"),
        ({"profile": "NOPE"}, "profile"), ({"languages": []}, "languages"),
        ({"languages": ["xx"]}, "languages"), ({"legal_basis": " "}, "legal_basis"),
        ({"service": "FR"}, "service"), (days(5, 2), "ends_on"), (days(-9, -2), "ends_on"),
        ({"executive_ground": "a\x00"}, "executive_ground"),
    ],
)  # fmt: skip
def test_what_cannot_be_right_is_said_at_its_field(people, wrong, field):
    with pytest.raises(Invalid) as caught:
        expert(people.fp_head, **wrong)
    assert field in caught.value.fields


def test_expertise_is_asked_by_heads_of_both_sides_and_answered_there(people):
    ours, theirs = ask(people.dgp_head), ask(people.pol_head)
    for by in (people.dgp_duty, people.dgp_officer):
        with pytest.raises(NotAllowed):
            ask(by)
    with pytest.raises(NotAllowed):
        actions.answer_expertise(ours, answer="Yes", by=people.dgp_head)
    for _ in range(2):
        actions.answer_expertise(ours, answer="From the 10th.", by=people.fp_head)
    with pytest.raises(Refused):
        actions.answer_expertise(ours, answer="Other words", by=people.fp_head)
    with pytest.raises(Refused):
        actions.withdraw_expertise(ours, by=people.dgp_head)
    with pytest.raises(NotAllowed):
        actions.withdraw_expertise(theirs, by=people.dgp_head)
    for _ in range(2):
        actions.withdraw_expertise(theirs, by=people.pol_head)
    with pytest.raises(DatabaseError), transaction.atomic():
        ExpertiseRequest.objects.filter(pk=theirs.pk).update(state="open", ended_at=None)


def test_a_new_request_rings_at_the_desk_and_rests_with_its_answer(people, signed_in):
    ref = uuid.uuid4()
    said = {"client_ref": ref, "reason": "Who speaks\nPashto? " + "x" * 300}
    ours = ask(people.dgp_head, **said)
    assert ask(people.dgp_head, **said) == ours
    theirs = ask(people.pol_head)
    delivery, other = Delivery.objects.order_by("pk")  # nobody is on duty there
    assert (delivery.desk.code, delivery.priority, delivery.alert.about) == (
        "DESK-FP-MSQ", "P3", ours.ref,
    )  # fmt: skip
    assert delivery.escalate_at is not None
    assert len(delivery.card["headline"]) < 170
    people.fp_duty.language = "en"
    people.fp_duty.save(update_fields=["language"])
    desk = signed_in(people.fp_duty)
    console = desk.get("/console/").content.decode()
    assert "Expertise asked of the focal point" in console
    assert f"{PAGE}?asked={ours.uid}#asked-{ours.uid}" in console
    for asked in (ours.uid, uuid.uuid4(), "x"):
        page = desk.get(PAGE, {"asked": asked})
        assert f'id="asked-{ours.uid}"' in page.content.decode()
    delivery.refresh_from_db()
    assert delivery.opened_by == people.fp_duty
    actions.answer_expertise(ours, answer="From the 10th.", by=people.fp_head)
    actions.withdraw_expertise(theirs, by=people.pol_head)
    for row in (delivery, other):
        row.refresh_from_db()
    assert (delivery.acknowledged_by, other.acknowledged_by) == (people.fp_head, None)
    assert (delivery.recalled_at, other.waits) == (None, False)


def test_expertise_is_asked_for_the_unit_that_asks_and_never_by_the_desk_that_hears_it(
    people, unit, officer, signed_in
):
    def sender(by):
        return Delivery.objects.get(alert__about=ask(by).ref).alert.sender.code

    assert sender(people.dgp_head) == "DESK-DGP"
    assert sender(people.rix_head) == "DESK-RIX"
    # Headquarters sets the rota of every desk: it asks for itself, or for the desk it stands in at.
    hq = officer("by.other_hq", "BY-GPK", Role.HEADQUARTERS_OFFICER)
    assert sender(hq) == "BY-GPK"
    now_, hour = now(), timedelta(hours=1)
    for code in ("DESK-FP-MSQ", "DESK-POL"):
        actions.post_officer(hq, unit=unit(code), role=Role.DUTY_OFFICER, by=None)
    forget_grants(hq)
    shift = actions.book_duty(
        hq, unit=unit("DESK-FP-MSQ"), starts_at=now_ - hour, ends_at=now_ + hour, by=None
    )
    assert sender(hq) == "BY-GPK"
    actions.cancel_duty(shift, by=hq)
    actions.book_duty(
        hq, unit=unit("DESK-POL"), starts_at=now_ - hour, ends_at=now_ + hour, by=None
    )
    assert sender(hq) == "DESK-POL"
    with pytest.raises(NotAllowed) as refusal:
        ask(people.fp_head)
    assert refusal.value.code == "own_point"
    assert 'name="do" value="ask"' not in signed_in(people.fp_head).get(PAGE).content.decode()
    assert 'name="do" value="ask"' in signed_in(hq).get(PAGE).content.decode()


def test_both_sides_read_the_page_and_only_its_people_change_it(people, signed_in):
    for who in (people.fp_head, people.dgp_head, people.dgp_officer):
        who.language = "en"
        who.save(update_fields=["language"])
    here, head, officer = (
        signed_in(who) for who in (people.fp_head, people.dgp_head, people.dgp_officer)
    )
    typed = {name: f"{day:%d.%m.%Y}" for name, day in days().items()}
    said = {"do": "expert", "name": "Anna B", "service": "EU", "profile": "ALDO",
            "languages": ["en", "ru"], "phone": "+375 1700", "legal_basis": "Arrangement",
            **typed}  # fmt: skip
    assert here.post(PAGE, said).status_code == 302
    answer = here.post(PAGE, {**said, "legal_basis": "", "name": "Kept words"})
    assert answer.status_code == 400
    assert "Kept words" in answer.content.decode()
    assert here.post(PAGE, {"do": "deployment", "what": "Second line", "place": "Minsk",
                            **typed}).status_code == 302  # fmt: skip
    asked = {"do": "ask", "profile": "INT", "place": "Daugavpils", "reason": "Pashto.",
             "language": "en", **typed}  # fmt: skip
    assert head.post(PAGE, asked).status_code == 302
    row = ExpertiseRequest.objects.get()
    assert here.post(PAGE, {"do": "answer", "about": str(row.uid), "answer": ""}).status_code == 400
    page = officer.get(PAGE).content.decode()
    for words in ("Anna B", "No executive powers", "Second line", "Pashto."):
        assert words in page
    assert "+375 1700" not in page
    assert "+375 1700" in head.get(PAGE).content.decode()
    assert officer.post(PAGE, said).status_code == 403
    assert officer.post(PAGE, asked).status_code == 403
    for hostile in ({"do": "answer", "about": "x\x00" * 99}, {"do": "nothing"}):
        assert here.post(PAGE, hostile).status_code in (400, 404)
    assert officer.get(f"{PAGE}CCP-LAND/").status_code == 404
    assert signed_in(people.stranger).get(PAGE).status_code == 404


def test_the_same_through_the_api(people, api):
    here, there = api(people.fp_head), api(people.dgp_head)
    typed = {name: day.isoformat() for name, day in days().items()}
    said = {"name": "Anna B", "service": "EU", "profile": "ALDO", "languages": ["en"],
            "legal_basis": "x", **typed}  # fmt: skip
    made = here.post(f"{API}experts/", said, HTTP_IDEMPOTENCY_KEY="e1")
    assert (made.status_code, set(made.json())) == (201, {"uid"})
    assert there.post(f"{API}experts/", said).status_code == 403
    for wrong in ({"profile": "NOPE"}, {"languages": "x"}, {"starts_on": "x"}, {"service": "ZZ"}):
        answer = here.post(f"{API}experts/", {**said, **wrong})
        assert answer.status_code == 400
        assert answer.json()["fields"]
    asked = there.post(f"{API}expertise/", {"profile": "INT", "place": "x", "reason": "y",
                                            "language": "en", **typed}).json()  # fmt: skip
    path = f"{API}expertise/{asked['uid']}/"
    assert here.post(f"{path}answer/", {"answer": "Yes."}).json()["state"] == "answered"
    assert there.post(f"{path}withdraw/").status_code == 409
    line = here.post(f"{API}deployments/", {"what": "w", "place": "p", **typed}).json()["uid"]
    whole = there.get(API).json()
    assert [len(whole[name]) for name in ("experts", "deployments", "requests")] == [1, 1, 1]
    here.post(f"{API}deployments/{line}/end/")
    here.post(f"{API}experts/{made.json()['uid']}/end/")
    assert there.get(API).json()["experts"] == []
    assert there.get("/api/v1/focal-points/CCP-LAND/").status_code == 404
    assert deployment(people.fp_head).point == point()
