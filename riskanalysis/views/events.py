"""Public events: the list, what both sides expect, hosts that drop out, the dashboard."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bordercoop.errors import NotAllowed, Refused
from incidents.investigation.form_kit import carried_out
from incidents.retention import today

from .. import actions
from ..event_course_forms import (
    ItemForm,
    ItemReasonForm,
    MoveEventForm,
    TieForm,
    VenueForm,
    VenueReasonForm,
)
from ..event_forms import (
    CallOffForm,
    DropHostForm,
    EventAssessmentForm,
    EventDaysForm,
    EventForm,
    HostSideForm,
)
from ..event_page import checklist_of, incidents_of, ladder_of, ties_of, venues_of, wanting
from ..events import dashboard_of, expected, seats_of, wants_new_version
from ..models import EventAssessment, PublicEvent
from ..register_access import runs_events, writing_units
from .event_deeds import DEEDS, carry_out, units_of_side
from .kit import reader, uid_of, units_of_writer


def _no_analyst() -> str:
    return _("Analysts of the two services assess public events.")


def _event(uid: Any) -> PublicEvent:
    found: PublicEvent = get_object_or_404(PublicEvent.objects.prefetch_related("hosts"), uid=uid)
    return found


@login_required
@never_cache
def public_events(request: HttpRequest) -> HttpResponse:
    """Names: `events` (with their hosts), `form` (or None)."""
    user = reader(request)
    form: Any = EventForm(by=user) if writing_units(user) else None
    status = 200
    if request.method == "POST":
        units_of_writer(user, _no_analyst())
        form = EventForm(request.POST, by=user)
        made: list[PublicEvent] = []
        status = carried_out(
            form, lambda given: made.append(actions.add_event(by=user, **form.said()))
        )
        if not status:
            return redirect("public_event", uid=made[0].uid)
    if form is not None and not form.fields["code"].choices:
        form = None
    context = {
        "events": PublicEvent.objects.prefetch_related("hosts")[:200],
        "form": form,
        "tab": "events",
    }
    return render(request, "riskanalysis/events.html", context, status=status)


def _event_page(
    request: HttpRequest, event: PublicEvent, status: int = 200, **more: Any
) -> HttpResponse:
    """Names for event.html: `event`, `hosts` (each with its form), `seats` (Seat), `analyst`,
    `wanted` (whether the own side's standing version counts on what does not hold any more),
    `changes` (of its days), `days_form`, `off_form` (for analysts), `runs`
    (whether the officer moves it on), `ladder`, `venues` (each with its forms), `parts` (of the
    checklist), `over`, `open` and `late` items of the own side, `tied`, `incidents`, `count`,
    forms."""
    user: Any = request.user
    hosts: list[Any] = list(event.hosts.all())
    for host in hosts:
        host.form = DropHostForm(by=user, initial={"host": host.uid}, auto_id=f"h{host.pk}_%s")
        host.side_form = HostSideForm(by=user, initial={"host": host.uid}, auto_id=f"s{host.pk}_%s")
        if host.uid == more.get("asked"):
            host.form = more.get("drop_form", host.form)
            host.side_form = more.get("side_form", host.side_form)
    shares, count = incidents_of(event, user)
    opened, late = wanting(event, user)
    context = {
        "event": event,
        "hosts": hosts,
        "seats": seats_of(event, user),
        "analyst": bool(writing_units(user)),
        "wanted": wants_new_version(event, user.side),
        "changes": list(event.changes.select_related("by")),
        "days_form": EventDaysForm(by=user, event=event, auto_id="days_%s"),
        "off_form": CallOffForm(by=user, event=event, auto_id="off_%s"),
        "ladder": ladder_of(event),
        "steps": list(event.steps.select_related("by")),
        "shipped": event.items.exclude(code="").exists(),
        "over": event.ends_on < today(user.side),
        "open": opened,
        "late": late,
        "tied": ties_of(event, user),
        "incidents": shares,
        "count": count,
        **_course(event, user, more),
        "tab": "events",
        **more,
    }
    return render(request, "riskanalysis/event.html", context, status=status)


def _course(event: PublicEvent, user: Any, more: dict[str, Any]) -> dict[str, Any]:
    """Venues and items with the forms of what may be done with them."""
    runs, asked = runs_events(user), more.get("asked")
    venues: list[Any] = venues_of(event)
    parts = checklist_of(event, user)
    for venue in venues if runs else ():
        venue.change_form = VenueForm(
            by=user, event=event, venue=venue, auto_id=f"change{venue.pk}_%s"
        )
        venue.out_form = VenueReasonForm(
            by=user, initial={"venue": venue.uid}, auto_id=f"out{venue.pk}_%s"
        )
        if venue.uid == asked:
            venue.change_form = more.get("change_form", venue.change_form)
            venue.out_form = more.get("out_form", venue.out_form)
    lines: list[Any] = [line for part in parts for _side, rows in part.sides for line in rows]
    for line in lines:
        if line.may_tick or line.may_leave_out:
            item = line.item
            line.form = ItemReasonForm(
                by=user, initial={"item": item.uid}, auto_id=f"why{item.pk}_%s"
            )
            if item.uid == asked:
                line.form = more.get("why_form", line.form)
    if not runs:
        return {"runs": False, "venues": venues, "parts": parts}
    near = units_of_side(user)
    return {
        "runs": True,
        "venues": venues,
        "parts": parts,
        "move_form": MoveEventForm(by=user, event=event, auto_id="move_%s"),
        "venue_form": VenueForm(by=user, event=event, auto_id="venue_%s"),
        "item_form": ItemForm(by=user, event=event, units=near, auto_id="item_%s"),
        "tie_form": TieForm(by=user, auto_id="tie_%s"),
    }


def _back(request: HttpRequest, uid: Any) -> HttpResponse:
    """To where on the page the officer was."""
    part = {"tick": "checklist", "untick": "checklist", "leave": "checklist", "item": "checklist",
            "tie": "tied", "untie": "tied"}.get(request.POST.get("do", ""), "")  # fmt: skip
    return redirect(f"{reverse('public_event', args=[uid])}{'#' + part if part else ''}")


@login_required
@never_cache
def public_event(request: HttpRequest, uid: Any) -> HttpResponse:
    """One event. Deeds: drop, side (of a host); give, discard (the own side's draft); those of
    `event_deeds.DEEDS`."""
    user = reader(request)
    event = _event(uid)
    if request.method != "POST":
        return _event_page(request, event)
    if request.POST.get("do") in DEEDS:
        status, more = carry_out(request.POST["do"], request, event, user)
        return _event_page(request, _event(uid), status, **more) if status else _back(request, uid)
    units_of_writer(user, _no_analyst())
    drafts = {"give": actions.give_event_assessment, "discard": actions.discard_event_assessment}
    if verb := drafts.get(request.POST.get("do", "")):
        rows = EventAssessment.objects.visible_to(user).filter(event=event)
        asked: Any = uid_of(request.POST.get("assessment", ""))
        thrown = event.assessments.filter(side=user.side, dropped_at__isnull=False, uid=asked)
        if verb is actions.discard_event_assessment and thrown.exists():
            return redirect("public_event", uid=uid)
        one = get_object_or_404(rows, uid=asked)
        typed = request.POST.get("edition", "")
        edition = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 7 else None
        try:
            verb(one, edition=edition, by=user)
        except NotAllowed:
            raise
        except Refused as refusal:
            return _event_page(request, event, refusal.status, refusal=str(refusal))
        return redirect("public_event", uid=uid)
    host = get_object_or_404(event.hosts.all(), uid=uid_of(request.POST.get("host", "")))
    form: Any
    if request.POST.get("do") == "side":
        name, form = "side_form", HostSideForm(request.POST, by=user, auto_id=f"s{host.pk}_%s")
        status = carried_out(
            form, lambda given: actions.set_host_side(host, side=given["side"], by=user)
        )
    else:
        name, form = "drop_form", DropHostForm(request.POST, by=user, auto_id=f"h{host.pk}_%s")
        status = carried_out(
            form,
            lambda given: actions.drop_host(host, on=given["on"], note=given["note"], by=user),
        )
    if not status:
        return redirect("public_event", uid=uid)
    return _event_page(request, event, status, form=form, asked=host.uid, **{name: form})


@login_required
@never_cache
def public_event_assess(request: HttpRequest, uid: Any) -> HttpResponse:
    """Write the own side's draft. Names: `event`, `form`, `draft` (or None)."""
    user = reader(request)
    event = _event(uid)
    units_of_writer(user, _no_analyst())
    rows = EventAssessment.objects.visible_to(user).filter(event=event, side=user.side)
    mine = rows.select_related("event").first()
    first = EventAssessmentForm.initial_of(mine) if mine else {}
    form = EventAssessmentForm(request.POST or None, by=user, event=event, initial=first)
    status = 200
    if request.method == "POST":
        status = carried_out(
            form,
            lambda given: actions.write_event_assessment(
                event, edition=given["edition"], client_ref=given["client_ref"], by=user,
                **form.said(),
            ),
        )  # fmt: skip
        if not status:
            return redirect("public_event", uid=uid)
    draft = mine if mine is not None and mine.given_at is None else None
    context = {"event": event, "form": form, "draft": draft, "tab": "events"}
    return render(request, "riskanalysis/event_form.html", context, status=status)


@login_required
@require_safe
@never_cache
def public_event_version(request: HttpRequest, uid: Any, version: Any) -> HttpResponse:
    """One version of an assessment. Names: `event`, `one` (Expected)."""
    user = reader(request)
    event = _event(uid)
    rows = EventAssessment.objects.visible_to(user).filter(event=event).select_related("by")
    one = get_object_or_404(rows, uid=version)
    context = {"event": event, "one": expected(one, event), "tab": "events"}
    return render(request, "riskanalysis/event_version.html", context)


@login_required
@require_safe
@never_cache
def public_event_now(request: HttpRequest, uid: Any) -> HttpResponse:
    """The dashboard during an event. Names: `event`, `now` (Dashboard)."""
    user = reader(request)
    event = _event(uid)
    context = {"event": event, "now": dashboard_of(event, user), "tab": "events"}
    return render(request, "riskanalysis/event_now.html", context)
