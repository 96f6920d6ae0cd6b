"""Addresses of the neighbouring pages of a list."""

from __future__ import annotations

from django.http import HttpRequest


def address_of_page(request: HttpRequest, cursor: str | None) -> str | None:
    """The query string of this page with another cursor, filters kept; None without one."""
    if cursor is None:
        return None
    query = request.GET.copy()
    query["cursor"] = cursor
    return f"?{query.urlencode()}"
