"""What is noted about every request: its line in the log, its part in the metrics."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.functional import LazyObject
from django_prometheus.middleware import PrometheusAfterMiddleware, PrometheusBeforeMiddleware

log = logging.getLogger("bordercoop.request")

Answer = Callable[[HttpRequest], HttpResponse]
LINE = "request %(method)s %(route)s %(status)s %(duration_ms)s ms"
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
# Asked every few seconds by machines: of interest only when the answer is not 200.
QUIET = {"health", "metrics"}


class RequestLogMiddleware:
    """One line a request: the pattern of its address, never the address; the account's number,
    never its name. It stands right after the one that gives the request its id."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        response = self.get_response(request)
        match = request.resolver_match
        if match and match.route.startswith(settings.UNTRACED):
            return response
        level = logging.INFO
        if match and match.view_name in QUIET and response.status_code == 200:
            level = logging.DEBUG
        log.log(
            level,
            LINE,
            {
                "method": request.method if request.method in METHODS else "other",
                "route": match.route if match else "unknown",
                "status": response.status_code,
                "duration_ms": round((time.perf_counter() - began) * 1000, 1),
                "user_id": _user_id(request),
            },
        )
        return response


def _user_id(request: HttpRequest) -> int | None:
    """Of the account that was looked up for this request; looking it up now would cost."""
    user: Any = getattr(request, "user", None)
    if issubclass(type(user), LazyObject):  # a page's; a token's account stands there itself
        user = getattr(request, "_cached_user", None)
    return user.pk if user is not None and user.is_authenticated else None


def _untraced(request: Any) -> bool:
    match = getattr(request, "resolver_match", None)
    return match is not None and match.route.startswith(settings.UNTRACED)


class MeasureFirstMiddleware(PrometheusBeforeMiddleware):  # type: ignore[misc]
    """Counts requests and how long they took with all middleware."""


class MeasureLastMiddleware(PrometheusAfterMiddleware):  # type: ignore[misc]
    """Counts by view, method and status. Only known methods become a label of their own: a
    visitor could else invent labels without end, and memory with them."""

    def process_request(self, request: Any) -> None:
        try:
            super().process_request(request)
        except ValueError:  # a Content-Length that is no number; Django reads it as 0
            return

    def process_view(self, request: Any, view: Any, args: Any, kwargs: Any) -> None:
        if not _untraced(request):
            super().process_view(request, view, args, kwargs)

    def process_exception(self, request: Any, exception: Any) -> None:
        if not _untraced(request):
            super().process_exception(request, exception)

    def process_response(self, request: Any, response: Any) -> Any:
        return response if _untraced(request) else super().process_response(request, response)

    def label_metric(self, metric: Any, request: Any, response: Any = None, **labels: Any) -> Any:
        if "method" in labels and labels["method"] not in METHODS:
            labels["method"] = "other"
        return super().label_metric(metric, request, response, **labels)
