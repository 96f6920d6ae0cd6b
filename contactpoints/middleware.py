"""During an emergency session every request leaves a line in the audit; to a guest who is here as
an expert most pages do not exist."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse

from . import actions
from .access import EMERGENCY, emergency_of, forget_grants
from .guests import kept_out
from .models import BreakGlass

Answer = Callable[[HttpRequest], HttpResponse]


class GuestMiddleware:
    """To a guest who is here as an expert alone the portal is the own deployment."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        if kept_out(request.user, request.path, request.method or ""):
            raise Http404


class EmergencyMiddleware:
    """Ties an emergency session to the signed-in session that opened it, and watches it.

    A session that has opened none costs nothing here. One that has pays the statement of its
    rights even on a page that would not have asked, and one line for each request, refused ones
    too. Signing out ends the emergency session.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if EMERGENCY not in request.session or not request.user.is_authenticated:
            return self.get_response(request)
        officer = request.user
        officer.__dict__["_session"] = request.session
        emergency = emergency_of(officer)
        if emergency is None:
            del request.session[EMERGENCY]  # over
            forget_grants(officer)
            return self.get_response(request)
        response = self.get_response(request)
        uid = UUID(emergency["uid"])
        match = request.resolver_match
        if match is None or not match.route.startswith(settings.UNTRACED):
            # An emergency session gives nothing there, and what is reported is nobody's to review.
            actions.note_request(
                uid,
                method=request.method or "",
                route=match.route if match else "?",
                object=(
                    {name: str(value)[:80] for name, value in match.kwargs.items()} if match else {}
                ),
                status=response.status_code,
                by=officer,
            )
        if EMERGENCY not in request.session:  # signed out, or ended by this very request
            for running in BreakGlass.objects.running().filter(uid=uid):
                actions.end_emergency(running, by=officer)
        return response
