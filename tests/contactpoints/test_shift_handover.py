"""The change of shift at a desk: left with a note and what is open, taken over by another."""

import io
import uuid
from datetime import timedelta

import pypdf
import pytest
from django.db import IntegrityError, InternalError, transaction
from django.utils.timezone import now

from bordercoop.audit.models import Entry
from bordercoop.errors import Invalid, NotAllowed, Refused
from contactpoints import actions
from contactpoints.handovers import carried, shown, waiting_for
from contactpoints.models import Delivery, DutyShift, Role, ShiftHandover
from incidents import actions as incidents

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(unit):
    return unit("DESK-POL")


@pytest.fixture
def leave(desk, people):
    def make(note="Radio 2 is mute.", by=None, **more):
        return actions.hand_over_shift(desk, note=note, by=by or people.pol_duty, **more)

    return make


def kinds(items):
    return [item["kind"] for item in items]


def test_what_is_open_is_frozen_with_numbers_and_without_words(released, people, desk, leave):
    case, waiting = released()
    taken, accepted = released()
    answered, done = released()
    for delivery in (accepted, done):
        actions.accept_delivery(delivery, line="On it.", by=people.pol_duty)
    incidents.add_note(answered, text="Patrol sent.", audience="shared", by=people.pol_duty)
    for days in (0, 9):
        incidents.add_task(
            case, what=f"Call in {days}", unit=desk,
            due_at=now() + timedelta(days=days, hours=1), by=people.pol_duty,
        )  # fmt: skip
    handover = leave()
    assert kinds(handover.items) == ["waiting", "no_progress", "task"]
    assert [item["number"] for item in handover.items] == [case.number, taken.number, case.number]
    assert "border sign" not in str(handover.items)
    actions.acknowledge_delivery(waiting, line="Seen.", by=people.pol_duty)
    assert kinds(ShiftHandover.objects.get().items) == ["waiting", "no_progress", "task"]
    assert kinds(carried(desk, by=people.pol_duty)) == ["no_progress", "task"]
    titles = [item.title for item in shown(handover.items, people.pol_head)]
    assert titles[0] == "Eight people at border sign 214"
    assert titles[2] == "Call in 0"
    assert [item.title for item in shown(handover.items, people.dgp_officer)] != titles


def test_what_was_recalled_since_is_a_number_and_nothing_else(released, people, unit, leave):
    case, _delivery = released()
    handover = leave()
    incidents.recall_release(
        case, desks=[unit("DESK-POL")], reason="Wrong desk.", by=people.dgp_head
    )
    item = shown(handover.items, people.pol_duty)[0]
    assert (item.number, item.title) == (case.number, "")


def test_the_sender_s_desk_carries_over_what_nobody_acknowledged_there(released, people, unit):
    case, _delivery = released()
    items = carried(unit("DESK-DGP"), by=people.dgp_duty)
    assert [(item["kind"], item["number"]) for item in items] == [("sent", case.number)]


def test_a_returned_report_is_carried_over_and_a_submitted_one_is_not(incident, people, unit):
    incident()
    back = incident()
    incidents.return_incident(back, reason="Where was it?", by=people.dgp_leader)
    items = carried(unit("DESK-DGP"), by=people.dgp_duty)
    assert [(item["kind"], item["number"]) for item in items] == [("draft", back.number)]


def test_both_sign_and_each_signature_stands(people, leave, desk):
    handover = leave(to=people.pol_head)
    assert (handover.left_by, handover.to, handover.taken_by) == (
        people.pol_duty, people.pol_head, None,
    )  # fmt: skip
    assert handover.since == DutyShift.objects.get(unit=desk).period.lower
    done = actions.take_over_shift(handover, remark="Key 4 is missing.", by=people.pol_head)
    again = actions.take_over_shift(handover, remark="No, it is here.", by=people.pol_head)
    assert (again.taken_at, again.remark) == (done.taken_at, "Key 4 is missing.")
    verbs = list(
        Entry.objects.filter(about=handover.ref).order_by("pk").values_list("verb", "side")
    )
    assert verbs == [("duty.handed_over", "BY"), ("duty.taken_over", "BY")]


def test_taking_over_puts_nobody_on_duty(people, leave, desk):
    actions.take_over_shift(leave(), by=people.pol_head)
    assert [s.officer for s in DutyShift.objects.current().filter(unit=desk)] == [people.pol_duty]


def test_signed_twice_it_is_one_and_another_one_has_to_wait(people, leave):
    first = leave()
    assert leave() == first
    for other in ({"note": "Something else."}, {"by": people.pol_head}):
        with pytest.raises(Refused) as refused:
            leave(**other)
        assert refused.value.code == "handover_waits"
        assert people.pol_duty.display_name in str(refused.value)
    actions.take_over_shift(first, by=people.pol_head)
    assert leave(by=people.pol_head, note="Back to you.") != first


def test_who_left_does_not_take_over_and_the_second_to_come_is_told_who_did(people, leave, officer):
    handover = leave()
    with pytest.raises(Refused) as own:
        actions.take_over_shift(handover, by=people.pol_duty)
    assert own.value.code == "own_handover"
    actions.take_over_shift(handover, by=people.pol_head)
    late = officer("pol.late", "DESK-POL", Role.DUTY_OFFICER)
    with pytest.raises(Refused) as refused:
        actions.take_over_shift(handover, by=late)
    assert (refused.value.code, people.pol_head.display_name in str(refused.value)) == (
        "taken", True,
    )  # fmt: skip
    with pytest.raises(Refused):
        actions.withdraw_handover(handover, by=people.pol_duty)


def test_it_is_taken_back_by_its_officer_or_by_whoever_sets_the_rota(people, leave, officer):
    handover = leave()
    other = officer("pol.other", "DESK-POL", Role.DUTY_OFFICER)
    with pytest.raises(NotAllowed):
        actions.withdraw_handover(handover, by=other)
    done = actions.withdraw_handover(handover, by=people.pol_duty)
    assert actions.withdraw_handover(handover, by=people.pol_duty).withdrawn_at == done.withdrawn_at
    with pytest.raises(Refused) as refused:
        actions.take_over_shift(handover, by=other)
    assert refused.value.code == "withdrawn"
    assert actions.withdraw_handover(leave(), by=people.pol_head).withdrawn_at


def test_only_a_posting_of_the_own_side_that_answers_alerts_signs(people, leave, desk):
    handover = leave()
    for who in (people.pol_officer, people.dgp_duty, people.by_auditor, people.stranger):
        with pytest.raises(NotAllowed):
            leave(by=who)
        with pytest.raises(NotAllowed):
            actions.take_over_shift(handover, by=who)
    with pytest.raises(Refused) as refused:
        actions.hand_over_shift(desk.parent, note="x", by=people.by_hq)
    assert refused.value.code == "not_a_desk"


def test_an_emergency_session_signs_for_no_shift(people, leave, emergency):
    handover = leave()
    opened, _session = emergency(people.msq_head)
    page = opened.get(f"/handovers/{handover.uid}/")
    assert page.status_code == 200
    assert opened.post(f"/handovers/{handover.uid}/", {"do": "take"}).status_code == 403
    assert ShiftHandover.objects.get().taken_at is None


@pytest.mark.parametrize(
    ("note", "told"),
    [("  ", "next officer"), ("x" * 4001, "4001"), ("a\x00b", "cannot be stored")],
)
def test_a_note_that_cannot_be_kept_is_refused_with_a_sentence(leave, note, told):
    with pytest.raises(Invalid) as refused:
        leave(note=note)
    assert told in refused.value.fields["note"][0]
    assert not ShiftHandover.objects.exists()


def test_whoever_is_expected_answers_alerts_there(people, leave):
    for who in (people.pol_duty, people.dgp_duty, people.pol_officer):
        with pytest.raises(Invalid):
            leave(to=who)


def test_the_database_keeps_the_rules(people, leave, desk):
    handover = leave()

    def refused(**values):
        with pytest.raises((IntegrityError, InternalError)) as error, transaction.atomic():
            ShiftHandover.objects.filter(pk=handover.pk).update(**values)
        return str(error.value)

    assert "nobody_takes_over" in refused(taken_by=people.pol_duty, taken_at=now())
    assert "within_its_side" in refused(taken_by=people.dgp_duty, taken_at=now())
    assert "by_a_person" in refused(taken_at=now())
    assert "after_it_was_left" in refused(
        taken_by=people.pol_head, taken_at=now() - timedelta(days=1)
    )
    assert refused(note="Nothing was wrong.")
    assert refused(items=[1])
    with pytest.raises(IntegrityError), transaction.atomic():
        ShiftHandover.objects.create(
            unit=desk, since=now(), note="x", left_by=people.pol_head, signed_at=now()
        )
    actions.take_over_shift(handover, by=people.pol_head)
    assert refused(remark="It was all there.")
    with pytest.raises(InternalError), transaction.atomic():
        handover.delete()


def test_it_waits_for_the_one_who_is_named_or_on_duty(people, leave, officer, on_duty):
    other = officer("pol.other", "DESK-POL", Role.DUTY_OFFICER)
    handover = leave(to=people.pol_head)
    assert waiting_for(people.pol_head) == [handover]
    assert waiting_for(people.pol_duty) == waiting_for(other) == waiting_for(people.dgp_duty) == []
    on_duty(other, "DESK-POL", DutyShift.Rank.BACKUP)
    assert waiting_for(other) == [handover]
    actions.withdraw_handover(handover, by=people.pol_duty)
    last = officer("pol.last", "DESK-POL", Role.DUTY_OFFICER)
    handover = leave()
    assert waiting_for(last) == [handover]


# The pages


def test_the_pages_from_the_console_to_both_signatures(released, people, signed_in, leave):
    case, _delivery = released()
    people.pol_head
    leaving, arriving = signed_in(people.pol_duty), signed_in(people.pol_head)
    console = leaving.get("/console/").content.decode()
    assert "/handovers/DESK-POL/" in console
    assert "/journal/DESK-POL/" in console
    assert "/handovers/DESK-POL/" in leaving.get("/").content.decode()
    page = leaving.get("/handovers/")
    assert (page.status_code, page.url) == (302, "/handovers/DESK-POL/")
    page = leaving.get(page.url)
    assert [item.number for item in page.context["items"]] == [case.number]
    done = leaving.post("/handovers/DESK-POL/", {"note": "Radio 2 is mute.", "to": ""})
    handover = ShiftHandover.objects.get()
    assert (done.status_code, done.url) == (302, f"/handovers/{handover.uid}/")
    home = arriving.get("/").content.decode()
    assert f"/handovers/{handover.uid}/" in home
    assert f"/handovers/{handover.uid}/" not in leaving.get("/").content.decode()
    page = arriving.get(done.url)
    assert page.context["may_take"]
    assert page.context["off_rota"]
    assert case.number in page.content.decode()
    assert not leaving.get(done.url).context["may_take"]
    assert arriving.post(done.url, {"do": "take", "remark": ""}).status_code == 302
    handover.refresh_from_db()
    assert handover.taken_by == people.pol_head
    assert arriving.post(done.url, {"do": "take"}).status_code == 302
    late = leaving.post(done.url, {"do": "withdraw"})
    assert late.status_code == 409
    assert late.context["refusal"] in late.content.decode()


def test_nothing_typed_is_lost_when_it_is_refused(people, signed_in, leave):
    leave()
    browser = signed_in(people.pol_head)
    page = browser.post("/handovers/DESK-POL/", {"note": "The gate is shut."})
    assert page.status_code == 400
    assert "The gate is shut." in page.content.decode()
    for bad in ({}, {"note": "x" * 100_000}, {"note": "a\x00"}, {"note": "x", "to": "zz"}):
        assert browser.post("/handovers/DESK-POL/", bad).status_code == 400, str(bad)[:60]


def test_to_the_other_side_and_to_other_desks_none_of_it_exists(people, signed_in, api, leave):
    handover = leave()
    paths = ("/handovers/DESK-POL/", f"/handovers/{handover.uid}/",
             f"/handovers/{handover.uid}/pdf/", "/journal/DESK-POL/",
             "/journal/DESK-POL/pdf/")  # fmt: skip
    doors = (f"/api/v1/handovers/{handover.uid}/", f"/api/v1/handovers/{handover.uid}/pdf/",
             "/api/v1/journal/DESK-POL/")  # fmt: skip
    asked = ("/api/v1/handovers/open/?desk=", "/api/v1/handovers/?desk=")
    for who in (people.dgp_duty, people.lv_hq, people.lv_auditor, people.msq_duty,
                people.pol_officer, people.stranger):  # fmt: skip
        browser, program = signed_in(who), api(who)
        assert {browser.get(path).status_code for path in paths} == {404}, who
        assert {program.get(path).status_code for path in doors} == {404}, who
        for door in asked:
            here, nowhere = (program.get(door + code) for code in ("DESK-POL", "DESK-XXX"))
            assert here.status_code == nowhere.status_code == 400
            assert here.json()["fields"].keys() == nowhere.json()["fields"].keys() == {"desk"}
        for deed, verb in (("take", "take"), ("withdraw", "withdraw")):
            assert browser.post(f"/handovers/{handover.uid}/", {"do": deed}).status_code == 404
            assert program.post(f"/api/v1/handovers/{handover.uid}/{verb}/").status_code == 404
        assert str(handover.uid) not in str(program.get("/api/v1/handovers/").content)
    for who in (people.pol_head, people.by_hq, people.by_auditor):
        assert {signed_in(who).get(path).status_code for path in paths} == {200}, who
    assert not signed_in(people.by_auditor).get(paths[1]).context["may_take"]


# The API


def test_each_verb_has_its_door_in_the_api(released, people, api):
    released()
    leaving, arriving = api(people.pol_duty), api(people.pol_head)
    found = leaving.get("/api/v1/handovers/open/?desk=DESK-POL").json()
    assert [item["kind"] for item in found] == ["waiting"]
    body = {"desk": "DESK-POL", "note": "Radio 2 is mute.", "to": str(people.pol_head.uid)}
    made = leaving.post("/api/v1/handovers/", body)
    assert (made.status_code, made.json()["taken_by"]) == (201, None)
    uid = made.json()["uid"]
    assert leaving.post("/api/v1/handovers/", body).json()["uid"] == uid
    assert arriving.get("/api/v1/handovers/").json()["results"][0]["uid"] == uid
    assert leaving.post(f"/api/v1/handovers/{uid}/take/").status_code == 409
    taken = arriving.post(f"/api/v1/handovers/{uid}/take/", {"remark": "Fine."})
    assert (taken.status_code, taken.json()["remark"]) == (200, "Fine.")
    late = leaving.post(f"/api/v1/handovers/{uid}/withdraw/")
    assert (late.status_code, late.json()["code"]) == (409, "taken")
    for bad in ({}, {"desk": "DESK-POL", "note": ""}, {**body, "to": str(uuid.uuid4())},
                {**body, "note": "x" * 100_000}):  # fmt: skip
        assert leaving.post("/api/v1/handovers/", bad).status_code == 400, str(bad)[:60]


# On paper


def test_on_paper_it_has_both_names_the_note_what_was_open_and_the_log(
    released, people, api, leave
):
    case, delivery = released()
    handover = leave()
    actions.acknowledge_delivery(delivery, line="On it.", by=people.pol_duty)
    actions.take_over_shift(handover, by=people.pol_head)
    made = api(people.pol_head).get(f"/api/v1/handovers/{handover.uid}/pdf/?languages=en,lv")
    assert made.status_code == 200
    assert made["Content-Type"] == "application/pdf"
    pages = pypdf.PdfReader(io.BytesIO(made.content)).pages
    text = " ".join(" ".join(page.extract_text() for page in pages).split())
    for told in ("Radio 2 is mute.", case.number, "On it.", people.pol_duty.name_local,
                 people.pol_head.name_local, "Handover of a shift", "INTERNAL"):  # fmt: skip
        assert told in text, told
    assert Entry.objects.filter(verb="duty.handover_printed", about=handover.ref).count() == 1
    bad = api(people.pol_head).get(f"/api/v1/handovers/{handover.uid}/pdf/?languages=en,xx")
    assert bad.status_code == 400


def test_delivery_rows_are_left_alone_by_a_handover(released, people, leave):
    _case, delivery = released()
    before = Delivery.objects.filter(pk=delivery.pk).values().get()
    actions.take_over_shift(leave(), by=people.pol_head)
    assert Delivery.objects.filter(pk=delivery.pk).values().get() == before
