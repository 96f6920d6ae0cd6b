"""Line checks: once a line and period, answered, missed, alarmed once, repaired."""

from datetime import timedelta

import pytest
import time_machine
from django.db import DatabaseError, IntegrityError, transaction
from django.utils.timezone import now

from bordercoop.audit.models import Entry
from bordercoop.errors import NotAllowed, Refused
from bordercoop.outbox.models import Pulse
from contactpoints import actions
from contactpoints.lines import figures, lines, p95, period_of
from contactpoints.models import Alert, Booking, Delivery, DutyShift, LineBreak, LineCheck

pytestmark = pytest.mark.django_db
State = LineCheck.State


@pytest.fixture
def hourly(settings):
    """Each full hour; now is a minute after one."""
    settings.LINE_CHECK_EVERY = 3600
    with time_machine.travel(now().replace(minute=1, second=0)):
        yield


def check_of(caller, answerer):
    rows = LineCheck.objects.filter(
        caller__code=f"DESK-{caller}", answerer__code=f"DESK-{answerer}"
    )
    return rows.select_related("caller", "answerer").latest("pk")


def leave(code, at=True):
    """Nobody is on duty there any more; with None again as before."""
    at = now() if at else None
    Booking.objects.filter(dutyshift__unit__code=code).update(cancelled_at=at)
    DutyShift.objects.filter(unit__code=code).update(cancelled_at=at)


def later(**by):
    return time_machine.travel(now() + timedelta(**by), tick=False)


def test_the_lines_join_the_ends_of_each_point_and_the_focal_point_its_air_partner():
    found = {(a.code[5:], b.code[5:]) for a, b in lines()}
    pairs = [("DGP", "POL"), ("RIX", "MSQ"), ("RIX", "FP-MSQ")]
    assert found == {*pairs, *((b, a) for a, b in pairs)}


def test_each_line_is_checked_once_a_period_however_often_the_tick_runs(hourly, both_sides_on_duty):
    with time_machine.travel("2026-11-02T10:59:50Z", tick=False):
        assert actions.check_lines() == len(lines())
        assert actions.check_lines() == 0
    with time_machine.travel("2026-11-02T11:00:00Z", tick=False):
        actions.check_lines()
    counted = LineCheck.objects.values_list("caller", "answerer", "period")
    assert len(counted) == len(set(counted)) == 2 * len(lines())


def test_the_night_in_which_the_clocks_change_has_as_many_checks_as_hours(hourly):
    with time_machine.travel("2026-10-24T22:00:00Z", tick=False) as clock:
        for _quarter in range(4 * 5):
            actions.check_lines()
            clock.shift(timedelta(minutes=15))
    periods = set(LineCheck.objects.values_list("period", flat=True))
    assert len(periods) == 5
    assert LineCheck.objects.count() == 5 * len(lines())


def test_after_the_scheduler_stood_still_no_period_is_made_up_for(hourly):
    actions.check_lines()
    with later(hours=5):
        actions.check_lines()
    assert LineCheck.objects.count() == 2 * len(lines())


def test_switched_off_nothing_is_made(settings):
    settings.LINE_CHECK_EVERY = 0
    assert actions.check_lines() == 0


def test_a_check_to_an_empty_desk_says_so_and_alarms_nobody(hourly, people):
    people.dgp_duty, people.lv_hq, people.by_hq
    actions.check_lines()
    assert check_of("DGP", "POL").state == State.UNMANNED
    assert check_of("POL", "DGP").state == State.WAITING
    with later(hours=2):
        leave("DESK-DGP")
        actions.check_lines()
    assert check_of("POL", "DGP").state == State.UNMANNED
    assert not Alert.objects.exists()


def test_drawn_and_answered_it_keeps_both_times_and_both_people(hourly, both_sides_on_duty, people):
    actions.check_lines()
    check = check_of("DGP", "POL")
    with later(seconds=3):
        actions.mark_check_drawn(check, by=people.dgp_duty)  # not the answering desk's screen
        actions.mark_check_drawn(check, by=people.pol_duty)
    with later(seconds=40):
        actions.mark_check_drawn(check, by=people.pol_head)
        actions.answer_check(check, by=people.pol_duty)
    with later(seconds=50):
        actions.answer_check(check, by=people.pol_head)
    check = check_of("DGP", "POL")
    assert check.state == State.HEARD
    assert round(check.screen_s) == 3
    assert check.screen_by == people.pol_duty
    assert round(check.heard_s) == 40
    assert check.heard_by == people.pol_duty
    assert Entry.objects.filter(verb="line.answered").count() == 1


def test_only_the_answering_desk_answers(hourly, both_sides_on_duty, people):
    actions.check_lines()
    check = check_of("DGP", "POL")
    for other in (people.dgp_duty, people.msq_duty, people.pol_officer):
        with pytest.raises(NotAllowed):
            actions.answer_check(check, by=other)
    assert check_of("DGP", "POL").state == State.WAITING


def test_a_check_is_no_open_alert_and_escalates_nothing(hourly, both_sides_on_duty):
    actions.check_lines()
    with later(minutes=4):
        actions.check_lines()
        actions.escalate_due()
    assert not Delivery.objects.exists()


@pytest.mark.parametrize("drawn", [False, True])
def test_missed_both_desks_are_alarmed_once_a_break_and_told_of_the_repair(
    hourly, both_sides_on_duty, people, drawn, settings
):
    with time_machine.travel(now().replace(minute=0), tick=False) as clock:
        actions.check_lines()
        if drawn:
            actions.mark_check_drawn(check_of("DGP", "POL"), by=people.pol_duty)
        actions.answer_check(check_of("POL", "DGP"), by=people.dgp_duty)
        clock.shift(timedelta(seconds=settings.LINE_CHECK_SCREEN_WITHIN))
        actions.check_lines()
        assert LineBreak.objects.exists() != drawn
        clock.shift(timedelta(seconds=settings.LINE_CHECK_ANSWER_WITHIN))
        actions.check_lines()
        for _more in range(2):  # the next periods are missed as well
            clock.shift(timedelta(hours=1))
            actions.check_lines()
            actions.answer_check(check_of("POL", "DGP"), by=people.dgp_duty)
        alarms = Delivery.objects.filter(alert__about__startswith="line:")
        assert sorted(alarms.values_list("desk__code", "priority", "alert__card__event")) == [
            ("DESK-DGP", "P2", "line_missed"),
            ("DESK-POL", "P2", "line_missed"),
        ]
        missed = LineCheck.objects.filter(state=State.MISSED).earliest("pk")
        assert missed.missed == ("answer" if drawn else "screen")
        trails = Entry.objects.filter(verb="line.missed", about=missed.ref)
        assert sorted(trails.values_list("side", flat=True)) == ["BY", "LV"]
        actions.answer_check(check_of("DGP", "POL"), by=people.pol_duty)
        assert not LineBreak.objects.filter(repaired_at=None).exists()
        repaired = alarms.filter(alert__card__event="line_repaired")
        assert sorted(repaired.values_list("desk__code", "priority")) == [
            ("DESK-DGP", "P4"),
            ("DESK-POL", "P4"),
        ]
        # What of the alarm still waited rings nobody any more.
        assert not alarms.filter(priority="P2", recalled_at=None).exists()


def worked(since, until):
    """The relay worked from one moment to another, in minutes before now."""
    moments = {"since": now() - timedelta(minutes=since), "at": now() - timedelta(minutes=until)}
    Pulse.objects.update_or_create(process="relay", defaults=moments)


@pytest.mark.parametrize(
    ("since", "until", "state"),
    [
        (90, 0, State.MISSED),  # it worked all the time
        (90, 20, State.DOWN),  # the first tick after an outage
        (10, 0, State.DOWN),  # it came back meanwhile
    ],
)
def test_while_the_portal_itself_was_down_nothing_is_missed(
    hourly, both_sides_on_duty, people, since, until, state
):
    actions.check_lines()
    with later(minutes=30):
        worked(since, until)
        actions.check_lines()
        check = check_of("DGP", "POL")
        assert check.state == state
        assert LineBreak.objects.exists() == Alert.objects.exists() == (state == State.MISSED)
        if state == State.DOWN:
            assert figures([check]).excused == 1
            with pytest.raises(Refused, match="The portal was down"):
                actions.answer_check(check, by=people.pol_duty)
    with later(minutes=60):
        # The next one counts again.
        worked(90, 0)
        actions.check_lines()
        assert check_of("DGP", "POL").state == State.WAITING
        assert check_of("DGP", "POL") != check
    with later(minutes=90):
        worked(90, 0)
        actions.check_lines()
        assert check_of("DGP", "POL").state == State.MISSED


def test_a_late_answer_stays_late_and_repairs_the_line(hourly, both_sides_on_duty, people):
    actions.check_lines()
    with later(minutes=30):
        actions.check_lines()
        check = actions.answer_check(check_of("DGP", "POL"), by=people.pol_duty)
        assert check.state == State.MISSED
        assert check.heard_by == people.pol_duty
        assert not LineBreak.objects.filter(repaired_at=None, caller=check.caller).exists()


def test_where_nobody_could_be_told_the_alarm_comes_later(hourly, both_sides_on_duty, people):
    actions.check_lines()
    leave("LV-SBG")
    with later(minutes=30):
        actions.check_lines()
    alarmed = Delivery.objects.filter(alert__about__startswith="line:", desk__code="DESK-POL")
    assert alarmed.exists()
    broken = LineBreak.objects.get(caller__code="DESK-DGP")
    assert broken.caller_alert is None
    leave("LV-SBG", at=None)
    with later(minutes=32):
        actions.check_lines()
    broken.refresh_from_db()
    assert broken.caller_alert is not None


def test_asked_for_by_hand_it_is_one_at_a_time_and_not_too_often(both_sides_on_duty, people, unit):
    dgp, pol = unit("DESK-DGP"), unit("DESK-POL")
    check = actions.check_line(dgp, pol, by=people.dgp_duty)
    assert actions.check_line(dgp, pol, by=people.lv_hq) == check
    actions.answer_check(check, by=people.pol_duty)
    with pytest.raises(Refused) as no:
        actions.check_line(dgp, pol, by=people.dgp_duty)
    assert no.value.status == 429
    with later(minutes=6):
        assert actions.check_line(dgp, pol, by=people.dgp_duty) != check


def test_asked_for_by_hand_it_is_refused_where_it_cannot_be(both_sides_on_duty, people, unit):
    dgp, pol, msq = unit("DESK-DGP"), unit("DESK-POL"), unit("DESK-MSQ")
    with pytest.raises(NotAllowed):
        actions.check_line(dgp, pol, by=people.pol_duty)
    with pytest.raises(Refused, match="No line"):
        actions.check_line(dgp, msq, by=people.dgp_duty)
    leave("DESK-POL")
    with pytest.raises(Refused, match="Nobody is on duty"):
        actions.check_line(dgp, pol, by=people.dgp_duty)
    assert not LineCheck.objects.exists()


def test_the_database_refuses_what_cannot_be(hourly, both_sides_on_duty, people):
    actions.check_lines()
    check = check_of("DGP", "POL")
    rows = LineCheck.objects.filter(pk=check.pk)
    for wrong in (
        {"state": "heard"},
        {"state": "missed"},
        {"heard_at": now()},
        {"missed": "screen"},
        {"at": now() - timedelta(days=1)},
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**wrong)
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        LineCheck.objects.create(caller=check.caller, answerer=check.answerer, period=check.period)
    actions.answer_check(check, by=people.pol_duty)
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.update(state="waiting", heard_at=None, heard_by=None)


def test_figures_are_of_settled_checks_and_an_answer_too_late_is_missed():
    at = now()

    def made(state, screen=None, heard=None):
        after = lambda s: at + timedelta(seconds=s) if s is not None else None  # noqa: E731
        return LineCheck(state=state, at=at, screen_at=after(screen), heard_at=after(heard))

    found = figures(
        [
            *(made(State.HEARD, screen=n, heard=10 * n) for n in range(1, 21)),
            made(State.MISSED, screen=400, heard=5000),
            made(State.UNMANNED),
            made(State.PAUSED),
            made(State.WAITING),
        ]
    )
    assert (found.made, found.answered, found.missed, found.excused) == (23, 20, 1, 2)
    assert (found.heard_median, found.heard_p95) == (105, 190)
    assert found.screen_p95 == 20
    assert p95([]) is None


def test_a_period_begins_on_the_full_hour_of_utc():
    assert period_of(now().replace(minute=34), 3600).minute == 0
