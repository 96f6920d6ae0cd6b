"""The public events that a thing belongs to, beside it on its own page: settings.BESIDE."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from incidents.models import Share

from .models import EventTie, PublicEvent, TiedKind
from .register_access import reads_shared, runs_events

# Events that are over for good are tied on their own pages.
OFFERED = 40


def events_of(kind: str, ref: str) -> list[EventTie]:
    """The standing ties of a thing, with the hosts of their events at hand."""
    rows = EventTie.objects.standing().filter(kind=kind, ref=ref)
    return list(rows.select_related("event").prefetch_related("event__hosts"))


def beside(kind: str, ref: str, user: Any) -> dict[str, Any] | None:
    """Names for `riskanalysis/_event_beside.html`: the ties, and for whoever runs events those that
    the thing may be tied to; None where there is nothing to say."""
    if not reads_shared(user):
        return None
    ties, offered = events_of(kind, ref), []
    if runs_events(user):
        held = {tie.event_id for tie in ties}
        rows = PublicEvent.objects.filter(called_off_at=None)
        rows = rows.exclude(phase="lessons_learned")[:OFFERED]
        offered = [event for event in rows if event.pk not in held]
    if not ties and not offered:
        return None
    return {
        "template": "riskanalysis/_event_beside.html", "ties": ties, "offered": offered,
        "kind": kind, "ref": ref, "may": runs_events(user),
    }  # fmt: skip


def of_activity(user: Any, activity: Any) -> dict[str, Any] | None:
    return beside(TiedKind.ACTIVITY, activity.number, user)


def of_exercise(user: Any, exercise: Any) -> dict[str, Any] | None:
    return beside(TiedKind.EXERCISE, exercise.number, user)


def of_operation(user: Any, operation: Any) -> dict[str, Any] | None:
    return beside(TiedKind.OPERATION, operation.number, user)


def of_plan(user: Any, plan: Any) -> dict[str, Any] | None:
    return beside(TiedKind.PLAN, plan.number, user)


def of_risk(user: Any, risk: Any) -> dict[str, Any] | None:
    return beside(TiedKind.RISK, str(risk.uid), user)


def of_report(user: Any, report: Any) -> dict[str, Any] | None:
    return beside(TiedKind.RISK_REPORT, str(report.uid), user)


def events_called(codes: Iterable[str]) -> list[PublicEvent]:
    rows = PublicEvent.objects.filter(code__in=[code for code in codes if code])
    return list(rows.prefetch_related("hosts"))


def of_incident(user: Any, incident: Any) -> dict[str, Any] | None:
    """For the page of an incident: the events that a copy which `user` reads is tagged with. Named
    by the setting BESIDE_INCIDENT."""
    if not reads_shared(user):
        return None
    copies = Share.objects.visible_to(user).filter(incident=incident)
    codes = set(copies.values_list("fields__public_event", flat=True)) - {None, ""}
    events = events_called(codes) if codes else []
    return (
        {"template": "riskanalysis/_event_of_incident.html", "events": events} if events else None
    )
