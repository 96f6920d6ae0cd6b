"""What an officer types about an alert's further life at a desk. The verbs say what is wrong."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bordercoop.web.fields import CleanCharField, TakesRefusals

from .forwards import Choice
from .models import Unit, units


class HandBackForm(TakesRefusals):
    """Why the desk cannot do it, and which answer of the desk the officer saw."""

    reason = CleanCharField(label=_("Why the desk cannot do it"), max_length=500)
    turn = forms.IntegerField(
        widget=forms.HiddenInput, min_value=0, max_value=32767, required=False
    )


class ForwardForm(TakesRefusals):
    """To which posts, and what for."""

    units = forms.MultipleChoiceField(
        label=_("Posts"),
        error_messages={
            "required": _("Tick at least one post."),
            "invalid_choice": _("Choose posts of your own side from the list."),
        },
    )
    line = CleanCharField(label=_("What the post should do"), max_length=500)

    def __init__(self, *args: Any, posts: list[Choice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields["units"]
        chosen.choices = [(post.unit.code, post.unit.name) for post in posts]

    @property
    def to(self) -> list[Unit]:
        return [units()[code] for code in self.cleaned_data["units"]]
