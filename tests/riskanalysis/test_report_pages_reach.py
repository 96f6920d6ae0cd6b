"""Pages of risk reports say no more than their reader may know, and offer what the verbs do."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils.timezone import now

from bordercoop.web.finding.query import read as asked
from contactpoints.actions import pause_exchange
from contactpoints.models import units
from incidents.actions import release_incident
from incidents.models import Share, Tlp
from riskanalysis import actions
from riskanalysis.brochure.weighing import day_said
from riskanalysis.indicators import WEEK, this_week
from riskanalysis.models import RiskReport, Tally
from riskanalysis.report_picking import Pick, pick
from riskanalysis.report_search import found_in
from riskanalysis.report_shown import citations_shown
from riskanalysis.reports import shown
from riskanalysis.reports.figures import figures_of
from tests.riskanalysis.anomalies_made import anomaly_of
from tests.riskanalysis.reports_made import Reports, fresh
from tests.riskanalysis.test_report_pages import at, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def reports(people, unit, officer):
    made = Reports(people, unit, officer)
    for user in (made.lv, made.by, made.lud, *made.approvers.values(), people.pol_duty):
        user.language = "en"
        user.save(update_fields=["language"])
    return made


def labels(page):
    return [one.label for one in page.context["pages"]]


def test_the_preview_says_nothing_of_what_is_the_other_sides_own(
    reports, people, unit, signed_in, both_sides_on_duty
):
    held = sorted(one.pk for one in units().values() if one.side == "BY")
    Tally.objects.create(
        span="w", kind="s", start=this_week("BY") - WEEK, value="2", side="BY", category="UBC",
        holders=held, better=[], count=7771,
    )  # fmt: skip
    weeks = [{"start": "2026-11-16", "count": 8882, "days": 7, "low": 1.0, "high": 6.0}]
    theirs = anomaly_of("BY-POL", series={"week": "2026-W47", "weeks": weeks})
    actions.share_anomaly(theirs, by=people.by_analyst)
    theirs.refresh_from_db()
    report = reports.approve(reports.passed(reports.ready(cite=theirs)))
    assert "7771" in str(figures_of(report, "BY"))
    lud = signed_in(reports.lud)

    def preview():
        page = lud.get(at(report, "?as=other"))
        said = words(page)
        assert "The other side reads its own figures here." in said
        assert "So the other side would read it now." in said
        assert not page.context["snap"]["figures"]
        for own in ("7771", "7,771", "8882", "8,882"):
            assert own not in said
        assert [one["count"] for one in page.context["snap"]["citations"]] == [2]

    preview()
    actions.disseminate_report(report, units=[unit("DESK-POL")], by=reports.lud)
    frozen = str(report.snapshots.get(side="BY").content)
    assert "7771" in frozen
    assert "8882" in frozen
    preview()
    assert "7771" not in words(lud.get(at(report)))


def test_an_invited_side_reads_the_task_alone(reports, signed_in):
    report = reports.ready()
    lud, there = signed_in(reports.lud), signed_in(reports.by)
    assert "stay with your side" in words(lud.get(at(report)))
    assert labels(lud.get(at(report)))[:2] == ["Steps", "Evidence"]
    actions.invite_side(report, by=reports.lud)
    page = there.get(at(report))
    said = words(page)
    assert "What is to be expected?" in said
    assert 'name="edition"' not in said
    for name in (reports.lud, reports.lv):
        assert name.name_for("en") not in said
    assert labels(page) == []
    actions.join_report(report, unit=reports.unit("BY-POL"), by=reports.by)
    assert reports.lud.name_for("en") in words(there.get(at(report)))
    # Each side takes away what it cited itself.
    report = fresh(report)
    mine = anomaly_of("LV-DGP")
    mine.refresh_from_db()
    actions.cite_in_report(report, mine, by=reports.lud)
    assert [one.own for one in citations_shown(report, reports.lud)] == [True]
    assert [one.own for one in citations_shown(report, reports.by)] == [False]
    assert 'value="drop"' in words(lud.get(at(report, "evidence/")))
    assert 'value="drop"' not in words(there.get(at(report, "evidence/")))


def test_of_a_withdrawn_report_number_and_reason_stay(
    reports, people, unit, signed_in, api, both_sides_on_duty
):
    report = reports.sent(sections=["S02"], title="Crossings by boat")
    newer = reports.ready(cite=report)
    newer = reports.approve(reports.passed(newer))
    actions.disseminate_report(newer, units=[unit("DESK-POL")], by=reports.lud)
    duty = people.pol_duty
    there = signed_in(duty)
    assert "detail.js" in words(there.get(at(newer)))
    assert shown(fresh(newer), duty).snapshot["citations"][0]["title"] == "Crossings by boat"
    actions.withdraw_report(report, reason="Counted twice", by=reports.lud)
    left = shown(fresh(newer), duty).snapshot["citations"][0]
    assert (left["ref"], left["withheld"]) == ("", True)
    assert "boat" not in str(left)
    assert shown(fresh(newer), reports.lud).snapshot["citations"][0]["ref"] == report.number
    assert "Crossings by boat" not in words(there.get(at(newer)))

    page = there.get("/risk/reports/?show=other")
    row = next(one for one in page.context["rows"] if one["report"] == report)
    assert (row["period"], row["where"]) == ("", "")
    line = words(page).split(str(report.uid))[1].split("</tr>")[0]
    assert report.number in line
    assert "Counted twice" in line
    for gone in (report.get_level_display(), report.unit.name, "boat"):
        assert gone not in line
    assert str(report.uid) not in words(there.get("/risk/reports/?show=other&section=S02"))
    assert [hit.title for hit in found_in(duty, asked(report.number), 5).hits] == [report.number]
    rows = {one["number"]: one for one in api(duty).get("/api/v1/reports/").json()}
    told = rows[report.number]
    assert told["reason"] == "Counted twice"
    for name in ("title", "unit", "level", "starts_on", "ends_on", "sections", "places"):
        assert not told[name], name
    assert rows[newer.number]["level"] == "operational"


def test_pages_offer_what_the_verbs_do(
    reports, people, unit, incident, released, signed_in, both_sides_on_duty
):
    report = reports.passed(reports.ready())
    approver, lud = signed_in(reports.approvers["LV"]), signed_in(reports.lud)
    back = approver.post(at(report, "review/"), {"do": "return", "words": ""})
    assert back.status_code == 400
    assert back.context["back_form"].errors
    assert not back.context["pass_form"]
    report = reports.approve(report)
    assert "Send" in labels(lud.get(at(report, "history/")))
    assert "Send" not in labels(approver.get(at(report, "history/")))
    refused = approver.get(at(report, "send/"))
    assert refused.status_code == 403
    assert "approves" not in words(refused)
    draft = reports.begun()
    played, kept = incident(headline="Played"), incident(headline="Real")
    played.shares.update(exercise=True)
    found = [one.ref for one in pick(draft, Pick.of({}), reports.lud).rows]
    assert kept.number in found
    assert played.number not in found
    theirs = incident(by=people.pol_officer, at="BY-POL")
    release_incident(theirs, desks=[unit("DESK-DGP")], by=people.pol_duty)
    assert theirs.number in [one.ref for one in pick(draft, Pick.of({}), reports.lud).rows]
    Share.objects.filter(incident=theirs).update(tlp=Tlp.RED)
    assert theirs.number not in [one.ref for one in pick(draft, Pick.of({}), reports.lud).rows]


def test_the_brochure_counts_days_by_one_calendar():
    assert day_said(datetime(2026, 11, 26, 22, 30, tzinfo=UTC)) == day_said(
        datetime(2026, 11, 27, 12, tzinfo=UTC)
    )


def test_a_pause_is_said_and_tabs_keep_what_was_asked(
    reports, people, unit, signed_in, both_sides_on_duty
):
    lud = signed_in(reports.lud)
    part = at(reports.begun(), "parts/1/")
    lud.post(part, {"do": "save", "text": "Mine.", "edition": "0"})
    assert "Riga · " in words(lud.get(part)).split('id="save"')[1].split("</span></span>")[0]
    page = words(lud.get("/risk/reports/?due=overdue&level=operational"))
    assert "?level=operational&amp;due=overdue&amp;show=approved" in page
    report = reports.approved()
    point = unit("DESK-POL").desk.point
    pause_exchange(point, until=now() + timedelta(hours=2), reason="Works.", by=people.lv_hq)
    sent = {"urgency": "information", "desks": ["DESK-POL"], "own": ["LV-SBG"]}
    assert lud.get(at(report, "send/")).context["paused"] == unit("DESK-POL").name
    page = lud.post(at(report, "send/"), sent, follow=True)
    assert RiskReport.objects.get(pk=report.pk).state == "disseminated"
    name = unit("DESK-POL").name
    assert f"These desks get it when the pause is over: {name}." in words(page)
    told = {one["name"]: one["words"] for one in page.context["told"]}
    assert told[name] == "waits for the end of the pause"
