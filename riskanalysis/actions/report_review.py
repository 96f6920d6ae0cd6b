"""A risk report is read by somebody else, returned or passed, and approved by each side."""

import uuid
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Max
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.access.models import User
from bordercoop.audit.models import record
from bordercoop.errors import Invalid, NotAllowed, Refused
from bordercoop.reference.sides import ZONE
from bordercoop.reference.wording import worded
from contactpoints.access import require, units_where
from contactpoints.models import root_of
from incidents.actions.once import written_before

from ..models import (
    ReportApproval,
    ReportComment,
    ReportReview,
    ReportSnapshot,
    ReportState,
    RiskReport,
)
from ..models.reports import WRITABLE
from ..register_access import may_approve
from ..reports.figures import figures_of
from ..reports.readiness import missing_for_review
from ..reports.snapshot import approvals_said, digest_of_snapshot, snapshot_of
from .report_kit import (
    Deed,
    Outcome,
    keep,
    locked_report,
    no_report,
    not_now,
    require_marking,
    require_writer,
    ring_report,
    standing_review,
    void,
    wait_for_turn,
)


def _require_reader(by: Any) -> None:
    """Raise NotAllowed unless `by` reads risks of its side; what is read is asked with the lock."""
    if not units_where(by, "read_risks"):
        raise NotAllowed(_("Whoever reads the risks of a side reviews its reports."))


@transaction.atomic
def ask_review(report: RiskReport, *, reviewer: User, by: Any) -> ReportReview:
    """Ask somebody who wrote none of it to read the report. Refused with all that is missing. The
    same officer asked twice is asked once; another one is asked once it is back in drafting."""
    report = locked_report(report, by)
    require_writer(report, by)
    standing = standing_review(report)
    if standing is not None and standing.reviewer_id == reviewer.pk:
        return standing
    if report.state != ReportState.DRAFTING:
        raise not_now(report)
    if reviewer.pk in report.writers or reviewer.pk == by.pk:
        sentence = _("Whoever wrote any of it does not review it. Choose somebody else.")
        raise Invalid(sentence, fields={"reviewer": [sentence]})
    seen = RiskReport.objects.worked_by(reviewer).filter(pk=report.pk)
    if not reviewer.is_active or not seen.exists():
        sentence = _("This officer does not read the report. Choose another one.")
        raise Invalid(sentence, fields={"reviewer": [sentence]})
    if missing := missing_for_review(report):
        raise Refused(
            _("The report is not ready for its review.") + " " + " ".join(missing),
            code="incomplete",
            fields={"report": missing},
        )
    report.state = ReportState.PEER_REVIEW
    report.save(update_fields=["state"])
    review = ReportReview.objects.create(
        report=report, reviewer=reviewer, edition=report.edition, by=by
    )
    keep(report, Deed.ASKED, by=by, reviewer=str(reviewer.uid))
    return review


@transaction.atomic
def comment_report(
    report: RiskReport,
    *,
    text: str,
    part: int | None = None,
    judgement: int | None = None,
    client_ref: uuid.UUID | None = None,
    by: Any,
) -> ReportComment:
    """Remark something on a part, a judgement or the whole. Whoever reads the workspace may."""
    report = locked_report(report, by)
    _require_reader(by)
    if client_ref and (
        known := written_before(ReportComment.objects.filter(by=by), client_ref, report=report)
    ):
        return known
    if report.state not in WRITABLE:
        raise not_now(report)
    text = worded(text, "text", most=2_000, empty=_("Write a comment."))
    if part is not None and judgement is not None:
        sentence = _("A comment is on a part or on a judgement, not on both.")
        raise Invalid(sentence, fields={"judgement": [sentence]})
    if part is not None and not report.parts.filter(number=part, road=False).exists():
        raise no_report()
    standing = report.judgements.standing()
    if judgement is not None and not standing.filter(number=judgement).exists():
        raise no_report()
    comment = ReportComment.objects.create(
        report=report, part=part, judgement=judgement, text=text, client_ref=client_ref, by=by
    )
    record("risk_report.commented", report.ref, by=by)
    ring_report(report)
    return comment


@transaction.atomic
def resolve_comment(comment: ReportComment, *, resolution: str, by: Any) -> ReportComment:
    """Say what came of a comment. The first resolution stands."""
    report = locked_report(comment.report, by)
    require_writer(report, by)
    comment = report.comments.get(pk=comment.pk)
    if comment.resolved_at is not None:
        return comment
    comment.resolution = worded(
        resolution, "resolution", most=2_000, empty=_("Write what came of it.")
    )
    comment.resolved_at, comment.resolved_by = now(), by
    comment.save(update_fields=["resolution", "resolved_at", "resolved_by"])
    record("risk_report.comment_resolved", report.ref, by=by)
    ring_report(report)
    return comment


@transaction.atomic
def return_report(report: RiskReport, *, words: str, by: Any) -> RiskReport:
    """Give a report back to its authors, with what has to change: its reviewer, or an approver of
    a side that writes it. Returned twice it is returned once."""
    report = locked_report(report, by)
    review = standing_review(report)
    if review is None or report.state != ReportState.PEER_REVIEW:
        last = report.reviews.first()
        returned = last is not None and last.outcome == Outcome.RETURNED
        if returned and report.state == ReportState.DRAFTING:
            return report
        raise not_now(report)
    _require_reader(by)
    if by.pk != review.reviewer_id and not may_approve(by):
        raise NotAllowed(_("Its reviewer or an approver returns a report."))
    words = worded(words, "words", most=2_000, empty=_("Write what has to change."))
    void(report, Outcome.RETURNED, words)
    report.state, report.figures = ReportState.DRAFTING, {}
    report.save(update_fields=["state", "figures"])
    report.parts.filter(road=True).update(state="open")
    keep(report, Deed.RETURNED, words=words, by=by)
    return report


@transaction.atomic
def pass_review(report: RiskReport, *, words: str = "", by: Any) -> RiskReport:
    """Say that the report can be approved; its figures are frozen with that. Refused while a
    comment is not resolved. Passed twice it is passed once."""
    report = locked_report(report, by)
    review = standing_review(report)
    if review is None or report.state != ReportState.PEER_REVIEW:
        raise not_now(report)
    _require_reader(by)
    if review.reviewer_id != by.pk:
        raise NotAllowed(_("The officer who was asked passes the review."))
    if review.outcome == Outcome.PASSED:
        return report
    if report.comments.open_on(report).exists():
        raise Refused(
            _("Some comments are not resolved yet. Wait for that, or return the report."),
            code="comments_open",
        )
    review.words = worded(words, "words", most=2_000)
    review.outcome, review.ended_at = Outcome.PASSED, now()
    review.save(update_fields=["outcome", "words", "ended_at"])
    report.parts.filter(road=True).update(state="done")
    report.figures = {side: figures_of(report, side) for side in ("LV", "BY")}
    report.save(update_fields=["figures"])
    keep(report, Deed.PASSED, words=review.words, by=by)
    return report


@transaction.atomic
def approve_report(report: RiskReport, *, sha256: str, by: Any) -> RiskReport:
    """Approve for the own side the snapshot with this hash, as it was read.

    A joint report is approved once both sides have; then it gets its number, and what each side
    reads is frozen. Refused (409) where the report says something else by now. Twice is once.
    """
    wait_for_turn()
    report = locked_report(report, by)
    require(by, "approve_risks", root_of(by.side) or report.unit)
    if by.pk in report.writers:
        raise NotAllowed(_("Whoever wrote any of it does not approve it."), code="own_words")
    known = report.approvals.filter(voided_at=None, side=by.side).first()
    if known is not None and known.sha256 == sha256:
        # Twice is once, for as long as the report says what was approved.
        over = report.state != ReportState.PEER_REVIEW
        if over or digest_of_snapshot(snapshot_of(report, by.side)) == sha256:
            return report
    review = standing_review(report)
    if report.state != ReportState.PEER_REVIEW or review is None:
        raise not_now(report)
    if review.outcome != Outcome.PASSED:
        raise Refused(_("The report has not passed its review yet."), code="not_reviewed")
    require_marking(report)
    said: dict[str, Any] = {side: snapshot_of(report, side) for side in report.sides}
    if digest_of_snapshot(said[by.side]) != sha256:
        raise Refused(
            _("The report says something else by now. Read it again, then approve it."),
            code="other_text",
        )
    at = now()
    if known is not None:
        # It was given for other words: something that the report cites was released or taken back.
        report.approvals.filter(pk=known.pk).update(voided_at=at)
    ReportApproval.objects.create(
        report=report, side=by.side, edition=report.edition, sha256=sha256, at=at, by=by
    )
    keep(report, Deed.SIGNED, by=by, digest=sha256)
    standing = {row.side: row for row in report.approvals.filter(voided_at=None)}
    for side, row in list(standing.items()):
        if row.sha256 != digest_of_snapshot(said[side]):
            report.approvals.filter(pk=row.pk).update(voided_at=at)
            del standing[side]
    if set(standing) == set(report.sides):
        _approved(report, said, at, by)
    return report


def _approved(report: RiskReport, said: dict[str, Any], at: datetime, by: Any) -> None:
    report.number = report.number or _number(report.side, at)
    report.state, report.approved_at = ReportState.APPROVED, at
    report.save(update_fields=["number", "state", "approved_at"])
    for side in report.sides:
        # What was compared with the approvals, not what somebody releases in this very moment.
        later = {"number": report.number, "approvals": approvals_said(report)}
        freeze(report, side, {**said[side], **later})
    keep(report, Deed.APPROVED, by=by, number=report.number)


def freeze(report: RiskReport, side: str, said: dict[str, Any] | None = None) -> ReportSnapshot:
    """The copy of a side at this edition, made once: of `said`, else as the report stands."""
    known = report.snapshots.filter(side=side, edition=report.edition).first()
    if known is not None:
        return known
    said = said or snapshot_of(report, side)
    return ReportSnapshot.objects.create(
        report=report, side=side, edition=report.edition, content=said,
        sha256=digest_of_snapshot(said),
    )  # fmt: skip


def _number(side: str, at: datetime) -> str:
    """The next one of the side in the year of its own clock; the caller waits for its turn."""
    head = f"RR-{side}-{at.astimezone(ZoneInfo(ZONE[side])).year}-"
    rows = RiskReport.objects.filter(number__startswith=head)
    last = rows.aggregate(last=Max("number"))["last"]
    return f"{head}{int(last[-5:]) + 1 if last else 1:05}"
