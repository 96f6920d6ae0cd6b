"""A desk's figures and a statement of exchange as they leave the portal. Reads only."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from bordercoop.tables.listing import Column, Listing

from .ledger import FIGURES, desk_month
from .models import ExchangeStatement, Unit
from .statements import lines_of

DESK = (
    Column("month", gettext_lazy("Month"), 7),
    Column("desk", gettext_lazy("Desk"), 12),
    Column("status", gettext_lazy("Status"), 9),
    Column("priority", gettext_lazy("Priority"), 9),
    Column("received", pgettext_lazy("ledger", "Received"), 7),
    Column("acknowledged", pgettext_lazy("ledger", "Acknowledged"), 8),
    Column("in_time", pgettext_lazy("ledger", "In time"), 7),
    Column("late", pgettext_lazy("ledger", "Late"), 6),
    Column("waiting", pgettext_lazy("ledger", "Still waiting"), 7),
    Column("escalated", gettext_lazy("Escalated"), 7),
    Column("declined", pgettext_lazy("delivery", "Declined"), 7),
    Column("recalled", gettext_lazy("Recalled"), 7),
    Column("failed", pgettext_lazy("ledger", "Failed"), 7),
    Column("deliver_median_s", gettext_lazy("Delivered, half within (seconds)"), 8),
    Column("deliver_p95_s", gettext_lazy("Delivered, 95 % within (seconds)"), 8),
    Column("open_median_s", gettext_lazy("Opened, half within (seconds)"), 8),
    Column("open_p95_s", gettext_lazy("Opened, 95 % within (seconds)"), 8),
    Column("acknowledge_median_s", gettext_lazy("Acknowledged, half within (seconds)"), 8),
    Column("acknowledge_p95_s", gettext_lazy("Acknowledged, 95 % within (seconds)"), 8),
)
STATEMENT = (
    Column("month", gettext_lazy("Month"), 7),
    Column("from", gettext_lazy("From"), 14),
    Column("to", gettext_lazy("To"), 14),
    Column("kind", gettext_lazy("What was sent"), 14),
    *(
        Column(f"{side.lower()}_{name}", f"{side} {name}", 7)
        for side in ("LV", "BY")
        for name in FIGURES
    ),
    Column("state", gettext_lazy("State"), 10),
    *(Column(f"read_{name}", label, 7) for name, label in (
        ("sent", gettext_lazy("Read by both: sent")),
        ("answered", gettext_lazy("Read by both: answered")),
        ("late", gettext_lazy("Read by both: late")),
    )),
)  # fmt: skip
PLAIN = ("received", "acknowledged", "in_time", "late", "waiting", "escalated", "declined",
         "recalled", "failed")  # fmt: skip


def desk_listing(unit: Unit, month: date) -> Listing:
    """The figures of a desk's month: a row a priority, and the total of each status."""
    made = desk_month(unit, month)
    found = [
        (status, row)
        for status, rows, total in (
            (_("Actual"), made.actual, made.total),
            (_("Exercise and test"), made.drills, made.drill_total),
        )
        for row in [*rows, total]
        if row.received
    ]

    def rows() -> Iterator[list[Any]]:
        for status, row in found:
            yield [
                f"{month:%Y-%m}",
                unit.name,
                status,
                row.label or _("All priorities"),
                *(getattr(row, name) for name in PLAIN),
                *(row.deliver or (None, None)),
                *(row.open or (None, None)),
                *(row.acknowledge or (None, None)),
            ]

    return Listing(
        code="ledger",
        title=_("Figures of %(desk)s") % {"desk": unit.name},
        columns=DESK,
        count=len(found),
        rows=rows,
        filter=f"{month:%Y-%m}, {unit.zone}",
        asked={"desk": unit.code, "month": f"{month:%Y-%m}"},
    )


def statement_listing(statement: ExchangeStatement) -> Listing:
    """The lines of a statement with both counts and what both sides read."""
    found = lines_of(statement)

    def rows() -> Iterator[list[Any]]:
        for line in found:
            read = line.reading
            if read is None and line.counts["LV"] == line.counts["BY"]:
                read = line.counts["LV"]
            yield [
                f"{statement.month:%Y-%m}",
                line.one.name if line.one else line.sender,
                line.other.name if line.other else line.desk,
                line.label,
                *(line.counts[side][name] for side in ("LV", "BY") for name in FIGURES),
                line.state_label,
                *((read or {}).get(name) for name in FIGURES),
            ]

    return Listing(
        code="statement",
        title=_("Statement of exchange %(number)s") % {"number": statement.number},
        columns=STATEMENT,
        count=len(found),
        rows=rows,
        filter=f"{statement.month:%Y-%m} UTC; SHA-256 {statement.sha256}",
        asked={"statement": statement.number},
    )
