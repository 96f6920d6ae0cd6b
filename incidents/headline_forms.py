"""The choice of a headline from the list, and how it will be read, for the form of a report."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import get_language

from bordercoop.reference.models import terms
from bordercoop.reference.phrases import SLOTS
from contactpoints.access import SERVICES
from contactpoints.saying import Reading, readings

from .content import (
    CHANGED,
    FIELDS,
    facts_of,
    offered_headlines,
    said_in,
    slots_in,
    values_of,
)


class HeadlineField(forms.ChoiceField):
    """Value: code and version of a template with a dot between, or nothing. `offer` says of which
    content the standing one is offered too."""

    default_error_messages = {"invalid_choice": CHANGED}

    def offer(self, before: Mapping[str, Any] | None) -> None:
        self.known = offered_headlines(before)
        self.choices = [("", "—"), *((value, value) for value, _row, _version in self.known)]


def template_of(value: str) -> dict[str, Any] | None:
    """Code and version out of the value of a form; None for none."""
    code, _dot, version = value.rpartition(".")
    counted = version.isdecimal() and len(version) <= 7
    return {"code": code, "version": int(version)} if code and counted else None


def value_of(content: Mapping[str, Any]) -> str:
    stands = content.get("headline_template")
    return f"{stands['code']}.{stands['version']}" if stands else ""


@dataclass
class Option:
    """A template to choose, with gaps; `categories` are the codes that it is for."""

    value: str
    text: str
    categories: str
    chosen: bool


def groups(field: Any) -> list[tuple[str, list[Option]]]:
    """The options of a bound field by the name of their category. Of a wording that was replaced
    the new one is chosen, so that it is read before it is sent."""
    known, chosen = field.field.known, str(field.value() or "")
    if all(chosen != value for value, _row, _version in known):
        code = chosen.rpartition(".")[0]
        chosen = next((value for value, row, _version in known if row.code == code), "")
    categories = terms("incident_category")
    below: dict[str, list[str]] = {}
    for term in categories.values():
        upper = next((one.code for one in categories.values() if one.pk == term.parent_id), "")
        below.setdefault(upper, []).append(term.code)
    found: dict[str, list[Option]] = {}
    for value, row, version in known:
        named = categories.get(row.category)
        gapped = {"code": row.code, "version": version, "values": {}}
        found.setdefault(named.name if named else row.category, []).append(
            Option(
                value,
                said_in(gapped, get_language() or "en"),
                " ".join([row.category, *below.get(row.category, [])]),
                value == chosen,
            )
        )
    return list(found.items())


@dataclass
class Preview:
    """How the chosen headline reads as far as the form is filled in: to the officer and to the
    other side; and the names of the fields with which alone it goes to the other side."""

    own: str
    readings: list[Reading]
    fields: str


def preview_of(form: Any) -> Preview | None:
    """None without a headline from the list."""
    template = template_of(str(form["headline_template"].value() or ""))
    if template is None:
        return None
    content = getattr(form, "cleaned_data", {}) if form.is_bound else form.initial
    slots = [name for name in slots_in({**template, "values": {}}) if name in SLOTS]
    template["values"] = values_of(slots, content)
    others = [side.value for side in SERVICES if side != form.by.side]
    labels = dict.fromkeys(str(FIELDS[fact]) for fact in facts_of(template))
    return Preview(
        said_in(template, get_language() or "en"),
        readings({"phrase": template["code"], **template}, others),
        ", ".join(labels),
    )
