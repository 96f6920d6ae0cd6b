"""What the pages of the three contact points show. Reads only.

A reader learns of a desk's alerts what the console would tell as well: everything at desks within
reach, and elsewhere only what units within reach sent there. So no count, time or state here says
anything about what the other side keeps to itself.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from bordercoop.outbox.models import Message
from bordercoop.web.clocks import duration

from .access import units_where
from .board import Card, card_of
from .directory import Staff, ends_of, staffed
from .models import FLOOR, ChannelKind, ContactPoint, Delivery, Priority, Unit, Who
from .policies import policies_of
from .reaching.posting import kind_of
from .rota import may_read_rota

MOST = 20
# So many of the latest alerts say whether a channel works; older ones say nothing about today.
LATEST = 5


@dataclass
class Channel:
    """Whether alerts reach a desk this way, as far as the reader's own view tells.

    worked_at: when the last one was carried out; failed_at: when the last one was given up;
    trying: one is being tried again now.
    """

    code: str
    name: str
    icon: str
    worked_at: datetime | None = None
    failed_at: datetime | None = None
    trying: bool = False

    @property
    def state(self) -> str:
        """ "ok", "bad", "trying" or "unknown"."""
        if self.failed_at and (self.worked_at is None or self.failed_at > self.worked_at):
            return "bad"
        if self.trying:
            return "trying"
        return "ok" if self.worked_at else "unknown"


@dataclass
class Rung:
    """One step of an escalation policy in words: who, by what, and when for each priority.

    times: (code, name, words) of each priority.
    """

    who: str
    channels: str
    times: list[tuple[str, str, str]]


@dataclass
class End:
    """One end of a contact point as a reader may know it.

    items: cards of alerts that wait here, None at a desk out of reach; waiting: how many wait,
    None for a reader who sees no alerts anywhere; has_rota: whether its rota may be read.
    """

    staff: Staff
    channels: list[Channel]
    items: list[Card] | None
    waiting: int | None
    last_alert_at: datetime | None
    last_answer_at: datetime | None
    has_rota: bool


def names_of_channels() -> dict[str, tuple[str, str]]:
    """Channel -> its name and symbol."""
    return {
        "live": (pgettext("channel", "Live screen"), "device-desktop"),
        "mail": (pgettext("channel", "E-mail"), "send"),
        "push": (str(ChannelKind.PUSH.label), "bell"),
        "sms": (str(ChannelKind.SMS.label), "message"),
        "messenger": (str(ChannelKind.MESSENGER.label), "message"),
        "voice": (str(ChannelKind.VOICE.label), "phone"),
    }


def ends(user: Any, point: ContactPoint) -> list[End]:
    """Both ends of a point, the reader's side first."""
    desks = ends_of(user, point)
    latest = {
        desk.pk: list(_seen(user, desk).order_by("-pk").values_list("uid", "queued_at")[:LATEST])
        for desk in desks
    }
    told = _messages([uid for rows in latest.values() for uid, _at in rows])
    return [_end(user, staff, latest[staff.unit.pk], told) for staff in staffed(user, desks)]


def _seen(user: Any, desk: Unit) -> Any:
    return Delivery.objects.visible_to(user).at([desk.pk])


def _end(user: Any, staff: Staff, latest: list[Any], told: dict[str, list[Message]]) -> End:
    mine, desk = units_where(user, "view_alerts"), staff.unit
    waiting = _seen(user, desk).open()
    items = None
    if desk.pk in mine:
        items = [card_of(row, user) for row in waiting.whole().order_by("queued_at", "pk")[:MOST]]
    count = len(items) if items is not None and len(items) < MOST else None
    answered = _seen(user, desk).exclude(acknowledged_at=None).order_by("-acknowledged_at")
    return End(
        staff=staff,
        channels=_channels([message for uid, _at in latest for message in told.get(str(uid), [])]),
        items=items,
        waiting=(waiting.count() if count is None else count) if mine else None,
        last_alert_at=latest[0][1] if latest else None,
        last_answer_at=answered.values_list("acknowledged_at", flat=True).first(),
        has_rota=may_read_rota(user, desk),
    )


def _messages(uids: list[Any]) -> dict[str, list[Message]]:
    """Delivery uid -> its messages. Keys begin with it (actions.alerts), so an index finds them."""
    found: dict[str, list[Message]] = defaultdict(list)
    if uids:
        wanted = Q()
        for uid in uids:
            wanted |= Q(key__startswith=f"delivery:{uid}:")
        for message in Message.objects.filter(wanted).defer("payload"):
            found[message.key.split(":")[1]].append(message)
    return found


def _channels(messages: list[Message]) -> list[Channel]:
    channels = []
    for code, (name, icon) in names_of_channels().items():
        if code not in FLOOR:
            continue  # an officer's own: each attempt is on the alert's log
        own = [message for message in messages if kind_of(message.channel) == code]
        channels.append(
            Channel(
                code,
                name,
                icon,
                worked_at=max((m.done_at for m in own if m.done_at), default=None),
                failed_at=max((m.given_up_at for m in own if m.given_up_at), default=None),
                trying=any(
                    m.done_at is None and m.given_up_at is None and m.last_error for m in own
                ),
            )
        )
    return channels


def ladders(desks: list[Unit]) -> list[tuple[list[Unit], list[Rung]]]:
    """The escalation policies in words; desks with the same policy share one."""
    policies = policies_of(desks)
    found: list[tuple[list[Unit], list[Rung]]] = []
    for desk in desks:
        rungs = rungs_of(policies[desk.pk].steps) if desk.pk in policies else []
        same = next((some for some, known in found if known == rungs), None)
        if same is None:
            found.append(([desk], rungs))
        else:
            same.append(desk)
    return found


def rungs_of(steps: list[dict[str, Any]]) -> list[Rung]:
    """The steps of a policy in words."""
    names = names_of_channels()
    return [
        Rung(
            who=str(Who(step["who"]).label),
            channels=", ".join(names[code][0] for code in step["channels"] if code in names),
            times=[
                (
                    code,
                    str(name),
                    told_after([before["wait"].get(code) for before in steps[:place]]),
                )
                for code, name in Priority.choices
            ],
        )
        for place, step in enumerate(steps)
    ]


def told_after(waits: list[Any]) -> str:
    """When a step is told, in words: `waits` are those of the steps before it, in seconds,
    "next_shift", or None where the policy stops for this priority."""
    if None in waits:
        return pgettext("escalation", "never")
    if not waits:
        return pgettext("escalation", "at once")
    if "next_shift" in waits:
        if waits == ["next_shift"]:
            return _("at the end of the shift")
        return _("as long again")
    return _("after %(time)s") % {"time": duration(sum(waits))}
