"""Every 403 and 404 that a signed-in officer meets leaves a row in the audit trail."""

from __future__ import annotations

import logging
import re
import uuid
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from bordercoop.access.models import User
from bordercoop.audit.actions import record_refusal

log = logging.getLogger(__name__)
NUMBER = re.compile(r"[A-Z]{2,5}-\d{4}-\d{5,7}", re.ASCII)


class RefusalTrailMiddleware:
    """Stands outside the one that turns refusals into pages, so the transaction is rolled back.

    Written are the pattern of the address, the code and the public id, never what was typed. A
    thing that does not exist is written like one that is hidden: else the time that the answer
    takes would tell them apart. Addresses that lead nowhere are not written. Nothing here can
    change the answer.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code in (403, 404) and request.resolver_match is not None:
            try:
                _note(request, response)
            except Exception:
                log.exception("A refusal could not be written to the audit trail.")
        return response


def _note(request: HttpRequest, response: HttpResponse) -> None:
    user, match = request.user, request.resolver_match
    if not isinstance(user, User) or match is None or match.route.startswith(settings.UNTRACED):
        return
    record_refusal(
        _about(match.route, match.kwargs),
        by=user,
        code=_code(response),
        status=response.status_code,
        method=str(request.method)[:10],
        path=match.route[:200],
    )


def _code(response: HttpResponse) -> str:
    content = getattr(response, "data", None)
    said = content.get("code") if isinstance(content, dict) else None
    return str(said or response.__dict__.get("refused_as") or response.status_code)[:60]


def _about(route: str, kwargs: dict[str, Any]) -> str:
    """ "incident:6d2f..." for an address with a public id, "exercise:EXE-2026-00001" for one with
    the number of a known kind of thing, else "page:audit/".

    Only ids and numbers are taken from the address: other parts of it may be words that somebody
    typed.
    """
    parts = route.split("/")
    for before, part in zip(["", *parts], parts, strict=False):
        name = part.strip("<>").split(":")[-1]
        value = kwargs.get(name) if part.startswith("<") else None
        if isinstance(value, uuid.UUID | int):
            return f"{settings.AUDIT_KINDS.get(before, before)}:{value}"
        if before in settings.AUDIT_KINDS and NUMBER.fullmatch(str(value or "")):
            return f"{settings.AUDIT_KINDS[before]}:{value}"
    return f"page:{route}"
