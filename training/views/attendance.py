"""Attendance: the list of each side by day, and the code at the door."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bordercoop.errors import Invalid, NotAllowed, Refused
from bordercoop.web.qr import qr_picture

from .. import actions
from ..attendance import (
    SHOWN,
    attendance_of,
    corrections_of,
    days_of,
    door_address,
    door_is_open,
    is_open,
    not_closed,
    require_code,
    takes_for,
    ticket_for,
)
from ..models import Activity, Participation
from ..models.people import SEATED
from .kit import activity_of, reader


def _page(
    request: HttpRequest, activity: Activity, refusal: str = "", status: int = 200
) -> HttpResponse:
    """Names: `activity`, `days`, `sides` (AttendanceSide, own first), `writable`, `open`,
    `not_closed` (how many), `over`, `door`, `corrections`, `ticked` (names of cells, after a
    refusal), `refusal`."""
    user: Any = request.user
    sides = attendance_of(activity, user)
    context = {
        "activity": activity,
        "days": days_of(activity),
        "sides": sides,
        "writable": any(cell.writable for side in sides for line in side.lines
                        for cell in line.cells),
        "open": is_open(activity),
        "not_closed": not_closed(user, activity) if activity.state in ("held", "evaluated",
                                                                       "reported") else 0,
        "door": door_is_open(activity),
        "corrections": corrections_of(activity, user),
        "ticked": set(request.POST.getlist("p")) if refusal else None,
        "refusal": refusal,
    }  # fmt: skip
    return render(request, "training/attendance.html", context, status=status)


@login_required
@never_cache
def activity_attendance(request: HttpRequest, number: str) -> HttpResponse:
    user = reader(request)
    activity = activity_of(user, number)
    if not takes_for(user, activity):
        raise NotAllowed(_("Coordinators of the sides that take part write down who came."))
    if request.method != "POST":
        return _page(request, activity)
    try:
        if request.POST.get("do") == "close":
            actions.close_attendance(activity, by=user)
        else:
            actions.mark_attendance(activity, marks=changed_marks(request), by=user)
    except Refused as refusal:
        if refusal.status in (403, 404):
            raise
        return _page(request, activity, str(refusal), refusal.status)
    return redirect("activity_attendance", number=activity.number)


def changed_marks(request: HttpRequest) -> list[tuple[UUID, date, bool]]:
    """What was ticked otherwise than the page showed it: what others wrote meanwhile stands."""
    ticked, found = set(request.POST.getlist("p")), []
    for shown in request.POST.getlist("was"):
        name, _slash, was = shown.rpartition(":")
        if (name in ticked) == (was == "1"):
            continue
        uid, _colon, day = name.partition(":")
        try:
            found.append((UUID(uid), date.fromisoformat(day), name in ticked))
        except ValueError as error:
            raise Invalid(_("This list cannot be read. Open the page again.")) from error
    return found


@login_required
@require_safe
@never_cache
def activity_here(request: HttpRequest, number: str) -> HttpResponse:
    """For the wall or a tablet at the door; it is drawn anew every half a minute. Names:
    `activity`, `picture` (SVG), `address`, `open`."""
    user = reader(request)
    activity = activity_of(user, number)
    if not takes_for(user, activity):
        raise NotAllowed(_("Coordinators of the sides that take part show the code."))
    opened = door_is_open(activity)
    address = door_address(activity) if opened else ""
    context = {
        "activity": activity, "open": opened, "address": address,
        "picture": qr_picture(address) if opened else "",
    }  # fmt: skip
    answer = render(request, "training/door.html", context)
    answer["Refresh"] = str(SHOWN // 2)
    return answer


@login_required
@never_cache
def activity_here_code(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """What the officer's telephone opens. Names: `activity`, `ticket`, `done`, `refusal`."""
    user = reader(request)
    activity = activity_of(user, number)
    seated = Participation.objects.visible_to(user).filter(
        activity=activity, officer=user, state__in=SEATED
    )
    refusal, status, done, ticket = "", 200, False, ""
    try:
        if request.method == "POST":
            actions.say_here(activity, code=request.POST.get("ticket", ""), by=user)
            done = True
        else:
            if not seated.exists():
                raise Refused(_("You have no seat at this activity. Speak to its coordinator."))
            require_code(activity, code, user)
            ticket = ticket_for(activity, user)
    except Refused as found:
        refusal, status = str(found), found.status
    context = {"activity": activity, "ticket": ticket, "done": done, "refusal": refusal}
    return render(request, "training/here.html", context, status=status)
