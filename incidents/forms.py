"""The flash report and its supplements, as officers type them."""

import uuid
from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.forms.utils import ErrorDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bordercoop.access.models import Language
from bordercoop.reference.models import offered, places, usable_places
from bordercoop.reference.sides import ZONE
from bordercoop.web.fields import (
    CleanCharField,
    CoordinatesField,
    MomentField,
    TakesRefusals,
    own_clock_first,
)
from contactpoints.access import units_for
from contactpoints.models import Unit

from .content import CHOSEN, COLUMNS, FIELDS, LONGEST, PEOPLE_MOST
from .form_rows import MeansField, RowsField, TermField
from .handling import LONGEST as RESTRICTION_LONGEST
from .handling import Marking, parsed
from .headline_forms import HeadlineField, template_of
from .models import Audience, Ground, Handling, Precision, Tlp

# The form's field -> the keys of a content that it holds.
KEYS = {"happened": ("happened_at",), "detected": ("detected_at",), "coordinates": ("lat", "lon")}
FIELD_OF = {key: field for field, keys in KEYS.items() for key in keys}


class MarkingFields(TakesRefusals):
    """Handling code, TLP and the words of H3; what is left out stays as `least` or the default."""

    handling = forms.ChoiceField(label=_("Handling code"), choices=Handling.choices, required=False)
    tlp = forms.ChoiceField(
        label=pgettext_lazy("marking", "TLP"), choices=Tlp.choices, required=False
    )
    restriction = CleanCharField(
        label=_("Restriction (with H3)"), max_length=RESTRICTION_LONGEST, required=False
    )

    def marking(self, otherwise: Marking | None = None) -> Marking:
        """What was chosen. Raises Invalid with a sentence for every wrong field."""
        given = self.cleaned_data
        typed = given.get("restriction") if "restriction" in self.data else None
        return parsed(given.get("handling"), given.get("tlp"), typed, otherwise=otherwise)


class MarkForm(MarkingFields):
    """Another marking for an incident."""


class PassOnForm(TakesRefusals):
    """To whom a copy is passed on, and why the originator should consent."""

    to = forms.ChoiceField(
        label=_("Pass it on to"), error_messages={"required": _("Choose a unit.")}
    )
    purpose = CleanCharField(
        label=_("Why the unit needs it"), max_length=1000, widget=forms.Textarea, required=False
    )

    def __init__(self, *args: Any, choices: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        to: Any = self.fields["to"]
        to.choices = choices


class Count(forms.IntegerField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=0, max_value=PEOPLE_MOST, required=False, **kwargs)
        self.widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})


class IncidentForm(MarkingFields):
    """What an incident says. `content()` gives it in the words of `content.FIELDS`."""

    FIELD_OF = FIELD_OF

    client_ref = forms.UUIDField(widget=forms.HiddenInput, required=False)
    unit = forms.ChoiceField(label=_("Unit"))
    category = forms.ChoiceField(
        label=_("Category"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what kind of incident it is.")},
    )
    severity = forms.TypedChoiceField(
        label=_("Severity"),
        coerce=int,
        choices=[(n, str(n)) for n in (1, 2, 3, 4)],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a severity from 1 to 4.")},
    )
    # Needed unless one from the list is chosen.
    headline = CleanCharField(
        label=_("Headline"),
        max_length=LONGEST["headline"],
        required=False,
        error_messages={"required": _("Write a short headline.")},
    )
    headline_template = HeadlineField(label=FIELDS["headline_template"], required=False)
    happened = MomentField(label=_("Happened"))
    happened_precision = forms.ChoiceField(
        label=_("Precision"), choices=Precision.choices, required=False
    )
    detected = MomentField(label=_("Detected"), required=False)
    detected_precision = forms.ChoiceField(
        label=_("Precision"), choices=Precision.choices, required=False
    )
    place = forms.ChoiceField(label=_("Place"), required=False)
    border_sign = CleanCharField(
        label=_("Border sign"), max_length=LONGEST["border_sign"], required=False
    )
    coordinates = CoordinatesField(label=_("Coordinates"), max_length=120, required=False)
    people_total = Count(label=_("People"))
    people_minors = Count(label=_("Minors"))
    people_injured = Count(label=_("Injured"))
    nature, manner, direction, detection, public_event = (
        TermField(vocabulary, label=FIELDS[key]) for key, vocabulary in CHOSEN.items()
    )
    means = MeansField(label=FIELDS["means"])
    people, vehicles, goods, documents, transit = (
        RowsField(columns, single=key == "transit", label=FIELDS[key])
        for key, columns in COLUMNS.items()
    )
    narrative = CleanCharField(
        label=_("What happened"),
        max_length=LONGEST["narrative"],
        widget=forms.Textarea,
        required=False,
    )
    language = forms.ChoiceField(label=_("Language of the text"), choices=Language.choices)
    internal_note = CleanCharField(
        label=_("Internal note"),
        max_length=LONGEST["internal_note"],
        widget=forms.Textarea,
        required=False,
    )
    exercise = forms.BooleanField(label=_("This is an exercise"), required=False)
    next = forms.CharField(required=False)

    def __init__(
        self,
        *args: Any,
        by: Any,
        whole: bool = False,
        before: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        """`whole` also offers retired places and categories, for a supplement to an old record;
        `before` is what that record says, whose headline is offered too."""
        super().__init__(*args, **kwargs)
        self.by = by
        cast(HeadlineField, self.fields["headline_template"]).offer(before)
        own_clock_first(self, by.side)
        self.units = [u for u in units_for(by, "report_incidents") if u.kind != Unit.Kind.DESK]
        self._choices("unit", [(u.code, u.name) for u in self.units])
        self._choices("category", [(t.code, t.name) for t in offered("incident_category")])
        known = usable_places()
        if whole:
            known += [p for p in places().values() if p.retired_at is not None]
        self._choices(
            "place", [("", _("Outside a crossing point")), *((p.code, p.name) for p in known)]
        )
        if self.is_bound:
            self.data = self._with_day_times()

    def _choices(self, name: str, choices: list[tuple[str, Any]]) -> None:
        field: Any = self.fields[name]
        field.choices = choices

    def _with_day_times(self) -> Any:
        """A time known to the day or month has no time of day; the side's midnight stands in."""
        typed: Any = self.data
        data = typed.copy()
        for name in ("happened", "detected"):
            precision, day = data.get(f"{name}_precision"), (data.get(f"{name}_date") or "").strip()
            if precision in (Precision.DAY, Precision.MONTH) and day:
                if not (data.get(f"{name}_time") or "").strip():
                    data[f"{name}_time"], data[f"{name}_zone"] = "00:00", ZONE[self.by.side]
                if precision == Precision.MONTH and day.count(".") == 1:
                    data[f"{name}_date"] = f"01.{day}"
        return data

    def with_another_row(self, name: str) -> None:
        """Everything as typed, with one more row to fill in and no errors told yet."""
        if name in COLUMNS:
            self.fields[name].another = True  # type: ignore[attr-defined]
        self._errors = ErrorDict()

    def clean(self) -> dict[str, Any] | None:
        given = super().clean() or self.cleaned_data
        words = {"headline", "headline_template"}
        if not words & self.errors.keys() and not any(given.get(name) for name in words):
            self.add_error("headline", _("Write a short headline."))
        return given

    @property
    def chosen_unit(self) -> Unit:
        return next(u for u in self.units if u.code == self.cleaned_data["unit"])

    def content(self) -> dict[str, Any]:
        """The cleaned fields as parsed values for the verb."""
        given = dict(self.cleaned_data)
        lat, lon = given.pop("coordinates") or (None, None)
        for name in ("client_ref", "unit", "exercise", "next", "handling", "tlp", "restriction"):
            given.pop(name, None)
        for name in (*CHOSEN, "means", *COLUMNS):
            # A page of before these fields were there, or a program that leaves them out.
            if self.fields[name].widget.value_omitted_from_data(self.data, self.files, name):
                given.pop(name)
        template = template_of(given.pop("headline_template"))
        if "headline_template" in self.data:
            given["headline_template"] = template
        if template and not given["headline"]:
            given.pop("headline")
        given["happened_at"], given["detected_at"] = given.pop("happened"), given.pop("detected")
        for name in ("happened_precision", "detected_precision"):
            given[name] = given[name] or Precision.MINUTE.value
        return {**given, "place": given["place"] or None, "lat": lat, "lon": lon}


class SupplementForm(IncidentForm):
    """The same fields, filled with what stands; `version` is the one they were read from."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, whole=True, **kwargs)
        for name in ("unit", "exercise", "next", "handling", "tlp", "restriction"):
            del self.fields[name]

    def based_on(self, version: int) -> None:
        """Keep what was typed, now on top of another version: for a second try."""
        data: Any = self.data
        self.data = data.copy()
        self.data["version"] = version  # type: ignore[index]

    def content(self) -> dict[str, Any]:
        given = super().content()
        given.pop("version")
        return given


class RemarkForm(forms.Form):
    """A note for the timeline."""

    client_ref = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    text = CleanCharField(
        label=_("Add to the timeline"),
        max_length=5000,
        widget=forms.Textarea,
        error_messages={"required": _("Write something first.")},
    )
    audience = forms.ChoiceField(
        label=_("Who sees it"), choices=Audience.choices, initial=Audience.OWN
    )
    reply_to = forms.UUIDField(widget=forms.HiddenInput, required=False)


class MeasureForm(RemarkForm):
    """What the own side has done, or will do by a time."""

    status = forms.ChoiceField(
        label=_("Measure"),
        choices=[
            ("done", pgettext_lazy("measure", "Done")),
            ("planned", pgettext_lazy("measure", "Planned")),
        ],
    )
    moment = MomentField(label=_("When"), required=False, allow_future=True)


class CloseForm(forms.Form):
    """Why the own side closes its part."""

    ground = forms.ChoiceField(label=_("Ground"), choices=Ground.choices)


class PrintForm(forms.Form):
    """Which copy is printed, and beside which second language."""

    copy = CleanCharField(
        label=_("What is printed"),
        max_length=40,
        error_messages={"required": _("Choose what is to be printed.")},
    )
    second = forms.ChoiceField(label=_("Second language"), choices=Language.choices)

    def __init__(self, *args: Any, language: str, **kwargs: Any) -> None:
        """`language` is the reader's own, which stands on the paper anyway."""
        super().__init__(*args, **kwargs)
        second: Any = self.fields["second"]
        second.choices = [choice for choice in Language.choices if choice[0] != language]


class AttachForm(TakesRefusals):
    """A file for an incident, and what an officer says of it."""

    file = forms.FileField(
        label=_("File"),
        max_length=255,
        allow_empty_file=True,
        error_messages={"required": _("Choose a file."), "invalid": _("Choose a file.")},
    )
    description = CleanCharField(label=_("What it shows"), max_length=500, required=False)
    evidence = forms.BooleanField(label=_("This is evidence"), required=False)
    audience = forms.ChoiceField(
        label=_("Who sees it"), choices=Audience.choices, initial=Audience.OWN
    )


class UploadForm(TakesRefusals):
    """A file of incidents, and the unit whose they are."""

    unit = forms.ChoiceField(label=_("Unit"))
    file = forms.FileField(
        label=_("File"),
        max_length=255,
        allow_empty_file=True,
        error_messages={"required": _("Choose a file."), "invalid": _("Choose a file.")},
    )

    def __init__(self, *args: Any, choices: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unit: Any = self.fields["unit"]
        unit.choices = choices


class HandOverForm(TakesRefusals):
    """Who received a file, and what for."""

    client_ref = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    to = CleanCharField(
        label=_("Handed over to"),
        max_length=200,
        error_messages={"required": _("Write who received it: a name and an office.")},
    )
    purpose = CleanCharField(
        label=_("What for"),
        max_length=500,
        error_messages={"required": _("Write what it is handed over for.")},
    )


class WithdrawForm(TakesRefusals):
    """Why a file is taken out."""

    reason = CleanCharField(
        label=_("Why it is withdrawn"),
        max_length=500,
        error_messages={"required": _("Write why the file is withdrawn.")},
    )
