"""What an officer brings when a CAP message is taken in by hand."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bordercoop.web.fields import TakesRefusals

from .models import Unit


class CapUpload(TakesRefusals):
    """A document, and the desk that takes it in where it names several or none."""

    file = forms.FileField(
        label=_("CAP document (XML)"),
        max_length=255,
        allow_empty_file=True,
        error_messages={"required": _("Choose the file of the message.")},
        widget=forms.ClearableFileInput(
            attrs={"class": "in", "accept": ".xml,.cap,application/cap+xml,application/xml"}
        ),
    )
    desk = forms.ChoiceField(
        label=_("Taken in at"),
        required=False,
        error_messages={"invalid_choice": _("Choose one from the list.")},
        widget=forms.Select(attrs={"class": "in"}),
    )

    def __init__(self, *args: Any, desks: list[Unit], **kwargs: Any) -> None:
        self.desks = {desk.code: desk for desk in desks}
        super().__init__(*args, **kwargs)
        desk: Any = self.fields["desk"]
        everything = pgettext_lazy("desk", "The desk that it is addressed to")
        desk.choices = [("", everything), *((one.code, one.name) for one in desks)]

    @property
    def taker(self) -> Unit | None:
        return self.desks.get(self.cleaned_data["desk"])
