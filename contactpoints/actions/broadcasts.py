"""Emergency broadcasts: sent to every desk, repeated, ended."""

import uuid
from collections.abc import Iterable, Mapping
from datetime import UTC, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils.timezone import now
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bordercoop.audit.models import record
from bordercoop.errors import Invalid, KeyReused, NotAllowed, Refused
from bordercoop.live.doorbell import ring_many
from bordercoop.outbox.relay import post

from ..access import SERVICES, require
from ..broadcasts import all_clear_of, desks_told
from ..models import Alert, Broadcast, ChannelKind, Delivery, Emergency, Priority, Unit, Who
from ..reaching.posting import lane, post_step
from ..saying import Line, Said, columns, keep, repeats, worded_line
from ..watch import told_at
from .alerts import cancel_deliveries, raise_alert, topics_of_delivery
from .forward_ends import recall_forwards

LANGUAGES = ("lv", "be", "ru", "en")
# Of the first rounds these send letters too, then every thirtieth; the screens sound in each.
LOUD_ROUNDS = (1, 2, 3, 5, 10, 20)
MAIL = lane(ChannelKind.MAIL, Priority.P1)
# Numbers are given one after the other.
NUMBERING = 4_106_006


@transaction.atomic
def send_broadcast(
    sender: Unit,
    *,
    what: str,
    text: Line = "",
    language: str = "en",
    drill: bool = False,
    client_ref: uuid.UUID | None = None,
    by: Any,
) -> Broadcast:
    """Wake every desk of every point, also those where nobody is on duty, until each has
    acknowledged; as a `drill`, the officers on duty there and nobody beyond.

    `sender` is the desk or headquarters for which it is sent. `text` is text in `language`, or a
    standard phrase, which every reader has in the own one. The same `client_ref` is the same
    broadcast. Refused while one of the same unit goes on.
    """
    if by.side not in SERVICES or sender.side != by.side:
        raise NotAllowed(_("Desks and headquarters of the two services send broadcasts."))
    require(by, "acknowledge_alerts", sender)
    if what not in Emergency.values:
        raise _wrong("what", _("Choose what happened."))
    if language not in LANGUAGES:
        raise _wrong("language", _("Choose the language of the text."))
    needed = _("Write what happened.") if what == Emergency.OTHER else ""
    text = worded_line(text, "text", most=500, one_line=True, empty=needed)
    said = {
        "what": what,
        "language": "en" if isinstance(text, Said) else language,
        "drill": drill,
    }
    ref = client_ref or uuid.uuid4()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [NUMBERING])
    known = Broadcast.objects.whole().filter(by=by, client_ref=ref).first()
    if known is not None:
        if known.sender_id != sender.pk or not _repeats(known, text, said):
            raise KeyReused(_("This broadcast was sent already with other words. Start a new one."))
        return known
    going_on = Broadcast.objects.open().filter(sender=sender, drill=drill).first()
    if going_on is not None:
        raise Refused(
            _("%(number)s of %(unit)s still goes on. End it first, or call the desks that have "
              "not acknowledged.") % {"number": going_on.number, "unit": sender.name},
            code="broadcast_goes_on",
        )  # fmt: skip
    return _send(sender, ref, {**said, **columns("text", text)}, by)


def _repeats(known: Broadcast, text: Line, said: Mapping[str, Any]) -> bool:
    phrase = (known.said or {}).get("text")
    # Words that were a phrase then and are none by now come with the language of the page.
    names = said.keys() - ({"language"} if phrase else set())
    same = all(getattr(known, name) == said[name] for name in names)
    return same and repeats(text, known.text, phrase)


def _send(sender: Unit, ref: uuid.UUID, said: dict[str, Any], by: Any) -> Broadcast:
    at = now()
    year = at.astimezone(UTC).year
    number = (
        f"EB-{year}-{Broadcast.objects.filter(number__startswith=f'EB-{year}-').count() + 1:04d}"
    )
    broadcast = Broadcast(
        number=number,
        client_ref=ref,
        side=by.side,
        sender=sender,
        sent_at=at,
        repeat_at=at + timedelta(seconds=settings.BROADCAST_REPEAT_S),
        by=by,
        **said,
    )
    drill = said["drill"]
    broadcast.alert = raise_alert(
        broadcast.ref,
        card={
            "number": number, "side": by.side, "severity": 4, "event": "broadcast",
            "emergency": said["what"], "text": said["text"], "language": said["language"],
            "exercise": drill, **_on_card(said["said"], "text"),
        },
        priority=Priority.P1,
        to=desks_told(sender),
        sender=sender,
        status=Alert.Status.EXERCISE if drill else Alert.Status.ACTUAL,
        unwatched=True,
        by=by,
    )  # fmt: skip
    broadcast.save(force_insert=True)
    record("broadcast.sent", broadcast.ref, by=by, number=number, what=said["what"], drill=drill)
    _shout(broadcast)
    return broadcast


def _on_card(said: dict[str, Any] | None, field: str) -> dict[str, Any]:
    """What the card keeps beside its text: the phrase of a row (`saying.text_of_card`)."""
    return {"said": said[field]} if said and field in said else {}


def _wrong(field: str, sentence: str) -> Invalid:
    return Invalid(sentence, fields={field: [sentence]})


def _silent(broadcast: Broadcast) -> list[Delivery]:
    """The deliveries that nobody has acknowledged."""
    rows = Delivery.objects.open().filter(alert_id=broadcast.alert_id)
    return list(rows.select_related("alert__sender", "desk").order_by("pk"))


def _shout(broadcast: Broadcast) -> None:
    """Ring at the desks that are silent; in loud rounds also tell everybody of their steps."""
    silent = _silent(broadcast)
    loud = broadcast.rounds in LOUD_ROUNDS or broadcast.rounds % 30 == 0
    for delivery in silent:
        _tell_everybody(delivery, broadcast, loud)
    ring_many(sorted({topic for one in silent for topic in topics_of_delivery(one)}))


def _tell_everybody(delivery: Delivery, broadcast: Broadcast, loud: bool) -> None:
    steps: Iterable[tuple[int, dict[str, Any]]] = enumerate(delivery.steps)
    for index, step in list(steps)[: 1 if broadcast.drill else None]:
        key = f"delivery:{delivery.uid}:{index}"
        payload = {"delivery": str(delivery.uid), "step": index, "turn": delivery.wakes}
        if step["who"] == Who.POINT:
            continue  # every desk has the broadcast itself
        if broadcast.rounds == 1:
            post_step(delivery, index)  # by every channel; the alert itself has told the first
            continue
        if index == 0:
            post("live", f"{key}:live:{broadcast.rounds}", payload)
        if not loud:
            continue
        for officer in told_at(step, delivery.desk):
            told = {**payload, "to": officer.pk}
            post(MAIL, f"{key}:mail:{officer.pk}:{broadcast.rounds}", told)


@transaction.atomic
def repeat_broadcasts(limit: int = 20) -> int:
    """Send every broadcast again whose time has come, and end those that every desk has
    acknowledged; returns how many. May run in several processes at once."""
    at = now()
    due = list(
        Broadcast.objects.open()
        .filter(repeat_at__lte=at)
        .select_for_update(skip_locked=True, no_key=True, of=("self",))
        .select_related("sender", "alert")
        .order_by("repeat_at", "pk")[:limit]
    )
    for broadcast in due:
        if not _silent(broadcast):
            _end(broadcast, None, "")
            continue
        broadcast.rounds += 1
        broadcast.repeat_at = at + timedelta(seconds=settings.BROADCAST_REPEAT_S)
        broadcast.save(update_fields=["rounds", "repeat_at"])
        _shout(broadcast)
    return len(due)


def _end(broadcast: Broadcast, by: Any, outcome: Line) -> None:
    broadcast.ended_at, broadcast.ended_by = now(), by
    broadcast.repeat_at = None
    said = keep(broadcast, "outcome", outcome)
    broadcast.save(update_fields=["ended_at", "ended_by", "repeat_at", *said])
    record(
        "broadcast.ended",
        broadcast.ref,
        by=by,
        trail=broadcast.side,
        number=broadcast.number,
        rounds=broadcast.rounds,
    )


@transaction.atomic
def end_broadcast(broadcast: Broadcast, *, outcome: Line, by: Any) -> Broadcast:
    """Give the all-clear: nothing is repeated any more, desks that have not acknowledged need not,
    and every desk is told the outcome, text or a standard phrase, and acknowledges that. A repeat
    changes nothing."""
    broadcast = (
        Broadcast.objects.select_for_update(no_key=True, of=("self",)).whole().get(pk=broadcast.pk)
    )
    require(by, "acknowledge_alerts", broadcast.sender)
    outcome = worded_line(
        outcome, "outcome", most=500, one_line=True, empty=_("Write how it ended, in one line.")
    )
    if all_clear_of(broadcast) is not None:
        return broadcast
    if broadcast.purged_at is not None:
        raise Refused(_("The period for which it was kept has ended."), code="purged")
    desks = [delivery.desk for delivery in broadcast.alert.deliveries.select_related("desk")]
    cancel_deliveries(broadcast.ref, desks=[one.desk for one in _silent(broadcast)], by=by)
    heard = broadcast.alert.deliveries.filter(forwarded__gt=0)
    recall_forwards(heard.select_for_update(no_key=True, of=("self",)).order_by("pk"))
    if broadcast.ended_at is None:
        _end(broadcast, by, outcome)
    told = columns("outcome", outcome)
    raise_alert(
        broadcast.ref,
        card={
            "number": broadcast.number, "side": broadcast.side, "severity": 2,
            "event": "broadcast_ended", "emergency": broadcast.what, "text": told["outcome"],
            "language": "en" if told["said"] else (get_language() or "en").split("-")[0],
            "exercise": broadcast.drill, **_on_card(told["said"], "outcome"),
        },
        kind=Alert.Kind.UPDATE,
        priority=Priority.P3,
        to=desks,
        sender=broadcast.sender,
        status=broadcast.alert.status,
        references=broadcast.alert,
        unwatched=True,
        by=by,
    )  # fmt: skip
    return broadcast
