"""A risk report as it is read: an approved one of the own side, or the copy that was given."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from contactpoints.access import units_where
from contactpoints.models import Delivery
from contactpoints.pausing import held_for
from incidents.retention import today

from ..event_beside import of_report
from ..models import ReportState, RiskReport
from ..models.reports import SENT
from ..report_forms import AnswerForm, NewerForm, ReasonForm
from ..report_shown import late_by, period_of, shown_citation, where_of
from ..reports import previewed as preview_of
from ..reports import shown
from ..reports.charts import Figure, figures
from .reports_kit import answers_for, rights, unsent


@dataclass(frozen=True)
class Drawn:
    """A figure with the addresses of its files."""

    figure: Figure
    files: list[tuple[str, str]]

    @property
    def name(self) -> str:
        return self.figure.name


def body_of(
    snap: dict[str, Any], report: RiskReport, user: Any, *, files: bool = True
) -> dict[str, Any]:
    """Names for _report_body.html: `snap`, `parts`, `figures` (with their `files`), `sources`,
    `about`."""
    base = reverse("report_chart", args=[report.uid, "x"]).removesuffix("x/")
    saved = files and bool(snap["number"])
    return {
        "snap": snap,
        "figures": [
            Drawn(
                one,
                [(f.upper(), f"{base}{one.name}/?as={f}") for f in ("png", "svg", "csv")]
                if saved
                else [],
            )
            for one in figures(snap, hide=False)
        ],
        "sources": [shown_citation(one, user.side) for one in snap["citations"]],
        # The step that the road itself carries out has no words.
        "parts": [one for one in snap["parts"] if one["text"] or one["reason"]],
        "about": {"where": where_of(report), "period": _period(report)},
        "answers": {},
    }


def _period(report: RiskReport) -> str:
    return period_of(report)


def reading(
    request: HttpRequest, report: RiskReport, user: Any, status: int, more: dict[str, Any]
) -> HttpResponse:
    """Names: those of the body, `report`, `sha256`, `intact`, `is_copy`, `previewed`, `approvals`,
    `sent_at`, `superseded_by`, `supersedes`, `told`, `alerts`, `deeds`, `archive` and the forms of
    what may be done."""
    mine = rights(report, user)
    is_copy = report.side != user.side and not report.joint
    if is_copy and report.withdrawn_at is not None:
        context: dict[str, Any] = {"report": report, "tab": "reports", **_said(more)}
        context["unsent"] = unsent(more.get("form"))
        return render(request, "riskanalysis/report_withdrawn.html", context, status=status)
    read = shown(report, user)
    previewed = request.GET.get("as") == "other" and read.works and not report.joint
    snap, sha256 = read.snapshot, read.digest
    if previewed:
        snap, sha256 = preview_of(report, user), ""
    if snap is None:
        raise Http404
    works = read.works
    context = {
        **body_of(snap, report, user, files=not previewed),
        "report": report,
        "tab": "reports",
        "sha256": sha256,
        "intact": previewed or read.intact,
        "is_copy": is_copy,
        "previewed": previewed,
        "approvals": [
            {**one, "at": datetime.fromisoformat(one["at"])} for one in snap["approvals"]
        ],
        "sent_at": report.disseminated_at,
        "superseded_by": _readable(report.superseded_by, user),
        "supersedes": RiskReport.objects.visible_to(user).filter(superseded_by=report).first(),
        "told": _told(report) if works else [],
        "alerts": _alerts(report, user) if is_copy else [],
        "deeds": _deeds(report, mine, works=works),
        "archive": mine.leads and report.state in ("disseminated", "superseded"),
        "withdraw_form": _withdraw_form(report, mine.leads, user),
        "supersede_form": _supersede_form(report, mine.leads, user),
        "of_events": of_report(user, report),
    }
    context |= {name: value for name, value in more.items() if name in context} | _said(more)
    if not is_copy or any(row.unit.side == user.side for row in _advice(report)):
        context["answers"] = _answers(report, user, more)
    drawn = [context["withdraw_form"], context["supersede_form"]]
    drawn += [one["form"] for one in context["answers"].values()]
    if not any(form is more.get("form") for form in drawn):
        context["unsent"] = unsent(more.get("form"))
    return render(request, "riskanalysis/report_read.html", context, status=status)


def _said(more: dict[str, Any]) -> dict[str, Any]:
    """What a deed that was refused says."""
    return {name: more[name] for name in ("refusal", "form") if name in more}


def _readable(report: RiskReport | None, user: Any) -> RiskReport | None:
    if report is None:
        return None
    return RiskReport.objects.visible_to(user).filter(pk=report.pk).first()


def newer_than(report: RiskReport, user: Any) -> list[RiskReport]:
    """Reports that were sent of the same level and side that may take its place."""
    rows = RiskReport.objects.worked_by(user).filter(side=report.side, level=report.level)
    rows = rows.filter(state="disseminated", at__gte=report.at)
    return list(rows.exclude(pk=report.pk)[:50])


def _supersede_form(report: RiskReport, sends: bool, user: Any) -> NewerForm | None:
    if not sends or report.state != ReportState.DISSEMINATED:
        return None
    rows = newer_than(report, user)
    return NewerForm(by=user, rows=rows, auto_id="newer_%s") if rows else None


def _withdraw_form(report: RiskReport, sends: bool, user: Any) -> ReasonForm | None:
    if not sends or report.state not in ("disseminated", "superseded"):
        return None
    return ReasonForm(by=user, auto_id="withdraw_%s")


def _deeds(report: RiskReport, mine: Any, *, works: bool) -> list[dict[str, Any]]:
    found = []
    if mine.leads and report.state in ("approved", "disseminated"):
        label = (
            pgettext("risk report", "Send it")
            if report.state == "approved"
            else _("Tell others too")
        )
        found.append(_deed("report_send", report, "send", label, first=report.state == "approved"))
    found.append(_deed("report_print", report, "printer", _("Print")))
    if works:
        found.append(_deed("report_history", report, "history", _("History")))
        if mine.writes and report.state == "approved":
            label = pgettext("risk report", "Change it")
            found.append(_deed("report_part", report, "edit", label, 1))
    return found


def _deed(
    name: str, report: RiskReport, icon: str, label: str, *more: int, first: bool = False
) -> dict[str, Any]:
    url = reverse(name, args=[report.uid, *more])
    return {"url": url, "icon": icon, "label": label, "first": first}


# --- who was told, and what was answered


def _told(report: RiskReport) -> list[dict[str, Any]]:
    heard = {
        one.desk_id: one
        for one in Delivery.objects.about(report.ref).filter(alert__kind="alert").order_by("pk")
    }
    found = []
    for row in report.told.select_related("unit"):
        delivery = heard.get(row.unit_id)
        words, at = _("told"), row.at
        if delivery is not None and delivery.acknowledged_at:
            words, at = _("acknowledged"), delivery.acknowledged_at
        elif delivery is not None:
            words = _("told, not acknowledged yet")
        found.append({"side": row.unit.side, "name": row.unit.name, "words": words, "at": at})
    for held in held_for(report.ref):
        desk, words = held.desk, _("waits for the end of the pause")
        found.append({"side": desk.side, "name": desk.name, "words": words, "at": None})
    return found


def _alerts(report: RiskReport, user: Any) -> list[Delivery]:
    """What waits at desks where `user` may acknowledge it."""
    at = units_where(user, "acknowledge_alerts")
    rows = Delivery.objects.about(report.ref).open().filter(desk__in=at, desk__side=user.side)
    return list(rows.select_related("alert", "desk")[:3])


def _advice(report: RiskReport) -> list[Any]:
    return list(report.recommendations.standing().select_related("unit", "answered_by"))


def _answers(report: RiskReport, user: Any, more: dict[str, Any]) -> dict[int, Any]:
    """By number what the owner said, with the form for whoever answers for it."""
    if report.state not in SENT:
        return {}
    units, found, day = answers_for(user), {}, today(user.side)
    for one in _advice(report):
        if one.unit.side != user.side and report.side != user.side and not report.joint:
            continue
        mine = one.unit_id in units and report.withdrawn_at is None
        asked = more.get("answer_of") == one.number
        deeds = [
            (code, label)
            for code, label, states in (
                ("accepted", _("Accept it"), ("open", "declined")),
                ("done", _("It is done"), ("open", "accepted")),
                ("declined", _("Decline it"), ("open", "accepted")),
            )
            if one.state in states
        ]
        form: Any = None
        if asked:
            form = more["answer_form"]
        elif mine and deeds:
            form = AnswerForm(by=user, auto_id=f"answer{one.number}_%s")
        late = one.state in ("open", "accepted") and one.due < day
        found[one.number] = {
            "number": one.number,
            "state": one.state,
            "word": one.get_state_display(),
            "words": one.answer,
            "at": one.answered_at,
            "by": one.answered_by,
            "late": late_by(one.due, user.side, now()) if late else "",
            "form": form,
            "deeds": deeds,
        }
    return found
