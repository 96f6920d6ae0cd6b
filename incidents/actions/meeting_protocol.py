"""The protocol of a meeting in two languages, and the decisions that follow from it."""

import uuid
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.audit.models import record
from bordercoop.errors import Invalid, NotAllowed, Refused, Stale
from bordercoop.reference.wording import worded
from contactpoints.actions import raise_alert
from contactpoints.models import Priority, Unit

from ..investigation.protocol import gaps_of, protocol_digest
from ..models import (
    WRITTEN_UP,
    AgendaItem,
    DecisionLine,
    Meeting,
    MeetingDecision,
    MeetingSide,
    MeetingState,
    ProtocolConfirmation,
)
from .meeting_moves import (
    locked_meeting,
    meeting_card,
    meeting_moved,
    require_at,
    require_meeting,
    ring_meeting,
)
from .meetings import LANGUAGES, SERVICES, keep_version
from .once import written_before

State = MeetingState
ORIGINAL, TRANSLATED = "original", "translated"
LONGEST = 20_000


def _stale(row: Any) -> Stale:
    return Stale(
        _("Somebody changed this meanwhile. Read how it stands now and decide again."), current=row
    )


def _texts(
    meeting: Meeting, texts: Mapping[str, Any], field: str, *, most: int, one_line: bool = False
) -> dict[str, str]:
    """A text for each language of the protocol; those left empty are left out."""
    wrong: dict[str, list[object]] = {}
    said = {}
    for language in meeting.languages:
        try:
            said[language] = worded(
                str(texts.get(language) or ""), f"{field}_{language}", most=most, one_line=one_line
            )
        except Invalid as fault:
            wrong |= fault.fields
    if wrong:
        raise Invalid(str(next(iter(wrong.values()))[0]), fields=wrong)
    return {language: text for language, text in said.items() if text}


def _marks(meeting: Meeting, texts: Mapping[str, str], original: str) -> dict[str, str]:
    """How each text came to be: written so, or translated from the other one."""
    if original not in meeting.languages:
        sentence = _("Choose in which of the two languages it was written first.")
        raise Invalid(sentence, fields={"original": [sentence]})
    return {
        language: ORIGINAL if language == original else TRANSLATED for language in sorted(texts)
    }


def _written(meeting: Meeting, by: Any) -> None:
    """The protocol says something else now: drafted, with another sum. Confirmations are void."""
    if meeting.state == State.HELD:
        meeting_moved(meeting, State.DRAFTED, by=by)
    meeting.sha256 = protocol_digest(meeting)
    meeting.save(update_fields=["sha256"])
    ring_meeting(meeting)


@transaction.atomic
def write_protocol(
    item: AgendaItem,
    *,
    topics: Mapping[str, Any],
    protocol: Mapping[str, Any],
    original: str,
    version: int,
    by: Any,
) -> AgendaItem:
    """Write what the protocol says to a point: topic and text by language, Latvian and Belarus's.

    Either side's representative; `original` is the language that was written first. A change
    voids what was confirmed; every version is kept. Stale when `version` is not the present one.
    """
    meeting = locked_meeting(item.meeting)
    require_meeting(meeting, by)
    item = AgendaItem.objects.get(pk=item.pk)
    require_at(meeting, *WRITTEN_UP)
    heads = _texts(meeting, topics, "topic", most=300, one_line=True)
    texts = _texts(meeting, protocol, "protocol", most=LONGEST)
    marks = _marks(meeting, texts, original)
    heads = {**item.topics, **heads}
    if (heads, texts, marks) == (item.topics, item.protocol, item.marks):
        return item
    if version != item.version:
        raise _stale(item)
    item.topics, item.protocol, item.marks = heads, texts, marks
    item.version += 1
    item.save(update_fields=["topics", "protocol", "marks", "version"])
    keep_version(item, by=by)
    record("meeting.protocol_written", meeting.ref, by=by, item=item.number)
    _written(meeting, by)
    return item


def _decision(
    meeting: Meeting, texts: Mapping[str, Any], original: str, side: str, owner: str, due: Any
) -> dict[str, Any]:
    said = _texts(meeting, texts, "text", most=2_000)
    if not said:
        sentence = _("Write what was decided.")
        raise Invalid(sentence, fields={f"text_{original}": [sentence]})
    if side not in SERVICES:
        sentence = _("Choose which side does it.")
        raise Invalid(sentence, fields={"side": [sentence]})
    owner = worded(
        owner, "owner", most=160, one_line=True, empty=_("Say who does it: a person or a unit.")
    )
    if not isinstance(due, date) or not -31 <= (due - now().date()).days <= 3660:
        sentence = _("Say by which day it is done.")
        raise Invalid(sentence, fields={"due": [sentence]})
    marks = _marks(meeting, said, original)
    return {"texts": said, "marks": marks, "side": side, "owner": owner, "due": due}


@transaction.atomic
def write_decision(
    meeting: Meeting,
    *,
    texts: Mapping[str, Any],
    original: str,
    side: str,
    owner: str,
    due: date,
    client_ref: uuid.UUID | None = None,
    by: Any,
) -> MeetingDecision:
    """Write a decision into the protocol: what, which `side` does it, who there, by which day.

    Either side's representative, until both have confirmed. The same `client_ref` is the same one.
    """
    meeting = locked_meeting(meeting)
    require_meeting(meeting, by)
    ref = client_ref or uuid.uuid4()
    if known := written_before(MeetingDecision.objects.filter(by=by), ref, meeting=meeting):
        return known
    require_at(meeting, *WRITTEN_UP)
    said = _decision(meeting, texts, original, side, owner, due)
    last = meeting.decisions.order_by("-number").values_list("number", flat=True).first() or 0
    made = MeetingDecision.objects.create(
        client_ref=ref, meeting=meeting, number=last + 1, by=by, **said
    )
    record("meeting.decided", meeting.ref, by=by, decision=made.number, side=side)
    _written(meeting, by)
    return made


@transaction.atomic
def change_decision(
    decision: MeetingDecision,
    *,
    texts: Mapping[str, Any],
    original: str,
    side: str,
    owner: str,
    due: date,
    version: int,
    by: Any,
) -> MeetingDecision:
    """Say a decision otherwise while the protocol is written; voids what was confirmed.

    Stale when `version` is not the present one.
    """
    meeting = locked_meeting(decision.meeting)
    require_meeting(meeting, by)
    decision = MeetingDecision.objects.get(pk=decision.pk)
    require_at(meeting, *WRITTEN_UP)
    said = _decision(meeting, texts, original, side, owner, due)
    if all(getattr(decision, name) == value for name, value in said.items()):
        return decision
    if version != decision.version:
        raise _stale(decision)
    for name, value in said.items():
        setattr(decision, name, value)
    decision.version += 1
    decision.save(update_fields=[*said, "version"])
    record("meeting.decision_changed", meeting.ref, by=by, decision=decision.number)
    _written(meeting, by)
    return decision


@transaction.atomic
def confirm_protocol(meeting: Meeting, *, sha256: str, by: Any) -> Meeting:
    """Confirm the protocol for the own side; `sha256` is the sum of what was read.

    Refused while a point or a decision lacks one of the two languages. With the second side's
    confirmation of the same sum the protocol stands for good. Twice is once.
    """
    meeting = locked_meeting(meeting)
    require_meeting(meeting, by)
    same = meeting.sha256 and sha256 == meeting.sha256
    if same and meeting.confirmations.filter(side=by.side, sha256=sha256).exists():
        return meeting
    require_at(meeting, State.DRAFTED)
    # The second one: somebody changed the rows past the verbs.
    if not same or sha256 != protocol_digest(meeting):
        raise _stale(meeting)
    if gaps := gaps_of(meeting):
        raise Refused(
            _("The protocol is not whole in both languages yet: %(where)s.")
            % {"where": "; ".join(gaps[:5])},
            code="protocol_incomplete",
        )
    ProtocolConfirmation.objects.create(meeting=meeting, side=by.side, sha256=sha256, by=by)
    record("meeting.confirmed", meeting.ref, by=by, sha256=sha256)
    sides = meeting.confirmations.filter(sha256=sha256).values_list("side", flat=True)
    if set(sides) == set(SERVICES):
        meeting_moved(meeting, State.SIGNED, by=by)
    ring_meeting(meeting)
    return meeting


# --- what becomes of decisions


def _followed(decision: MeetingDecision, by: Any) -> tuple[Meeting, MeetingDecision]:
    meeting = locked_meeting(decision.meeting)
    require_meeting(meeting, by)
    require_at(meeting, State.SIGNED)
    return meeting, MeetingDecision.objects.get(pk=decision.pk)


@transaction.atomic
def move_decision(
    decision: MeetingDecision,
    *,
    state: MeetingDecision.State | str,
    text: str,
    language: str,
    by: Any,
) -> MeetingDecision:
    """Say for the own side that a decision is done, with a proof, dropped or open again, with a
    reason. The other side reads it and comments. The same again changes nothing."""
    meeting, decision = _followed(decision, by)
    if decision.side != by.side:
        raise NotAllowed(
            _("The other side does this and says how it stands. Write a comment instead."),
            code="not_yours",
        )
    states = MeetingDecision.State
    if state not in states.values:
        sentence = _("Choose whether it is done, dropped or open again.")
        raise Invalid(sentence, fields={"state": [sentence]})
    if decision.state == state:
        return decision
    if states.OPEN not in (decision.state, state):
        raise Refused(_("Say first that it is open again."), code="wrong_state")
    empty = (
        _("Write what shows that it is done, such as a document or an incident number.")
        if state == states.DONE
        else _("Write the reason: the other side reads it.")
    )
    text = worded(text, "text", most=1_000, empty=empty)
    if language not in LANGUAGES:
        sentence = _("Choose the language you write in.")
        raise Invalid(sentence, fields={"language": [sentence]})
    ended = state != states.OPEN
    decision.state, decision.outcome = str(state), text if ended else ""
    decision.ended_at, decision.ended_by = (now(), by) if ended else (None, None)
    decision.alarmed_at = None  # opened again, it may be late again
    decision.save(update_fields=["state", "outcome", "ended_at", "ended_by", "alarmed_at"])
    DecisionLine.objects.create(
        decision=decision, side=by.side, state=str(state), text=text, language=language, by=by
    )
    record("meeting.decision_moved", meeting.ref, by=by, decision=decision.number, state=str(state))
    ring_meeting(meeting)
    return decision


@transaction.atomic
def comment_decision(
    decision: MeetingDecision,
    *,
    text: str,
    language: str,
    client_ref: uuid.UUID | None = None,
    by: Any,
) -> DecisionLine:
    """Say something to a decision, on either side. The same `client_ref` is the same comment."""
    ref = client_ref or uuid.uuid4()
    meeting, decision = _followed(decision, by)
    if known := written_before(DecisionLine.objects.filter(by=by), ref, decision=decision):
        return known
    text = worded(text, "text", most=1_000, empty=_("Write something first."))
    if language not in LANGUAGES:
        sentence = _("Choose the language you write in.")
        raise Invalid(sentence, fields={"language": [sentence]})
    line = DecisionLine.objects.create(
        decision=decision, side=by.side, text=text, language=language, client_ref=ref, by=by
    )
    record("meeting.decision_commented", meeting.ref, by=by, decision=decision.number)
    ring_meeting(meeting)
    return line


@transaction.atomic
def alarm_late_decisions(limit: int = 50) -> int:
    """Tell both desks of every decision that is open after its day, once; returns how many.

    May run in several processes at once. Where nobody is on duty at either desk, the next tick
    tries again.
    """
    late = list(
        MeetingDecision.objects.overdue()
        .filter(alarmed_at=None)
        .select_for_update(skip_locked=True, no_key=True, of=("self",))
        .select_related("meeting")[:limit]
    )
    told = 0
    for decision in late:
        meeting = decision.meeting
        parts = list(meeting.sides.select_related("desk").order_by("side"))
        heard = [_tell_late(decision, part.desk, parts) for part in parts]
        if any(heard):
            decision.alarmed_at = now()
            decision.save(update_fields=["alarmed_at"])
            record(
                "meeting.decision_late",
                meeting.ref,
                by=None,
                trail=decision.side,
                decision=decision.number,
            )
            ring_meeting(meeting)
            told += 1
    return told


def _tell_late(decision: MeetingDecision, desk: Unit, parts: list[MeetingSide]) -> bool:
    sender = next(part.desk for part in parts if part.desk != desk)
    card = meeting_card(decision.meeting, side=decision.side, event="decision_late")
    try:
        with transaction.atomic():
            raise_alert(
                decision.meeting.ref,
                card={**card, "decision": decision.number},
                priority=Priority.P3,
                to=[desk],
                sender=sender,
                by=None,
            )
    except Refused:
        return False
    return True
