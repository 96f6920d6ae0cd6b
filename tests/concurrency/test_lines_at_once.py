"""Line checks and pauses by several processes and officers at the same moment."""

from datetime import timedelta

import pytest
import time_machine
from django.utils.timezone import now

from bordercoop.errors import Refused
from contactpoints import actions as points
from contactpoints.lines import lines
from contactpoints.models import (
    Alert,
    ContactPoint,
    Delivery,
    ExchangePause,
    HeldRelease,
    LineBreak,
    LineCheck,
)
from incidents import actions
from tests.concurrency.test_races import errors, together

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def hourly(settings):
    settings.LINE_CHECK_EVERY = 3600


def test_two_schedulers_make_one_check_and_one_alarm(hourly, both_sides_on_duty, people):
    at = now().replace(minute=1)
    with time_machine.travel(at, tick=False):
        assert errors(together(*[points.check_lines] * 3)) == []
    assert LineCheck.objects.count() == len(lines())
    with time_machine.travel(at + timedelta(minutes=30), tick=False):
        assert errors(together(*[points.check_lines] * 3)) == []
        points.check_lines()
    assert LineBreak.objects.count() == 2  # both ways of the land point; nobody serves elsewhere
    assert Alert.objects.count() == 4


def test_answered_by_two_while_it_is_being_missed_it_has_one_end(
    hourly, both_sides_on_duty, people
):
    people.pol_head
    at = now().replace(minute=1)
    with time_machine.travel(at, tick=False):
        points.check_lines()
    check = LineCheck.objects.select_related("answerer").get(answerer__code="DESK-POL")
    with time_machine.travel(at + timedelta(minutes=30), tick=False):
        results = together(
            points.check_lines,
            lambda: points.answer_check(check, by=people.pol_duty),
            lambda: points.answer_check(check, by=people.pol_head),
        )
        assert errors(results) == []
        points.check_lines()
    check.refresh_from_db()
    assert check.heard_by in (people.pol_duty, people.pol_head)
    assert (check.state == "missed") == (check.missed_at is not None)
    open_ = LineBreak.objects.filter(repaired_at=None, answerer=check.answerer)
    assert not open_.exists()


def test_asked_for_by_two_at_once_it_is_one_check(both_sides_on_duty, people, unit):
    dgp, pol = unit("DESK-DGP"), unit("DESK-POL")
    who = (people.dgp_duty, people.lv_hq)
    results = together(*(lambda by=by: points.check_line(dgp, pol, by=by) for by in who))
    assert errors(results) == []
    assert LineCheck.objects.count() == 1


def test_held_releases_go_out_once_however_many_ticks_run(
    incident, people, unit, both_sides_on_duty
):
    cases, desk = [incident(), incident()], unit("DESK-POL")
    people.dgp_head
    out = incident()
    alert = actions.release_incident(out, desks=[desk], priority="P3", by=people.dgp_duty)
    point = ContactPoint.objects.get(code="CCP-LAND")
    said = {"until": now() + timedelta(hours=1), "reason": "x"}
    results = together(
        *[lambda: points.pause_exchange(point, by=people.dgp_head, **said)] * 2,
    )
    assert errors(results) == []
    pause = ExchangePause.objects.get()
    for case in cases:
        assert actions.release_incident(case, desks=[desk], by=people.dgp_duty) is None
    held = HeldRelease.objects.earliest("pk")
    # An update that waits is taken back in three ways at once: each waits for the others.
    assert points.update_alert(alert, line="More.", by=people.dgp_duty) is None
    update = HeldRelease.objects.updates().get()
    results = together(
        lambda: points.drop_held_update(update, by=people.dgp_duty),
        lambda: points.cancel_alert(alert, reason="Hunters.", by=people.dgp_duty),
        lambda: actions.recall_release(out, desks=[desk], reason="x", by=people.dgp_head),
    )
    assert [type(one) for one in errors(results)] in ([], [Refused])
    assert HeldRelease.objects.updates().get().why == "recalled"
    before = Delivery.objects.count()
    points.resume_exchange(pause, by=people.dgp_head)
    results = together(
        points.end_pauses,
        points.end_pauses,
        lambda: actions.drop_held_release(held, by=people.dgp_duty),
    )
    assert errors(results) == []
    points.end_pauses()
    assert not HeldRelease.objects.open().exists()
    gone = HeldRelease.objects.exclude(gone_at=None).count()
    assert gone == Delivery.objects.count() - before
    assert gone in (1, 2)
