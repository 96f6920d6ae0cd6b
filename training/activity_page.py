"""What the page of an activity shows. Reads only."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from bordercoop.reference.models import terms
from bordercoop.reference.sides import ZONE

from .access import agrees, coordinates, plans
from .activity_forms import CITIES
from .attendance import days_of
from .models import Activity, ActivityFile, ActivityMove, ActivityState, Agreement, ProgrammeSession
from .models.activities import AHEAD, CHANGEABLE, OVER
from .public_holidays import Holiday, holidays_between


@dataclass
class Step:
    """One step of the ladder: when it was taken and by whom."""

    label: str
    done: bool
    at: datetime | None = None
    by: Any = None


@dataclass
class Moment:
    """Something that happened to an activity."""

    at: datetime
    text: str
    by: Any = None
    side: str = ""
    reason: str = ""


@dataclass
class ProgrammeDay:
    date: date
    sessions: list[ProgrammeSession] = field(default_factory=list)


def _label(name: str) -> str:
    return {
        "proposed": pgettext("ladder of an activity", "Proposed"),
        "LV": pgettext("ladder of an activity", "Agreed by Latvia"),
        "BY": pgettext("ladder of an activity", "Agreed by Belarus"),
        "held": pgettext("ladder of an activity", "Held"),
        "reported": pgettext("ladder of an activity", "Reported"),
    }[name]


def ladder(
    activity: Activity, moves: list[ActivityMove], agreements: list[Agreement], side: str
) -> list[Step]:
    """Proposed, agreed by each side that is in it (the reader's own first), held, reported."""
    reached: dict[str, ActivityMove] = {}
    for move in moves:
        reached.setdefault(move.after, move)

    def step(name: str, state: str, done: bool) -> Step:
        move = reached.get(state) if done else None
        return Step(_label(name), done, move.at if move else None, move.by if move else None)

    given = {one.side: one for one in agreements}
    steps = [step("proposed", "planned", activity.state != ActivityState.IDEA)]
    for each in sorted(activity.sides, key=lambda one: one != side):
        one = given.get(each)
        steps.append(
            Step(_label(each), one is not None, one.at if one else None, one.by if one else None)
        )
    steps.append(step("held", "held", activity.state in OVER))
    steps.append(step("reported", "reported", activity.state == ActivityState.REPORTED))
    return steps


def history(
    activity: Activity, moves: list[ActivityMove], agreements: list[Agreement]
) -> list[Moment]:
    """What became of it, the earliest first: states, agreements, and agreements that were voided by
    a change or taken back."""
    found = [
        Moment(
            activity.at, str(ActivityState.IDEA.label), activity.by,
            activity.side if activity.by else "",
        )
    ]  # fmt: skip
    for move in moves:
        side = move.by.side if move.by else ""
        found.append(Moment(move.at, move.get_after_display(), move.by, side, move.reason))
    for one in agreements:
        found.append(Moment(one.at, _label(one.side), one.by, one.side))
        if one.voided_at is not None:
            found.append(Moment(one.voided_at, _gone(one.side)))
    return sorted(found, key=lambda moment: moment.at)


def _gone(side: str) -> str:
    return {
        "LV": _("The agreement of Latvia holds no longer"),
        "BY": _("The agreement of Belarus holds no longer"),
    }[side]


def deeds_of(user: Any, activity: Activity) -> set[str]:
    """What the officer may do with it now."""
    state, may = activity.state, set()
    if plans(user, activity):
        may |= {
            deed
            for deed, at in {
                "put": ("idea", "postponed"), "invite": ("planned",), "open": ("invited",),
                "confirm": ("nominations",), "close": ("held",), "report": ("evaluated",),
            }.items()
            if state in at
        }  # fmt: skip
        if state in CHANGEABLE:
            may |= {"change", "move"}
    if state in AHEAD and user.side in activity.sides and agrees(user):
        given = getattr(activity, f"agreed_{user.side.lower()}")
        may.add("take_back" if given else "agree")
    if coordinates(user, activity):
        may.add("file")
        if state in CHANGEABLE:
            may |= {"programme", "cancel"}
        if state == "nominations":
            may.add("nominate")
        if state in AHEAD:
            may.add("postpone")
    return may


def wanting(activity: Activity) -> list[str]:
    """The sides that have not agreed to it as it stands."""
    return [side for side in activity.sides if not getattr(activity, f"agreed_{side.lower()}")]


def programme_of(activity: Activity) -> list[ProgrammeDay]:
    """The items by the days of the place."""
    zone = ZoneInfo(activity.zone)
    days: dict[date, ProgrammeDay] = {}
    rows = activity.sessions.standing().select_related("speaker", "interpreter")
    for session in rows.order_by("period", "pk"):
        day = session.starts_at.astimezone(zone).date()
        days.setdefault(day, ProgrammeDay(day)).sessions.append(session)
    return list(days.values())


def holidays_of(activity: Activity, side: str) -> list[tuple[date, list[Holiday]]]:
    days = days_of(activity)
    return sorted(holidays_between(days[0], days[-1], [activity.host_country], order=side).items())


def page_of(user: Any, activity: Activity) -> dict[str, Any]:
    """Names: `activity`, `steps`, `wanting`, `days` (the programme), `seats` ((side, taken,
    quota)), `files`, `history`, `topics`, `city`, `own_clock` (the place has the clock of a side),
    `holidays`."""
    moves = list(activity.moves.select_related("by"))
    agreements = list(activity.agreements.select_related("by"))
    standing = [
        one for one in agreements if one.voided_at is None and one.edition == activity.edition
    ]
    seated = activity.participations.seated().values_list("side").annotate(n=Count("pk"))
    taken = dict(seated.order_by("side"))
    quotas = {quota.side: quota.seats for quota in activity.quotas.all()}
    topics = terms("training_topic")
    sides = sorted(activity.sides, key=lambda one: one != user.side)
    return {
        "activity": activity,
        "steps": ladder(activity, moves, standing, user.side),
        "wanting": wanting(activity) if activity.state in AHEAD else [],
        "days": programme_of(activity),
        "seats": [(side, taken.get(side, 0), quotas.get(side, 0)) for side in sides],
        "files": ActivityFile.objects.visible_to(user)
        .standing()
        .filter(activity=activity)
        .select_related("by"),
        "history": history(activity, moves, agreements),
        "topics": [topics[code].name for code in activity.topics if code in topics],
        "city": CITIES.get(activity.zone, activity.zone),
        "own_clock": activity.zone in (ZONE["LV"], ZONE["BY"]),
        "holidays": holidays_of(activity, user.side),
    }
