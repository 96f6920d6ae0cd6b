"""Checks of persons: a claim or a doubt stops a handover, and the other side never learns why."""

import difflib
import functools
import io
import re

import pypdf
import pytest
from django.utils.timezone import now

from bordercoop.audit.models import Entry
from bordercoop.errors import Invalid, NotAllowed, Refused
from contactpoints.models import Delivery
from incidents import actions
from incidents.investigation.receipts import checks_of, listed
from incidents.models import Handover, HandoverCheck
from tests.incidents.doors import rolled_back
from tests.incidents.receipts import (
    CLEAR,
    PERSON,
    STOPPING,
    case_of,
    check_all,
    completed,
    opened,
    prepared,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("both_sides_on_duty")]
NOTE = "Zqnote only for our side"


@pytest.fixture
def case(people):
    return case_of(people)


@pytest.fixture
def made(case, people):
    return prepared(case, people, kind="persons")


def state(handover):
    handover.refresh_from_db()
    return handover.state


# --- what stops, what is wanted


def test_it_opens_with_five_clear_answers_about_everybody(case, people):
    made, by = prepared(case, people, kind="persons", items=2), people.lv_representative
    first, second = listed(made)
    for kind, said in CLEAR.items():
        actions.record_check(first, kind=kind, **said, by=by)
    with pytest.raises(Refused, match="Not recorded for person 2: Protection, Age, Health"):
        actions.open_handover(made, by=by)
    for kind, said in CLEAR.items():
        actions.record_check(second, kind=kind, **said, by=by)
    assert actions.open_handover(made, by=by).state == "opened"


@pytest.mark.parametrize(("kind", "answer"), STOPPING)
@pytest.mark.parametrize("stage", ["prepared", "checked", "opened"])
def test_a_claim_or_a_doubt_stops_it_at_once(case, people, stage, kind, answer):
    by = people.lv_representative
    made = (prepared if stage == "prepared" else opened)(case, people, kind="persons")
    actions.record_check(listed(made)[0], kind=kind, answer=answer, by=by)
    assert state(made) == "stopped"
    for verb in (
        lambda: actions.open_handover(made, by=by),
        lambda: actions.confirm_handover(made, sha256=made.sha256, by=by),
        lambda: actions.cancel_handover(made, reason="time", by=by),
    ):
        with pytest.raises(Refused):
            verb()
    assert state(made) == "stopped"
    assert Entry.objects.filter(verb="handover.stopped").count() == 1


def test_somebody_under_18_goes_with_the_authority_present(made, people):
    by = people.lv_representative
    item = listed(made)[0]
    check_all(made, by, age={"answer": "minor", "authority": "Orphans' court"})
    assert actions.open_handover(made, by=by).state == "opened"
    assert item.person.checks.get(kind="age").authority == "Orphans' court"


def test_one_stop_is_enough_for_all_on_the_list(case, people):
    made, by = prepared(case, people, kind="persons", items=3), people.lv_representative
    check_all(made, by)
    actions.record_check(listed(made)[2], kind="protection", answer="claim", by=by)
    assert state(made) == "stopped"


def test_it_stops_although_nobody_is_on_duty_over_there(case, people, later):
    made = prepared(case, people, kind="persons")
    later(days=30)
    actions.record_check(
        listed(made)[0], kind="protection", answer="claim", by=people.lv_representative
    )
    assert state(made) == "stopped"


def test_a_person_who_claimed_protection_is_in_no_later_receipt_that_opens(case, people):
    first, by = prepared(case, people, kind="persons"), people.lv_representative
    person = listed(first)[0].person
    actions.record_check(listed(first)[0], kind="protection", answer="claim", by=by)
    again = prepared(case, people, kind="persons", items=0)
    item = actions.add_item(again, facts=PERSON, person=person, by=by)
    with pytest.raises(Refused) as refusal:
        actions.record_check(
            item, kind="protection", answer="no_claim", reason="x", by=people.lv_hq
        )
    assert refusal.value.code == "never_cleared"
    with pytest.raises(Refused, match="Person 1 is not handed over"):
        actions.open_handover(again, by=by)


@pytest.mark.parametrize(("kind", "answer"), [("trafficking", "signs"), ("trafficking", "doubt")])
def test_signs_of_trafficking_are_never_cleared_here(made, people, kind, answer):
    actions.record_check(listed(made)[0], kind=kind, answer=answer, by=people.lv_representative)
    with pytest.raises(Refused) as refusal:
        actions.record_check(
            listed(made)[0], kind=kind, answer="no_signs", reason="Asked again.", by=people.lv_hq
        )
    assert refusal.value.code == "never_cleared"


@pytest.mark.parametrize(
    ("kind", "answer", "clear"), [("age", "doubt", "adult"), ("health", "doubt", "fit")]
)
def test_a_doubt_is_cleared_by_another_officer_with_a_reason_for_a_new_receipt(
    case, people, kind, answer, clear
):
    first, by = prepared(case, people, kind="persons"), people.lv_representative
    item = listed(first)[0]
    actions.record_check(item, kind=kind, answer=answer, by=by)
    with pytest.raises(NotAllowed) as refusal:
        actions.record_check(item, kind=kind, answer=clear, reason="A doctor saw him.", by=by)
    assert refusal.value.code == "four_eyes"
    with pytest.raises(Invalid) as wrong:
        actions.record_check(item, kind=kind, answer=clear, by=people.lv_hq)
    assert list(wrong.value.fields) == ["reason"]
    actions.record_check(item, kind=kind, answer=clear, reason="A doctor saw him.", by=people.lv_hq)
    assert state(first) == "stopped"  # a stop is for good
    again = prepared(case, people, kind="persons", items=0)
    actions.add_item(again, facts=PERSON, person=item.person, by=by)
    check_all(again, by)
    assert actions.open_handover(again, by=by).state == "opened"


# --- recording


def test_the_same_check_twice_is_one(made, people):
    item, by = listed(made)[0], people.lv_representative
    for _time in range(2):
        actions.record_check(item, kind="age", answer="adult", by=by)
        actions.record_check(item, kind="protection", answer="claim", by=by)
    assert HandoverCheck.objects.count() == 2
    assert Entry.objects.filter(verb="handover.stopped").count() == 1


def test_every_check_says_who_and_when_and_the_trail_says_no_answer(made, people):
    check = actions.record_check(
        listed(made)[0], kind="protection", answer="claim", by=people.lv_representative
    )
    assert check.by == people.lv_representative
    assert check.at
    for entry in Entry.objects.filter(about=made.ref):
        assert "claim" not in str(entry.facts)


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("kind", {"kind": "blood", "answer": "fit"}),
        ("kind", {"kind": "\x00", "answer": "fit"}),
        ("answer", {"kind": "age", "answer": "fit"}),
        ("answer", {"kind": "age", "answer": ""}),
        ("answer", {"kind": "health", "answer": "x" * 100_000}),
        ("language", {"kind": "interpreter", "answer": "present"}),
        ("language", {"kind": "interpreter", "answer": "present", "language": "x" * 41}),
        ("authority", {"kind": "age", "answer": "minor", "authority": "a\x00"}),
        ("reason", {"kind": "age", "answer": "adult", "reason": "x" * 100_000}),
    ],
    ids=["kind", "nul", "other", "none", "long", "silent", "babble", "authority", "reason"],
)
def test_what_cannot_be_recorded_is_said_at_its_field(made, people, field, said):
    with pytest.raises(Invalid) as refusal:
        actions.record_check(listed(made)[0], **said, by=people.lv_representative)
    assert list(refusal.value.fields) == [field]
    assert HandoverCheck.objects.count() == 0


def test_nobody_is_18_whom_the_list_calls_younger(case, people):
    made, by = prepared(case, people, kind="persons", items=0), people.lv_representative
    item = actions.add_item(made, facts={**PERSON, "age_group": "14-17"}, by=by)
    with pytest.raises(Invalid):
        actions.record_check(item, kind="age", answer="adult", by=by)


def test_only_the_delivering_side_records_and_only_of_persons_on_the_list(case, made, people):
    item = listed(made)[0]
    with pytest.raises(NotAllowed):
        actions.record_check(item, kind="age", answer="adult", by=people.by_representative)
    goods = prepared(case, people)
    actions.remove_item(item, by=people.lv_representative)
    for one in (item, listed(goods)[0]):
        with pytest.raises(Refused) as refusal:
            actions.record_check(one, kind="age", answer="adult", by=people.lv_representative)
        assert refusal.value.status == 404


def test_a_stop_without_a_check_has_words_for_the_own_side(made, people):
    by = people.lv_representative
    with pytest.raises(NotAllowed):
        actions.stop_handover(made, note="x", by=people.by_representative)
    with pytest.raises(Invalid):
        actions.stop_handover(made, note=" ", by=by)
    for _time in range(2):
        assert actions.stop_handover(made, note=NOTE, by=by).state == "stopped"
    assert Entry.objects.filter(verb="handover.stopped").count() == 1
    assert made.stop.note == NOTE


def test_the_page_reads_the_checks_in_one_statement(case, people, django_assert_num_queries):
    made = check_all(prepared(case, people, kind="persons", items=4), people.lv_representative)
    items = listed(made)
    with django_assert_num_queries(1):
        rows = checks_of(made, items)
        assert [row.clear for row in rows] == [True] * 4
        assert str(rows[0].questions[0].last.by)


# --- the other side

UID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# What differs between two answers to the very same question: tokens, and the number of a request.
CHANCE = re.compile(r"""(csrfmiddlewaretoken" value=|data-draft-key=)"[^"]*"|\b[0-9a-f]{12,40}\b""")
SUM = re.compile(r"\b[0-9a-f]{64}\b")
READERS = ("by_representative", "pol_duty", "by_hq", "by_auditor", "by_approver", "pol_officer")
# Those who try every verb, too: one who leads the case, one to whom it does not exist.
ACTING = ("by_representative", "pol_officer")


@functools.cache
def written(pdf):
    """What stands on the pages; most readers get the very same bytes."""
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


def said(response):
    body = b"".join(response) if response.streaming else response.content
    if response.headers.get("Content-Type") == "application/pdf":
        text = written(body)
    else:
        text = body.decode()
    return f"{response.status_code} " + SUM.sub("SUM", CHANCE.sub("CHANCE", UID.sub("UID", text)))


def everything(made, people, readers, signed_in, api):
    """All that officers of the other side get to see, read or be refused about a receipt."""
    found, item = {}, listed(made)[0].uid
    for name in readers:
        user = getattr(people, name)
        browser, program = signed_in(user), api(user)
        for path in (
            "/", "/console/", "/console/board/", "/audit/", "/messages/",
            f"/search/?q={made.number}", f"/search/?q={made.investigation.number}",
            f"/receipts/{made.uid}/", f"/receipts/{made.uid}/pdf/",
            f"/investigations/{made.investigation.uid}/receipts/",
            f"/why/?of=/receipts/{made.uid}/",
        ):  # fmt: skip
            found[name, path] = said(browser.get(path))
        for path in (
            f"/investigations/{made.investigation.uid}/receipts/", f"/receipts/{made.uid}/",
            f"/receipts/{made.uid}/checks/", f"/receipts/{made.uid}/pdf/", "/deliveries/",
            "/deliveries/?open=true", "/audit/", "/incidents/", f"/search/?q={made.number}",
        ):  # fmt: skip
            found[name, f"api {path}"] = said(program.get(f"/api/v1{path}"))
        if name not in ACTING:
            continue
        for verb, body in (
            ("open", {}), ("stop", {"note": "x"}), ("cancel", {"reason": "time"}),
            ("confirm", {"sha256": "0" * 64}), ("basis", {"basis": "BY-HO-BORDER"}),
            ("checks", {"item": str(item), "kind": "age", "answer": "adult"}),
            (f"items/{item}/answer", {"accepted": True}), (f"items/{item}/remove", {}),
        ):  # fmt: skip
            path = f"/receipts/{made.uid}/{verb}/"
            found[name, f"api POST {path}"] = said(program.post(f"/api/v1{path}", body))
        for deed in ("open", "stop", "cancel", "confirm", "check", "answer", "remove", "nonsense"):
            form = {"do": deed, "item": item, "kind": "age", "answer": "adult", "note": "x"}
            answer = browser.post(f"/receipts/{made.uid}/", form)
            found[name, f"POST {deed}"] = said(answer)
    return {(name, UID.sub("UID", path)): text for (name, path), text in found.items()}


def unlike(first, second):
    """The lines of which one answer has other ones than the other."""
    lines = difflib.unified_diff(first.splitlines(), second.splitlines(), n=0, lineterm="")
    return sorted({line[:300] for line in lines} - {"--- ", "+++ "})


def stopped_by(kind, answer, made, people):
    if kind == "stop":
        actions.stop_handover(made, note=NOTE, by=people.lv_representative)
    else:
        actions.record_check(listed(made)[0], kind=kind, answer=answer, by=people.lv_representative)
    made.refresh_from_db()
    assert made.state == "stopped"


@pytest.mark.parametrize("stage", ["prepared", "checked", "opened"])
def test_every_byte_of_a_stop_is_the_same_to_the_other_side_whatever_the_ground(
    stage, people, signed_in, api, time_machine, carry_out
):
    time_machine.move_to(now(), tick=False)
    for name in (*READERS, "lv_representative", "dgp_duty", "lv_hq"):
        getattr(people, name)
    wanted, own = None, set()
    # A ground of each question and every reader where most can be told; at the other stages one
    # ground of each nature, before those who read the whole case and those whose desk is told.
    grounds, readers = [("stop", ""), ("protection", "claim"), ("health", "unfit")], READERS[:2]
    if stage == "opened":
        grounds += [("age", "doubt"), ("trafficking", "signs"), ("interpreter", "absent")]
        readers = READERS
    made = prepared(case_of(people), people, kind="persons")
    if stage != "prepared":
        check_all(made, people.lv_representative)
    if stage == "opened":
        made = actions.open_handover(made, by=people.lv_representative)
    for kind, answer in grounds:
        with rolled_back():
            made.refresh_from_db()
            stopped_by(kind, answer, made, people)
            carry_out()
            told = {one.card["event"] for one in Delivery.objects.filter(desk__side="BY")}
            assert "stopped" in told
            found = everything(made, people, readers, signed_in, api)
            page = signed_in(people.lv_representative).get(f"/receipts/{made.uid}/")
            own.add(said(page))
        wanted = wanted or found
        unlike_lines = {line for key in found for line in unlike(wanted[key], found[key])}
        assert not unlike_lines, sorted(unlike_lines)[:20]
    assert len(own) == len(grounds)  # the own side does read why
    text = "".join(wanted.values())
    assert "Zqnote" not in text
    assert wanted["by_representative", "/receipts/UID/"].startswith("200")
    assert wanted["by_representative", "api /receipts/UID/checks/"].startswith("404")
    assert "stopped" in wanted["by_representative", "api /receipts/UID/"]


def test_a_stop_that_hands_the_case_over_does_not_say_who_stopped_it(case, people, signed_in, api):
    going = opened(case, people, kind="persons")
    completed(case, people)
    doctor = people.lv_hq
    doctor.name_latin = doctor.name_local = "Zqdoctor"
    doctor.save(update_fields=["name_latin", "name_local"])
    actions.record_check(listed(going)[0], kind="health", answer="unfit", by=doctor)
    case.refresh_from_db()
    assert (case.state, case.moves.get(after="handed_over").by) == ("handed_over", None)
    for path in (f"/investigations/{case.uid}/", f"/receipts/{going.uid}/", "/console/"):
        answer = signed_in(people.by_representative).get(path)
        assert answer.status_code == 200
        assert "Zqdoctor" not in answer.content.decode()
    answer = api(people.by_representative).get(f"/api/v1/investigations/{case.uid}/")
    assert answer.status_code == 200
    assert "Zqdoctor" not in answer.content.decode()


def test_the_ground_is_read_by_those_of_the_own_side_who_read_the_case(made, people, signed_in):
    actions.stop_handover(made, note=NOTE, by=people.lv_representative)
    address = f"/receipts/{made.uid}/"
    assert NOTE in signed_in(people.lv_auditor).get(address).content.decode()
    assert signed_in(people.dgp_officer).get(address).status_code == 404
    assert Handover.objects.visible_to(people.dgp_officer).count() == 0
