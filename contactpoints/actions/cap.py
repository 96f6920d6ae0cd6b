"""CAP messages that come in: an alert at the caller's desk, or an answer to one of ours."""

import hashlib
from datetime import UTC, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.audit.models import record
from bordercoop.errors import NotAllowed, Refused
from bordercoop.formats.cap import Fault, Message, Reference, parse
from bordercoop.reference.wording import fault

from ..access import may, require, units_where
from ..cap.addresses import OURS, addressed, delivery_of, first_reference
from ..cap.incoming import STATUS, card_in, ends_at, priority_in
from ..cap.words import CapRefused
from ..models import Alert, CapMessage, Delivery, Priority, Unit, units
from .alerts import let_rest, mark_not_taken, raise_alert, restate_alerts
from .answering import acknowledge_delivery

# Messages are taken in and numbered one after the other.
NUMBERING = 4_106_030
# The same refusal of the same document is written down once an hour.
ONCE_IN = timedelta(hours=1)
LONGEST_TEXT = 100_000


@transaction.atomic
def receive_cap(raw: bytes, *, desk: Unit | None = None, by: Any) -> CapMessage:
    """Take a CAP message in at one of the desks for which `by` answers alerts: at `desk`, or at the
    one that it is addressed to.

    An Alert, Update or Cancel asks that desk to acknowledge; an Ack acknowledges for the desk what
    the portal sent it, an Error says that it could not be taken there. The same message again is
    the same row. Raises CapRefused, or the Refused of what it would do; nothing is kept then, and
    whoever calls writes it down by `refuse_cap`.
    """
    if desk is not None:
        require(by, "acknowledge_alerts", desk)
    mine = _require_somewhere(by)
    try:
        message = parse(raw, most=settings.CAP_MOST_BYTES)
    except Fault as wrong:
        raise CapRefused.of(wrong) from wrong
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [NUMBERING])
    _check_text(message)
    if message.kind in ("Ack", "Error"):
        deliveries = _answered(message, by)
        desk = deliveries[0].desk
        if (known := _known(raw, message, desk)) is not None:
            return known
        _check_time(message)
        row = _row(raw, message, desk, by)
        row.delivery = deliveries[0]
        _answer(message, deliveries, by)
    else:
        desk = _desk(message, desk, mine)
        if (known := _known(raw, message, desk)) is not None:
            return known
        _check_time(message)
        row = _row(raw, message, desk, by)
        _alarm(row, message, desk, by)
    row.save(force_insert=True)
    record(
        "cap.received", row.ref, by=by, number=row.number, kind=row.kind, status=row.status,
        desk=desk.code, sender=row.sender, identifier=row.identifier, sha256=row.sha256,
        **row.facts,
    )  # fmt: skip
    return row


def _require_somewhere(by: Any) -> frozenset[int]:
    """The units for which `by` answers alerts; raises NotAllowed when there are none."""
    mine = units_where(by, "acknowledge_alerts")
    if not mine:
        raise NotAllowed(
            _(
                "CAP messages are taken in by whoever answers alerts at a desk. Your posting does "
                "not allow it."
            )
        )
    return mine


def _check_text(message: Message) -> None:
    """What the portal may not keep, whoever sent it."""
    said = [message.note, message.source, message.restriction]
    for info in message.infos:
        said += [
            info.event, info.headline, info.description, info.instruction, info.audience,
            info.sender_name, info.contact, *(one.value for one in info.parameters),
            *(area.description for area in info.areas),
        ]  # fmt: skip
    for text in said:
        if sentence := fault(text, LONGEST_TEXT):
            raise Refused(sentence, code="cap_text", status=400)


def _check_time(message: Message) -> None:
    at = now()
    if message.status not in STATUS:
        raise CapRefused("status_not_taken", status=message.status)
    if message.sent > at + timedelta(seconds=settings.CAP_CLOCK_AHEAD_S):
        raise CapRefused("from_the_future", at=message.sent.isoformat())
    if message.kind in ("Alert", "Update") and ends_at(message) <= at:
        raise CapRefused("expired", at=ends_at(message).isoformat())


def _desk(message: Message, named: Unit | None, mine: frozenset[int]) -> Unit:
    """The caller's desk that the message is for."""
    if message.kind in ("Alert", "Update") and not message.infos:
        raise CapRefused("no_info")
    if message.identifier.startswith(OURS) and delivery_of(message.identifier):
        raise CapRefused("own_message")
    desks = [
        unit
        for unit in units().values()
        if unit.pk in mine and unit.kind == Unit.Kind.DESK and unit.retired_at is None
    ]
    hit = addressed(message.addresses, desks)
    if named is not None and (named in hit or not message.addresses):
        return named
    if not message.addresses:
        raise CapRefused("name_a_desk")
    if named is not None or not hit:
        raise CapRefused("not_addressed", addresses=" ".join(message.addresses)[:200])
    if len(hit) > 1:
        raise CapRefused("name_one_desk", desks=", ".join(one.code for one in hit))
    return hit[0]


def _known(raw: bytes, message: Message, desk: Unit) -> CapMessage | None:
    """The same message, when the desk has taken it in already; refused with another content."""
    same = CapMessage.objects.taken().filter(
        desk=desk, identifier=message.identifier, sender=message.sender, sent=message.sent
    )
    found = same.whole().first()
    if found is not None and found.sha256 != hashlib.sha256(raw).hexdigest():
        raise CapRefused("other_content", number=found.number)
    return found


def _row(raw: bytes, message: Message, desk: Unit, by: Any) -> CapMessage:
    year = now().astimezone(UTC).year
    count = CapMessage.objects.filter(number__startswith=f"CAP-{year}-").count()
    return CapMessage(
        way=CapMessage.Way.IN,
        state=CapMessage.State.ACCEPTED,
        number=f"CAP-{year}-{count + 1:04d}",
        desk=desk,
        identifier=message.identifier,
        sender=message.sender,
        sent=message.sent,
        kind=message.kind,
        status=message.status,
        signed=bool(message.signatures),
        xml=raw,
        size=len(raw),
        sha256=hashlib.sha256(raw).hexdigest(),
        at=now(),
        by=by,
    )


# --- an alert of others


def _alarm(row: CapMessage, message: Message, desk: Unit, by: Any) -> None:
    """Ask the desk to acknowledge what others say, in place of what they said before. A change
    lowers nothing that nobody has acknowledged."""
    earlier = _earlier(row, message, desk) if message.kind != "Alert" else None
    card = card_in(message, number=row.number, desk=desk)
    about, references, waited = row.ref, None, ""
    if earlier is not None and earlier.alert is not None:
        about, references = earlier.alert.about, earlier.alert
        card = {**_kept_words(references), **card}
        if message.kind == "Cancel":  # posts to which it was forwarded hear of it as well
            restate_alerts(about, withdrawn=True)
        waited = _waiting_priority(about, desk)
        let_rest(about, desks=[desk], by=by)
    row.references = earlier
    priority: Priority | str = Priority.P3
    if message.infos:
        priority = priority_in(message)
    elif references is not None:
        priority = references.priority
    if message.kind == "Update" and waited and waited < str(priority):
        row.facts = {"said": str(priority), "stays": waited}
        priority = waited
    row.alert = raise_alert(
        about,
        card=card,
        priority=priority,
        to=[desk],
        # What others send, the desk itself brings in; neither side sent it to the other.
        sender=desk,
        kind=message.kind.lower(),
        status=STATUS[message.status],
        references=references,
        unwatched=message.kind == "Cancel",
        by=by,
    )


def _waiting_priority(about: str, desk: Unit) -> str:
    """The most urgent of what the desk has not acknowledged of a chain, under the locks; "" where
    nothing waits."""
    rows = Delivery.objects.about(about).at([desk.pk]).open().order_by("pk")
    return min((str(one.priority) for one in rows.select_for_update(no_key=True)), default="")


def _kept_words(before: Alert) -> dict[str, Any]:
    """What a cancel without content leaves standing on its card."""
    words = (
        "severity", "headline", "language", "texts", "category", "happened_at", "lat", "lon",
        "cap_category", "cap_certainty",
    )  # fmt: skip
    return {word: before.card[word] for word in words if word in before.card}


def _earlier(row: CapMessage, message: Message, desk: Unit) -> CapMessage:
    """The newest of what the message changes. Refused when none of it was taken in at this desk, or
    when the message may not change it."""
    taken = CapMessage.objects.taken().filter(desk=desk, alert__isnull=False)
    first = None
    for named in message.references:
        found = _named(taken, named)
        first = first or found
    if first is None or first.alert is None:
        raise CapRefused("unknown_reference", reference=message.references[0].text[:200])
    chain = list(taken.filter(alert__about=first.alert.about).whole().order_by("pk"))
    last = chain[-1]
    if first.sender != message.sender:
        raise CapRefused("other_sender", sender=first.sender)
    if first.status != message.status:
        raise CapRefused("status_differs", status=message.status, before=first.status)
    if last.kind == "Cancel":
        raise CapRefused("cancelled", number=last.number)
    if last.sent is not None and last.sent > message.sent:
        raise CapRefused("older", number=last.number)
    return last


def _named(rows: Any, named: Reference) -> CapMessage | None:
    found: CapMessage | None = (
        rows.filter(identifier=named.identifier, sender=named.sender, sent=named.sent)
        .select_related("alert")
        .first()
    )
    return found


# --- an answer to an alert of ours


def _answered(message: Message, by: Any) -> list[Delivery]:
    """The deliveries to which the message answers. Refused when one of them is unknown or out of
    sight, and where this account does not answer for the desk."""
    found = []
    for named in message.references:
        uid = delivery_of(named.identifier)
        rows = Delivery.objects.visible_to(by).filter(uid=uid) if uid else Delivery.objects.none()
        delivery = rows.select_related("alert__sender", "desk").first()
        if delivery is None or not _is_ours(delivery, named):
            raise CapRefused("unknown_reference", reference=named.text[:200])
        if not any(may(by, "acknowledge_alerts", pk) for pk in delivery.passed_to or []):
            require(by, "acknowledge_alerts", delivery.desk)
        before = delivery.alert.status.capitalize()
        if message.status != before:
            raise CapRefused("status_differs", status=message.status, before=before)
        if delivery not in found:
            found.append(delivery)
    return sorted(found, key=lambda one: one.pk)


def _is_ours(delivery: Delivery, named: Reference) -> bool:
    """Whether a message of this name and time went out, or would be the first one."""
    first = first_reference(delivery)
    if (named.sender, named.identifier, named.sent) == (first.sender, first.identifier, first.sent):
        return True
    given = CapMessage.objects.given(delivery)
    return given.filter(identifier=named.identifier, sent=named.sent).exists()


def _answer(message: Message, deliveries: list[Delivery], by: Any) -> None:
    for delivery in deliveries:
        if message.kind == "Ack":
            acknowledge_delivery(delivery, line=" ".join(message.note.split()), by=by)
        else:
            said = " ".join(message.note.split()) or _("The desk's own system refused it.")
            mark_not_taken(delivery, failure=said, system=message.sender, by=by)


# --- what was refused


@transaction.atomic
def refuse_cap(
    raw: bytes, refusal: Refused, *, size: int | None = None, desk: Unit | None = None, by: Any
) -> CapMessage:
    """Write down that a message was refused, and why; nothing of its content stays.

    `raw` may be only the beginning of it, and `size` what it claims then. The same document refused
    to the same officer for the same reason within an hour is written down once.
    """
    _require_somewhere(by)
    whole = size is None or size == len(raw)
    digest = hashlib.sha256(raw).hexdigest() if whole else ""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [NUMBERING])
    same = CapMessage.objects.filter(
        state=CapMessage.State.REFUSED, by=by, sha256=digest, code=refusal.code[:40],
        at__gt=now() - ONCE_IN,
    )  # fmt: skip
    if (known := same.first()) is not None:
        return known
    message = _readable(raw)
    if desk is None and message is not None:
        own = units_where(by, "acknowledge_alerts")
        hit = addressed(message.addresses, [one for one in units().values() if one.pk in own])
        desk = hit[0] if len(hit) == 1 else None
    row = CapMessage(
        way=CapMessage.Way.IN,
        state=CapMessage.State.REFUSED,
        desk=desk if desk is not None and may(by, "acknowledge_alerts", desk) else None,
        size=min(size if size is not None else len(raw), 2_000_000_000),
        sha256=digest,
        code=refusal.code[:40],
        facts=getattr(refusal, "facts", {}),
        reason="" if isinstance(refusal, CapRefused) else str(refusal)[:1000],
        by=by,
    )
    if message is not None:
        row.identifier, row.sender, row.sent = message.identifier, message.sender, message.sent
        row.kind, row.status = message.kind, message.status
        row.signed = bool(message.signatures)
    row.save(force_insert=True)
    record(
        "cap.refused", row.ref, by=by, code=row.code, sender=row.sender, identifier=row.identifier,
        sha256=digest,
    )  # fmt: skip
    return row


def _readable(raw: bytes) -> Message | None:
    """The message, where at least that can be read."""
    try:
        return parse(raw, most=settings.CAP_MOST_BYTES)
    except Fault:
        return None
