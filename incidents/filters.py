"""Filters of the incident list: the same words in the page's address and in the API's."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import QueryDict
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bordercoop.errors import Invalid
from bordercoop.reference.models import places, terms
from bordercoop.reference.sides import Side
from bordercoop.web import groups
from bordercoop.web.when import DATE_HELP, Unclear, parse_date

from .joining import seen_at
from .models import Ground, Incident, Share, State, Task

NAMES = ("category", "state", "severity", "side", "place", "origin", "since", "until", "number",
         "outcome", "tasks")  # fmt: skip
ANY = "any"
TASKS = {"open": gettext_lazy("Open tasks"), "overdue": gettext_lazy("Overdue tasks")}
# The words to look for stand beside them: search.py reads them.
WITH_WORDS = ("q", *NAMES, *groups.names())


def address_of(query: str) -> str:
    """The part of a query string that filters, in a fixed order; "" when nothing does.

    Raises Invalid when it is too long to be kept or names a code that does not exist.
    """
    asked = QueryDict(query[:4000].replace("\x00", ""))
    kept = QueryDict(mutable=True)
    for name in WITH_WORDS:
        if value := " ".join(asked.get(name, "").split()):
            kept[name] = value
    filtered(Share.objects.none(), kept)
    if len(kept.urlencode()) > 600:
        sentence = _("These filters are too long to be saved.")
        raise Invalid(sentence, fields={"query": [sentence]})
    return kept.urlencode()


def _categories(code: str) -> list[str]:
    """The category and those below it."""
    known = terms("incident_category")
    return [c for c in known if c == code or c.startswith(f"{code}-")]


def _day(text: str, zone: str, wrong: dict[str, list[str]], name: str) -> datetime | None:
    try:
        day = parse_date(text, today=localdate(timezone=ZoneInfo(zone)))
    except Unclear as unclear:
        wrong[name] = [str(unclear)]
        return None
    if not 1990 <= day.year <= 2100:
        wrong[name] = [str(DATE_HELP)]
        return None
    return datetime.combine(day, time(), ZoneInfo(zone))


def filtered(
    rows: QuerySet[Share], query: Mapping[str, Any], *, zone: str = "UTC", side: str = ""
) -> QuerySet[Share]:
    """The rows that the query's words ask for. Raises Invalid for a code that does not exist.

    `outcome` is a ground, or "any" for every closed record. `since` and `until` are days of
    `zone`, both included, of the report; typed as in the form. `tasks` is "open" or "overdue", of
    those of the reader's `side`; so are the groups of apps above (INCIDENT_GROUPS).
    """
    wrong: dict[str, list[str]] = {}
    asked = {name: str(query.get(name) or "").strip() for name in NAMES}
    known = {
        "category": terms("incident_category").keys(),
        "state": State.values,
        "severity": ["1", "2", "3", "4"],
        "side": Side.values,
        "place": places().keys(),
        "origin": Incident.Origin.values,
        "outcome": [ANY, *Ground.values],
        "tasks": list(TASKS),
    }
    for name, codes in known.items():
        if asked[name] and asked[name] not in codes:
            wrong[name] = [_("There is no such code: %(code)s.") % {"code": asked[name][:40]}]
    since = _day(asked["since"], zone, wrong, "since") if asked["since"] else None
    until = _day(asked["until"], zone, wrong, "until") if asked["until"] else None
    within = groups.keys_asked(query, side, wrong)
    if wrong:
        raise Invalid(next(iter(wrong.values()))[0], fields=wrong)
    where = Q()
    for keys in within:
        where &= Q(incident_id__in=keys)
    if asked["category"]:
        where &= Q(category__in=_categories(asked["category"]))
    for name in ("state", "side", "place", "origin"):
        if asked[name]:
            where &= Q(**{name: asked[name]})
    if asked["outcome"] == ANY:
        where &= ~Q(outcome="")
    elif asked["outcome"]:
        where &= Q(outcome=asked["outcome"])
    if asked["tasks"]:
        tasks = Task.objects.filter(incident=OuterRef("incident"), side=side)
        where &= Q(Exists(tasks.overdue() if asked["tasks"] == "overdue" else tasks.going_on()))
    if asked["severity"]:
        where &= Q(severity=int(asked["severity"]))
    if asked["number"]:
        number = asked["number"][:30].replace("\x00", "").upper()
        here = Q(number__startswith=number)
        # A merged record is found by its old number as the one that speaks for it.
        if speaking := seen_at(rows, number):
            here |= Q(incident_id__in=speaking)
        where &= here
    if asked["state"] != State.MERGED:
        rows = rows.exclude(own=True, state=State.MERGED)
    if since:
        where &= Q(reported_at__gte=since)
    if until:
        where &= Q(reported_at__lt=until + timedelta(days=1))
    return rows.filter(where)


def outcomes(
    rows: QuerySet[Share], query: Mapping[str, Any], *, zone: str = "UTC", side: str = ""
) -> list[tuple[str, str, int]]:
    """(ground, its words, how many closed records ended so) of what the other words of the query
    ask for, every ground once. Exercises are not counted."""
    asked = {name: str(query.get(name) or "") for name in NAMES}
    closed = filtered(rows, {**asked, "outcome": ANY}, zone=zone, side=side).filter(exercise=False)
    counted = dict(
        closed.order_by()
        .values_list("outcome")
        .annotate(count=Count("pk"))
        .values_list("outcome", "count")
    )
    return [(ground.value, str(ground.label), counted.get(ground.value, 0)) for ground in Ground]
