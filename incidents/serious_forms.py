"""Forms of the channel of serious incidents."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bordercoop.web.fields import CleanCharField, TakesRefusals
from contactpoints.access import serious_handlers

from .actions.serious import LONGEST
from .models import SeriousGround, SeriousKind

NAMED, ANONYMOUS = "named", "anonymous"


class SeriousForm(TakesRefusals):
    """A report to a handler. `handler` is offered where a side has more than one."""

    kind = forms.ChoiceField(
        label=pgettext_lazy("serious", "What is it about?"),
        choices=SeriousKind.choices,
        error_messages={"required": _("Choose what it is about.")},
    )
    subject = CleanCharField(
        label=_("In a few words"),
        max_length=LONGEST["subject"],
        error_messages={"required": _("Say in a few words what it is about.")},
    )
    text = CleanCharField(
        label=_("What happened"),
        max_length=LONGEST["text"],
        widget=forms.Textarea,
        error_messages={"required": _("Write what happened.")},
    )
    circumstances = CleanCharField(
        label=_("When and where, and the number of an incident if there is one"),
        max_length=LONGEST["circumstances"],
        required=False,
    )
    name = forms.ChoiceField(
        label=_("Your name"),
        choices=[
            (NAMED, _("The handler sees my name")),
            (ANONYMOUS, _("Without my name")),
        ],
        error_messages={"required": _("Choose whether the handler sees your name.")},
    )
    mail_wanted = forms.BooleanField(
        label=_("Send me a mail when something waits for me; it does not say what"), required=False
    )
    handler = forms.ChoiceField(label=_("Handler"), required=False)
    client_ref = forms.UUIDField(required=False)
    sent = forms.UUIDField(required=False)

    def __init__(self, *args: Any, by: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.handlers = [each for each in serious_handlers(by.side) if each.pk != by.pk]
        choices = [(each.username, each.display_name) for each in self.handlers]
        self.fields["handler"].choices = choices  # type: ignore[attr-defined]

    def content(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        given.pop("sent")
        given["anonymous"] = given.pop("name") == ANONYMOUS
        given["client_ref"] = given["client_ref"] or uuid.uuid4()
        return given


class LineForm(TakesRefusals):
    """What one of the two writes to the other."""

    text = CleanCharField(
        label=_("Message"),
        max_length=LONGEST["text"],
        widget=forms.Textarea,
        error_messages={"required": _("Write something first.")},
    )
    client_ref = forms.UUIDField(required=False)


class StepForm(TakesRefusals):
    """A step of the handler; which fields it needs is said by the verb."""

    step = forms.CharField(max_length=20)
    text = CleanCharField(
        label=_("Text"), required=False, max_length=LONGEST["text"], widget=forms.Textarea
    )
    handler = forms.ChoiceField(label=_("Handler"), required=False)
    ground = forms.ChoiceField(label=_("Ground"), required=False, choices=SeriousGround.choices)

    def __init__(self, *args: Any, handlers: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["handler"].choices = [  # type: ignore[attr-defined]
            (each.username, each.display_name) for each in handlers
        ]
