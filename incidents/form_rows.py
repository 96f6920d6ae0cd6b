"""Fields of the incident form with rows and choices out of the lists, without JavaScript too.

Every column is a set of inputs of one name (`people-count`), one for each row, so that a page can
add a row by repeating its last one and a draft keeps them all.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from bordercoop.reference import countries
from bordercoop.reference.models import offered, terms

from .content import CURRENCIES, ROWS_MOST, Claimed, Column

LEAST_SHOWN = 2
LONGEST = 400


def term_choices(vocabulary: str, value: Any = "") -> list[tuple[str, str]]:
    """Code and name of what may be chosen; also of the one that stands, though it was retired."""
    found = [(term.code, term.name) for term in offered(vocabulary)]
    standing = terms(vocabulary).get(value) if isinstance(value, str) else None
    if standing is not None and standing.retired_at is not None:
        found.append((standing.code, standing.name))
    return [("", "—"), *found]


class TermField(forms.CharField):
    """One code of a vocabulary. Whether it may be chosen is for the verb to say."""

    def __init__(self, vocabulary: str, **kwargs: Any) -> None:
        super().__init__(required=False, max_length=40, empty_value=None, **kwargs)
        self.vocabulary = vocabulary

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> BoundField:
        return BoundTerm(form, self, field_name)


class BoundTerm(BoundField):
    def options(self) -> list[tuple[str, str]]:
        field: Any = self.field
        return term_choices(field.vocabulary, self.value())


class _Several(forms.SelectMultiple):
    """Boxes of one name, with a hidden empty one before them: none ticked is not "not asked"."""

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in data


class MeansField(forms.Field):
    widget = _Several

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)

    def clean(self, value: Any) -> list[str] | None:
        return [one for one in value or [] if one] or None

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> BoundField:
        return BoundMeans(form, self, field_name)


class BoundMeans(BoundField):
    def boxes(self) -> list[dict[str, Any]]:
        ticked = set(self.value() or [])
        return [
            {"code": term.code, "name": term.name, "ticked": term.code in ticked}
            for term in terms("means").values()
            if term.retired_at is None or term.code in ticked
        ]


class _Rows(forms.Widget):
    """Reads the inputs `NAME-COLUMN`, row by row, as they were typed."""

    def __init__(self, columns: tuple[Column, ...]) -> None:
        super().__init__()
        self.columns = columns

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[dict[str, str]]:
        found = {c.name: data.getlist(f"{name}-{c.name}") for c in self.columns}
        longest = min(max(len(values) for values in found.values()), 2 * ROWS_MOST)
        return [
            {key: (values[i : i + 1] or [""])[0] for key, values in found.items()}
            for i in range(longest)
        ]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return not any(f"{name}-{column.name}" in data for column in self.columns)


class RowsField(forms.Field):
    """Rows with these columns, or one (`single`), cleaned to what the verb takes."""

    def __init__(self, columns: tuple[Column, ...], *, single: bool, **kwargs: Any) -> None:
        super().__init__(required=False, widget=_Rows(columns), **kwargs)
        self.columns, self.single = columns, single
        self.another = False

    def clean(self, value: Any) -> Any:
        wrong: list[str] = []
        rows = [self._row(number, row, wrong) for number, row in enumerate(value or [], start=1)]
        if wrong:
            raise ValidationError(wrong)
        if self.single:
            return rows[0] if rows else None
        filled = [row for row in rows if any(cell not in (None, "", []) for cell in row.values())]
        return filled or None

    def _row(self, number: int, row: Mapping[str, str], wrong: list[str]) -> dict[str, Any]:
        read = {}
        for column in self.columns:
            try:
                read[column.name] = _read(column, row[column.name].strip())
            except ValueError as error:
                where = {"number": number, "column": column.label, "sentence": error}
                wrong.append(
                    _("%(column)s: %(sentence)s") % where
                    if self.single
                    else _("Row %(number)s, %(column)s: %(sentence)s") % where
                )
        return read

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> BoundField:
        return BoundRows(form, self, field_name)


def _read(column: Column, typed: str) -> Any:
    """What was typed as the value of the column. Raises ValueError with a sentence."""
    if not typed:
        return None
    if len(typed) > LONGEST:
        raise ValueError(_("This is too long. Shorten it."))
    if column.kind == "count":
        plain = "".join(typed.split())
        if not (plain.isascii() and plain.isdigit() and len(plain) < 10):
            raise ValueError(_("Type a whole number, such as 5."))
        return int(plain)
    if column.kind == "amount":
        plain = "".join(typed.split()).replace(",", ".")
        if not (plain.isascii() and plain.replace(".", "", 1).isdigit() and len(plain) < 20):
            raise ValueError(_("Type a number, such as 12 or 12,5."))
        return float(plain)
    if column.kind == "country" or column.kind == "nationality":
        return _country(typed, column.kind == "nationality")
    if column.kind == "countries":
        whole = countries.code_of(typed)
        parts = [part for part in typed.replace(";", ",").split(",") if part.strip()]
        return [whole] if whole else [_country(part, False) for part in parts]
    return typed


def _country(typed: str, people: bool) -> str:
    if people:
        for code in (countries.STATELESS, countries.UNKNOWN):
            if typed.casefold() in (code, countries.name_of(code).casefold()):
                return code
    code = countries.code_of(typed)
    if not code:
        raise ValueError(
            _("“%(typed)s” is no country that the list has. Choose one from it.")
            % {"typed": typed[:60]}
        )
    return code


@dataclass
class Cell:
    """One input: `kind` as the column's; `value` as it is typed; `options` of a choice."""

    column: Column
    name: str
    id: str
    value: str
    options: list[tuple[str, str]]


class BoundRows(BoundField):
    """Rows as they are drawn: what stands or was typed, and empty ones to fill in."""

    def rows(self) -> Iterator[list[Cell]]:
        field: Any = self.field
        stands = self.value() or []
        rows = [stands] if isinstance(stands, Mapping) else list(stands)
        least = 1 if field.single else max(LEAST_SHOWN, len(rows) + bool(field.another))
        rows += [{}] * (least - len(rows))
        for number, row in enumerate(rows, start=1):
            yield [self._cell(column, row.get(column.name), number) for column in field.columns]

    def filled(self) -> bool:
        field: Any = self.field
        stands = self.value() or []
        rows = [stands] if isinstance(stands, Mapping) else list(stands)
        return field.another or any(any(row.values()) for row in rows)

    @property
    def first_id(self) -> str:
        field: Any = self.field
        return f"{self.auto_id}-{field.columns[0].name}-1"

    @property
    def id_for_label(self) -> str:
        return self.first_id

    def _cell(self, column: Column, value: Any, number: int) -> Cell:
        typed = self.form.is_bound
        text = "" if value is None else str(value) if typed else _typed(column, value)
        return Cell(
            column,
            f"{self.html_name}-{column.name}",
            f"{self.auto_id}-{column.name}-{number}",
            text,
            _options(column, text),
        )


def _typed(column: Column, value: Any) -> str:
    """A stored value as an officer would type it."""
    if column.kind in ("country", "nationality"):
        return countries.name_of(value)
    if column.kind == "countries":
        names = [(code, countries.name_of(code)) for code in value]
        return ", ".join(code if "," in name else name for code, name in names)
    return str(value)


def _options(column: Column, value: str) -> list[tuple[str, str]]:
    if column.kind == "term":
        return term_choices(column.vocabulary, value)
    if column.kind == "currency":
        return [("", "—"), *((code, code) for code in CURRENCIES)]
    if column.kind == "claimed":
        return [("", "—"), *((code, str(name)) for code, name in Claimed.choices)]
    return []


def country_names() -> list[str]:
    """What a country field suggests, in the reader's language."""
    return list(countries.names((get_language() or "en").split("-")[0]).values())


def nationality_names() -> list[str]:
    return [pgettext("nationality", "Stateless"), pgettext("nationality", "Not known")]
