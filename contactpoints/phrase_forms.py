"""The form of a standard phrase: a field for each of its slots, and those beside it."""

import uuid
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.timezone import now
from django.utils.translation import gettext, pgettext_lazy

from bordercoop.reference.models import Phrase, usable_places
from bordercoop.reference.phrases import SLOTS, slots_of
from bordercoop.web.fields import CleanCharField, MomentField, TakesRefusals, own_clock_first

from .saying import MOST, usable_categories, usable_units

CHOSEN = ("place", "category")


class PhraseForm(TakesRefusals):
    """`version` is the wording that was read. Times start at now, those until which are empty.

    `wording`: the one with whose slots, when that is not the present one. `more` are the fields of
    a purpose beside the phrase, and `chosen` what they begin with.
    """

    version = forms.IntegerField(
        min_value=1, max_value=1_000_000, required=False, widget=forms.HiddenInput
    )
    client_ref = forms.UUIDField(required=False, widget=forms.HiddenInput, initial=uuid.uuid4)

    def __init__(
        self,
        *args: Any,
        phrase: Phrase,
        by: Any,
        wording: str = "",
        more: Mapping[str, forms.Field] | None = None,
        chosen: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        start = {"version": phrase.version, "time": now(), **(chosen or {})}
        super().__init__(*args, **{**kwargs, "initial": start})
        self.more = list(more or ())
        self.fields.update(more or {})
        self.asked = slots_of(wording or phrase.name_en)
        for name in self.asked:
            self.fields[name] = field = self._field(name, by)
            field.look = SLOTS[name].kind
        own_clock_first(self, by.side)

    def _field(self, name: str, by: Any) -> Any:
        slot = SLOTS[name]
        label: Any = slot.label
        if slot.kind == "number":
            return forms.IntegerField(label=label, min_value=0, max_value=MOST)
        if slot.kind == "time":
            return MomentField(label=label, allow_future=True)
        if slot.kind in CHOSEN:
            return forms.ChoiceField(
                label=label,
                choices=_choices(slot.kind, by),
                widget=forms.Select(attrs={"class": "in"}),
            )
        return CleanCharField(label=label, max_length=slot.longest)

    @property
    def slots(self) -> list[forms.BoundField]:
        return [self[name] for name in self.asked]

    @property
    def beside(self) -> list[forms.BoundField]:
        return [self[name] for name in self.more]

    def values(self) -> dict[str, Any]:
        """What the slots hold as far as it is right."""
        given = getattr(self, "cleaned_data", {})
        return {name: given[name] for name in self.asked if given.get(name) not in (None, "")}


def _choices(kind: str, by: Any) -> list[tuple[str, Any]]:
    if kind == "category":
        return [("", "—"), *((term.code, term.name) for term in usable_categories())]
    rows: list[tuple[str, Any]] = [(place.code, place.name) for place in usable_places()]
    tree = sorted(usable_units(), key=lambda unit: (unit.side != by.side, unit.order))
    return [
        ("", "—"),
        (gettext("Places"), rows),
        (
            str(pgettext_lazy("phrases", "Units and desks")),
            [(unit.code, f"{unit.side} {unit.name}") for unit in tree],
        ),
    ]
