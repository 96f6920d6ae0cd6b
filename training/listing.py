"""The list of activities and what was asked of it. Reads only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import F, Q, QuerySet
from django.utils.timezone import localdate, now

from bordercoop.errors import Invalid
from bordercoop.reference.sides import ZONE
from bordercoop.web import when

from .models import Activity, ActivityKind, ActivityState, Host, Level, Mode
from .models.activities import AHEAD

SHOWN = ("coming", "past", "all")
LONGEST = 100
# A day without a year is the one within a year from now.
YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Asked:
    """What a reader asked for, as typed; `waits` leaves what the own side has to agree to."""

    show: str = "coming"
    kind: str = ""
    side: str = ""
    state: str = ""
    mode: str = ""
    country: str = ""
    level: str = ""
    q: str = ""
    since: str = ""
    until: str = ""
    waits: str = ""

    @property
    def any(self) -> bool:
        return any(getattr(self, one.name) for one in fields(self) if one.name != "show")


def asked_of(given: Mapping[str, str]) -> Asked:
    """Codes that nobody knows are left out; text and days stay as typed."""
    known: dict[str, Any] = {
        "show": SHOWN, "kind": ActivityKind.values, "side": ("LV", "BY", "both"),
        "state": ActivityState.values, "mode": Mode.values, "country": Host.values,
        "level": Level.values, "waits": ("1",),
    }  # fmt: skip
    chosen = {name: given.get(name, "") for name in known}
    chosen = {name: value for name, value in chosen.items() if value in known[name]}
    typed = {name: given.get(name, "").strip()[:LONGEST] for name in ("q", "since", "until")}
    return Asked(**chosen, **{name: text.replace("\0", "") for name, text in typed.items()})


def _day(field: str, text: str) -> date | None:
    if not text:
        return None
    try:
        day = when.parse_date(text, today=localdate() + YEAR)
        if not 2000 <= day.year <= 2100:
            raise when.Unclear(when.DATE_HELP)
        return day
    except when.Unclear as error:
        raise Invalid(str(error), fields={field: [str(error)]}) from error


def midnight(day: date, side: str) -> datetime:
    """When a day begins on the wall of a side."""
    return datetime.combine(day, time(), ZoneInfo(ZONE.get(side, "UTC")))


def filtered(user: Any, asked: Asked) -> Any:
    """What the officer reads, as asked, apart from coming and past. Raises Invalid for a day that
    is none."""
    rows = Activity.objects.visible_to(user)
    same = {"kind": asked.kind, "state": asked.state, "mode": asked.mode,
            "host_country": asked.country}  # fmt: skip
    rows = rows.filter(**{name: value for name, value in same.items() if value})
    if asked.side == "both":
        rows = rows.filter(joint=True)
    elif asked.side:
        rows = rows.filter(side=asked.side)
    if asked.level:
        rows = rows.filter(levels__contains=[asked.level])
    for word in asked.q.split():
        rows = rows.filter(
            Q(number__icontains=word) | Q(title__icontains=word)
            | Q(place__icontains=word) | Q(host__icontains=word)
        )  # fmt: skip
    if asked.waits:
        rows = waiting_for(rows, user.side)
    if since := _day("since", asked.since):
        rows = rows.filter(period__endswith__gt=midnight(since, user.side))
    if until := _day("until", asked.until):
        rows = rows.filter(period__startswith__lt=midnight(until + timedelta(days=1), user.side))
    return rows


def waiting_for(rows: Any, side: str) -> Any:
    """Those to which a side that is in them has not agreed as they stand."""
    mine = Q(side=side) | Q(joint=True, put_at__isnull=False)
    return rows.agreed().filter(mine, state__in=AHEAD, **{f"agreed_{side.lower()}": False})


def listed(user: Any, asked: Asked) -> tuple[QuerySet[Activity], tuple[str, str]]:
    """The rows of the list, and in what order: what begins soonest first where it is to come."""
    rows = filtered(user, asked)
    if asked.show == "coming":
        rows = rows.filter(period__endswith__gt=now())
        if not asked.state:
            rows = rows.standing()
    elif asked.show == "past":
        rows = rows.filter(period__endswith__lte=now())
    rows = rows.annotate(begins=F("period__startswith"), ends=F("period__endswith"))
    order = ("begins", "id") if asked.show == "coming" else ("-begins", "-id")
    return rows.agreed().select_related("unit"), order
