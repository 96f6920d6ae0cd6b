"""Signing the act of a joint investigation: for the own side, and exactly what was read."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from bordercoop.audit.models import record
from bordercoop.errors import Refused, Stale
from contactpoints.access import require

from ..investigation.act import missing, the_act
from ..models import Act, ActSignature, CaseState
from .act import _standing
from .case_moves import locked_case, moved, part_of, require_state, ring_case, tell_other_side
from .case_road import _settled

State = CaseState


@transaction.atomic
def sign_act(act: Act, *, sha256: str, by: Any) -> ActSignature:
    """Sign for the own side the act whose sum is `sha256`, which is what the officer read.

    The first signature takes the case to signed by one side, the second of the other side to
    signed by both. Signed twice by the same officer is signed once. Stale when the act has another
    sum by now; refused while something is missing in it or a step of the guideline is open. The
    door has asked the password, and the second factor where there is one, anew.
    """
    case = locked_case(act.investigation)
    part = part_of(case, by)
    require(by, "sign_acts", part.unit)
    act = the_act(case)
    standing = {signature.side: signature for signature in _standing(act)}
    known = standing.get(by.side)
    if sha256.strip().lower() != act.sha256:
        raise Stale(
            _("The act has another SHA-256 by now. Read how it stands, then sign that."),
            current=act,
        )
    if known is not None:
        if known.by_id == by.pk:
            return known
        raise Refused(_("Your side has signed this act already."), code="signed")
    require_state(case, State.DRAFTED, State.SIGNED_ONE)
    if gaps := missing(case, act):
        raise Refused(" ".join([_("This act cannot be signed yet."), *gaps]), code="incomplete")
    _settled(case)
    signature = ActSignature.objects.create(
        act=act,
        side=by.side,
        sha256=act.sha256,
        revision=act.revision,
        name_latin=by.name_latin,
        name_local=by.name_local,
        by=by,
    )
    record("case.act_signed", case.ref, by=by, sha256=act.sha256, version=act.revision)
    moved(case, State.SIGNED if standing else State.SIGNED_ONE, by=by)
    tell_other_side(case, by=by, event="signed")
    ring_case(case)
    return signature
