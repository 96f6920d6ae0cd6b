"""The page of the search."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from .groups import groups
from .query import read


@login_required
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Names: `query` (as it was understood), `groups` of hits in the order of the settings."""
    query = read(request.GET.get("q", ""))
    return render(request, "search.html", {"query": query, "groups": groups(request.user, query)})
