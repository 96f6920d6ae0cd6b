"""Forms of the action board and of the texts."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from bordercoop.access.models import Language
from bordercoop.reference.translated import TextMark
from bordercoop.web.fields import CleanCharField, ComingMomentField, TakesRefusals

from .actions.board import LONGEST
from .assigning import Assignees
from .content import LONGEST as LONGEST_TEXT
from .models import Audience, Task


class WhoForm(TakesRefusals):
    """To whom a task is given, and by when. `who` is "unit:<code>", "officer:<uid>" or empty."""

    FIELD_OF = {"due_at": "due"}

    who = forms.ChoiceField(
        label=pgettext_lazy("task", "Who does it"),
        required=False,
        error_messages={"invalid_choice": _("Choose an officer or a unit from the list.")},
    )
    due = ComingMomentField(label=pgettext_lazy("task", "By when"), required=False)

    def __init__(self, *args: Any, known: Assignees, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = known
        language = get_language() or "en"
        field: Any = self.fields["who"]
        field.choices = [
            ("", gettext("Not given to anybody yet")),
            (
                gettext("Units and desks"),
                [(f"unit:{unit.code}", unit.name) for unit in known.units],
            ),
            (
                gettext("Officers"),
                [(f"officer:{user.uid}", user.name_for(language)) for user in known.officers],
            ),
        ]

    def given(self) -> dict[str, Any]:
        """`officer`, `unit` and `due_at` for the verb."""
        kind, _colon, key = self.cleaned_data["who"].partition(":")
        return {
            "officer": next((u for u in self.known.officers if str(u.uid) == key), None)
            if kind == "officer"
            else None,
            "unit": next((u for u in self.known.units if u.code == key), None)
            if kind == "unit"
            else None,
            "due_at": self.cleaned_data["due"],
        }


def who_of(task: Task) -> str:
    """Whom the form names for a task."""
    if task.officer is not None:
        return f"officer:{task.officer.uid}"
    return f"unit:{task.assigned.code}" if task.assigned is not None else ""


class TaskForm(WhoForm):
    """A new task of the own side."""

    field_order = ("client_ref", "what", "who", "due", "audience")

    client_ref = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    what = CleanCharField(
        label=pgettext_lazy("task", "What has to be done"),
        max_length=LONGEST,
        error_messages={"required": _("Write something first.")},
    )
    audience = forms.ChoiceField(
        label=_("Who sees it"),
        choices=Audience.choices,
        initial=Audience.OWN,
        error_messages={"invalid_choice": _("Choose who sees it.")},
    )


class CommentForm(TakesRefusals):
    client_ref = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    text = CleanCharField(
        label=pgettext_lazy("task", "Comment"),
        max_length=5000,
        widget=forms.Textarea,
        error_messages={"required": _("Write something first.")},
    )


class DropForm(TakesRefusals):
    reason = CleanCharField(
        label=_("Reason"),
        max_length=2000,
        widget=forms.Textarea,
        error_messages={"required": _("Write the reason: others act on it.")},
    )


class TextForm(TakesRefusals):
    """A translation. `version` is the one that was read."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    language = forms.ChoiceField(label=_("Language"), choices=Language.choices)
    mark = forms.ChoiceField(
        label=pgettext_lazy("text", "How it was translated"),
        choices=[(mark.value, mark.label) for mark in (TextMark.HUMAN, TextMark.MACHINE)],
        initial=TextMark.HUMAN.value,
    )
    headline = CleanCharField(
        label=_("Headline"), max_length=LONGEST_TEXT["headline"], required=False
    )
    narrative = CleanCharField(
        label=_("What happened"),
        max_length=LONGEST_TEXT["narrative"],
        required=False,
        widget=forms.Textarea,
    )
    audience = forms.ChoiceField(
        label=_("Who sees it"), choices=Audience.choices, initial=Audience.OWN, required=False
    )
