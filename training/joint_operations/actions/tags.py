"""Which incidents belong to an operation, as officers who read them say."""

from typing import Any

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.audit.models import record
from bordercoop.errors import NotAllowed, Refused
from bordercoop.live.doorbell import ring_many
from contactpoints.access import require
from incidents.access import share_for
from incidents.models import Incident

from ..models import JointOperation, OperationTag
from ..models.operations import TAGGED_IN
from .operation_kit import locked_operation, operation_not_now


def _ring(incident: Incident, side: str) -> None:
    """Pages of the own side that show the incident hear of it; the other side's would learn that
    something happened to what it may not see."""
    codes = incident.shares.filter(unit__side=side).values_list("unit__code", flat=True)
    ring_many(sorted(set(codes)))


@transaction.atomic
def tag_incident(incident: Incident, operation: JointOperation, *, by: Any) -> OperationTag:
    """Say that an incident belongs to an operation, by whoever may annotate it. The other side
    reads that where it holds a copy of the incident. Tagged twice it is tagged once."""
    share = share_for(by, incident)
    operation = locked_operation(operation, by)
    require(by, "annotate_incidents", share.unit)
    if known := operation.tags.standing().filter(incident=incident).first():
        return known
    if operation.state not in TAGGED_IN:
        raise operation_not_now(operation)
    if share.exercise or share.state in ("draft", "withdrawn", "merged"):
        raise Refused(
            _("Drafts, exercises, withdrawn and merged records belong to no operation."),
            code="not_counted",
        )
    tag = OperationTag.objects.create(operation=operation, incident=incident, side=by.side, by=by)
    record(
        "joint_operation.tagged", operation.ref, by=by, trail=by.side, incident=str(incident.uid)
    )
    _ring(incident, by.side)
    return tag


@transaction.atomic
def untag_incident(incident: Incident, operation: JointOperation, *, by: Any) -> None:
    """Take the own side's tag away. Taken away twice it is taken away once."""
    share = share_for(by, incident)
    operation = locked_operation(operation, by)
    require(by, "annotate_incidents", share.unit)
    rows = OperationTag.objects.select_for_update(no_key=True)
    tag = rows.standing().filter(operation=operation, incident=incident).first()
    if tag is None:
        return
    if tag.side != by.side:
        raise NotAllowed(_("The side that tagged it takes the tag away."), code="other_side")
    if operation.state not in TAGGED_IN:
        raise operation_not_now(operation)
    tag.removed_at, tag.removed_by = now(), by
    tag.save(update_fields=["removed_at", "removed_by"])
    record(
        "joint_operation.untagged", operation.ref, by=by, trail=by.side, incident=str(incident.uid)
    )
    _ring(incident, by.side)
