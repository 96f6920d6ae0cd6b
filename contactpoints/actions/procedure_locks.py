"""What the verbs of procedures stand on: their lock, what is refused when, telling the others."""

from typing import Any

from django.utils.translation import gettext as _

from bordercoop.errors import Refused, Stale
from bordercoop.live.doorbell import ring_many
from bordercoop.outbox.relay import post
from bordercoop.reference.models import (
    Procedure,
    ProcedureState,
    ProcedureVersion,
    utc_today,
)

from ..access import SERVICES
from ..models import root_of
from ..procedures import kind_of, missing, waits_for_approval, wrote
from ..roles import CODENAMES
from ..watch import heads


def locked_version(version: ProcedureVersion, by: Any) -> ProcedureVersion:
    """The version, once its procedure is locked. Raises Refused (404) for a draft of the other
    side, which does not exist for `by`."""
    list(Procedure.objects.select_for_update(no_key=True).filter(pk=version.procedure_id))
    fresh = ProcedureVersion.objects.select_related("procedure").get(pk=version.pk)
    if by is not None and fresh.shown_at is None and fresh.side != by.side:
        raise missing()
    return fresh


def require_version_state(version: ProcedureVersion, *states: str) -> None:
    if version.state not in states:
        raise Refused(
            _("Version %(number)s of %(code)s is “%(state)s” now, so this is not possible.")
            % {
                "number": version.number,
                "code": version.procedure.code,
                "state": ProcedureState(version.state).label,
            },
            code="wrong_state",
        )


def require_revision(version: ProcedureVersion, revision: int) -> None:
    if version.revision != revision:
        raise Stale(
            _(
                "Somebody changed version %(number)s of %(code)s meanwhile. "
                "Compare both, and send yours again."
            )
            % {"number": version.number, "code": version.procedure.code},
            current=version.content,
        )


def tell_approvers(version: ProcedureVersion) -> None:
    """A letter to the approvers of each side that has yet to approve this revision, once nothing
    else is missing: never two of one revision, and none to who wrote any of it."""
    if not waits_for_approval(version):
        return
    kind = kind_of(version.procedure)
    roles = [role for role, rights in CODENAMES.items() if kind.approve in rights]
    done = set(version.approvals.filter(revision=version.revision).values_list("side", flat=True))
    roots = [root_of(side) for side in SERVICES if side not in done]
    told = heads([root.pk for root in roots if root is not None], roles)
    for officer in {officer.pk: officer for at in told.values() for officer in at}.values():
        if not wrote(version, officer):
            key = f"approval:{version.uid}:{version.revision}:{officer.pk}"
            said = {"version": str(version.uid), "revision": version.revision, "to": officer.pk}
            post("approval", key, said)


def tell_drafters(version: ProcedureVersion, *, but: Any) -> None:
    """A letter to those who draft and approve at the head of each side that what holds is under
    review: one of each review, and none to `but`, who put it there."""
    kind = kind_of(version.procedure)
    roles = [role for role, rights in CODENAMES.items() if {kind.draft, kind.approve} & rights]
    roots = [root_of(side) for side in SERVICES]
    told = heads([root.pk for root in roots if root is not None], roles)
    for officer in {officer.pk: officer for at in told.values() for officer in at}.values():
        if but is None or officer.pk != but.pk:
            key = f"review:{version.uid}:{version.review_on or utc_today()}:{officer.pk}"
            post("review", key, {"version": str(version.uid), "to": officer.pk})


def ring_procedures() -> None:
    roots = [root_of(side) for side in SERVICES]
    ring_many(root.code for root in roots if root is not None)
