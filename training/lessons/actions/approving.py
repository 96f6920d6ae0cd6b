"""A contingency plan is approved by the sides, and printed."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.audit.models import record
from bordercoop.errors import NotAllowed, Refused, Stale
from bordercoop.web.both import Both, two_languages
from bordercoop.web.pdf import pdf

from ..contingency_paper import contingency_document, contingency_file_name
from ..models import ContingencyApproval, ContingencyPlan, ContingencyVersion
from .contingency import locked_contingency, require_in_use, require_plan_approver
from .kit import keep, ring_sides


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
