"""What an administrator types about a webhook. The verbs say what is wrong."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bordercoop.web.fields import CleanCharField, TakesRefusals

from .models import Unit
from .webhooks.catalogue import EVENTS

# As groups of ticks: what the events of one kind have in common, by the word before the dot.
GROUPS = {
    "alert": _("Alerts"),
    "delivery": _("The way of an alert, and what the desk answers"),
    "broadcast": _("Emergency broadcasts"),
    "line": _("Line checks"),
    "exchange": _("Pauses of the exchange"),
    "request": _("Information requests"),
    "duty": _("Shifts"),
}


class WebhookForm(TakesRefusals):
    """`desks` are codes, `events` those of the catalogue."""

    name = CleanCharField(label=_("What the system is called"), max_length=60)
    address = CleanCharField(label=_("Address"), max_length=500)
    desks = forms.MultipleChoiceField(label=_("Desks"), required=False)
    events = forms.MultipleChoiceField(
        label=_("Events"), required=False, choices=list(EVENTS.items())
    )

    def __init__(self, *args: Any, desks: list[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered = desks
        field: Any = self.fields["desks"]
        field.choices = [(desk.code, desk.name) for desk in desks]

    @property
    def desk_ticks(self) -> list[dict[str, Any]]:
        ticked = self["desks"].value() or []
        return [
            {"code": desk.code, "label": desk.name, "ticked": desk.code in ticked}
            for desk in self.offered
        ]

    @property
    def event_groups(self) -> list[tuple[str, list[dict[str, Any]]]]:
        ticked = self["events"].value() or []
        return [
            (
                str(title),
                [
                    {"code": code, "label": label, "ticked": code in ticked}
                    for code, label in EVENTS.items()
                    if code.startswith(f"{group}.")
                ],
            )
            for group, title in GROUPS.items()
        ]

    def asked(self) -> dict[str, Any]:
        """The keywords of the verbs."""
        wanted = set(self.cleaned_data["desks"])
        return {
            **{name: self.cleaned_data[name] for name in ("name", "address", "events")},
            "desks": [desk for desk in self.offered if desk.code in wanted],
        }
