"""What wraps every request: its id, its language, and how refusals are shown."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable

from django.conf import settings
from django.db import DataError
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation.trans_real import parse_accept_lang_header

from bordercoop.access.models import Language, User
from bordercoop.audit.context import request_id
from bordercoop.errors import Refused

from . import pages

Answer = Callable[[HttpRequest], HttpResponse]
REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")


class RequestIdMiddleware:
    """Every request has an id, in its audit entries and in the answer's `X-Request-ID`."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        offered = request.headers.get("X-Request-ID", "")
        identity = offered if REQUEST_ID.fullmatch(offered) else uuid.uuid4().hex
        token = request_id.set(identity)
        try:
            response = self.get_response(request)
        finally:
            request_id.reset(token)
        response["X-Request-ID"] = identity
        return response


class LanguageMiddleware:
    """The officer's own language; before sign-in the last one used here, else the browser's."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        cookie = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        user = request.user
        own = user.language if isinstance(user, User) else None
        language = own or (cookie if cookie in Language.values else accepted(request))
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        patch_vary_headers(response, ("Accept-Language", "Cookie"))
        # On a shared PC nothing of an officer is left for whoever presses Back after the sign-out.
        response.headers.setdefault("Cache-Control", "no-store, private")
        if own and own != cookie and settings.LANGUAGE_COOKIE_NAME not in response.cookies:
            # The sign-in page greets the next time in the same language.
            response.set_cookie(
                settings.LANGUAGE_COOKIE_NAME,
                own,
                max_age=365 * 24 * 3600,
                secure=settings.HTTPS,
                samesite="Lax",
                httponly=True,
            )
        return response


def accepted(request: HttpRequest) -> str:
    """The first of the portal's languages that the browser accepts, else English."""
    header = request.META.get("HTTP_ACCEPT_LANGUAGE", "")
    for tag, _quality in parse_accept_lang_header(header):
        short = tag.split("-")[0]
        if short in Language.values:
            return short
    return str(settings.LANGUAGE_CODE)


class RefusalMiddleware:
    """Turns what a verb refused into a page with its sentence and status.

    Also the last line against characters that PostgreSQL cannot store: forms and serializers
    refuse them field by field, addresses and filters are stopped here.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\0" in request.path or any(
            "\0" in text for name, texts in request.GET.lists() for text in (name, *texts)
        ):
            return pages.bad_input(request)
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, Refused):
            return pages.refused(request, error)
        if isinstance(error, UnicodeEncodeError) or (
            isinstance(error, ValueError | DataError) and "NUL" in str(error)
        ):
            return pages.bad_input(request)
        return None
