"""Units, desks, proposals and openings as officers type them. The verbs say what is wrong."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bordercoop.access.models import Language
from bordercoop.reference import lists
from bordercoop.reference.models import OPENABLE, Place, PlaceStatus, places
from bordercoop.web.fields import (
    CleanCharField,
    ComingDateField,
    MomentField,
    TakesRefusals,
    own_clock_first,
)

from .actions.tree import KINDS
from .models import Unit, units

# The reader's own language first, then the partner's.
ORDER = {"LV": ("lv", "be", "ru", "en"), "BY": ("be", "ru", "lv", "en")}
WIDEST = 20_000  # what a form takes in before the verb says how long it may be


def written(day: date | None) -> str:
    return f"{day:%d.%m.%Y}" if day else ""


class Shown(TakesRefusals):
    """A form whose fields say how they are drawn (`look`), and which shows a verb's sentences."""

    def put(self, name: str, value: Any) -> None:
        """Show what was typed again, with another value in a hidden field."""
        typed: Any = self.data
        self.data = typed.copy()
        self.data[name] = value  # type: ignore[index]

    def add(self, name: str, field: Any, look: str = "line", hint: Any = None) -> None:
        field.look, field.note = look, hint
        self.fields[name] = field

    def some(self, *starts: str) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith(starts)]


def _drawn(field: lists.Field) -> Any:
    """A form field that lets everything through to the verb, which knows the rules."""
    label: Any = field.label
    if field.kind == "flag":
        return forms.BooleanField(label=label, required=False)
    if field.kind == "choices":
        return forms.MultipleChoiceField(label=label, required=False, choices=field.offered())
    if field.kind == "choice":
        made: Any = forms.ChoiceField(label=label, required=False, choices=field.offered())
        return made
    return CleanCharField(label=label, required=False, max_length=WIDEST)


class ProposalForm(Shown):
    """One change of a row of a common list; fields as the list has them."""

    version = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)
    previewed = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, common: lists.CommonList, row: Any, deed: str, by: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.common, self.row = common, row
        if deed == "add":
            self.add("code", CleanCharField(label=_("Code"), required=False, max_length=WIDEST))
        if deed in ("add", "change"):
            known = {field.name: field for field in common.fields}
            languages = ORDER.get(by.side, ORDER["LV"])
            first = [f"{part}_{code}" for part in ("name", "text") for code in languages]
            for name in [*(n for n in first if n in known), *(n for n in known if n not in first)]:
                field = known[name]
                if row is None or not field.fixed:
                    self.add(name, _drawn(field), field.kind, field.hint)
        why = _("Write a reason, so that the other side can decide.")
        self.add(
            "reason",
            CleanCharField(label=_("Reason"), max_length=WIDEST, error_messages={"required": why}),
        )
        self.add(
            "effective_on",
            ComingDateField(label=_("Takes effect on"), required=False),
            hint=_("From 00:00 UTC of that day, when it has begun on both sides' calendars."),
        )

    @property
    def names(self) -> list[forms.BoundField]:
        return self.some("name_lv", "name_be", "name_ru", "name_en")[:4]

    @property
    def texts(self) -> list[forms.BoundField]:
        return self.some("text_")

    @property
    def others(self) -> list[forms.BoundField]:
        apart = {field.name for field in (*self.names, *self.texts)}
        apart |= {"version", "previewed", "code", "reason", "effective_on"}
        return [self[name] for name in self.fields if name not in apart]

    def values(self) -> dict[str, Any]:
        """What was typed, for the verb."""
        given = self.cleaned_data
        return {
            field.name: given[field.name]
            for field in self.common.fields
            if field.name in self.fields and field.name in given
        }


class DecisionForm(Shown):
    reason = CleanCharField(label=_("Why it is declined"), required=False, max_length=WIDEST)


class UnitForm(Shown):
    """A unit of the own side; `unit` is None for a new one."""

    version = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, by: Any, unit: Unit | None, parents: list[Unit], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if unit is None:
            self.add("code", CleanCharField(label=_("Code"), required=False, max_length=WIDEST),
                     hint=_("It stays for good: LV-DGP-NEW."))  # fmt: skip
            self.add(
                "parent",
                forms.ChoiceField(
                    label=_("Below"), choices=[(above.code, above.name) for above in parents]
                ),
                "choice",
            )
        for code in ORDER.get(by.side, ORDER["LV"]):
            label = lists.NAME_LABELS[code]
            self.add(f"name_{code}", CleanCharField(label=label, required=False, max_length=WIDEST))
        if unit is None or unit.kind != Unit.Kind.DESK:
            kinds = [(kind.value, kind.label) for kind in KINDS]
            self.add("kind", forms.ChoiceField(label=_("Kind"), choices=kinds), "choice")
        known = [
            (place.code, place.name)
            for place in places().values()
            if (place.retired_at is None and place.kind != Place.Kind.SIGN)
            or (unit and unit.place_id == place.pk)
        ]
        self.add(
            "place",
            forms.ChoiceField(label=_("Place"), required=False, choices=[("", "—"), *known]),
            "choice",
        )
        self.add(
            "order",
            CleanCharField(label=_("Position in the list"), required=False, max_length=WIDEST),
            hint=_("Units with a smaller number stand first."),
        )

    @property
    def names(self) -> list[forms.BoundField]:
        return self.some("name_")

    @property
    def others(self) -> list[forms.BoundField]:
        return [self[n] for n in ("code", "parent", "kind", "place", "order") if n in self.fields]


class DeskForm(Shown):
    """How a desk is reached."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.add(
            "hours",
            CleanCharField(label=_("Hours"), required=False, max_length=WIDEST),
            hint=_("24/7, or such as 08:00-20:00, on the desk's own clock."),
        )
        self.add("phone", CleanCharField(label=_("Telephone"), required=False, max_length=WIDEST))
        self.add("fax", CleanCharField(label=_("Fax"), required=False, max_length=WIDEST))
        self.add("email", CleanCharField(label=_("E-mail"), required=False, max_length=WIDEST))
        self.add(
            "languages",
            forms.MultipleChoiceField(
                label=_("Languages"), required=False, choices=Language.choices
            ),
            "choices",
        )


class MoveForm(Shown):
    """Which unit it hangs below."""

    def __init__(self, *args: Any, unit: Unit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        above = [
            (other.code, other.name)
            for other in units().values()
            if other.side == unit.side
            and other.retired_at is None
            and other.kind != Unit.Kind.DESK
            and not other.path.startswith(unit.path)
        ]
        self.add("parent", forms.ChoiceField(label=_("Below"), choices=above), "choice")


class RetireForm(Shown):
    """From when a unit is out of use."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.add(
            "on",
            ComingDateField(label=_("Day"), required=False),
            hint=_("Empty means now. A later day is on the calendar of your side."),
        )


class StatusForm(Shown):
    """What the own side says about the opening of a place."""

    state = forms.ChoiceField(
        label=_("Your side says"),
        choices=PlaceStatus.State.choices,
        error_messages={"required": _("Say whether it is open.")},
    )
    since = MomentField(label=pgettext_lazy("place", "Since"))
    reason = CleanCharField(label=_("Reason"), required=False, max_length=WIDEST)

    def __init__(self, *args: Any, by: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.add("expected_on", ComingDateField(label=_("Expected to reopen on"), required=False))
        own_clock_first(self, by.side)


def opens(place: Any) -> bool:
    return place.kind in OPENABLE
