"""A contingency plan is activated at a crossing point, ticked off phase by phase, stood down."""

import uuid
from typing import Any

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.errors import NotAllowed, Refused
from bordercoop.reference.models import Place
from bordercoop.reference.wording import worded
from contactpoints.actions import acknowledge_delivery, let_rest, raise_alert
from contactpoints.models import Alert, Delivery, Priority, Unit
from contactpoints.policies import policies_of
from incidents.actions.once import written_before

from ..access import activates, ticks
from ..contingency import in_force
from ..contingency_desks import desks_of_activation, sender_of
from ..models import (
    ContingencyActivation,
    ContingencyPhaseStart,
    ContingencyPlan,
    ContingencyTick,
)
from .contingency import locked_contingency
from .kit import keep, ring_sides, wrong


def require_activator(plan: ContingencyPlan, by: Any) -> None:
    """Raise NotAllowed unless `by` is at a desk of a side of the plan, or coordinates for it."""
    if not activates(by, plan):
        raise NotAllowed(_("Officers of a desk and coordinators activate contingency plans."))


@transaction.atomic
def activate_contingency(
    plan: ContingencyPlan,
    *,
    place: Place,
    reason: str,
    exercise: bool,
    client_ref: uuid.UUID | None = None,
    by: Any,
) -> ContingencyActivation:
    """Activate the version in force at a crossing point that it is for, in earnest or as an
    exercise: its first phase begins, and the desks of the plan there are alerted (P1), that of
    the officer too, which has acknowledged. It waits neither for an empty desk nor for one without
    an escalation policy, which is left out and called. While it is active there, that one is
    returned; the same `client_ref` is one."""
    plan = locked_contingency(plan, by)
    require_activator(plan, by)
    ref = client_ref or uuid.uuid4()
    if known := written_before(ContingencyActivation.objects.filter(by=by), ref, plan=plan):
        return known
    said = worded(reason, "reason", most=500, empty=_("Write why it is activated."))
    version = in_force(plan)
    if version is None:
        raise Refused(_("No version of this plan is in force."), code="not_in_force")
    if place.code not in version.content["places"]:
        raise wrong("place", _("The plan is not for this crossing point. Choose one of its own."))
    going_on = plan.activations.going_on().filter(place=place, exercise=exercise)
    if (known := going_on.first()) is not None:
        return known
    made = ContingencyActivation.objects.create(
        plan=plan, version=version, place=place, exercise=exercise, reason=said, side=by.side,
        client_ref=ref, by=by,
    )  # fmt: skip
    desks = desks_of_activation(made)
    policies = policies_of(desks)
    left = {"not_alerted": sorted(desk.code for desk in desks if desk.pk not in policies)}
    keep(
        made, "activated", by=by, plan=plan.number, place=place.code, exercise=exercise,
        **(left if left["not_alerted"] else {}),
    )  # fmt: skip
    for phase in version.content["phases"][:1]:
        _begin(made, phase["code"], by)
    _call_desks(made, [desk for desk in desks if desk.pk in policies], by)
    ring_sides(plan.sides)
    return made


def _call_desks(activation: ContingencyActivation, desks: list[Unit], by: Any) -> None:
    if not desks:
        return
    sender = sender_of(activation, by)
    alert = raise_alert(
        activation.ref,
        card=_card(activation, "contingency_activated", activation.reason, severity=4),
        priority=Priority.P1,
        to=desks,
        sender=sender,
        status=_status(activation),
        unwatched=True,
        by=by,
    )
    for delivery in Delivery.objects.filter(alert=alert, desk=sender):
        # Whoever activates it has read it for the own desk.
        acknowledge_delivery(delivery, line=activation.reason, by=by)


def _status(activation: ContingencyActivation) -> Alert.Status:
    return Alert.Status.EXERCISE if activation.exercise else Alert.Status.ACTUAL


def _card(
    activation: ContingencyActivation, event: str, text: str, *, severity: int
) -> dict[str, Any]:
    plan = activation.plan
    return {
        "number": plan.number, "side": activation.side, "severity": severity, "event": event,
        "headline": activation.version.content["title"], "language": plan.language, "text": text,
        "place": activation.place.code, "happened_at": now().isoformat(),
        "exercise": activation.exercise,
    }  # fmt: skip


def _going_on(activation: ContingencyActivation, by: Any) -> ContingencyActivation:
    rows = ContingencyActivation.objects.filter(pk=activation.pk)
    rows.select_for_update(no_key=True).values_list("pk").get()
    found = ContingencyActivation.objects.visible_to(by).filter(pk=activation.pk)
    row = found.select_related("plan", "version", "place").first()
    if row is None:
        raise Refused(_("There is no such plan."), code="not_found", status=404)
    return row


@transaction.atomic
def tick_task(
    activation: ContingencyActivation, *, task: str, note: str = "", by: Any
) -> ContingencyTick:
    """A task of an active plan is done. Ticked twice it is ticked once, by whoever was first; its
    phase, if nobody began it, begins with it."""
    row = _going_on(activation, by)
    require_ticker(row, by)
    if (known := row.ticks.standing().filter(task=task).first()) is not None:
        return known
    _require_active(row)
    found = next((one for one in row.version.content["tasks"] if one["code"] == task), None)
    if found is None:
        raise Refused(_("There is no such task in the plan."), code="not_found", status=404)
    said = worded(note, "note", most=500)
    _begin(row, found["phase"], by)
    made = ContingencyTick.objects.create(activation=row, task=task, note=said, side=by.side, by=by)
    keep(row, "ticked", by=by, task=task)
    ring_sides(row.plan.sides)
    return made


def _require_active(row: ContingencyActivation) -> None:
    if row.stood_down_at is not None:
        raise Refused(_("This plan was stood down."), code="stood_down")


@transaction.atomic
def take_tick_back(tick: ContingencyTick, *, reason: str, by: Any) -> ContingencyTick:
    """A task was not done after all: it is open again. Who ticked it stays, and who took that back
    and why. Twice is once."""
    row = _going_on(tick.activation, by)
    require_ticker(row, by)
    tick = row.ticks.get(pk=tick.pk)
    said = worded(reason, "reason", most=500, empty=_("Write why it is taken back."))
    if tick.taken_back_at is not None:
        return tick
    _require_active(row)
    tick.taken_back_at, tick.taken_back_by, tick.reason = now(), by, said
    tick.save(update_fields=["taken_back_at", "taken_back_by", "reason"])
    keep(row, "tick_taken_back", by=by, task=tick.task)
    ring_sides(row.plan.sides)
    return tick


@transaction.atomic
def begin_phase(activation: ContingencyActivation, *, phase: str, by: Any) -> ContingencyPhaseStart:
    """A phase of an active plan begins, and the minutes of its tasks with it. Begun twice it began
    once, with whoever was first."""
    row = _going_on(activation, by)
    require_ticker(row, by)
    if (known := row.begun.filter(phase=phase).first()) is not None:
        return known
    _require_active(row)
    if phase not in [each["code"] for each in row.version.content["phases"]]:
        raise Refused(_("There is no such phase in the plan."), code="not_found", status=404)
    made = _begin(row, phase, by)
    ring_sides(row.plan.sides)
    return made


def _begin(row: ContingencyActivation, phase: str, by: Any) -> ContingencyPhaseStart:
    made, fresh = ContingencyPhaseStart.objects.get_or_create(
        activation=row, phase=phase, defaults={"side": by.side, "by": by}
    )
    if fresh:
        keep(row, "phase_begun", by=by, phase=phase)
    return made


def require_ticker(activation: ContingencyActivation, by: Any) -> None:
    """Raise NotAllowed unless `by` works for a side of the plan."""
    if not ticks(by, activation.plan):
        raise NotAllowed(_("Officers at work on either side tick what is done."))


@transaction.atomic
def stand_down(
    activation: ContingencyActivation, *, outcome: str, by: Any
) -> ContingencyActivation:
    """End an active plan, saying how it ended: the desks that were alerted are told (P3), and who
    has not acknowledged the activation need not. Twice is once."""
    row = _going_on(activation, by)
    require_activator(row.plan, by)
    said = worded(outcome, "outcome", most=1_000, empty=_("Write how it ended."))
    if row.stood_down_at is not None:
        return row
    row.stood_down_at, row.stood_down_by, row.outcome = now(), by, said
    row.save(update_fields=["stood_down_at", "stood_down_by", "outcome"])
    keep(row, "stood_down", by=by, plan=row.plan.number)
    _tell_desks(row, by)
    ring_sides(row.plan.sides)
    return row


def _tell_desks(row: ContingencyActivation, by: Any) -> None:
    let_rest(row.ref, by=by)
    called = Alert.objects.about(row.ref).filter(references=None).first()
    if called is None:  # no desk could be alerted
        return
    rows = called.deliveries.filter(desk__retired_at=None).select_related("desk")
    sender = sender_of(row, by)
    alert = raise_alert(
        row.ref,
        card=_card(row, "contingency_stood_down", row.outcome[:500], severity=2),
        kind=Alert.Kind.UPDATE,
        priority=Priority.P3,
        to=[delivery.desk for delivery in rows],
        sender=sender,
        status=_status(row),
        references=called,
        unwatched=True,
        by=by,
    )
    for delivery in Delivery.objects.filter(alert=alert, desk=sender):
        acknowledge_delivery(delivery, by=by)
