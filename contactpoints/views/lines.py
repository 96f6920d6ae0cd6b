"""The lines between the desks: their log, a check on demand, and its answer on the console."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from bordercoop import sentences
from bordercoop.errors import NotAllowed, Refused
from bordercoop.web.exporting import export_page

from .. import actions
from ..access import units_where
from ..exporting import lines_listing
from ..lines import PERIODS, Row, checks_of, my_desks, overview
from ..models import LineBreak, LineCheck
from .console import _context, _uuid

MOST = 200


def asked_period(text: str) -> str:
    return text if text in PERIODS else "24h"


def rows_of(user: Any, period: str) -> list[Row]:
    """The pairs that `user` reads, with figures; NotAllowed without the right to see alerts."""
    if not units_where(user, "view_alerts"):
        raise NotAllowed(sentences.NOT_ALLOWED)
    return overview(user, now() - PERIODS[period])


@login_required
@require_safe
@never_cache
def lines_overview(request: HttpRequest) -> HttpResponse:
    """`rows`: lines.Row of each pair; `period`: of `periods`."""
    period = asked_period(request.GET.get("period", ""))
    context = {"rows": rows_of(request.user, period), "period": period, "periods": list(PERIODS)}
    return render(request, "contactpoints/lines.html", context)


def _row(request: HttpRequest, one: str, other: str, period: str) -> Row:
    for row in rows_of(request.user, period):
        if {row.one.code, row.other.code} == {one, other}:
            return row
    raise Http404


def _pair_page(
    request: HttpRequest, one: str, other: str, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    period = asked_period(request.GET.get("period", ""))
    row = _row(request, one, other, period)
    checks = list(checks_of(row.one, row.other, now() - PERIODS[period])[: MOST + 1])
    mine = {desk.pk for desk in my_desks(request.user)}
    context = {
        "row": row,
        "ways": [(*way, way[0].pk in mine) for way in row.ways],
        "checks": checks[:MOST],
        "more": len(checks) > MOST,
        "period": period,
        "periods": list(PERIODS),
        "refusal": refusal,
    }
    return render(request, "contactpoints/line.html", context, status=status)


@login_required
@require_safe
@never_cache
def line_pair(request: HttpRequest, one: str, other: str) -> HttpResponse:
    """The log of one pair of desks, both ways, newest first; 404 for a pair out of reach."""
    return _pair_page(request, one, other)


@login_required
@require_safe
@never_cache
def line_break(request: HttpRequest, uid: Any) -> HttpResponse:
    """Where an alarm about a line leads: the log of its pair, with what to do."""
    broken = get_object_or_404(LineBreak.objects.select_related("caller", "answerer"), uid=uid)
    return _pair_page(request, broken.caller.code, broken.answerer.code)


@login_required
@require_POST
def line_check(request: HttpRequest, one: str, other: str) -> HttpResponse:
    """Call the desk `other` from the desk `one` now."""
    row = _row(request, one, other, "24h")
    caller, answerer = (row.one, row.other) if row.one.code == one else (row.other, row.one)
    try:
        actions.check_line(caller, answerer, by=request.user)
    except Refused as no:
        if no.status == 403:
            raise
        return _pair_page(request, one, other, refusal=str(no), status=no.status)
    if request.POST.get("next") == "console":
        return redirect(f"{reverse('console')}?desk={caller.code}")
    return redirect("line_pair", one, other)


def _named(request: HttpRequest) -> list[LineCheck]:
    uids = [uid for uid in map(_uuid, request.POST.getlist("uid")[:50]) if uid]
    rows = LineCheck.objects.visible_to(request.user).filter(uid__in=uids)
    return list(rows.select_related("caller", "answerer").order_by("pk"))


@login_required
@require_POST
def line_heard(request: HttpRequest) -> HttpResponse:
    """One press answers every check that the page showed (`uid`, many)."""
    checks = _named(request)
    if not checks:
        raise Http404
    for check in checks:
        actions.answer_check(check, by=request.user)
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"answered": [str(check.uid) for check in checks]})
    return redirect(f"{reverse('console')}?desk={checks[0].answerer.code}")


@login_required
@require_POST
def line_drawn(request: HttpRequest) -> HttpResponse:
    """A page in sight drew these checks (`uid`, many)."""
    for check in _named(request):
        actions.mark_check_drawn(check, by=request.user)
    return HttpResponse(status=204)


@login_required
@require_safe
@never_cache
def console_line(request: HttpRequest) -> HttpResponse:
    """The head of the console and the state of its channels alone, for the page's own script."""
    return render(request, "contactpoints/_line_parts.html", _context(request))


@login_required
@require_safe
@never_cache
def line_export(request: HttpRequest, one: str, other: str) -> HttpResponseBase:
    """The log of a pair; `as` for the format."""
    period = asked_period(request.GET.get("period", ""))
    row = _row(request, one, other, period)
    return export_page(
        request,
        lambda: lines_listing(row.one, row.other, period),
        lambda form: actions.export_line(row.one, row.other, period, form=form, by=request.user),
        back=reverse("line_pair", args=[one, other]),
    )
