"""Attendance: written by the list or by the code at the door, corrected, closed."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.audit.models import record
from bordercoop.errors import NotAllowed, Refused

from ..attendance import (
    COMING,
    LATE,
    TAKEN_IN,
    day_at_door,
    days_of,
    door_is_open,
    is_open,
    require_code,
    takes_for,
    today_at,
)
from ..models import Activity, AttendanceMark, How, Participation, PartState
from ..models.people import SEATED
from .activity_kit import locked_activity, not_now, ring_activity, wrong
from .nominating import _move, no_part
from .rounds import alone

State = PartState
# A list that nobody closed is closed by itself then.
CLOSES = timedelta(days=7)
ROUND = 100


def _require_taker(activity: Activity, by: Any) -> tuple[str, ...]:
    sides = takes_for(by, activity)
    if not sides:
        raise NotAllowed(_("A coordinator of the side writes down who came."))
    return sides


def _require_open(activity: Activity) -> None:
    if activity.state not in TAKEN_IN:
        raise not_now(activity)
    if not is_open(activity):
        raise Refused(
            _("Lists are taken for %(days)s days after the end. Ask your headquarters.")
            % {"days": LATE.days},
            code="too_late",
        )


@transaction.atomic
def mark_attendance(
    activity: Activity, *, marks: Iterable[tuple[UUID, date, bool]], by: Any
) -> int:
    """Write down who was there on which day: (participation's public id, day of the place, there).

    By coordinators, each side's for its own people, the planning side's for all. What stood
    otherwise is kept. The same again changes nothing; returns how many marks are new.
    """
    activity = locked_activity(activity, by)
    sides = _require_taker(activity, by)
    _require_open(activity)
    rows = Participation.objects.visible_to(by).filter(activity=activity)
    parts = {part.uid: part for part in rows.select_related("activity", "officer", "unit")}
    days, today, count = set(days_of(activity)), today_at(activity), 0
    touched: dict[int, Participation] = {}
    for uid, day, present in marks:
        part = parts.get(uid)
        if part is None:
            raise no_part()
        if part.side not in sides:
            raise NotAllowed(_("The other side's coordinators write down its people."))
        if part.state not in SEATED:
            raise wrong("marks", _("Only people with a seat are on the list."))
        if day not in days:
            raise wrong("marks", _("This day is not one of the activity."))
        if day > today:
            raise wrong("marks", _("This day has not come yet."))
        if _write(part, day, present, How.LIST, by):
            count += 1
            touched[part.pk] = part
    for part in touched.values():
        _follow(part, by)
    if count:
        _keep(activity, "attendance_written", by, marks=count)
    return count


def _write(part: Participation, day: date, present: bool, how: str, by: Any) -> bool:
    """The activity's lock is the caller's. Nothing is written where nothing changes: nobody who was
    not marked is the same as absent."""
    held = AttendanceMark.objects.standing().filter(participation=part, day=day).first()
    if held.present == present if held is not None else not present:
        return False
    if not present and part.state == State.CERTIFIED:
        raise Refused(
            _("A certificate of %(officer)s rests on this day. Revoke it first.")
            % {"officer": part.officer.display_name},
            code="certified",
        )
    if held is not None:
        AttendanceMark.objects.filter(pk=held.pk).update(superseded_at=now())
    AttendanceMark.objects.create(participation=part, day=day, present=present, how=how, by=by)
    return True


def _follow(part: Participation, by: Any) -> None:
    """After the list was closed a correction may make a guest of an absentee, and the reverse."""
    came = part.marks.came().exists()
    if part.state == State.NO_SHOW and came:
        _move(part, State.ATTENDED, by=by)
    elif part.state == State.ATTENDED and not came:
        _move(part, State.NO_SHOW, by=by)


@transaction.atomic
def say_here(activity: Activity, *, code: str, by: Any) -> Participation:
    """The officer with a seat is here today, by the code that the door shows. Said twice is once.

    Refused with a sentence for a code that is old or not of this activity.
    """
    activity = locked_activity(activity, by)
    part = Participation.objects.filter(activity=activity, officer=by, state__in=SEATED)
    mine = part.select_related("activity", "officer", "unit").first()
    if mine is None:
        raise NotAllowed(
            _("You have no seat at this activity. Speak to its coordinator."), code="no_seat"
        )
    require_code(activity, code, by)
    if not door_is_open(activity):
        raise Refused(
            _("The door is open from two hours before the beginning until the end."),
            code="wrong_state",
        )
    if _write(mine, day_at_door(activity), True, How.CODE, by):
        _follow(mine, by)
        record("participation.here", mine.ref, by=by, trail=mine.side, activity=activity.number)
        ring_activity(activity)
    return mine


@transaction.atomic
def close_attendance(activity: Activity, *, by: Any) -> tuple[int, int]:
    """After the end: who was there on one day at least attended, the others did not come. Of the
    own side, and of the other for which `by` writes the list too, once anything is written there.
    Returns (attended, did not come); closed twice is once."""
    activity = locked_activity(activity, by)
    sides = _require_taker(activity, by)
    if activity.state not in TAKEN_IN or activity.ends_at > now():
        raise not_now(activity)
    written = AttendanceMark.objects.standing().filter(participation__activity=activity)
    begun = {by.side, *written.values_list("participation__side", flat=True)}
    return _close(activity, begun.intersection(sides), by)


def _close(activity: Activity, sides: Iterable[str], by: Any) -> tuple[int, int]:
    rows = activity.participations.filter(side__in=sides, state__in=COMING)
    found = list(rows.select_related("activity", "officer", "unit").order_by("pk"))
    came = AttendanceMark.objects.came().filter(participation__in=found)
    there = set(came.values_list("participation_id", flat=True))
    for part in found:
        _move(part, State.ATTENDED if part.pk in there else State.NO_SHOW, by=by)
    if found:
        _keep(activity, "attendance_closed", by, attended=len(there))
    return len(there), len(found) - len(there)


def close_due_attendance() -> int:
    """Close the lists of what ended a week ago and nobody closed; returns of how many activities.
    Safe twice and at once."""
    count = 0
    waiting = Participation.objects.filter(
        state__in=COMING, activity__state__in=TAKEN_IN,
        activity__period__endswith__lt=now() - CLOSES,
    )  # fmt: skip
    rows_of = waiting.order_by("activity_id").values_list("activity_id", flat=True).distinct()
    for pk in list(rows_of[:ROUND]):
        with alone("close_due_attendance", pk):
            rows = Activity.objects.filter(pk=pk).select_for_update(skip_locked=True, no_key=True)
            if (activity := rows.first()) is None:
                continue
            _close(activity, activity.sides, None)
            count += 1
    return count


def _keep(activity: Activity, deed: str, by: Any, **facts: Any) -> None:
    side = by.side if by is not None else activity.side
    record(f"activity.{deed}", activity.ref, by=by, trail=side, **facts)
    ring_activity(activity)
