"""Trainers of the pool as coordinators type them. The verbs say what is wrong."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bordercoop.access.models import Language
from bordercoop.reference.models import offered
from incidents.investigation.form_kit import Form, area, choice, day, line

from .activity_forms import several
from .models import Course, Trainer
from .staff import speakers_for


class TrainerForm(Form):
    """Who comes into the pool, and with `trainer` what is said of who is in it."""

    officer = choice(_("Officer of your side"), [])
    name = line(_("Or the name of somebody outside"))
    organisation = line(_("For whom this person works"))
    topics = several(pgettext_lazy("trainer", "Teaches"), [])
    languages = several(pgettext_lazy("trainer", "Languages"), Language.choices)
    courses = several(_("Courses"), [])
    qualification = line(_("Qualification"), note=_("Both sides read it."))
    valid_until = day(_("Qualified until (last day)"), note=_("Empty: without an end."))
    note = area(pgettext_lazy("trainer", "Note"), note=_("Your side alone reads it."))

    def __init__(self, *args: Any, trainer: Trainer | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.trainer = trainer
        fields: Any = self.fields
        if trainer is not None:
            for name in ("officer", "name", "organisation"):
                del fields[name]
        else:
            taken = Trainer.objects.visible_to(self.by).standing().values("officer")
            free = speakers_for(self.by).exclude(pk__in=taken.exclude(officer=None))
            self.officers = {str(one.uid): one for one in free.order_by("name_latin", "pk")}
            people = [(uid, one.display_name) for uid, one in self.officers.items()]
            fields["officer"].choices = [("", _("Nobody of your service")), *people]
            fields["officer"].required = False
        fields["topics"].choices = [(term.code, term.name) for term in offered("training_topic")]
        read = Course.objects.visible_to(self.by)
        kept = trainer.courses.all() if trainer else Course.objects.none()
        rows = [*read.exclude(state="retired"), *kept.filter(state="retired")]
        self.taught = {str(one.uid): one for one in rows}
        fields["courses"].choices = [(uid, one.title) for uid, one in self.taught.items()]

    @property
    def who(self) -> list[forms.BoundField]:
        return [] if self.trainer else [self[n] for n in ("officer", "name", "organisation")]

    @property
    def ticked(self) -> list[forms.BoundField]:
        names = ["topics", "languages", *(["courses"] if self.taught else [])]
        return [self[name] for name in names]

    @property
    def rest(self) -> list[forms.BoundField]:
        return [self[name] for name in ("qualification", "valid_until", "note")]

    def said(self) -> dict[str, Any]:
        given = self.cleaned_data
        names = ["topics", "languages", "qualification", "valid_until", "note"]
        who: dict[str, Any] = {}
        if self.trainer is None:
            names += ["name", "organisation"]
            who["officer"] = self.officers.get(given.get("officer") or "")
        return {
            **{name: given.get(name) for name in names},
            "courses": [self.taught[uid] for uid in given.get("courses") or []],
            **who,
        }


def initial_of_trainer(trainer: Trainer) -> dict[str, Any]:
    until = trainer.valid_until
    return {
        **{name: getattr(trainer, name) for name in ("topics", "languages", "qualification",
                                                     "note")},
        "valid_until": f"{until:%d.%m.%Y}" if until else "",
        "courses": [str(one.uid) for one in trainer.courses.all()],
    }  # fmt: skip
