"""An anomaly, and a week outside its usual range, without the process that computes."""

from django.utils.timezone import now

from contactpoints.models import units
from incidents.models import Share
from riskanalysis.findings import METHOD, shown
from riskanalysis.indicators import WEEK, asked_by, digest_of, picture
from riskanalysis.models import Anomaly, Finding, Tally


def out_of_range(user):
    """What `user` asks for this week, with a usual range far above it."""
    asked = asked_by(user)
    # The units held something already when the week before began.
    Share.objects.filter(unit__in=asked.units).update(reported_at=now() - 2 * WEEK)
    Tally.objects.create(
        span="w", kind="s", start=asked.week - WEEK, value="2", side=user.side, category="UBC",
        holders=list(asked.units), better=[], count=1,
    )  # fmt: skip
    found = picture(asked)
    inputs = {"shown": shown(found.weeks), "method": METHOD}
    weeks = {
        week.start.isoformat(): {"said": "fitted", "weeks": 30, "low": 900, "high": 990}
        for week in found.weeks
    }
    Finding.objects.create(
        kind="trend", scope=asked.scope, week=asked.week, units=list(asked.units),
        filters={**asked.filters, "reader": asked.reader}, made_at=now(), inputs=inputs,
        digest=digest_of(inputs), result=weeks,
    )  # fmt: skip
    return asked


def anomaly_of(code, **said):
    """A report of a unit as it would be filed."""
    unit = units()[code]
    week = {"start": "2026-11-16", "count": 31, "days": 7, "low": 1.0, "high": 6.0}
    series = said.pop("series", {"week": "2026-W47", "weeks": [week]})
    theirs = {**week, "count": 2, "low": None, "high": None}
    common = {"week": "2026-W47", "weeks": [theirs]}
    return Anomaly.objects.create(
        side=unit.side,
        unit=unit,
        week="2026-11-16",
        series=series,
        common=common,
        digest=digest_of([series, common]),
        **{
            "words": "Twice as many.",
            "filters": {"category": "", "side": "", "section": ""},
            **said,
        },
    )
