"""A report that cites much, of the whole line, asks the database no more often than a small one."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from bordercoop.reference.models import utc_today
from contactpoints.models import units
from incidents.actions import release_incident
from riskanalysis import actions
from riskanalysis.findings import METHOD, shown
from riskanalysis.indicators import WEEK, Asked, digest_of, picture, this_week
from riskanalysis.models import Finding, RiskReport, Tally
from riskanalysis.reports import snapshot_of, unread_by_other
from riskanalysis.reports.figures import figures_of
from tests.riskanalysis.reports_made import Reports, fresh

pytestmark = pytest.mark.django_db
PAGES = ("", "evidence/", "evidence/?kind=risk", "judgements/", "?as=other")


def statements(deed):
    deed()
    with CaptureQueriesContext(connection) as asked:
        deed()
    return len(asked)


def test_a_report_asks_as_often_with_twelve_sources_as_with_four(
    people, unit, officer, incident, released, signed_in, both_sides_on_duty
):
    made = Reports(people, unit, officer)
    report, client = made.begun(), signed_in(made.lud)

    def theirs():
        case = incident(by=people.pol_officer, at="BY-POL", headline="Seen from Polotsk")
        release_incident(case, desks=[unit("DESK-DGP")], by=people.pol_duty)
        return case

    def cite():
        (given, *_alert), risk = (
            released(headline="Known to both"),
            actions.write_risk(unit=unit("LV-SBG"), title={"en": "x"}, language="en", by=made.lv),
        )
        for what in (given, theirs(), risk, made.approved()):
            actions.cite_in_report(report, what, by=made.lud)

    def asked():
        row = fresh(report)
        found = [
            statements(lambda page=page: client.get(f"/risk/reports/{row.uid}/{page}"))
            for page in PAGES
        ]
        return [
            *found,
            statements(lambda: snapshot_of(row, "BY", counted=False)),
            statements(lambda: unread_by_other(row)),
        ]

    cite()
    four = asked()
    cite()
    cite()
    assert report.citations.count() == 12
    assert asked() == four


def test_figures_ask_as_often_for_ten_sections_as_for_one(people, unit, officer, incident):
    made = Reports(people, unit, officer)
    since = utc_today() - timedelta(days=700)
    report = made.tasked(starts_on=since, sections=["S01"])
    held = tuple(sorted(one.pk for one in units().values() if one.side == "LV"))
    week = this_week("LV")
    # The weeks of a side begin with its first copy.
    incident().shares.update(reported_at=now() - timedelta(days=60))
    for value, count in (("1", 3), ("2", 4), ("nowhere", 5)):
        Tally.objects.create(
            span="w", kind="s", start=week - WEEK, value=value, side="LV", category="UBC",
            holders=list(held), better=[], count=count,
        )  # fmt: skip

    def counted(sections):
        RiskReport.objects.filter(pk=report.pk).update(sections=sections)
        row = fresh(report)
        asked = statements(lambda: figures_of(row, "LV"))
        weeks = {one["week"]: one for one in figures_of(row, "LV")["weeks"]}
        assert len(weeks) > 95
        return asked, weeks[(week - WEEK).isoformat()]

    one, first = counted(["S01"])
    every, ten = counted([f"S{n:02}" for n in range(1, 11)])
    assert every <= one < 12
    assert (first["count"], ten["count"]) == (3, 7)
    # A range that was kept stands beside the whole line, for as long as its weeks are counted so.
    asked = Asked(week, held, "LV")
    inputs = {"shown": shown(picture(asked).weeks), "method": METHOD}
    Finding.objects.create(
        kind="trend", scope=asked.scope, week=week, units=list(held),
        filters={**asked.filters, "reader": "LV"}, made_at=now(), inputs=inputs,
        digest=digest_of(inputs),
        result={(week - WEEK).isoformat(): {"said": "fitted", "low": 1.0, "high": 6.0}},
    )  # fmt: skip
    assert counted([])[1] == {
        "week": (week - WEEK).isoformat(), "count": 12, "usual": [1.0, 6.0],
    }  # fmt: skip
    Tally.objects.filter(value="2").update(count=6)
    assert counted([])[1]["usual"] is None
