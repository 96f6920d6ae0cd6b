"""Forms whose fields say how they are drawn, and how a page carries one out."""

import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bordercoop.access.models import Language
from bordercoop.errors import Refused, Stale
from bordercoop.web.fields import (
    CleanCharField,
    ComingDateField,
    ComingMomentField,
    MomentField,
    TakesRefusals,
    own_clock_first,
)
from contactpoints.models import Unit

WIDEST = 60_000  # what a form takes in before the verb says how long it may be


def line(label: Any, most: int = WIDEST, *, note: Any = "", required: bool = False) -> Any:
    return _looks(CleanCharField(label=label, required=required, max_length=most), "line", note)


def area(label: Any, most: int = WIDEST, *, note: Any = "", rows: int = 3) -> Any:
    field = CleanCharField(label=label, required=False, max_length=most, widget=forms.Textarea)
    field.rows = rows  # type: ignore[attr-defined]
    return _looks(field, "area", note)


def choice(label: Any, choices: Any, *, note: Any = "", look: str = "choice") -> Any:
    return _looks(forms.ChoiceField(label=label, choices=choices), look, note)


def day(label: Any, *, required: bool = False, note: Any = "") -> Any:
    return _looks(ComingDateField(label=label, required=required), "line", note)


def moment(label: Any, *, ahead: bool = False, required: bool = True) -> Any:
    """An instant; with `ahead` one to come."""
    field = ComingMomentField if ahead else MomentField
    return _looks(field(label=label, required=required), "moment", "")


def _looks(field: Any, look: str, note: Any) -> Any:
    field.look, field.note = look, note
    return field


class Form(TakesRefusals):
    """A form of one side's officer: the clock of the own side stands first, and the language of the
    account is the one that a text is taken to be in. The same `client_ref` is the same deed."""

    client_ref = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, by: Any, units: list[Unit] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        self.initial.setdefault("client_ref", uuid.uuid4())
        self.initial.setdefault("language", by.language)
        own_clock_first(self, by.side)
        self.units = units or []
        if "unit" in self.fields:
            field = self.fields["unit"]
            field.choices = [(unit.code, unit.name) for unit in self.units]  # type: ignore[attr-defined]
        if "language" in self.fields:
            field = self.fields["language"]
            field.choices = Language.choices  # type: ignore[attr-defined]

    @property
    def unit(self) -> Unit | None:
        """The unit that was chosen among those offered."""
        chosen = self.cleaned_data.get("unit")
        return next((unit for unit in self.units if unit.code == chosen), None)

    @property
    def shown(self) -> list[forms.BoundField]:
        return [field for field in self if not field.is_hidden]


class ReasonForm(Form):
    reason = area(_("Reason"), 500, rows=2)


def carried_out(form: Form, deed: Callable[[dict[str, Any]], Any]) -> int:
    """0 once the deed is done with the cleaned fields; else the status, the form saying why.

    What the officer may not do or see at all is raised, as everywhere.
    """
    if not form.is_valid():
        return 400
    try:
        deed(form.cleaned_data)
    except Refused as refusal:
        if refusal.status in (403, 404):
            raise
        form.take(refusal)
        if isinstance(refusal, Stale) and "edition" in form.fields:
            renew(form, getattr(refusal.current, "edition", None))
        return refusal.status
    return 0


def renew(form: Form, edition: int | None) -> None:
    """What stands is in front of the officer; saving again is meant."""
    if edition is not None:
        form.data = form.data.copy()  # type: ignore[attr-defined]
        form.data[form.add_prefix("edition")] = str(edition)  # type: ignore[index]
