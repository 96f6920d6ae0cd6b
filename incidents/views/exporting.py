"""The list of incidents on its way out."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bordercoop.web.exporting import export_page

from .. import actions
from ..exporting import listing


@login_required
@never_cache
@require_safe
def incident_export(request: HttpRequest) -> HttpResponseBase:
    """The filters of the list, and `as` for the format."""
    return export_page(
        request,
        lambda: listing(request.user, request.GET),
        lambda form: actions.export_incidents(request.GET, form=form, by=request.user),
        back=reverse("incidents"),
    )
