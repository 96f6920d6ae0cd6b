"""What risk reports add to the home page: what waits for this officer."""

from typing import Any

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from contactpoints.access import units_where
from incidents.retention import today

from .models import (
    ReportApproval,
    ReportRecommendation,
    ReportReview,
    ReportStep,
    RiskReport,
)
from .models.reports import JOINABLE
from .register_access import may_approve, reads_own, reads_shared, writing_units
from .report_waiting import outdated


def tasks_of(user: Any) -> list[dict[str, Any]]:
    """Reports to begin, to write, to review, to approve, taskings overdue, recommendations to
    answer; no statement for whoever has none of these duties."""
    if not reads_shared(user):
        return []
    tiles = []
    if reads_own(user):
        tiles += _written(user)
        tiles += _reviewed(user)
    if units := units_where(user, "answer_recommendations"):
        rows = ReportRecommendation.objects.for_owners(user, units).filter(
            state__in=["open", "accepted"]
        )
        if count := rows.count():
            late = rows.filter(due__lt=today(user.side)).exists()
            sentence = ngettext(
                "%(count)s recommendation of a risk report waits for your unit.",
                "%(count)s recommendations of risk reports wait for your unit.",
                count,
            )
            tiles.append(_tile(_("Recommendations to answer"), sentence, count, urgent=late))
    return tiles


def _written(user: Any) -> list[dict[str, Any]]:
    units = [unit.pk for unit in writing_units(user)]
    if not units:
        return []
    mine = RiskReport.objects.worked_by(user)
    open_ = mine.filter(state="tasked", unit__in=units) | mine.filter(
        state__in=["collection", "drafting"], writers__contains=[user.pk]
    )
    offered = RiskReport.objects.offered_to(user).count()
    # Until somebody changes it, it stands as the other side left it.
    step = ReportStep.objects.filter(report=OuterRef("pk"), deed="left")
    left = RiskReport.objects.filter(
        Exists(step.filter(edition=OuterRef("edition"))), state__in=JOINABLE, joint=False,
        side=user.side, unit__in=units,
    ).count()  # fmt: skip
    tiles = []
    if count := open_.count():
        late = open_.filter(deadline__lt=now()).exists()
        sentence = ngettext(
            "%(count)s risk report is to be written.",
            "%(count)s risk reports are to be written.",
            count,
        )
        tiles.append(_tile(_("Risk reports to write"), sentence, count, urgent=late))
    if offered:
        sentence = ngettext(
            "The other side asks yours to write %(count)s risk report together.",
            "The other side asks yours to write %(count)s risk reports together.",
            offered,
        )
        tiles.append(_tile(_("Joint risk reports"), sentence, offered, urgent=False))
    if left:
        sentence = ngettext(
            "The other side left %(count)s risk report, which goes on as yours alone.",
            "The other side left %(count)s risk reports, which go on as yours alone.",
            left,
        )
        tiles.append(_tile(_("Left by the other side"), sentence, left, urgent=False))
    return tiles


def _reviewed(user: Any) -> list[dict[str, Any]]:
    tiles = []
    waits = ReportReview.objects.filter(reviewer=user.pk, outcome="open")
    if count := waits.count():
        sentence = ngettext(
            "%(count)s risk report waits for your review.",
            "%(count)s risk reports wait for your review.",
            count,
        )
        tiles.append(_tile(_("Risk reports to review"), sentence, count, urgent=True))
    if may_approve(user):
        rows = RiskReport.objects.worked_by(user).filter(
            state="peer_review", reviews__outcome="passed"
        )
        rows = rows.exclude(writers__contains=[user.pk])
        given = ReportApproval.objects.filter(report=OuterRef("pk"), side=user.side, voided_at=None)
        half = rows.filter(Exists(given)).select_related("unit", "other_unit", "version")
        again = sum(outdated(report, user.side) for report in half)
        if count := rows.exclude(Exists(given)).count() + again:
            sentence = ngettext(
                "%(count)s risk report waits for the approval of your side.",
                "%(count)s risk reports wait for the approval of your side.",
                count,
            )
            tiles.append(_tile(_("Risk reports to approve"), sentence, count, urgent=True))
    return tiles


def _tile(title: str, sentence: str, count: int, *, urgent: bool) -> dict[str, Any]:
    return {
        "title": title,
        "sentence": sentence % {"count": count},
        "count": count,
        "url": reverse("reports"),
        "icon": "report",
        "urgent": urgent,
    }
