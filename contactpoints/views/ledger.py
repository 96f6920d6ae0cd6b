"""The figures of a desk in a month."""

from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bordercoop import sentences
from bordercoop.errors import Invalid, NotAllowed
from bordercoop.web.exporting import export_page

from .. import actions
from ..board import card_of
from ..ledger import desk_month, late_ones, ledger_desks
from ..ledger_exporting import desk_listing
from ..models import Unit
from ..months import after, before, month_of, months


def _desk(user: Any, code: str) -> Unit:
    """The desk that `code` names, the first own one for ""; 404 for any other."""
    desks = ledger_desks(user)
    if not desks:
        raise NotAllowed(sentences.NOT_ALLOWED)
    found = next((desk for desk in desks if desk.code == code or not code), None)
    if found is None:
        raise Http404
    return found


@login_required
@require_safe
@never_cache
def ledger(request: HttpRequest) -> HttpResponse:
    """Names: `made` (ledger.DeskMonth), `desks`, `months`, `late` (board.Card), `wrong` (a sentence
    or ""), `earlier` and `later` (months to go to, `later` None at the end), `tab`."""
    user: Any = request.user
    unit, wrong, status = _desk(user, request.GET.get("desk", "")), "", 200
    present = month_of("", unit.zone)
    try:
        month = month_of(request.GET.get("month", "").strip(), unit.zone)
    except Invalid as refusal:
        wrong, status, month = str(refusal), 400, present
    context = {
        "made": desk_month(unit, month),
        "desks": ledger_desks(user),
        "months": sorted({*months(present), month}, reverse=True),
        "late": [card_of(delivery, user) for delivery in late_ones(unit, month, user)],
        "wrong": wrong,
        "earlier": before(month),
        "later": after(month) if month < present else None,
        "tab": "desks",
    }
    return render(request, "contactpoints/ledger/desk.html", context, status=status)


@login_required
@require_safe
@never_cache
def ledger_export(request: HttpRequest) -> HttpResponseBase:
    """The figures of `desk` in `month`, and `as` for the format."""
    unit = _desk(request.user, request.GET.get("desk", ""))

    def asked() -> date:
        return month_of(request.GET.get("month", "").strip(), unit.zone)

    return export_page(
        request,
        lambda: desk_listing(unit, asked()),
        lambda form: actions.export_desk_month(unit, asked(), form=form, by=request.user),
        back=reverse("ledger"),
    )
