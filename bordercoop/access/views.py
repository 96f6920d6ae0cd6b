"""An officer's own settings. Every choice works without scripts and returns to its page."""

from __future__ import annotations

from datetime import timedelta

from allauth.account.decorators import reauthentication_required
from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from knox.models import AuthToken

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


class WelcomeForm(forms.Form):
    """The officer's own names and telephone, and the notice accepted."""

    name_latin = forms.CharField(
        label=_("Name in Latin letters"),
        max_length=120,
        error_messages={"required": _("Write your name in Latin letters.")},
    )
    name_local = forms.CharField(
        label=_("Name in its own script"),
        max_length=120,
        error_messages={"required": _("Write your name as you write it in your own language.")},
    )
    phone = forms.CharField(label=_("Telephone"), max_length=40, required=False)
    accept = forms.BooleanField(error_messages={"required": _("Accept the legal notice to go on.")})


@login_required
@never_cache
def welcome(request: HttpRequest) -> HttpResponse:
    """The first sign-in: language, names, the legal notice; then the tour."""
    user = request.user
    assert isinstance(user, User)
    if user.at_home:
        return redirect("home")
    known = {n: getattr(user, n) for n in ("name_latin", "name_local", "phone")}
    form = WelcomeForm(request.POST or None, initial=known)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        given.pop("accept")
        first = user.welcomed_at is None
        try:
            actions.take_first_steps(**given, language=user.language, by=user)
        except Invalid as refusal:
            for name, sentences in refusal.fields.items():
                form.add_error(name, [str(sentence) for sentence in sentences])
        else:
            return redirect("tour" if first else "home")
    status = 400 if form.is_bound else 200
    context = {"form": form, "languages": Language.choices}
    return render(request, "account/welcome.html", context, status=status)


@login_required
def tour(request: HttpRequest) -> HttpResponse:
    return render(request, "account/tour.html")


TOKEN_DAYS = (7, 30, 90, 365)


@never_cache
@reauthentication_required
def tokens(request: HttpRequest) -> HttpResponse:
    """The officer's own API tokens; making one asks for the password again."""
    user = request.user
    assert isinstance(user, User)
    token = ""
    if request.method == "POST":
        days = request.POST.get("days", "")
        if days not in map(str, TOKEN_DAYS):
            raise Invalid(_("Choose how long the token is good for."))
        token, _expires = actions.issue_token(user, expires_in=timedelta(days=int(days)), by=user)
    rows = AuthToken.objects.filter(user=user, expiry__gt=now()).order_by("-created")
    context = {"token": token, "tokens": rows, "choices": TOKEN_DAYS}
    return render(request, "account/tokens.html", context)


@login_required
@require_POST
def token_revoke(request: HttpRequest) -> HttpResponse:
    assert isinstance(request.user, User)
    key = request.POST.get("token", "")[:40].replace("\0", "")
    actions.revoke_token(request.user, key, by=request.user)
    return redirect("tokens")


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
