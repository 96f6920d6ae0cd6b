"""A rota that is a rule: somebody is there at every moment, also when the clocks change."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from bordercoop.errors import NotAllowed, Refused
from contactpoints import actions
from contactpoints.models import Booking, DutyShift, Role, RotaRule

pytestmark = pytest.mark.django_db

NOON = datetime(2027, 3, 20, 12, tzinfo=UTC)


@pytest.fixture
def rule(unit, people, time_machine):
    time_machine.move_to(NOON - timedelta(days=3), tick=False)
    people.dgp_head, people.dgp_duty, people.pol_head  # their day of duty is over by noon
    time_machine.move_to(NOON, tick=False)

    def make(user, start, end, code="DESK-DGP", first_day=date(2027, 3, 20), by=None, **more):
        return actions.set_rota_rule(
            user, unit=unit(code), start=start, end=end, first_day=first_day, by=by, **more
        )

    return make


@pytest.fixture
def day_and_night(rule, people):
    rule(people.dgp_head, time(8), time(20))
    rule(people.dgp_duty, time(20), time(8))


def periods():
    return sorted(
        (shift.period for shift in DutyShift.objects.filter(rule__isnull=False)),
        key=lambda period: period.lower,
    )


@pytest.mark.parametrize(
    ("year_month", "hours"), [((2027, 3), 23), ((2027, 10), 25)], ids=["spring", "autumn"]
)
@pytest.mark.parametrize("start", [time(3, 0), time(3, 30), time(8, 0), time(0, 0)])
def test_no_gap_and_no_overlap_over_a_clock_change(
    start, year_month, hours, rule, people, time_machine
):
    first = date(*year_month, 25)
    time_machine.move_to(datetime(*year_month, 24, tzinfo=UTC), tick=False)
    end = time((start.hour + 12) % 24, start.minute)
    rule(people.dgp_head, start, end, first_day=first)
    rule(people.dgp_duty, end, start, first_day=first)
    actions.extend_rotas(until=first + timedelta(days=8))
    turns = periods()
    assert all(before.upper == after.lower for before, after in pairwise(turns))
    riga = ZoneInfo("Europe/Riga")
    changed = date(2027, 3, 28) if hours == 23 else date(2027, 10, 31)
    day = datetime.combine(changed, time(), riga)
    length = datetime.combine(changed + timedelta(days=1), time(), riga).astimezone(
        UTC
    ) - day.astimezone(UTC)
    assert length == timedelta(hours=hours)


def test_the_other_side_has_no_clock_change(rule, people):
    rule(people.pol_head, time(8), time(20), code="DESK-POL")
    actions.extend_rotas(until=date(2027, 4, 2))
    assert {period.upper - period.lower for period in periods()} == {timedelta(hours=12)}
    assert {period.lower.hour for period in periods()} == {5}


def test_a_shift_over_midnight_ends_the_next_day(rule, people):
    rule(people.dgp_head, time(20), time(8))
    actions.extend_rotas(until=date(2027, 3, 20))
    (period,) = periods()
    assert period.lower == datetime(2027, 3, 20, 18, tzinfo=UTC)
    assert period.upper == datetime(2027, 3, 21, 6, tzinfo=UTC)


def test_one_who_serves_around_the_clock_is_always_there(rule, people):
    rule(people.dgp_head, time(0), time(0))
    actions.extend_rotas(until=date(2027, 4, 3))
    turns = periods()
    assert len(turns) == 15
    assert all(before.upper == after.lower for before, after in pairwise(turns))


def test_extended_twice_is_extended_once(day_and_night):
    assert actions.extend_rotas(until=date(2027, 4, 3)) == 30
    assert actions.extend_rotas(until=date(2027, 4, 3)) == 0
    assert actions.extend_rotas(until=date(2027, 4, 4)) == 2


def test_it_reaches_sixty_days_ahead_by_default(day_and_night):
    actions.extend_rotas()
    assert periods()[-1].lower.date() == date(2027, 5, 19)


def test_a_turn_whose_time_is_taken_is_left_out_and_the_others_are_booked(
    day_and_night, people, unit
):
    actions.post_officer(people.dgp_head, unit=unit("DESK-RIX"), role=Role.DUTY_OFFICER, by=None)
    actions.book_duty(
        people.dgp_head,
        unit=unit("DESK-RIX"),
        starts_at=datetime(2027, 3, 22, 10, tzinfo=UTC),
        ends_at=datetime(2027, 3, 22, 11, tzinfo=UTC),
        by=None,
    )
    assert actions.extend_rotas(until=date(2027, 3, 25)) == 11
    assert not DutyShift.objects.current(datetime(2027, 3, 22, 12, tzinfo=UTC)).exists()


def test_a_cancelled_turn_is_not_booked_again(day_and_night, people):
    actions.extend_rotas(until=date(2027, 3, 25))
    turn = DutyShift.objects.current(datetime(2027, 3, 22, 12, tzinfo=UTC)).get()
    actions.cancel_duty(turn, by=people.dgp_head)
    assert actions.extend_rotas(until=date(2027, 3, 25)) == 0
    assert not DutyShift.objects.current(datetime(2027, 3, 22, 12, tzinfo=UTC)).exists()


def test_a_rule_that_ends_books_nothing_after_its_last_day(day_and_night):
    RotaRule.objects.update(last_day=date(2027, 3, 21))
    assert actions.extend_rotas(until=date(2027, 4, 3)) == 4


def test_every_turn_takes_the_officers_time(day_and_night, people):
    actions.extend_rotas(until=date(2027, 3, 25))
    assert Booking.objects.filter(officer=people.dgp_head, kind="duty").count() == 6


@pytest.mark.parametrize("who", ["dgp_duty", "pol_head", "rix_head"])
def test_nobody_without_the_rota_sets_a_rule(who, rule, people):
    by = getattr(people, who)
    with pytest.raises(NotAllowed):
        rule(people.dgp_head, time(8), time(20), by=by)
    assert not RotaRule.objects.exists()


def test_a_rule_never_puts_an_officer_at_a_desk_of_the_other_side(rule, people):
    with pytest.raises(Refused) as refusal:
        rule(people.pol_head, time(8), time(20), by=people.dgp_head)
    assert refusal.value.code == "other_side"


def test_the_head_sets_a_rule_once(rule, people):
    first = rule(people.dgp_head, time(8), time(20), by=people.dgp_head)
    assert rule(people.dgp_head, time(8), time(20), by=people.dgp_head) == first
