"""Waiting times as officers type them. The verbs say what is wrong."""

import re
import uuid
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bordercoop.errors import Refused
from bordercoop.reference.models import Place
from bordercoop.web.fields import CleanCharField, MomentField, TakesRefusals, own_clock_first

from .crossings import lanes
from .models import Direction
from .models.waiting import LONGEST_WAIT, MOST_WAITING

WIDEST = 2_000  # what a form takes in before the verb says how long it may be
HOURS = re.compile(r"(\d{1,2})[:.](\d{2})")


class Figure(CleanCharField):
    """A whole number without sign, or nothing; with `hours` also 1:30 for ninety."""

    def __init__(self, *, hours: bool = False, **kwargs: Any) -> None:
        super().__init__(required=False, max_length=20, **kwargs)
        self.hours = hours

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not text:
            return None
        if text.isascii() and text.isdigit() and len(text) < 10:
            return int(text)
        found = HOURS.fullmatch(text) if self.hours and text.isascii() else None
        if found and int(found[2]) < 60:
            return int(found[1]) * 60 + int(found[2])
        sentence: Any = (
            _("Minutes from 0 to %(most)d, or hours as 1:30.")
            if self.hours
            else _("A whole number from 0 to %(most)d.")
        )
        most = LONGEST_WAIT if self.hours else MOST_WAITING
        raise ValidationError(sentence % {"most": most})

    def run_validators(self, value: Any) -> None:
        """The text was checked before it became a number."""


@dataclass(frozen=True)
class Row:
    """A lane of the form, with its two inputs."""

    lane: Any
    minutes: forms.BoundField
    waiting: forms.BoundField


class WaitingForm(TakesRefusals):
    """How long one waits in each lane of a place, in one form."""

    observed_at = MomentField(label=pgettext_lazy("crossing point", "Seen at"))
    note = CleanCharField(label=_("Note"), required=False, max_length=WIDEST)
    client_ref = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4, required=False)

    def __init__(self, *args: Any, place: Place, by: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lanes = [(way, lane) for way in Direction for lane in lanes(place)]
        for way, lane in self.lanes:
            name = f"{way}_{lane}"
            called = f"{way.label}, {lane.label}"
            self.fields[f"{name}_minutes"] = Figure(hours=True, label=called)
            self.fields[f"{name}_waiting"] = Figure(label=called)
        own_clock_first(self, by.side)

    @property
    def tables(self) -> list[tuple[Any, list[Row]]]:
        """(direction, its lanes) of both."""
        return [
            (
                direction,
                [
                    Row(lane, *(self[f"{way}_{lane}_{one}"] for one in ("minutes", "waiting")))
                    for way, lane in self.lanes
                    if way == direction
                ],
            )
            for direction in Direction
        ]

    def said(self) -> list[dict[str, Any]]:
        """The lanes of which something was typed, for the verb."""
        given = self.cleaned_data
        found = []
        for way, lane in self.lanes:
            minutes, waiting = (given.get(f"{way}_{lane}_{one}") for one in ("minutes", "waiting"))
            if minutes is not None or waiting is not None:
                found.append(
                    {"direction": way, "lane": lane, "minutes": minutes, "waiting": waiting}
                )
        return found


class CorrectionForm(TakesRefusals):
    """What one of them should have said."""

    minutes = Figure(hours=True, label=_("Minutes"))
    waiting = Figure(label=_("How many wait"))
    reason = CleanCharField(label=_("What was wrong"), required=False, max_length=WIDEST)
    client_ref = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4, required=False)


def carried_out(form: Any, verb: Any) -> int:
    """Run the verb with a valid form: 0 when it went, else the status of the answer; what it
    refused stands in the form. NotAllowed goes on."""
    if not form.is_valid():
        return 400
    try:
        verb(form.cleaned_data)
    except Refused as refusal:
        if refusal.status == 403:
            raise
        form.take(refusal)
        return refusal.status
    return 0
