"""People by group, vehicles, goods, documents, means, manner and the route of irregular transit.

Counts and kinds only: what names a person (a plate, a chassis or document number) has no field
here, because it is personal data. COLUMNS says what a row has; the form, the tables, the paper and
the API are all made from it.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from bordercoop.reference import countries
from bordercoop.reference.models import terms
from bordercoop.reference.wording import fault

from .checks import Check
from .fields import PEOPLE_MOST

ROWS_MOST = 50
COUNTRIES_MOST = 10
MOST = 1_000_000_000
CURRENCIES = ("EUR", "BYN", "USD", "RUB", "PLN", "GBP", "UAH", "SEK", "CHF", "TRY", "CNY")
# Key of a content -> the vocabulary out of which one word is chosen; `means` takes several.
CHOSEN = {
    "nature": "incident_nature",
    "manner": "incident_manner",
    "direction": "incident_direction",
    "detection": "incident_detection",
    "public_event": "public_event",
}
MEANS = "means"


class Claimed(models.TextChoices):
    """Whether somebody said to have a ticket or an accreditation."""

    YES = "yes", pgettext_lazy("claimed", "Yes")
    NO = "no", pgettext_lazy("claimed", "No")
    UNKNOWN = "unknown", pgettext_lazy("claimed", "Not known")


@dataclass(frozen=True)
class Column:
    """One value of a row. `kind`: term (of `vocabulary`), country, nationality, countries (a list),
    count (whole, from 1), amount (not below 0), currency, claimed, line (of text)."""

    name: str
    label: Promise
    kind: str
    vocabulary: str = ""
    required: bool = False
    longest: int = 80


COLUMNS: dict[str, tuple[Column, ...]] = {
    "people": (
        Column("count", pgettext_lazy("people", "How many"), "count", required=True),
        Column("age_group", gettext_lazy("Age"), "term", "age_group"),
        Column("sex", gettext_lazy("Sex"), "term", "sex"),
        Column("nationality", gettext_lazy("Nationality"), "nationality"),
    ),
    "vehicles": (
        Column("kind", gettext_lazy("Kind"), "term", "vehicle_kind", required=True),
        Column("make", gettext_lazy("Make and model"), "line"),
        Column("colour", gettext_lazy("Colour"), "term", "colour"),
        Column("country", gettext_lazy("Country of the plate"), "country"),
    ),
    "goods": (
        Column("kind", gettext_lazy("Kind"), "term", "goods_kind", required=True),
        Column("quantity", pgettext_lazy("goods", "Quantity"), "amount"),
        Column("unit", pgettext_lazy("goods", "Unit of measure"), "term", "goods_unit"),
        Column("value", pgettext_lazy("goods", "Value"), "amount"),
        Column("currency", gettext_lazy("Currency"), "currency"),
    ),
    "documents": (
        Column("kind", gettext_lazy("Kind"), "term", "document_kind", required=True),
        Column("country", gettext_lazy("Issuing country"), "country"),
        Column("state", pgettext_lazy("document", "State"), "term", "document_state"),
        Column("count", pgettext_lazy("documents", "How many"), "count"),
    ),
    "transit": (
        Column("origin", gettext_lazy("Country of origin"), "country"),
        Column("countries", gettext_lazy("Transit countries"), "countries"),
        Column("last_departure", gettext_lazy("Last departure"), "line"),
        Column("destination", gettext_lazy("Country of destination"), "country"),
        Column("flight_or_train", gettext_lazy("Flight or train"), "line", longest=40),
        Column("visa_kind", gettext_lazy("Kind of visa"), "term", "visa_kind"),
        Column("event_ticket", gettext_lazy("Claimed a ticket for an event"), "claimed"),
        Column("accreditation", gettext_lazy("Claimed an accreditation"), "claimed"),
    ),
}
# Those with several rows; `transit` is one.
ROWS = ("people", "vehicles", "goods", "documents")
# A number alone says nothing: the column -> what must stand beside it, and the sentence.
BESIDE = {
    "quantity": ("unit", gettext_lazy("Choose the unit of the quantity.")),
    "value": ("currency", gettext_lazy("Choose the currency of the value.")),
}
EMPTY: tuple[Any, ...] = (None, "", [])


def clean_things(
    check: Check,
    raw: Mapping[str, Any],
    counts: Mapping[str, int | None],
    before: Mapping[str, Any],
) -> dict[str, Any]:
    """The keys of this module out of `raw`; None for what is not said."""
    found: dict[str, Any] = {}
    for key, vocabulary in CHOSEN.items():
        found[key] = _term(vocabulary, raw.get(key), before, partial(check.no, key))
    found["means"] = _means(check, raw.get("means"), before)
    for key in ROWS:
        found[key] = _rows(check, key, raw.get(key), before)
    found["transit"] = _transit(check, raw.get("transit"), before)
    if not check.wrong.keys() & {"people", *counts}:
        _groups_within(check, found["people"] or [], counts)
    return found


def _groups_within(
    check: Check, groups: list[dict[str, Any]], counts: Mapping[str, int | None]
) -> None:
    """The groups are part of the people, and minors among them part of the minors."""
    total, minors = counts["people_total"], counts["people_minors"]
    summed = sum(group["count"] for group in groups)
    if total is not None and summed > total:
        check.no(
            "people",
            _("The groups have %(sum)s people together, and there are %(total)s. Check both.")
            % {"sum": summed, "total": total},
        )
    ages = terms("age_group")
    young = sum(
        group["count"]
        for group in groups
        if group["age_group"] and ages[group["age_group"]].facts.get("minor")
    )
    if minors is not None and young > minors:
        check.no(
            "people",
            _("The groups have %(sum)s minors together, and there are %(total)s. Check both.")
            % {"sum": young, "total": minors},
        )


No = Callable[[str], None]


def _term(vocabulary: str, value: Any, before: Any, no: No) -> str | None:
    """A code of the vocabulary: one that is offered, or one that the record had before."""
    if value in EMPTY:
        return None
    term = terms(vocabulary).get(value) if isinstance(value, str) else None
    if term is None or (term.retired_at is not None and not _holds(before, term.code)):
        no(_("There is no such entry in this list. Choose one from the list."))
        return None
    return term.code


def _holds(value: Any, code: str) -> bool:
    if isinstance(value, Mapping):
        return any(_holds(one, code) for one in value.values())
    if isinstance(value, list):
        return any(_holds(one, code) for one in value)
    return bool(value == code)


def _means(check: Check, value: Any, before: Mapping[str, Any]) -> list[str] | None:
    if value in EMPTY:
        return None
    if not isinstance(value, list):
        check.no("means", _("This must be a list."))
        return None
    chosen = {_term(MEANS, one, before, lambda no: check.no("means", no)) for one in value[:100]}
    return [code for code in terms(MEANS) if code in chosen] or None


def _rows(check: Check, key: str, value: Any, before: Any) -> list[dict[str, Any]] | None:
    if value in EMPTY:
        return None
    if not isinstance(value, list):
        check.no(key, _("This must be a list."))
        return None
    if len(value) > ROWS_MOST:
        check.no(
            key, _("At most %(most)s rows fit. Put some of them together.") % {"most": ROWS_MOST}
        )
        return None
    found = []
    for number, row in enumerate(value, start=1):

        def no(column: str, sentence: str, number: int = number) -> None:
            where = {"number": number, "column": column, "sentence": sentence}
            check.no(
                key,
                _("Row %(number)s, %(column)s: %(sentence)s") % where
                if column
                else _("Row %(number)s: %(sentence)s") % where,
            )

        kept = _row(COLUMNS[key], row, before, no)
        if kept:
            found.append(kept)
    return found or None


def _transit(check: Check, value: Any, before: Any) -> dict[str, Any] | None:
    if value in EMPTY:
        return None

    def no(column: str, sentence: str) -> None:
        where = {"column": column, "sentence": sentence}
        check.no("transit", _("%(column)s: %(sentence)s") % where if column else sentence)

    return _row(COLUMNS["transit"], value, before, no)


def _row(
    columns: tuple[Column, ...], row: Any, before: Any, no: Callable[[str, str], None]
) -> dict[str, Any] | None:
    """One row with every column; None for an empty one."""
    if not isinstance(row, Mapping):
        no("", _("This must be an object with named values."))
        return None
    for unknown in sorted(str(name)[:40] for name in row.keys() - {c.name for c in columns}):
        no(unknown, _("There is no such field."))
    if all(row.get(column.name) in EMPTY for column in columns):
        return None
    kept = {
        column.name: _value(column, row.get(column.name), before, partial(no, str(column.label)))
        for column in columns
    }
    for column in columns:
        if column.required and row.get(column.name) in EMPTY:
            no(str(column.label), _("Fill this in, or empty the whole row."))
        needed, sentence = BESIDE.get(column.name, ("", ""))
        if needed and kept[column.name] is not None and row.get(needed) in EMPTY:
            no(str(column.label), str(sentence))
    return kept


def _value(column: Column, value: Any, before: Any, no: No) -> Any:
    if value in EMPTY:
        return None
    if column.kind == "term":
        return _term(column.vocabulary, value, before, no)
    if column.kind in ("country", "nationality"):
        return _country(value, no, people=column.kind == "nationality")
    if column.kind == "countries":
        return _countries(value, no)
    if column.kind == "count":
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= PEOPLE_MOST:
            no(_("Give a whole number from 1 to %(most)s.") % {"most": PEOPLE_MOST})
            return None
        return value
    if column.kind == "amount":
        return _amount(value, no)
    if column.kind in ("currency", "claimed"):
        known = CURRENCIES if column.kind == "currency" else tuple(Claimed.values)
        if value not in known:
            no(_("Choose one of: %(names)s.") % {"names": ", ".join(known)})
            return None
        return value
    return _line(value, column.longest, no)


def _country(value: Any, no: No, *, people: bool = False) -> str | None:
    more = {countries.STATELESS, countries.UNKNOWN} if people else set()
    if not isinstance(value, str) or value not in countries.codes() | more:
        no(
            _("This is no three-letter country code, nor “stateless” or “unknown”.")
            if people
            else _("This is no three-letter country code.")
        )
        return None
    return value


def _countries(value: Any, no: No) -> list[str] | None:
    if not isinstance(value, list) or len(value) > COUNTRIES_MOST:
        no(_("Give at most %(most)s countries.") % {"most": COUNTRIES_MOST})
        return None
    kept = [_country(one, no) for one in value]
    return list(dict.fromkeys(code for code in kept if code)) or None


def _amount(value: Any, no: No) -> int | float | None:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not math.isfinite(value) or not 0 <= value <= MOST:
        no(_("Give a number from 0 to %(most)s.") % {"most": MOST})
        return None
    rounded = round(float(value), 3)
    return int(rounded) if rounded.is_integer() else rounded


def _line(value: Any, longest: int, no: No) -> str | None:
    if not isinstance(value, str):
        no(_("This must be text."))
        return None
    value = " ".join(value.split())
    if sentence := fault(value, longest):
        no(sentence)
        return None
    return value or None
