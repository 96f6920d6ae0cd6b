"""Which incidents are tagged with an operation, for the pages of incidents and alerts, which know
nothing of operations (settings BESIDE_INCIDENT, INCIDENT_GROUPS). Reads only."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from contactpoints.access import SERVICES, units_where
from incidents.models import Incident
from training.access import reads_activities

from .models import JointOperation, OperationTag


def beside(user: Any, incident: Any) -> dict[str, Any] | None:
    """For the page of an incident: the operations that it is tagged with, and those with which the
    officer may tag it."""
    if not reads_activities(user):
        return None
    readable = JointOperation.objects.visible_to(user)
    rows = OperationTag.objects.standing().filter(incident=incident, operation__in=readable)
    tags = list(rows.select_related("operation", "by"))
    offered: list[JointOperation] = []
    may = bool(units_where(user, "annotate_incidents"))
    if may and not incident.exercise and incident.state not in ("draft", "withdrawn", "merged"):
        held = [tag.operation_id for tag in tags]
        offered = list(readable.taggable().exclude(pk__in=held).order_by("-period")[:20])
    if not tags and not offered:
        return None
    return {
        "template": "joint_operations/_beside.html",
        "incident": incident,
        "tags": tags,
        "offered": offered,
        "may": may,
        "side": user.side,
    }


def incidents_of(number: str, side: str) -> Any:
    """Keys of the incidents that are tagged with an operation, for rows that a reader of `side` may
    see anyway; None where that side knows no such operation, of which it may not learn."""
    rows = OperationTag.objects.standing().filter(operation__number=number)
    if side and side not in SERVICES:
        return None
    if side:
        reads = Q(side=side) | Q(proposed_at__isnull=False)
        if not JointOperation.objects.filter(reads, number=number).exists():
            return None
    return rows.values("incident")


def refs_of(number: str, side: str) -> list[str] | None:
    """What alerts about these incidents are about."""
    keys = incidents_of(number, side)
    if keys is None:
        return None
    rows = Incident.objects.filter(pk__in=keys).values_list("uid", flat=True)
    return [f"incident:{uid}" for uid in rows]


def offered_to(user: Any) -> list[tuple[str, str]]:
    """(number, number and title) of the operations to filter by."""
    rows = JointOperation.objects.visible_to(user).exclude(state__in=("draft", "cancelled"))
    return [(one.number, f"{one.number} {one.title}") for one in rows[:100]]


def label() -> str:
    return _("Joint operation")
