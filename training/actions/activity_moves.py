"""An activity goes its road: invitations, nominations, confirmed, held, evaluated, reported."""

from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.reference.wording import worded

from ..models import Activity, ActivityState
from ..models.activities import AHEAD, ROAD
from .activities import _money
from .activity_kit import (
    locked_activity,
    moved,
    not_now,
    require_agreed,
    require_either,
    require_planner,
    wrong,
)
from .evaluating import cut_answers
from .rounds import alone
from .taken_times import free_times
from .telling import tell_seated

State = ActivityState
ROUND = 200


def _step(activity: Activity, after: str, by: Any) -> Activity | None:
    """The activity under its lock, one step before `after`; None when it is there or farther."""
    activity = locked_activity(activity, by)
    require_planner(activity, by)
    at = ROAD.index(State(after))
    if activity.state not in ROAD or (activity.state == ROAD[0] and at > 1):
        raise not_now(activity)
    if ROAD.index(State(activity.state)) >= at:
        return None
    if activity.state != ROAD[at - 1]:
        raise not_now(activity)
    return activity


@transaction.atomic
def send_invitations(activity: Activity, *, by: Any) -> Activity:
    """The services and hosts were invited. Refused before both sides agreed."""
    if found := _step(activity, State.INVITED, by):
        require_agreed(found)
        moved(found, State.INVITED, by=by)
    return Activity.objects.get(pk=activity.pk)


@transaction.atomic
def open_nominations(activity: Activity, *, by: Any) -> Activity:
    """Units nominate from now on."""
    if found := _step(activity, State.NOMINATIONS, by):
        if found.ends_at <= now():
            raise wrong("ends_at", _("It is over already. Enter who came from the list instead."))
        moved(found, State.NOMINATIONS, by=by)
    return Activity.objects.get(pk=activity.pk)


@transaction.atomic
def confirm_activity(activity: Activity, *, by: Any) -> Activity:
    """It takes place as it stands: each side that is in it has agreed to that."""
    if found := _step(activity, State.CONFIRMED, by):
        require_agreed(found)
        moved(found, State.CONFIRMED, by=by)
    return Activity.objects.get(pk=activity.pk)


def run_due_activities() -> int:
    """Confirmed activities whose time has come run, running ones whose time is over are held;
    returns how many moved. Safe twice and at once."""
    moment, count = now(), 0
    due = Activity.objects.filter(
        state=State.CONFIRMED, period__startswith__lte=moment
    ) | Activity.objects.filter(state=State.RUNNING, period__endswith__lte=moment)
    for pk in list(due.order_by("pk").values_list("pk", flat=True)[:ROUND]):
        with alone("run_due_activities", pk):
            rows = Activity.objects.select_for_update(skip_locked=True, no_key=True, of=("self",))
            activity = rows.select_related("unit").filter(pk=pk).first()
            if activity is None:
                continue
            if activity.state == State.CONFIRMED and activity.starts_at <= moment:
                moved(activity, State.RUNNING, by=None)
                count += 1
            if activity.state == State.RUNNING and activity.ends_at <= moment:
                moved(activity, State.HELD, by=None)
                count += 1
    return count


@transaction.atomic
def close_evaluation(activity: Activity, *, by: Any) -> Activity:
    """What those who took part answered is complete."""
    if found := _step(activity, State.EVALUATED, by):
        moved(found, State.EVALUATED, by=by)
        cut_answers(found)
    return Activity.objects.get(pk=activity.pk)


@transaction.atomic
def report_activity(
    activity: Activity, *, lessons: str, budget_used: Decimal | None, by: Any
) -> Activity:
    """Close it with what was learned (in the language of the activity) and what it cost in euro."""
    if found := _step(activity, State.REPORTED, by):
        found.lessons = worded(
            lessons, "lessons", most=8_000, empty=_("Write what was learned, or that nothing was.")
        )
        found.budget_used = _money("budget_used", budget_used)
        moved(found, State.REPORTED, "lessons", "budget_used", by=by)
    return Activity.objects.get(pk=activity.pk)


def _put_off(activity: Activity, after: str, reason: str, by: Any) -> Activity:
    activity = locked_activity(activity, by)
    require_either(activity, by)
    if activity.state == after:
        return activity
    allowed = AHEAD if after == State.POSTPONED else ("idea", "postponed", *AHEAD)
    if activity.state not in allowed:
        raise not_now(activity)
    activity.reason = worded(
        reason, "reason", most=500, empty=_("Write the reason: everybody invited reads it.")
    )
    activity.sequence += 1
    moved(activity, after, "reason", "sequence", reason=activity.reason, by=by)
    free_times(activity)
    activity.sessions.standing().update(venue="")
    tell_seated(activity)
    return activity


@transaction.atomic
def postpone_activity(activity: Activity, *, reason: str, by: Any) -> Activity:
    """Put it off, by either side; everybody's time and the rooms are free again. It is planned
    anew by new times and `put_activity`."""
    return _put_off(activity, State.POSTPONED, reason, by)


@transaction.atomic
def cancel_activity(activity: Activity, *, reason: str, by: Any) -> Activity:
    """Give it up, by either side; everybody's time and the rooms are free again."""
    return _put_off(activity, State.CANCELLED, reason, by)
