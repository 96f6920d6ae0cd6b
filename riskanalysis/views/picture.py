"""The risk picture of a week, and its charts as files."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bordercoop import sentences
from bordercoop.errors import Invalid, NotAllowed
from bordercoop.reference.models import offered
from bordercoop.reference.models import places as known_places
from bordercoop.web.exporting import answer
from contactpoints.access import units_where
from incidents.asking.reading import own_desks
from incidents.views.maps import on_map

from .. import actions, charts, findings, picturing
from ..exporting import export_chart
from ..indicators import WEEK, Asked, asked_by, picture, this_week
from ..levels import changed_lately
from ..matrix import matrix_part, top_risks_part
from ..register import register
from ..sections import name_of

FILTERS = ("week", "category", "side", "section")
BREAKDOWNS = ("categories", "means", "groups", "routes", "events")


def asked_in(request: HttpRequest) -> Asked:
    """What the address asks for. Raises Invalid, and NotAllowed for who reads no incidents."""
    if not units_where(request.user, "view_incidents"):
        raise NotAllowed(sentences.NOT_ALLOWED)
    given = {name: request.GET.get(name, "").strip()[:40] for name in FILTERS}
    return asked_by(request.user, **given)


def _weeks(asked: Asked) -> list[tuple[str, Any, Any]]:
    """(code, Monday, Sunday) of the weeks to choose from."""
    newest = this_week(asked.reader) + WEEK
    weeks = {newest - n * WEEK for n in range(14)} | {asked.week}
    found = [Asked(week, (), asked.reader) for week in sorted(weeks, reverse=True)]
    return [(one.code, one.week, one.last) for one in found]


def _whole(line: list[tuple[float, float]]) -> list[list[int]]:
    """Points for the script, in ten-thousandths of a degree: what the file of the line has."""
    return [[round(lat * 10_000), round(lon * 10_000)] for lat, lon in line]


@login_required
@never_cache
@require_safe
def risk(request: HttpRequest) -> HttpResponse:
    """Names: `asked`, `found` (Picture), `finding` (findings.Found), `arrival`, `missing`
    (sentences), `trend` (SVG), `bar` (of the week), `usual`, `none` (why there is no range),
    `section_rows`, `legend`, `line` (SVG) and `drawn` (for the script), `breakdowns`, `hours`,
    `weeks`, `query`, `query_of_files`, `only_whole` (why the trend has no files), `wrong`,
    `may_file`, `changed` (levels.Change), `hot`, those of `matrix_part` and `top_risks_part`."""
    user: Any = request.user
    wrong: dict[str, Any] = {}
    try:
        asked = asked_in(request)
    except Invalid as refusal:
        wrong = refusal.fields
        asked = asked_by(user)
    found = picture(asked)
    finding = findings.found_of(found)
    if finding.waits:
        actions.want_findings(asked)
    bars = picturing.bars(found.weeks, finding.usual)
    where = picturing.asked_in_words(asked)
    counts = [count for _n, count in found.sections()]
    least = charts.steps(max([0, *counts]))
    hours = picturing.hours(found)
    lines = picturing.lines_of_sections()
    most = charts.steps(max(count for _day, row in hours for count in row))
    rows = register(user)
    context = {
        "asked": asked,
        "number": asked.week.isocalendar().week,
        "where": where,
        "found": found,
        "finding": finding,
        "arrival": picturing.arrival_in_words(found.here),
        "period": picturing.period_of(asked),
        "missing": [text for one in found.here if (text := picturing.missing_in_words(one))],
        "paused": any(one.paused for one in found.here),
        "trend": picturing.drawn_trend(bars, picturing.trend_told(bars)),
        "bars": list(zip(found.weeks, bars, strict=True)),
        "bar": bars[-1],
        "usual": picturing.usual_in_words(bars[-1]),
        "none": findings.why_none(finding),
        "section_rows": picturing.section_rows(found),
        "legend": list(enumerate(charts.ranges(least), start=1)),
        "line": charts.sections(
            lines, counts, picturing.named_places(), title=str(picturing.TITLES["sections"])
        ),
        "drawn": [
            {
                "number": n,
                "points": _whole(line),
                "count": count,
                "shade": charts.shade(count, least) + 1,
            }
            for n, (line, count) in enumerate(zip(lines, counts, strict=True), start=1)
        ],
        "places": [on_map(place) for place in known_places().values() if place.lat is not None],
        "breakdowns": [
            picturing.breakdown(found, name)
            for name in BREAKDOWNS
            if found.of[picturing.KINDS[name]]
        ],
        "events": found.events if any(week.count for week in found.events) else [],
        "hours": [
            (day, [(count, charts.shade(count, most) + 1) for count in row]) for day, row in hours
        ],
        "hours_of_day": [f"{hour:02d}" for hour in range(24)],
        "hot": _hot(finding),
        "weeks": _weeks(asked),
        "categories": offered("incident_category"),
        "sections": [(str(n), name_of(n)) for n in range(1, 11)],
        "sides": asked.sides
        if not asked.side
        else tuple(Asked(asked.week, (), asked.reader).sides),
        "query": query_of(asked),
        "query_of_files": query_of(replace(asked, section="")),
        "only_whole": picturing.whole_border_only() if asked.section else "",
        "forms": [(form, form.upper()) for form in ("png", "svg", "csv")],
        "wrong": wrong,
        "may_ask": bool(own_desks(user)),
        "changed": changed_lately(),
        "may_file": bool(units_where(user, "file_anomalies")),
        **matrix_part(user, rows),
        **top_risks_part(user, rows),
    }
    return render(request, "riskanalysis/risk.html", context, status=400 if wrong else 200)


def query_of(asked: Asked) -> str:
    return urlencode({"week": asked.code, **{k: v for k, v in asked.filters.items() if v}})


def _hot(finding: findings.Found) -> list[dict[str, Any]]:
    """The significant places of both kinds: what is kept of each, cells with `cell` and `near`.
    A cell that the line no longer has is left out."""
    found = [
        {**spot, "place": name_of(spot["place"])} for spot in finding.sections or [] if spot["hot"]
    ]
    cells = [spot for spot in finding.cells or [] if spot["hot"]]
    near = picturing.near_cells([spot["place"] for spot in cells]) if cells else {}
    found += [
        {**spot, "cell": spot["place"], "near": near[spot["place"]]}
        for spot in cells
        if spot["place"] in near
    ]
    return sorted(found, key=lambda spot: -spot["score"])[:20]


@login_required
@never_cache
@require_safe
def risk_chart(request: HttpRequest, name: str) -> HttpResponseBase:
    """One chart as `?as=svg`, `png` or its figures as `csv`, `xlsx`, `pdf`."""
    if name not in picturing.TITLES:
        raise Http404
    found = picture(asked_in(request))
    usual = findings.found_of(found).usual if name == "trend" else {}
    form = request.GET.get("as", "")
    return answer(export_chart(found, name, usual, form=form, by=request.user))
