"""Form fields that read what officers type and say in a sentence what cannot be right."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar, TypeVar
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bordercoop import sentences
from bordercoop.errors import Refused
from bordercoop.reference.sides import ZONE

from . import when, where
from .clocks import CITY

AnyForm = TypeVar("AnyForm", bound=forms.BaseForm)
CITY_OF = {ZONE[side]: city for side, city in CITY.items() if side in ZONE}


class CleanCharField(forms.CharField):
    """Text without outer space, in one Unicode form, with plain line ends; NUL is refused."""

    default_error_messages = {
        "required": _("Fill this in."),
        "null_characters_not_allowed": sentences.BAD_CHARACTERS,
        "max_length": _(
            "This is too long: %(limit_value)d characters fit, and these are %(show_value)d. "
            "Shorten it."
        ),
    }

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if isinstance(text, str):
            text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
        return text


class DateField(forms.CharField):
    """A day: 22.11.2026, 2211, 221126; without a year the latest that is not in the future."""

    AHEAD = timedelta()
    default_error_messages = {"required": _("Type a date, such as 22.11.2026.")}

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not text:
            return None
        try:
            return when.parse_date(text, today=timezone.localdate() + self.AHEAD)
        except when.Unclear as error:
            raise ValidationError(str(error), error.code) from error

    def run_validators(self, value: Any) -> None:
        """The text was checked before it became a day."""


class ComingDateField(DateField):
    """A day to come or of late; without a year the one within a year from now."""

    AHEAD = timedelta(days=365)


class TimeField(forms.CharField):
    """A time of day: 02:07, 2:07, 02.07, 0207."""

    default_error_messages = {"required": _("Type a time, such as 02:07.")}

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not text:
            return None
        try:
            return when.parse_time(text)
        except when.Unclear as error:
            raise ValidationError(str(error), error.code) from error

    def run_validators(self, value: Any) -> None:
        """The text was checked before it became a time."""


class MomentWidget(forms.MultiWidget):
    """Four inputs: NAME_date, NAME_time, NAME_zone and, when it was asked, NAME_fold."""

    def __init__(self, zones: Sequence[str], attrs: dict[str, Any] | None = None) -> None:
        text = {"autocomplete": "off", "inputmode": "numeric", "maxlength": "40"}
        super().__init__(
            {
                "date": forms.TextInput(text),
                "time": forms.TextInput(text),
                "zone": forms.Select(),
                "fold": forms.HiddenInput(),
            },
            attrs,
        )
        self.offer(zones)

    def offer(self, zones: Sequence[str]) -> None:
        self.zones = list(zones)
        offered: Any = self.widgets[2]
        offered.choices = [(zone, CITY_OF.get(zone, zone)) for zone in zones]

    def decompress(self, value: Any) -> list[str]:
        """An aware instant, shown on the wall of the first zone; or (instant, zone name)."""
        moment, zone = value if isinstance(value, tuple) else (value, self.zones[0])
        if not moment:
            return ["", "", zone, ""]
        local = moment.astimezone(ZoneInfo(zone))
        twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
        fold = str(local.fold) if twice else ""
        return [f"{local:%d.%m.%Y}", f"{local:%H:%M}", zone, fold]


class MomentField(forms.Field):
    """An instant: a date, a time and the zone whose clock showed them. Cleaned to aware UTC.

    Either of the two inputs may hold both (`1702 0800`); a time alone is its latest occurrence.
    A time that the clock showed twice is an error with the code `ambiguous`, whose
    `params["choices"]` are the two (fold, label) to choose from; the answer comes as NAME_fold.
    """

    # Whether a date without a year lies ahead; the page reads it as the server does.
    coming = False
    widget: Any = MomentWidget
    default_error_messages = {
        "required": _("Type the date and the time, such as 2211 0207."),
        "zone": _("Choose whose clock showed this time."),
    }

    def __init__(
        self,
        *,
        zones: Sequence[str] = (ZONE["LV"], ZONE["BY"]),
        allow_future: bool = False,
        **kwargs: Any,
    ) -> None:
        self.zones = list(zones)
        self.allow_future = allow_future
        kwargs.setdefault("widget", MomentWidget(self.zones))
        super().__init__(**kwargs)

    def read_by(self, side: str) -> None:
        """Offer the clock of that side first."""
        self.zones = sorted(self.zones, key=lambda zone: zone != ZONE.get(side))
        self.widget.offer(self.zones)

    def clean(self, value: Any) -> datetime | None:
        day, at, zone, fold = ([*(value or []), "", "", "", ""])[:4]
        typed = " ".join(part for part in ((day or "").strip(), (at or "").strip()) if part)
        if not typed:
            if self.required:
                raise ValidationError(self.error_messages["required"], "required")
            return None
        if (zone or self.zones[0]) not in self.zones:
            raise ValidationError(self.error_messages["zone"], "zone")
        try:
            return read_moment(
                typed,
                zone or self.zones[0],
                fold=int(fold) if fold in ("0", "1") else None,
                now=self.reckoned_from(typed),
                allow_future=self.allow_future,
            )
        except when.HappenedTwice as error:
            raise ValidationError(str(error), error.code, {"choices": error.choices}) from error
        except when.Unclear as error:
            raise ValidationError(str(error), error.code) from error

    def reckoned_from(self, typed: str) -> datetime:
        """The moment of which what was left out is the latest occurrence."""
        return timezone.now()

    def has_changed(self, initial: Any, data: Any) -> bool:
        return list(self.widget.decompress(initial)) != list(data or [])


class ComingMomentField(MomentField):
    """An instant to come or of late: a date without a year is within 300 days from now, a time
    alone is its next occurrence."""

    coming = True
    AHEAD = timedelta(days=300)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(allow_future=True, **kwargs)

    def reckoned_from(self, typed: str) -> datetime:
        dated = len(typed.replace("T", " ").split()) > 1
        return timezone.now() + (self.AHEAD if dated else timedelta(days=1))


def read_moment(
    typed: str, zone: str, *, now: datetime, fold: int | None = None, allow_future: bool = False
) -> datetime:
    """Date and time as typed, on the wall of `zone`, as aware UTC. Raises `when.Unclear`."""
    clock = ZoneInfo(zone)
    wall = when.parse_when(typed, now=now.astimezone(clock))
    moment = when.instant(wall, clock, fold=fold)
    return moment if allow_future else when.not_in_future(moment, now=now)


def moment_choices(errors: Mapping[str, Any], name: str) -> list[tuple[int, str]]:
    """The two answers to offer below the field `name`, when its time was shown twice."""
    if name not in errors:
        return []
    for error in errors[name].as_data():
        if error.code == "ambiguous" and error.params:
            return list(error.params["choices"])
    return []


class CoordinatesField(forms.CharField):
    """Latitude and longitude in one field, in the usual notations. Cleaned to (lat, lon)."""

    default_error_messages = {"required": _("Type coordinates, such as 55.7912, 27.3010.")}

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not text:
            return None
        try:
            return where.parse_coordinates(text)
        except when.Unclear as error:
            raise ValidationError(str(error), error.code) from error

    def prepare_value(self, value: Any) -> Any:
        return where.format_coordinates(*value) if isinstance(value, tuple) else value

    def run_validators(self, value: Any) -> None:
        """The text was checked before it became two numbers."""


def own_clock_first(form: AnyForm, side: str) -> AnyForm:
    """The same form, whose times are typed and shown on the clock that an officer of that side
    looks at, unless the other one is chosen."""
    for field in form.fields.values():
        if isinstance(field, MomentField):
            field.read_by(side)
    return form


class TakesRefusals(forms.Form):
    """A form that shows what a verb says at the fields it belongs to.

    `FIELD_OF`: names of the verb that are other fields here.
    """

    FIELD_OF: ClassVar[Mapping[str, str]] = {}

    def take(self, refusal: Refused) -> None:
        for name, texts in refusal.fields.items():
            field = self.FIELD_OF.get(name, name)
            for sentence in texts:
                self.add_error(field if field in self.fields else None, str(sentence))
        if not refusal.fields:
            self.add_error(None, str(refusal))
