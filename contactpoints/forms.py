"""What an administrator types about people: who they are, where they are posted and until when."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bordercoop.access.models import Language
from bordercoop.web.fields import CleanCharField, ComingDateField, TakesRefusals, TimeField

from .access import units_for
from .models import Absence, DutyRank, Posting, Role, Unit
from .rota import officers_for


class PostingForm(TakesRefusals):
    """Where, as what, from which day, and the last day; days of the side's own calendar."""

    FIELD_OF = {"ends_at": "ends"}

    unit = forms.ChoiceField(label=_("Unit"), error_messages={"required": _("Choose the unit.")})
    role = forms.ChoiceField(label=_("Role"), error_messages={"required": _("Choose the role.")})
    starts = ComingDateField(label=_("From"), required=False, max_length=20)
    ends = ComingDateField(label=_("Last day"), required=False, max_length=20)

    def __init__(self, *args: Any, by: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.units = units_for(by, "administer_accounts")
        unit, role = self.fields["unit"], self.fields["role"]
        assert isinstance(unit, forms.ChoiceField)
        assert isinstance(role, forms.ChoiceField)
        unit.choices = [("", _("Choose the unit")), *((u.code, u.name) for u in self.units)]
        role.choices = [("", _("Choose the role")), *Role.choices]

    @property
    def chosen_unit(self) -> Unit:
        return next(unit for unit in self.units if unit.code == self.cleaned_data["unit"])

    def period(self) -> dict[str, datetime | None]:
        """`starts_at` (None: now) and `ends_at` (None: no set end), aware."""
        zone = ZoneInfo(self.chosen_unit.zone)
        starts = self.cleaned_data["starts"]
        begins = datetime.combine(starts, time(), zone) if starts else None
        return {
            "starts_at": begins if begins and begins > now() else None,
            "ends_at": end_of(self.cleaned_data["ends"], zone),
        }


def end_of(last_day: date | None, zone: ZoneInfo) -> datetime | None:
    """The midnight that ends a last day, on the clock of `zone`."""
    return datetime.combine(last_day + timedelta(days=1), time(), zone) if last_day else None


class PersonForm(TakesRefusals):
    """Names, address and telephone of an officer."""

    name_latin = CleanCharField(label=_("Name in Latin letters"), max_length=120)
    name_local = CleanCharField(label=_("Name in its own script"), max_length=120, required=False)
    email = CleanCharField(label=_("E-mail address"), max_length=254)
    phone = CleanCharField(label=_("Telephone"), max_length=40, required=False)

    def identity(self) -> dict[str, Any]:
        return {n: self.cleaned_data[n] for n in ("name_latin", "name_local", "email", "phone")}


class InvitationForm(PersonForm, PostingForm):
    """A new account with its first posting."""

    username = CleanCharField(label=_("User name"), max_length=30)
    language = forms.ChoiceField(label=_("Language of screens and mails"))
    field_order = ("name_latin", "name_local", "username", "email", "phone", "language",
                   "unit", "role", "starts", "ends")  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = self.fields["language"]
        assert isinstance(language, forms.ChoiceField)
        language.choices = Language.choices


class EndForm(TakesRefusals):
    """The last day of a posting that is in force; empty for none."""

    FIELD_OF = {"ends_at": "ends"}

    ends = ComingDateField(label=_("Last day"), required=False, max_length=20)

    def ends_at(self, posting: Posting) -> datetime | None:
        return end_of(self.cleaned_data["ends"], ZoneInfo(posting.unit.zone))


class DutyForm(TakesRefusals):
    """Who serves at a unit from which hour to which, on one day or on each of several.

    Days and hours are those of the unit's own wall; an end at or before the start is on the next
    day.
    """

    officer = forms.ChoiceField(
        label=_("Officer"), error_messages={"required": _("Choose the officer.")}
    )
    rank = forms.ChoiceField(label=_("Duty as"), choices=DutyRank.choices)
    start = TimeField(label=_("From the hour"), max_length=20)
    end = TimeField(label=_("To the hour"), max_length=20)
    first_day = ComingDateField(label=_("Day"), max_length=20)
    last_day = ComingDateField(label=_("Every day until"), required=False, max_length=20)

    def __init__(self, *args: Any, unit: Unit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.unit = unit
        self.officers = officers_for(unit)
        field = self.fields["officer"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            ("", _("Choose the officer")),
            *((str(officer.uid), officer.display_name) for officer in self.officers),
        ]

    @property
    def chosen(self) -> Any:
        asked = self.cleaned_data["officer"]
        return next(officer for officer in self.officers if str(officer.uid) == asked)

    def shift(self) -> dict[str, datetime]:
        """The one shift that was asked for, aware."""
        given, zone = self.cleaned_data, ZoneInfo(self.unit.zone)
        over = timedelta(days=1) if given["end"] <= given["start"] else timedelta()
        return {
            "starts_at": datetime.combine(given["first_day"], given["start"], zone),
            "ends_at": datetime.combine(given["first_day"] + over, given["end"], zone),
        }


class RuleEndForm(TakesRefusals):
    """The last day on which a rule of the rota holds."""

    last_day = ComingDateField(label=_("Last day"), max_length=20)


class AbsenceForm(TakesRefusals):
    """From when to when an officer cannot be put on duty, and on which ground.

    Days and hours of the unit's own wall; without hours whole days, without a last day one day.
    With `officer` it is about that one, else whoever may be put on duty at the unit is offered.
    """

    FIELD_OF = {"starts_at": "first_day", "ends_at": "last_day"}

    officer = forms.ChoiceField(
        label=_("Officer"), error_messages={"required": _("Choose the officer.")}
    )
    ground = forms.ChoiceField(
        label=pgettext_lazy("absence", "Ground"),
        choices=Absence.Ground.choices,
        error_messages={"required": _("Choose the ground.")},
    )
    first_day = ComingDateField(label=_("First day"), max_length=20)
    start = TimeField(label=_("From the hour"), required=False, max_length=20)
    last_day = ComingDateField(label=_("Last day"), required=False, max_length=20)
    end = TimeField(label=_("To the hour"), required=False, max_length=20)
    over_shifts = forms.BooleanField(
        label=_("Take these hours back; somebody else will be put on duty"), required=False
    )

    def __init__(self, *args: Any, unit: Unit, officer: Any = None, **kwargs: Any) -> None:
        kwargs.setdefault("prefix", "absence")  # it stands beside the form of a shift
        super().__init__(*args, **kwargs)
        self.unit, self.own = unit, officer
        if officer is not None:
            del self.fields["officer"]
            return
        self.officers = officers_for(unit)
        field = self.fields["officer"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            ("", _("Choose the officer")),
            *((str(each.uid), each.display_name) for each in self.officers),
        ]

    @property
    def chosen(self) -> Any:
        if self.own is not None:
            return self.own
        asked = self.cleaned_data["officer"]
        return next(officer for officer in self.officers if str(officer.uid) == asked)

    def asked(self) -> dict[str, Any]:
        """What the verb takes, with aware times."""
        given, zone = self.cleaned_data, ZoneInfo(self.unit.zone)
        last, end = given["last_day"] or given["first_day"], given["end"]
        if end is None:
            last, end = last + timedelta(days=1), time()
        return {
            "starts_at": datetime.combine(given["first_day"], given["start"] or time(), zone),
            "ends_at": datetime.combine(last, end, zone),
            "ground": given["ground"],
            "over_shifts": given["over_shifts"],
        }
