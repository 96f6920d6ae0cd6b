"""A joint investigation without agreement: opinions, a higher level, its decision."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from bordercoop.audit.models import record
from bordercoop.errors import Invalid
from bordercoop.reference.wording import worded

from ..models import Act, ActSignature, CaseOpinion, CaseReferral, CaseState, Investigation
from .act import _void
from .case_moves import (
    locked_case,
    moved,
    require_lead,
    require_state,
    require_team,
    ring_case,
    same_case,
    tell_other_side,
)
from .case_road import decide_referral

State = CaseState
LONGEST = 2_000
LONGEST_OPINION = 6_000
LONGEST_DECISION = 4_000
LANGUAGES = ("lv", "be", "ru", "en")


@transaction.atomic
def declare_no_agreement(case: Investigation, *, reason: str, by: Any) -> Investigation:
    """Say that both sides do not come to one act. A signature that stands becomes void; each side
    states its opinion. Said twice is said once."""
    case = locked_case(case)
    require_lead(case, by)
    if case.state == State.NO_AGREEMENT:
        return case
    require_state(case, State.DRAFTED, State.SIGNED_ONE)
    reason = worded(reason, "reason", most=LONGEST, empty=_("Write why there is no agreement."))
    if act := Act.objects.filter(investigation=case).first():
        _void(act, ActSignature.Why.NO_AGREEMENT, by)
    moved(case, State.NO_AGREEMENT, by=by, reason=reason)
    record("case.no_agreement", case.ref, by=by)
    tell_other_side(case, by=by, event="no_agreement")
    return case


@transaction.atomic
def state_opinion(
    case: Investigation,
    *,
    texts: Mapping[str, Any],
    client_ref: uuid.UUID | None = None,
    by: Any,
) -> CaseOpinion:
    """Record what the own side thinks of a case without agreement; the other side reads it. The
    last one of a side counts. `texts` is `{language: text}` in one of the portal's languages at
    least. The same `client_ref` is the same opinion."""
    case = locked_case(case)
    require_team(case, by)
    ref = client_ref or uuid.uuid4()
    if known := CaseOpinion.objects.filter(by=by, client_ref=ref).first():
        return same_case(known, known.investigation_id == case.pk)
    require_state(case, State.NO_AGREEMENT, State.HIGHER)
    said = {
        language: worded(str(texts.get(language) or ""), f"text_{language}", most=LONGEST_OPINION)
        for language in LANGUAGES
    }
    said = {language: text for language, text in said.items() if text}
    if not said:
        sentence = _("Write something first.")
        own = "lv" if by.side == "LV" else case.by_language
        raise Invalid(sentence, fields={f"text_{own}": [sentence]})
    made = CaseOpinion.objects.create(
        investigation=case, side=by.side, texts=said, client_ref=ref, by=by
    )
    record("case.opinion", case.ref, by=by, languages=sorted(said))
    ring_case(case)
    return made


@transaction.atomic
def take_to_higher_level(
    case: Investigation, *, level: CaseReferral.Level | str, reason: str, by: Any
) -> CaseReferral:
    """Give a case without agreement to the heads of the services or to the diplomatic channel.
    Either side may; a second time changes nothing."""
    case = locked_case(case)
    require_lead(case, by)
    if case.state == State.HIGHER and (
        known := CaseReferral.objects.filter(investigation=case, decided_at=None).first()
    ):
        return known
    require_state(case, State.NO_AGREEMENT)
    if level not in CaseReferral.Level.values:
        sentence = _("Choose the heads of the services or the diplomatic channel.")
        raise Invalid(sentence, fields={"level": [sentence]})
    reason = worded(reason, "reason", most=LONGEST, empty=_("Write why it goes there."))
    made = CaseReferral.objects.create(
        investigation=case, level=str(level), reason=reason, side=by.side, by=by
    )
    moved(case, State.HIGHER, by=by, reason=reason)
    record("case.taken_higher", case.ref, by=by, level=str(level))
    tell_other_side(case, by=by, event="no_agreement")
    return made


@transaction.atomic
def settle(case: Investigation, *, decision: str, by: Any) -> Investigation:
    """Record what the higher level decided, or how both sides came to agree after all, and write
    the act again; a part that a side has closed meanwhile is open again. Settled twice is settled
    once."""
    case = locked_case(case)
    require_lead(case, by)
    if (
        case.state == State.DRAFTED
        and case.moves.filter(
            before__in=[State.NO_AGREEMENT, State.HIGHER], after=State.DRAFTED
        ).exists()
    ):
        return case
    require_state(case, State.NO_AGREEMENT, State.HIGHER)
    decision = worded(
        decision, "decision", most=LONGEST_DECISION, empty=_("Write what was decided.")
    )
    decide_referral(case, decision, by)
    for part in case.sides.exclude(closed_at=None):
        part.closed_at, part.closed_by, part.ground = None, None, ""
        part.save(update_fields=["closed_at", "closed_by", "ground"])
    moved(case, State.DRAFTED, by=by, reason=decision[:LONGEST])
    record("case.settled", case.ref, by=by)
    tell_other_side(case, by=by, event="agreed", priority="P4")
    return case
