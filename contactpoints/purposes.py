"""For what an officer uses a standard phrase: who reads it, which buttons send it, and where to.

Apps above add theirs by settings.PHRASE_USES: word in the address -> (user, uid) -> Purpose.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from . import actions
from .access import may
from .board import card_of
from .directory import console_of
from .following import alert_of, raised_priorities
from .models import Delivery, DeliveryState
from .saying import Said


@dataclass(frozen=True)
class Deed:
    """A button: its word in the form, what it says, its symbol."""

    name: str
    label: str
    icon: str


@dataclass(frozen=True)
class Purpose:
    """`do` sends (deed, phrase, client_ref) and gives the address to go to."""

    heading: str
    subject: str
    back: str
    readers: list[str]
    deeds: list[Deed]
    do: Callable[[str, Said, UUID], str]


def purpose_of(use: str, user: Any, uid: UUID) -> Purpose:
    """Raises Http404 for a use that there is not, and for what the officer may not see."""
    found = {
        "acknowledge": _acknowledge,
        "decline": _decline,
        "update": _update,
        "cancel": _cancel,
    }.get(use)
    if found is None:
        if use not in settings.PHRASE_USES:
            raise Http404
        found = import_string(settings.PHRASE_USES[use])
    return found(user, uid)


def _delivery(user: Any, uid: UUID) -> tuple[Delivery, str]:
    delivery = get_object_or_404(Delivery.objects.visible_to(user).whole(), uid=uid)
    card = card_of(delivery, user)
    return delivery, " · ".join(filter(None, (card.number, card.title)))


def _acknowledge(user: Any, uid: UUID) -> Purpose:
    delivery, subject = _delivery(user, uid)

    def do(deed: str, said: Said, ref: UUID) -> str:
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


def _decline(user: Any, uid: UUID) -> Purpose:
    delivery, subject = _delivery(user, uid)

    def do(deed: str, said: Said, ref: UUID) -> str:
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


def _update(user: Any, uid: UUID) -> Purpose:
    alert, subject, sides = _follow(user, uid)

    def do(deed: str, said: Said, ref: UUID) -> str:
        made = actions.update_alert(alert, line=said, priority=deed, client_ref=ref, by=user)
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


def _cancel(user: Any, uid: UUID) -> Purpose:
    alert, subject, sides = _follow(user, uid)

    def do(deed: str, said: Said, ref: UUID) -> str:
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
