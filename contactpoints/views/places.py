"""Places and whether they are open, as each side says; readable by every officer."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from bordercoop.errors import Invalid, NotAllowed, Refused
from bordercoop.reference import lists
from bordercoop.reference.models import Place, PlaceStatus

from .. import actions
from ..access import may_propose, may_record_status
from ..actions.opening import NOT_YOURS_TO_RECORD
from ..list_forms import StatusForm, opens
from ..listing import openings
from ..models import Unit

MOST = 200


@login_required
@require_safe
@never_cache
def place_list(request: HttpRequest) -> HttpResponse:
    """Names: `openings` (places that open and close), `others` (places), `retired` (places)."""
    actions.apply_due_changes()
    rows = list(Place.objects.exclude(kind=Place.Kind.SIGN))
    used = [place for place in rows if place.retired_at is None]
    context = {
        "openings": openings(used, request.user),
        "others": [place for place in used if not opens(place)],
        "retired": [place for place in rows if place.retired_at is not None],
    }
    return render(request, "contactpoints/lists/places.html", context)


def _page(request: HttpRequest, place: Place, status: int = 200, **more: Any) -> HttpResponse:
    """Names: `place`, `opening` (None for a place that does not open and close), `history`
    (PlaceStatus of both sides, newest first), `units` (that work there), `form` (or None)."""
    user: Any = request.user
    opening = next(iter(openings([place], user)), None)
    context: dict[str, Any] = {
        "place": place,
        "opening": opening,
        "history": PlaceStatus.objects.filter(place=place)
        .select_related("recorded_by")
        .order_by("-period", "-pk")[:MOST]
        if opening
        else [],
        "units": Unit.objects.filter(place=place, retired_at=None),
        "form": None,
        "may_propose": may_propose(user),
        "facts": lists.whole(lists.PLACES, lists.values(lists.PLACES, place)),
    }
    if opening and place.retired_at is None and may_record_status(user, place):
        context["form"] = StatusForm(by=user, initial={"since": now()})
    context |= more
    return render(request, "contactpoints/lists/place.html", context, status=status)


@login_required
@require_safe
@never_cache
def place_page(request: HttpRequest, code: str) -> HttpResponse:
    actions.apply_due_changes()
    return _page(request, get_object_or_404(Place, code=code))


@login_required
@require_POST
def place_status(request: HttpRequest, code: str) -> HttpResponse:
    user: Any = request.user
    place, form = get_object_or_404(Place, code=code), StatusForm(request.POST, by=user)
    status = 400
    if form.is_valid():
        given = form.cleaned_data
        try:
            actions.record_status(
                place,
                state=given["state"],
                since=given["since"],
                reason=given["reason"],
                expected_on=given["expected_on"],
                by=user,
            )
        except Invalid as refusal:
            form.take(refusal)
        except NotAllowed:
            raise
        except Refused as refusal:
            status = refusal.status
            form.add_error(None, str(refusal))
        else:
            return redirect("place", code=code)
    elif not may_record_status(user, place):
        raise NotAllowed(NOT_YOURS_TO_RECORD)
    return _page(request, place, status, form=form)
