"""How it is at the crossing points now, as it leaves the portal. Reads only."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from bordercoop.tables.listing import Column, Listing

from .crossings import Wait, asked_for, crossings

COLUMNS = (
    Column("code", gettext_lazy("Code"), 8),
    Column("name", pgettext_lazy("export", "Name"), 16),
    Column("side", pgettext_lazy("export", "Side"), 4),
    Column("state", pgettext_lazy("export", "Opening"), 9),
    Column("since", gettext_lazy("Since (UTC)"), 9),
    Column("reason", gettext_lazy("Reason"), 14),
    Column("expected_on", gettext_lazy("Expected to reopen on"), 8),
    Column("direction", gettext_lazy("Direction"), 6),
    Column("lane", pgettext_lazy("crossing point", "Lane"), 8),
    Column("minutes", gettext_lazy("Minutes"), 6),
    Column("waiting", gettext_lazy("How many wait"), 6),
    Column("observed_at", gettext_lazy("Seen at (UTC)"), 9),
    Column("old", pgettext_lazy("export", "Old"), 4),
)


def crossings_listing(user: Any, query: Mapping[str, Any]) -> Listing:
    """A row for each lane of which a side said something, else one for the side; by the filters of
    the page."""
    found, mode, only = asked_for(crossings(user), query)

    def made() -> Iterator[list[Any]]:
        for row in found:
            for view, waits in row.views:
                status = view.status
                said = [
                    row.place.code,
                    row.place.name,
                    view.side,
                    str(status.get_state_display()) if status else _("Has said nothing"),
                    status.since if status else None,
                    status.reason if status else "",
                    status.expected_on if status else None,
                ]
                for wait in waits:
                    yield [*said, *_of(wait)]
                if not waits:
                    yield [*said, "", "", None, None, None, ""]

    rows = list(made())
    return Listing(
        code="crossings",
        title=gettext_lazy("Crossing points"),
        columns=COLUMNS,
        count=len(rows),
        rows=lambda: iter(rows),
        filter="; ".join([*([mode] if mode else []), *([_("Not fully open")] if only else [])]),
        asked={"mode": mode, "show": "not_open" if only else ""},
    )


def _of(wait: Wait) -> list[Any]:
    row = wait.row
    return [
        str(row.get_direction_display()),
        str(row.get_lane_display()),
        row.minutes,
        row.waiting,
        row.observed_at,
        _("Yes") if wait.old else "",
    ]
