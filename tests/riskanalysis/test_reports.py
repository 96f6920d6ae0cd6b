"""Risk reports by their verbs: the whole road, alone and joint, and what crosses."""

import json
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils.timezone import now

from bordercoop.errors import Invalid, NotAllowed, Refused, Stale
from bordercoop.reference.models import utc_today
from bordercoop.web.finding.query import read as asked
from contactpoints.actions import end_pauses, pause_exchange, resume_exchange
from contactpoints.models import Delivery
from incidents.actions import recall_release, release_incident
from riskanalysis import actions
from riskanalysis.models import ReportReview, ReportSnapshot, ReportText, RiskReport
from riskanalysis.report_search import found_in
from riskanalysis.reports import citations_read_by, digest_of_snapshot, shown, unread_by_other
from tests.riskanalysis.reports_made import Reports, fresh

pytestmark = pytest.mark.django_db


@pytest.fixture
def reports(people, unit, officer):
    return Reports(people, unit, officer)


def test_a_report_goes_the_whole_road(reports, people, unit, incident, both_sides_on_duty):
    case = incident()
    ref = "4b8a0d5e-0000-4000-8000-000000000001"
    report = reports.tasked(client_ref=ref)
    assert reports.tasked(client_ref=ref) == report
    assert report.state == "tasked"
    report = actions.begin_collection(report, by=reports.lud)
    assert actions.begin_collection(report, by=reports.lud) == report
    assert report.version.procedure.code == "SOP-OPERATIONAL"
    assert report.author == reports.lud
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
    assert actions.cite_in_report(report, case, by=reports.lud) == cited
    assert cited.number == 1
    judged = reports.judged(report, cites=[], no_cites="", confidence="")
    with pytest.raises(Refused) as refusal:
        actions.ask_review(fresh(report), reviewer=reports.lv, by=reports.lud)
    assert refusal.value.code == "incomplete"
    assert len(refusal.value.fields["report"]) == 5
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
    assert report.state == "approved"
    assert report.number.startswith("RR-LV-")
    copy = report.snapshots.get()
    assert copy.sha256 == digest_of_snapshot(copy.content)
    assert copy.content["citations"][0]["ref"] == case.number
    report = fresh(actions.disseminate_report(report, units=[unit("DESK-POL")], by=reports.lud))
    again = actions.disseminate_report(report, units=[unit("DESK-POL")], by=reports.lud)
    assert report.state == "disseminated"
    assert again.told.count() == 2
    delivery = Delivery.objects.about(report.ref).get()
    assert delivery.desk.code == "DESK-POL"
    assert delivery.priority == "P4"
    head = reports.officer("dgp.head2", "LV-DGP", "unit_head")
    answer = actions.answer_recommendation
    with pytest.raises(Invalid):
        answer(report, advice.number, state="done", by=head)
    assert answer(report, advice.number, state="accepted", by=head).state == "accepted"
    done = answer(report, advice.number, state="done", answer="Moved on Monday.", by=head)
    assert done.state == "done"
    assert report.steps.count() == 8


def test_no_text_is_lost(reports):
    report = reports.begun()
    reports.save(report, 1, "One.", edition=0)
    reports.save(report, 1, "Two.", reports.lv, edition=1)
    with pytest.raises(Stale) as stale:
        reports.save(report, 1, "Mine.", edition=1)
    assert stale.value.current.text == "Two."
    assert stale.value.status == 409
    with pytest.raises(Stale):  # a repeat is kept once
        reports.save(report, 1, "Mine.", edition=1)
    with pytest.raises(Stale) as stale:  # a late repeat changes nothing, and is told of "Two."
        reports.save(report, 1, "One.", edition=0)
    assert stale.value.current.text == "Two."
    part = report.parts.get(number=1)
    kept = [(t.text, t.refused) for t in part.texts.order_by("pk")]
    assert kept == [("One.", False), ("Two.", False), ("Mine.", True)]
    mine = part.texts.get(refused=True)
    actions.restore_text(report, 1, text=mine, edition=2, by=reports.lud)
    assert report.parts.get(number=1).text == "Mine."
    with pytest.raises(DatabaseError, match="text_of_a_report_is_kept"), transaction.atomic():
        ReportText.objects.filter(pk=mine.pk).update(text="Other.")
    with pytest.raises(NotAllowed):
        reports.save(report, 6, "The road writes this.")


def test_nobody_reviews_or_approves_what_they_wrote(reports, people):
    report = reports.ready()
    ask = actions.ask_review
    with pytest.raises(Invalid):
        ask(report, reviewer=reports.lud, by=reports.lud)
    with pytest.raises(Invalid):
        ask(report, reviewer=reports.by, by=reports.lud)
    forged = {"report": report, "edition": report.edition, "by": reports.lud}
    with pytest.raises(DatabaseError, match="nobody_reviews_what"), transaction.atomic():
        ReportReview.objects.create(reviewer=reports.lud, **forged)
    ask(report, reviewer=reports.lv, by=reports.lud)
    assert ask(report, reviewer=reports.lv, by=reports.lud).outcome == "open"
    with pytest.raises(Refused, match="You review"):
        reports.save(report, 3, "By its reviewer.", reports.lv)
    with pytest.raises(NotAllowed):
        actions.pass_review(report, by=people.lv_hq)
    said = actions.comment_report(report, text="Which week?", judgement=1, by=reports.lv)
    with pytest.raises(Refused, match="not resolved"):
        actions.pass_review(report, by=reports.lv)
    actions.resolve_comment(said, resolution="The last one.", by=reports.lud)
    actions.pass_review(report, by=reports.lv)
    with pytest.raises(NotAllowed):
        actions.approve_report(report, sha256="0" * 64, by=reports.lv)
    with pytest.raises(Refused) as refusal:
        actions.approve_report(report, sha256="0" * 64, by=people.lv_approver)
    assert (refusal.value.code, refusal.value.status) == ("other_text", 409)
    with pytest.raises(DatabaseError, match="nobody_approves_what"), transaction.atomic():
        report.approvals.create(
            side="LV", edition=fresh(report).edition, sha256="0" * 64, by=reports.lud
        )
    with pytest.raises(DatabaseError, match="approved_by_each_side"), transaction.atomic():
        RiskReport.objects.filter(pk=report.pk).update(
            state="approved", number="RR-LV-2026-99999", approved_at="2026-01-01T00:00Z"
        )


def test_a_change_voids_the_approval_and_keeps_it(reports, people):
    report = reports.approved()
    number, first = report.number, report.snapshots.get()
    assert set(first.content["figures"]) == {"weeks", "by_category", "by_section"}
    with pytest.raises(Refused) as refusal:
        actions.disseminate_report(report, units=[reports.unit("DESK-POL")], by=reports.lud)
    assert refusal.value.code == "nobody_on_duty"
    assert fresh(report).state == "approved"
    with pytest.raises(DatabaseError, match="part_stays_as"), transaction.atomic():
        report.parts.filter(number=1).update(text="Changed behind the back.")
    reports.save(report, 1, "Something new.")
    report = fresh(report)
    assert report.state == "drafting"
    assert report.approvals.get().voided_at is not None
    assert report.reviews.get().outcome == "void"
    assert report.parts.get(road=True).state == "open"
    again = reports.approve(reports.passed(report))
    assert again.number == number
    assert again.snapshots.count() == 2
    assert again.snapshots.first().sha256 != first.sha256
    reports.save(again, 1, "And again.")
    actions.ask_review(again, reviewer=reports.lv, by=reports.lud)
    returned = actions.return_report(again, words="The period is wrong.", by=reports.lv)
    assert actions.return_report(again, words="x", by=reports.lv).state == returned.state
    assert again.reviews.first().words == "The period is wrong."
    cancelled = actions.cancel_report(again, reason="No longer asked.", by=people.lv_hq)
    assert actions.cancel_report(again, reason="x", by=people.lv_hq).reason == cancelled.reason
    with pytest.raises(Refused, match="Cancelled"):
        reports.save(again, 1, "Too late.")


def test_both_sides_write_a_joint_report(reports, people, unit):
    report = reports.begun()
    assert not RiskReport.objects.offered_to(reports.by).exists()
    with pytest.raises(Refused) as refusal:
        actions.join_report(report, unit=unit("BY-GPK"), by=reports.by)
    assert refusal.value.status == 404
    actions.invite_side(report, by=reports.lud)
    assert RiskReport.objects.offered_to(reports.by).get() == report
    assert not RiskReport.objects.visible_to(reports.by).exists()
    with pytest.raises(NotAllowed):
        actions.join_report(report, unit=unit("LV-DGP"), by=reports.lud)
    actions.decline_report(report, words="Not now.", by=reports.by)
    actions.invite_side(report, by=reports.lud)
    actions.join_report(report, unit=unit("BY-GPK"), by=reports.by)
    assert actions.join_report(report, unit=unit("BY-GPK"), by=reports.by).joint
    with pytest.raises(NotAllowed):
        reports.save(report, 3, "Mine.", reports.by)
    actions.assign_part(report, 3, side="BY", by=reports.lud)
    report = reports.written(reports.written(report, reports.by))
    actions.begin_drafting(report, by=reports.lud)
    reports.judged(report, reports.by)
    with pytest.raises(NotAllowed):
        actions.remove_judgement(report, 1, by=reports.lud)
    report = reports.passed(fresh(report), people.by_hq)
    report = reports.approve(report, "LV")
    assert report.state == "peer_review"
    assert report.number is None
    report = reports.approve(report, "BY")
    assert report.state == "approved"
    assert report.snapshots.count() == 2
    assert [one["side"] for one in report.snapshots.first().content["approvals"]] == ["LV", "BY"]


def test_what_crosses_is_what_was_released(reports, people, unit, incident, released):
    secret = incident(headline="Secret at sign 217")
    given, _delivery = released(headline="Known at sign 214", fields=["headline"])
    never = incident(category="ASY", headline="Asked for asylum")
    report = reports.ready(cite=secret)
    for case in (given, never):
        actions.cite_in_report(report, case, by=reports.lud)
    assert unread_by_other(fresh(report)) == [(1, "withheld"), (3, "left_out")]
    with pytest.raises(Refused, match="3"):
        actions.invite_side(report, by=reports.lud)
    report = reports.approve(reports.passed(fresh(report)))
    told = people.pol_duty
    assert not RiskReport.objects.visible_to(told).exists()
    assert not ReportSnapshot.objects.visible_to(told).exists()
    actions.disseminate_report(report, units=[unit("DESK-POL")], by=reports.lud)
    report = fresh(report)
    assert RiskReport.objects.visible_to(told).get() == report
    assert RiskReport.objects.visible_to(reports.by).get() == report
    assert not RiskReport.objects.worked_by(reports.by).exists()
    read = shown(report, told)
    assert not read.works
    assert read.intact
    first, second = read.snapshot["citations"]
    assert first == {
        "number": 1, "kind": "incident", "ref": "", "side": "LV", "withheld": True,
        "category": "UBC-LND", "week": first["week"],
    }  # fmt: skip
    assert (second["number"], second["headline"]) == (2, "Known at sign 214")
    assert second["position"] is None
    assert second["section"] == ""
    assert not second["occurred_at"]
    card = Delivery.objects.about(report.ref).get().alert.card
    whole = json.dumps([read.snapshot, card])
    assert not any(word in whole for word in ("Secret", secret.number, "asylum", never.number))
    recall_release(given, desks=[unit("DESK-POL")], reason="Wrong desk.", by=people.lv_hq)
    assert "Known at sign" not in json.dumps(shown(report, told).snapshot)
    assert "Known at sign" in json.dumps(shown(report, reports.lud).snapshot)
    assert [hit.title for hit in found_in(told, asked("november"), 5).hits] == [report.title]
    assert found_in(people.rix_duty, asked("november"), 5).hits == []
    assert found_in(people.msq_duty, asked("november"), 5).hits == []
    actions.withdraw_report(report, reason="It was wrong.", by=reports.lud)
    assert found_in(told, asked("november"), 5).hits == []
    assert found_in(told, asked(report.number), 5).hits[0].title == report.number
    assert shown(fresh(report), told).snapshot is None
    assert shown(fresh(report), reports.lud).snapshot["number"] == report.number


def test_a_newer_report_takes_the_place(reports, people, unit, both_sides_on_duty):
    first = reports.sent()
    second = reports.ready()
    cited = actions.cite_in_report(second, first, by=reports.lud)
    second = reports.approve(reports.passed(fresh(second)))
    assert cited.content["ref"] == first.number
    assert first.cited_by.get() == cited
    with pytest.raises(Invalid):  # it may still go back, and never go out
        actions.supersede_report(first, newer=second, by=reports.lud)
    actions.disseminate_report(second, units=[unit("LV-LUD")], by=reports.lud)
    old = actions.supersede_report(first, newer=second, by=reports.lud)
    assert actions.supersede_report(first, newer=second, by=reports.lud).state == "superseded"
    assert old.superseded_by == second
    assert second.supersedes.get() == first
    card = Delivery.objects.about(first.ref).latest("pk").alert.card
    assert card["event"] == "risk_report_superseded"
    assert "newer" not in card
    assert actions.archive_report(old, by=reports.lud).state == "archived"


def test_a_pause_holds_a_report(reports, people, unit, both_sides_on_duty):
    point = unit("DESK-POL").desk.point
    pause = pause_exchange(
        point, until=now() + timedelta(hours=2), reason="Line works.", by=people.lv_hq
    )
    report = reports.sent()
    assert report.state == "approved"
    assert not Delivery.objects.about(report.ref).exists()
    actions.disseminate_report(report, units=[unit("DESK-POL")], by=reports.lud)
    resume_exchange(pause, by=people.lv_hq)
    assert end_pauses() == 1
    assert end_pauses() == 0
    assert fresh(report).state == "disseminated"
    assert Delivery.objects.about(report.ref).count() == 1


def test_what_a_side_cites_of_the_other_goes_with_its_recall(
    reports, people, unit, incident, both_sides_on_duty
):
    theirs = incident(by=people.pol_officer, at="BY-POL", headline="Seen from Polotsk")
    release_incident(theirs, desks=[unit("DESK-DGP")], by=people.pol_duty)
    report = reports.ready(cite=theirs)
    secret = incident(by=people.pol_officer, at="BY-POL")
    with pytest.raises(Refused) as refusal:
        actions.cite_in_report(report, secret, by=reports.lud)
    assert refusal.value.status == 404
    report = reports.approve(reports.passed(report))
    assert shown(report, reports.lud).snapshot["citations"][0]["headline"] == "Seen from Polotsk"
    recall_release(theirs, desks=[unit("DESK-DGP")], reason="Wrong.", by=people.by_hq)
    left = shown(report, reports.lud).snapshot["citations"][0]
    assert (left["ref"], left["withheld"]) == (theirs.number, True)
    assert "Polotsk" not in json.dumps(left)
    assert "Polotsk" not in json.dumps(citations_read_by(report, reports.lv))
