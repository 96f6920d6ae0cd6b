"""The ledger of the exchange: a month of what both sides sent each other."""

import csv
import io
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from bordercoop import sentences
from bordercoop.audit.actions import record_export
from bordercoop.errors import Invalid, NotAllowed
from contactpoints.access import units_where

from ..exchange import COLUMNS, ledger, month_of, months


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
@require_POST
def exchange_sheet(request: HttpRequest) -> HttpResponse:
    """The month as CSV, a row a pair and a row a desk; recorded as an export."""
    side = side_of(request.user)
    month = month_of(request.POST.get("month", "").strip())
    pairs, desks = ledger(side, month)
    rows = [*pairs, *desks]
    user: Any = request.user
    record_export("exchange", by=user, filter={"month": f"{month:%Y-%m}"}, rows=len(rows))
    written = io.StringIO()
    lines = csv.writer(written)
    lines.writerow(["month", *COLUMNS])
    for row in rows:
        lines.writerow([f"{month:%Y-%m}", *(getattr(row, name) for name in COLUMNS)])
    response = HttpResponse(written.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="exchange-{side}-{month:%Y-%m}.csv"'
    return response
