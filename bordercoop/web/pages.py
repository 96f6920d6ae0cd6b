"""What is shown when a request cannot be answered: a page to people, JSON to programs."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import DisallowedHost, RequestDataTooBig, TooManyFieldsSent
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme

from bordercoop import sentences
from bordercoop.errors import Refused


def wants_json(request: HttpRequest) -> bool:
    """The API always; elsewhere only a script that asks for JSON and not for a page."""
    accept = request.headers.get("Accept", "")
    return request.path.startswith("/api/") or (
        "application/json" in accept and "text/html" not in accept
    )


def refused(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """A verb said no: its sentence, with its status."""
    if wants_json(request):
        body = sentences.answer(refusal.code, refusal, refusal.fields)
        return _as(refusal.code, JsonResponse(body, status=refusal.status))
    template = "_refused.html" if request.headers.get("HX-Request") == "true" else "refused.html"
    context = {"refusal": refusal, "back": _page_before(request)}
    return _as(refusal.code, render(request, template, context, status=refusal.status))


def bad_input(request: HttpRequest) -> HttpResponse:
    """Characters that PostgreSQL cannot store came through."""
    return refused(request, Refused(sentences.BAD_CHARACTERS, code="invalid", status=400))


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent):
        return refused(request, Refused(sentences.TOO_LARGE, code="too_large", status=413))
    return refused(request, Refused(sentences.BAD_REQUEST, code="bad_request", status=400))


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, "404.html", 404, "not_found", sentences.NOT_FOUND)


def not_allowed(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, "403.html", 403, "not_allowed", sentences.NOT_ALLOWED)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _page(request, "403_csrf.html", 403, "page_too_old", sentences.TOO_OLD)


def fault(request: HttpRequest) -> HttpResponse:
    """Without context processors and base template: whatever broke may be in them."""
    if wants_json(request):
        return JsonResponse(sentences.answer("fault", sentences.FAULT), status=500)
    return HttpResponse(render_to_string("500.html", {"sentence": sentences.FAULT}), status=500)


def _as(code: str, response: HttpResponse) -> HttpResponse:
    """Leave the code for the audit trail (refusals.py): a page does not say it."""
    response.__dict__["refused_as"] = code
    return response


def _page_before(request: HttpRequest) -> str:
    """Where the officer came from, when that was the portal itself."""
    address = request.headers.get("Referer", "")
    try:
        host = request.get_host()
    except DisallowedHost:
        return ""  # that name is why the request is refused
    own = url_has_allowed_host_and_scheme(
        address, allowed_hosts={host}, require_https=request.is_secure()
    )
    return address if own else ""


def _page(
    request: HttpRequest, template: str, status: int, code: str, sentence: Any
) -> HttpResponse:
    if wants_json(request):
        return _as(code, JsonResponse(sentences.answer(code, sentence), status=status))
    return _as(code, render(request, template, {"sentence": sentence}, status=status))
