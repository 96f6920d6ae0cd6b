"""The directory of both services, and the sheet that is printed from it."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bordercoop.errors import NotAllowed
from bordercoop.reference.sides import Side

from ..access import may_call
from ..directory import call_sheet, directory, grouped, points

LONGEST = 80


@login_required
@require_safe
@never_cache
def contacts(request: HttpRequest) -> HttpResponse:
    """Filters by address: q, side, point. What means nothing filters nothing."""
    asked = {
        "q": " ".join(request.GET.get("q", "")[:LONGEST].replace("\x00", "").split()),
        "side": request.GET.get("side", ""),
        "point": request.GET.get("point", ""),
    }
    context = {
        "groups": grouped(
            directory(request.user, query=asked["q"], side=asked["side"], point=asked["point"])
        ),
        "asked": asked,
        "filtered": any(asked.values()),
        "points": points(),
        "sides": Side.choices,
        "may_call": may_call(request.user),
        "state_at": now(),
    }
    return render(request, "contactpoints/contacts.html", context)


@login_required
@require_safe
@never_cache
def call_sheet_page(request: HttpRequest) -> HttpResponse:
    """For officers who may call; to others it says why not."""
    if not may_call(request.user):
        raise NotAllowed(
            _(
                "The call sheet holds personal telephone numbers. It is for officers of the two "
                "services who see alerts; a duty officer can print it for you."
            )
        )
    context = {"sheet": call_sheet(request.user), "printed_at": now()}
    return render(request, "contactpoints/call_sheet.html", context)
