"""The nights on which the clocks of Riga change; those of Minsk never do."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils.timezone import now

from bordercoop.errors import Invalid, Refused
from contactpoints import actions
from contactpoints.actions.duty import extend_rotas
from contactpoints.journal import day_of, journal_of_day
from contactpoints.models import DutyShift, LineCheck, Priority
from contactpoints.policies import after_working, policy_of, preview
from contactpoints.reaching.posting import next_digest
from contactpoints.rota import gaps, rules_of
from contactpoints.watch import on_duty
from contactpoints.working_days import is_working_day

pytestmark = pytest.mark.django_db
RIGA = ZoneInfo("Europe/Riga")
# The change, in UTC, and how many hours the day on Riga's wall has.
AUTUMN = (datetime(2026, 10, 25, 1, tzinfo=UTC), 25)
SPRING = (datetime(2027, 3, 28, 1, tzinfo=UTC), 23)
nights = pytest.mark.parametrize(("change", "hours"), [AUTUMN, SPRING], ids=["autumn", "spring"])


def riga(day, hour, minute=0, fold=0):
    return datetime.combine(day, time(hour, minute), RIGA).replace(fold=fold)


@pytest.fixture
def night(people, unit, time_machine):
    """Two officers at Daugavpils who are free, a week before the change."""

    def night(moment):
        time_machine.move_to(moment - timedelta(days=9), tick=False)
        people.dgp_head, people.dgp_duty, people.pol_duty, people.lv_hq, people.by_hq
        time_machine.move_to(moment - timedelta(days=7), tick=False)
        return unit("DESK-DGP"), unit("DESK-POL")

    return night


@nights
def test_somebody_is_on_duty_at_every_hour_and_the_night_shift_is_as_long_as_it_is(
    change, hours, night, people
):
    desk, _other = night(change)
    for officer, start in ((people.dgp_head, 8), (people.dgp_duty, 20)):
        actions.set_rota_rule(
            officer, unit=desk, start=time(start), end=time((start + 12) % 24),
            first_day=(change - timedelta(days=3)).date(), by=None,
        )  # fmt: skip
    extend_rotas(until=(change + timedelta(days=3)).date())
    shift = DutyShift.objects.get(period__contains=change, unit=desk)
    assert (shift.period.upper - shift.period.lower) == timedelta(hours=hours - 12)
    # "Until 08:00", by the wall on which it is read.
    assert shift.period.upper.astimezone(RIGA).time() == time(8)
    first = change - timedelta(days=2)
    for quarter in range(4 * 24 * 4):
        at = first + timedelta(minutes=15 * quarter)
        assert len(on_duty([desk.pk], at)[desk.pk]) == 1, at
    missing = gaps([desk], change + timedelta(days=2))[desk.pk]
    assert all(ends <= first for _starts, ends in missing)


def test_a_turn_that_begins_in_the_hour_shown_twice_is_booked_once_and_stays_cancelled(
    night, people
):
    desk, _other = night(AUTUMN[0])
    day = AUTUMN[0].date()
    rule = actions.plan_duty(
        people.dgp_duty, unit=desk, start=time(3, 30), end=time(9), first_day=day, last_day=day,
        by=people.dgp_head,
    )  # fmt: skip
    (shift,) = DutyShift.objects.filter(rule=rule)
    assert shift.period.lower == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    (known,) = [one for one in rules_of(desk, day) if one.rule == rule]
    assert known.left_out == []
    actions.cancel_duty(shift, by=people.dgp_head)
    assert extend_rotas(until=day) == 0
    assert DutyShift.objects.filter(rule=rule, cancelled_at=None).count() == 0


def test_a_turn_in_the_hour_that_is_left_out_is_none_and_holds_no_other_up(night, people):
    desk, _other = night(SPRING[0])
    day = SPRING[0].date()
    actions.plan_duty(
        people.dgp_duty, unit=desk, start=time(3, 30), end=time(4), by=people.dgp_head,
        first_day=day - timedelta(days=1), last_day=day + timedelta(days=1),
    )  # fmt: skip
    days = DutyShift.objects.filter(rule__isnull=False).values_list("period", flat=True)
    assert sorted(period.lower.date() for period in days) == [
        day - timedelta(days=1),
        day + timedelta(days=1),
    ]


def test_a_shift_or_absence_that_ends_before_it_begins_is_refused_with_a_sentence(night, people):
    desk, _other = night(SPRING[0])
    day = SPRING[0].date()
    starts, ends = riga(day, 3, 30), riga(day, 4)  # by the wall half an hour, by the sun none
    with pytest.raises(Refused, match="ends before it starts"):
        actions.book_duty(
            people.dgp_duty, unit=desk, starts_at=starts, ends_at=ends, by=people.dgp_head
        )
    with pytest.raises(Invalid, match="over before it begins"):
        actions.enter_absence(
            people.dgp_duty, unit=desk, starts_at=starts, ends_at=ends, ground="leave",
            by=people.dgp_head,
        )  # fmt: skip


@nights
def test_an_alert_climbs_after_so_many_minutes_whatever_the_clock_shows(
    change, hours, night, people, on_duty, time_machine
):
    desk, other = night(change)
    time_machine.move_to(change - timedelta(minutes=10), tick=False)
    on_duty(people.dgp_duty, "DESK-DGP")
    on_duty(people.lv_hq, "LV-SBG")
    alert = actions.raise_alert(
        "incident:x", card={}, priority=Priority.P2, to=[desk], sender=other, by=None
    )
    delivery = alert.deliveries.get()
    assert delivery.escalate_at - now() == timedelta(minutes=15)
    time_machine.move_to(change + timedelta(minutes=4, seconds=59), tick=False)
    assert actions.escalate_due() == 0
    time_machine.move_to(change + timedelta(minutes=5), tick=False)
    assert actions.escalate_due() == 1


@nights
def test_the_preview_of_a_chain_counts_minutes_and_not_what_the_wall_shows(change, hours, night):
    desk, _other = night(change)
    asked = (change - timedelta(minutes=10)).astimezone(RIGA)
    told = preview(policy_of(desk), desk, Priority.P2, asked)
    gone = [(one.at - change).total_seconds() / 60 for one in told]
    assert gone == [-10, 5, 20]


@nights
def test_working_hours_after_the_night_begin_when_the_wall_says_so(change, hours):
    """Two hours of working time from Friday's last: one on Friday, one on Monday; after Easter,
    both on Tuesday."""
    friday, monday = (change + timedelta(days=n) for n in (-2, 1))
    asked = riga(friday.date(), 16).astimezone(UTC)
    due = after_working(asked, 2 * 3600, "Europe/Riga", "LV")
    wall = due.astimezone(RIGA)
    working = (monday.date() + timedelta(days=n) for n in range(9))
    assert wall.date() == next(day for day in working if is_working_day(day, "LV"))
    assert wall.time() in (time(9), time(9, 30), time(10))
    minsk = after_working(asked, 2 * 3600, "Europe/Minsk", "BY")
    minsk = minsk.astimezone(ZoneInfo("Europe/Minsk"))
    assert minsk.date() == monday.date()


@nights
def test_the_digest_comes_at_its_hour_of_the_wall(change, hours, people, settings):
    settings.DIGEST_AT = ["07:00"]
    at = change - timedelta(hours=3)
    for officer, zone in ((people.dgp_duty, RIGA), (people.pol_duty, ZoneInfo("Europe/Minsk"))):
        due = next_digest(officer, at)
        assert due.astimezone(zone).time() == time(7)
        assert timedelta() < due.astimezone(UTC) - at < timedelta(hours=12)


@nights
def test_the_journal_of_the_day_has_all_its_hours_and_no_other(
    change, hours, night, people, unit, time_machine
):
    desk, other = night(change)
    day = change.astimezone(RIGA).date()
    starts, ends = day_of(desk, day)
    assert (ends.timestamp() - starts.timestamp()) / 3600 == hours
    minsk = day_of(other, day)
    assert (minsk[1].timestamp() - minsk[0].timestamp()) / 3600 == 24
    begin = starts.astimezone(UTC)
    texts = []
    for hour in range(-1, hours + 1):
        time_machine.move_to(begin + timedelta(hours=hour, minutes=30), tick=False)
        note = actions.write_duty_note(desk, text=f"Hour {hour}.", by=people.dgp_head)
        texts.append((hour, note))
    time_machine.move_to(begin + timedelta(hours=hours + 2), tick=False)
    told = [line.text for line in journal_of_day(desk, day, people.dgp_head).lines]
    assert [text for text in told if text.startswith("Hour")] == [
        f"Hour {hour}." for hour in range(hours)
    ]


@nights
def test_the_lines_are_checked_once_an_hour_of_the_night(
    change, hours, night, settings, time_machine
):
    settings.LINE_CHECK_EVERY = 3600
    night(change)
    begin = riga(change.date(), 0).astimezone(UTC)
    for quarter in range(4 * hours):
        time_machine.move_to(begin + timedelta(minutes=15 * quarter), tick=False)
        actions.check_lines()
    checks = LineCheck.objects.filter(
        caller__code="DESK-DGP", answerer__code="DESK-POL", period__isnull=False
    )
    assert checks.count() == hours
    assert checks.values("period").distinct().count() == hours


def test_minsk_knows_no_change(night, people):
    _desk, other = night(AUTUMN[0])
    day = AUTUMN[0].date()
    actions.set_rota_rule(
        people.pol_duty, unit=other, start=time(20), end=time(8), by=None,
        first_day=day - timedelta(days=1),
    )  # fmt: skip
    extend_rotas(until=date(2026, 10, 26))
    spans = DutyShift.objects.filter(rule__isnull=False).values_list("period", flat=True)
    assert {span.upper - span.lower for span in spans} == {timedelta(hours=12)}
