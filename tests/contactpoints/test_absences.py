"""Whoever is absent is not put on duty; an absence over a shift says so and leaves a gap."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils.timezone import now

from bordercoop.audit.models import Entry
from bordercoop.errors import Invalid, NotAllowed, Refused
from bordercoop.outbox.models import Message
from contactpoints import actions
from contactpoints.models import Absence, Booking, DutyShift, Role
from contactpoints.rota import gaps
from tests.incidents.doors import refused_by_database, sql

pytestmark = pytest.mark.django_db

NOON = datetime(2027, 2, 1, 12, tzinfo=UTC)


def at(hour, day=2):
    return datetime(2027, 2, day, hour, tzinfo=UTC)


@pytest.fixture
def desk(unit, people, time_machine):
    time_machine.move_to(NOON - timedelta(days=3), tick=False)
    people.dgp_head, people.dgp_duty, people.pol_head, people.rix_head, people.lv_hq
    time_machine.move_to(NOON, tick=False)
    return unit("DESK-DGP")


@pytest.fixture
def away(desk, people):
    def make(who=None, start=8, end=16, by=None, **more):
        who = who or people.dgp_duty
        return actions.enter_absence(
            who,
            unit=desk,
            starts_at=at(start),
            ends_at=at(end),
            **{"ground": "leave", **more},
            by=by or who,
        )

    return make


@pytest.fixture
def serve(desk, people):
    def make(who=None, start=6, end=20):
        return actions.book_duty(
            who or people.dgp_duty, unit=desk, starts_at=at(start), ends_at=at(end), by=None
        )

    return make


def test_the_officer_and_the_head_enter_an_absence_and_nobody_else(away, people):
    assert away().officer == people.dgp_duty
    assert away(start=17, end=18, by=people.dgp_head).entered_by == people.dgp_head
    assert away(start=18, end=19, by=people.lv_hq)
    for other in (people.rix_head, people.pol_head):
        with pytest.raises(NotAllowed):
            away(start=20, end=21, by=other)
    with pytest.raises(NotAllowed):
        away(people.dgp_head, by=people.dgp_duty)
    entries = Entry.objects.filter(verb="absence.entered")
    assert entries.count() == 3
    assert "leave" not in str([entry.facts for entry in entries])


def test_an_absent_officer_is_not_put_on_duty_by_any_way(away, serve, desk, people):
    away()
    with pytest.raises(Refused) as refusal:
        serve()
    assert refusal.value.code == "absent"
    rule = actions.plan_duty(
        people.dgp_duty, unit=desk, start=at(8).time(), end=at(12).time(),
        first_day=at(0).date(), last_day=at(0, day=4).date(), by=people.dgp_head,
    )  # fmt: skip
    assert DutyShift.objects.filter(rule=rule, cancelled_at=None).count() == 2
    with refused_by_database("nobody_in_two_places_at_once"):
        sql(
            "INSERT INTO contactpoints_booking (officer_id, kind, period) "
            "VALUES (%s, 'duty', tstzrange(%s, %s))",
            people.dgp_duty.pk, at(9), at(10),
        )  # fmt: skip


def test_an_absence_over_a_shift_says_so_and_then_leaves_a_gap(away, serve, desk, people):
    shift = serve()
    with pytest.raises(Refused) as refusal:
        away()
    assert refusal.value.code == "over_shifts"
    assert "02.02. 08:00–22:00" in str(refusal.value)
    assert not Absence.objects.exists()
    absence = away(over_shifts=True)
    shift.refresh_from_db()
    assert shift.cancelled_at is not None
    left = DutyShift.objects.filter(booking__officer=people.dgp_duty, cancelled_at=None)
    spans = sorted((s.period.lower, s.period.upper) for s in left if s.period.lower > now())
    assert spans == [(at(6), at(8)), (at(16), at(20))]
    assert (at(8), at(16)) in gaps([desk], at(0, day=4))[desk.pk]
    told = Message.objects.filter(channel="rota_gaps", key__contains=str(absence.uid))
    assert {m.payload["to"] for m in told} == {people.dgp_head.pk, people.lv_hq.pk}


def test_entered_twice_is_entered_once(away, serve):
    serve()
    assert away(over_shifts=True) == away()
    assert Absence.objects.count() == 1
    assert Entry.objects.filter(verb="absence.entered").count() == 1


def test_what_has_passed_stays_as_it_was(away, desk, people, time_machine, serve):
    serve()
    time_machine.move_to(at(10), tick=False)
    absence = away(over_shifts=True)
    assert (absence.starts_at, absence.ends_at) == (at(10), at(16))
    served = DutyShift.objects.filter(cancelled_at=None, period__startswith=at(6)).get()
    assert served.period.upper == at(10)
    time_machine.move_to(at(17), tick=False)
    with pytest.raises(Invalid):
        away()


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"start": 16, "end": 8}, Invalid),
        ({"ground": "fishing"}, Invalid),
        ({"end": 8, "start": 8}, Invalid),
    ],
)
def test_what_cannot_be_right_is_refused(more, error, away):
    with pytest.raises(error) as refusal:
        away(**more)
    assert refusal.value.fields


def test_a_year_is_the_most_and_another_absence_is_not_laid_over(away, desk, people):
    with pytest.raises(Invalid):
        actions.enter_absence(
            people.dgp_duty, unit=desk, starts_at=at(8), ends_at=at(8) + timedelta(days=367),
            ground="leave", by=people.dgp_duty,
        )  # fmt: skip
    away()
    with pytest.raises(Refused) as refusal:
        away(start=10, end=18)
    assert refusal.value.code == "booked_elsewhere"


def test_whoever_does_not_serve_there_is_not_entered_there(desk, people):
    with pytest.raises(Refused) as refusal:
        actions.enter_absence(
            people.rix_head, unit=desk, starts_at=at(8), ends_at=at(9), ground="leave",
            by=people.dgp_head,
        )  # fmt: skip
    assert refusal.value.code == "not_posted"


def test_an_ended_absence_gives_the_time_back_and_twice_is_once(away, desk, serve, people):
    absence = away()
    for _again in range(2):
        ended = actions.end_absence(absence, unit=desk, by=people.dgp_head)
    assert ended.booking.cancelled_at is not None
    assert Entry.objects.filter(verb="absence.ended").count() == 1
    assert serve()
    with pytest.raises(NotAllowed):
        actions.end_absence(away(start=21, end=22), unit=desk, by=people.pol_head)


def test_an_absence_that_runs_ends_now(away, desk, people, time_machine):
    absence = away()
    time_machine.move_to(at(10), tick=False)
    assert actions.end_absence(absence, unit=desk, by=people.dgp_duty).ends_at == at(10)
    assert not Absence.objects.standing().exists()


def test_the_database_keeps_an_absence_on_a_booking_of_its_kind(serve, away):
    away(start=21, end=22)
    duty = Booking.objects.filter(kind="duty").first()
    with refused_by_database("absence_has_a_booking_of_its_kind"):
        sql("UPDATE contactpoints_absence SET booking_id = %s", duty.pk)


def typed(**more):
    given = {
        "ground": "illness",
        "first_day": "02.02.2027",
        "start": "1000",
        "end": "18:00",
        **more,
    }
    return {f"absence-{name}": value for name, value in given.items()}


def test_the_officer_is_asked_before_shifts_are_taken_back_in_the_browser(
    serve, desk, people, signed_in
):
    shift = serve()
    browser = signed_in(people.dgp_duty)
    page = browser.post("/duty/absences/", typed())
    assert page.status_code == 400
    assert page.context["form"].errors["over_shifts"]
    assert b'name="absence-over_shifts"' in page.content
    assert b'value="1000"' in page.content
    assert browser.post("/duty/absences/", typed(over_shifts="1")).status_code == 302
    shift.refresh_from_db()
    assert shift.cancelled_at
    absence = Absence.objects.get()
    assert (absence.starts_at, absence.ends_at) == (at(8), at(16))
    assert browser.post(f"/absences/{absence.uid}/end/").status_code == 302
    assert not Absence.objects.standing().exists()


def test_whole_days_without_hours_and_bad_input_is_said(desk, people, signed_in):
    browser = signed_in(people.dgp_head)
    who = {"officer": str(people.dgp_duty.uid)}
    for wrong in (
        {"officer": "x"}, {"ground": "x"}, {"first_day": "\0"}, {"last_day": "01.02.2027"},
        {"end": "25:00"}, {"first_day": "1" * 9999},
    ):  # fmt: skip
        page = browser.post("/rota/DESK-DGP/absences/", typed(**{**who, **wrong}))
        assert page.status_code == 400, wrong
        assert page.context["absence_form"].errors
    assert not Absence.objects.exists()
    given = typed(**who, start="", end="", last_day="03.02.2027")
    assert browser.post("/rota/DESK-DGP/absences/", given).status_code == 302
    absence = Absence.objects.get()
    assert (absence.starts_at, absence.ends_at) == (at(22, day=1), at(22, day=3))


def test_the_ground_is_for_the_officer_and_the_head_and_nothing_for_the_other_side(
    away, desk, people, officer, signed_in, api
):
    absence = away(ground="illness")
    colleague = officer("col.league", "DESK-DGP", Role.DUTY_OFFICER)
    people.dgp_head.language = "en"
    people.dgp_head.save(update_fields=["language"])
    assert b"Illness" in signed_in(people.dgp_head).get("/rota/DESK-DGP/").content
    page = signed_in(colleague).get("/rota/DESK-DGP/").content
    assert b"absent" in page
    assert b"Illness" not in page
    path = "/api/v1/rota/DESK-DGP/absences/"
    assert api(colleague).get(path).json()[0]["ground"] is None
    assert api(people.dgp_head).get(path).json()[0]["ground"] == "illness"
    for other in (people.pol_head, people.rix_head):
        assert api(other).get(path).status_code == 404
        assert signed_in(other).post("/rota/DESK-DGP/absences/", typed()).status_code == 404
        assert signed_in(other).post(f"/absences/{absence.uid}/end/").status_code == 404
    assert signed_in(colleague).post(f"/absences/{absence.uid}/end/").status_code == 403
    given = typed(officer=str(people.dgp_head.uid))
    assert signed_in(colleague).post("/rota/DESK-DGP/absences/", given).status_code == 403


def test_absences_by_the_api(desk, people, serve, api):
    serve()
    path = "/api/v1/rota/DESK-DGP/absences/"
    body = {"starts_at": at(8).isoformat(), "ends_at": at(16).isoformat(), "ground": "training"}
    mine = api(people.dgp_duty)
    refused = mine.post(path, body)
    assert (refused.status_code, refused.json()["code"]) == (409, "over_shifts")
    made = mine.post(path, {**body, "over_shifts": True}).json()
    assert made["officer"] == str(people.dgp_duty.uid)
    spans = mine.get("/api/v1/rota/DESK-DGP/gaps/").json()
    gap = {"starts_at": "2027-02-02T08:00:00.000000Z", "ends_at": "2027-02-02T16:00:00.000000Z"}
    assert gap in spans
    assert mine.post(f"/api/v1/absences/{made['uid']}/end/").status_code == 200
    assert mine.post(path, {**body, "officer": str(people.dgp_head.uid)}).status_code == 403
    assert mine.post(path, {**body, "officer": str(people.pol_head.uid)}).status_code == 404
    assert api(people.pol_head).get("/api/v1/rota/DESK-DGP/gaps/").status_code == 404
