"""A shift is offered to another officer, who takes it over or not; one primary at any moment."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bordercoop.audit.models import Entry
from bordercoop.errors import Invalid, NotAllowed, Refused
from bordercoop.outbox.models import Message
from contactpoints import actions
from contactpoints.models import DutyShift, Role, ShiftSwap
from tests.incidents.doors import refused_by_database, sql

pytestmark = pytest.mark.django_db

NOON = datetime(2027, 2, 1, 12, tzinfo=UTC)


def at(hour, day=2):
    return datetime(2027, 2, day, hour, tzinfo=UTC)


@pytest.fixture
def desk(unit, people, time_machine):
    time_machine.move_to(NOON - timedelta(days=3), tick=False)
    people.dgp_head, people.dgp_duty, people.pol_duty, people.rix_duty
    time_machine.move_to(NOON, tick=False)
    return unit("DESK-DGP")


@pytest.fixture
def shift(desk, people):
    return actions.book_duty(
        people.dgp_duty, unit=desk, starts_at=at(6), ends_at=at(18), by=people.dgp_head
    )


@pytest.fixture
def offer(shift, people):
    return actions.offer_shift(shift, to=people.dgp_head, by=people.dgp_duty)


def primaries(desk):
    rows = DutyShift.objects.filter(unit=desk, rank="primary", cancelled_at=None)
    return [s.officer for s in rows.filter(period__contains=at(12))]


def test_the_shift_stays_until_it_is_accepted_and_then_is_the_others(offer, desk, people):
    assert primaries(desk) == [people.dgp_duty]
    assert Message.objects.get(key=f"waiting:swap:{offer.uid}").payload == {
        "to": people.dgp_head.pk
    }
    for _again in range(2):
        done = actions.accept_shift(offer, by=people.dgp_head)
    assert primaries(desk) == [people.dgp_head]
    assert (done.taken.period.lower, done.taken.period.upper) == (at(6), at(18))
    assert Entry.objects.filter(verb="duty.swapped", actor=people.dgp_head).count() == 1
    assert not people.dgp_duty.bookings.filter(cancelled_at=None, period__contains=at(12)).exists()


def test_offered_twice_is_one_offer_and_to_another_only_after_it_was_taken_back(
    offer, shift, people, officer
):
    assert actions.offer_shift(shift, to=people.dgp_head, by=people.dgp_duty) == offer
    third = officer("third.one", "DESK-DGP", Role.DUTY_OFFICER)
    with pytest.raises(Refused) as refusal:
        actions.offer_shift(shift, to=third, by=people.dgp_duty)
    assert refusal.value.code == "offered_already"
    for _again in range(2):
        actions.withdraw_shift_offer(offer, by=people.dgp_duty)
    second = actions.offer_shift(shift, to=third, by=people.dgp_duty)
    for _again in range(2):
        actions.decline_shift(second, by=third)
    with pytest.raises(Refused):
        actions.accept_shift(second, by=third)
    assert actions.offer_shift(shift, to=third, by=people.dgp_duty) != second


def test_only_the_one_asked_answers_and_only_the_own_shift_is_offered(
    offer, shift, people, officer
):
    third = officer("third.one", "DESK-DGP", Role.DUTY_OFFICER)
    for verb, by in (
        (actions.accept_shift, people.dgp_duty),
        (actions.accept_shift, third),
        (actions.decline_shift, third),
        (actions.withdraw_shift_offer, people.dgp_head),
    ):
        with pytest.raises(NotAllowed):
            verb(offer, by=by)
    with pytest.raises(NotAllowed):
        actions.offer_shift(shift, to=third, by=people.dgp_head)


def test_it_is_offered_only_to_who_may_serve_there(shift, people):
    for to in (people.dgp_duty, people.rix_duty, people.pol_duty):
        with pytest.raises(Invalid):
            actions.offer_shift(shift, to=to, by=people.dgp_duty)


def test_whoever_is_booked_absent_or_not_posted_then_cannot_take_it(offer, desk, people, unit):
    actions.enter_absence(
        people.dgp_head, unit=desk, starts_at=at(10), ends_at=at(11), ground="leave",
        by=people.dgp_head,
    )  # fmt: skip
    with pytest.raises(Refused) as refusal:
        actions.accept_shift(offer, by=people.dgp_head)
    assert refusal.value.code == "booked_elsewhere"
    assert primaries(desk) == [people.dgp_duty]
    actions.set_posting_end(people.dgp_head.postings.get(), ends_at=at(9), by=None)
    with pytest.raises(Refused) as refusal:
        actions.accept_shift(offer, by=people.dgp_head)
    assert refusal.value.code == "not_posted"


def test_an_offer_is_over_when_the_shift_begins_or_is_taken_back(
    offer, shift, people, time_machine
):
    time_machine.move_to(at(6), tick=False)
    with pytest.raises(Refused) as refusal:
        actions.accept_shift(offer, by=people.dgp_head)
    assert refusal.value.code == "offer_over"
    with pytest.raises(Refused):
        actions.offer_shift(shift, to=people.dgp_head, by=people.dgp_duty)
    time_machine.move_to(NOON, tick=False)
    actions.cancel_duty(shift, by=people.dgp_head)
    with pytest.raises(Refused):
        actions.accept_shift(offer, by=people.dgp_head)


def test_a_taken_shift_is_not_booked_again_by_the_rule_it_came_from(desk, people):
    actions.plan_duty(
        people.dgp_duty, unit=desk, start=at(8).time(), end=at(20).time(),
        first_day=at(0).date(), last_day=at(0, day=5).date(), by=people.dgp_head,
    )  # fmt: skip
    shift = DutyShift.objects.get(unit=desk, cancelled_at=None, period__contains=at(12))
    offer = actions.offer_shift(shift, to=people.dgp_head, by=people.dgp_duty)
    actions.accept_shift(offer, by=people.dgp_head)
    assert actions.extend_rotas() == 0
    assert primaries(desk) == [people.dgp_head]


def test_the_database_keeps_one_offer_and_one_answer(offer, people):
    with refused_by_database("a_shift_is_offered_to_one_officer_at_a_time"):
        sql(
            "INSERT INTO contactpoints_shiftswap (uid, shift_id, to_id, offered_at) "
            "VALUES (gen_random_uuid(), %s, %s, now())",
            offer.shift_id, people.rix_duty.pk,
        )  # fmt: skip
    with refused_by_database("an_offer_has_one_answer"):
        sql("UPDATE contactpoints_shiftswap SET declined_at = now(), withdrawn_at = now()")
    with refused_by_database("an_accepted_offer_names_the_new_shift"):
        sql("UPDATE contactpoints_shiftswap SET accepted_at = now()")


def test_a_swap_in_the_browser_and_the_head_sees_it(shift, desk, people, signed_in, officer):
    third = officer("third.one", "DESK-DGP", Role.DUTY_OFFICER)
    mine, theirs = signed_in(people.dgp_duty), signed_in(third)
    head = signed_in(people.dgp_head)
    assert mine.post(f"/shifts/{shift.uid}/offer/", {"to": "x\0"}).status_code == 400
    assert mine.post(f"/shifts/{shift.uid}/offer/", {"to": str(third.uid)}).status_code == 302
    swap = ShiftSwap.objects.get()
    assert head.get("/rota/DESK-DGP/").context["swaps"] == [swap]
    assert theirs.get("/duty/").context["offers"] == [swap]
    assert b'href="/duty/"' in theirs.get("/").content
    assert mine.post(f"/swaps/{swap.uid}/accept/").status_code == 403
    assert head.post(f"/swaps/{swap.uid}/accept/").status_code == 404
    assert signed_in(people.pol_duty).post(f"/swaps/{swap.uid}/accept/").status_code == 404
    assert theirs.post(f"/swaps/{swap.uid}/accept/").status_code == 302
    assert primaries(desk) == [third]
    (seen,) = head.get("/rota/DESK-DGP/").context["swaps"]
    assert seen.accepted_at is not None
    assert mine.post(f"/swaps/{swap.uid}/withdraw/").status_code == 409
    assert theirs.post(f"/shifts/{shift.uid}/offer/", {"to": "x"}).status_code == 404


def test_a_swap_by_the_api(shift, people, api):
    mine, theirs = api(people.dgp_duty), api(people.dgp_head)
    (row,) = mine.get("/api/v1/shifts/").json()
    assert row["uid"] == str(shift.uid)
    path = f"/api/v1/shifts/{shift.uid}/offer/"
    assert mine.post(path, {"to": str(people.pol_duty.uid)}).status_code == 400
    made = mine.post(path, {"to": str(people.dgp_head.uid)}).json()
    assert [swap["uid"] for swap in theirs.get("/api/v1/swaps/").json()] == [made["uid"]]
    assert api(people.pol_duty).get("/api/v1/swaps/").json() == []
    assert theirs.post(f"/api/v1/swaps/{made['uid']}/decline/").json()["declined_at"]
    again = mine.post(path, {"to": str(people.dgp_head.uid)}).json()
    assert mine.post(f"/api/v1/swaps/{again['uid']}/withdraw/").status_code == 200
    last = mine.post(path, {"to": str(people.dgp_head.uid)}).json()
    assert theirs.post(f"/api/v1/swaps/{last['uid']}/accept/").json()["accepted_at"]
    assert mine.get("/api/v1/shifts/").json() == []


def test_the_page_of_the_own_duty_costs_the_same_for_one_shift_and_for_many(
    shift, desk, people, signed_in, django_assert_num_queries
):
    browser = signed_in(people.dgp_duty)
    browser.get("/duty/")
    with CaptureQueriesContext(connection) as one:
        browser.get("/duty/")
    for day in range(3, 9):
        more = actions.book_duty(
            people.dgp_duty, unit=desk, starts_at=at(6, day), ends_at=at(18, day), by=None
        )
        actions.offer_shift(more, to=people.dgp_head, by=people.dgp_duty)
    with django_assert_num_queries(len(one)):
        assert len(browser.get("/duty/").context["shifts"]) == 7
