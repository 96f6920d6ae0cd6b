"""The list of activities and what was asked of it, on the pages, in the API and in files. Reads
only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import F, Q, QuerySet
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _

from bordercoop.errors import Invalid
from bordercoop.reference.sides import ZONE
from bordercoop.web import when
from bordercoop.web.finding.query import Query, Term, read

from .models import Activity, ActivityKind, ActivityState, Host, Level, Mode
from .models.activities import AHEAD, Activities

SHOWN = ("coming", "past", "all")
LONGEST = 100
SIDES = ("LV", "BY", "both")
CODES: dict[str, Any] = {
    "kind": ActivityKind.values, "side": SIDES, "state": ActivityState.values,
    "mode": Mode.values, "country": Host.values, "level": Level.values,
}  # fmt: skip
# What a day is called in the API.
DAYS = {"from": "since", "to": "until"}
NAMES = ("q", *DAYS, *CODES)
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
    known = {"show": SHOWN, "waits": ("1",), **CODES}
    chosen = {name: given.get(name, "") for name in known}
    chosen = {name: value for name, value in chosen.items() if value in known[name]}
    typed = {name: given.get(name, "").strip()[:LONGEST] for name in ("q", "since", "until")}
    return Asked(**chosen, **{name: text.replace("\0", "") for name, text in typed.items()})


def asked_by_program(given: Mapping[str, Any], user: Any) -> Activities:
    """What `user` reads, as the words of an address (`NAMES`) ask for it, with `begins`. Raises
    Invalid for a code that does not exist and for a day that is none."""
    said = in_words(given)
    wrong = {
        name: [_("There is no such code: %(code)s.") % {"code": said[name][:40]}]
        for name, known in CODES.items()
        if name in said and said[name] not in known
    }
    if wrong:
        raise Invalid(next(iter(wrong.values()))[0], fields=wrong)
    asked = asked_of({DAYS.get(name, name): text for name, text in said.items()} | {"show": "all"})
    try:
        rows = filtered(user, asked)
    except Invalid as refusal:
        called = {field: name for name, field in DAYS.items()}
        fields = {called.get(field, field): said for field, said in refusal.fields.items()}
        raise Invalid(str(refusal), fields=fields) from refusal
    found: Activities = rows.annotate(begins=F("period__startswith"))
    return found


def in_words(given: Mapping[str, Any]) -> dict[str, str]:
    return {name: text for name in NAMES if (text := str(given.get(name) or "").strip())}


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
    if asked.q:
        rows = holding(rows, read(asked.q))
    if asked.waits:
        rows = waiting_for(rows, user.side)
    if since := _day("since", asked.since):
        rows = rows.filter(period__endswith__gt=midnight(since, user.side))
    if until := _day("until", asked.until):
        rows = rows.filter(period__startswith__lt=midnight(until + timedelta(days=1), user.side))
    return rows


def holding(rows: Any, query: Query) -> Any:
    """Those in whose number, title, place and host stand the words of the query, in whatever
    alphabet, case and accents; of a word its beginning or another part is enough."""
    if not query:
        return rows.none()
    for term in query.terms:
        rows = rows.exclude(_holds(term)) if term.absent else rows.filter(_holds(term))
    return rows


def _holds(term: Term) -> Q:
    if not term.beginnings:
        found = Q(words__contains=f" {' '.join(term.words)} ")
    else:
        found = Q()
        for part in term.beginnings:
            found |= Q(words__contains=part)
    return found | Q(number__icontains=term.raw)


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
