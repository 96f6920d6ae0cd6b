"""Writing a risk report: one step, and what it cites."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from bordercoop.errors import NotAllowed, Refused, Stale
from bordercoop.web.clocks import written
from incidents.investigation.form_kit import carried_out, renew

from .. import actions
from ..models import ReportPart, RiskReport
from ..report_forms import PartForm, SkipForm
from ..report_picking import KINDS, Pick, pick, picked
from ..report_shown import Step, citations_shown, other_than, progress_of, steps_of, withheld_told
from ..section_codes import section_choices
from .reports_kit import head, reader, rights, why_closed, workspace_of


def _step(report: RiskReport, number: int) -> tuple[list[Step], Step]:
    steps = steps_of(report)
    found = next((step for step in steps if step.number == number), None)
    if found is None:
        raise Http404
    return steps, found


def _why_not(report: RiskReport, step: Step, user: Any, *, writes: bool) -> str:
    """Why this officer does not write here; "" for whoever does."""
    if step.road:
        return _(
            "Review, approval and sending of the report are this step; nothing is written here."
        )
    if not writes:
        return _("The unit that was asked for it writes this report.")
    if step.side not in report.sides:
        return _(
            "The other side wrote this step and left the report. Let your side write it first."
        )
    if step.side != user.side:
        return _("The other side owns this step.")
    if report.state in ("collection", "drafting"):
        return ""
    if report.state in ("peer_review", "approved"):
        return _("It is reviewed as it stands. Whoever changes it voids review and approval.")
    return _("What went out stays as it is.")


def _gives(report: RiskReport, step: Step, user: Any, *, writes: bool) -> bool:
    """Whether this officer may say that the other side writes the step, or the own one."""
    theirs = report.joint or step.side not in report.sides
    open_ = theirs and not step.road and report.state in ("collection", "drafting")
    return open_ and writes and user.side in (step.side, report.side)


def _script(request: HttpRequest) -> bool:
    return request.headers.get("X-Requested-With") == "XMLHttpRequest"


@login_required
@never_cache
def report_part(request: HttpRequest, uid: Any, number: int) -> HttpResponse:
    """One step: the procedure's words beside the text. Deeds: save, done, reopen,
    skip, give (a step of a joint report to the other side).

    A script saves with `do=save` and is answered with JSON: {edition, at}; at 409 {detail, stands:
    {text, edition, who}}. `?change=1` opens what is reviewed or approved.
    """
    user = reader(request)
    report = workspace_of(user, uid)
    steps, step = _step(report, number)
    mine = rights(report, user)
    why_not = _why_not(report, step, user, writes=mine.writes)
    may_change = report.state in ("peer_review", "approved") and mine.writes
    may_change = may_change and step.side == user.side and not step.road
    asked = "change" in request.GET or "change" in request.POST
    writes = not why_not or (may_change and asked)
    more: dict[str, Any] = {}
    status = 200
    if request.method == "POST":
        gives = mine.writes and request.POST.get("do") == "give"
        if _script(request):
            if not writes:
                raise NotAllowed(why_not)
            return _saved_by_script(request, report, number, user)
        try:
            if not writes and not gives:
                raise NotAllowed(why_not)
            status = _part_done(request, report, step, user, more)
        except NotAllowed as refusal:
            if "text" not in request.POST:
                raise
            # What was typed stays in front of whoever typed it.
            writes, why_not, status = False, str(refusal), refusal.status
            more = {"refusal": why_not, "refused_text": request.POST["text"]}
        if not status:
            return redirect("report_part", uid=uid, number=number)
        report = workspace_of(user, uid)
        steps, step = _step(report, number)
    part = step.part
    first = {"text": part.text, "edition": part.edition}
    places = [one for one in steps if not one.road] or steps
    at = next((n for n, one in enumerate(places) if one.number == number), len(places))
    context = {
        **head(report, "report", user),
        "steps": steps,
        "step": step,
        "progress": progress_of(steps),
        "writes": writes,
        "why_not": why_not,
        "may_change": may_change and not writes,
        "changing": may_change and writes,
        "form": PartForm(by=user, initial=first),
        "skip_form": SkipForm(by=user, initial={"reason": part.reason}, auto_id="skip_%s"),
        "gives": _gives(report, step, user, writes=mine.writes),
        "gives_to": other_than(step.side),
        "part_text": part.text_for(user.side),
        "saved_at": part.changed_at,
        "texts": _texts(report, part, user),
        "before": places[at - 1] if at > 0 else None,
        "after": places[at + 1] if at + 1 < len(places) else None,
        **more,
    }
    return render(request, "riskanalysis/report_part.html", context, status=status)


def _texts(report: RiskReport, part: ReportPart, user: Any) -> list[Any]:
    read = part.texts.read_by(user, report)
    rows: list[Any] = list(read.select_related("by")[:50])
    for row in rows:
        row.current = not row.refused and row.edition == part.edition
    return rows


def _stands(part: ReportPart, user: Any) -> dict[str, Any]:
    who = part.changed_by.display_name if part.changed_by else ""
    at = written(part.changed_at, user.side) if part.changed_at else ""
    return {"text": part.text, "edition": part.edition, "who": f"{who}, {at}".strip(", ")}


def _edition(request: HttpRequest) -> int | None:
    typed = request.POST.get("edition", "")
    return int(typed[:9]) if typed.isascii() and typed.isdigit() else None


def _saved_by_script(
    request: HttpRequest, report: RiskReport, number: int, user: Any
) -> HttpResponse:
    form = PartForm(request.POST, by=user)
    if not form.is_valid():
        detail = next(iter(form.errors.values()))[0]
        return JsonResponse({"code": "invalid", "detail": detail}, status=400)
    try:
        part = actions.save_part(
            report, number, text=form.cleaned_data["text"], edition=_edition(request), by=user
        )
    except Stale as stale:
        stands = _stands(stale.current, user)
        return JsonResponse(
            {"code": stale.code, "detail": str(stale), "stands": stands}, status=stale.status
        )
    except Refused as refusal:
        return JsonResponse(
            {"code": refusal.code, "detail": str(refusal), "fields": refusal.fields},
            status=refusal.status,
            json_dumps_params={"default": str},
        )
    at = part.changed_at.isoformat() if part.changed_at else ""
    return JsonResponse({"edition": part.edition, "at": at})


def _part_done(
    request: HttpRequest, report: RiskReport, step: Step, user: Any, more: dict[str, Any]
) -> int:
    do, number = request.POST.get("do", ""), step.number
    if do == "skip":
        form: Any = SkipForm(request.POST, by=user, auto_id="skip_%s")
        more["skip_form"] = form
        return carried_out(
            form, lambda given: actions.skip_part(report, number, reason=given["reason"], by=user)
        )
    if do == "give":
        side = request.POST.get("side", "")
        if side not in ("LV", "BY"):
            raise Http404
        actions.assign_part(report, number, side=side, by=user)
        return 0
    if do == "reopen" and "text" not in request.POST:
        actions.reopen_part(report, number, by=user)
        return 0
    if do not in ("save", "done", "reopen"):
        raise Http404
    form = PartForm(request.POST, by=user)
    more["form"] = form
    if not form.is_valid():
        return 400
    try:
        saved = actions.save_part(
            report, number, text=form.cleaned_data["text"], edition=_edition(request), by=user
        )
        renew(form, saved.edition)
        if do == "done":
            actions.finish_part(report, number, by=user)
        elif do == "reopen":
            actions.reopen_part(report, number, by=user)
    except Stale as stale:
        stands = _stands(stale.current, user)
        more["stale"] = {"sentence": str(stale), **stands}
        renew(form, stands["edition"])
        return stale.status
    except Refused as refusal:
        if refusal.status in (403, 404):
            raise
        form.take(refusal)
        return refusal.status
    return 0


# --- evidence


@login_required
@never_cache
def report_evidence(request: HttpRequest, uid: Any) -> HttpResponse:
    """What the report cites, and the search for more. Names: `citations` (Shown), `withheld`,
    `writes`, `why_not`, `kinds`, `kind`, `asked`, `found`, `not_all`, `wrong`, `sections`,
    `own_sections`."""
    user = reader(request)
    report = workspace_of(user, uid)
    mine = rights(report, user)
    why_not = why_closed(report, writes=mine.writes)
    writes, status = not why_not, 200
    extra: dict[str, Any] = {}
    if request.method == "POST":
        try:
            if mine.writes and not writes:
                # A page that was opened before the review voids none of it.
                raise Refused(why_not, code="wrong_state")
            _cited(request, report, user)
            return redirect(f"{request.path}?{request.GET.urlencode()}#cited")
        except NotAllowed:
            raise
        except Refused as refusal:
            if refusal.status == 404:
                raise
            status, extra = refusal.status, {"refusal": str(refusal)}
    shown = citations_shown(report, user)
    asked = Pick.of(request.GET)
    found = pick(report, asked, user) if writes else None
    context = {
        **head(report, "report_evidence", user),
        "citations": shown,
        "withheld": withheld_told(shown),
        "writes": writes,
        "why_not": why_not,
        "kinds": [(code, str(label)) for code, label in KINDS.items()],
        "kind": asked.kind,
        "asked": asked.shown,
        "query": request.GET.urlencode(),
        "found": found.rows if found else [],
        "not_all": found.more if found else False,
        "wrong": found.wrong if found else [],
        "sections": section_choices(),
        "own_sections": report.sections,
        **extra,
    }
    return render(request, "riskanalysis/report_evidence.html", context, status=status)


def _cited(request: HttpRequest, report: RiskReport, user: Any) -> None:
    if request.POST.get("do") == "drop":
        actions.remove_citation(report, _number(request.POST.get("number", "")), by=user)
        return
    actions.cite_in_report(report, picked(request.POST.get("cite", ""), user), by=user)


def _number(typed: str) -> int:
    if not (typed.isascii() and typed.isdigit()):
        raise Http404
    return int(typed[:5])
