"""An alert with what followed it: its chain, and who may change it. Reads only."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.shortcuts import get_object_or_404
from django.utils.timezone import now

from .models import Alert, Delivery, Priority

# An open console is told what was called off meanwhile.
CALLED_OFF_LATELY, CALLED_OFF_MOST = timedelta(hours=12), 100
# What ends these is a step of the thing itself, by its own page.
OWN_END = (
    "broadcast", "line", "information_request", "notice", "meeting", "investigation", "handover",
    "line_inspection", "cap", "expertise", "risk_report",
    "exercise", "activation",
)  # fmt: skip


def alert_of(user: Any, uid: UUID) -> Alert:
    """An alert that the officer sent or reads a delivery of. Raises Http404."""
    seen = Delivery.objects.visible_to(user).values("alert_id")
    rows = Alert.objects.filter(pk__in=seen).select_related("sender", "raised_by")
    return get_object_or_404(rows, uid=uid)


def first_of(alert: Alert) -> Alert:
    """The alert with which the chain began."""
    known = {alert.pk}
    while alert.references_id is not None and alert.references_id not in known:
        known.add(alert.references_id)
        alert = Alert.objects.select_related("sender").get(pk=alert.references_id)
    return alert


def chain_of(alert: Alert) -> list[Alert]:
    """The chain of an alert in the order in which it was said, without cancels that took a copy
    back. What a pause held stands where it was decided, not where it came."""
    first = first_of(alert)
    rows = Alert.objects.about(first.about).filter(pk__gte=first.pk)
    found, known = [], set()
    for each in rows.select_related("sender", "raised_by", "references").order_by("pk"):
        if each.pk == first.pk or each.references_id in known:
            known.add(each.pk)
            if not each.takes_back:
                found.append(each)
    return sorted(found, key=lambda each: (each.pk != first.pk, each.said_at, each.pk))


def links_of(chain: Iterable[Alert]) -> list[dict[str, Any]]:
    """The chain as cards keep it."""
    return [
        {
            "uid": str(each.uid),
            "kind": str(each.kind),
            "priority": str(each.priority),
            "at": f"{each.said_at:%Y-%m-%dT%H:%M:%S}Z",
        }
        for each in chain
    ]


def cancel_of(chain: Iterable[Alert]) -> Alert | None:
    """The cancel by which the sender called the chain off, or withdrew what it is about."""
    return next((each for each in chain if each.kind == Alert.Kind.CANCEL), None)


def raised_priorities(alert: Alert) -> list[Priority]:
    """The present priority of the chain and those above it, the present one first."""
    present = urgent_of(chain_of(alert))
    return [p for p in reversed(list(Priority)) if p.value <= present]


def urgent_of(chain: Iterable[Alert]) -> str:
    """The most urgent priority that was said so far."""
    return min(str(each.priority) for each in chain)


def common_card(deliveries: Iterable[Delivery]) -> dict[str, Any]:
    """What every one of these desks may read alike; nothing that one of them may not, and nothing
    that the sender said in one message only."""
    cards = [delivery.card for delivery in deliveries]
    first = cards[0] if cards else {}
    left_out = {
        "chain", "line", "line_language", "said", "decided_at", "overtaken", "reason", "reopened",
        "version", "purged",
    }  # fmt: skip
    return {
        key: value
        for key, value in first.items()
        if key not in left_out and all(key in card and card[key] == value for card in cards)
    }


def latest_at_desks(chain: Iterable[Alert]) -> list[Delivery]:
    """Of each desk that still holds what the chain is about, the delivery of the chain that came
    last: its card has the facts that the desk holds, also where a pause held its words."""
    rows = Delivery.objects.filter(alert__in=[each.pk for each in chain])
    found: dict[int, Delivery] = {}
    for row in rows.select_related("alert__sender", "desk").order_by("pk"):
        found[row.desk_id] = row
    return [row for row in found.values() if row.recalled_at is None]


def called_off_at(desks: Iterable[int], user: Any) -> list[UUID]:
    """The alerts of the last hours that were called off at these desks, unanswered, and that
    nothing newer about the same thing took the place of; at most CALLED_OFF_MOST."""
    rows = Delivery.objects.visible_to(user).reaching(desks).filter(acknowledged_at=None)
    rows = rows.filter(recalled_at__isnull=False, queued_at__gte=now() - CALLED_OFF_LATELY)
    newer = Alert.objects.filter(about=OuterRef("alert__about"), pk__gt=OuterRef("alert_id"))
    newer = newer.exclude(kind=Alert.Kind.CANCEL).exclude(card__contains={"called_off": True})
    answered = Q(alert__card__contains={"event": "request_overdue"})
    rows = rows.filter(~Exists(newer), ~answered).order_by("-queued_at")
    return list(rows.values_list("uid", flat=True)[:CALLED_OFF_MOST])
