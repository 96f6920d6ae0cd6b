"""Ends sessions that stood idle or lasted too long, and says so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import resolve_url
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bordercoop.audit.models import record

from .models import User
from .sessions import Ended, ended, touch

Answer = Callable[[HttpRequest], HttpResponse]


# Pages that ask for themselves day and night, whoever else is signed in in the same browser.
UNATTENDED = "/display/"


class SessionLimitsMiddleware:
    """A session past its idle or absolute limit is signed out before the view sees it.

    Pages are led to the sign-in page, which says why and returns to the page. Scripts never get
    the sign-in page in place of a fragment: they get 401 and the header `X-Signed-Out` with the
    address to sign in at, so that the page can say it and keep what was typed.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if SESSION_KEY in request.session:
            if why := ended(request.session) or no_longer_posted(request.user):
                self._end(request, why)
            elif not request.path.startswith(UNATTENDED):
                touch(request.session)
        response = self.get_response(request)
        if asked_by_script(request) and leads_to_sign_in(response):
            return signed_out(request)
        return response

    def _end(self, request: HttpRequest, why: Ended) -> None:
        user = request.user
        request.session.flush()
        request.user = AnonymousUser()
        if user.is_authenticated:
            record("account.session_ended", f"user:{user.username}", by=user, why=str(why))
        if not asked_by_script(request) and not request.path.startswith("/api/"):
            messages.warning(request, sentence(why))


def no_longer_posted(user: Any) -> Ended | None:
    """Access ends with the last posting at that moment, whether or not anybody tidied up."""
    if not user.is_authenticated or import_string(settings.STILL_POSTED)(user):
        return None
    return Ended.POSTING


class FirstSignInMiddleware:
    """Whoever signs in for the first time, or has not accepted the present notice, does that first.

    Behind the session limits; the pages of signing in and the officer's language stay open.
    """

    OPEN = (
        "/accounts/", "/welcome/", "/profile/language/", "/profile/theme/", "/health/", UNATTENDED,
    )  # fmt: skip

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if not isinstance(user, User) or user.at_home or request.path.startswith(self.OPEN):
            return self.get_response(request)
        if request.path.startswith("/api/") or asked_by_script(request):
            text = _("Open the portal in a browser once: your first steps there are not done.")
            return JsonResponse({"code": "first_sign_in", "detail": text, "fields": {}}, status=403)
        return HttpResponseRedirect(reverse("welcome"))


def sentence(why: Ended) -> str:
    if why is Ended.POSTING:
        return _(
            "You were signed out because your posting has ended. "
            "If you still need the portal, ask the administrator of your side."
        )
    if why is Ended.ABSOLUTE:
        hours = int(settings.SESSION_ABSOLUTE.total_seconds() // 3600)
        return ngettext(
            "You were signed out because a session lasts at most %(hours)d hour. "
            "Sign in again to go on where you were.",
            "You were signed out because a session lasts at most %(hours)d hours. "
            "Sign in again to go on where you were.",
            hours,
        ) % {"hours": hours}
    minutes = int(settings.SESSION_IDLE.total_seconds() // 60)
    return ngettext(
        "You were signed out because nothing was done for %(minutes)d minute. "
        "Sign in again to go on where you were.",
        "You were signed out because nothing was done for %(minutes)d minutes. "
        "Sign in again to go on where you were.",
        minutes,
    ) % {"minutes": minutes}


def asked_by_script(request: HttpRequest) -> bool:
    """Whether a script fetches a part of a page, rather than a person opening one."""
    return (
        request.headers.get("HX-Request") == "true"
        or request.headers.get("X-Requested-With") == "XMLHttpRequest"
    )


def leads_to_sign_in(response: HttpResponse) -> bool:
    if not isinstance(response, HttpResponseRedirect):
        return False
    return urlsplit(response.url).path == resolve_url(settings.LOGIN_URL)


def signed_out(request: HttpRequest) -> HttpResponse:
    """What a script is told when nobody is signed in."""
    page = urlsplit(request.headers.get("HX-Current-URL") or request.headers.get("Referer", ""))
    back = page.path + (f"?{page.query}" if page.query else "")
    address = redirect_to_login(back or "/", login_url=resolve_url(settings.LOGIN_URL)).url
    text = _("You are signed out. What you have typed is still here: sign in again to send it.")
    response: HttpResponse
    if request.headers.get("HX-Request") == "true":
        html = render_to_string("account/_signed_out.html", {"text": text, "address": address})
        response = HttpResponse(html, status=401)
    else:
        response = JsonResponse(
            {"code": "not_authenticated", "detail": text, "fields": {}}, status=401
        )
    response["X-Signed-Out"] = address
    return response
