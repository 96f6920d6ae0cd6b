"""The directory, the places and a rota on their way out."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bordercoop.web.exporting import export_page

from .. import actions
from ..exporting import contacts_listing, places_listing, rota_listing
from .rota import _unit


@login_required
@never_cache
@require_safe
def contacts_export(request: HttpRequest) -> HttpResponseBase:
    return export_page(
        request,
        lambda: contacts_listing(request.user, request.GET),
        lambda form: actions.export_contacts(request.GET, form=form, by=request.user),
        back=reverse("contacts"),
    )


@login_required
@never_cache
@require_safe
def places_export(request: HttpRequest) -> HttpResponseBase:
    return export_page(
        request,
        lambda: places_listing(request.user),
        lambda form: actions.export_places(form=form, by=request.user),
        back=reverse("places"),
    )


@login_required
@never_cache
@require_safe
def rota_export(request: HttpRequest, code: str) -> HttpResponseBase:
    """The month of `month` (YYYY-MM), the present one without."""
    unit, month = _unit(request, code), request.GET.get("month", "")
    return export_page(
        request,
        lambda: rota_listing(unit, month),
        lambda form: actions.export_rota(unit, month=month, form=form, by=request.user),
        back=reverse("rota", args=[code]),
    )
