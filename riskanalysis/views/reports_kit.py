"""What the pages of risk reports share."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from contactpoints.access import units_where
from contactpoints.models import Unit

from ..models import ReportState, ReportStep, RiskReport
from ..register_access import may_approve, reads_own, reads_shared
from ..report_shown import Rights, head_of, is_sent, rights_of

WHOLE = ("unit", "other_unit", "version__procedure", "author", "tasked_by", "superseded_by")


def reader(request: HttpRequest) -> Any:
    """The officer, who reads incidents or risks of a service; to others the pages do not exist."""
    if not reads_shared(request.user):
        raise Http404
    return request.user


def report_of(user: Any, uid: Any) -> RiskReport:
    """A report that `user` reads, or to which its side is invited."""
    rows = RiskReport.objects.visible_to(user) | RiskReport.objects.offered_to(user)
    found: RiskReport = get_object_or_404(rows.select_related(*WHOLE), uid=uid)
    return found


def declined(user: Any, uid: Any) -> bool:
    """Whether the side of `user` said that it takes no part, and is not asked again."""
    if not reads_own(user) or RiskReport.objects.offered_to(user).filter(uid=uid).exists():
        return False
    steps = ReportStep.objects.filter(report__uid=uid, deed=ReportStep.Deed.DECLINED)
    return bool(steps.filter(side=user.side).exists())


def workspace_of(user: Any, uid: Any) -> RiskReport:
    """A report whose workspace `user` reads; 404 before the work begins."""
    rows = RiskReport.objects.worked_by(user).select_related(*WHOLE)
    found: RiskReport = get_object_or_404(rows, uid=uid)
    if found.version is None:
        raise Http404
    return found


def rights(report: RiskReport, user: Any) -> Rights:
    return rights_of(report, user, approver=may_approve(user))


def head(report: RiskReport, current: str, user: Any) -> dict[str, Any]:
    return head_of(report, current, user)


def tasking_units(user: Any) -> list[Unit]:
    """The units that `user` may ask for a report, desks excepted."""
    from contactpoints.access import units_for

    return [u for u in units_for(user, "task_reports") if u.kind != Unit.Kind.DESK]


def why_closed(report: RiskReport, *, writes: bool) -> str:
    """Why nothing is judged or cited on its pages now, as a sentence; "" where it is."""
    if not writes:
        return _("The unit that was asked for it writes this report.")
    if report.state in (ReportState.PEER_REVIEW, ReportState.APPROVED):
        return _(
            "The report is reviewed and approved as it stands, so nothing is changed here. Its "
            "reviewer or an approver gives it back first, or you change one of its steps all the "
            "same, which voids review and approval."
        )
    if report.state in (ReportState.COLLECTION, ReportState.DRAFTING):
        return ""
    return _("What went out stays as it is.") if is_sent(report) else _("It was cancelled.")


def unsent(form: Any) -> list[tuple[str, str]]:
    """What was typed into a form that the page does not show any more: (label, text)."""
    if form is None or not form.is_bound:
        return []
    words = [field for field in form.shown if getattr(field.field, "look", "") in ("area", "line")]
    return [(str(f.label), str(f.value())) for f in words if (f.value() or "").strip()]


def left(user: Any, uid: Any) -> bool:
    """Whether the side of `user` left this report before."""
    return RiskReport.objects.left_by(user).filter(uid=uid).exists()


def answers_for(user: Any) -> set[int]:
    """Units for which `user` answers recommendations."""
    return set(units_where(user, "answer_recommendations"))
