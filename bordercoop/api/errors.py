"""Every error of the API in one shape: `{"code", "detail", "fields"}`."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.core.exceptions import ValidationError as DjangoValidationError
from django.db import DataError
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from bordercoop import sentences
from bordercoop.errors import Refused
from bordercoop.sentences import answer

log = logging.getLogger(__name__)


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """The answer to an error, in the officer's language.

    What does not exist and what the reader may not see answer alike. An unforeseen error is left
    to the portal's own error page, which answers the API in the same shape and without a trace.
    """
    response = _answer(error)
    if response is not None:
        set_rollback()
    return response


def _answer(error: Exception) -> Response | None:
    if isinstance(error, Refused):
        return Response(answer(error.code, error, error.fields), status=error.status)
    if isinstance(error, Http404 | exceptions.NotFound):
        return Response(answer("not_found", sentences.NOT_FOUND), status=404)
    if isinstance(error, exceptions.NotAuthenticated | exceptions.AuthenticationFailed):
        headers = {"WWW-Authenticate": getattr(error, "auth_header", "") or "Token"}
        body = answer(str(error.default_code), sentences.NOT_SIGNED_IN)
        return Response(body, status=error.status_code, headers=headers)
    if isinstance(error, exceptions.PermissionDenied):
        if str(error.detail).startswith("CSRF Failed"):
            return Response(answer("page_too_old", sentences.TOO_OLD), status=403)
        return Response(answer("not_allowed", sentences.NOT_ALLOWED), status=403)
    if isinstance(error, PermissionDenied):
        return Response(answer("not_allowed", sentences.NOT_ALLOWED), status=403)
    if isinstance(error, exceptions.ValidationError):
        return _invalid(error.detail)
    if isinstance(error, DjangoValidationError):
        detail = error.message_dict if hasattr(error, "error_dict") else error.messages
        return _invalid(detail)
    if isinstance(error, exceptions.APIException):
        headers = {}
        if wait := getattr(error, "wait", None):
            headers["Retry-After"] = str(int(wait) + 1)
        code = error.get_codes()
        body = answer(code if isinstance(code, str) else "refused", error.detail)
        return Response(body, status=error.status_code, headers=headers)
    if isinstance(error, RequestDataTooBig):
        return Response(answer("too_large", sentences.TOO_LARGE), status=413)
    if isinstance(error, SuspiciousOperation):
        return Response(answer("bad_request", sentences.BAD_REQUEST), status=400)
    if isinstance(error, UnicodeEncodeError | DataError) or (
        isinstance(error, ValueError) and "NUL" in str(error)
    ):
        # A value that no field refused and the database cannot hold. Worth a look, not a fault.
        log.warning("The database refused a value: %s", error)
        return Response(answer("invalid", sentences.BAD_CHARACTERS), status=400)
    return None


def _invalid(detail: Any) -> Response:
    """`detail` is the first sentence; `fields` has them all, nested names joined by dots."""
    fields: dict[str, list[object]] = {}
    first: object = sentences.BAD_REQUEST
    for number, (name, sentence) in enumerate(_flat(detail)):
        if number == 0:
            first = sentence
        if name:
            fields.setdefault(name, []).append(sentence)
    return Response(answer("invalid", first, fields), status=400)


def _flat(detail: Any, name: str = "") -> Iterator[tuple[str, object]]:
    if isinstance(detail, dict):
        for key, value in detail.items():
            inner = "" if key == "non_field_errors" else str(key)
            yield from _flat(value, ".".join(part for part in (name, inner) if part))
    elif isinstance(detail, list | tuple):
        for position, value in enumerate(detail):
            nested = isinstance(value, dict | list | tuple)
            yield from _flat(value, f"{name}.{position}".lstrip(".") if nested else name)
    else:
        yield name, detail
