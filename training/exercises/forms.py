"""Exercises and their scenario as officers type them. The verbs say what is wrong."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bordercoop.access.models import Language, User
from bordercoop.reference.models import ProcedureVersion, offered, terms, usable_places
from bordercoop.web.fields import CleanCharField
from contactpoints.models import Posting, Unit, units
from incidents.investigation.form_kit import Form, area, choice, line, moment

from .models import (
    DebriefKind,
    Exercise,
    ExerciseKind,
    ExercisePart,
    Inject,
    Reached,
    TiedKind,
)
from .reading import clock_of

OPEN = ("", "—")
CROSSINGS = ("crossing", "airport", "station")


class ClockField(CleanCharField):
    """Minutes and seconds, or hours, minutes and seconds, cleaned to seconds."""

    look, note = "line", _("Minutes and seconds, such as 5:00; or 1:05:00.")

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not text:
            return None
        parts = text.split(":")
        sound = len(parts) in (2, 3) and all(
            part.isascii() and part.isdigit() and len(part) < 5 for part in parts
        )
        if not sound or any(int(part) > 59 for part in parts[1:]):
            raise ValidationError(
                _("Type minutes and seconds, such as 5:00, or 1:05:00."), "invalid"
            )
        seconds = 0
        for part in parts:
            seconds = 60 * seconds + int(part)
        return seconds

    def run_validators(self, value: Any) -> None:
        """The text was checked before it became a number."""


def typed_clock(seconds: int | None) -> str:
    return clock_of(timedelta(seconds=seconds)) if seconds is not None else ""


def categories() -> list[tuple[str, str]]:
    return [(term.code, term.name) for term in offered("incident_category")]


def desks() -> list[Unit]:
    """The desks to which injects may go."""
    return [
        unit for unit in units().values() if unit.kind == Unit.Kind.DESK and unit.retired_at is None
    ]


class ExerciseForm(Form):
    """What an exercise is: the arguments of `plan_exercise`."""

    edition = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)
    title = line(
        pgettext_lazy("exercise", "What it is about, in one line"),
        note=_("Whoever plays reads it before the begin."),
    )
    kind = choice(pgettext_lazy("exercise", "Kind"), ExerciseKind.choices)
    unit = choice(_("Unit that coordinates it"), [])
    language = choice(_("Language you write in"), Language.choices)
    purpose = area(pgettext_lazy("exercise", "Purpose"), rows=4)
    place = choice(_("Crossing point"), [])
    category = choice(_("Unauthorised activity practised"), [])
    planned_at = moment(_("Begins"), ahead=True)
    pauses = choice(
        _("When a real emergency comes"),
        [("yes", _("The exercise pauses by itself")), ("no", _("A director decides"))],
        note=_("A real P1 alert at a desk that plays."),
    )

    def __init__(self, *args: Any, exercise: Exercise | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["place"].choices = [
            OPEN, *((one.code, one.name) for one in usable_places() if one.kind in CROSSINGS)
        ]  # fmt: skip
        fields["category"].choices = [OPEN, *categories()]
        if exercise is not None:
            del fields["unit"]

    def said(self) -> dict[str, Any]:
        given = self.cleaned_data
        names = ("kind", "title", "language", "purpose", "place", "category", "planned_at")
        return {
            **{name: given.get(name) for name in names},
            "pauses_for_real": given.get("pauses") != "no",
        }


def initial_of(exercise: Exercise) -> dict[str, Any]:
    names = (
        "kind", "title", "language", "purpose", "place", "category", "planned_at", "edition",
    )  # fmt: skip
    return {
        **{name: getattr(exercise, name) for name in names},
        "pauses": "yes" if exercise.pauses_for_real else "no",
    }


class InjectForm(Form):
    """An inject: the arguments of `add_inject`."""

    edition = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)
    offset_s = ClockField(label=_("Time after the begin"), required=False, max_length=20)
    desks = forms.MultipleChoiceField(label=_("To which desks"), required=False)
    sender = choice(_("As from which desk"), [])
    headline = line(_("Headline"), note=_("As the desk reads it on its console."))
    language = choice(_("Language you write in"), Language.choices)
    headline_lv = line(_("Headline in Latvian"))
    headline_be = line(_("Headline in Belarusian"))
    headline_ru = line(_("Headline in Russian"))
    headline_en = line(_("Headline in English"))
    text = area(pgettext_lazy("inject", "Text"), rows=2)
    severity = choice(_("Severity"), [])
    category = choice(_("Category"), [])
    place = choice(_("Place"), [])
    acknowledge_s = ClockField(label=_("Acknowledged within"), required=False, max_length=20)
    guideline = choice(_("Guidelines"), [])
    steps = area(_("Steps that are expected"), rows=4, note=_("One a line; the desk ticks them."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["offset_s"].note = _("Minutes and seconds, such as 5:00; or 1:05:00.")
        fields["acknowledge_s"].note = _("Minutes and seconds; empty for no expectation.")
        offered_desks = [(unit.code, unit.name) for unit in desks()]
        fields["desks"].choices = fields["sender"].choices = offered_desks
        levels = terms("severity")
        fields["severity"].choices = [(code, f"{code} {levels[code].name}") for code in levels]
        fields["category"].choices = [OPEN, *categories()]
        fields["place"].choices = [OPEN, *((one.code, one.name) for one in usable_places())]
        self.versions = {
            str(one.uid): one
            for one in ProcedureVersion.objects.holding().select_related("procedure")
        }
        fields["guideline"].choices = [
            OPEN, *((uid, _called(one, self.by.language)) for uid, one in self.versions.items())
        ]  # fmt: skip
        fields["place"].required = fields["guideline"].required = False

    @property
    def when(self) -> list[forms.BoundField]:
        return [self[name] for name in ("offset_s", "sender")]

    @property
    def card(self) -> list[forms.BoundField]:
        names = ("headline", "language", "text", "severity", "category", "place")
        return [self[name] for name in names]

    @property
    def others(self) -> list[forms.BoundField]:
        return [self[f"headline_{code}"] for code in Language.values]

    @property
    def expected(self) -> list[forms.BoundField]:
        return [self[name] for name in ("acknowledge_s", "guideline", "steps")]

    def said(self) -> dict[str, Any]:
        given = self.cleaned_data
        names = (
            "offset_s", "desks", "sender", "headline", "language", "text", "category", "place",
            "acknowledge_s",
        )  # fmt: skip
        return {
            **{name: given.get(name) for name in names},
            "severity": int(given["severity"]) if given.get("severity") else 0,
            "headlines": {code: given.get(f"headline_{code}", "") for code in Language.values},
            "guideline": self.versions.get(given.get("guideline", "")),
            "steps": (given.get("steps") or "").splitlines(),
        }


def _called(version: ProcedureVersion, language: str) -> str:
    title = version.content.get("title", {})
    name = title.get(language) or title.get("en", "")
    return f"{version.procedure.code} v{version.number} {name}"


def initial_of_inject(inject: Inject) -> dict[str, Any]:
    names = ("desks", "headline", "language", "text", "severity", "category", "place", "edition")
    return {
        **{name: getattr(inject, name) for name in names},
        **{f"headline_{code}": words for code, words in inject.headlines.items()},
        "offset_s": typed_clock(inject.offset_s),
        "acknowledge_s": typed_clock(inject.acknowledge_s),
        "sender": inject.sender.code,
        "guideline": str(inject.guideline.uid) if inject.guideline else "",
        "steps": "\n".join(inject.steps),
    }


class PersonForm(Form):
    """Who has a part in it, of the own side."""

    officer = choice(_("Officer"), [])
    part = choice(pgettext_lazy("exercise", "Part"), ExercisePart.choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        posted = Posting.objects.active().filter(officer__side=self.by.side).values("officer_id")
        rows = User.objects.filter(pk__in=posted, is_active=True).order_by("name_latin", "pk")
        self.known = {str(one.uid): one for one in rows}
        fields: Any = self.fields
        fields["officer"].choices = [
            OPEN, *((uid, one.name_for(self.by.language)) for uid, one in self.known.items())
        ]  # fmt: skip


class ObjectiveForm(Form):
    """What it is to show."""

    text = line(pgettext_lazy("exercise", "Objective"))
    language = choice(_("Language you write in"), Language.choices)
    tied_kind = choice(_("Tied to"), [OPEN, *TiedKind.choices])
    tied_ref = line(_("Its number"), note=_("Such as REC-2026-00001."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["tied_kind"].required = False


class NoteForm(Form):
    """What was seen, and on which inject."""

    text = area(pgettext_lazy("exercise", "What you see"), rows=2)
    language = choice(_("Language you write in"), Language.choices)
    inject = choice(_("On which inject"), [])

    def __init__(self, *args: Any, injects: list[Inject], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = {str(one.uid): one for one in injects}
        field: Any = self.fields["inject"]
        field.choices = [
            OPEN,
            *(
                (uid, f"{one.number}. {one.headline_for(self.by.language)[0]}")
                for uid, one in self.known.items()
            ),
        ]
        field.required = False


class MarkForm(Form):
    """How far an objective was reached."""

    mark = choice(pgettext_lazy("objective", "How far it was reached"), Reached.choices)
    words = area(_("Why"), rows=2)
    language = choice(_("Language you write in"), Language.choices)


class DebriefForm(Form):
    """A sentence of the hot debrief."""

    kind = choice(pgettext_lazy("debrief", "Kind"), DebriefKind.choices)
    text = area(pgettext_lazy("debrief", "Sentence"), rows=2)
    language = choice(_("Language you write in"), Language.choices)


class ExerciseReasonForm(Form):
    reason = area(_("Reason"), 500, rows=2)
