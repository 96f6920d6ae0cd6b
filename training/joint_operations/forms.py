"""Joint operations as officers type them. The verbs say what is wrong."""

from typing import Any

from django import forms
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bordercoop.access.models import Language, User
from bordercoop.reference.models import places, usable_places
from incidents.investigation.form_kit import Form, ReasonForm, area, choice, line, moment
from training.activity_forms import CITIES, SeatsField, on_wall, several
from training.models import Activity

from .models import JointOperation, OperationResource
from .operation_papers import border_sections, place_name

__all__ = ["ReasonForm"]
ZONES = ("Europe/Riga", "Europe/Minsk")


class CountField(SeatsField):
    look, note = "line", _("A whole number, such as 12.")  # type: ignore[assignment]


def _offered_places(standing: Any = ()) -> list[tuple[str, str]]:
    """Crossing points and airports in use, and those that the operation names already."""
    found = {place.code: place.name for place in usable_places() if place.kind != "town"}
    known = places()
    return list((found | {c: known[c].name for c in standing if c in known}).items())


class OperationForm(Form):
    """The facts of an operation: the arguments of `begin_operation` and `change_operation`."""

    edition = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)
    title = line(
        pgettext_lazy("operation", "What it is about, in one line"),
        note=_("Both sides read it once it is proposed."),
    )
    unit = choice(_("Unit that coordinates it"), [])
    language = choice(_("Language you write in"), Language.choices)
    zone = choice(
        pgettext_lazy("operation", "Days run by the clock of"), [],
        note=_("A daily report covers 00:00 to 24:00 on this clock."),
    )  # fmt: skip
    starts_at = moment(pgettext_lazy("operation", "Begins"), ahead=True)
    ends_at = moment(pgettext_lazy("operation", "Ends"), ahead=True)
    places = several(_("Crossing points and airports"), [])
    sections = several(_("Border sections"), [])
    calendar = choice(_("In the calendar of activities"), [])

    def __init__(self, *args: Any, operation: JointOperation | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        zones = sorted(ZONES, key=lambda zone: (zone == "Europe/Minsk") != (self.by.side == "BY"))
        fields["zone"].choices = [(zone, CITIES[zone]) for zone in zones]
        fields["places"].choices = _offered_places(operation.places if operation else ())
        fields["sections"].choices = list(border_sections().items())
        if operation is not None:
            del fields["unit"], fields["calendar"]
        else:
            fields["calendar"].required = False
            rows = (
                Activity.objects.visible_to(self.by)
                .going_on()
                .filter(kind="operation", joint_operation=None)
            )
            fields["calendar"].choices = [
                ("", _("Plan an activity for it")),
                *((str(one.uid), f"{one.number} {one.title}") for one in rows.order_by("-period")),
                ("none", _("Not in the calendar")),
            ]

    def _these(self, *names: str) -> list[forms.BoundField]:
        return [self[name] for name in names if name in self.fields]

    @property
    def what(self) -> list[forms.BoundField]:
        return self._these("title", "language", "unit", "calendar")

    @property
    def when(self) -> list[forms.BoundField]:
        return self._these("zone", "starts_at", "ends_at")

    @property
    def where(self) -> list[forms.BoundField]:
        return self._these("places", "sections")

    def said(self) -> dict[str, Any]:
        names = ("title", "language", "zone", "starts_at", "ends_at", "places", "sections")
        return {name: self.cleaned_data.get(name) for name in names}


def initial_of(operation: JointOperation) -> dict[str, Any]:
    return {
        "title": operation.title, "language": operation.language, "zone": operation.zone,
        "places": operation.places, "sections": operation.sections, "edition": operation.edition,
        "starts_at": on_wall(operation.starts_at, operation.zone),
        "ends_at": on_wall(operation.ends_at, operation.zone),
    }  # fmt: skip


class ResourceForm(Form):
    kind = choice(pgettext_lazy("resource", "What is put in"), OperationResource.Kind.choices)
    count = CountField(label=pgettext_lazy("resource", "How many"), max_length=20)
    note = line(pgettext_lazy("resource", "More exactly"), note=_("Both sides read it."))


class ShiftForm(Form):
    """A shift of an officer of the own side."""

    officer = choice(_("Officer"), [])
    place = choice(_("Place"), [])
    starts_at = moment(pgettext_lazy("shift", "Begins"), ahead=True)
    ends_at = moment(pgettext_lazy("shift", "Ends"), ahead=True)
    task = line(pgettext_lazy("shift", "Task"))

    def __init__(self, *args: Any, operation: JointOperation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        rows = User.objects.filter(side=self.by.side, is_active=True)
        self.people = {one.username: one for one in rows.order_by("name_latin", "pk")}
        fields["officer"].choices = [
            ("", "—"), *((name, one.display_name) for name, one in self.people.items())
        ]  # fmt: skip
        fields["place"].choices = [
            (code, place_name(code)) for code in (*operation.places, *operation.sections)
        ]
        begins = operation.starts_at if operation.starts_at > now() else None
        self.initial.setdefault("starts_at", on_wall(begins, operation.zone))
        self.initial.setdefault("ends_at", on_wall(None, operation.zone))

    @property
    def chosen(self) -> Any:
        """The officer who was chosen."""
        return self.people.get(self.cleaned_data.get("officer", ""))


class PartForm(Form):
    """A text of one owner in a part of a paper."""

    edition = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)
    owner = forms.CharField(widget=forms.HiddenInput, required=False, max_length=2)
    language = choice(_("Language you write in"), Language.choices)
    text = area(pgettext_lazy("part of a plan", "Text"), rows=8)


class DayForm(Form):
    edition = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)
    language = choice(_("Language you write in"), Language.choices)
    text = area(
        pgettext_lazy("daily report", "What happened"), rows=6,
        note=_("The figures come from the tagged incidents; write what they do not say."),
    )  # fmt: skip
