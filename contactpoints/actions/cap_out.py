"""CAP messages that go out: an alert as the reader's copy holds it, and what a desk answered."""

import hashlib
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.audit.models import record
from bordercoop.errors import NotAllowed, Refused
from bordercoop.formats.cap import Message, Reference, write

from ..access import units_where
from ..cap.addresses import identifier_of
from ..cap.outgoing import KIND, answer_of, first_reference, local, message_of
from ..following import chain_of
from ..models import NUMBER_ONLY, Alert, CapMessage, Delivery
from .alerts import locked


def _require_reading(delivery: Delivery, by: Any) -> None:
    """Raise NotAllowed unless `by` sees the alerts of its desk, or of the unit that sent it."""
    at = {delivery.desk_id, delivery.alert.sender_id, *(delivery.passed_to or [])}
    if by is not None and not at & units_where(by, "view_alerts"):
        raise NotAllowed(_("Your posting does not show you this alert."))


@transaction.atomic
def write_cap(delivery: Delivery, *, by: Any) -> bytes:
    """The alert at this desk as a CAP 1.2 document, valid by its schema.

    The first is an Alert, or what the alert itself is. While nothing changes it is the same
    document again; when the desk's copy says more or less, an Update that refers to those before;
    when it was taken back, a Cancel without content. Refused (410) once a purge took its words.
    """
    delivery = locked(delivery)
    _require_reading(delivery, by)
    if "purged" in delivery.alert.card:
        sentence = _("The period for which it was kept has ended.")
        raise Refused(sentence, code="purged", status=410)
    base = message_of(delivery, _changed_by(delivery))
    digest = hashlib.sha256(write(base)).hexdigest()
    given = list(CapMessage.objects.given(delivery))
    if not given or given[-1].sha256 != digest:
        row = _next(delivery, base, given, digest)
        row.save(force_insert=True)
        given.append(row)
    record("cap.given", given[-1].ref, by=by, identifier=given[-1].identifier)
    return write(_named(delivery, base, given))


def _next(delivery: Delivery, base: Message, given: list[CapMessage], digest: str) -> CapMessage:
    # The first name is that of the alert; what was taken back before anybody asked is its change.
    late = given[0].identifier != base.identifier if given else delivery.recalled_at is not None
    turn = len(given) + (2 if late else 1)
    kind = base.kind if turn == 1 or base.kind == "Cancel" else "Update"
    return CapMessage(
        way=CapMessage.Way.OUT,
        state=CapMessage.State.GIVEN,
        desk=delivery.desk,
        identifier=identifier_of(delivery, turn),
        sender=base.sender,
        sent=base.sent if turn == 1 else now().replace(microsecond=0),
        kind=kind,
        status=base.status,
        sha256=digest,
        delivery=delivery,
        alert=delivery.alert,
    )


def _named(delivery: Delivery, base: Message, given: list[CapMessage]) -> Message:
    """The content under the name of the last of `given`, which refers to those before it."""
    row, before = given[-1], given[:-1]
    if row.identifier == base.identifier:
        return base
    refers = tuple(_reference(one, delivery) for one in before) or (
        _local(first_reference(delivery), delivery),
    )
    if delivery.alert.kind == Alert.Kind.CANCEL:
        refers = (*base.references, *(one for one in refers if one not in base.references))
    assert row.sent is not None
    return replace(
        base,
        identifier=row.identifier,
        sent=local(row.sent, delivery),
        kind=row.kind,
        references=refers,
    )


def _reference(row: CapMessage, delivery: Delivery) -> Reference:
    assert row.sent is not None
    return _local(Reference(row.sender, row.identifier, row.sent), delivery)


def _local(reference: Reference, delivery: Delivery) -> Reference:
    return replace(reference, sent=local(reference.sent, delivery))


def _changed_by(delivery: Delivery) -> tuple[Reference, ...]:
    """The messages that this alert changes, as the same desk was sent them: an update the first of
    its chain, a cancel all before it."""
    alert = delivery.alert
    if KIND[alert.kind] == "Alert" or alert.references_id is None:
        return ()
    if alert.kind == Alert.Kind.CANCEL:
        return _in_force_before(delivery)
    before = (
        Delivery.objects.filter(alert_id=alert.references_id, desk=delivery.desk_id)
        .select_related("alert__sender", "desk")
        .first()
    )
    if before is None:
        return ()
    # Only its first name: what became of it later must not change what this one says.
    return (_local(first_reference(before), before),)


def _in_force_before(delivery: Delivery) -> tuple[Reference, ...]:
    """Every message of the chain that the desk may have when the cancel was raised: of each alert
    the first, asked for or not, and the changes that were given out by then. What the sender had
    taken back by then has a cancel of its own. Later changes do not make another document of it."""
    alert = delivery.alert
    chain = [each.pk for each in chain_of(alert) if each.pk < alert.pk]
    rows = Delivery.objects.filter(alert__in=chain, desk=delivery.desk_id)
    found = []
    for before in rows.select_related("alert__sender", "desk").order_by("pk"):
        recalled_at = before.recalled_at if before.kept == NUMBER_ONLY else None
        if recalled_at and not alert.takes_back and recalled_at < alert.raised_at:
            continue
        first = _local(first_reference(before), before)
        changes = CapMessage.objects.given(before).filter(at__lte=alert.raised_at)
        later = [_reference(row, before) for row in changes]
        found += [first, *(one for one in later if one.identifier != first.identifier)]
    return tuple(found)


@transaction.atomic
def answer_cap(delivery: Delivery, *, by: Any) -> bytes:
    """What the desk answered, as a CAP 1.2 document: an Ack with its line, or an Error with the
    reason when it declined or could not be reached. Phrases and the portal's own sentences are in
    the active language. Refused while there is no answer."""
    delivery = locked(delivery)
    _require_reading(delivery, by)
    answer = answer_of(delivery)
    if answer is None:
        raise Refused(
            _("%(desk)s has not answered yet.") % {"desk": delivery.desk.name}, code="no_answer"
        )
    answer, raw, known = _answer_given(answer, delivery)
    if known is None:
        known = CapMessage(
            way=CapMessage.Way.OUT,
            state=CapMessage.State.GIVEN,
            desk=delivery.desk,
            identifier=answer.identifier,
            sender=answer.sender,
            sent=answer.sent,
            kind=answer.kind,
            status=answer.status,
            sha256=hashlib.sha256(raw).hexdigest(),
            delivery=delivery,
            alert=delivery.alert,
        )
        known.save(force_insert=True)
    record("cap.given", known.ref, by=by, identifier=known.identifier)
    return raw


def _answer_given(answer: Message, delivery: Delivery) -> tuple[Message, bytes, CapMessage | None]:
    """The answer under the name by which these bytes were given before, else under the next free
    one: a place in it may have been renamed since, and one name never stands for two contents."""
    given = {
        row.identifier: row
        for row in CapMessage.objects.filter(
            way=CapMessage.Way.OUT,
            delivery=delivery,
            identifier__startswith=answer.identifier,
        )
    }
    turn, named = 1, answer
    while True:
        raw, known = write(named), given.get(named.identifier)
        if known is None or known.sha256 == hashlib.sha256(raw).hexdigest():
            return named, raw, known
        turn += 1
        named = replace(answer, identifier=f"{answer.identifier}-{turn}")
