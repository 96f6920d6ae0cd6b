"""A contingency plan is approved; activated at a crossing point, ticked off, stood down."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.audit.models import record
from bordercoop.errors import NotAllowed, Refused, Stale
from bordercoop.reference.models import Place
from bordercoop.reference.wording import worded
from bordercoop.web.both import Both, two_languages
from bordercoop.web.pdf import pdf
from incidents.actions.once import written_before

from ..access import activates, ticks
from ..contingency import in_force
from ..contingency_paper import contingency_document, contingency_file_name
from ..models import (
    ContingencyActivation,
    ContingencyApproval,
    ContingencyPlan,
    ContingencyTick,
    ContingencyVersion,
)
from .contingency import locked_contingency, require_in_use, require_plan_approver
from .kit import keep, ring_sides, wrong


@transaction.atomic
def approve_contingency(plan: ContingencyPlan, *, sha256: str, by: Any) -> ContingencyApproval:
    """Approve for the own side the version whose sum is `sha256`, which is what the officer read.

    Approved twice by the same officer it is approved once. With the approval of every side of it
    it holds from its day on. Stale when it was changed meanwhile; never by whoever wrote of it.
    The door has asked the password, and the second factor where there is one, anew.
    """
    plan = locked_contingency(plan, by)
    require_plan_approver(plan, by)
    require_in_use(plan)
    sha256 = sha256.strip().lower()
    version = plan.versions.filter(voided_at=None).first()
    if version is None or version.sha256 != sha256:
        raise Stale(
            _("The plan has another SHA-256 by now. Read how it stands, then approve that."),
            current=plan,
        )
    standing = {one.side: one for one in version.approvals.filter(voided_at=None)}
    if (known := standing.get(by.side)) is not None:
        if known.by_id == by.pk:
            return known
        raise Refused(_("Your side has approved this plan already."), code="approved")
    if by.pk in version.authors:
        raise NotAllowed(
            _("You wrote some of this plan. Another approver of your side approves it."),
            code="own_text",
        )
    approval = ContingencyApproval.objects.create(
        version=version, side=by.side, sha256=sha256, name_latin=by.name_latin,
        name_local=by.name_local, by=by,
    )  # fmt: skip
    keep(plan, "approved", by=by, version=version.number, sha256=sha256)
    if len(standing) + 1 == len(plan.sides):
        version.signed_at = now()
        version.save(update_fields=["signed_at"])
        keep(plan, "in_force", by=by, version=version.number, sha256=sha256)
    ring_sides(plan.sides)
    return approval


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
    exercise. While it is active there, that one is returned; the same `client_ref` is one."""
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
    keep(made, "activated", by=by, plan=plan.number, place=place.code, exercise=exercise)
    ring_sides(plan.sides)
    return made


def _going_on(activation: ContingencyActivation, by: Any) -> ContingencyActivation:
    rows = ContingencyActivation.objects.filter(pk=activation.pk)
    rows.select_for_update(no_key=True).values_list("pk").get()
    found = ContingencyActivation.objects.visible_to(by).filter(pk=activation.pk)
    row = found.select_related("plan", "version").first()
    if row is None:
        raise Refused(_("There is no such plan."), code="not_found", status=404)
    return row


@transaction.atomic
def tick_task(
    activation: ContingencyActivation, *, task: str, note: str = "", by: Any
) -> ContingencyTick:
    """A task of an active plan is done. Ticked twice it is ticked once, by whoever was first."""
    row = _going_on(activation, by)
    require_ticker(row, by)
    if (known := row.ticks.filter(task=task).first()) is not None:
        return known
    if row.stood_down_at is not None:
        raise Refused(_("This plan was stood down."), code="stood_down")
    if task not in [each["code"] for each in row.version.content["tasks"]]:
        raise Refused(_("There is no such task in the plan."), code="not_found", status=404)
    said = worded(note, "note", most=500)
    made = ContingencyTick.objects.create(activation=row, task=task, note=said, side=by.side, by=by)
    keep(row, "ticked", by=by, task=task)
    ring_sides(row.plan.sides)
    return made


def require_ticker(activation: ContingencyActivation, by: Any) -> None:
    """Raise NotAllowed unless `by` works for a side of the plan."""
    if not ticks(by, activation.plan):
        raise NotAllowed(_("Officers at work on either side tick what is done."))


@transaction.atomic
def stand_down(
    activation: ContingencyActivation, *, outcome: str, by: Any
) -> ContingencyActivation:
    """End an active plan, saying how it ended. Twice is once."""
    row = _going_on(activation, by)
    require_activator(row.plan, by)
    said = worded(outcome, "outcome", most=1_000, empty=_("Write how it ended."))
    if row.stood_down_at is not None:
        return row
    row.stood_down_at, row.stood_down_by, row.outcome = now(), by, said
    row.save(update_fields=["stood_down_at", "stood_down_by", "outcome"])
    keep(row, "stood_down", by=by, plan=row.plan.number)
    ring_sides(row.plan.sides)
    return row


def print_contingency(
    version: ContingencyVersion, *, languages: Sequence[str], by: Any
) -> tuple[bytes, str]:
    """A version as a PDF whose labels stand in two languages, and the name of the file; recorded.
    Raises Invalid for two languages that are alike or unknown."""
    if not ContingencyVersion.objects.visible_to(by).filter(pk=version.pk).exists():
        raise Refused(_("There is no such plan."), code="not_found", status=404)
    both, at = Both(*two_languages(*languages)), now()
    document = contingency_document(version, both=both, by=by, at=at)
    made = pdf("contingency_plan.typ", document, at=at)
    record(
        "contingency.printed", version.plan.ref, by=by, trail=by.side, version=version.number,
        sha256=version.sha256,
    )  # fmt: skip
    return made, contingency_file_name(version)
