"""The watch-list as it leaves the portal. Reads only."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from bordercoop.reference.small_numbers import LEAST
from bordercoop.tables.listing import Column, Listing

from .watch_terms import terms_in_words
from .watching import filter_of, watch_list

COLUMNS = (
    Column("code", pgettext_lazy("watch-list", "Entry"), 4),
    Column("title", gettext_lazy("What to watch for"), 14),
    Column("standing", pgettext_lazy("watch-list", "State"), 6),
    Column("side", gettext_lazy("Side"), 3),
    Column("unit", pgettext_lazy("watch-list", "Owner"), 10),
    Column("level", gettext_lazy("Level"), 6),
    Column("terms", gettext_lazy("Found by"), 18),
    Column("todo", gettext_lazy("What to do"), 14),
    Column("valid_from", pgettext_lazy("watch-list", "In force from"), 6),
    Column("review_by", pgettext_lazy("watch-list", "Review by"), 6),
    Column("matches", gettext_lazy("Incidents of the last 28 days"), 5),
)


def few(count: int) -> int | str:
    """A count as it may leave the portal: one or two incidents could point to somebody."""
    return _("under %(least)s") % {"least": LEAST} if 0 < count < LEAST else count


def watch_listing(user: Any, query: Mapping[str, Any]) -> Listing:
    """The entries that the query asks for and `user` reads."""
    asked = filter_of(query)
    found = watch_list(user, asked)

    def rows() -> Iterator[list[Any]]:
        for row in found:
            entry, version = row.entry, row.version
            terms = "; ".join(f"{label}: {words}" for label, words in terms_in_words(version))
            yield [
                entry.code, version.title, str(row.standing.label), entry.side, entry.unit.name,
                version.get_level_display(), terms, version.todo, version.valid_from,
                version.review_by, few(row.count),
            ]  # fmt: skip

    said = {name: value for name, value in vars(asked).items() if value}
    return Listing(
        code="watch-list",
        title=gettext_lazy("Watch-list"),
        columns=COLUMNS,
        count=len(found),
        rows=rows,
        filter=", ".join(said.values()) if asked.any else "",
        asked=said,
    )
