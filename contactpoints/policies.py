"""What an escalation policy means at a moment: who is told when, what is held, what runs out.

Reads only. Times of quiet and working hours are those of the desk's own wall; all else is instants.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.errors import Invalid

from .access import may_name
from .models import (
    HELD,
    NEXT_SHIFT,
    Alert,
    Delivery,
    DutyShift,
    EscalationPolicy,
    Priority,
    Unit,
    Who,
    units,
)
from .rota import may_read_rota
from .watch import heads, on_duty, told_at
from .working_days import is_working_day

# How long an alert that goes to an empty desk waits for the next shift, and the longest that a
# wait for it counts when a policy is checked.
UNWATCHED = timedelta(hours=12)
# A wait for the end of the shift is never shorter.
LEAST = 300
DAY = timedelta(days=1)
# A preview looks no further.
FORESEEN = timedelta(days=366)


def policy_of(desk: Unit) -> EscalationPolicy | None:
    """The policy in force at a desk."""
    return EscalationPolicy.objects.filter(desk_id=desk.pk).order_by("-number").first()


def policies_of(desks: Sequence[Unit]) -> dict[int, EscalationPolicy]:
    """Desk id -> its policy in force; one statement."""
    rows = EscalationPolicy.objects.filter(desk_id__in=[desk.pk for desk in desks])
    rows = rows.select_related("made_by").order_by("desk_id", "-number").distinct("desk_id")
    return {policy.desk_id: policy for policy in rows}


def may_read_policy(user: Any, unit: Unit) -> bool:
    """Whoever reads the rota of the desk, of the own side; never the other side."""
    return unit.kind == Unit.Kind.DESK and may_read_rota(user, unit)


def policy_desks(user: Any) -> list[Unit]:
    """The desks of the own side whose policy `user` may read, in tree order."""
    return [unit for unit in units().values() if may_read_policy(user, unit)]


def other_points(desk: Unit) -> list[Unit]:
    """The desks of the same side to which an alert may climb from `desk`."""
    return [
        unit
        for unit in units().values()
        if unit.kind == Unit.Kind.DESK
        and unit.side == desk.side
        and unit.pk != desk.pk
        and unit.retired_at is None
    ]


def stamped(
    policy: EscalationPolicy,
    priority: str,
    shifts: Sequence[DutyShift],
    at: datetime,
    *,
    by_name: bool = False,
) -> list[dict[str, Any]]:
    """The steps for an alert raised at `at`: "who", "channels", "wait" in seconds, None in the
    last; "at", the code of another point's desk, and "alone" where they say something.

    `by_name`: somebody is asked by name, so whoever misses is passed to the head of point.
    """
    deputy = any(step["who"] == Who.DEPUTY for step in policy.steps)
    steps: list[dict[str, Any]] = []
    for step in policy.steps:
        wait = step["wait"].get(priority)
        if wait == NEXT_SHIFT:
            ends = shifts[0].period.upper if shifts else at + UNWATCHED
            wait = max(LEAST, int((ends - at).total_seconds()))
        one = {"who": step["who"], "channels": step["channels"], "wait": wait}
        if step.get("at"):
            one["at"] = step["at"]
        if deputy and step["who"] == Who.PRIMARY:
            one["alone"] = True
        steps.append(one)
    if by_name and len(steps) > 1 and not any(step["who"] == Who.HEAD for step in steps):
        # In the time of the step before, so that headquarters is told no later.
        half = max(60, steps[-2]["wait"] // 2)
        head = {"who": Who.HEAD.value, "channels": steps[-1]["channels"]}
        steps.insert(-1, {**head, "wait": max(60, steps[-2]["wait"] - half)})
        steps[-3]["wait"] = half
    steps[-1]["wait"] = None
    return steps


# --- quiet hours


def quiet_until(
    policy: EscalationPolicy | None, priority: str, at: datetime, zone: str
) -> datetime | None:
    """When the quiet hours that cover `at` end; None outside them and for every urgent alert."""
    if policy is None or priority not in HELD or priority not in policy.quiet_for:
        return None
    assert policy.quiet_from is not None
    assert policy.quiet_until is not None
    wall = ZoneInfo(zone)
    over = DAY if policy.quiet_until <= policy.quiet_from else timedelta()
    today = at.astimezone(wall).date()
    for day in (today - DAY, today):
        starts = datetime.combine(day, policy.quiet_from, wall).timestamp()
        ends = datetime.combine(day + over, policy.quiet_until, wall)
        if starts <= at.timestamp() < ends.timestamp():
            return ends
    return None


# --- working hours


def working_day(day: date, wall: ZoneInfo, side: str) -> tuple[datetime, datetime] | None:
    """When the working day of a side begins and ends; None where that day is none."""
    if not is_working_day(day, side):
        return None
    first, last = settings.WORKING_HOURS
    return datetime.combine(day, time(first), wall), datetime.combine(day, time(last), wall)


def after_working(at: datetime, seconds: int, zone: str, side: str) -> datetime:
    """The instant at which `seconds` of a side's working time have passed since `at`, always within
    working hours: what would end with the day ends when the next one begins."""
    wall, left = ZoneInfo(zone), float(seconds)
    day = at.astimezone(wall).date()
    while True:
        if hours := working_day(day, wall, side):
            begins = max(hours[0].timestamp(), at.timestamp())
            room = hours[1].timestamp() - begins
            if room > left:
                return datetime.fromtimestamp(begins + left, at.tzinfo)
            left -= max(room, 0)
        day += DAY


def note_due(delivery: Delivery, at: datetime) -> datetime | None:
    """By when an alert acknowledged at `at` has to be followed by progress; None for never."""
    if delivery.note_within is None:
        return None
    if delivery.priority in HELD:
        desk = delivery.desk
        return after_working(at, delivery.note_within, desk.zone, desk.side)
    return at + timedelta(seconds=delivery.note_within)


def expects_progress(alert: Alert) -> bool:
    """Whether somebody says what progress on the subject of an alert is; not of a drill, nor of a
    cancel that took a copy back."""
    subject = alert.about.partition(":")[0]
    return (
        subject in settings.PROGRESS_OF
        and alert.status == Alert.Status.ACTUAL
        and alert.kind != Alert.Kind.CANCEL
    )


# --- who would be told


@dataclass(frozen=True)
class Told:
    """A step as it would go at a moment: whom it tells when, by which channels.

    held_until: personal messages wait until then; nobody: the step finds no one.
    """

    place: int
    who: str
    at: datetime
    desk: Unit | None
    people: list[Any]
    channels: list[str]
    held_until: datetime | None
    last: bool

    @property
    def nobody(self) -> bool:
        return not self.people


def preview(
    policy: EscalationPolicy, desk: Unit, priority: str, at: datetime | None = None
) -> list[Told]:
    """Who would be told of an alert raised at `at` (now by default) that nobody acknowledges.
    Invalid at `at` further than a year away."""
    # Counted on in UTC: a wait over a change of the clocks is as long as it says.
    moment = (at or now()).astimezone(UTC)
    if abs(moment - now()) > FORESEEN:
        sentence = _("Choose a moment at most a year from now.")
        raise Invalid(sentence, fields={"at": [sentence]})
    shifts = on_duty([desk.pk], moment).get(desk.pk, [])
    found: list[Told] = []
    steps = stamped(policy, priority, shifts, moment)
    for place, step in enumerate(steps):
        found.append(
            Told(
                place=place,
                who=str(Who(step["who"]).label),
                at=moment,
                desk=units().get(step.get("at", "")),
                people=told_at(step, desk, moment),
                channels=step["channels"],
                held_until=quiet_until(policy, priority, moment, desk.zone),
                last=place == len(steps) - 1,
            )
        )
        moment += timedelta(seconds=step["wait"] or 0)
    return found


def whole_chain(steps: Sequence[dict[str, Any]], priority: str) -> int:
    """Seconds until the last step is told; a wait for the end of the shift counts in full."""
    waits = [step["wait"].get(priority) for step in steps[:-1]]
    return sum(int(UNWATCHED.total_seconds()) if wait == NEXT_SHIFT else wait for wait in waits)


# --- whom a sender may ask by name


@dataclass(frozen=True)
class Nameable:
    """Somebody of a desk whom a sender may ask to acknowledge: on duty, next, or its head."""

    officer: Any
    function: str
    named: bool


def nameable(
    user: Any, desks: Sequence[Unit], duty: dict[int, list[DutyShift]] | None = None
) -> dict[int, list[Nameable]]:
    """Desk id -> whom `user` may ask there by name, or only by function where names are hidden.

    `duty`: who is on duty there, where the caller knows it already.
    """
    ids = [desk.pk for desk in desks]
    duty, led = on_duty(ids) if duty is None else duty, heads(ids)
    found: dict[int, list[Nameable]] = {}
    for desk in desks:
        named = may_name(user, desk)
        rows = {
            shift.officer.pk: Nameable(shift.officer, str(shift.get_rank_display()), named)
            for shift in duty.get(desk.pk, [])
        }
        for officer in led.get(desk.pk, []):
            rows.setdefault(officer.pk, Nameable(officer, str(Who.HEAD.label), named))
        found[desk.pk] = list(rows.values())
    return found


PRIORITIES = [code for code, _name in Priority.choices]


def asked_by_name(desks: Sequence[Unit], named: Iterable[Any], by: Any) -> dict[int, list[Any]]:
    """Desk id -> the officers of `named` (public ids) who are asked there; Invalid when one of
    them is at none of the desks, or not for `by` to name."""
    asked = {str(uid) for uid in named}
    if not asked:
        return {}
    known = nameable(by, desks)
    found = {
        desk.pk: [one.officer for one in known[desk.pk] if str(one.officer.uid) in asked]
        for desk in desks
    }
    if asked - {str(officer.uid) for some in found.values() for officer in some}:
        sentence = _(
            "Somebody you asked by name is neither on duty at the desks that get this alert nor "
            "their head. Choose again."
        )
        raise Invalid(sentence, fields={"named": [sentence]})
    return found
