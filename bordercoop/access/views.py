"""An officer's own settings. Every choice works without scripts and returns to its page."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from bordercoop.errors import Invalid

from . import actions
from .models import Language, Theme, User

YEAR = 365 * 24 * 3600
THEME_COOKIE = "theme"


@login_required
def profile(request: HttpRequest) -> HttpResponse:
    return render(
        request, "account/profile.html", {"languages": Language.choices, "themes": Theme.choices}
    )


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    chosen = request.POST.get("language", "")
    if chosen not in Language.values:
        raise Invalid(_("Choose one of the four languages."))
    if isinstance(request.user, User):
        actions.choose_language(chosen, by=request.user)
    return _remember(_back(request), settings.LANGUAGE_COOKIE_NAME, chosen)


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    chosen = request.POST.get("theme", "")
    if chosen not in Theme.values:
        raise Invalid(_("Choose one of the themes in the list."))
    if isinstance(request.user, User):
        actions.choose_theme(chosen, by=request.user)
    return _remember(_back(request), THEME_COOKIE, chosen)


@login_required
@require_POST
def hotkeys(request: HttpRequest) -> HttpResponse:
    assert isinstance(request.user, User)
    actions.switch_hotkeys(request.POST.get("hotkeys") == "on", by=request.user)
    return _back(request)


def _back(request: HttpRequest) -> HttpResponse:
    """To `next` or the page before, never to another site; scripts only hear that it is done."""
    if request.headers.get("X-Requested-With") == "XMLHttpRequest":
        return HttpResponse(status=204)
    for address in (request.POST.get("next"), request.headers.get("Referer")):
        if address and url_has_allowed_host_and_scheme(
            address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
        ):
            return HttpResponseRedirect(address)
    return HttpResponseRedirect("/")


def _remember(response: HttpResponse, cookie: str, value: str) -> HttpResponse:
    """For the sign-in page, which does not know yet whose it is."""
    response.set_cookie(
        cookie, value, max_age=YEAR, secure=settings.HTTPS, samesite="Lax", httponly=True
    )
    return response
