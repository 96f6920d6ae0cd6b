"""The risk register as it leaves the portal. Reads only."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from bordercoop.tables.listing import Column, Listing

from .register import Row, asked_of, register
from .scales import Band, bands
from .section_codes import section_name

COLUMNS = (
    Column("code", gettext_lazy("Risk"), 4),
    Column("title", gettext_lazy("What may happen"), 20),
    Column("category", gettext_lazy("Category"), 12),
    Column("sections", gettext_lazy("Sections"), 10),
    Column("state", pgettext_lazy("risk", "State"), 6),
    Column("side", gettext_lazy("Side"), 4),
    Column("unit", pgettext_lazy("risk", "Owner"), 12),
    *(
        column
        for side in ("lv", "by")
        for column in (
            Column(f"{side}_score", format_lazy("{} {}", gettext_lazy("Score"), side.upper()), 4),
            Column(f"{side}_band", format_lazy("{} {}", gettext_lazy("Band"), side.upper()), 6),
            Column(
                f"{side}_change",
                format_lazy("{} {}", gettext_lazy("Since last month"), side.upper()),
                5,
            ),
            Column(
                f"{side}_likelihood", format_lazy("{} {}", gettext_lazy("Likelihood"), side.upper())
            ),
            Column(
                f"{side}_magnitude", format_lazy("{} {}", gettext_lazy("Magnitude"), side.upper())
            ),
            Column(
                f"{side}_vulnerability",
                format_lazy("{} {}", gettext_lazy("Vulnerability"), side.upper()),
            ),
            Column(f"{side}_impact", format_lazy("{} {}", gettext_lazy("Impact"), side.upper())),
            Column(
                f"{side}_matrix", format_lazy("{} {}", gettext_lazy("Scales version"), side.upper())
            ),
            Column(
                f"{side}_assessed_at",
                format_lazy("{} {}", gettext_lazy("Assessed (UTC)"), side.upper()),
            ),
        )
    ),
    Column("treatments", gettext_lazy("Open treatments"), 4),
    Column("overdue", gettext_lazy("Overdue treatments"), 4),
)


def risk_listing(user: Any, query: Mapping[str, Any]) -> Listing:
    """The risks that the query asks for and `user` reads."""
    asked = asked_of(query)
    found = register(user, asked)

    def rows() -> Iterator[list[Any]]:
        for row in found:
            yield [*_facts(row), *_views(row), row.treatments, row.overdue]

    said = {name: value for name, value in vars(asked).items() if value}
    return Listing(
        code="risks",
        title=gettext_lazy("Risk register"),
        columns=COLUMNS,
        count=len(found),
        rows=rows,
        filter=", ".join(said.values()) if asked.any else "",
        asked=said,
    )


def _facts(row: Row) -> list[Any]:
    risk = row.risk
    where = ", ".join(section_name(code) for code in risk.sections) or _("The whole line")
    side = "LV + BY" if risk.joint else risk.side
    return [
        risk.code, str(risk.name), row.category, where, risk.get_state_display(), side,
        risk.unit.name,
    ]  # fmt: skip


def _views(row: Row) -> Iterator[Any]:
    known = {view.side: view for view in row.views}
    for side in ("LV", "BY"):
        view = known.get(side)
        if view is None:
            yield from [None] * 9
            continue
        one = view.now
        band: Band = next(b for b in bands(one.matrix.content) if b.code == one.band)
        yield from (
            one.score, str(band.name), view.change, one.likelihood, one.magnitude,
            one.vulnerability, one.column, one.matrix.number, one.at,
        )  # fmt: skip
