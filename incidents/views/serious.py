"""Pages of the channel of serious incidents. To guests of the two services it does not exist."""

import uuid
from collections.abc import Callable, Sequence
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from bordercoop import keyset
from bordercoop.errors import Invalid, Refused
from bordercoop.web.paging import address_of_page
from contactpoints.access import serious_handlers

from .. import actions, serious
from ..models import SeriousReport, SeriousState
from ..serious_forms import LineForm, SeriousForm, StepForm

PAGE = 50
STEPS: dict[str, Callable[[SeriousReport, dict[str, Any], Any], Any]] = {
    "assess": lambda report, said, by: actions.assess_serious(report, text=said["text"], by=by),
    "launch": lambda report, said, by: actions.decide_serious(
        report, launch=True, text=said["text"], by=by
    ),
    "not_launch": lambda report, said, by: actions.decide_serious(
        report, launch=False, text=said["text"], by=by
    ),
    "assign": lambda report, said, by: actions.assign_serious(
        report, handler=said["handler"], by=by
    ),
    "take_up": lambda report, said, by: actions.take_up_serious(report, by=by),
    "finish": lambda report, said, by: actions.finish_serious(report, text=said["text"], by=by),
    "close": lambda report, said, by: actions.close_serious(
        report, ground=said["ground"], text=said["text"], by=by
    ),
}


def _officer(request: HttpRequest) -> Any:
    if not serious.may_report(request.user):
        raise Http404
    return request.user


def _page_of(request: HttpRequest, rows: Any, order: Sequence[str]) -> dict[str, Any]:
    """Names: `rows`, `next`, `previous`, `wrong_page` (of an unknown cursor, or "")."""
    wrong, page = "", keyset.Page([], None, None)
    cursor = request.GET.get("cursor", "")
    try:
        page = keyset.page(rows.select_related("handler"), order, size=PAGE, cursor=cursor)
    except Invalid as refusal:
        wrong = str(refusal)
    return {
        "rows": page.rows,
        "next": address_of_page(request, page.next),
        "previous": address_of_page(request, page.previous),
        "wrong_page": wrong,
    }


def _mine(request: HttpRequest, **more: Any) -> dict[str, Any]:
    rows = serious.reported_by(request.user)
    listed = _page_of(request, rows, ("-reported_at", "-pk"))
    return {**listed, "handler": serious.is_handler(request.user), **more}


def _listed(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    return render(request, template, context, status=400 if context["wrong_page"] else 200)


@login_required
@require_safe
@never_cache
def serious_home(request: HttpRequest) -> HttpResponse:
    """Names: `rows` (own reports, newest first), `handler` (whether the reader is one)."""
    _officer(request)
    return _listed(request, "incidents/serious.html", _mine(request))


@login_required
@never_cache
def serious_new(request: HttpRequest) -> HttpResponse:
    """Names: `form`. What was typed into the form of an incident comes along from there."""
    user = _officer(request)
    status = 200
    if request.method != "POST" or "from_incident" in request.POST:
        form = SeriousForm(by=user, initial=_begun(request))
    else:
        form, status = SeriousForm(request.POST, by=user), 400
        if form.is_valid():
            try:
                report = actions.report_serious(**form.content(), by=user)
            except Refused as refusal:
                if refusal.status in (403, 404):
                    raise
                form.take(refusal)
                status = refusal.status
            else:
                sent = form.cleaned_data["sent"] or ""
                if report.code:
                    context = {"report": report, "sent": sent}
                    return render(request, "incidents/serious_code.html", context)
                return redirect(reverse("serious_report", args=[report.uid]) + f"?sent={sent}")
    context = {"form": form}
    return render(request, "incidents/serious_new.html", context, status=status)


def _begun(request: HttpRequest) -> dict[str, Any]:
    typed = request.POST
    where = ("happened_date", "happened_time", "happened_zone", "place", "border_sign",
             "coordinates")  # fmt: skip
    told = (typed.get("narrative", ""), typed.get("internal_note", ""))
    return {
        "client_ref": uuid.uuid4(),
        "subject": typed.get("headline", "")[:160],
        "text": "\n\n".join(text for text in told if text.strip())[:20_000],
        "circumstances": " ".join(typed[name] for name in where if typed.get(name))[:400],
        "sent": typed.get("client_ref", "")[:36],
    }


def _page(
    request: HttpRequest, report: SeriousReport, *, handling: bool, code: str = "", **more: Any
) -> HttpResponse:
    """Names: `report`, `handling`, `code` ("" unless the reader came by it), `lines`, `line` and
    `step` (forms), `steps` (names of those possible now), `handlers`."""
    possible = {
        SeriousState.REPORTED: ["assess"],
        SeriousState.ASSESSED: ["launch", "not_launch"],
        SeriousState.LAUNCHED: ["assign"],
        SeriousState.ASSIGNED: ["take_up"],
        SeriousState.IN_HANDLING: ["finish", "assign"],
        SeriousState.FINAL: ["close"],
        SeriousState.NOT_LAUNCHED: ["close"],
        SeriousState.CLOSED: [],
    }[SeriousState(report.state)]
    handlers = _handlers(report) if handling else []
    if report.state == SeriousState.IN_HANDLING:  # to another one, if there is
        handlers = [each for each in handlers if each.pk != report.handler_id]
        possible = possible if handlers else ["finish"]
    context = {
        "report": report,
        "handling": handling,
        "code": code,
        "lines": serious.lines_of(report, handling=handling),
        "line": LineForm(initial={"client_ref": uuid.uuid4()}),
        "step": StepForm(handlers=handlers, auto_id="step-%s"),
        "steps": possible if handling else [],
        "handlers": handlers,
        **more,
    }
    status = 400 if more else 200
    return render(request, "incidents/serious_report.html", context, status=status)


def _handlers(report: SeriousReport) -> list[Any]:
    return [each for each in serious_handlers(report.side) if each.pk != report.reporter_id]


@login_required
@require_safe
@never_cache
def serious_report(request: HttpRequest, uid: Any) -> HttpResponse:
    report, handling = serious.one_of(_officer(request), uid)
    if report.handler_waits if handling else report.reporter_waits:
        actions.read_serious(report, by=request.user)
    return _page(request, report, handling=handling)


@login_required
@require_POST
@never_cache
def serious_message(request: HttpRequest, uid: Any) -> HttpResponse:
    report, handling = serious.one_of(_officer(request), uid)
    note = handling and "note" in request.POST
    return _line(request, report, handling=handling, note=note)


def _line(
    request: HttpRequest, report: SeriousReport, *, handling: bool, note: bool = False,
    code: str = "",
) -> HttpResponse:  # fmt: skip
    form = LineForm(request.POST)
    if form.is_valid():
        try:
            actions.write_serious(
                report, **form.cleaned_data, for_reporter=not note, code=code, by=request.user
            )
        except Refused as refusal:
            if refusal.status in (403, 404):
                raise
            form.take(refusal)
        else:
            if code:
                return _page(request, report, handling=False, code=code)
            return redirect("serious_report", uid=report.uid)
    return _page(request, report, handling=handling, code=code, line=form)


@login_required
@require_POST
@never_cache
def serious_step(request: HttpRequest, uid: Any) -> HttpResponse:
    """A step of the handler: `step` names it."""
    report, handling = serious.one_of(_officer(request), uid)
    if not handling:
        raise Http404
    form = StepForm(request.POST, handlers=_handlers(report), auto_id="step-%s")
    if form.is_valid():
        try:
            if (step := STEPS.get(form.cleaned_data["step"])) is None:
                raise Http404
            step(report, form.cleaned_data, request.user)
        except Refused as refusal:
            if refusal.status in (403, 404):
                raise
            form.take(refusal)
        else:
            still = serious.handled_by(request.user).filter(pk=report.pk).exists()
            if still:
                return redirect("serious_report", uid=uid)
            return redirect("serious_handling")
    report, _handling = serious.one_of(request.user, uid)
    return _page(request, report, handling=True, step=form)


@login_required
@never_cache
def serious_return(request: HttpRequest) -> HttpResponse:
    """Back by the code of a report without a name. The code is in no address and no session."""
    user = _officer(request)
    if request.method != "POST":
        return redirect("serious")
    code = request.POST.get("code", "").strip()
    report = serious.by_code(user, code)
    if report is None:
        wrong = _("No report of your side has this code. Type it as you wrote it down.")
        context = _mine(request, wrong=wrong, code=code[:60])
        return render(request, "incidents/serious.html", context, status=400)
    if "text" in request.POST:
        return _line(request, report, handling=False, code=code)
    if report.reporter_waits:
        actions.read_serious(report, code=code, by=user)
    return _page(request, report, handling=False, code=code)


@login_required
@require_safe
@never_cache
def serious_handling(request: HttpRequest) -> HttpResponse:
    """Names: `rows` (what the reader handles, open and late first), `numbers` (statistics)."""
    user = _officer(request)
    if not serious.is_handler(user):
        raise Http404
    rows = serious.open_first(serious.handled_by(user))
    listed = _page_of(request, rows, serious.OPEN_FIRST)
    context = {**listed, "numbers": serious.statistics(user)}
    return _listed(request, "incidents/serious_handling.html", context)
