"""Risk reports as officers type them. The verbs say what is wrong."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bordercoop.access.models import Language, User
from bordercoop.reference.models import places, usable_places
from contactpoints.models import Unit
from incidents.forms import MarkingFields
from incidents.handling import default
from incidents.investigation.form_kit import Form, area, choice, day, line, moment

from .models import Confidence, Probability, ReportLevel
from .section_codes import section_choices


def _many(label: Any, choices: Any) -> Any:
    field = forms.MultipleChoiceField(label=label, choices=choices, required=False)
    field.look, field.note = "choices", ""  # type: ignore[attr-defined]
    return field


def _places(standing: Iterable[str] = ()) -> Any:
    """The places in use, and those `standing` in the report already."""
    known, names = places(), {place.code: place.name for place in usable_places()}
    names |= {code: known[code].name for code in standing if code in known and code not in names}
    return _many(_("Places"), list(names.items()))


class TaskForm(MarkingFields, Form):
    """What is asked of a unit, and by when."""

    level = choice(pgettext_lazy("risk report", "Level"), ReportLevel.choices, look="tiles")
    title = line(_("Title"))
    tasking = area(
        pgettext_lazy("risk report", "What has to be answered"),
        rows=4,
        note=_("The question, for whom, and what is decided by the answer."),
    )
    starts_on = day(pgettext_lazy("period", "From day"), required=True)
    ends_on = day(pgettext_lazy("period", "To day"), required=True)
    unit = choice(_("Which unit writes it"), [])
    deadline = moment(_("Deadline"), ahead=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, value in default().columns.items():
            self.initial.setdefault(name, value)
        self.initial.setdefault("level", ReportLevel.OPERATIONAL)
        self.fields["language"] = choice(_("Language of the report"), Language.choices)
        self.fields["sections"] = _many(_("Sections"), section_choices())
        self.fields["places"] = _places()

    @property
    def words(self) -> list[forms.BoundField]:
        return [self["title"], self["tasking"]]

    @property
    def days(self) -> list[forms.BoundField]:
        return [self["starts_on"], self["ends_on"]]

    @property
    def who(self) -> list[forms.BoundField]:
        return [self["unit"], self["language"]]

    def said(self) -> dict[str, Any]:
        given = self.cleaned_data
        same = ("level", "title", "tasking", "starts_on", "ends_on", "deadline", "language",
                "sections", "places", "client_ref")  # fmt: skip
        return {
            **{name: given[name] for name in same},
            "unit": self.unit,
            "marking": self.marking(),
        }


class ScopeForm(MarkingFields, Form):
    """What a report is about, and how it is marked."""

    edition = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)
    title = line(_("Title"))
    starts_on = day(pgettext_lazy("period", "From day"), required=True)
    ends_on = day(pgettext_lazy("period", "To day"), required=True)

    def __init__(self, *args: Any, places: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"] = choice(_("Language of the report"), Language.choices)
        self.fields["sections"] = _many(_("Sections"), section_choices())
        self.fields["places"] = _places(places)

    @property
    def lines(self) -> list[forms.BoundField]:
        return [self[name] for name in ("title", "starts_on", "ends_on", "language")]

    @classmethod
    def initial_of(cls, report: Any) -> dict[str, Any]:
        same = (
            "edition", "title", "language", "sections", "places", "handling", "tlp", "restriction",
        )  # fmt: skip
        return {
            **{name: getattr(report, name) for name in same},
            "starts_on": f"{report.starts_on:%d.%m.%Y}",
            "ends_on": f"{report.ends_on:%d.%m.%Y}",
        }

    def said(self) -> dict[str, Any]:
        same = ("edition", "title", "starts_on", "ends_on", "language", "sections", "places")
        return {**{name: self.cleaned_data[name] for name in same}, "marking": self.marking()}


class PartForm(Form):
    edition = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)
    text = area(_("Text"), rows=16)


class SkipForm(Form):
    reason = area(_("Why this step is left out"), rows=2)


class JudgementForm(Form):
    """A sentence of what is to be expected, how probable it is and how far it is trusted."""

    edition = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)
    text = area(_("Judgement"), rows=3, note=_("One sentence: what, where, and until when."))
    probability = choice(_("How probable"), Probability.choices)
    confidence = choice(_("Analytic confidence"), Confidence.choices, look="tiles")
    alternative = area(
        _("What it may be instead"), rows=2, note=_("The best other explanation of the same facts.")
    )
    no_cites = line(_("Why no source is cited"), note=_("Needed only where none is ticked."))

    def __init__(self, *args: Any, sources: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["cites"] = _many(_("On what it rests"), sources)
        for name in ("probability", "confidence"):
            self.fields[name].required = False

    @property
    def chosen(self) -> list[str]:
        return [str(number) for number in self["cites"].value() or []]

    def said(self) -> dict[str, Any]:
        given = self.cleaned_data
        same = ("text", "probability", "confidence", "alternative", "no_cites")
        return {
            **{name: given[name] for name in same},
            "cites": [int(number) for number in given["cites"]],
        }


class RecommendationForm(Form):
    edition = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)
    text = area(_("What should be done"), rows=3)
    unit = choice(pgettext_lazy("recommendation", "Who answers for it"), [])
    due = day(_("By which day"), required=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["unit"]
        field.choices = [(unit.code, f"{unit.side} · {unit.name}") for unit in self.units]

    def said(self) -> dict[str, Any]:
        return {"text": self.cleaned_data["text"], "due": self.cleaned_data["due"],
                "unit": self.unit}  # fmt: skip


class ReviewerForm(Form):
    """Who reads the report before it is approved."""

    reviewer = choice(_("Who reviews it"), [], note=_("Somebody who wrote none of it."))

    def __init__(self, *args: Any, people: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = people
        field: Any = self.fields["reviewer"]
        field.choices = [(str(one.uid), one.display_name) for one in people]

    @property
    def chosen(self) -> User:
        chosen = self.cleaned_data["reviewer"]
        return next(one for one in self.people if str(one.uid) == chosen)


class WordsForm(Form):
    words = area(_("In words"), rows=3, note=_("Needed to give it back."))


class ReasonForm(Form):
    reason = area(_("Reason"), rows=2)


class JoinForm(Form):
    unit = choice(_("Which of your units writes it"), [])


class LeaveForm(Form):
    words = area(pgettext_lazy("why a side leaves a report", "In words"), rows=2)


class NewerForm(Form):
    """Which report takes the place of this one."""

    newer = choice(_("The newer report"), [])

    def __init__(self, *args: Any, rows: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = {str(row.uid): row for row in rows}
        field: Any = self.fields["newer"]
        field.choices = [(uid, f"{row.number} {row.title}") for uid, row in self.rows.items()]

    @property
    def chosen(self) -> Any:
        return self.rows[self.cleaned_data["newer"]]


class SendForm(Form):
    """To whom an approved report goes."""

    FIELD_OF = {"units": "desks"}

    def __init__(self, *args: Any, own: list[Unit], desks: list[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = {unit.code: unit for unit in (*own, *desks)}
        self.fields["desks"] = _many(_("Desks of the other side"), _named(desks))
        self.fields["own"] = _many(_("Units of your side"), _named(own))
        self.fields["urgency"] = choice(
            pgettext_lazy("risk report", "How it is told"),
            [("information", _("As information (P4)")), ("routine", _("As routine (P3)"))],
            look="tiles",
        )
        self.initial.setdefault("urgency", "information")

    @property
    def chosen(self) -> list[Unit]:
        given = self.cleaned_data
        return [self.known[code] for code in (*given["own"], *given["desks"])]

    @property
    def urgent(self) -> bool:
        return bool(self.cleaned_data["urgency"] == "routine")


def _named(units: list[Unit]) -> Any:
    return [(unit.code, unit.name) for unit in units]


class AnswerForm(Form):
    answer = area(
        _("Your answer"), rows=2, note=_("A reason to decline it; what shows that it is done.")
    )
