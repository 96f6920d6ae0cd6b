"""Information requests: asked, answered whole or in parts, refused, taken back, overdue."""

import uuid
from datetime import UTC, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.audit.models import record
from bordercoop.errors import NotAllowed, Refused
from bordercoop.reference.models import terms
from bordercoop.reference.wording import worded
from contactpoints.access import require
from contactpoints.actions import acknowledge_delivery, cancel_deliveries, let_rest
from contactpoints.models import Delivery, Priority, Unit
from contactpoints.saying import Line, columns, keep, worded_line

from .. import handling
from ..handling import Marking
from ..models import (
    REQUEST_OPEN,
    STATE_AFTER,
    AnswerKind,
    Audience,
    InformationRequest,
    RequestAnswer,
    RequestMessage,
    RequestState,
    Urgency,
)
from .once import written_before
from .request_moves import (
    in_language,
    language_of_line,
    locked_request,
    own_desk,
    ring_request,
    same_line,
    same_words,
    tell_if_watched,
    tell_of_request,
    wrong_at,
)
from .signs import SERVICES

LONGEST = 5_000
# How loud the other desk's alert is; an overdue one is one step louder.
PRIORITY = {
    Urgency.URGENT: Priority.P2,
    Urgency.SOON: Priority.P3,
    Urgency.ROUTINE: Priority.P4,
}
LOUDER = {Priority.P2: Priority.P1, Priority.P3: Priority.P2, Priority.P4: Priority.P3}
NEXT_REQUEST = """
    INSERT INTO incidents_requestseries (year, last) VALUES (%s, 1)
    ON CONFLICT (year) DO UPDATE SET last = incidents_requestseries.last + 1
    RETURNING last
"""


def _term(vocabulary: str, code: str, sentence: str) -> str:
    """A code that may be chosen today; Invalid at `ground` for every other."""
    term = terms(vocabulary).get(code)
    if term is None or term.retired_at is not None:
        raise wrong_at("ground", sentence)
    return term.code


def _not_now(asked: InformationRequest) -> Refused:
    return Refused(
        _("%(number)s is at “%(state)s” now, so this is not possible. Read it again.")
        % {"number": asked.number, "state": RequestState(asked.state).label},
        code="wrong_state",
    )


@transaction.atomic
def ask_information(
    *,
    desk: Unit,
    to: Unit,
    subject: str,
    question: str,
    language: str,
    ground: str,
    ground_text: str = "",
    urgency: Urgency | str = Urgency.SOON,
    marking: Marking | None = None,
    exercise: bool = False,
    client_ref: uuid.UUID | None = None,
    by: Any,
) -> InformationRequest:
    """Ask a desk of the other side for information; it gets an alert as loud as the urgency, which
    also sets the deadline (`settings.REQUEST_HOURS`).

    `ground` is a code of `request_ground`; "other" wants words. The same `client_ref` is the same
    request. Refused when nobody is on duty there.
    """
    if by.side not in SERVICES or desk.side != by.side:
        raise NotAllowed(_("The desks of the two services ask each other for information."))
    require(by, "acknowledge_alerts", desk)
    if desk.kind != Unit.Kind.DESK or desk.retired_at is not None:
        raise wrong_at("desk", _("Choose a desk of your own side."))
    if to.kind != Unit.Kind.DESK or to.side not in SERVICES or to.side == by.side:
        raise wrong_at("to", _("Choose a desk of the other side."))
    if to.retired_at is not None:
        raise wrong_at("to", _("Choose a desk of the other side."))
    if urgency not in Urgency.values:
        raise wrong_at("urgency", _("Choose how soon you need the answer."))
    ground = _term("request_ground", ground, _("Choose the legal ground of the request."))
    needs = _("Write what the legal ground is.") if ground == "other" else ""
    marking = marking or handling.default()
    said = {
        "subject": worded(
            subject,
            "subject",
            most=160,
            one_line=True,
            empty=_("Say in one line what it is about."),
        ),
        "question": worded(
            question, "question", most=LONGEST, empty=_("Write what you want to know.")
        ),
        "ground_text": worded(ground_text, "ground_text", most=500, empty=needs),
        "language": in_language(language),
    }
    ref = client_ref or uuid.uuid4()
    try:
        with transaction.atomic():
            return _ask(desk, to, ref, urgency=Urgency(urgency), exercise=exercise, ground=ground,
                        said={**said, **marking.columns}, by=by)  # fmt: skip
    except IntegrityError as clash:
        if "request_asked_once" not in str(clash):
            raise
    known = InformationRequest.objects.select_related("desk", "to").get(by=by, client_ref=ref)
    same_words(known, desk_id=desk.pk, to_id=to.pk, **said)
    return known


def _ask(
    desk: Unit,
    to: Unit,
    ref: uuid.UUID,
    *,
    urgency: Urgency,
    exercise: bool,
    ground: str,
    said: dict[str, Any],
    by: Any,
) -> InformationRequest:
    at = now()
    year = at.astimezone(UTC).year
    with connection.cursor() as cursor:
        cursor.execute(NEXT_REQUEST, [year])
        number = f"RQ-{year}-{cursor.fetchone()[0]:05d}"
    asked = InformationRequest.objects.create(
        number=number,
        client_ref=ref,
        side=by.side,
        desk=desk,
        to=to,
        ground=ground,
        urgency=urgency,
        exercise=exercise,
        asked_at=at,
        due_at=at + timedelta(hours=settings.REQUEST_HOURS[urgency]),
        by=by,
        **said,
    )
    record("request.asked", asked.ref, by=by, number=number, desk=to.code, urgency=str(urgency))
    tell_of_request(asked, to=to, sender=desk, event="asked", priority=PRIORITY[urgency], by=by)
    ring_request(asked)
    return asked


def _acknowledge(asked: InformationRequest, by: Any) -> None:
    """Whoever answers has read it: what still waits for an acknowledgement at the desk has it."""
    for delivery in Delivery.objects.about(asked.ref).at([asked.to_id]).open().order_by("pk"):
        acknowledge_delivery(delivery, line=asked.number, by=by)


def _answer(
    asked: InformationRequest,
    kind: AnswerKind,
    *,
    text: Line,
    language: str,
    ground: str,
    marking: Marking | None,
    client_ref: uuid.UUID | None,
    by: Any,
) -> RequestAnswer:
    asked = locked_request(asked)
    desk = own_desk(asked, by)
    ref = client_ref or uuid.uuid4()
    rows = RequestAnswer.objects.filter(by=by)
    if known := written_before(rows, ref, asked=asked):
        same_line(known, text, kind=kind)
        return known
    if by.side == asked.side:
        raise NotAllowed(_("The side that was asked answers it."), code="own_request")
    if asked.state not in REQUEST_OPEN:
        raise _not_now(asked)
    marking = marking or handling.default()
    answer = RequestAnswer.objects.create(
        client_ref=ref,
        asked=asked,
        number=asked.answers.count() + 1,
        kind=kind,
        side=by.side,
        language=language_of_line(text, language),
        ground=ground,
        late=asked.overdue,
        by=by,
        **columns("text", text),
        **marking.columns,
    )
    state = STATE_AFTER[kind]
    if state != asked.state:
        asked.state = state
        asked.ended_at = None if state in REQUEST_OPEN else answer.at
        asked.save(update_fields=["state", "ended_at"])
    _acknowledge(asked, by)
    if not asked.open:
        let_rest(asked.ref, event="request_overdue", desks=[asked.desk], by=by)
        let_rest(asked.ref, desks=[asked.to], by=by)
    record("request.answered", asked.ref, by=by, kind=str(kind), late=answer.late)
    event = f"request_{state}"
    priority = Priority.P3 if asked.urgency == Urgency.URGENT else Priority.P4
    tell_if_watched(asked, to=asked.desk, sender=desk, event=event, priority=priority, by=by)
    ring_request(asked)
    return answer


@transaction.atomic
def answer_request(
    asked: InformationRequest,
    *,
    kind: AnswerKind | str,
    text: Line = "",
    language: str = "",
    marking: Marking | None = None,
    client_ref: uuid.UUID | None = None,
    by: Any,
) -> RequestAnswer:
    """Answer for the desk that was asked, under the own side's marking. `text` is text in
    `language`, or a standard phrase, which each reader has in the own one; as everywhere here.

    `whole` and `no_hit` end the request; `partly` and `hit` leave it open until the rest follows.
    Words are needed except for hit and no hit. The desk's alerts about it are acknowledged with it.
    The same `client_ref` is the same answer.
    """
    own_desk(asked, by)
    if kind not in AnswerKind.values or kind == AnswerKind.REFUSED:
        raise wrong_at("kind", _("Choose how you answer."))
    kind = AnswerKind(kind)
    needs = _("Write the answer.") if kind in (AnswerKind.PARTLY, AnswerKind.WHOLE) else ""
    text = worded_line(text, "text", most=LONGEST, empty=needs)
    return _answer(
        asked, kind, text=text, language=language, ground="", marking=marking,
        client_ref=client_ref, by=by,
    )  # fmt: skip


@transaction.atomic
def refuse_request(
    asked: InformationRequest,
    *,
    ground: str,
    text: Line,
    language: str = "",
    marking: Marking | None = None,
    client_ref: uuid.UUID | None = None,
    by: Any,
) -> RequestAnswer:
    """Refuse the request, or what is left of it, with a ground (`request_refusal`) and words."""
    own_desk(asked, by)
    ground = _term("request_refusal", ground, _("Choose on what ground you refuse."))
    text = worded_line(
        text, "text", most=LONGEST, empty=_("Write why you refuse: the other side reads it.")
    )
    return _answer(
        asked, AnswerKind.REFUSED, text=text, language=language, ground=ground, marking=marking,
        client_ref=client_ref, by=by,
    )  # fmt: skip


@transaction.atomic
def withdraw_request(asked: InformationRequest, *, reason: Line, by: Any) -> InformationRequest:
    """Take an own request back, with a reason that both read; nobody has to answer it any more, and
    its alerts are taken back from that desk. Twice is once."""
    asked = locked_request(asked)
    desk = own_desk(asked, by)
    if by.side != asked.side:
        raise NotAllowed(
            _("The side that asked takes it back. You can refuse it instead."), code="not_own"
        )
    if asked.state == RequestState.WITHDRAWN:
        return asked
    if asked.state not in REQUEST_OPEN:
        raise _not_now(asked)
    reason = worded_line(
        reason, "reason", most=500, empty=_("Write the reason: the other side reads it.")
    )
    said = keep(asked, "reason", reason)
    asked.state, asked.ended_at = RequestState.WITHDRAWN, now()
    asked.save(update_fields=[*said, "state", "ended_at"])
    record("request.withdrawn", asked.ref, by=by)
    cancel_deliveries(asked.ref, desks=[asked.to], by=by)
    let_rest(asked.ref, event="request_overdue", desks=[asked.desk], by=by)
    tell_if_watched(
        asked, to=asked.to, sender=desk, event="request_withdrawn", priority=Priority.P4, by=by
    )
    ring_request(asked)
    return asked


@transaction.atomic
def write_to_request(
    asked: InformationRequest,
    *,
    text: Line,
    audience: Audience | str = Audience.OWN,
    language: str = "",
    client_ref: uuid.UUID | None = None,
    by: Any,
) -> RequestMessage:
    """Write into the thread beside a request, for the own side (the default) or for both; also
    after it has ended. The same `client_ref` is the same message."""
    asked = locked_request(asked)
    own_desk(asked, by)
    ref = client_ref or uuid.uuid4()
    if audience not in Audience.values:
        raise wrong_at("audience", _("Choose who sees it."))
    text = worded_line(text, "text", most=LONGEST, empty=_("Write something first."))
    if known := written_before(RequestMessage.objects.filter(by=by), ref, asked=asked):
        same_line(known, text, audience=str(audience))
        return known
    message = RequestMessage.objects.create(
        client_ref=ref,
        asked=asked,
        side=by.side,
        audience=str(audience),
        language=language_of_line(text, language),
        by=by,
        **columns("text", text),
    )
    record("request.message", asked.ref, by=by, audience=message.audience)
    ring_request(asked, by.side if audience == Audience.OWN else "")
    return message


@transaction.atomic
def alarm_late_questions(limit: int = 50) -> int:
    """Tell both desks of every request that is open past its deadline, once; returns how many.

    Louder by one step than the request was. May run in several processes at once. Where nobody is
    on duty at either desk, the next tick tries again.
    """
    late = list(
        InformationRequest.objects.overdue()
        .filter(alarmed_at=None)
        .select_for_update(skip_locked=True, no_key=True, of=("self",))
        .select_related("desk", "to")
        # Those that nobody can hear now must not stand before the others at each tick.
        .order_by("?")[:limit]
    )
    told = 0
    for asked in late:
        priority = LOUDER[PRIORITY[Urgency(asked.urgency)]]
        heard = [
            tell_if_watched(
                asked, to=to, sender=sender, event="request_overdue", priority=priority, by=None
            )
            for to, sender in ((asked.to, asked.desk), (asked.desk, asked.to))
        ]
        if any(heard):
            asked.alarmed_at = now()
            asked.save(update_fields=["alarmed_at"])
            record("request.overdue", asked.ref, by=None, trail=asked.side, number=asked.number)
            ring_request(asked)
            told += 1
    return told
