"""Risk reports by their verbs: the whole road, alone and joint, and what crosses."""

import json
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from bordercoop.errors import Invalid, NotAllowed, Refused, Stale
from bordercoop.reference.models import utc_today
from contactpoints.models import Delivery
from riskanalysis import actions
from riskanalysis.models import ReportReview, ReportSnapshot, ReportText, RiskReport
from riskanalysis.reports import digest_of_snapshot, snapshot_of, unread_by_other
from tests.riskanalysis.reports_made import Reports, fresh

pytestmark = pytest.mark.django_db


@pytest.fixture
def reports(people, unit, officer):
    return Reports(people, unit, officer)


def test_a_report_goes_the_whole_road(reports, people, unit, incident, both_sides_on_duty):
    case = incident()
    ref = "4b8a0d5e-0000-4000-8000-000000000001"
    report = reports.tasked(client_ref=ref)
    assert reports.tasked(client_ref=ref) == report and report.state == "tasked"
    report = actions.begin_collection(report, by=reports.lud)
    assert actions.begin_collection(report, by=reports.lud) == report
    assert report.version.procedure.code == "SOP-OPERATIONAL" and report.author == reports.lud
    assert [p.collects for p in report.parts.all()] == [True, True, False, False, False, False]
    with pytest.raises(Refused, match="step 1, 2"):
        actions.begin_drafting(report, by=reports.lud)
    with pytest.raises(Invalid):
        actions.skip_part(report, 1, reason=" ", by=reports.lud)
    actions.skip_part(report, 1, reason="The tasking says it.", by=reports.lud)
    reports.save(report, 2, "Facts.")
    actions.finish_part(report, 2, by=reports.lud)
    report = actions.begin_drafting(report, by=reports.lud)
    cited = actions.cite_in_report(report, case, by=reports.lud)
    assert actions.cite_in_report(report, case, by=reports.lud) == cited and cited.number == 1
    judged = reports.judged(report, cites=[], no_cites="", confidence="")
    with pytest.raises(Refused) as refusal:
        actions.ask_review(fresh(report), reviewer=reports.lv, by=reports.lud)
    assert refusal.value.code == "incomplete" and len(refusal.value.fields["report"]) == 5
    report = reports.written(report)
    actions.change_judgement(
        report, judged.number, text="Crossings go on.", probability="likely", confidence="low",
        cites=[1], by=reports.lud,
    )  # fmt: skip
    with pytest.raises(Refused, match="Judgement 1"):
        actions.remove_citation(report, 1, by=reports.lud)
    advice = actions.write_recommendation(
        report, text="Move a patrol.", unit=unit("LV-DGP"), due=utc_today() + timedelta(days=9),
        by=reports.lud,
    )  # fmt: skip
    report = reports.passed(fresh(report))
    report = reports.approve(report)
    assert report.state == "approved" and report.number.startswith("RR-LV-")
    copy = report.snapshots.get()
    assert copy.sha256 == digest_of_snapshot(copy.content)
    assert copy.content["citations"][0]["ref"] == case.number
    report = fresh(actions.disseminate_report(report, units=[unit("DESK-POL")], by=reports.lud))
    again = actions.disseminate_report(report, units=[unit("DESK-POL")], by=reports.lud)
    assert report.state == "disseminated" and again.told.count() == 2
    delivery = Delivery.objects.about(report.ref).get()
    assert delivery.desk.code == "DESK-POL" and delivery.priority == "P4"
    head = reports.officer("dgp.head2", "LV-DGP", "unit_head")
    answer = actions.answer_recommendation
    with pytest.raises(Invalid):
        answer(report, advice.number, state="done", by=head)
    assert answer(report, advice.number, state="accepted", by=head).state == "accepted"
    done = answer(report, advice.number, state="done", answer="Moved on Monday.", by=head)
    assert done.state == "done" and report.steps.count() == 8
