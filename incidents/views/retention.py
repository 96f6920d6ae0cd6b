"""How long personal data are kept: periods, holds, certificates, and one incident's clock."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bordercoop import keyset
from bordercoop.audit.actions import record_reading
from bordercoop.errors import Invalid
from bordercoop.web.both import partner_language
from bordercoop.web.paging import address_of_page
from bordercoop.web.pdf import as_file
from contactpoints.access import audited_side, may, units_where

from .. import actions
from ..access import share_for
from ..models import Incident, Kept, Purge
from ..retention import (
    certificate_of,
    clocks,
    history,
    holds_for,
    is_whole,
    lines_of,
    open_purge,
    periods,
    reads_retention,
    today,
)
from ..retention_forms import HoldForm, LiftForm, PeriodForm
from .record import visible

PAGE = 50


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def retention(request: HttpRequest) -> HttpResponse:
    """The own side's periods by kind; a POST adds one.

    Names: `kinds` (code, label, the one in force or None, all rows), `today` (the side's day),
    `form` (None for who may not set periods), `audits` (certificates are offered).
    """
    user: Any = request.user
    if not reads_retention(user):
        raise Http404
    allowed = bool(units_where(user, "set_retention"))
    form = PeriodForm(request.POST or None, initial={"starts_on": f"{today(user.side):%d.%m.%Y}"})
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_retention(**form.cleaned_data, by=user)
        except Invalid as refusal:
            form.take(refusal)
        else:
            messages.success(request, _("The period was added."))
            return redirect("retention")
    rows, in_force = history(user.side), periods(user.side)
    context = {
        "kinds": [(str(kind), kind.label, in_force.get(kind), rows[kind]) for kind in Kept],
        "today": today(user.side),
        "form": form if allowed else None,
        "audits": audited_side(user),
    }
    return render(request, "incidents/retention.html", context, status=400 if form.errors else 200)


@login_required
@require_safe
@never_cache
def retention_holds(request: HttpRequest) -> HttpResponse:
    """The own side's holds, those that stand first. Names: `standing`, `ended` (the latest)."""
    user: Any = request.user
    if not reads_retention(user):
        raise Http404
    rows = holds_for(user)
    context = {
        "standing": rows.filter(lifted_at=None),
        "ended": rows.filter(lifted_at__isnull=False)[:PAGE],
        "audits": audited_side(user),
    }
    return render(request, "incidents/retention_holds.html", context)


@login_required
@require_safe
@never_cache
def incident_retention(request: HttpRequest, uid: Any) -> HttpResponse:
    """What the own side keeps of an incident and until when, and its holds."""
    return _incident_page(request, visible(request, uid))


def _incident_page(
    request: HttpRequest, incident: Incident, *, status: int = 200, **more: Any
) -> HttpResponse:
    """Names: `incident`, `share`, `clocks`, `holds`, `may_hold`, `hold_form`."""
    user: Any = request.user
    share = share_for(user, incident)
    if not reads_retention(user):
        raise Http404
    context = {
        "incident": incident,
        "share": share,
        "clocks": clocks(incident, user.side),
        "holds": holds_for(user).filter(incident=incident),
        "may_hold": may(user, "place_holds", share.unit_id),
        "hold_form": HoldForm(),
        **more,
    }
    return render(request, "incidents/incident_retention.html", context, status=status)


@login_required
@require_POST
def incident_hold(request: HttpRequest, uid: Any) -> HttpResponse:
    """Place a hold."""
    incident, form = visible(request, uid), HoldForm(request.POST)
    if form.is_valid():
        try:
            actions.place_hold(incident, **form.cleaned_data, by=request.user)
        except Invalid as refusal:
            form.take(refusal)
        else:
            return redirect("incident_retention", uid=uid)
    return _incident_page(request, incident, status=400, hold_form=form)


@login_required
@require_POST
def hold_lift(request: HttpRequest, uid: Any) -> HttpResponse:
    """Lift a hold; the form stands on the page of its incident."""
    user: Any = request.user
    hold = get_object_or_404(holds_for(user), uid=uid)
    form = LiftForm(request.POST)
    if form.is_valid():
        try:
            actions.lift_hold(hold, **form.cleaned_data, by=user)
        except Invalid as refusal:
            form.take(refusal)
        else:
            return redirect("incident_retention", uid=hold.incident.uid)
    incident = visible(request, hold.incident.uid)
    return _incident_page(request, incident, status=400, lift_form=form, refused=hold.pk)


@login_required
@require_safe
@never_cache
def retention_certificates(request: HttpRequest) -> HttpResponse:
    """The purge certificates of the own side, newest first. Names: `rows`, `open` (a purge that is
    not finished), `next`, `previous`."""
    side = audited_side(request.user)
    if not side:
        raise Http404
    rows = Purge.objects.of_side(side)
    page = keyset.page(rows, ("-number",), size=PAGE, cursor=request.GET.get("cursor", ""))
    context = {
        "rows": page.rows,
        "open": open_purge(side),
        "next": address_of_page(request, page.next),
        "previous": address_of_page(request, page.previous),
        "audits": side,
    }
    return render(request, "incidents/retention_certificates.html", context)


@login_required
@require_safe
@never_cache
def retention_certificate(request: HttpRequest, uid: Any) -> HttpResponse:
    """Names: `purge`, `lines`, `whole` (it says what it said when it was made)."""
    user: Any = request.user
    purge = certificate_of(user, uid)
    record_reading(f"purge:{purge.uid}", by=user)
    context = {"purge": purge, "lines": lines_of(purge), "whole": is_whole(purge)}
    return render(request, "incidents/retention_certificate.html", context)


@login_required
@require_safe
@never_cache
def retention_certificate_pdf(request: HttpRequest, uid: Any) -> HttpResponse:
    user: Any = request.user
    language = get_language() or "en"
    printed = actions.print_certificate(
        certificate_of(user, uid), languages=(language, partner_language(user.side, language)),
        by=user,
    )  # fmt: skip
    return as_file(printed.content, printed.name)
