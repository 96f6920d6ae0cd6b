"""A report of both sides: what the invited one does not read, how it leaves, what was approved
before something crossed, and what stands for the neighbours: units, webhooks."""

import pytest
from django.db import DatabaseError, transaction

from bordercoop.audit.models import Entry
from bordercoop.errors import NotAllowed, Refused
from bordercoop.outbox.models import Message
from bordercoop.reference.models import utc_today
from contactpoints.actions import register_webhook, retire_unit
from incidents.actions import recall_release
from incidents.models import Incident
from riskanalysis import actions
from riskanalysis.models import ReportComment, ReportText, RiskReport
from riskanalysis.reports import digest_of_snapshot, snapshot_of
from tests.riskanalysis.reports_made import Reports, fresh
from tests.riskanalysis.test_report_pages import at, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def reports(people, unit, officer):
    made = Reports(people, unit, officer)
    for user in (made.lv, made.by, made.lud, *made.approvers.values()):
        user.language = "en"
        user.save(update_fields=["language"])
    return made


def joined(reports, report, at="BY-GPK"):
    actions.invite_side(report, by=reports.lud)
    return actions.join_report(report, unit=reports.unit(at), by=reports.by)


def test_what_was_thrown_away_before_the_invitation_stays_with_the_side(reports, signed_in, api):
    report = reports.ready()
    for text in ("A name that must not cross.", "Without the name."):
        reports.save(report, 3, text)
    with pytest.raises(Refused):
        reports.save(report, 3, "A late name.", reports.lv, edition=1)
    settled = actions.comment_report(report, text="Take the name out.", part=3, by=reports.lv)
    actions.resolve_comment(settled, resolution="The name is out.", by=reports.lud)
    reports.save(report, 4, "Left out of sight.")
    actions.skip_part(report, 4, reason="It is known.", by=reports.lud)
    first = reports.judged(report)
    actions.comment_report(report, text="Who is that?", judgement=first.number, by=reports.lv)
    actions.remove_judgement(report, first.number, by=reports.lud)
    open_ = actions.comment_report(report, text="Which week?", part=3, by=reports.lv)
    actions.ask_review(fresh(report), reviewer=reports.lv, by=reports.lud)
    actions.return_report(report, words="The name is still in step 2.", by=reports.lv)
    report = joined(reports, report)

    texts = ReportText.objects.filter(part__report=report, part__number=3)
    assert [t.text for t in texts.read_by(reports.by, report)] == ["Without the name."]
    assert texts.read_by(reports.lud, report).count() == 4
    comments = ReportComment.objects.filter(report=report).read_by(reports.by, report)
    assert list(comments) == [open_]
    there = signed_in(reports.by)
    pages = ("", "parts/3/", "parts/4/", "review/", "history/")
    said = " ".join(words(there.get(at(report, page))) for page in pages)
    one = f"/api/v1/reports/{report.uid}/"
    for part in (
        "parts/",
        "parts/4/",
        "parts/4/texts/",
        "parts/3/texts/",
        "comments/",
        "steps/",
        "reviews/",
    ):
        answer = api(reports.by).get(f"{one}{part}")
        assert answer.status_code == 200
        said += answer.content.decode()
    assert "Without the name." in said
    assert "Which week?" in said
    for gone in (
        "must not cross", "late name", "Take the name", "Who is that", "still in step 2",
        "out of sight",
    ):  # fmt: skip
        assert gone not in said
        assert (
            gone
            in " ".join(words(signed_in(reports.lud).get(at(report, page))) for page in pages)
            + api(reports.lud).get(f"{one}comments/").content.decode()
        )
    assert api(reports.lud).get(f"{one}parts/4/").json()["text"] == "Left out of sight."
    hidden = texts.get(text__contains="must not")
    with pytest.raises(Refused) as refusal:
        actions.restore_text(report, 3, text=hidden, edition=3, by=reports.by)
    assert refusal.value.status == 404
    # What is replaced from now on both read.
    reports.save(report, 3, "Both read this.")
    assert texts.read_by(reports.by, report).count() == 2
    # What no page shows is not commented on, and keeps no review from passing.
    road = report.parts.get(road=True)
    for about in ({"judgement": first.number}, {"part": road.number}):
        with pytest.raises(Refused) as refusal:
            actions.comment_report(report, text="Once more.", by=reports.lv, **about)
        assert refusal.value.status == 404
    assert there.get(at(report, "review/")).context["open_comments"] == 1
    actions.resolve_comment(open_, resolution="The first.", by=reports.lud)
    assert list(report.comments.open_on(report)) == []
    assert report.comments.filter(resolved_at=None).exists()
    assert reports.passed(fresh(report)).state == "peer_review"


def test_the_invited_side_leaves_and_the_report_goes_on(reports, people, unit, incident, signed_in):
    report = joined(reports, reports.begun())
    reports.save(report, 4, "Begun in Ludza.")
    for number in (3, 4, 5):
        actions.assign_part(report, number, side="BY", by=reports.lud)
    reports.save(report, 3, "Written in Minsk.", reports.by)
    actions.skip_part(report, 5, reason="Nothing to say.", by=reports.by)
    theirs = incident(by=people.pol_officer, at="BY-POL", headline="Seen from Polotsk")
    actions.cite_in_report(report, theirs, by=people.by_analyst)
    reports.judged(report, reports.by, cites=[1], no_cites="")
    actions.write_recommendation(
        report, text="Watch the lake.", unit=unit("BY-POL"), due=utc_today(), by=reports.by
    )
    with pytest.raises(NotAllowed):
        actions.leave_report(report, by=reports.lud)
    there, lud = signed_in(reports.by), signed_in(reports.lud)
    assert 'value="leave"' in words(there.get(at(report)))
    assert 'value="leave"' not in words(lud.get(at(report)))
    for _twice in range(2):
        gone = there.post(at(report), {"do": "leave", "words": "Nobody is free."})
        assert gone.url == "/risk/reports/"
    report = fresh(report)
    assert (report.joint, report.other_unit, report.invited_at) == (False, None, None)
    assert report.steps.filter(deed="left").get().words == "Nobody is free."
    trails = Entry.objects.filter(about=report.ref, verb="risk_report.left")
    assert sorted(trails.values_list("side", flat=True)) == ["BY", "LV"]
    assert there.get(at(report)).status_code == 404
    parts = {part.number: (part.side, part.state) for part in report.parts.all()}
    assert (parts[3], parts[4], parts[5]) == (("BY", "done"), ("LV", "open"), ("BY", "skipped"))
    assert "The other side left 1 risk report" in words(lud.get("/"))
    page = words(lud.get(at(report)))
    assert "The other side left this report." in page
    assert "Nobody is free." in page
    # What it wrote stays, and is the leading side's to change or to take out.
    part = at(report, "parts/3/")
    assert "Written in Minsk." in words(lud.get(part))
    refused = lud.post(part, {"do": "save", "text": "Mine.", "edition": "1"})
    assert refused.status_code == 403
    assert lud.post(part, {"do": "give", "side": "LV"}).status_code == 302
    assert lud.post(part, {"do": "save", "text": "Mine.", "edition": "1"}).status_code == 302
    assert "The other side left 1 risk report" not in words(lud.get("/"))
    # It was cited as it was marked then; what that side marks now stays with it.
    Incident.objects.filter(pk=theirs.pk).update(handling="H3", restriction="Ask first.")
    page = lud.get(at(report, "evidence/"))
    assert [one.own for one in page.context["citations"]] == [True]
    assert theirs.number not in words(page)
    assert lud.get(at(report, "judgements/")).context["judgements"][0].writes
    report = reports.written(report)
    actions.begin_drafting(report, by=reports.lud)
    with pytest.raises(Refused, match="Recommendation 1") as refusal:
        actions.ask_review(fresh(report), reviewer=reports.lv, by=reports.lud)
    assert len(refusal.value.fields["report"]) == 1
    actions.remove_recommendation(report, 1, by=reports.lud)
    actions.change_judgement(
        report, 1, text="x", probability="likely", confidence="low", no_cites="x", by=reports.lud
    )
    actions.remove_citation(report, 1, by=reports.lud)
    # It may come back; nobody leaves once the review is asked.
    report = joined(reports, fresh(report))
    # What the leading side wrote anew meanwhile is its own.
    with pytest.raises(NotAllowed):
        actions.remove_judgement(report, 1, by=reports.by)
    with pytest.raises(DatabaseError, match="passes_to_the_leading"), transaction.atomic():
        report.judgements.update(side="BY")
    report = reports.passed(fresh(report))
    with pytest.raises(Refused, match="Peer review"):
        actions.leave_report(report, by=reports.by)
    with pytest.raises(DatabaseError, match="what_a_report_was_given"), transaction.atomic():
        RiskReport.objects.filter(pk=report.pk).update(joint=False, other_unit=None)


def test_a_side_approves_anew_what_it_approved_before_something_crossed(
    reports, people, unit, released, signed_in
):
    given, _delivery = released(headline="Known at sign 214")
    report = reports.begun()
    actions.cite_in_report(report, given, by=reports.lud)
    report = reports.written(joined(reports, report))
    actions.begin_drafting(report, by=reports.lud)
    reports.judged(report)
    report = reports.approve(reports.passed(fresh(report)), "BY")
    approver = reports.approvers["BY"]
    there = signed_in(approver)
    approve = at(report, "approve/")
    page = there.get(approve)
    assert (page.context["why_not"], page.context["outdated"]) == (
        "Your side has approved it.", "",
    )  # fmt: skip
    recall_release(given, desks=[unit("DESK-POL")], reason="Wrong desk.", by=people.lv_hq)
    given_for = report.approvals.get(side="BY").sha256
    with pytest.raises(Refused) as refusal:
        actions.approve_report(report, sha256=given_for, by=approver)
    assert (refusal.value.code, refusal.value.status) == ("other_text", 409)
    page = there.get(approve)
    assert page.context["may_approve"]
    assert "approve it anew" in words(page)
    assert "approve it anew" in words(there.get(at(report)))
    assert "Waits for your approval" in words(there.get("/risk/reports/"))
    assert "1 risk report waits for the approval of your side." in words(there.get("/"))
    assert there.post(approve, {"sha256": page.context["digest"]}).status_code == 302
    assert "waits for the approval of your side" not in words(there.get("/"))
    assert there.get(approve).context["why_not"] == "Your side has approved it."
    rows = report.approvals.filter(side="BY").order_by("pk")
    assert [row.voided_at is None for row in rows] == [False, True]
    assert rows.last().sha256 == digest_of_snapshot(snapshot_of(fresh(report), "BY"))
    assert reports.approve(report, "LV").state == "approved"


def test_reports_hold_their_units_and_are_told_to_systems(
    reports, people, unit, settings, both_sides_on_duty
):
    settings.WEBHOOK_HOSTS = ["https://hooks.example.org", "hooks.example.org"]
    events = ["report.sent", "report.withdrawn", "report.superseded"]
    hooks = {
        code: register_webhook(
            code, f"https://hooks.example.org/{code}", desks=[unit(code)], events=events, by=by
        )[0]
        for code, by in (("DESK-POL", people.by_admin), ("DESK-DGP", people.lv_admin))
    }

    def told(code):
        rows = Message.objects.filter(channel="webhook", payload__webhook=str(hooks[code].uid))
        return [row.payload["type"] for row in rows.order_by("pk")]

    first = reports.approved()
    with pytest.raises(Refused, match="1 risk report that it writes has not gone out"):
        retire_unit(unit("LV-DGP"), by=people.lv_admin)
    actions.disseminate_report(first, units=[unit("DESK-POL")], by=reports.lud)
    assert (told("DESK-POL"), told("DESK-DGP")) == (["report.sent"], [])
    actions.disseminate_report(first, units=[unit("DESK-DGP")], by=reports.lud)
    assert (told("DESK-POL"), told("DESK-DGP")) == (["report.sent"], ["report.sent"])
    second = reports.sent("LV-LUD")
    actions.supersede_report(first, newer=second, by=reports.lud)
    actions.withdraw_report(fresh(first), reason="It was wrong.", by=reports.lud)
    assert told("DESK-POL") == ["report.sent", "report.superseded", "report.withdrawn"]
    facts = Message.objects.filter(channel="webhook").last().payload["facts"]
    assert facts == {"number": first.number, "side": "LV", "exercise": False}
    with pytest.raises(Refused) as refusal:
        retire_unit(unit("LV-DGP"), by=people.lv_admin)
    assert "risk report" not in str(refusal.value)
