"""The exchange ledger and the alerts of a month as they leave the portal. Reads only."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django.utils.translation import get_language, gettext_lazy, pgettext_lazy

from bordercoop.reference.models import terms
from bordercoop.reference.translated import TextMark, headline_in
from bordercoop.tables.listing import Column, Listing
from contactpoints.access import units_where
from contactpoints.models import Alert, Delivery
from contactpoints.saying import wording

from .content import FIELDS
from .exchange import ledger, span
from .exporting import strictest

LEDGER = (
    Column("month", gettext_lazy("Month"), 7),
    Column("from", gettext_lazy("From"), 5),
    Column("to", gettext_lazy("To"), 5),
    Column("desk", gettext_lazy("Desk"), 12),
    Column("sent", pgettext_lazy("ledger", "Sent"), 6),
    Column("acknowledged", pgettext_lazy("ledger", "Acknowledged"), 9),
    Column("accepted", pgettext_lazy("delivery", "Accepted"), 7),
    Column("declined", pgettext_lazy("delivery", "Declined"), 7),
    Column("comments", gettext_lazy("Comments"), 8),
    Column("proposals", pgettext_lazy("content", "Proposals"), 8),
    Column("proposals_answered", gettext_lazy("Proposals answered"), 9),
    Column("late", pgettext_lazy("ledger", "Late"), 6),
    Column("recalled", gettext_lazy("Recalled"), 7),
    Column("median_s", gettext_lazy("Half within (seconds)"), 9),
    Column("p95_s", gettext_lazy("95 % within (seconds)"), 9),
)
ALERTS = (
    Column("at", gettext_lazy("Sent (UTC)"), 9),
    Column("number", gettext_lazy("Number"), 14),
    Column("kind", gettext_lazy("Kind"), 7),
    Column("status", gettext_lazy("Status"), 7),
    Column("priority", gettext_lazy("Priority"), 6),
    Column("category", FIELDS["category"], 14),
    Column("headline", FIELDS["headline"], 22),
    Column("from", gettext_lazy("From"), 12),
    Column("to", gettext_lazy("To"), 12),
    Column("state", gettext_lazy("State"), 9),
    Column("acknowledged_at", gettext_lazy("Acknowledged (UTC)"), 9),
    Column("acknowledged_by", gettext_lazy("Acknowledged by"), 12),
    Column("line", gettext_lazy("What will be done"), 16),
    Column("escalated_at", gettext_lazy("Escalated (UTC)")),
    Column("recalled_at", gettext_lazy("Recalled (UTC)")),
    Column("marking", pgettext_lazy("export", "Marking"), 10),
)


def ledger_listing(user: Any, month: date) -> Listing:
    """The ledger of the month: a row a pair of sides, then a row a desk."""
    pairs, desks = ledger(str(user.side), month)
    found = [*pairs, *desks]

    def rows() -> Iterator[list[Any]]:
        for row in found:
            unit = row.unit
            yield [
                f"{month:%Y-%m}",
                row.sender,
                row.receiver,
                unit.name if unit else row.desk,
                *(getattr(row, column.key) for column in LEDGER[4:]),
            ]

    return Listing(
        code="exchange",
        title=gettext_lazy("Exchange between the sides"),
        columns=LEDGER,
        count=len(found),
        rows=rows,
        filter=f"{month:%Y-%m}",
        asked={"month": f"{month:%Y-%m}"},
    )


def alerts_listing(user: Any, month: date) -> Listing:
    """Alerts at desks where `user` sees them and those that their units sent, by the month (UTC) in
    which they were sent; of each card what its desk may still read, or what the sender wrote."""
    since, until = span(month)
    mine = set(units_where(user, "view_alerts"))
    found = Delivery.objects.visible_to(user).filter(queued_at__gte=since, queued_at__lt=until)
    marked = set(
        found.order_by().values_list("alert__card__handling", "alert__card__tlp").distinct()
    )
    short, lines = strictest((one, other) for one, other in marked if one and other)

    def rows() -> Iterator[list[Any]]:
        known = terms("incident_category")
        for row in found.whole().order_by("queued_at", "pk").iterator(500):
            card = row.alert.card if row.alert.sender_id in mine else row.card
            category = known.get(card.get("category", ""))
            yield [
                row.queued_at,
                card.get("number", ""),
                str(Alert.Kind(row.alert.kind).label),
                str(Alert.Status(row.alert.status).label),
                row.priority,
                category.name if category else "",
                _headline(card),
                row.alert.sender.name,
                row.desk.name,
                str(row.get_state_display()),
                row.acknowledged_at,
                row.phoned or str(row.acknowledged_by or ""),
                wording(row, "line", user.side) or wording(row, "reason", user.side),
                row.escalated_at,
                row.recalled_at,
                " ".join(part for part in (card.get("handling"), card.get("tlp")) if part),
            ]

    return Listing(
        code="alerts",
        title=gettext_lazy("Alerts"),
        columns=ALERTS,
        count=found.count(),
        rows=rows,
        filter=f"{month:%Y-%m}",
        asked={"month": f"{month:%Y-%m}"},
        marking=short,
        marking_lines=lines,
    )


def _headline(card: Mapping[str, Any]) -> str:
    """In the active language where the card has it so from the list or from its sender; what
    somebody translated would want its mark, so there it is the original."""
    original, texts = card.get("headline") or "", card.get("texts") or {}
    found, _language, mark = headline_in(
        get_language() or "", original, card.get("language"), texts
    )
    return found if mark == TextMark.ORIGINAL else original
