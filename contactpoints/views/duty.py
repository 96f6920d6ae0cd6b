"""An officer's own duty: shifts, offers, absences, and the address of the calendar."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from bordercoop.access.guessing import count_wrong, refuse_guessing
from bordercoop.errors import Refused
from bordercoop.web.clocks import CITY

from .. import actions
from ..calendars import calendar_of, officer_of
from ..forms import AbsenceForm
from ..models import CalendarFeed, DutyShift, ShiftSwap
from ..my_duty import offered_to, own_absences, own_shifts, own_unit


def _page(request: HttpRequest, status: int = 200, **more: Any) -> HttpResponse:
    """Names: `unit` (through whose rota absences are entered), `city` (whose clock), `shifts`
    (OwnShift), `offers` (ShiftSwap), `absences`, `form`, `calendar` (CalendarFeed or None), `now`;
    `address` right after it was made, `refused` (a sentence) after a refusal.

    404 for whoever may not be on duty anywhere and has no shift left.
    """
    user: Any = request.user
    unit, shifts = own_unit(user), own_shifts(user)
    if unit is None and not shifts:
        raise Http404
    context = {
        "unit": unit,
        "city": CITY.get(user.side, ""),
        "shifts": shifts,
        "offers": offered_to(user),
        "absences": own_absences(user),
        "form": AbsenceForm(unit=unit, officer=user) if unit else None,
        "calendar": CalendarFeed.objects.filter(officer=user).first(),
        "address": "",
        "refused": "",
        "now": now(),
        **more,
    }
    return render(request, "contactpoints/my_duty.html", context, status=status)


@login_required
@require_safe
@never_cache
def my_duty(request: HttpRequest) -> HttpResponse:
    return _page(request)


@login_required
@require_POST
def absence_own(request: HttpRequest) -> HttpResponse:
    """Enter an absence of one's own."""
    unit = own_unit(request.user)
    if unit is None:
        raise Http404
    form = AbsenceForm(request.POST, unit=unit, officer=request.user)
    if form.is_valid():
        try:
            actions.enter_absence(request.user, unit=unit, by=request.user, **form.asked())
        except Refused as refusal:
            if refusal.status in (403, 404):
                raise
            form.take(refusal)
        else:
            return redirect("my_duty")
    return _page(request, status=400, form=form)


def _done(request: HttpRequest, verb: Callable[[], object]) -> HttpResponse:
    """The page after `verb`, or with its sentence when it refused."""
    try:
        verb()
    except Refused as refusal:
        if refusal.status in (403, 404):
            raise
        return _page(request, status=refusal.status, refused=str(refusal))
    return redirect("my_duty")


@login_required
@require_POST
def shift_offer(request: HttpRequest, uid: Any) -> HttpResponse:
    """Offer an own shift to another officer, named by the public id in `to`."""
    user: Any = request.user
    rows = DutyShift.objects.filter(booking__officer=user)
    shift = get_object_or_404(rows.select_related("unit", "booking__officer"), uid=uid)
    own = next((each for each in own_shifts(user) if each.shift == shift), None)
    asked = request.POST.get("to", "")
    others = own.colleagues if own else []
    to = next((each for each in others if str(each.uid) == asked), user)
    return _done(request, lambda: actions.offer_shift(shift, to=to, by=user))


def _swap(request: HttpRequest, uid: Any) -> ShiftSwap:
    """An offer by or to the officer; nobody else's exists here."""
    user: Any = request.user
    rows = ShiftSwap.objects.whole()
    mine = rows.filter(to=user) | rows.filter(shift__booking__officer=user)
    return get_object_or_404(mine, uid=uid)


@login_required
@require_POST
def swap_accept(request: HttpRequest, uid: Any) -> HttpResponse:
    swap = _swap(request, uid)
    return _done(request, lambda: actions.accept_shift(swap, by=request.user))


@login_required
@require_POST
def swap_decline(request: HttpRequest, uid: Any) -> HttpResponse:
    swap = _swap(request, uid)
    return _done(request, lambda: actions.decline_shift(swap, by=request.user))


@login_required
@require_POST
def swap_withdraw(request: HttpRequest, uid: Any) -> HttpResponse:
    swap = _swap(request, uid)
    return _done(request, lambda: actions.withdraw_shift_offer(swap, by=request.user))


@login_required
@require_POST
@never_cache
def calendar_renew(request: HttpRequest) -> HttpResponse:
    """Make the address anew; the answer shows it, and no page does so again."""
    if own_unit(request.user) is None:
        raise Http404
    secret = actions.renew_calendar(by=request.user)
    path = reverse("calendar_feed", args=[secret])
    return _page(request, address=settings.BASE_URL.rstrip("/") + path)


@login_required
@require_POST
def calendar_close(request: HttpRequest) -> HttpResponse:
    actions.close_calendar(by=request.user)
    return redirect("my_duty")


@require_safe
@never_cache
def calendar_feed(request: HttpRequest, secret: str) -> HttpResponse:
    """The calendar itself, for programs that cannot sign in: who knows the address may read it."""
    refuse_guessing(request)
    officer = officer_of(secret)
    if officer is None:
        count_wrong(request)
        raise Http404
    answer = HttpResponse(calendar_of(officer), content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = 'inline; filename="duty.ics"'
    answer["Referrer-Policy"] = "no-referrer"
    return answer
