"""What statistics found of a week, as kept for whoever reads it. Reads only; docs/indicators.md."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from . import indicators
from .completeness import Week
from .indicators import SHOWN, Asked, Picture
from .models import Finding, Hexagon

# Of the way in which it is computed; another one makes every finding anew.
METHOD = 3


@dataclass(frozen=True)
class Found:
    """Findings beside a picture. `usual`: Monday -> low and high. `said`: of the week itself,
    `fitted`, `short`, `few`, `none`, or "" while it is computed and where that failed; `weeks` is
    how long the history is. `sections` and `cells` hold hot spots (None: the counts cannot tell).
    `waits`: some of it is being computed."""

    usual: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    said: str = ""
    weeks: int = 0
    season: bool = False
    trend: Finding | None = None
    sections: list[dict[str, Any]] | None = None
    cells: list[dict[str, Any]] | None = None
    spots_made_at: datetime | None = None
    waits: bool = False


def shown(weeks: Sequence[Week]) -> list[list[Any]]:
    """The shown weeks as inputs hold them: [count, days] each."""
    return [[week.count, week.days] for week in weeks[-SHOWN:]]


def found_of(picture: Picture) -> Found:
    """What is kept of this picture and still stands; two statements."""
    asked = picture.asked
    rows = {row.kind: row for row in Finding.objects.filter(scope=asked.scope, week=asked.week)}
    now_shown = shown(picture.weeks)
    stand = {
        kind: row
        for kind, row in rows.items()
        if row.inputs and row.inputs["shown"] == now_shown and row.inputs["method"] == METHOD
    }
    # The same weeks may lie elsewhere along the line by now.
    trend, spots = stand.get("trend"), stand.get("spots")
    if spots and (spots.inputs or {}).get("along") != _along_digest(asked):
        del stand["spots"]
        spots = None
    waits = len(stand) < len(Finding.Kind)
    result: dict[str, Any] = trend.result if trend and trend.result else {}
    week = result.get(asked.week.isoformat(), {})
    return Found(
        usual=_fitted(result),
        said=week.get("said", ""),
        weeks=week.get("weeks", 0),
        season=week.get("season", False),
        trend=trend,
        sections=(spots.result or {}).get("sections") if spots else None,
        cells=(spots.result or {}).get("cells") if spots else None,
        spots_made_at=spots.made_at if spots else None,
        waits=waits,
    )


def usual_of(asked: Asked, weeks: Sequence[Week]) -> dict[str, tuple[float, float]]:
    """Monday -> low and high, of every kept trend that still stands and shows some of `weeks`;
    one statement."""
    last = {week.start: n for n, week in enumerate(weeks, 1)}
    rows = Finding.objects.filter(kind=Finding.Kind.TREND, scope=asked.scope, week__in=last)
    found: dict[str, tuple[float, float]] = {}
    for row in rows.order_by("week"):
        now_shown = shown(weeks[: last[row.week]])
        inputs = row.inputs or {}
        if inputs.get("method") == METHOD and inputs.get("shown") == now_shown:
            found |= _fitted(row.result or {})
    return found


def _fitted(result: Mapping[str, Any]) -> dict[str, tuple[float, float]]:
    fitted = {start: one for start, one in result.items() if one["said"] == "fitted"}
    return {start: (one["low"], one["high"]) for start, one in fitted.items()}


def job_of(finding: Finding) -> tuple[dict[str, Any], dict[str, Any]]:
    """(inputs to keep, job for the process that computes)."""
    asked = asked_of(finding)
    weeks = indicators.history(asked)
    kept: dict[str, Any] = {"shown": _shown_of(asked), "method": METHOD}
    if finding.kind == Finding.Kind.TREND:
        series = [[week.start.isoformat(), week.count, week.days] for week in weeks]
        kept["weeks"] = series
        return kept, {"kind": "trend", "weeks": series, "shown": SHOWN}
    counted = indicators.along(asked)
    sections = [counted["s"].get(str(n), 0) for n in range(1, indicators.COUNT + 1)]
    cells = dict.fromkeys(Hexagon.objects.order_by("cell").values_list("cell", flat=True), 0)
    cells |= {cell: count for cell, count in counted["h"].items() if cell in cells}
    kept |= {"sections": sections, "cells": {cell: n for cell, n in cells.items() if n}}
    kept["along"] = indicators.digest_of(counted)
    return kept, {"kind": "spots", "sections": sections, "cells": cells}


def _along_digest(asked: Asked) -> str:
    return indicators.digest_of(indicators.along(asked))


def _shown_of(asked: Asked) -> list[list[Any]]:
    return shown(indicators.picture(asked).weeks)


def asked_of(finding: Finding) -> Asked:
    filters = dict(finding.filters)
    reader = filters.pop("reader")
    return Asked(finding.week, tuple(finding.units), reader, **filters)


def why_none(found: Found) -> str:
    """Why a week has no usual range, as a sentence; "" where it has one."""
    if found.said == "fitted":
        return ""
    if found.said == "few":
        return _("Fewer than ten incidents in the weeks before: too few for a usual range.")
    if found.said == "short":
        return ngettext(
            "%(weeks)s week of history, a usual range needs 26.",
            "%(weeks)s weeks of history, a usual range needs 26.",
            found.weeks,
        ) % {"weeks": found.weeks}
    if found.waits and not found.said:
        return _("The usual range is being computed; it will be here in a few seconds.")
    return _("This week has no usual range.")
