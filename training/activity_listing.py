"""The list of activities as it leaves the portal. Reads only."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy, pgettext_lazy

from bordercoop.tables.listing import Column, Listing
from contactpoints.access import SERVICES

from .listing import asked_by_program, in_words
from .models import Activity, Participation, Quota

COLUMNS = (
    Column("number", gettext_lazy("Number"), 8),
    Column("title", gettext_lazy("Title"), 20),
    Column("kind", pgettext_lazy("activity", "Kind"), 10),
    Column("mode", pgettext_lazy("activity", "Mode"), 6),
    Column("state", pgettext_lazy("activity", "State"), 8),
    Column("side", gettext_lazy("Side"), 4),
    Column("unit", gettext_lazy("Unit"), 10),
    Column("host_country", pgettext_lazy("activity", "Country"), 7),
    Column("host", pgettext_lazy("activity", "Host")),
    Column("place", gettext_lazy("Place"), 12),
    Column("starts_at", gettext_lazy("Begins (UTC)"), 9),
    Column("ends_at", gettext_lazy("Ends (UTC)"), 9),
    Column("zone", gettext_lazy("Time zone")),
    Column("levels", gettext_lazy("Levels")),
    Column("topics", gettext_lazy("Topics")),
    *(
        column
        for side in SERVICES
        for column in (
            Column(f"{side.lower()}_agreed", format_lazy("{} {}", gettext_lazy("Agreed"), side), 4),
            Column(f"{side.lower()}_seats", format_lazy("{} {}", gettext_lazy("Seats"), side), 4),
            Column(
                f"{side.lower()}_taken", format_lazy("{} {}", gettext_lazy("Seats taken"), side), 4
            ),
        )
    ),
    Column("budget_line", gettext_lazy("Budget line")),
    Column("budget_planned", gettext_lazy("Budget planned (EUR)")),
    Column("budget_used", gettext_lazy("Budget used (EUR)")),
)  # fmt: skip


def _seats(side: str) -> Coalesce:
    rows = Quota.objects.filter(activity=OuterRef("pk"), side=side).values("seats")
    return Coalesce(Subquery(rows), 0)


def _taken(side: str) -> Coalesce:
    rows = Participation.objects.seated().filter(activity=OuterRef("pk"), side=side)
    counted = rows.order_by().values("activity").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def activity_listing(user: Any, query: Mapping[str, Any]) -> Listing:
    """The activities that the query asks for and `user` reads, the earliest first; by three
    statements."""
    found = asked_by_program(query, user).agreed().select_related("unit")
    for side in SERVICES:
        found = found.annotate(**{f"seats_{side}": _seats(side), f"taken_{side}": _taken(side)})
    said = in_words(query)

    def rows() -> Iterator[list[Any]]:
        for row in found.order_by("period", "pk").iterator(500):
            yield [*_facts(row), *_of_sides(row), *_money(row)]

    return Listing(
        code="activities",
        title=gettext_lazy("Activities"),
        columns=COLUMNS,
        count=found.count(),
        rows=rows,
        filter=", ".join(said.values()),
        asked=said,
    )


def _facts(row: Activity) -> list[Any]:
    return [
        row.number, row.title, row.get_kind_display(), row.get_mode_display(),
        row.get_state_display(), " + ".join(row.sides), row.unit.name,
        row.get_host_country_display(), row.host, row.place, row.starts_at, row.ends_at, row.zone,
        ", ".join(row.levels), ", ".join(row.topics),
    ]  # fmt: skip


def _of_sides(row: Any) -> Iterator[Any]:
    for side in SERVICES:
        agreed = getattr(row, f"agreed_{side.lower()}")
        yield from (agreed, getattr(row, f"seats_{side}"), getattr(row, f"taken_{side}"))


def _money(row: Activity) -> list[Any]:
    return [row.budget_line, row.budget_planned, row.budget_used]
