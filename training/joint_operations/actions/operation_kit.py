"""What every verb of a joint operation needs: its lock, its rights, and what a change means."""

from typing import Any

from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.audit.models import record
from bordercoop.errors import Invalid, Refused
from bordercoop.live.doorbell import ring_many
from contactpoints.access import SERVICES
from contactpoints.models import root_of

from ..models import JointOperation, OperationMove, OperationState


def wrong(field: str, sentence: str) -> Invalid:
    return Invalid(sentence, fields={field: [sentence]})


def locked_operation(operation: JointOperation, by: Any) -> JointOperation:
    """The operation under its lock. Raises Refused (404) unless `by` reads it; the portal itself
    (`by` None) reads all."""
    rows = JointOperation.objects.filter(pk=operation.pk)
    rows.select_for_update(no_key=True).values_list("pk").get()
    if (
        by is not None
        and not JointOperation.objects.visible_to(by).filter(pk=operation.pk).exists()
    ):
        raise Refused(_("There is no such operation."), code="not_found", status=404)
    return JointOperation.objects.select_related("unit").get(pk=operation.pk)


def operation_not_now(operation: JointOperation) -> Refused:
    return Refused(
        _("This operation is at “%(state)s” now, so this is not possible. Read it again.")
        % {"state": OperationState(operation.state).label},
        code="wrong_state",
    )


def ring_operation(operation: JointOperation) -> None:
    """Pages of the unit that coordinates it and of both headquarters hear of it."""
    told = {operation.unit.code}
    if operation.proposed_at is not None:
        told |= {root.code for root in map(root_of, SERVICES) if root is not None}
    ring_many(sorted(told))


def keep_operation(operation: JointOperation, deed: str, *, by: Any, **facts: Any) -> None:
    side = by.side if by is not None else operation.side
    record(f"joint_operation.{deed}", operation.ref, by=by, trail=side, **facts)
    ring_operation(operation)


def operation_moved(
    operation: JointOperation, after: str, *fields: str, reason: str = "", by: Any, **facts: Any
) -> None:
    """Take the operation to `after`, with `fields` saved too, and its entry in the audit trail."""
    before, operation.state = operation.state, OperationState(after)
    operation.save(update_fields=["state", *fields])
    OperationMove.objects.create(
        operation=operation, before=before, after=after, reason=reason, by=by
    )
    # joint_operation.proposed, .approved, .running, .ended, .evaluated, .cancelled
    keep_operation(operation, after, by=by, **facts)


def void_waiting_version(operation: JointOperation, paper: str, *, by: Any) -> None:
    """The paper changes: the version that waits is void, and what was approved of it too."""
    for version in operation.versions.open().filter(paper=paper):
        at = now()
        gone = version.approvals.filter(voided_at=None)
        sides = sorted(gone.values_list("side", flat=True))
        gone.update(voided_at=at)
        version.voided_at = at
        version.save(update_fields=["voided_at"])
        keep_operation(
            operation, "paper_voided", by=by, paper=paper, version=version.number,
            approved_by=sides,
        )  # fmt: skip


def paper_changed(operation: JointOperation, paper: str, *fields: str, by: Any) -> None:
    """Its edition grows, with `fields` saved too: what both approved was another text. An approved
    operation is proposed again."""
    names = {"plan": "edition", "report": "report_edition"}
    setattr(operation, names[paper], operation.edition_of(paper) + 1)
    if paper == "plan" and operation.state == OperationState.APPROVED:
        operation_moved(operation, OperationState.PROPOSED, names[paper], *fields, by=by)
    else:
        operation.save(update_fields=[names[paper], *fields])
