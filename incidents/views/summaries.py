"""Summaries of days, indicators of months."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bordercoop import sentences
from bordercoop.errors import NotAllowed
from bordercoop.reference.sides import Side
from bordercoop.web.exporting import export_page
from contactpoints.access import units_where
from contactpoints.models import Unit, root_of, units

from .. import actions
from ..models import Summary, SummaryMail
from ..summed import facts, summary_listing, tables, title_of
from ..summing import month_content, month_edges

DAYS, MONTHS = 31, 24


@login_required
@never_cache
@require_safe
def summaries(request: HttpRequest) -> HttpResponse:
    """Names: `days`, `months` ((Summary, title) each), `desks` ((Unit, whether it gets mail) that
    the officer may set)."""
    user: Any = request.user
    if not units_where(user, "view_incidents"):
        raise NotAllowed(sentences.NOT_ALLOWED)
    rows = Summary.objects.visible_to(user).defer("content")
    mine = units_where(user, "set_rota")
    at = [u for u in units().values() if u.pk in mine and u.kind == Unit.Kind.DESK]
    unwanted = set(
        SummaryMail.objects.filter(desk__in=at, wanted=False).values_list("desk_id", flat=True)
    )
    context = {
        "days": [(row, title_of(row)) for row in rows.filter(kind="day")[:DAYS]],
        "months": [(row, title_of(row)) for row in rows.filter(kind="month")[:MONTHS]],
        "desks": [(desk, desk.pk not in unwanted) for desk in at if desk.retired_at is None],
    }
    return render(request, "incidents/summaries.html", context)


def _found(request: HttpRequest, uid: Any) -> Summary:
    return get_object_or_404(Summary.objects.visible_to(request.user), uid=uid)


@login_required
@never_cache
@require_safe
def summary(request: HttpRequest, uid: Any) -> HttpResponse:
    """Names: `summary`, `title`, `facts`, `tables`."""
    found = _found(request, uid)
    context = {
        "summary": found,
        "title": title_of(found),
        "facts": facts(found.content),
        "tables": tables(found.content),
    }
    return render(request, "incidents/summary.html", context)


@login_required
@never_cache
@require_safe
def summary_export(request: HttpRequest, uid: Any) -> HttpResponseBase:
    found = _found(request, uid)
    return export_page(
        request,
        lambda: summary_listing(found),
        lambda form: actions.export_summary(found, form=form, by=request.user),
        back=reverse("summary", args=[uid]),
    )


@login_required
@require_POST
def summary_mail(request: HttpRequest, code: str) -> HttpResponse:
    desk = units().get(code)
    side = getattr(request.user, "side", "")
    if desk is None or desk.side != side or desk.kind != Unit.Kind.DESK:
        raise Http404
    actions.set_summary_mail(desk, wanted=request.POST.get("wanted") == "yes", by=request.user)
    return redirect("summaries")


def month_of(text: str) -> date | None:
    """The first day of YYYY-MM; None for anything else, and for other centuries."""
    try:
        found = date.fromisoformat(f"{text}-01") if len(text) == 7 else None
    except ValueError:
        return None
    return found if found and 2000 <= found.year <= 2100 else None


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def indicators(request: HttpRequest, month: str) -> HttpResponse:
    """What would be frozen, for the own side and for the other; a POST freezes both.

    Names: `month`, `own`, `shared` (tables), `over` (whether the month is), `side`.
    """
    user: Any = request.user
    root, first = root_of(user.side), month_of(month)
    if root is None or first is None:
        raise Http404
    if root.pk not in units_where(user, "validate_incidents"):
        raise NotAllowed(sentences.NOT_ALLOWED)
    if request.method == "POST":
        made = actions.freeze_indicators(first, by=user)
        messages.success(request, _("The indicators are frozen and shared."))
        return redirect("summary", uid=made.uid)
    frozen = Summary.objects.visible_to(user).filter(
        side=user.side, kind="month", audience="own", period=first
    )
    if known := frozen.first():
        return redirect("summary", uid=known.uid)
    context = {
        "month": first,
        "side": Side(user.side).label,
        "own": tables(month_content(root.side, first, shared=False)),
        "shared": tables(month_content(root.side, first, shared=True)),
        "over": month_edges(root.side, first)[1] <= now(),
    }
    return render(request, "incidents/indicators.html", context)
