"""Activities written: planned, changed, moved; their programme."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from bordercoop.errors import NotAllowed, Refused
from bordercoop.reference.sides import ZONE
from incidents.investigation.form_kit import carried_out

from .. import actions
from ..access import coordinates, plans
from ..activity_forms import (
    ActivityForm,
    MoveForm,
    SessionForm,
    initial_of,
    initial_of_session,
    on_wall,
    said_of,
)
from ..models import Activity
from ..moving import new_start, preview, too_far
from ..people import proposed_times
from .kit import activity_of, reader, units_of_planner


@login_required
@never_cache
def activity_new(request: HttpRequest) -> HttpResponse:
    """Names: `form`, `activity` None. `?day=2026-12-05` is the day that was chosen in a grid."""
    user = reader(request)
    units = units_of_planner(user)
    first: dict[str, Any] = {"unit": units[0].code}
    if day := _day(request.GET.get("day", "")):
        zone = ZONE[user.side]
        there = [day.replace(hour=hour, tzinfo=ZoneInfo(zone)) for hour in (9, 17)]
        first |= {"starts_at": on_wall(there[0], zone), "ends_at": on_wall(there[1], zone)}
    form, status = ActivityForm(request.POST or None, by=user, units=units, initial=first), 200
    if request.method == "POST":
        made: list[Activity] = []
        status = carried_out(
            form,
            lambda given: made.append(
                actions.plan_activity(
                    unit=form.unit, joint=form.both, quotas=form.quotas(),
                    client_ref=given["client_ref"], by=user, **form.said(),
                )
            ),
        )  # fmt: skip
        if not status:
            return redirect("activity", number=made[0].number)
    context = {"form": form, "activity": None}
    return render(request, "training/activity_form.html", context, status=status)


def _day(text: str) -> datetime | None:
    try:
        day = datetime.strptime(text, "%Y-%m-%d")
    except ValueError:
        return None
    return day if 2000 <= day.year <= 2100 else None


def _planned_by(user: Any, number: str) -> Activity:
    """One that the officer plans. Raises NotAllowed for whoever only reads it."""
    activity = activity_of(user, number)
    if not plans(user, activity):
        raise NotAllowed(_("The unit that coordinates this activity changes it."))
    return activity


@login_required
@never_cache
def activity_change(request: HttpRequest, number: str) -> HttpResponse:
    """Names: `form`, `activity`."""
    user = reader(request)
    activity = _planned_by(user, number)
    first = initial_of(activity)
    taken = proposed_times(activity, user, request.GET.get("proposed", ""))
    first |= {name: on_wall(moment, activity.zone) for name, moment in taken.items()}
    form = ActivityForm(request.POST or None, by=user, activity=activity, initial=first)
    status = 200
    if request.method == "POST":
        status = carried_out(
            form,
            lambda given: actions.change_activity(
                activity, edition=given["edition"], quotas=form.quotas(), by=user, **form.said()
            ),
        )
        if not status:
            return redirect("activity", number=number)
    context = {"form": form, "activity": activity}
    return render(request, "training/activity_form.html", context, status=status)


@login_required
@never_cache
def activity_move(request: HttpRequest, number: str) -> HttpResponse:
    """A new begin, and with what it clashes before it is saved. `?day=2026-12-05&hour=9` is where
    it was dragged to on the wall of the reader's side. Names: `form`, `activity`, `preview`."""
    user = reader(request)
    activity = _planned_by(user, number)
    if day := _day(request.GET.get("day", "")):
        hour = request.GET.get("hour", "")
        sound = len(hour) < 3 and hour.isascii() and hour.isdigit()
        at = int(hour) if sound and int(hour) < 24 else None
        starts_at = new_start(activity, day.date(), ZONE[user.side], at)
    else:
        starts_at = activity.starts_at
    first = {"edition": activity.edition, "starts_at": on_wall(starts_at, activity.zone)}
    form, status = MoveForm(request.POST or None, by=user, initial=first), 200
    seen = preview(activity, starts_at, side=user.side) if starts_at != activity.starts_at else None
    if request.method == "POST":
        if form.is_valid() and too_far(form.cleaned_data["starts_at"]):
            form.add_error("starts_at", _("This is too long ago or too far ahead. Check the year."))
        if form.is_valid():
            seen = preview(activity, form.cleaned_data["starts_at"], side=user.side)
        if request.POST.get("do") == "save":
            status = carried_out(form, lambda given: _move(activity, given, user))
            if not status:
                return redirect("activity", number=number)
        elif not form.is_valid():
            status = 400
    context = {"form": form, "activity": activity, "preview": seen}
    return render(request, "training/activity_move.html", context, status=status)


def _move(activity: Activity, given: dict[str, Any], user: Any) -> Activity:
    seen = preview(activity, given["starts_at"], side=user.side)
    said = {
        **said_of(activity),
        "starts_at": seen.starts_at,
        "ends_at": seen.ends_at,
        "nominations_until": seen.nominations_until,
    }
    return actions.change_activity(activity, edition=given["edition"], by=user, **said)


# --- the programme


def _programmed(user: Any, number: str) -> Activity:
    activity = activity_of(user, number)
    if not coordinates(user, activity):
        raise NotAllowed(_("A coordinator of either side writes the programme."))
    return activity


def _session_page(
    request: HttpRequest, activity: Activity, form: SessionForm, status: int, session: Any = None
) -> HttpResponse:
    context = {"form": form, "activity": activity, "session": session}
    return render(request, "training/session_form.html", context, status=status)


@login_required
@never_cache
def session_new(request: HttpRequest, number: str) -> HttpResponse:
    """Names: `form`, `activity`, `session` None."""
    user = reader(request)
    activity = _programmed(user, number)
    latest = activity.sessions.standing().order_by("-period").first()
    begins = latest.ends_at if latest else activity.starts_at
    first = {"starts_at": on_wall(begins, activity.zone), "ends_at": on_wall(None, activity.zone)}
    form = SessionForm(request.POST or None, by=user, activity=activity, initial=first)
    status = 200
    if request.method == "POST":
        status = carried_out(
            form,
            lambda given: actions.add_session(
                activity, client_ref=given["client_ref"], by=user, **form.said()
            ),
        )
        if not status:
            return redirect("activity", number=number)
    return _session_page(request, activity, form, status)


@login_required
@never_cache
def session_change(request: HttpRequest, number: str, uid: Any) -> HttpResponse:
    """One item; it is also taken out here. Names: `form`, `activity`, `session`."""
    user = reader(request)
    activity = _programmed(user, number)
    rows = activity.sessions.standing().select_related("speaker", "interpreter")
    session = get_object_or_404(rows, uid=uid)
    session.activity = activity
    first = initial_of_session(session)
    form = SessionForm(
        request.POST or None, by=user, activity=activity, session=session, initial=first
    )
    status = 200
    if request.method == "POST":
        if request.POST.get("do") == "remove":
            try:
                actions.remove_session(session, by=user)
            except Refused as refusal:
                if refusal.status in (403, 404):
                    raise
                form = SessionForm(by=user, activity=activity, session=session, initial=first)
                context = {
                    "form": form, "activity": activity, "session": session, "refusal": str(refusal),
                }  # fmt: skip
                return render(request, "training/session_form.html", context, status=refusal.status)
            return redirect("activity", number=number)
        status = carried_out(
            form, lambda given: actions.change_session(session, by=user, **form.said())
        )
        if not status:
            return redirect("activity", number=number)
    return _session_page(request, activity, form, status, session)
