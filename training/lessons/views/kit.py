"""What the pages of this room share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest
from django.urls import reverse

from bordercoop.access.second_factor import has_factor, proved_recently, where_proved
from bordercoop.errors import Refused

from ..access import reads_lessons


def reader(request: HttpRequest) -> Any:
    """The officer, who reads the register; to everybody else the pages do not exist."""
    if not reads_lessons(request.user):
        raise Http404
    return request.user


def whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0


def refused(deed: Callable[[], Any]) -> tuple[str, int]:
    """ "" and 0 once the deed is done; else the sentence and its status. What may not be done or
    seen at all is raised."""
    try:
        deed()
    except Refused as no:
        if no.status in (403, 404):
            raise
        return str(no), no.status
    return "", 0


def to_confirm(request: HttpRequest) -> str:
    """Where password or second factor still has to be confirmed, "" when both have been."""
    if not proved_recently(request, "password"):
        address = reverse("account_reauthenticate")
    elif has_factor(request.user) and not proved_recently(request, "mfa"):
        address = where_proved(request)
    else:
        return ""
    return f"{address}?{urlencode({'next': request.path})}"
