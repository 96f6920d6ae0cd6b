"""What a risk report judges and recommends."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from bordercoop.errors import NotAllowed, Refused
from contactpoints.models import units
from incidents.investigation.form_kit import carried_out

from .. import actions
from ..models import RiskReport
from ..report_forms import JudgementForm, RecommendationForm
from ..report_shown import citations_shown
from ..templatetags.report_words import scale
from .reports_kit import head, reader, rights, unsent, why_closed, workspace_of


def _sources(report: RiskReport, user: Any) -> list[tuple[str, str]]:
    shown = citations_shown(report, user)
    return [(str(one.number), " · ".join(filter(None, (one.ref, one.title)))) for one in shown]


@login_required
@never_cache
def report_judgement(request: HttpRequest, uid: Any) -> HttpResponse:
    """Names: `judgements`, `recommendations`, `form` and `changing`, `advice_form` and `advising`,
    `scale`, `why_not`, `unsent`. `?judgement=2` and `?recommendation=1` open one to be changed."""
    user = reader(request)
    report = workspace_of(user, uid)
    mine = rights(report, user)
    why_not = why_closed(report, writes=mine.writes)
    writes = not why_not
    judgements: list[Any] = list(report.judgements.standing())
    advice: list[Any] = list(report.recommendations.standing().select_related("unit"))
    for one in (*judgements, *advice):
        one.writes = writes and report.owned_by(user.side, one.side)
    changing = _one(judgements, request.GET.get("judgement", ""))
    advising = _one(advice, request.GET.get("recommendation", ""))
    sources = _sources(report, user) if writes else []
    owners = [u for u in units().values() if u.side in report.sides and u.retired_at is None]
    status = 200
    more: dict[str, Any] = {}
    if request.method == "POST" and not writes:
        if not mine.writes:
            raise NotAllowed(why_not)
        status, more = 409, {"refusal": why_not, "unsent": _typed(request, owners, user)}
    elif request.method == "POST":
        do = request.POST.get("do", "")
        if do in ("judge", "drop_judgement"):
            asked_for = request.GET.get("judgement", "")
            gone = _gone(report, report.judgements, changing, asked_for, user)
        else:
            asked_for = request.GET.get("recommendation", "")
            gone = _gone(report, report.recommendations, advising, asked_for, user)
        if do == "drop_judgement" and changing is not None:
            actions.remove_judgement(report, changing.number, by=user)
        elif do == "drop_recommendation" and advising is not None:
            actions.remove_recommendation(report, advising.number, by=user)
        elif do == "advise":
            status = _advise(request, report, advising, owners, user, more, gone)
        elif do == "judge":
            status = _judge(request, report, changing, sources, user, more, gone)
        elif not gone:
            raise Http404
        if status in (0, 200):
            return redirect("report_judgement", uid=uid)
    context = {
        **head(report, "report_judgement", user),
        "judgements": judgements,
        "recommendations": advice,
        "changing": changing,
        "advising": advising,
        "why_not": why_not,
        "scale": scale(),
        "form": JudgementForm(by=user, sources=sources, initial=_judged(changing))
        if writes
        else None,
        "advice_form": RecommendationForm(
            by=user, units=owners, initial=_advised(advising), auto_id="advice_%s"
        )
        if writes
        else None,
        **more,
    }
    return render(request, "riskanalysis/report_judgements.html", context, status=status)


def _one(rows: list[Any], typed: str) -> Any:
    return next((row for row in rows if row.writes and str(row.number) == typed), None)


def _typed(request: HttpRequest, owners: Any, user: Any) -> list[tuple[str, str]]:
    """What was written while the report went on to its review."""
    if request.POST.get("do") == "advise":
        return unsent(RecommendationForm(request.POST, by=user, units=owners))
    return unsent(JudgementForm(request.POST, by=user, sources=[]))


def _gone(report: RiskReport, rows: Any, standing: Any, typed: str, user: Any) -> bool:
    """Whether the one that was asked for was taken out meanwhile; 404 for what never stood."""
    if standing is not None or not typed:
        return False
    number = int(typed[:5]) if typed.isascii() and typed.isdigit() else 0
    row = rows.filter(number=number, removed_at__isnull=False).first()
    if row is None or not report.owned_by(user.side, row.side):
        raise Http404
    return True


def _taken_out() -> Refused:
    return Refused(
        _(
            "Somebody took this out meanwhile. What you typed is still here: "
            "add it anew, or leave it."
        ),
        code="removed",
    )


def _judged(row: Any) -> dict[str, Any]:
    if row is None:
        return {}
    same = ("edition", "text", "probability", "confidence", "alternative", "no_cites")
    return {**{name: getattr(row, name) for name in same}, "cites": [str(n) for n in row.cites]}


def _advised(row: Any) -> dict[str, Any]:
    if row is None:
        return {}
    return {"edition": row.edition, "text": row.text, "unit": row.unit.code,
            "due": f"{row.due:%d.%m.%Y}"}  # fmt: skip


def _judge(
    request: HttpRequest,
    report: RiskReport,
    row: Any,
    sources: Any,
    user: Any,
    more: Any,
    gone: bool,
) -> int:
    form = JudgementForm(request.POST, by=user, sources=sources)
    more["form"] = form

    def deed(given: dict[str, Any]) -> None:
        if gone:
            raise _taken_out()
        if row is None:
            ref: uuid.UUID | None = given["client_ref"]
            actions.write_judgement(report, client_ref=ref, by=user, **form.said())
        else:
            actions.change_judgement(
                report, row.number, edition=given["edition"], by=user, **form.said()
            )

    return carried_out(form, deed)


def _advise(
    request: HttpRequest,
    report: RiskReport,
    row: Any,
    owners: Any,
    user: Any,
    more: Any,
    gone: bool,
) -> int:
    form = RecommendationForm(request.POST, by=user, units=owners, auto_id="advice_%s")
    more["advice_form"] = form

    def deed(given: dict[str, Any]) -> None:
        if gone:
            raise _taken_out()
        if row is None:
            actions.write_recommendation(
                report, client_ref=given["client_ref"], by=user, **form.said()
            )
        else:
            actions.change_recommendation(
                report, row.number, edition=given["edition"], by=user, **form.said()
            )

    return carried_out(form, deed)
