"""Information requests as they are typed."""

from typing import Any

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from bordercoop.web.fields import TakesRefusals
from contactpoints.models import Unit

from ..handling import LONGEST as RESTRICTION_LONGEST
from ..handling import Marking, default, parsed
from ..investigation.form_kit import Form, area, choice, line
from ..models import AnswerKind, Audience, Handling, InformationRequest, Share, Tlp, Urgency
from ..texts import headline_of
from .reading import grounds

NO_NAMES = _(
    "No names and no documents of persons: they belong into the sealed part of an incident."
)


class MarkedForm(Form):
    """A form whose text goes out under a marking."""

    handling = choice(_("Handling code"), Handling.choices)
    tlp = choice(pgettext_lazy("marking", "TLP"), Tlp.choices)
    restriction = line(
        _("Restriction (with H3)"), RESTRICTION_LONGEST, note=_("Only H3 takes words of its own.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, value in default().columns.items():
            self.initial.setdefault(name, value)

    def marking(self) -> Marking:
        """What was chosen. Raises Invalid with a sentence for every wrong field."""
        given = self.cleaned_data
        return parsed(given["handling"], given["tlp"], given["restriction"])


class AskForm(MarkedForm):
    to = choice(_("Desk that you ask"), [])
    subject = line(_("What it is about, in one line"), 160)
    question = area(_("What you want to know"), rows=6, note=NO_NAMES)
    language = choice(_("Language of the text"), [])
    ground = choice(_("Legal ground"), [])
    ground_text = line(
        _("Article, or the ground in words"), 500, note=_("Needed for another ground.")
    )
    urgency = choice(_("How soon you need the answer"), [])
    desk = choice(_("Your desk"), [])
    exercise = choice(
        pgettext_lazy("information request", "Real or exercise"),
        [
            ("", pgettext_lazy("information request", "A real request")),
            ("1", pgettext_lazy("information request", "An exercise")),
        ],
    )

    field_order = (
        "to", "subject", "question", "language", "urgency", "ground", "ground_text", "handling",
        "tlp", "restriction", "desk", "exercise",
    )  # fmt: skip

    def __init__(
        self,
        *args: Any,
        desks: list[Unit],
        others: list[Unit],
        hours: dict[str, int],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("urgency", Urgency.SOON)
        fields: Any = self.fields
        self.known = {unit.code: unit for unit in (*desks, *others)}
        fields["desk"].choices = [(unit.code, unit.name) for unit in desks]
        fields["to"].choices = [(unit.code, unit.name) for unit in others]
        fields["ground"].choices = [(term.code, term.name) for term in grounds("request_ground")]
        fields["exercise"].required = False
        within = gettext("%(urgency)s, within %(hours)s h")
        fields["urgency"].choices = [
            (code, within % {"urgency": label, "hours": hours[code]})
            for code, label in Urgency.choices
        ]

    def said(self) -> dict[str, Any]:
        """The arguments of the verb."""
        given = self.cleaned_data
        names = (
            "subject", "question", "language", "ground", "ground_text", "urgency", "client_ref",
        )  # fmt: skip
        return {
            **{name: given[name] for name in names},
            "desk": self.known[given["desk"]],
            "to": self.known[given["to"]],
            "exercise": given["exercise"] == "1",
            "marking": self.marking(),
        }


class AnswerForm(MarkedForm):
    kind = choice(_("How you answer"), AnswerKind.choices)
    text = area(
        pgettext_lazy("information request", "Answer, or why you refuse"), rows=6, note=NO_NAMES
    )
    language = choice(_("Language of the text"), [])
    ground = choice(_("Ground, when you refuse"), [])

    field_order = ("kind", "text", "language", "ground", "handling", "tlp", "restriction")

    def __init__(self, *args: Any, asked: InformationRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("kind", AnswerKind.WHOLE)
        field: Any = self.fields["ground"]
        field.required = False
        field.choices = [
            ("", "—"),
            *((term.code, term.name) for term in grounds("request_refusal")),
        ]
        fields: Any = self.fields
        fields["text"].required = False


class MessageForm(Form):
    text = area(_("Message"), rows=3)
    audience = choice(_("Who sees it"), Audience.choices)
    language = choice(_("Language of the text"), [])


class LinkForm(Form):
    incident = choice(_("Incident that the other desk holds as well"), [])

    def __init__(self, *args: Any, shares: list[Share], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.shares = {str(share.uid): share for share in shares}
        field: Any = self.fields["incident"]
        field.choices = [
            (uid, f"{share.number} {headline_of(share)[0]}".strip())
            for uid, share in self.shares.items()
        ]


class FileForm(TakesRefusals):
    file = forms.FileField(
        label=pgettext_lazy("entry", "File"),
        error_messages={
            "required": _("Choose a file."),
            "empty": _("This file is empty."),
            "missing": _("Choose a file."),
        },
    )
    audience = forms.ChoiceField(label=_("Who sees it"), choices=Audience.choices)


class PassForm(Form):
    to = choice(_("Pass it on to"), [])
    purpose = area(_("Why the unit needs it"), 1_000, rows=2)

    def __init__(self, *args: Any, goals: list[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.goals = {unit.code: unit for unit in goals}
        field: Any = self.fields["to"]
        field.choices = [(unit.code, unit.name) for unit in goals]


class DecideForm(Form):
    text = line(_("Conditions, or why not"), 1_000)
