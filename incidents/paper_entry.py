"""A paper form as it is typed in afterwards, and what a desk still has on paper. Reads only."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.db.models import Count, Min, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bordercoop.web.fields import CleanCharField, MomentField, TakesRefusals
from contactpoints.access import units_for
from contactpoints.models import Priority, Unit, units
from contactpoints.watch import partner_desks

from .actions.paper_forms import MOST_AT_ONCE
from .actions.report import series_of
from .forms import FIELD_OF, IncidentForm
from .models import PaperForm
from .paper_forms import CALLS, Called

PARTS = ("desk", "at", "said_by", "answered_by", "read_back", "acknowledged_at", "line")


def _moment(label: Any) -> MomentField:
    return MomentField(label=label, required=False)


class PaperEntryForm(IncidentForm):
    """The fields of a report, the telephone calls as they stand on the paper, and its scan."""

    FIELD_OF = {
        **FIELD_OF,
        **{f"calls.{at}.{part}": f"call{at}_{part}" for at in range(CALLS) for part in PARTS},
    }

    priority = forms.ChoiceField(
        label=_("Priority"),
        required=False,
        choices=[
            ("", pgettext_lazy("priority", "By the severity")),
            *((code, f"{code} {label}") for code, label in Priority.choices),
        ],
    )
    scan = forms.FileField(
        label=_("Scan or photo of the paper"),
        required=False,
        max_length=255,
        allow_empty_file=True,
        error_messages={"invalid": _("Choose a file.")},
    )

    def __init__(self, *args: Any, by: Any, paper: PaperForm, **kwargs: Any) -> None:
        series = series_of(paper.unit).pk
        others = [*partner_desks(paper.unit), *units().values()]
        self.desks = {
            desk.code: desk
            for desk in others
            if desk.kind == Unit.Kind.DESK and desk.retired_at is None and desk.pk != paper.unit_id
        }
        fields: dict[str, forms.Field] = {}
        for at in range(CALLS):
            fields |= self._call_fields(f"call{at}_")
        # Of this form alone: which desks it offers depends on whose paper it is.
        self.base_fields = {**self.base_fields, **fields}  # type: ignore[misc]
        super().__init__(*args, by=by, **kwargs)
        self.units = [unit for unit in self.units if series_of(unit).pk == series]
        self._choices("unit", [(unit.code, unit.name) for unit in self.units])

    def _call_fields(self, name: str) -> dict[str, forms.Field]:
        return {
            f"{name}desk": forms.ChoiceField(
                label=_("Desk"),
                required=False,
                choices=[("", "—"), *((code, desk.name) for code, desk in self.desks.items())],
            ),
            f"{name}at": _moment(pgettext_lazy("paper form", "Told at")),
            f"{name}said_by": CleanCharField(
                label=pgettext_lazy("paper form", "Told by (name)"), required=False, max_length=80
            ),
            f"{name}answered_by": CleanCharField(
                label=pgettext_lazy("paper form", "Told to (name)"), required=False, max_length=80
            ),
            f"{name}read_back": forms.BooleanField(
                label=pgettext_lazy("paper form", "Number read back"), required=False
            ),
            f"{name}acknowledged_at": _moment(pgettext_lazy("paper form", "Acknowledged at")),
            f"{name}line": CleanCharField(
                label=_("What will be done"), required=False, max_length=500
            ),
        }

    @property
    def call_rows(self) -> list[dict[str, Any]]:
        """The fields of each call, by their names."""
        return [{part: self[f"call{at}_{part}"] for part in PARTS} for at in range(CALLS)]

    def clean(self) -> dict[str, Any] | None:
        """A call of which something was written needs its desk, its time and its two names."""
        given = super().clean() or self.cleaned_data
        for at in range(CALLS):
            if not self._written(given, at):
                continue
            for part, sentence in (
                ("desk", _("Choose the desk that was told.")),
                ("at", _("Type when it was told, as it stands on the paper.")),
                ("said_by", _("Write who telephoned.")),
                ("answered_by", _("Write who answered the telephone.")),
            ):
                name = f"call{at}_{part}"
                if not given.get(name) and name not in self.errors:
                    self.add_error(name, sentence)
        return given

    @staticmethod
    def _written(given: dict[str, Any], at: int) -> bool:
        return any(given.get(f"call{at}_{part}") for part in PARTS if part != "desk")

    @property
    def calls(self) -> list[Called]:
        given = self.cleaned_data
        return [
            Called(
                **{part: given[f"call{at}_{part}"] for part in PARTS if part != "desk"},
                desk=self.desks[given[f"call{at}_desk"]],
            )
            for at in range(CALLS)
            if self._written(given, at)
        ]

    def content(self) -> dict[str, Any]:
        given = super().content()
        for name in ("priority", "scan", *(n for n in list(given) if n.startswith("call"))):
            given.pop(name)
        return given


class ReserveForm(TakesRefusals):
    """How many forms, for which desk."""

    client_ref = forms.UUIDField(widget=forms.HiddenInput, required=False)
    desk = forms.ChoiceField(label=_("Desk"), error_messages={"required": _("Choose a desk.")})
    count = forms.IntegerField(
        label=_("How many forms"),
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={"required": _("Type how many forms you want.")},
    )

    def __init__(self, *args: Any, desks: list[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.desks = {desk.code: desk for desk in desks}
        field: Any = self.fields["desk"]
        field.choices = [(desk.code, desk.name) for desk in desks]
        self.most = MOST_AT_ONCE


class VoidForm(TakesRefusals):
    reason = CleanCharField(
        label=_("What became of the form"),
        max_length=500,
        error_messages={"required": _("Write in one line what became of the form.")},
    )


@dataclass
class OnPaper:
    """What one desk has on paper: numbers that wait, since when, entered, void."""

    desk: Unit
    outstanding: int
    since: datetime | None
    used: int
    void: int


def paper_desks(user: Any) -> list[Unit]:
    """The desks for which `user` logs incidents, in the order of the tree."""
    return [
        unit
        for unit in units_for(user, "report_incidents")
        if unit.kind == Unit.Kind.DESK and unit.retired_at is None
    ]


def on_paper(user: Any) -> list[OnPaper]:
    """A line for each desk; one statement."""
    rows = PaperForm.objects.visible_to(user).order_by().values("unit_id")
    counted: dict[int, Any] = {
        row["unit_id"]: row
        for row in rows.annotate(
            outstanding=Count("pk", filter=Q(state="reserved")),
            since=Min("set__at", filter=Q(state="reserved")),
            used=Count("pk", filter=Q(state="used")),
            void=Count("pk", filter=Q(state="void")),
        )
    }
    none: dict[str, Any] = {"outstanding": 0, "since": None, "used": 0, "void": 0}
    return [
        OnPaper(desk, **{name: counted.get(desk.pk, none)[name] for name in none})
        for desk in paper_desks(user)
    ]


def paper_named(user: Any, number: str) -> PaperForm | None:
    """The form with this number as somebody types it from paper; None where `user` has none."""
    clean = "".join(number.split()).upper().replace("–", "-").replace("—", "-")[:60]
    if not clean or "\x00" in clean:
        return None
    rows = PaperForm.objects.visible_to(user).select_related("unit", "incident")
    return rows.filter(number=clean).first()
