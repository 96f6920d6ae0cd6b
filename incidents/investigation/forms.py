"""Forms of a joint investigation."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from bordercoop.access.models import Language, User
from bordercoop.reference.models import Place, offered, places
from bordercoop.web.fields import (
    CleanCharField,
    ComingMomentField,
    CoordinatesField,
    MomentField,
    TakesRefusals,
)
from contactpoints.models import ContactPoint, Unit

from ..content import crosses
from ..models import CaseEntry, CaseMember, EntryCustody

WRITE = _("Write something first.")
ACT_LANGUAGES = [("ru", "Русский"), ("be", "Беларуская")]


def signs() -> list[Place]:
    """The border signs of the register, in order."""
    return [
        place
        for place in places().values()
        if place.kind == Place.Kind.SIGN and place.retired_at is None
    ]


def _sign_choices() -> list[tuple[str, str]]:
    return [("", gettext("Not in the register")), *((one.code, one.name) for one in signs())]


class SignedPlace(TakesRefusals):
    """Where: a sign of the register, or its number and a place in words."""

    sign = forms.ChoiceField(label=pgettext_lazy("case", "Border sign"), required=False)
    border_sign = CleanCharField(
        label=pgettext_lazy("case", "Number on the sign"), max_length=40, required=False
    )
    place = CleanCharField(
        label=pgettext_lazy("case", "Place in words"), max_length=200, required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["sign"]
        field.choices = _sign_choices()

    def chosen_sign(self) -> Place | None:
        return places().get(self.cleaned_data["sign"])


class ProposeForm(SignedPlace):
    """A proposal. `units` are those for which the officer may lead a case."""

    FIELD_OF = {"happened_at": "happened", "lat": "coordinates", "lon": "coordinates"}
    field_order = ("client_ref", "title", "category", "happened", "grounds", "language")

    client_ref = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    title = CleanCharField(
        label=pgettext_lazy("case", "What is to be investigated"), max_length=160, required=False
    )
    category = forms.ChoiceField(label=_("Category"), required=False)
    grounds = CleanCharField(
        label=pgettext_lazy("case", "Why both sides should look into it"),
        max_length=5000,
        widget=forms.Textarea,
        required=False,
    )
    language = forms.ChoiceField(label=_("Language you write in"), choices=Language.choices)
    happened = MomentField(label=pgettext_lazy("case", "When it happened"), required=False)
    coordinates = CoordinatesField(label=_("Coordinates"), required=False)
    incident = CleanCharField(
        label=pgettext_lazy("case", "Number of the incident"), max_length=30, required=False
    )
    unit = forms.ChoiceField(label=pgettext_lazy("case", "Unit of your side"))
    point = forms.ChoiceField(label=pgettext_lazy("case", "Through which contact point"))
    by_language = forms.ChoiceField(
        label=pgettext_lazy("case", "Language of the act beside Latvian"), choices=ACT_LANGUAGES
    )
    exercise = forms.BooleanField(label=_("This is an exercise"), required=False)

    def __init__(self, *args: Any, units: list[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["category"].choices = [
            ("", gettext("Choose a category.")),
            *(
                (term.code, term.name)
                for term in offered("incident_category")
                if crosses(term.code)
            ),
        ]
        fields["unit"].choices = [(unit.code, unit.name) for unit in units]
        fields["point"].choices = [
            (point.code, point.name)
            for point in ContactPoint.objects.filter(kind=ContactPoint.Kind.COMMON)
        ]
        self.units = units

    def facts(self) -> dict[str, Any]:
        """For `propose_case`."""
        given = self.cleaned_data
        lat, lon = given["coordinates"] or (None, None)
        return {
            "category": given["category"],
            "title": given["title"],
            "grounds": given["grounds"],
            "language": given["language"],
            "happened_at": given["happened"],
            "sign": self.chosen_sign(),
            "border_sign": given["border_sign"],
            "place": given["place"],
            "lat": lat,
            "lon": lon,
            "by_language": given["by_language"],
        }

    def chosen_unit(self) -> Unit:
        return next(one for one in self.units if one.code == self.cleaned_data["unit"])


class ReasonForm(TakesRefusals):
    """A step that says why: declined, withdrawn, left out, closed."""

    FIELD_OF = {"ground": "reason"}
    reason = CleanCharField(
        label=_("Reason"), max_length=2000, widget=forms.Textarea, required=False
    )


class AgreeForm(TakesRefusals):
    """The answer of the side that was asked. `units` are those that may lead it."""

    unit = forms.ChoiceField(label=pgettext_lazy("case", "Unit of your side"), required=False)
    by_language = forms.ChoiceField(
        label=pgettext_lazy("case", "Language of the act beside Latvian"),
        choices=ACT_LANGUAGES,
        required=False,
    )

    def __init__(self, *args: Any, units: list[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["unit"]
        field.choices = [("", ""), *((unit.code, unit.name) for unit in units)]
        self.units = units

    def chosen_unit(self) -> Unit | None:
        return next((one for one in self.units if one.code == self.cleaned_data["unit"]), None)


class WordsForm(TakesRefusals):
    """What the case is about, in another language."""

    language = forms.ChoiceField(label=_("Language"), choices=Language.choices)
    title = CleanCharField(
        label=pgettext_lazy("case", "What is to be investigated"), max_length=160, required=False
    )
    grounds = CleanCharField(
        label=pgettext_lazy("case", "Why both sides should look into it"),
        max_length=5000,
        widget=forms.Textarea,
        required=False,
    )


class MeetForm(SignedPlace):
    """Time and place on the line."""

    FIELD_OF = {"meet_at": "meet"}
    field_order = ("meet",)

    meet = ComingMomentField(
        label=pgettext_lazy("case", "When both sides meet"),
        error_messages={"required": _("Say when both sides meet.")},
    )


class MemberForm(TakesRefusals):
    """Somebody of the own team: an officer of the side, or a name."""

    officer = forms.ChoiceField(label=pgettext_lazy("team", "Officer"), required=False)
    name = CleanCharField(
        label=pgettext_lazy("team", "Or somebody without an account"), max_length=120,
        required=False,
    )  # fmt: skip
    function = forms.ChoiceField(
        label=pgettext_lazy("team", "Task in the team"), choices=CaseMember.Function.choices
    )
    languages = CleanCharField(
        label=pgettext_lazy("team", "Languages"), max_length=40, required=False
    )

    def __init__(self, *args: Any, officers: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = get_language() or "en"
        field: Any = self.fields["officer"]
        field.choices = [
            ("", gettext("Nobody with an account")),
            *((str(user.uid), user.name_for(language)) for user in officers),
        ]
        self.officers = officers

    def chosen_officer(self) -> User | None:
        return next(
            (one for one in self.officers if str(one.uid) == self.cleaned_data["officer"]), None
        )


class ReadForm(TakesRefusals):
    """A form written on a version. After Stale the page shows what stands now, and the next try is
    one on that."""

    def read_again(self, version: int) -> None:
        given: Any = self.data
        given = given.copy()
        given["version"] = str(version)
        self.data = given


class EntryForm(ReadForm):
    """An entry of the own side; `version` is the one that was read."""

    FIELD_OF = {"taken_at": "taken"}

    client_ref = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    kind = forms.ChoiceField(
        label=pgettext_lazy("entry", "What it is"), choices=CaseEntry.Kind.choices, required=False
    )
    title = CleanCharField(
        label=pgettext_lazy("entry", "In one line"), max_length=160, required=False
    )
    text = CleanCharField(
        label=pgettext_lazy("entry", "Description"),
        max_length=20_000,
        widget=forms.Textarea,
        required=False,
    )
    language = forms.ChoiceField(
        label=_("Language you write in"), choices=Language.choices, required=False
    )
    where = CleanCharField(
        label=pgettext_lazy("entry", "Where exactly"), max_length=200, required=False
    )
    taken = MomentField(label=pgettext_lazy("entry", "When it was taken or said"), required=False)
    note = CleanCharField(
        label=pgettext_lazy("entry", "What you changed"), max_length=500, required=False
    )


class TranslationForm(ReadForm):
    version = forms.IntegerField(widget=forms.HiddenInput)
    language = forms.ChoiceField(label=_("Language"), choices=Language.choices)
    text = CleanCharField(
        label=pgettext_lazy("entry", "Translation"),
        max_length=20_000,
        widget=forms.Textarea,
        error_messages={"required": WRITE},
    )


class EntryCommentForm(TakesRefusals):
    client_ref = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    text = CleanCharField(
        label=pgettext_lazy("entry", "Comment"),
        max_length=2000,
        widget=forms.Textarea,
        error_messages={"required": WRITE},
    )
    proposed = CleanCharField(
        label=pgettext_lazy("entry", "Other words that you propose"),
        max_length=20_000,
        widget=forms.Textarea,
        required=False,
    )
    language = forms.ChoiceField(label=_("Language you write in"), choices=Language.choices)


class CustodyForm(TakesRefusals):
    client_ref = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    deed = forms.ChoiceField(
        label=pgettext_lazy("custody", "What happened"),
        choices=[
            (deed.value, deed.label)
            for deed in (EntryCustody.Deed.HANDED_OVER, EntryCustody.Deed.RETURNED)
        ],
    )
    holder = CleanCharField(
        label=pgettext_lazy("custody", "Who has it now"), max_length=200, required=False
    )
    purpose = CleanCharField(
        label=pgettext_lazy("custody", "What for"), max_length=500, required=False
    )


class EntryFileForm(TakesRefusals):
    file = forms.FileField(
        label=pgettext_lazy("entry", "File"),
        error_messages={
            "required": _("Choose a file."),
            "empty": _("This file is empty."),
            "missing": _("Choose a file."),
        },
    )
