"""Activities and their programme as officers type them. The verbs say what is wrong."""

from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bordercoop.access.models import Language
from bordercoop.reference.models import offered, terms
from bordercoop.web.fields import CleanCharField, ComingMomentField, MomentWidget
from contactpoints.access import SERVICES, officers_with
from contactpoints.models import root_of
from incidents.investigation.form_kit import Form, ReasonForm, area, choice, line

from .models import Activity, ActivityKind, Host, Level, Mode, ProgrammeSession
from .models.activities import ZONE_OF_HOST
from .trainers import offered_to

CITIES: dict[str, Any] = {
    "Europe/Riga": pgettext_lazy("city of a clock", "Riga"),
    "Europe/Minsk": pgettext_lazy("city of a clock", "Minsk"),
    "Europe/Kyiv": pgettext_lazy("city of a clock", "Kyiv"),
    "Europe/Warsaw": pgettext_lazy("city of a clock", "Warsaw"),
    "Europe/Vienna": pgettext_lazy("city of a clock", "Vienna"),
    "Europe/Bratislava": pgettext_lazy("city of a clock", "Bratislava"),
}
ZONES = list(ZONE_OF_HOST.values())
MOST_SEATS = 1_000


class PlaceWidget(MomentWidget):
    """The clocks of both sides and of the hosts of study visits."""

    def offer(self, zones: Any) -> None:
        super().offer(zones)
        offered: Any = self.widgets[2]
        offered.choices = [(zone, CITIES.get(zone, zone)) for zone in zones]


class PlaceMomentField(ComingMomentField):
    widget = PlaceWidget

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(zones=ZONES, widget=PlaceWidget(ZONES), **kwargs)
        self.look, self.note = "moment", ""


def on_wall(moment: datetime | None, zone: str) -> list[str]:
    """The parts of a moment as the form begins with them, on the wall of `zone`; None is empty."""
    return PlaceWidget(ZONES).decompress((moment, zone))


class MoneyField(CleanCharField):
    """Euro with a comma or a point and spaces between thousands, cleaned to a Decimal."""

    look, note = "line", _("In euro, such as 12 000 or 950.50.")

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not text:
            return None
        try:
            return Decimal("".join(text.split()).replace(",", ".").removesuffix("€"))
        except InvalidOperation as error:
            raise ValidationError(
                _("Type an amount in euro, such as 950.50."), "invalid"
            ) from error

    def run_validators(self, value: Any) -> None:
        """The text was checked before it became an amount."""


class SeatsField(CleanCharField):
    """A whole number of seats."""

    look, note = "line", ""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not text:
            return None
        if not (text.isascii() and text.isdigit() and len(text) < 6):
            raise ValidationError(_("Type a whole number of seats, such as 6."), "invalid")
        return int(text)

    def run_validators(self, value: Any) -> None:
        """The text was checked before it became a number."""


def several(label: Any, choices: Any, note: Any = "") -> Any:
    field = forms.MultipleChoiceField(label=label, choices=choices, required=False)
    field.look, field.note = "choices", note  # type: ignore[attr-defined]
    return field


class ActivityForm(Form):
    """What an activity is: the arguments of `plan_activity`."""

    edition = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)
    title = line(
        pgettext_lazy("activity", "What it is about, in one line"),
        note=_("Both sides and everybody invited read it."),
    )
    kind = choice(pgettext_lazy("activity", "Kind"), [])
    mode = choice(_("Kind of crossing point"), [], note=_("Where one is visited or concerned."))
    unit = choice(_("Unit that coordinates it"), [])
    joint = choice(_("Who takes part"), [("both", _("Both sides")), ("own", _("Our side only"))])
    language = choice(_("Language you write in"), Language.choices)
    purpose = area(
        pgettext_lazy("activity", "Purpose"), rows=4,
        note=_("What whoever takes part can do afterwards, and why now."),
    )  # fmt: skip
    host_country = choice(_("Country"), [])
    host = line(_("Host"), note=_("The authority that receives the group."))
    place = line(_("Place"), note=_("Crossing point or building, and town."))
    starts_at = PlaceMomentField(label=_("Begins"))
    ends_at = PlaceMomentField(label=_("Ends"))
    nominations_until = PlaceMomentField(label=_("Nominations until"), required=False)
    languages = several(_("Working languages"), [])
    levels = several(_("For staff of the level"), [])
    topics = several(_("Topics"), [])
    budget_line = line(
        _("Budget line"), note=_("As the programme's budget names it, such as A.2.1.")
    )
    budget_planned = MoneyField(label=_("Planned cost"), required=False, max_length=40)

    def __init__(self, *args: Any, activity: Activity | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.FIELD_OF = {"quotas": f"seats_{self.by.side.lower()}"}  # type: ignore[misc]
        fields: Any = self.fields
        fields["kind"].choices = ActivityKind.choices
        fields["mode"].choices = [("", _("Not bound to one")), *Mode.choices]
        fields["mode"].required = False
        hosts = sorted(Host.choices, key=lambda host: host[0] != self.by.side)
        fields["host_country"].choices = hosts
        fields["languages"].choices = Language.choices
        fields["levels"].choices = Level.choices
        rows = offered("training_topic")
        if activity is not None:
            known = {term.code for term in rows}
            every = terms("training_topic")
            rows += [every[code] for code in activity.topics if code in every and code not in known]
        fields["topics"].choices = [(term.code, term.name) for term in rows]
        for side in sorted(SERVICES, key=lambda each: each != self.by.side):
            fields[f"seats_{side.lower()}"] = SeatsField(
                label=SEATS[side], required=False, max_length=20
            )
        self.known = activity
        if activity is not None:
            del fields["unit"], fields["joint"]
            if not activity.joint:
                for side in SERVICES:
                    if side != activity.side:
                        del fields[f"seats_{side.lower()}"]

    def _these(self, *names: str) -> list[forms.BoundField]:
        return [self[name] for name in names if name in self.fields]

    @property
    def what(self) -> list[forms.BoundField]:
        return self._these("title", "kind", "mode", "purpose", "language")

    @property
    def who(self) -> list[forms.BoundField]:
        seats = [f"seats_{side.lower()}" for side in (self.by.side, *SERVICES)]
        return self._these("joint", *dict.fromkeys(seats), "nominations_until")

    @property
    def where(self) -> list[forms.BoundField]:
        return self._these("host_country", "place", "host")

    @property
    def when(self) -> list[forms.BoundField]:
        return self._these("starts_at", "ends_at")

    @property
    def ticked(self) -> list[forms.BoundField]:
        return self._these("levels", "languages", "topics")

    @property
    def money(self) -> list[forms.BoundField]:
        return self._these("budget_line", "budget_planned", "unit")

    @property
    def both(self) -> bool:
        if self.known is not None:
            return self.known.joint
        return bool(self.cleaned_data.get("joint") != "own")

    def said(self) -> dict[str, Any]:
        given = self.cleaned_data
        same = (
            "kind", "mode", "title", "language", "purpose", "host_country", "host", "place",
            "starts_at", "ends_at", "nominations_until", "languages", "levels", "topics",
            "budget_line", "budget_planned",
        )  # fmt: skip
        return {name: given.get(name) for name in same}

    def quotas(self) -> dict[str, int]:
        """The seats of who takes part; those of the other side are left out where it does not. A
        field that was emptied is no seat any more."""
        sides = SERVICES if self.both else (self.by.side,)
        found = {side: self.cleaned_data.get(f"seats_{side.lower()}") for side in sides}
        if self.known is not None:
            held = {quota.side for quota in self.known.quotas.all()}
            found = {
                side: 0 if seats is None and side in held else seats
                for side, seats in found.items()
            }
        return {side: seats for side, seats in found.items() if seats is not None}


SEATS: dict[str, Any] = {
    "LV": _("Seats of Latvia"),
    "BY": _("Seats of Belarus"),
}


def initial_of(activity: Activity) -> dict[str, Any]:
    """What an activity says, on the wall of its place."""
    same = (
        "kind", "mode", "title", "language", "purpose", "host_country", "host", "place",
        "languages", "levels", "topics", "budget_line", "edition",
    )  # fmt: skip
    seats = {quota.side: quota.seats for quota in activity.quotas.all()}
    until = activity.nominations_until
    return {
        **{name: getattr(activity, name) for name in same},
        "budget_planned": f"{activity.budget_planned:.2f}"
        if activity.budget_planned is not None
        else "",
        "starts_at": on_wall(activity.starts_at, activity.zone),
        "ends_at": on_wall(activity.ends_at, activity.zone),
        "nominations_until": on_wall(until, activity.zone),
        **{f"seats_{side.lower()}": count for side, count in seats.items()},
    }


def said_of(activity: Activity) -> dict[str, Any]:
    """What an activity says, as `change_activity` takes it."""
    same = (
        "kind", "mode", "title", "language", "purpose", "host_country", "host", "place",
        "starts_at", "ends_at", "nominations_until", "languages", "levels", "topics",
        "budget_line", "budget_planned",
    )  # fmt: skip
    return {name: getattr(activity, name) for name in same}


class MoveForm(Form):
    """The new begin of an activity; it lasts as long as it did."""

    edition = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)
    starts_at = PlaceMomentField(label=_("New begin"))


class SessionForm(Form):
    """One item of the programme."""

    title = line(pgettext_lazy("programme", "What it is about, in one line"))
    starts_at = PlaceMomentField(label=_("Begins"))
    ends_at = PlaceMomentField(label=_("Ends"))
    room = line(pgettext_lazy("programme", "Room"), note=_("Nobody else can have it then."))
    speaker = choice(_("Speaker of our service"), [])
    speaker_name = line(_("Or the name of a guest who speaks"))
    language = choice(_("Language that is spoken"), [])
    interpreter = choice(_("Interpreter of our service"), [])
    interpreter_name = line(_("Or the name of another interpreter"))

    def __init__(
        self,
        *args: Any,
        activity: Activity | None = None,
        session: ProgrammeSession | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        root = root_of(self.by.side)
        self.officers = {
            str(one.uid): one for one in (officers_with("view_activities", root) if root else [])
        }
        for name in ("speaker", "interpreter"):
            who = getattr(session, name, None)
            if who is not None:
                self.officers.setdefault(str(who.uid), who)
        fields: Any = self.fields
        people = [(uid, one.display_name) for uid, one in self.officers.items()]
        for name in ("speaker", "interpreter"):
            fields[name].choices = [("", _("Nobody by name")), *people]
            fields[name].required = False
        self._offer_pool(activity, session, people)
        fields["language"].choices = [("", "—"), *Language.choices]
        fields["language"].required = False
        # The language of a text is that of the account, not that of a speech.
        self.initial["language"] = (self.initial.get("spoken") or "") if session else ""

    def _offer_pool(
        self, activity: Activity | None, session: ProgrammeSession | None, people: list[Any]
    ) -> None:
        """Trainers first among the speakers, each with what speaks against it; `others` are the
        officers of the other side's pool, which that side chooses itself."""
        found = offered_to(self.by, activity, session and session.period) if activity else []
        self.guests = {str(one.trainer.uid): one.trainer for one in found
                       if one.trainer.officer is None}  # fmt: skip
        self.others = [one for one in found if not one.may_choose]
        trained = []
        for one in found:
            if one.may_choose:
                who = one.trainer.officer
                code = str(who.uid if who else one.trainer.uid)
                trained.append((code, " · ".join([one.trainer.label, *map(str, one.hint)])))
                if who:
                    self.officers.setdefault(code, who)
        known = {code for code, _name in trained}
        rest = [(code, name) for code, name in people if code not in known]
        field: Any = self.fields["speaker"]
        field.choices = [("", _("Nobody by name")), *trained, *rest]
        field.groups = [(_("Trainers' pool"), trained), (_("Officers of your side"), rest)]

    @property
    def times(self) -> list[forms.BoundField]:
        return [self["starts_at"], self["ends_at"]]

    @property
    def people(self) -> list[forms.BoundField]:
        names = ("speaker_name", "language", "interpreter", "interpreter_name")
        return [self[name] for name in names]

    def said(self) -> dict[str, Any]:
        given = self.cleaned_data
        guest = self.guests.get(given.get("speaker") or "")
        return {
            **{
                name: given.get(name)
                for name in ("title", "starts_at", "ends_at", "room", "speaker_name", "language",
                             "interpreter_name")
            },
            **({"speaker_name": guest.label} if guest else {}),
            "speaker": self.officers.get(given.get("speaker") or ""),
            "interpreter": self.officers.get(given.get("interpreter") or ""),
        }  # fmt: skip


def initial_of_session(session: ProgrammeSession) -> dict[str, Any]:
    zone = session.activity.zone
    return {
        **{name: getattr(session, name) for name in
           ("title", "room", "speaker_name", "interpreter_name")},
        "spoken": session.language,
        "starts_at": on_wall(session.starts_at, zone),
        "ends_at": on_wall(session.ends_at, zone),
        "speaker": str(session.speaker.uid) if session.speaker else "",
        "interpreter": str(session.interpreter.uid) if session.interpreter else "",
    }  # fmt: skip


class ReportForm(Form):
    """With what an activity is closed."""

    lessons = area(_("What was learned"), rows=5, note=_("In the language of the activity."))
    budget_used = MoneyField(label=_("What it cost"), required=False, max_length=40)


class FileForm(Form):
    file = forms.FileField(
        label=pgettext_lazy("activity", "Document"),
        error_messages={
            "required": _("Choose a file."),
            "empty": _("This file is empty."),
            "missing": _("Choose a file."),
        },
    )


__all__ = [
    "ActivityForm",
    "FileForm",
    "MoveForm",
    "ReasonForm",
    "ReportForm",
    "SessionForm",
    "initial_of",
    "initial_of_session",
    "on_wall",
    "said_of",
]
