"""What the pages of this room share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest

from bordercoop.errors import Refused

from ..access import reads_lessons


def reader(request: HttpRequest) -> Any:
    """The officer, who reads the register; to everybody else the pages do not exist."""
    if not reads_lessons(request.user):
        raise Http404
    return request.user


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
