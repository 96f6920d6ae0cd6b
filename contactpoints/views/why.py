"""The page behind "Why can I see this?"."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from ..why import explained


@login_required
@require_safe
@never_cache
def why(request: HttpRequest) -> HttpResponse:
    """`of` is the path of a page of the portal; see `why.explained` for the names."""
    path = request.GET.get("of", "/")[:300]
    return render(request, "contactpoints/why.html", explained(request.user, path))
