"""The first page: what waits for this officer."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.module_loading import import_string


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """The tiles of the functions named in settings.HOME_TILES, in their order."""
    kept_out = import_string(settings.KEPT_OUT)
    found = [tile for name in settings.HOME_TILES for tile in import_string(name)(request.user)]
    tiles = [tile for tile in found if not kept_out(request.user, tile["url"])]
    return render(request, "home.html", {"tiles": tiles})
