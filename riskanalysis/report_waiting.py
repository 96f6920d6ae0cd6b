"""For whom a risk report waits, in words. Reads only."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from contactpoints.access import may

from .models import ReportReview, ReportState, RiskReport
from .register_access import may_approve
from .reports import digest_of_snapshot, snapshot_of


def standing_review(report: RiskReport) -> ReportReview | None:
    """Reads what was fetched with a list of reports."""
    return next((row for row in report.reviews.all() if row.outcome in ("open", "passed")), None)


def approved_by(report: RiskReport) -> set[str]:
    """The sides that have approved it as it stands."""
    return {row.side for row in report.approvals.all() if row.voided_at is None}


def outdated(report: RiskReport, side: str, digest: str = "") -> bool:
    """Whether `side` approved other words than it reads by now: something that a joint report cites
    was released or taken back before the other side approved. `digest` is that of what it reads."""
    standing = (row for row in report.approvals.all() if row.voided_at is None)
    given = next((row for row in standing if row.side == side), None)
    if given is None or report.state != ReportState.PEER_REVIEW:
        return False
    return given.sha256 != (digest or digest_of_snapshot(snapshot_of(report, side)))


def waits_for(report: RiskReport, user: Any) -> str:
    """What waits for this very officer; "" for nothing."""
    unit = report.unit_of(user.side)
    writes = unit is not None and may(user, "write_risks", unit)
    if report.state == ReportState.TASKED:
        if report.side != user.side and not report.joint:
            return _("Your side is asked to take part")
        return _("Waits to be begun") if writes and user.side == report.side else ""
    if report.state in (ReportState.COLLECTION, ReportState.DRAFTING):
        if report.side != user.side and not report.joint:
            return _("Your side is asked to take part")
        return _("Yours to write") if user.pk in report.writers else ""
    if report.state == ReportState.PEER_REVIEW:
        review = standing_review(report)
        if review is None:
            return ""
        if review.outcome == "open":
            return _("Waits for your review") if review.reviewer_id == user.pk else ""
        if may_approve(user) and user.pk not in report.writers:
            given = user.side in approved_by(report) and not outdated(report, user.side)
            return "" if given else _("Waits for your approval")
        return ""
    if report.state == ReportState.APPROVED and writes and user.side == report.side:
        return _("Ready to be sent")
    return ""
