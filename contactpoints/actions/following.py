"""The sender changes an alert that is out: an update, or a cancel because it was a false alarm.

Neither touches the copies that desks hold. A release of a newer version is an update too, and a
recall a cancel; those stand in the apps whose things they are about.
"""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bordercoop.audit.models import record
from bordercoop.errors import Invalid, KeyReused, Refused
from bordercoop.live.doorbell import ring_many
from bordercoop.reference.wording import worded

from ..access import require
from ..following import (
    OWN_END,
    cancel_of,
    chain_of,
    common_card,
    first_of,
    latest_at_desks,
    urgent_of,
)
from ..models import Alert, Delivery, HeldRelease, Priority
from ..pausing import paused_for
from ..saying import Line, Said, repeats, require_new
from .alerts import lock_about, raise_alert, restate_alerts, topics_of_delivery
from .forward_ends import recall_forwards
from .pausing import drop_one, hold_release, mark_held_gone, take_held

MOST = 500


def _locked_chain(alert: Alert, by: Any) -> tuple[Alert, list[Alert]]:
    """The first alert and the chain, under a lock that the verbs here share."""
    require(by, "acknowledge_alerts", alert.sender)
    if alert.about.partition(":")[0] in OWN_END:
        raise Refused(
            _("What this alert is about is ended on its own page. Open it from the card."),
            code="own_end",
        )
    if alert.takes_back:
        raise Refused(_("This is a recall already. It is not changed."), code="a_cancel")
    first = first_of(alert)
    lock_about(first.about)
    return first, chain_of(first)


def _said(line: Line, field: str, empty: str) -> dict[str, Any]:
    """What goes on the card: a phrase, or text with its language."""
    if isinstance(line, Said):
        return {"line": line.plain[:MOST], "line_language": "en", "said": line.kept}
    text = worded(line, field, most=MOST, one_line=True, empty=empty)
    return {"line": text, "line_language": (get_language() or "en").split("-")[0]}


@transaction.atomic
def update_alert(
    alert: Alert,
    *,
    line: Line,
    priority: Priority | str | None = None,
    client_ref: uuid.UUID | None = None,
    by: Any,
) -> Alert | None:
    """Tell the desks of an alert something more, and let it be more urgent; each acknowledges that.

    By who answers for the sender. `line` is text or a standard phrase. The same `client_ref` is the
    same update. Refused once the alert was cancelled, for a lower priority, and when nobody is on
    duty at one of the desks. What waits of the earlier ones goes on waiting. What goes to the other
    side where the exchange is paused waits for the end of the pause, unless it is P1: None when
    nothing went now.
    """
    first, chain = _locked_chain(alert, by)
    said = _said(line, "line", _("Write in one line what is new."))
    line = line if isinstance(line, Said) else said["line"]
    uid = uuid.uuid5(first.uid, str(client_ref or uuid.uuid4()))
    present = urgent_of(chain)
    wanted = str(priority or present)
    if wanted not in Priority.values:
        sentence = _("Choose a priority.")
        raise Invalid(sentence, fields={"priority": [sentence]})
    known = next((each for each in chain if each.uid == uid), None)
    if known is not None:
        if not _repeats(known.card, line) or known.priority != wanted:
            raise KeyReused(_("This update was sent already with other words. Start a new one."))
        return known
    if cancel_of(chain) is not None:
        raise Refused(
            _("This alert was cancelled. Release the incident anew instead of updating it."),
            code="called_off",
        )
    if wanted > present:
        sentence = _("An update may be more urgent than the alert, not less. It is %(priority)s.")
        sentence %= {"priority": present}
        raise Invalid(sentence, fields={"priority": [sentence]})
    return _update(first, chain, wanted, line, said, uid, by)


def _repeats(kept: Mapping[str, Any], line: Line) -> bool:
    return repeats(line, kept.get("line", ""), kept.get("said"))


def _update(
    first: Alert,
    chain: list[Alert],
    priority: str,
    line: Line,
    said: dict[str, Any],
    uid: uuid.UUID,
    by: Any,
) -> Alert | None:
    """Tell the desks that may be told now, and keep it for those at a point that is paused."""
    held = _still_held(chain)
    card = common_card(held)
    decision = {"alert": str(first.uid), "update": str(uid), "priority": priority, "said": said}
    waited = HeldRelease.objects.about(first.about).updates().filter(decision__update=str(uid))
    if before := waited.first():
        if before.decision["priority"] != priority or not _repeats(before.decision["said"], line):
            raise KeyReused(_("This update was sent already with other words. Start a new one."))
        return None
    require_new(line)
    side, waits = first.sender.side, []
    # By what each desk holds: they may have other versions, of other categories.
    for row in [] if priority == Priority.P1 else held:
        desk, category = row.desk, row.card.get("category") or ""
        if not paused_for([desk], side=side, category=category):
            continue
        waits.append(desk)
        hold_release(
            first.about,
            desk=desk,
            side=side,
            category=category,
            decision=decision,
            what=HeldRelease.What.UPDATE,
            uid=uuid.uuid5(uid, desk.code),
            by=by,
        )
    if waits:
        ring_many(sorted({first.sender.code, *(desk.code for desk in waits)}))
    now_told = [row for row in held if row.desk not in waits]
    if not now_told:
        return None
    return _follow(first, now_told, Alert.Kind.UPDATE, priority, card | said, uid=uid, by=by)


@transaction.atomic
def send_held_update(held: HeldRelease) -> bool:
    """Carry out an update as it was decided, when no pause holds it any more; whether it went.

    Its card says when it was decided, and whether the desk was told something newer meanwhile. It
    is as urgent as the alert is at the desk by then. Where the alert was called off meanwhile, or
    the desk holds nothing of it any more, it never goes. Refused, and to be tried again, while
    nobody is on duty at the desk.
    """
    first = Alert.objects.select_related("sender").get(uid=held.decision["alert"])
    lock_about(first.about)
    taken = take_held(held)
    if taken is None:
        return False
    chain = chain_of(first)
    there = [row for row in latest_at_desks(chain) if row.desk_id == taken.desk_id]
    if cancel_of(chain) is not None or not there:
        drop_one(taken, why="not_releasable", by=None)
        ring_many([first.sender.code])
        return False
    decision = taken.decision
    told = [each for each in chain if each.deliveries.filter(desk=taken.desk_id).exists()]
    card = common_card(there) | decision["said"] | {"decided_at": taken.at.isoformat()}
    if any(each.said_at > taken.at for each in told):
        card["overtaken"] = True
    _follow(
        first,
        there,
        Alert.Kind.UPDATE,
        min(decision["priority"], urgent_of(told)),
        card,
        uid=taken.uid,
        held_since=taken.at,
        by=taken.by,
    )
    mark_held_gone(taken)
    return True


@transaction.atomic
def drop_held_update(held: HeldRelease, *, by: Any) -> None:
    """Take back an update that still waits for the end of a pause: it never goes to that desk. One
    that went or was taken back is left alone."""
    first = Alert.objects.select_related("sender").get(uid=held.decision["alert"])
    require(by, "acknowledge_alerts", first.sender)
    rows = HeldRelease.objects.open().select_for_update(no_key=True, of=("self",))
    waiting = rows.select_related("desk").filter(pk=held.pk).first()
    if waiting is not None:
        drop_one(waiting, why="recalled", by=by)
        ring_many(sorted({first.sender.code, waiting.desk.code}))


@transaction.atomic
def cancel_alert(alert: Alert, *, reason: Line, by: Any) -> Alert:
    """Call an alert off, with all its updates: a false alarm. Each desk acknowledges that.

    By who answers for the sender. What waits of the earlier ones waits for nobody any more; the
    desks keep what they hold. Nobody needs to be on duty, and no pause holds it: what is false must
    not go on binding people. Updates that a pause holds never go. Cancelled twice is cancelled
    once; the first reason stands.
    """
    first, chain = _locked_chain(alert, by)
    said = _said(reason, "reason", _("Write why it is cancelled."))
    known = cancel_of(chain)
    if known is not None:
        return known
    require_new(reason)
    _deliveries(chain)
    held = _still_held(chain)
    card = {**common_card(held), **said, "called_off": True}
    made = _follow(first, held, Alert.Kind.CANCEL, urgent_of(chain), card, by=by)
    _rest(chain, by)
    _drop_waiting(first, by)
    return made


def _drop_waiting(first: Alert, by: Any) -> None:
    """What a pause still holds of a chain that is called off never goes."""
    rows = HeldRelease.objects.about(first.about).open().updates()
    rows = rows.filter(decision__alert=str(first.uid)).select_related("desk").order_by("pk")
    for held in rows.select_for_update(no_key=True, of=("self",)):
        drop_one(held, why="recalled", by=by)


def _still_held(chain: list[Alert]) -> list[Delivery]:
    held = latest_at_desks(chain)
    if not held:
        raise Refused(
            _("No desk holds this alert any more: it was taken back from all of them."),
            code="recalled",
        )
    return held


def _follow(
    first: Alert,
    held: list[Delivery],
    kind: Alert.Kind,
    priority: str,
    card: dict[str, Any],
    *,
    uid: uuid.UUID | None = None,
    held_since: datetime | None = None,
    by: Any,
) -> Alert:
    off = kind == Alert.Kind.CANCEL
    made = raise_alert(
        first.about,
        card=card,
        priority=priority,
        to=[row.desk for row in held],
        sender=first.sender,
        kind=kind,
        status=first.status,
        references=first,
        unwatched=off,
        uid=uid,
        by=by,
    )
    record(
        "alert.called_off" if off else "alert.updated",
        first.ref,
        by=by,
        subject=first.about,
        priority=priority,
        desks=sorted(row.desk.code for row in held),
        **({"held_since": held_since.isoformat()} if held_since else {}),
    )
    return made


def _rest(chain: list[Alert], by: Any) -> None:
    """Nobody has to acknowledge the earlier ones, and no progress is expected after them."""
    at = now()
    rows = _deliveries(chain)
    for delivery in rows:
        if delivery.waits:
            delivery.recalled_at = at
            delivery.kept = delivery.kept or sorted(delivery.card)
            record("delivery.recalled", delivery.ref, by=by, subject=chain[0].about)
        delivery.escalate_at = delivery.note_by = delivery.woken_at = delivery.held_until = None
        delivery.save(
            update_fields=[
                "recalled_at", "escalate_at", "note_by", "woken_at", "held_until", "kept",
            ]
        )  # fmt: skip
    recall_forwards(rows)
    restate_alerts(chain[0].about, only=[each.pk for each in chain], called_off=True)
    ring_many(sorted({topic for delivery in rows for topic in topics_of_delivery(delivery)}))


def _deliveries(chain: list[Alert]) -> list[Delivery]:
    """Those of the chain that were not taken back, under their locks."""
    rows = Delivery.objects.filter(alert__in=[each.pk for each in chain], recalled_at=None)
    return list(
        rows.select_for_update(no_key=True, of=("self",))
        .select_related("alert__sender", "desk")
        .order_by("pk")
    )
