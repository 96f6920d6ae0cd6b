"""Experts and deployments as officers type them. The verbs say what is wrong."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bordercoop.access.models import Language
from bordercoop.reference.models import offered, terms
from bordercoop.reference.sides import Side
from incidents.investigation.form_kit import Form, ReasonForm, area, choice, day, line, moment

from ..activity_forms import several
from .access import asking_units, operations_for
from .matching import Match
from .models import AccreditationKind, Expert, LanguageLevel
from .people import who_may_be_experts

__all__ = ["ReasonForm"]


def _profiles(kept: Any = ()) -> list[tuple[str, Any]]:
    found = [(term.code, term.name) for term in offered("deployment_profile")]
    known = terms("deployment_profile")
    codes = {code for code, _name in found}
    return [*found, *((c, known[c].name if c in known else c) for c in kept if c not in codes)]


def _field(name: str) -> str:
    return f"level_{name}"


class NeedForm(Form):
    """A need: the arguments of `note_need`."""

    unit = choice(pgettext_lazy("deployment", "At which desk or crossing point"), [])
    sender = choice(_("Who is asked for the expert"), [])
    profile = choice(_("Profile"), [])
    languages = several(pgettext_lazy("expert", "Languages"), Language.choices)
    level = choice(_("Each of them at least at"), LanguageLevel.choices)
    first_day = day(_("First day"))
    last_day = day(_("Last day"))
    language = choice(_("Language you write in"), Language.choices)
    purpose = area(_("What the expert is needed for"), rows=2)
    tasks = area(_("What the expert does there"), note=_("The expert reads it."))
    operation = choice(_("Joint operation"), [])
    legal_basis = line(
        _("Legal basis"),
        note=_("Without a grant that the host side writes down, there are no executive powers."),
    )

    def __init__(self, *args: Any, by: Any, **kwargs: Any) -> None:
        super().__init__(*args, by=by, units=asking_units(by), **kwargs)
        fields: Any = self.fields
        others = [side for side in (Side.EU, Side.LV, Side.BY) if side != by.side]
        fields["sender"].choices = [
            (side.value, "Frontex" if side == Side.EU else side.label) for side in others
        ]
        fields["profile"].choices = _profiles()
        self.initial.setdefault("level", LanguageLevel.B1)
        self.operations = {one.number: one for one in operations_for(by)}
        known = [(number, f"{number} {one.title}") for number, one in self.operations.items()]
        fields["operation"].required = False
        fields["operation"].choices = [("", "–"), *known]

    @property
    def where(self) -> list[forms.BoundField]:
        return [self[name] for name in ("unit", "sender", "operation", "profile", "level")]

    @property
    def when(self) -> list[forms.BoundField]:
        return [self[name] for name in ("first_day", "last_day")]

    @property
    def what(self) -> list[forms.BoundField]:
        return [self[name] for name in ("language", "purpose", "tasks", "legal_basis")]

    def said(self) -> dict[str, Any]:
        names = ("sender", "profile", "languages", "level", "first_day", "last_day", "language",
                 "purpose", "tasks", "legal_basis", "client_ref")  # fmt: skip
        operation = self.operations.get(self.cleaned_data.get("operation") or "")
        said = {name: self.cleaned_data.get(name) for name in names}
        return {"unit": self.unit, "operation": operation, **said}


class AssessForm(Form):
    assessment = area(_("What the assessment came to"), rows=2)


class OfferForm(Form):
    expert = choice(_("Expert"), [])

    def __init__(self, *args: Any, found: list[Match], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.experts = {str(one.expert.uid): one.expert for one in found}
        field: Any = self.fields["expert"]
        field.choices = [
            (str(one.expert.uid), f"{one.expert.number} {one.expert.label}"
             + (f" ({one.words})" if one.misses else ""))
            for one in found
        ]  # fmt: skip


class BriefForm(Form):
    held_at = moment(_("When the briefing was held"), required=False)
    given_by = line(_("Who gave it"))
    text = area(_("On what the expert was briefed"), note=_("The expert reads it."))
    contact = line(_("To whom the expert turns there, with a telephone"))
    language = choice(_("Language you write in"), Language.choices)


class DebriefForm(Form):
    report = area(_("How the deployment went"))
    lessons = area(_("Lessons, one a line"), note=_("Each may become a recommendation later."))
    language = choice(_("Language you write in"), Language.choices)


class ExtendForm(Form):
    last_day = day(_("New last day"))
    reason = area(_("Why the expert is needed longer"), rows=2)


class AnswerExtensionForm(Form):
    asked = forms.UUIDField(widget=forms.HiddenInput, required=False)
    answer = area(_("Answer"), rows=2, note=_("To say no it must say why."))


class PowersForm(Form):
    ground = line(_("By what executive powers are granted"))


class ExpertForm(Form):
    """Who comes into the pool, and with `expert` what is said of who is in it."""

    officer = choice(_("Officer of your side, or a guest with an account"), [])
    name = line(_("Or the name of an expert of Frontex without an account"))
    service = line(_("Of which service this expert is"))
    profiles = several(_("Profiles"), [])

    def __init__(self, *args: Any, expert: Expert | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        if expert is not None:
            for name in ("officer", "name", "service"):
                del fields[name]
        else:
            taken = Expert.objects.visible_to(self.by).standing().exclude(officer=None)
            free = who_may_be_experts(self.by).exclude(pk__in=taken.values("officer"))
            self.officers = {str(one.uid): one for one in free.order_by("name_latin", "pk")}
            people = [(uid, f"{one.display_name} ({one.side})")
                      for uid, one in self.officers.items()]  # fmt: skip
            fields["officer"].choices = [("", _("Nobody with an account")), *people]
            fields["officer"].required = False
        fields["profiles"].choices = _profiles(expert.profiles if expert else ())
        for code, name in Language.choices:
            fields[_field(code)] = choice(name, [("", "—"), *LanguageLevel.choices])
            fields[_field(code)].required = False
        self.expert = expert

    @property
    def who(self) -> list[forms.BoundField]:
        return [] if self.expert else [self[name] for name in ("officer", "name", "service")]

    @property
    def spoken(self) -> list[forms.BoundField]:
        return [self[_field(code)] for code in Language.values]

    def said(self) -> dict[str, Any]:
        given = self.cleaned_data
        levels = {code: given.get(_field(code)) or "" for code in Language.values}
        found: dict[str, Any] = {
            "profiles": given.get("profiles") or [],
            "languages": {code: level for code, level in levels.items() if level},
        }
        if self.expert is None:
            found |= {
                "officer": self.officers.get(given.get("officer") or ""),
                "name": given.get("name") or "",
                "service": given.get("service") or "",
                "client_ref": given.get("client_ref"),
            }
        return found


def initial_of_expert(expert: Expert) -> dict[str, Any]:
    return {
        "profiles": expert.profiles,
        **{_field(one.code): one.level for one in expert.languages.all()},
    }


class AvailableForm(Form):
    first_day = day(_("First day"))
    last_day = day(_("Last day"))


class AccreditForm(Form):
    kind = choice(_("What the accreditation is for"), AccreditationKind.choices)
    number = line(pgettext_lazy("accreditation", "Number"))
    valid_from = day(_("Valid from"))
    valid_until = day(_("Valid until (last day)"))
