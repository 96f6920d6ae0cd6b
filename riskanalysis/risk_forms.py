"""Risks, assessments and treatments as officers type them. The verbs say what is wrong."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bordercoop.access.models import Language, User
from bordercoop.reference.models import LANGUAGES, offered, terms
from contactpoints.access import officers_with
from contactpoints.list_forms import ORDER
from contactpoints.models import root_of
from incidents.investigation.form_kit import Form, area, choice, day, line
from incidents.models import Incident

from .models import Confidence, MatrixVersion, Probability, Risk, RiskState
from .scales import domains, levels
from .section_codes import section_choices

NAMES = dict(Language.choices)


class Owned(Form):
    """A form that says which unit sees to it, and which officer of it."""

    unit = choice(pgettext_lazy("risk", "Owner"), [])
    officer = choice(_("Officer"), [])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        root = root_of(self.by.side)
        self.known: list[User] = officers_with("read_risks", root) if root else []
        field: Any = self.fields["officer"]
        field.required = False
        named = [(str(one.uid), one.display_name) for one in self.known]
        field.choices = [("", _("Nobody by name")), *named]

    @property
    def named(self) -> User | None:
        chosen = self.cleaned_data.get("officer")
        return next((one for one in self.known if str(one.uid) == chosen), None)


class RiskForm(Owned):
    """What a risk says. Texts in four languages, of which one is needed."""

    edition = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)

    def __init__(self, *args: Any, risk: Risk | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code in ORDER.get(self.by.side, ORDER["LV"]):
            self.fields[f"title_{code}"] = line(NAMES[code])
            self.fields[f"text_{code}"] = area(NAMES[code], rows=4)
        self.fields["language"] = choice(_("Written first in"), Language.choices)
        # An old risk keeps a category that is offered no more.
        known = terms("incident_category")
        rows = [term for term in offered("incident_category") if term.code in known]
        if risk is not None and risk.category and risk.category not in {t.code for t in rows}:
            rows += [term for term in known.values() if term.code == risk.category]
        categories: Any = [("", "—"), *((term.code, term.name) for term in rows)]
        self.fields["category"] = choice(_("Category"), categories)
        self.fields["category"].required = False
        self.fields["sections"] = forms.MultipleChoiceField(
            label=_("Sections"), choices=section_choices(), required=False
        )
        self.fields["sections"].look = "choices"  # type: ignore[attr-defined]
        self.fields["sections"].note = ""  # type: ignore[attr-defined]

    @property
    def titles(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith("title_")]

    @property
    def texts(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith("text_")]

    @property
    def facts(self) -> list[forms.BoundField]:
        return [self[name] for name in ("language", "category", "unit", "officer")]

    def said(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {
            "title": {code: given[f"title_{code}"] for code in LANGUAGES},
            "text": {code: given[f"text_{code}"] for code in LANGUAGES},
            "language": given["language"],
            "category": given["category"],
            "sections": given["sections"],
            "unit": self.unit,
            "officer": self.named,
        }

    @classmethod
    def initial_of(cls, risk: Risk) -> dict[str, Any]:
        return {
            **{f"title_{code}": risk.title.get(code, "") for code in LANGUAGES},
            **{f"text_{code}": risk.text.get(code, "") for code in LANGUAGES},
            "language": risk.language,
            "category": risk.category,
            "sections": risk.sections,
            "unit": risk.unit.code,
            "officer": str(risk.officer.uid) if risk.officer else "",
            "edition": risk.edition,
        }


def _steps(matrix: MatrixVersion, scale: str, first: Any = None) -> list[tuple[str, Any]]:
    steps = [
        (str(each.value), f"{each.value} {each.name}") for each in levels(matrix.content, scale)
    ]
    return [first or ("", _("Choose")), *steps]


class AssessForm(Form):
    """How the own side sees a risk, by the scales that hold."""

    matrix = forms.UUIDField(widget=forms.HiddenInput, required=False)
    edition = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)

    def __init__(self, *args: Any, holding: MatrixVersion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.holding = holding
        self.initial.setdefault("matrix", holding.uid)
        for name, label, note in (
            ("likelihood", _("Likelihood"), _("How likely is it that it happens?")),
            ("magnitude", _("Magnitude"), _("How large is the force or pressure?")),
            ("vulnerability", _("Vulnerability"), _("How open are we to it as things are?")),
        ):
            self.fields[name] = choice(label, _steps(holding, name), note=note)
            self.fields[name].required = False
        self.domains = [f"impact_{each.code}" for each in domains(holding.content)]
        none = ("", _("Not touched"))
        for each in domains(holding.content):
            self.fields[f"impact_{each.code}"] = choice(
                str(each.name), _steps(holding, "impact", none)
            )
            self.fields[f"impact_{each.code}"].required = False
        self.fields["why"] = area(
            _("Why you see it so"), rows=5, note=_("What you rest on, what speaks against it.")
        )
        nothing: Any = ("", _("Choose"))
        self.fields["probability"] = choice(
            _("Probability in words"), [nothing, *Probability.choices]
        )
        self.fields["confidence"] = choice(_("Analytic confidence"), [nothing, *Confidence.choices])
        for name in ("probability", "confidence"):
            self.fields[name].required = False
        self.fields["cites"] = line(
            _("Incidents"),
            note=_("Numbers, separated by commas. Each is kept at the version that you read now."),
        )
        self.fields["language"] = choice(_("Language of the text"), Language.choices)

    @property
    def threat(self) -> list[forms.BoundField]:
        return [self[name] for name in ("likelihood", "magnitude", "vulnerability")]

    @property
    def impacts(self) -> list[forms.BoundField]:
        return [self[name] for name in self.domains]

    @property
    def words(self) -> list[forms.BoundField]:
        return [self[n] for n in ("probability", "confidence", "why", "cites", "language")]

    def clean_cites(self) -> list[Incident]:
        """The incidents that these numbers name and that the officer reads."""
        typed = dict.fromkeys(re.split(r"[\s,;]+", self.cleaned_data["cites"].upper()))
        numbers = [number for number in typed if number][:100]
        rows = Incident.objects.visible_to(self.by).filter(number__in=numbers)
        known = {incident.number: incident for incident in rows}
        if missing := [number for number in numbers if number not in known]:
            raise forms.ValidationError(
                _("You read no incident with the number %(number)s."),
                params={"number": missing[0][:40]},
            )
        return [known[number] for number in numbers]

    def said(self) -> dict[str, Any]:
        given = self.cleaned_data

        def level(name: str) -> int | None:
            return int(given[name]) if given[name] else None

        chosen = {name.removeprefix("impact_"): level(name) for name in self.domains}
        return {
            **{name: level(name) for name in ("likelihood", "magnitude", "vulnerability")},
            "impact": {code: value for code, value in chosen.items() if value is not None},
            **{n: given[n] for n in ("why", "language", "probability", "confidence", "cites")},
        }


class TreatmentForm(Owned):
    """Something that the own side does about a risk."""

    edition = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)
    what = line(_("What is done"))
    due = day(_("By which day"), required=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"] = choice(_("Language of the text"), Language.choices)
        readers: Any = [("own", _("Our side only")), ("both", _("Both sides"))]
        self.fields["given"] = choice(_("Who reads it"), readers)
        self.order_fields(["what", "due", "unit", "officer", "given", "language"])

    def said(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {
            "unit": self.unit,
            "officer": self.named,
            "what": given["what"],
            "due": given["due"],
            "given": given["given"] == "both",
        }


class EvidenceForm(Form):
    edition = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)
    evidence = area(_("What shows that it is done"))


class DropForm(Form):
    edition = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)
    reason = area(_("Why it is dropped"), rows=2)


class MoveForm(Form):
    edition = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)
    state = choice(pgettext_lazy("risk", "State"), RiskState.choices)
    reason = area(_("Reason"), rows=2, note=_("Needed to close it."))


class ShareForm(Form):
    """What was read when a risk is put to both sides."""

    edition = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)
    assessment = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def read(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("edition", "assessment")}


class JoinForm(Form):
    unit = choice(_("Which of your units owns it"), [])
