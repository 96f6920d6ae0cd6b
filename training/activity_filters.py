"""What may be asked of the list of activities, in the API and in files. Reads only."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import F, Q
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from bordercoop.errors import Invalid
from bordercoop.reference.sides import ZONE, Side
from bordercoop.web.when import DATE_HELP, Unclear, parse_date

from .models import Activity, ActivityKind, ActivityState, Host, Level, Mode
from .models.activities import Activities

CODES = {
    "kind": ActivityKind.values,
    "side": Side.values,
    "state": ActivityState.values,
    "mode": Mode.values,
    "country": Host.values,
    "level": Level.values,
}
NAMES = ("q", "from", "to", *CODES)
FIELDS = {"country": "host_country", "level": "levels__contains"}


def listed(user: Any) -> Activities:
    """What `user` reads, with `begins`, by which it is put in order."""
    rows: Activities = Activity.objects.visible_to(user).annotate(begins=F("period__startswith"))
    return rows


def asked_for(rows: Activities, query: Mapping[str, Any], user: Any) -> Activities:
    """The activities that the words of an address ask for. Raises Invalid for a code that does not
    exist and for a day that is none.

    `from` and `to` are days on the clock of the reader's side, both included, as in the forms; `q`
    is looked for in number, title, place and host.
    """
    wrong: dict[str, list[str]] = {}
    asked = {name: str(query.get(name) or "").strip() for name in NAMES}
    where = Q()
    for name, known in CODES.items():
        if not asked[name]:
            continue
        if asked[name] not in known:
            wrong[name] = [_("There is no such code: %(code)s.") % {"code": asked[name][:40]}]
        value = [asked[name]] if name == "level" else asked[name]
        where &= Q(**{FIELDS.get(name, name): value})
    zone = ZoneInfo(ZONE.get(user.side, "UTC"))
    days = {name: _day(asked[name], zone, wrong, name) for name in ("from", "to") if asked[name]}
    if wrong:
        raise Invalid(next(iter(wrong.values()))[0], fields=wrong)
    if first := days.get("from"):
        where &= Q(period__endswith__gt=first)
    if last := days.get("to"):
        where &= Q(period__startswith__lt=last + timedelta(days=1))
    for word in asked["q"][:200].split():
        found = Q()
        for field in ("number", "title", "place", "host"):
            found |= Q(**{f"{field}__icontains": word})
        where &= found
    return rows.filter(where)


def _day(text: str, zone: ZoneInfo, wrong: dict[str, list[str]], name: str) -> datetime | None:
    try:
        day = parse_date(text, today=localdate(timezone=zone))
    except Unclear as unclear:
        wrong[name] = [str(unclear)]
        return None
    if not 1990 <= day.year <= 2100:
        wrong[name] = [str(DATE_HELP)]
        return None
    return datetime.combine(day, time(), zone)


def in_words(query: Mapping[str, Any]) -> dict[str, str]:
    return {name: value for name in NAMES if (value := str(query.get(name) or "").strip())}
