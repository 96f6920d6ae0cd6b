"""Displays: the list for the head of a point, and the wallboard without an account."""

from types import SimpleNamespace
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bordercoop.access.guessing import count_wrong, refuse_guessing
from bordercoop.access.middleware import asked_by_script
from bordercoop.access.models import Language
from bordercoop.errors import Refused
from bordercoop.web.clocks import clocks
from bordercoop.web.fields import CleanCharField, TakesRefusals

from .. import actions
from ..displays import (
    COOKIE,
    KEPT,
    begins_again,
    desks_to_show,
    language_of,
    shown_by,
    standing_of,
    wanted_by,
)
from ..models import Display, Unit
from ..wallboard import wall_of

ENDED_SHOWN = 20


class DisplayForm(TakesRefusals):
    """Which desk's board hangs where, in which language."""

    desk = forms.ChoiceField(label=_("Desk"))
    name = CleanCharField(label=_("Where the screen hangs"), max_length=60, required=False)
    language = forms.ChoiceField(label=_("Language of the screen"), choices=Language.choices)

    def __init__(self, *args: Any, desks: list[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["desk"]
        field.choices = [(desk.code, desk.name) for desk in desks]


def _desks(request: HttpRequest) -> list[Unit]:
    """For whoever heads no desk these pages do not exist."""
    found = desks_to_show(request.user)
    if not found:
        raise Http404
    return found


def _page(
    request: HttpRequest, desks: list[Unit], form: Any = None, status: int = 200, **more: Any
) -> HttpResponse:
    """Names: `rows` and `ended` ((Display, standing)), `form`; `made` and `address` right after one
    was made."""
    rows = Display.objects.visible_to(request.user).whole()
    initial = {"desk": desks[0].code, "language": translation.get_language()}
    context = {
        "rows": [(each, standing_of(each)) for each in rows.standing()],
        "ended": rows.exclude(ended_at=None).order_by("-ended_at")[:ENDED_SHOWN],
        "form": form or DisplayForm(desks=desks, initial=initial),
        "several": len(desks) > 1,
        "address": "",
        **more,
    }
    return render(request, "contactpoints/displays.html", context, status=status)


@login_required
@require_safe
@never_cache
def displays(request: HttpRequest) -> HttpResponse:
    return _page(request, _desks(request))


@login_required
@require_POST
@never_cache
def display_make(request: HttpRequest) -> HttpResponse:
    """The answer shows the address, and no page does so again."""
    desks = _desks(request)
    form = DisplayForm(request.POST, desks=desks)
    if not form.is_valid():
        return _page(request, desks, form, 400)
    given = form.cleaned_data
    desk = next(desk for desk in desks if desk.code == given["desk"])
    try:
        made, secret = actions.make_display(
            desk, name=given["name"], language=given["language"], by=request.user
        )
    except Refused as refusal:
        if refusal.status in (403, 404):
            raise
        form.take(refusal)
        return _page(request, desks, form, refusal.status)
    return _page(request, desks, made=made, address=address_of(secret))


def address_of(secret: str) -> str:
    return str(settings.BASE_URL).rstrip("/") + reverse("display_open", args=[secret])


@login_required
@require_POST
def display_end(request: HttpRequest, uid: Any) -> HttpResponse:
    found = get_object_or_404(Display.objects.visible_to(request.user).whole(), uid=uid)
    actions.end_display(found, by=request.user)
    return redirect("displays")


@require_http_methods(["GET", "POST"])
@never_cache
def display_open(request: HttpRequest, secret: str) -> HttpResponse:
    """The secret address. The browser gets a key of its own in its place, and the page that stays
    open has an address without a secret. A browser that is another display is asked first, and
    POST is its answer."""
    key = request.COOKIES.get(COOKIE, "")
    if not begins_again(secret, key):  # many who guess nearby do not keep a wall from its own
        refuse_guessing(request)
    try:
        kept = actions.open_display(secret, key=key, instead_of=request.POST.get("instead_of"))
    except Refused as refusal:
        return _instead(request, secret, key, refusal)
    if kept is None:
        count_wrong(request)
        return _nothing(request)
    answer = redirect("display")
    _keep(answer, kept)
    answer["Referrer-Policy"] = "no-referrer"
    return answer


def _instead(request: HttpRequest, secret: str, key: str, refusal: Refused) -> HttpResponse:
    """Names: `stands` (what the browser is), `wanted`. In the language of what stands there."""
    stands, wanted = shown_by(key), wanted_by(secret)
    if stands is None or wanted is None:  # ended meanwhile
        return _nothing(request)
    with translation.override(stands.language):
        context = {"stands": stands, "wanted": wanted}
        page = "contactpoints/display_instead.html"
        answer = render(request, page, context, status=refusal.status)
    # The form is sent from here, so the origin must go along; the secret path never does.
    answer["Referrer-Policy"] = "strict-origin"
    return answer


@require_safe
@never_cache
def display(request: HttpRequest) -> HttpResponse:
    """The wallboard of the one desk, read with the rights of whoever made the display. Whether it
    holds is asked anew each time."""
    key = request.COOKIES.get(COOKIE, "")
    found = actions.see_display(key)
    if found is None:
        return _nothing(request)
    with translation.override(found.language):
        at = now()
        context = {
            **wall_of(found.made_by, [found.unit], None),
            "display": found,
            # Nothing of its maker stands on the page: the side says whose clock comes first.
            "user": SimpleNamespace(side=found.unit.side, pk=f"display-{found.uid}"),
            "shell": {"now": at, "clocks": clocks(at, found.unit.side), "theme": "auto"},
        }
        answer = render(request, "contactpoints/wall.html", context)
    answer["Content-Language"] = found.language
    _keep(answer, key)
    return answer


def _nothing(request: HttpRequest) -> HttpResponse:
    """Wrong, used up, ended: the same answer, and for the page's own script its status. A screen
    that was a display reads it in its language."""
    status = 401 if asked_by_script(request) else 404
    language = language_of(request.COOKIES.get(COOKIE, "")) or translation.get_language()
    with translation.override(language):
        answer = render(request, "contactpoints/display_ended.html", status=status)
    answer["Referrer-Policy"] = "no-referrer"
    return answer


def _keep(answer: HttpResponse, key: str) -> None:
    answer.set_cookie(
        COOKIE, key, max_age=KEPT, secure=settings.HTTPS, httponly=True, samesite="Lax"
    )
