"""What every verb of a risk report needs: its lock, its rights, and what a change of it means."""

from typing import Any

from django.db import connection
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.audit.models import record
from bordercoop.errors import NotAllowed, Refused
from bordercoop.live.doorbell import ring_many
from contactpoints.access import require

from ..models import ReportReview, ReportState, ReportStep, RiskReport
from ..models.reports import WRITABLE
from ..reports.readiness import too_loose

LOCK = 0x12590  # any number that no other advisory lock of the portal uses
Deed = ReportStep.Deed
Outcome = ReportReview.Outcome


def wait_for_turn() -> None:
    """Whoever writes a new report, or numbers one, waits for its turn."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def no_report() -> Refused:
    return Refused(_("There is no such report."), code="not_found", status=404)


def locked_report(report: RiskReport, by: Any, *, rows: Any = None) -> RiskReport:
    """The report under its lock. Raises Refused (404) unless it is among `rows`, by default those
    of which `by` reads the workspace."""
    RiskReport.objects.filter(pk=report.pk).select_for_update(no_key=True).values_list("pk").get()
    seen = RiskReport.objects.all() if by is None else RiskReport.objects.worked_by(by)
    found = (seen if rows is None else rows).filter(pk=report.pk)
    if not found.exists():
        raise no_report()
    whole = RiskReport.objects.select_related("unit", "other_unit", "version", "author")
    return whole.get(pk=report.pk)


def not_now(report: RiskReport) -> Refused:
    return Refused(
        _("This report is at “%(state)s” now, so this is not possible. Read it again.")
        % {"state": ReportState(report.state).label},
        code="wrong_state",
    )


def require_writer(report: RiskReport, by: Any) -> None:
    """Raise NotAllowed unless `by` writes for the unit that writes the report for its side."""
    unit = report.unit_of(by.side)
    if unit is None:
        raise NotAllowed(_("The other side writes this report."), code="other_side")
    require(by, "write_risks", unit)


def require_leading(report: RiskReport, by: Any) -> None:
    """The same of the side that was tasked with it."""
    if by.side != report.side:
        raise NotAllowed(_("The side that leads this report does this."), code="other_side")
    require_writer(report, by)


def require_marking(report: RiskReport) -> None:
    """Refused where the report is marked less strictly than what it cites is by now."""
    if loose := too_loose(report):
        raise Refused(loose[0], code="marking")


def changed(report: RiskReport, by: Any, *fields: str) -> None:
    """`by` changes what the report says: counted, and what was reviewed or approved of it is void
    from now on. Called before the rows that say it are written.

    Raises Refused where nothing can be written any more, and for the officer who reviews it.
    """
    if report.state not in WRITABLE:
        raise not_now(report)
    standing = standing_review(report)
    if standing is not None and standing.reviewer_id == by.pk:
        raise Refused(
            _("You review this report, so you write nothing of it. Write a comment instead."),
            code="reviewer",
        )
    names = [*fields, "edition"]
    report.edition += 1
    if by.pk not in report.writers:
        report.writers = [*report.writers, by.pk]
        names.append("writers")
    if report.state in (ReportState.PEER_REVIEW, ReportState.APPROVED):
        void(report)
        report.state, report.figures = ReportState.DRAFTING, {}
        names += ["state", "figures"]
        report.save(update_fields=names)
        report.parts.filter(road=True).update(state="open")
        keep(report, Deed.VOIDED, by=by)
        return
    report.save(update_fields=names)


def standing_review(report: RiskReport) -> ReportReview | None:
    """The review that waits or has passed."""
    rows = report.reviews.filter(outcome__in=[Outcome.OPEN, Outcome.PASSED])
    return rows.select_related("reviewer").first()


def void(report: RiskReport, outcome: str = Outcome.VOID, words: str = "") -> None:
    """The standing review and the approvals of the report hold no longer; they are kept."""
    at = now()
    review = standing_review(report)
    if review is not None:
        review.outcome, review.ended_at, review.words = outcome, at, words or review.words
        review.save(update_fields=["outcome", "ended_at", "words"])
    report.approvals.filter(voided_at=None).update(voided_at=at)


def keep(report: RiskReport, deed: str, *, words: str = "", by: Any, **facts: Any) -> None:
    """A step of the report's road, and its entry in the audit trail."""
    side = by.side if by is not None else report.side
    ReportStep.objects.create(
        report=report, deed=deed, side=side, edition=report.edition, words=words, by=by
    )
    # risk_report.tasked, .begun, .invited, .joined, .declined, .left, .drafting, .asked, .returned,
    # .passed, .signed, .approved, .voided, .disseminated, .superseded, .cancelled, .withdrawn,
    # .archived
    record(f"risk_report.{deed}", report.ref, by=by, trail=side, edition=report.edition, **facts)
    ring_report(report)


def ring_report(report: RiskReport, *units: Any) -> None:
    told = [unit for unit in (report.unit, report.other_unit, *units) if unit is not None]
    ring_many(sorted({unit.code for unit in told}))
