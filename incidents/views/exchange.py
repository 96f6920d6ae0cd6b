"""The ledger of the exchange: a month of what both sides sent each other."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bordercoop import sentences
from bordercoop.errors import Invalid, NotAllowed
from bordercoop.web.exporting import export_page
from contactpoints.access import units_where

from .. import actions
from ..exchange import ledger, month_of, months
from ..exchange_exporting import alerts_listing, ledger_listing


def side_of(user: Any) -> str:
    """Whose exchange `user` reads; raises NotAllowed without the right to see alerts."""
    if not units_where(user, "view_alerts"):
        raise NotAllowed(sentences.NOT_ALLOWED)
    return str(user.side)


@login_required
@require_safe
@never_cache
def exchange(request: HttpRequest) -> HttpResponse:
    """Names: `pairs` and `desks` (exchange.Row), `month`, `months`, `wrong` (a sentence or "")."""
    side, wrong, status = side_of(request.user), "", 200
    try:
        month = month_of(request.GET.get("month", "").strip())
    except Invalid as refusal:
        wrong, status, month = str(refusal), 400, month_of("")
    pairs, desks = ledger(side, month)
    context = {
        "pairs": pairs,
        "desks": desks,
        "month": month,
        "months": sorted({*months(month_of("")), month}, reverse=True),
        "wrong": wrong,
    }
    return render(request, "incidents/exchange.html", context, status=status)


@login_required
@require_safe
@never_cache
def exchange_export(request: HttpRequest) -> HttpResponseBase:
    """The ledger of `month`, and `as` for the format."""
    side_of(request.user)
    month = request.GET.get("month", "").strip()
    return export_page(
        request,
        lambda: ledger_listing(request.user, month_of(month)),
        lambda form: actions.export_ledger(month, form=form, by=request.user),
        back=reverse("exchange"),
    )


@login_required
@require_safe
@never_cache
def alerts_export(request: HttpRequest) -> HttpResponseBase:
    """The alerts of `month`, and `as` for the format."""
    side_of(request.user)
    month = request.GET.get("month", "").strip()
    return export_page(
        request,
        lambda: alerts_listing(request.user, month_of(month)),
        lambda form: actions.export_alerts(month, form=form, by=request.user),
        back=reverse("exchange"),
    )
