"""Nominations, answers, travel and calendar files as officers type them. The verbs say what is
wrong."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bordercoop.access.models import Language
from bordercoop.reference.models import terms
from bordercoop.web.fields import TakesRefusals
from contactpoints.models import Unit
from incidents.investigation.form_kit import Form, area, choice, line, moment

from .models import ActivityKind, DocumentKind, Host, Level, PartState, Transport, Travel

OPEN = ("", "—")


class NominateForm(Form):
    """Whom a unit sends. `groups`: (unit, its officers)."""

    officer = choice(_("Officer"), [])
    level = choice(pgettext_lazy("level of staff", "Level of the officer's work"), Level.choices)
    sex = choice(_("Sex"), [], note=_("For the figures of the programme. May stay open."))
    note = area(_("Note"), 500, rows=2, note=_("Read by your side, and by nobody of the other."))

    def __init__(self, *args: Any, groups: list[tuple[Unit, list[Any]]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.groups = groups
        self.known = {str(one.uid): (one, unit) for unit, officers in groups for one in officers}
        fields: Any = self.fields
        fields["officer"].choices = [OPEN, *((uid, uid) for uid in self.known)]
        fields["officer"].error_messages["required"] = _("Choose an officer.")
        fields["sex"].required = False
        fields["sex"].choices = [OPEN, *((code, term.name) for code, term in terms("sex").items())]

    def said(self) -> dict[str, Any]:
        given = self.cleaned_data
        officer, unit = self.known[given["officer"]]
        same = {name: given[name] for name in ("level", "sex", "note", "client_ref")}
        return {"officer": officer, "unit": unit, **same}


class AnswerForm(Form):
    answer = choice(
        _("Your answer"),
        [(code, PartState(code).label) for code in ("accepted", "tentative", "declined")],
    )
    reason = line(_("Reason"), 500, note=_("Your side reads it."))
    sequence = forms.IntegerField(required=False, widget=forms.HiddenInput)


class TravelForm(Form):
    transport = choice(pgettext_lazy("travel", "How the officer travels"), [])
    arrives_at = moment(_("Over the border, there"), ahead=True, required=False)
    departs_at = moment(_("Over the border, back"), ahead=True, required=False)
    pass_number = line(_("Number of the crossing pass"), 40)
    document = choice(_("Document that is shown"), [], note=_("Its number is not kept here."))
    remarks = area(_("Remarks"), 500, rows=2)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        for name, choices in (
            ("transport", Transport.choices), ("document", DocumentKind.choices),
        ):  # fmt: skip
            fields[name].required = False
            fields[name].choices = [OPEN, *choices]

    @staticmethod
    def initial_of(held: dict[str, Any]) -> dict[str, Any]:
        names = [one.name for one in Travel._meta.get_fields()]
        return {name: value for name, value in held.items() if name in names}

    def said(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {
            name: given[name]
            for name in (
                "transport", "arrives_at", "departs_at", "pass_number", "document", "remarks",
            )
        }  # fmt: skip


class CalendarFileForm(TakesRefusals):
    file = forms.FileField(
        label=_("Calendar file (.ics)"),
        error_messages={
            "required": _("Choose a file."),
            "empty": _("This file is empty."),
            "missing": _("Choose a file."),
        },
    )


class IdeasForm(Form):
    """What becomes of the chosen events. `content` is the file itself, carried from the preview."""

    content = forms.CharField(widget=forms.HiddenInput, required=False, strip=False)
    unit = choice(_("Unit that coordinates"), [])
    kind = choice(_("Kind"), ActivityKind.choices)
    host_country = choice(
        _("Country"), Host.choices, note=_("Times without a zone are by its clock.")
    )
    place = line(_("Place, where the file names none"), 200)
    language = choice(_("Language of the text"), Language.choices)
