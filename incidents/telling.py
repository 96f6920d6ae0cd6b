"""What an incident says about people, things, means and route, in the active language's words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from bordercoop.reference import countries
from bordercoop.reference.models import terms

from .content import CHOSEN, COLUMNS, FIELDS, ROWS, Claimed, Column


@dataclass
class Table:
    """Rows of words below a heading. `note` is a sentence about them, or ""."""

    key: str
    label: str
    heads: list[str]
    rows: list[list[str]]
    note: str = ""


def word(vocabulary: str, code: Any) -> str:
    """The name of a code; the code itself when the list lost it."""
    term = terms(vocabulary).get(code)
    return term.name if term else str(code)


def cell(column: Column, value: Any) -> str:
    """One value of a row in words; "" for none."""
    if value in (None, "", []):
        return ""
    if column.kind == "term":
        return word(column.vocabulary, value)
    if column.kind in ("country", "nationality"):
        return countries.name_of(value)
    if column.kind == "countries":
        return ", ".join(countries.name_of(code) for code in value)
    if column.kind == "claimed":
        return str(Claimed(value).label) if value in Claimed.values else str(value)
    if column.kind == "amount":
        return str(number_format(value))
    return str(value)


def tables(fields: Mapping[str, Any]) -> list[Table]:
    """A table for each kind of row that these fields have, made from them and nothing else.

    Columns in which nothing stands are left out. The route of irregular transit has a line for
    each of its values.
    """
    found = []
    for key in ROWS:
        rows = fields.get(key)
        if not rows:
            continue
        used = [
            column
            for column in COLUMNS[key]
            if column.required or any(row.get(column.name) not in (None, "") for row in rows)
        ]
        found.append(
            Table(
                key,
                str(FIELDS[key]),
                [str(column.label) for column in used],
                [[cell(column, row.get(column.name)) for column in used] for row in rows],
                _accounted(fields) if key == "people" else "",
            )
        )
    if route := fields.get("transit"):
        lines = [[str(c.label), cell(c, route.get(c.name))] for c in COLUMNS["transit"]]
        heads = [_("Field"), _("Entry")]
        found.append(
            Table("transit", str(FIELDS["transit"]), heads, [line for line in lines if line[1]])
        )
    return found


def _accounted(fields: Mapping[str, Any]) -> str:
    total = fields.get("people_total")
    summed = sum(group["count"] for group in fields["people"])
    if total is None or total == summed:
        return ""
    return _("The groups account for %(sum)s of %(total)s people.") % {
        "sum": summed,
        "total": total,
    }


def chosen(fields: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """(key, label, words) of nature, manner, direction, detection, means and public event."""
    found = [
        (key, str(FIELDS[key]), word(vocabulary, fields[key]))
        for key, vocabulary in CHOSEN.items()
        if fields.get(key)
    ]
    if fields.get("means"):
        words = ", ".join(word("means", code) for code in fields["means"])
        found.append(("means", str(FIELDS["means"]), words))
    return found


def in_one_line(key: str, value: Any) -> str | None:
    """A value of this module in one line, for a comparison; None for the key of another one."""
    if key in CHOSEN or key == "means" or key in COLUMNS:
        if not value:
            return "—"
        if key in CHOSEN:
            return word(CHOSEN[key], value)
        if key == "means":
            return ", ".join(word("means", code) for code in value)
        rows = value if isinstance(value, list) else [value]
        return "; ".join(
            " · ".join(filter(None, (cell(c, row.get(c.name)) for c in COLUMNS[key])))
            for row in rows
        )
    return None
