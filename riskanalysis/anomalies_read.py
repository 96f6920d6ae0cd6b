"""An anomaly report as one reader sees it. Reads only."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.safestring import SafeString

from . import picturing
from .completeness import Week
from .indicators import Asked, digest_of
from .models import Anomaly, AnomalyStep


@dataclass(frozen=True)
class Shown:
    """`series` is the one of the reader's side, `digest` that of it alone: out of one of both each
    side could try what the other one's holds. `intact` says whether both still have theirs.
    `steps` are what was done, for the other side from the day on which it was put to both. `where`
    are the filters in words, `told` the week in words, `trend` the chart as SVG."""

    row: Anomaly
    own: bool
    asked: Asked
    series: dict[str, Any]
    where: str
    told: str
    trend: SafeString
    intact: bool
    digest: str
    steps: QuerySet[AnomalyStep]


def shown(row: Anomaly, user: Any) -> Shown:
    """The other side reads the common series and never the first one, and no words of a step from
    before it was put to both."""
    own = row.side == user.side
    series = row.series if own else row.common
    weeks = [
        Week(date.fromisoformat(one["start"]), one["count"], one["days"]) for one in series["weeks"]
    ]
    usual = {
        one["start"]: (one["low"], one["high"])
        for one in series["weeks"]
        if one["high"] is not None
    }
    bars = picturing.bars(weeks, usual)
    told = picturing.trend_told(bars)
    asked = Asked(row.week, (), user.side, **row.filters)
    steps = row.steps.select_related("by")
    return Shown(
        row, own, asked, series, picturing.asked_in_words(asked), told,
        picturing.drawn_trend(bars, told), digest_of([row.series, row.common]) == row.digest,
        digest_of(series), steps if own else steps.filter(at__gte=row.shared_at),
    )  # fmt: skip
