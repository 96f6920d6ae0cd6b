"""An advance notice as it is typed."""

import math
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bordercoop.access.models import Language
from bordercoop.reference.models import offered, usable_places
from bordercoop.web import when, where
from bordercoop.web.fields import CleanCharField, ComingMomentField, TimeField
from contactpoints.models import Unit

from ..forms import MarkingFields
from ..handling import default
from ..investigation.form_kit import Form, area, choice, line
from ..models import NoticeShape, NoticeVersion
from .content import POINTS_MOST

MUCH = 60_000  # taken in before the verb says how long it may be


class KilometresField(CleanCharField):
    """Kilometres with a comma or a point, cleaned to whole metres."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not text:
            return None
        try:
            km = float(text.replace(",", ".").removesuffix("km"))
        except ValueError:
            km = math.nan
        if not 0 < km < 10_000:
            raise ValidationError(_("Type kilometres, such as 2 or 0.5."), "invalid")
        return round(km * 1_000)

    def run_validators(self, value: Any) -> None:
        """The text was checked before it became a number."""

    def prepare_value(self, value: Any) -> Any:
        return f"{value / 1_000:g}" if isinstance(value, int) else value


class MetresField(CleanCharField):
    """Whole metres."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not text:
            return None
        digits = text.removesuffix("m").strip()
        if not (digits.isascii() and digits.isdigit() and len(digits) < 7):
            raise ValidationError(_("Type whole metres, such as 120."), "invalid")
        return int(digits)

    def run_validators(self, value: Any) -> None:
        """The text was checked before it became a number."""


class CornersField(CleanCharField):
    """Corners of an area, one position on each line, cleaned to [(lat, lon), ...]."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        lines = [one for one in (text or "").split("\n") if one.strip()]
        if len(lines) > POINTS_MOST:
            raise ValidationError(
                _("An area has from 3 to %(most)s corners, one on each line."),
                "invalid",
                {"most": POINTS_MOST},
            )
        found = []
        for number, one in enumerate(lines, start=1):
            try:
                found.append(where.parse_coordinates(one))
            except when.Unclear as error:
                raise ValidationError(
                    _("Line %(line)s: %(sentence)s"),
                    error.code,
                    {"line": number, "sentence": str(error)},
                ) from error
        return found

    def run_validators(self, value: Any) -> None:
        """The text was checked before it became positions."""

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, list):
            return "\n".join(where.format_coordinates(*point) for point in value)
        return value


class NoticeForm(MarkingFields, Form):
    """What a notice says. `content()` gives it in the words of `content.SAID`."""

    FIELD_OF = {"lat": "coordinates", "lon": "coordinates", "points": "corners"}

    edition = forms.IntegerField(widget=forms.HiddenInput, required=False)
    unit = forms.ChoiceField(label=_("Unit that is responsible"))  # type: ignore[assignment]
    kind = forms.ChoiceField(
        label=_("What it is about"),
        error_messages={"required": _("Choose what the notice is about.")},
    )
    headline = CleanCharField(
        label=pgettext_lazy("advance notice", "What will be done, in one line"),
        max_length=MUCH,
        error_messages={"required": _("Say in one line what will be done.")},
    )
    text = CleanCharField(
        label=pgettext_lazy("advance notice", "What the other side should know"),
        max_length=MUCH,
        widget=forms.Textarea,
        required=False,
    )
    language = forms.ChoiceField(label=_("Language of the text"), choices=Language.choices)
    starts_at = ComingMomentField(label=_("Begins"))
    ends_at = ComingMomentField(label=_("Ends"))
    daily_from = TimeField(label=_("Each day from"), max_length=40, required=False)
    daily_to = TimeField(label=_("Each day until"), max_length=40, required=False)
    shape = forms.ChoiceField(
        label=_("How you say where"),
        choices=NoticeShape.choices,
        error_messages={"required": _("Choose how you say where it is.")},
    )
    place = forms.ChoiceField(label=_("Place"), required=False)
    from_sign = CleanCharField(label=_("From border sign"), max_length=200, required=False)
    to_sign = CleanCharField(label=_("To border sign"), max_length=200, required=False)
    coordinates = CleanCharField(label=_("Coordinates"), max_length=120, required=False)
    radius_m = KilometresField(label=_("Kilometres around it"), max_length=20, required=False)
    corners = CornersField(label=_("Corners of the area"), max_length=8_000, required=False)
    altitude_m = MetresField(
        label=_("Up to how many metres above the ground"), max_length=20, required=False
    )
    contact_name = CleanCharField(
        label=_("Who is responsible there"), max_length=400, required=False
    )
    contact_phone = CleanCharField(
        label=_("Telephone there"),
        max_length=400,
        error_messages={"required": _("Type the telephone of whoever is responsible there.")},
    )
    exercise = forms.BooleanField(label=_("This is an exercise"), required=False)
    desks = forms.MultipleChoiceField(label=_("Desks that are told"), required=False)

    def __init__(
        self, *args: Any, units: list[Unit], desks: list[Unit], known: bool = False, **kwargs: Any
    ) -> None:
        """`desks` may be told; `known`: the notice exists, whose unit and exercise stay."""
        super().__init__(*args, units=units, **kwargs)
        for name, value in default().columns.items():
            self.initial.setdefault(name, value)
        self.initial.setdefault("shape", NoticeShape.PLACE)
        fields: Any = self.fields
        self.kinds = offered("notice_kind")
        fields["kind"].choices = [(term.code, term.name) for term in self.kinds]
        fields["place"].choices = [("", "—"), *((p.code, p.name) for p in usable_places())]
        self.known_desks = {desk.code: desk for desk in desks}
        fields["desks"].choices = [(desk.code, desk.name) for desk in desks]
        if known:
            del fields["unit"], fields["exercise"]

    def clean_coordinates(self) -> Any:
        text = self.cleaned_data.get("coordinates")
        if not text:
            return None
        try:
            return where.parse_coordinates(text)
        except when.Unclear as error:
            raise ValidationError(str(error), error.code) from error

    def content(self) -> dict[str, Any]:
        given = self.cleaned_data
        lat, lon = given["coordinates"] or (None, None)
        same = (
            "kind", "starts_at", "ends_at", "daily_from", "daily_to", "shape", "place",
            "from_sign", "to_sign", "radius_m", "altitude_m", "headline", "text", "language",
            "contact_name", "contact_phone",
        )  # fmt: skip
        said = {name: given[name] for name in same}
        return {**said, "lat": lat, "lon": lon, "points": given["corners"]}

    @property
    def chosen_unit(self) -> Unit:
        return next(unit for unit in self.units if unit.code == self.cleaned_data["unit"])

    @property
    def chosen_desks(self) -> list[Unit]:
        return [self.known_desks[code] for code in self.cleaned_data["desks"]]


def initial_of(version: NoticeVersion, edition: int) -> dict[str, Any]:
    """A version as the form begins with it."""
    same = (
        "kind", "starts_at", "ends_at", "shape", "place", "from_sign", "to_sign", "radius_m",
        "headline", "text", "language", "contact_name", "contact_phone", "handling", "tlp",
        "restriction",
    )  # fmt: skip
    point = (version.lat, version.lon)
    return {
        **{name: getattr(version, name) for name in same},
        "altitude_m": version.altitude_m or "",
        "daily_from": f"{version.daily_from:%H:%M}" if version.daily_from else "",
        "daily_to": f"{version.daily_to:%H:%M}" if version.daily_to else "",
        "coordinates": where.format_coordinates(*point) if point[0] is not None else "",  # type: ignore[arg-type]
        "corners": version.points or "",
        "edition": edition,
    }


class SendForm(Form):
    desks = forms.MultipleChoiceField(label=_("Desks that are told"), required=False)

    def __init__(self, *args: Any, desks: list[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known_desks = {desk.code: desk for desk in desks}
        field: Any = self.fields["desks"]
        field.choices = [(desk.code, desk.name) for desk in desks]

    @property
    def chosen_desks(self) -> list[Unit]:
        return [self.known_desks[code] for code in self.cleaned_data["desks"]]


class TranslateForm(Form):
    language = choice(_("Language of the translation"), Language.choices)
    headline = line(pgettext_lazy("advance notice", "What will be done, in one line"))
    text = area(pgettext_lazy("advance notice", "What the other side should know"), rows=4)

    def __init__(self, *args: Any, version: NoticeVersion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["language"]
        field.choices = [one for one in Language.choices if one[0] != version.language]
