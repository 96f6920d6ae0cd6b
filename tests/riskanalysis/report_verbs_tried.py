"""Each verb of risk reports as every role of each side tries it."""

from datetime import timedelta
from types import SimpleNamespace

from django.utils.timezone import now

from bordercoop.reference.models import utc_today
from contactpoints.models import Role
from riskanalysis import actions
from riskanalysis.models import ReportReview, RiskReport
from riskanalysis.reports import digest_of_snapshot, snapshot_of
from tests.contactpoints.procedures_made import someone
from tests.riskanalysis.reports_made import Reports, fresh

SIDES = ("LV", "BY")
OF_BOTH = {"task_report"}
OF_THE_OWNER = {"cite_in_report"}
OF_THE_OTHER = {"join_report", "decline_report", "leave_report"}


def scene_of_reports(people, unit, officer):
    """Reports of Latvia in the states that their verbs need."""
    roots = [someone(side, role) for role in (Role.ANALYST, Role.APPROVER) for side in SIDES]
    made = Reports(people, unit, officer, roots)
    begun = made.begun()
    made.save(begun, 3, "Written.")
    made.judged(begun)
    actions.cite_in_report(begun, _risk(made), by=made.lud)
    actions.write_recommendation(begun, text="x", unit=unit("LV-DGP"), due=utc_today(), by=made.lud)
    invited = actions.invite_side(made.begun(), by=made.lud)
    joined = actions.invite_side(made.begun(), by=made.lud)
    joined = actions.join_report(joined, unit=unit("BY-GPK"), by=made.by)
    reviewed = made.ready()
    RiskReport.objects.filter(pk=reviewed.pk).update(state="peer_review")
    sent = made.ready()
    actions.write_recommendation(sent, text="x", unit=unit("LV-DGP"), due=utc_today(), by=made.lud)
    sent = made.approve(made.passed(fresh(sent)))
    actions.disseminate_report(sent, units=[unit("LV-DGP")], by=made.lud)
    passed = made.passed(made.ready())
    return SimpleNamespace(
        made=made, roots={"LV": unit("LV-SBG"), "BY": unit("BY-GPK")}, tasked=made.tasked(),
        begun=begun, invited=invited, joined=joined, collected=made.written(made.begun()),
        ready=made.ready(),
        reviewed=fresh(reviewed), passed=passed, digest=digest_of_snapshot(snapshot_of(passed)),
        approved=made.approved(), newer=made.sent("LV-DGP"), sent=fresh(sent),
        comment=actions.comment_report(begun, text="x", by=made.lv),
        text=begun.parts.get(number=3).texts.select_related("part").get(),
        other=people.lv_hq, told=unit("LV-DGP"),
    )  # fmt: skip


def _risk(made):
    return actions.write_risk(
        unit=made.unit("LV-SBG"), title={"en": "x"}, language="en", by=made.lv
    )


def _asked_of(s, by):
    """The review of a report, asked of whoever tries."""
    ReportReview.objects.create(
        report=s.reports.reviewed, reviewer=by, edition=s.reports.reviewed.edition,
        by=s.reports.made.lud,
    )  # fmt: skip
    return s.reports.reviewed


SCOPE = {
    "title": "x", "language": "en", "starts_on": utc_today(), "ends_on": utc_today(),
}  # fmt: skip
ADVICE = {"text": "x", "due": utc_today() + timedelta(days=1)}
TRY = {
    f"riskanalysis.{name}": attempt
    for name, attempt in {
        "task_report": lambda s, by: actions.task_report(
            unit=s.reports.roots[by.side], level="operational", tasking="x",
            deadline=now() + timedelta(days=1), by=by, **SCOPE,
        ),
        "change_report": lambda s, by: actions.change_report(s.reports.tasked, by=by, **SCOPE),
        "begin_collection": lambda s, by: actions.begin_collection(s.reports.tasked, by=by),
        "begin_drafting": lambda s, by: actions.begin_drafting(s.reports.collected, by=by),
        "invite_side": lambda s, by: actions.invite_side(s.reports.begun, by=by),
        "join_report": lambda s, by: actions.join_report(
            s.reports.invited, unit=s.reports.roots[by.side], by=by
        ),
        "decline_report": lambda s, by: actions.decline_report(s.reports.invited, by=by),
        "leave_report": lambda s, by: actions.leave_report(s.reports.joined, by=by),
        "assign_part": lambda s, by: actions.assign_part(s.reports.begun, 3, side="LV", by=by),
        "cancel_report": lambda s, by: actions.cancel_report(s.reports.tasked, reason="x", by=by),
        "save_part": lambda s, by: actions.save_part(
            s.reports.begun, 3, text="x", edition=1, by=by
        ),
        "restore_text": lambda s, by: actions.restore_text(
            s.reports.begun, 3, text=s.reports.text, edition=1, by=by
        ),
        "finish_part": lambda s, by: actions.finish_part(s.reports.begun, 3, by=by),
        "skip_part": lambda s, by: actions.skip_part(s.reports.begun, 4, reason="x", by=by),
        "reopen_part": lambda s, by: actions.reopen_part(s.reports.begun, 3, by=by),
        "cite_in_report": lambda s, by: actions.cite_in_report(
            s.reports.begun, s.risks.shared, by=by
        ),
        "remove_citation": lambda s, by: actions.remove_citation(s.reports.begun, 1, by=by),
        "write_judgement": lambda s, by: actions.write_judgement(s.reports.begun, text="x", by=by),
        "change_judgement": lambda s, by: actions.change_judgement(
            s.reports.begun, 1, text="x", by=by
        ),
        "remove_judgement": lambda s, by: actions.remove_judgement(s.reports.begun, 1, by=by),
        "write_recommendation": lambda s, by: actions.write_recommendation(
            s.reports.begun, unit=s.reports.told, by=by, **ADVICE
        ),
        "change_recommendation": lambda s, by: actions.change_recommendation(
            s.reports.begun, 1, unit=s.reports.told, by=by, **ADVICE
        ),
        "remove_recommendation": lambda s, by: actions.remove_recommendation(
            s.reports.begun, 1, by=by
        ),
        "answer_recommendation": lambda s, by: actions.answer_recommendation(
            s.reports.sent, 1, state="accepted", by=by
        ),
        "ask_review": lambda s, by: actions.ask_review(
            s.reports.ready, reviewer=s.reports.other, by=by
        ),
        "comment_report": lambda s, by: actions.comment_report(s.reports.begun, text="y", by=by),
        "resolve_comment": lambda s, by: actions.resolve_comment(
            s.reports.comment, resolution="x", by=by
        ),
        "return_report": lambda s, by: actions.return_report(_asked_of(s, by), words="x", by=by),
        "pass_review": lambda s, by: actions.pass_review(_asked_of(s, by), by=by),
        "approve_report": lambda s, by: actions.approve_report(
            s.reports.passed, sha256=s.reports.digest, by=by
        ),
        "disseminate_report": lambda s, by: actions.disseminate_report(
            s.reports.approved, units=[s.reports.told], by=by
        ),
        "supersede_report": lambda s, by: actions.supersede_report(
            s.reports.sent, newer=s.reports.newer, by=by
        ),
        "withdraw_report": lambda s, by: actions.withdraw_report(
            s.reports.sent, reason="x", by=by
        ),
        "archive_report": lambda s, by: actions.archive_report(s.reports.sent, by=by),
    }.items()
}  # fmt: skip
