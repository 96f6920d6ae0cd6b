"""How a public event goes on, as officers type it. The verbs say what is wrong."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bordercoop.access.models import Language
from bordercoop.web.fields import DateField
from incidents.investigation.form_kit import Form, area, choice, line

from .event_rooms import offered_to
from .models import EventPhase, EventVenue, PublicEvent


def _day(label: Any, *, required: bool, note: Any) -> Any:
    field: Any = DateField(
        label=label, required=required,
        error_messages={"required": _("Type a date with its year.")},
    )  # fmt: skip
    field.look, field.note = "line", note
    return field


class MoveEventForm(Form):
    came = forms.CharField(widget=forms.HiddenInput, required=False, max_length=24)
    phase = choice(pgettext_lazy("public event", "Phase"), EventPhase.choices)
    reason = area(_("Reason"), rows=2, note=_("Needed when the event goes back."))

    def __init__(self, *args: Any, event: PublicEvent, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        order = EventPhase.values
        following = min(order.index(event.phase) + 1, len(order) - 1)
        self.initial.update({"came": event.phase, "phase": order[following]})


class VenueForm(Form):
    edition = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)
    venue = forms.UUIDField(widget=forms.HiddenInput, required=False)
    host = choice(pgettext_lazy("public event", "City"), [])
    name = line(pgettext_lazy("public event", "Venue"))
    town = line(_("Place or town"))
    capacity = line(_("How many people it holds"))
    first_on = _day(_("First day"), required=True, note=_("Such as 21.05.2021."))
    last_on = _day(_("Last day"), required=True, note=_("Such as 21.05.2021."))

    def __init__(
        self, *args: Any, event: PublicEvent, venue: EventVenue | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        standing = [host for host in event.hosts.all() if host.dropped_on is None]
        if venue is None:
            field: Any = self.fields["host"]
            field.choices = [(str(host.uid), host.called) for host in standing]
            days = event.starts_on, event.ends_on
        else:
            del self.fields["host"]
            days = venue.first_on, venue.last_on
            self.initial.update({
                "edition": venue.edition, "venue": venue.uid, "name": venue.name,
                "town": venue.town, "capacity": venue.capacity or "",
            })  # fmt: skip
        for name, day in zip(("first_on", "last_on"), days, strict=True):
            self.initial.setdefault(name, f"{day:%d.%m.%Y}")

    def clean_capacity(self) -> int | None:
        typed = self.cleaned_data["capacity"].replace(" ", "")
        if not typed:
            return None
        if not (typed.isascii() and typed.isdigit() and len(typed) < 10):
            raise forms.ValidationError(_now("Write how many people as a whole number."))
        return int(typed)

    def said(self) -> dict[str, Any]:
        names = ("name", "town", "capacity", "first_on", "last_on")
        return {name: self.cleaned_data[name] for name in names}


class ItemForm(Form):
    phase = choice(pgettext_lazy("public event", "Phase"), EventPhase.choices)
    text = area(_("What is looked to"), rows=2)
    unit = choice(_("Unit"), [])
    due_on = _day(_("By which day"), required=False, note=_("May stay empty."))

    def __init__(self, *args: Any, event: PublicEvent, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("phase", event.phase)
        self.fields["language"] = choice(_("Language of the text"), Language.choices)
        field: Any = self.fields["unit"]
        field.required = False
        field.choices = [("", _("Whoever gets to it")), *field.choices]

    def said(self) -> dict[str, Any]:
        names = ("phase", "text", "language", "due_on", "client_ref")
        return {**{name: self.cleaned_data[name] for name in names}, "unit": self.unit}


class ItemReasonForm(Form):
    item = forms.UUIDField(widget=forms.HiddenInput)
    reason = area(_("Reason"), rows=2)


class VenueReasonForm(Form):
    venue = forms.UUIDField(widget=forms.HiddenInput)
    reason = area(_("Reason"), rows=2)


class TieForm(Form):
    thing = choice(_("What belongs to the event"), [])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["thing"]
        field.choices = [
            (value, f"{kind}: {title}") for kind, rows in offered_to(self.by)
            for value, title in rows
        ]  # fmt: skip
