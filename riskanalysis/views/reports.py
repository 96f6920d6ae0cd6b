"""Risk reports: the list, asking for one, and one: its workspace or, once approved, itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bordercoop.errors import NotAllowed, Refused
from bordercoop.reference.models import Procedure, ProcedureVersion
from contactpoints.access import may
from contactpoints.actions import mark_opened
from contactpoints.models import Delivery
from incidents.investigation.form_kit import carried_out
from incidents.retention import today

from .. import actions
from ..models import ReportLevel, ReportRecommendation, RiskReport
from ..models.reports import IN_WORK, SENT
from ..register_access import reads_own
from ..report_forms import TaskForm
from ..report_shown import is_read, late_by, local_day, period_of, where_of
from ..report_waiting import waits_for
from ..reports.steps import USUAL
from ..section_codes import section_choices
from .reports_deeds import DEEDS
from .reports_kit import (
    WHOLE,
    answers_for,
    declined,
    left,
    reader,
    report_of,
    tasking_units,
)
from .reports_read import reading
from .reports_space import workspace

MOST = 200


@dataclass(frozen=True)
class Asked:
    level: str
    section: str
    due: str

    @property
    def any(self) -> bool:
        return bool(self.level or self.section or self.due)


def _asked(query: Mapping[str, Any]) -> Asked:
    level, section = str(query.get("level", "")), str(query.get("section", ""))
    return Asked(
        level if level in ReportLevel.values else "",
        section if section in dict(section_choices()) else "",
        "overdue" if query.get("due") == "overdue" else "",
    )


def _shows(user: Any) -> list[tuple[str, Any, Any]]:
    """(code, label, rows) of each tab, the own side first."""
    rows = RiskReport.objects.visible_to(user)
    mine = rows.filter(side=user.side) | rows.filter(joint=True)
    sent = ["disseminated", "superseded"]
    found = []
    if reads_own(user):
        offered = RiskReport.objects.offered_to(user)
        found += [
            ("work", pgettext("risk reports", "In work"), mine.filter(state__in=IN_WORK) | offered),
            ("approved", pgettext("risk reports", "Approved"), mine.filter(state="approved")),
        ]
    found += [
        ("sent", pgettext("risk reports", "Sent"), mine.filter(state__in=sent)),
        (
            "other",
            pgettext("risk reports", "From the other side"),
            rows.exclude(side=user.side).filter(joint=False, state__in=SENT),
        ),
    ]
    if reads_own(user):
        ended = mine.filter(state__in=["cancelled", "archived"])
        found.append(("ended", pgettext("risk reports", "Put away"), ended))
    return found


@login_required
@require_safe
@never_cache
def reports(request: HttpRequest) -> HttpResponse:
    """Names: `rows`, `shows` (code, label, count), `show`, `shown_label`, `asked`, `answers`
    (recommendations that wait), `may_task`, `levels`, `sections`, `count`."""
    user = reader(request)
    asked = _asked(request.GET)
    shows = _shows(user)
    known = {code: (label, rows) for code, label, rows in shows}
    show = request.GET.get("show", "")
    show = show if show in known else shows[0][0]
    label, rows = known[show]
    if asked.any:
        rows = rows.not_withdrawn_from(user)
    if asked.level:
        rows = rows.filter(level=asked.level)
    if asked.section:
        rows = rows.filter(sections__contains=[asked.section])
    if asked.due:
        rows = rows.filter(state__in=IN_WORK, deadline__lt=now())
    order = ["deadline", "pk"] if show == "work" else ["-at", "-pk"]
    found = list(
        rows.order_by(*order).select_related(*WHOLE).prefetch_related("reviews", "approvals")[:MOST]
    )
    context = {
        "rows": [_row(report, user) for report in found],
        "count": rows.count(),
        "shows": [(code, name, tab.count()) for code, name, tab in shows],
        "show": show,
        "shown_label": label,
        "asked": asked,
        "rest": urlencode({name: value for name, value in vars(asked).items() if value}),
        "answers": _answers(user),
        "may_task": bool(tasking_units(user)),
        "levels": ReportLevel.choices,
        "sections": section_choices(),
    }
    return render(request, "riskanalysis/reports.html", context)


def _row(report: RiskReport, user: Any) -> dict[str, Any]:
    """Of what was withdrawn from the reader's side (`given_up`) its number and the reason alone."""
    working = report.state in IN_WORK
    sent_at = report.disseminated_at or report.approved_at or report.ended_at
    given_up = report.withdrawn_at is not None and user.side not in report.sides
    day = report.deadline if working else report.withdrawn_at if given_up else sent_at
    return {
        "report": report,
        "given_up": given_up,
        "title": _("Withdrawn report") if given_up else report.title,
        "period": "" if given_up else period_of(report),
        "where": "" if given_up else where_of(report),
        "day": local_day(day, user.side) if day else None,
        "late": late_by(report.deadline, user.side) if working else "",
        "waits": waits_for(report, user) if working or report.state == "approved" else "",
    }


def _answers(user: Any) -> list[Any]:
    units = answers_for(user)
    if not units:
        return []
    rows = ReportRecommendation.objects.for_owners(user, units).filter(
        state__in=["open", "accepted"]
    )
    found: list[Any] = list(rows.select_related("report", "unit").order_by("due", "pk")[:50])
    day = today(user.side)
    for one in found:
        one.owner = one.unit
        one.late = late_by(one.due, user.side) if one.due < day else ""
    return found


@login_required
@never_cache
def report_task(request: HttpRequest) -> HttpResponse:
    """Names: `form`, `procedures` (the usual one of each level)."""
    user = reader(request)
    units = tasking_units(user)
    if not units:
        raise NotAllowed(_("Analysts and headquarters officers ask for risk reports."))
    form, status = TaskForm(request.POST or None, by=user, units=units), 200
    if request.method == "POST":
        made: list[RiskReport] = []
        status = carried_out(
            form, lambda given: made.append(actions.task_report(by=user, **form.said()))
        )
        if not status:
            messages.success(request, _("The report is asked for."))
            return redirect("report", uid=made[0].uid)
    holding = set(
        ProcedureVersion.objects.of_kind(Procedure.Kind.SOP)
        .holding()
        .filter(procedure__code__in=USUAL.values())
        .values_list("procedure__code", flat=True)
    )
    context = {
        "form": form,
        "procedures": [
            {"level": ReportLevel(level).label, "code": code, "holds": code in holding}
            for level, code in USUAL.items()
        ],
    }
    return render(request, "riskanalysis/report_task.html", context, status=status or 200)


@login_required
@never_cache
def report(request: HttpRequest, uid: Any) -> HttpResponse:
    """One report: read once it is approved, else worked on. Deeds come by POST as `do`."""
    user = reader(request)
    do = request.POST.get("do", "")
    if (do == "decline" and declined(user, uid)) or (do == "leave" and left(user, uid)):
        return redirect("reports")
    found = report_of(user, uid)
    page = reading if is_read(found) else workspace
    if request.method != "POST":
        # Opening it at a desk that was told is the read receipt.
        if found.side != user.side and is_read(found):
            for delivery in Delivery.objects.about(found.ref).open().bare():
                if may(user, "acknowledge_alerts", delivery.desk_id):
                    mark_opened(delivery, by=user)
        return page(request, found, user, 200, {})
    more: dict[str, Any] = {}
    try:
        status = _do(request, found, user, more)
    except NotAllowed:
        raise
    except Refused as refusal:
        if refusal.status == 404:
            raise
        status, more["refusal"] = refusal.status, str(refusal)
    if not status:
        return redirect("reports") if more.get("to") else redirect("report", uid=uid)
    found = report_of(user, uid)
    return (reading if is_read(found) else workspace)(request, found, user, status, more)


def _do(request: HttpRequest, found: RiskReport, user: Any, more: dict[str, Any]) -> int:
    deed = DEEDS.get(request.POST.get("do", ""))
    if deed is None:
        raise Http404
    return deed(request, found, user, more)
