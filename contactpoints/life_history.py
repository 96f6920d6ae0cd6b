"""What became of an alert at a desk before its present answer, for timelines and the duty journal.

Reads only.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Q

from .journal import Line, Span
from .models import Alert, Delivery, Forward, HandBack, Priority
from .saying import wording


def handed_back(deliveries: Iterable[Delivery]) -> list[tuple[Delivery, HandBack]]:
    """Each hand back of these deliveries, oldest first; a statement only where there is one."""
    known = {row.pk: row for row in deliveries if row.handed_back_id is not None}
    if not known:
        return []
    rows = HandBack.objects.filter(delivery_id__in=known)
    rows = rows.select_related("by", "acknowledged_by", "accepted_by")
    return [(known[row.delivery_id], row) for row in rows]


def journal_events(span: Span) -> Iterator[Line]:
    """The hand backs and the answers that ended by them, at the desk and at desks that it alerted;
    what it forwarded to posts, and what they acknowledged."""
    yield from _hand_backs(span)
    yield from _forwards(span)


def _hand_backs(span: Span) -> Iterator[Line]:
    seen = Delivery.objects.visible_to(span.user)
    at_desk, by_desk = Q(delivery__desk=span.unit), Q(delivery__alert__sender=span.unit)
    within = Q(at__range=span.between) | Q(acknowledged_at__range=span.between)
    within |= Q(accepted_at__range=span.between)
    rows = HandBack.objects.filter(at_desk | by_desk, within, delivery__in=seen)
    for row in rows.select_related("by", "acknowledged_by", "delivery__alert", "delivery__desk"):
        delivery = row.delivery
        here = delivery.desk_id == span.unit.pk
        card = delivery.card if here else delivery.alert.card
        facts = {
            "number": card.get("number") or "—",
            "unit": delivery.desk,
            "name": row.phoned,
            "priority": Priority(delivery.priority),
        }
        phoned = "acknowledged_by_phone" if row.phoned else "acknowledged"
        happened = [
            (row.acknowledged_at, phoned if here else "acknowledged_there", row.acknowledged_by,
             wording(row, "line", span.user.side)),
            (row.accepted_at, "accepted" if here else "accepted_there", row.accepted_by, ""),
            (row.at, "handed_back" if here else "handed_back_there", row.by,
             wording(row, "reason", span.user.side)),
        ]  # fmt: skip
        for at, kind, officer, text in happened:
            if at is not None and span.holds(at):
                yield Line(
                    at,
                    kind,
                    {**facts, "officer": officer},
                    text,
                    exercise=delivery.alert.status != Alert.Status.ACTUAL,
                )


def _forwards(span: Span) -> Iterator[Line]:
    within = Q()
    for name in ("at", "acknowledged_at", "withdrawn_at", "recall_seen_at"):
        within |= Q(**{f"{name}__range": span.between})
    rows = Forward.objects.visible_to(span.user).filter(within, delivery__desk=span.unit)
    for row in rows.whole():
        facts: dict[str, Any] = {
            "number": row.delivery.card.get("number") or "—",
            "unit": row.unit,
        }
        happened = [
            (row.at, "forwarded", row.by, wording(row, "line", span.user.side)),
            (row.acknowledged_at, "post_acknowledged", row.acknowledged_by,
             wording(row, "answer", span.user.side)),
            (row.withdrawn_at, "forward_withdrawn", row.withdrawn_by, ""),
            (row.recall_seen_at, "post_knows_recall", row.recall_seen_by, ""),
        ]  # fmt: skip
        for at, kind, officer, text in happened:
            if at is not None and span.holds(at):
                yield Line(
                    at,
                    kind,
                    {**facts, "officer": officer},
                    text,
                    exercise=row.delivery.alert.status != Alert.Status.ACTUAL,
                )
