"""Standard phrases that answer an alert, and with which its sender updates or cancels it."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from bordercoop.web.fields import CleanCharField

from .. import actions
from ..access import may
from ..board import card_of
from ..directory import console_of
from ..following import alert_of, raised_priorities
from ..models import Delivery, DeliveryState
from ..saying import Said
from .kinds import Deed, Purpose


def delivery_of(user: Any, uid: UUID) -> tuple[Delivery, str]:
    """The delivery, and what it is about in a line. Raises Http404."""
    delivery = get_object_or_404(Delivery.objects.visible_to(user).whole(), uid=uid)
    card = card_of(delivery, user)
    return delivery, " · ".join(filter(None, (card.number, card.title)))


def acknowledge(user: Any, uid: UUID) -> Purpose:
    delivery, subject = delivery_of(user, uid)

    def do(deed: str, said: Said, given: Mapping[str, Any]) -> str:
        verb = actions.accept_delivery if deed == "accept" else actions.acknowledge_delivery
        return console_of(verb(delivery, line=said, by=user), user)

    return Purpose(
        _("Acknowledge with a standard phrase"),
        subject,
        console_of(delivery, user),
        [delivery.alert.sender.side],
        [
            Deed("acknowledge", _("Acknowledge"), "check"),
            Deed("accept", _("Accept the task"), "circle-check"),
        ],
        do,
    )


def decline(user: Any, uid: UUID) -> Purpose:
    delivery, subject = delivery_of(user, uid)

    def do(deed: str, said: Said, given: Mapping[str, Any]) -> str:
        return console_of(actions.decline_delivery(delivery, reason=said, by=user), user)

    return Purpose(
        _("Decline with a standard phrase"),
        subject,
        console_of(delivery, user),
        [delivery.alert.sender.side],
        [Deed("decline", _("Decline the task"), "x")]
        if delivery.state != DeliveryState.ACCEPTED
        else [],
        do,
    )


def _follow(user: Any, uid: UUID) -> tuple[Any, str, list[str]]:
    alert = alert_of(user, uid)
    if not may(user, "acknowledge_alerts", alert.sender_id):
        raise Http404
    sides = sorted({row.desk.side for row in alert.deliveries.select_related("desk")})
    return alert, str(alert.card.get("number") or ""), sides


def update(user: Any, uid: UUID) -> Purpose:
    alert, subject, sides = _follow(user, uid)

    def do(deed: str, said: Said, given: Mapping[str, Any]) -> str:
        made = actions.update_alert(
            alert, line=said, priority=deed, client_ref=given["client_ref"], by=user
        )
        return reverse("alert", args=[(made or alert).uid])

    return Purpose(
        _("Update the alert with a standard phrase"),
        subject,
        reverse("alert", args=[alert.uid]),
        sides,
        [
            Deed(
                str(priority),
                _("Send the update as %(priority)s")
                % {"priority": f"{priority.value} {priority.label}"},
                "send",
            )
            for priority in raised_priorities(alert)
        ],
        do,
    )


def cancel(user: Any, uid: UUID) -> Purpose:
    alert, subject, sides = _follow(user, uid)

    def do(deed: str, said: Said, given: Mapping[str, Any]) -> str:
        made = actions.cancel_alert(alert, reason=said, by=user)
        return reverse("alert", args=[made.uid])

    return Purpose(
        _("Cancel the alert with a standard phrase"),
        subject,
        reverse("alert", args=[alert.uid]),
        sides,
        [Deed("cancel", _("Cancel the alert"), "ban")],
        do,
    )


def phoned(user: Any, uid: UUID) -> Purpose:
    """What a desk said by telephone, written down for the sender or for the desk."""
    delivery, subject = delivery_of(user, uid)
    ends = (delivery.alert.sender, delivery.desk)
    if not any(may(user, "acknowledge_alerts", end) for end in ends):
        raise Http404
    kind, _colon, about = delivery.alert.about.partition(":")
    of_broadcast = kind == "broadcast"
    back = reverse("broadcast", args=[about]) if of_broadcast else console_of(delivery, user)

    def do(deed: str, said: Said, given: Mapping[str, Any]) -> str:
        actions.acknowledge_by_phone(delivery, name=given["name"], line=said, by=user)
        return back

    return Purpose(
        _("Acknowledged by telephone, with a standard phrase"),
        f"{subject} · {delivery.desk.name}",
        back,
        sorted({end.side for end in ends}),
        [Deed("phoned", _("Write it down"), "check")] if delivery.waits else [],
        do,
        {"name": CleanCharField(label=pgettext("by telephone", "Who answered"), max_length=80)},
    )
