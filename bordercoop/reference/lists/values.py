"""The values of a row: read, cleaned, written, compared."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Max, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bordercoop.errors import Invalid

from .catalogue import CATEGORIES, NAMES, RETIRED, CommonList
from .fields import Field, Values, Wrong, read, shown

CODES = {True: re.compile(r"[A-Z0-9]+(-[A-Z0-9]+)*"), False: re.compile(r"[a-z0-9]+(_[a-z0-9]+)*")}


def check_code(common: CommonList, code: str) -> None:
    """Raise Invalid unless a new row of the list may have this code."""
    if len(code) < 2 or len(code) > 30 or not CODES[common.upper_codes].fullmatch(code):
        sentence = (
            _("A code has 2 to 30 capital Latin letters, digits and single hyphens.")
            if common.upper_codes
            else _("A code has 2 to 30 small Latin letters, digits and single underscores.")
        )
        raise Invalid(sentence, fields={"code": [sentence]})


def check_text_line(
    name: str, given: Any, longest: int, wrong: Wrong, *, required: bool = False
) -> str:
    """One line of text as typed, cleaned; its sentences go to `wrong`."""
    text = str(read(Field(name, gettext_lazy("Text"), longest=longest), given, wrong))
    if required and not text and name not in wrong:
        wrong[name] = [_("Fill this in.")]
    return text


def clean_names(given: Mapping[str, Any], wrong: Wrong) -> dict[str, str]:
    """The four names as typed, cleaned; all of them are needed."""
    return {
        field.name: check_text_line(
            field.name, given.get(field.name), field.longest, wrong, required=True
        )
        for field in NAMES
    }


def last_place(common: CommonList, row: Any) -> int:
    """The order of a new row: behind its siblings, or at the end of the list."""
    rows = common.rows()
    if getattr(row, "parent_id", None):
        rows = rows.filter(Q(parent=row.parent) | Q(pk=row.parent_id))
        return rows.aggregate(last=Max("order"))["last"] or 0
    return (rows.aggregate(last=Max("order"))["last"] or 0) + 1


def values(common: CommonList, row: Any) -> Values:
    """Every value of a row, as plain JSON."""
    found: Values = {}
    for field in common.fields:
        if field.name == "parent":
            found["parent"] = row.parent.code if row.parent_id else ""
        elif field.fact:
            found[field.name] = row.facts.get(field.name, field.empty)
        else:
            found[field.name] = getattr(row, field.name)
    return {**found, "retired": row.retired_at is not None}


def write(common: CommonList, row: Any, given: Mapping[str, Any]) -> list[str]:
    """Give the unsaved row these values; the names of the columns that hold them."""
    touched = []
    for field in common.fields:
        value = given[field.name]
        if field.name == "parent":
            row.parent = CATEGORIES.row(value) if value else None
        elif field.fact:
            # An absent key and an empty value mean the same; keys of others stay.
            if value != field.empty or field.name in row.facts:
                row.facts = {**row.facts, field.name: value}
        else:
            setattr(row, field.name, value)
        touched.append("facts" if field.fact else field.name)
    return list(dict.fromkeys(touched))


def cleaned(common: CommonList, raw: Mapping[str, Any], row: Any = None) -> Values:
    """All values out of what was typed; `row` is the one to be changed, None for a new one.

    A value that `raw` leaves out stays as it is. Raises Invalid with a sentence for each field.
    """
    base = values(common, row) if row is not None else {f.name: f.empty for f in common.fields}
    wrong: Wrong = {}
    for name in raw.keys() - {field.name for field in common.fields}:
        wrong.setdefault(str(name), []).append(_("There is no such field."))
    found: Values = {}
    for field in common.fields:
        if row is not None and field.fixed:
            if field.name in raw and read(field, raw[field.name], {}) != base[field.name]:
                wrong[field.name] = [
                    _("%(field)s is chosen once and never changed.") % {"field": field.label}
                ]
            found[field.name] = base[field.name]
        elif field.name in raw:
            found[field.name] = read(field, raw[field.name], wrong)
        else:
            found[field.name] = base[field.name]
        if field.required and found[field.name] in ("", None, []) and field.name not in wrong:
            wrong[field.name] = [_("Fill this in.")]
    if common.check and not wrong:
        common.check(found, row, wrong)
    if wrong:
        raise Invalid(_("This cannot be proposed as it is. Correct what is marked."), fields=wrong)
    return {**found, "retired": bool(base.get("retired"))}


@dataclass(frozen=True)
class Difference:
    """One field in which two or three sets of values differ, as officers read them."""

    name: str
    label: Any
    before: Any
    now: Any
    after: Any
    moved: bool


def differences(
    common: CommonList, before: Values, after: Values, now: Values | None = None
) -> list[Difference]:
    """Field by field what a proposal changes; with `now`, also what changed since it was made."""
    present = before if now is None else now
    return [
        Difference(
            field.name,
            field.label,
            shown(field, before[field.name]) if field.name in before else "—",
            shown(field, present[field.name]) if field.name in present else "—",
            shown(field, after.get(field.name, field.empty)),
            present.get(field.name) != before.get(field.name),
        )
        for field in (*common.fields, RETIRED)
        if not (field.name == "retired" and not before)
        and len({repr(each.get(field.name)) for each in (before, after, present)}) > 1
    ]


def whole(common: CommonList, given: Values) -> list[tuple[Field, Any]]:
    """Every field with its value as officers read it."""
    return [(field, shown(field, given.get(field.name, field.empty))) for field in common.fields]
