"""What of the alerts that a side sent could not be delivered, and why, in plain words. Reads only.

A message is the outbox's; which delivery it belongs to stands in its payload.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Exists, IntegerField, OuterRef, Q, UUIDField
from django.db.models.fields.json import KT
from django.db.models.functions import Cast
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bordercoop.access.models import User
from bordercoop.outbox.models import Message, Messages
from bordercoop.outbox.relay import WAITING, ReceiverAway

from .access import may, units_where
from .board import Card, card_of
from .models import ChannelKind, Delivery, Trouble, Who
from .reaching.posting import kind_of

# More than so many would not be read one by one: then the mail server is down, or the like.
MOST = 500
# What the class of an error means to whoever sent the alert. The text of an error may name a
# person's address, and is for the operator alone.
REASONS: dict[str, Promise] = {
    "ConnectionRefusedError": _("The mail server does not answer."),
    "SMTPConnectError": _("The mail server does not answer."),
    "SMTPServerDisconnected": _("The mail server broke the connection off."),
    "ConnectionResetError": _("The mail server broke the connection off."),
    "BrokenPipeError": _("The mail server broke the connection off."),
    "gaierror": _("The mail server was not found in the network."),
    "OSError": _("The network did not let the message out."),
    "TimeoutError": _("The mail server took too long to answer."),
    "SMTPRecipientsRefused": _("The mail server does not accept the address of the officer."),
    "SMTPSenderRefused": _("The mail server does not accept mails of the portal."),
    "SMTPDataError": _("The mail server refused the mail."),
    "SMTPResponseException": _("The mail server refused the mail."),
    "SMTPAuthenticationError": _("The mail server does not let the portal sign in."),
    "SSLError": _("The connection to the mail server is not safe, so nothing was sent."),
    "SSLCertVerificationError": _(
        "The connection to the mail server is not safe, so nothing was sent."
    ),
    "OperationalError": _("The database of the portal was not reachable."),
    "InterfaceError": _("The database of the portal was not reachable."),
    "No attempt came to an end.": _("The portal was stopped during every attempt."),
}
# The same errors of another channel, which has no mail server.
OF_MAIL = set(REASONS) - {
    "OSError", "OperationalError", "InterfaceError", "No attempt came to an end.",
}  # fmt: skip
OF_ANY_UNREACHABLE = _("The service behind this channel does not answer.")
OF_ANY_TIMED_OUT = _("The service behind this channel took too long to answer.")
UNKNOWN = _("Something failed that has no word of its own here. The operator can see what it was.")


def in_words(error: str, kind: str = ChannelKind.MAIL) -> str:
    """Why a message of a channel was given up, for an officer, in the active language."""
    # A receiver that was away says beneath in which way.
    error = error.removeprefix(WAITING).removeprefix(f"{ReceiverAway.__name__}: ")
    name, _colon, rest = error.partition(":")
    if name == "Undelivered":
        reason = rest.rsplit(" ", 1)[-1]
        if reason in Trouble.values:
            return str(Trouble(reason).label)
    said = REASONS.get(name, UNKNOWN)
    if kind != ChannelKind.MAIL and name in OF_MAIL:
        said = OF_ANY_TIMED_OUT if name == "TimeoutError" else OF_ANY_UNREACHABLE
    return str(said)


# What is told to a system of a side is that side's own affair, and asks nothing of a desk.
OF_SYSTEMS = ("webhook",)


def given_up_of(deliveries: Iterable[Delivery]) -> Messages:
    """The outbox messages of these deliveries' present turns that were given up."""
    return _of_present_turn(Message.objects.given_up(), deliveries)


def on_their_way(deliveries: Iterable[Delivery]) -> Messages:
    """Those of these deliveries' present turns that are to go out, or are being tried."""
    return _of_present_turn(Message.objects.open(), deliveries)


def _of_present_turn(messages: Messages, deliveries: Iterable[Delivery]) -> Messages:
    """What an earlier turn posted, before the alert was handed back or woke up, says nothing."""
    by_turn: dict[int, list[str]] = defaultdict(list)
    for delivery in deliveries:
        by_turn[delivery.wakes].append(str(delivery.uid))
    present = Q(pk__in=[])
    for turn, uids in by_turn.items():
        present |= Q(payload__delivery__in=uids, payload__turn=turn)
    return messages.filter(present).exclude(channel__in=OF_SYSTEMS)


def _lost(user: Any) -> Any:
    """Open deliveries that the reader's units sent, of which a message was given up."""
    given_up = Message.objects.given_up().filter(payload__has_keys=["delivery", "turn"])
    given_up = given_up.exclude(channel__in=OF_SYSTEMS)
    said = given_up.annotate(
        of=Cast(KT("payload__delivery"), UUIDField()),
        turn=Cast(KT("payload__turn"), IntegerField()),
    )
    mine = units_where(user, "view_alerts")
    rows = Delivery.objects.open().filter(alert__sender_id__in=mine, uid__in=said.values("of"))
    return rows.filter(Exists(said.filter(of=OuterRef("uid"), turn=OuterRef("wakes"))))


def count_of(user: Any) -> int:
    """How many alerts of the reader's side did not get through to a desk that still waits."""
    return int(_lost(user).count()) if units_where(user, "view_alerts") else 0


@dataclass
class Lost:
    """One message that was given up. `who` is empty where the reader may not know it."""

    step: str
    kind: str
    reason: str
    attempts: int
    at: datetime
    who: Any


@dataclass
class DeadLetter:
    """A delivery that could not be told of as it should, with everything that was given up.

    `on_its_way`: how many of its messages are being tried.
    """

    card: Card
    lost: list[Lost] = field(default_factory=list)
    on_its_way: int = 0
    may_resend: bool = False

    @property
    def delivery(self) -> Delivery:
        return self.card.delivery


def dead_letters(user: Any) -> list[DeadLetter]:
    """Those of the reader's side, the most urgent first; at most five statements."""
    rows = list(_lost(user).whole().order_by("priority", "queued_at", "pk")[:MOST])
    found = {
        str(row.uid): DeadLetter(
            card_of(row, user), may_resend=may(user, "acknowledge_alerts", row.alert.sender_id)
        )
        for row in rows
    }
    if not rows:
        return []
    by_officer: dict[int, list[Lost]] = defaultdict(list)
    for uid in on_their_way(rows).values_list("payload__delivery", flat=True):
        found[uid].on_its_way += 1
    for message in given_up_of(rows).order_by("created_at", "pk"):
        one = found[message.payload["delivery"]]
        lost = _line(message, one.delivery)
        one.lost.append(lost)
        if user.side == one.delivery.desk.side and "to" in message.payload:
            by_officer[message.payload["to"]].append(lost)
    for officer in User.objects.filter(pk__in=by_officer) if by_officer else []:
        for lost in by_officer[officer.pk]:
            lost.who = officer
    return list(found.values())


def _line(message: Message, delivery: Delivery) -> Lost:
    step = message.payload.get("step", delivery.step)
    who = delivery.steps[step]["who"] if step < len(delivery.steps) else ""
    kind = kind_of(message.channel)
    return Lost(
        step=str(dict(Who.choices).get(who, "")),
        kind=str(ChannelKind(kind).label) if kind in ChannelKind.values else kind,
        reason=in_words(message.last_error, kind),
        attempts=message.attempts,
        at=message.given_up_at or message.created_at,
        who=None,
    )
