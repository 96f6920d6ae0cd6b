"""Crossing points: how it is there now and was lately, as both sides say; and saying so."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bordercoop import keyset
from bordercoop.errors import NotAllowed
from bordercoop.reference.models import OPENABLE, Place
from bordercoop.reference.sides import Side
from bordercoop.web.exporting import export_page

from .. import actions
from ..access import may_record_status, may_record_waiting
from ..actions.waiting import NOT_YOURS_TO_SAY
from ..crossing_charts import status_bands, waiting
from ..crossing_exporting import crossings_listing
from ..crossing_forms import CorrectionForm, WaitingForm, carried_out
from ..crossings import MODES, PERIODS, asked_for, bands, crossings, figures, lanes, span_of
from ..listing import sides_for
from ..models import Lane, WaitingTime

PAGE = 20
ORDER = ("-observed_at", "-id")


def _place(code: str) -> Place:
    return get_object_or_404(Place.objects.filter(kind__in=OPENABLE), code=code)


@login_required
@require_safe
@never_cache
def crossing_list(request: HttpRequest) -> HttpResponse:
    """Names: `rows` (crossings.Crossing), `mode` of `modes`, `only` (not fully open), `query`."""
    actions.apply_due_changes()
    rows, mode, only = asked_for(crossings(request.user), request.GET)
    query = urlencode({"mode": mode, "show": "not_open" if only else ""})
    context = {"rows": rows, "mode": mode, "modes": MODES, "only": only, "query": query}
    return render(request, "contactpoints/crossings/list.html", context)


@login_required
@require_safe
@never_cache
def crossings_export(request: HttpRequest) -> HttpResponseBase:
    return export_page(
        request,
        lambda: crossings_listing(request.user, request.GET),
        lambda form: actions.export_crossings(request.GET, form=form, by=request.user),
        back=reverse("crossings"),
    )


def _charts(place: Place, user: Any, period: str) -> dict[str, Any]:
    """Names: `span`, `periods`, `bands` (SVG), `said` (side, its bands), `lanes` (what it is of,
    SVG, rows of (step, figure of each side)), `sides`."""
    span, sides = span_of(period, user.side), sides_for(user)
    of_sides = bands(place, span, user)
    drawn = []
    for (frm, lane), of_side in figures(place, span).items():
        title = f"{_way(frm)}, {Lane(lane).label}"
        steps = [
            (step, [of_side.get(side, {}).get(step) for side in sides])
            for step in reversed(span.steps)
            if any(step in found for found in of_side.values())
        ]
        drawn.append((title, waiting(span, of_side, sides, user.side, title), steps))
    return {
        "span": span,
        "periods": list(PERIODS),
        "bands": status_bands(span, of_sides, user.side),
        "said": of_sides,
        "lanes": drawn,
        "sides": sides,
    }


def _way(frm: str) -> str:
    return _("From Latvia to Belarus") if frm == Side.LV else _("From Belarus to Latvia")


def _page(request: HttpRequest, place: Place, status: int = 200, **more: Any) -> HttpResponse:
    """Names: `place`, `crossing`, those of `_charts`, `entries` (WaitingTime of both sides, newest
    first) with `previous` and `next`, `form` (or None), `may_status`."""
    user: Any = request.user
    rows = WaitingTime.objects.filter(place=place).whole()
    page = keyset.page(rows, ORDER, size=PAGE, cursor=request.GET.get("cursor", ""))
    period = request.GET.get("period", "")
    says = place.retired_at is None and bool(lanes(place)) and may_record_waiting(user, place)
    charts = _charts(place, user, period)

    def address(cursor: str | None) -> str:
        asked = {"period": charts["span"].period, "cursor": cursor}
        return f"{reverse('crossing', args=[place.code])}?{urlencode(asked)}#said" if cursor else ""

    context: dict[str, Any] = {
        "place": place,
        "crossing": crossings(user, [place])[0],
        **charts,
        "entries": page.rows,
        "previous": address(page.previous),
        "next": address(page.next),
        "form": WaitingForm(place=place, by=user, initial={"observed_at": now()}) if says else None,
        "may_correct": says,
        "may_status": place.retired_at is None and may_record_status(user, place),
    }
    context |= more
    return render(request, "contactpoints/crossings/page.html", context, status=status)


@login_required
@require_safe
@never_cache
def crossing_page(request: HttpRequest, code: str) -> HttpResponse:
    actions.apply_due_changes()
    return _page(request, _place(code))


@login_required
@never_cache
def crossing_waiting(request: HttpRequest, code: str) -> HttpResponse:
    """Record how long one waits, for the own side. Read, it is the page itself."""
    user: Any = request.user
    place = _place(code)
    if request.method != "POST":
        return redirect("crossing", code=place.code)
    if not may_record_waiting(user, place):
        raise NotAllowed(NOT_YOURS_TO_SAY)
    form = WaitingForm(request.POST, place=place, by=user)
    status = carried_out(
        form,
        lambda given: actions.record_waiting(
            place,
            lines=form.said(),
            observed_at=given["observed_at"],
            note=given["note"],
            client_ref=given["client_ref"],
            by=user,
        ),
    )
    return _page(request, place, status, form=form) if status else redirect("crossing", code=code)


@login_required
@never_cache
def crossing_correct(request: HttpRequest, uid: Any) -> HttpResponse:
    """Say anew what the own side said wrong. Names: `wrong` (WaitingTime), `form`."""
    user: Any = request.user
    wrong = get_object_or_404(WaitingTime.objects.whole(), uid=uid)
    if wrong.side != user.side or not may_record_waiting(user, wrong.place):
        raise NotAllowed(NOT_YOURS_TO_SAY)
    first = {"minutes": wrong.minutes, "waiting": wrong.waiting}
    form = CorrectionForm(request.POST or None, initial=first)
    status = 200
    if request.method == "POST":
        status = carried_out(
            form,
            lambda given: actions.correct_waiting(wrong, **given, by=user),
        )
        if not status:
            return redirect("crossing", code=wrong.place.code)
    context = {"wrong": wrong, "form": form}
    return render(request, "contactpoints/crossings/correct.html", context, status=status)
