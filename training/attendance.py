"""Who came, as the pages and the verbs ask it: days, the list, the code at the door. Reads only."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.signing import BadSignature, SignatureExpired, TimestampSigner
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.errors import Refused

from .access import agrees, plans
from .models import Activity, AttendanceMark, Participation
from .models.people import SEATED

# While it goes on, and after; lists come late.
TAKEN_IN = ("running", "held", "evaluated", "reported")
LATE = timedelta(days=90)
# The door opens before the first session; a code is shown for a minute and may be a little older.
EARLY = timedelta(hours=2)
SHOWN, FRESH, CONFIRMING = 60, 90, 600
COMING = ("invited", "accepted", "tentative")


def days_of(activity: Activity) -> list[date]:
    """The days on the wall of the place; midnight is the end of the day before."""
    zone = ZoneInfo(activity.zone)
    first = activity.starts_at.astimezone(zone).date()
    last = (activity.ends_at - timedelta(microseconds=1)).astimezone(zone).date()
    return [first + timedelta(days=at) for at in range((last - first).days + 1)]


def today_at(activity: Activity) -> date:
    return now().astimezone(ZoneInfo(activity.zone)).date()


def takes_for(user: Any, activity: Activity) -> tuple[str, ...]:
    """The sides whose attendance `user` writes: all as who plans it, the own one as who agrees."""
    if plans(user, activity):
        return activity.sides
    return (user.side,) if user.side in activity.sides and agrees(user) else ()


def is_open(activity: Activity) -> bool:
    """Whether the list can be written now."""
    return activity.state in TAKEN_IN and now() <= activity.ends_at + LATE


@dataclass
class Cell:
    day: date
    name: str
    mark: AttendanceMark | None
    writable: bool

    @property
    def present(self) -> bool:
        return self.mark is not None and self.mark.present


@dataclass
class AttendanceLine:
    part: Participation
    cells: list[Cell] = field(default_factory=list)

    @property
    def marked(self) -> bool:
        return any(cell.mark for cell in self.cells)

    @property
    def came(self) -> int:
        return sum(cell.present for cell in self.cells)


@dataclass
class AttendanceSide:
    side: str
    writable: bool
    lines: list[AttendanceLine] = field(default_factory=list)


def attendance_of(activity: Activity, user: Any) -> list[AttendanceSide]:
    """Who has a seat, by side, the reader's own first: those whom the reader sees."""
    days, today, mine = days_of(activity), today_at(activity), takes_for(user, activity)
    writable = is_open(activity)
    rows = Participation.objects.visible_to(user).filter(activity=activity, state__in=SEATED)
    parts = list(rows.select_related("officer", "unit").order_by("officer__name_latin", "pk"))
    marks = AttendanceMark.objects.standing().filter(participation__in=parts)
    held = {(mark.participation_id, mark.day): mark for mark in marks.select_related("by")}
    found = []
    for side in sorted(activity.sides, key=lambda one: one != user.side):
        of = AttendanceSide(side, writable and side in mine)
        for part in parts:
            if part.side != side:
                continue
            cells = [
                Cell(day, f"{part.uid}:{day}", held.get((part.pk, day)),
                     of.writable and day <= today)
                for day in days
            ]  # fmt: skip
            of.lines.append(AttendanceLine(part, cells))
        found.append(of)
    return found


def corrections_of(activity: Activity, user: Any) -> list[AttendanceMark]:
    """What was marked otherwise before, the latest first."""
    rows = AttendanceMark.objects.visible_to(user).exclude(superseded_at=None)
    rows = rows.filter(participation__activity=activity)
    return list(
        rows.select_related("participation__officer", "by").order_by("-superseded_at")[:200]
    )


def shares_of(activity: Activity) -> dict[int, int]:
    """How much of the days somebody was there, in per cent, by participation."""
    days = days_of(activity)
    rows = AttendanceMark.objects.came().filter(participation__activity=activity, day__in=days)
    came: dict[int, int] = {}
    for pk in rows.values_list("participation_id", flat=True):
        came[pk] = came.get(pk, 0) + 1
    return {pk: count * 100 // len(days) for pk, count in came.items()}


# --- the code at the door


def code_for(activity: Activity) -> str:
    """What the door shows now. It holds the time and a seal, and no name."""
    return TimestampSigner(salt="training.door").sign(activity.number).partition(":")[2]


def door_address(activity: Activity) -> str:
    address = reverse("activity_here_code", args=[activity.number, code_for(activity)])
    return settings.BASE_URL.rstrip("/") + address


def ticket_for(activity: Activity, user: Any) -> str:
    """What an officer who came with a fresh code presses the button with."""
    sealed = TimestampSigner(salt="training.ticket").sign(f"{activity.number}/{user.pk}")
    return sealed.partition(":")[2]


def require_code(activity: Activity, code: str, user: Any) -> None:
    """Raise Refused unless the code is one that the door of this activity showed just now, or the
    ticket that this officer was given for such a one."""
    for salt, value, seconds in (
        ("training.door", activity.number, FRESH),
        ("training.ticket", f"{activity.number}/{user.pk}", CONFIRMING),
    ):
        try:
            TimestampSigner(salt=salt).unsign(f"{value}:{code}", max_age=seconds)
        except SignatureExpired as error:
            raise Refused(
                _("This code is old. Scan the one that is shown now."), code="old_code"
            ) from error
        except BadSignature:
            continue
        return
    raise Refused(
        _("This is not a code of this activity. Scan the one at its door."), code="wrong_code"
    )


def door_is_open(activity: Activity, moment: datetime | None = None) -> bool:
    moment = moment or now()
    if activity.state not in ("confirmed", "running"):
        return False
    return activity.starts_at - EARLY <= moment < activity.ends_at


def day_at_door(activity: Activity) -> date:
    """Today at the place; whoever comes the evening before the first day comes for that."""
    return max(today_at(activity), days_of(activity)[0])


def not_closed(user: Any, activity: Activity) -> int:
    """How many of the sides for which `user` writes are neither attended nor absent yet."""
    sides = takes_for(user, activity)
    return activity.participations.filter(side__in=sides, state__in=COMING).count()
