"""An entry of the watch-list as an officer types it. The verbs say what is wrong."""

from datetime import date
from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bordercoop.access.models import Language
from bordercoop.reference.models import offered, terms
from incidents.investigation.form_kit import Form, area, choice, day, line

from .models import ANY_EVENT, Risk, RiskReport, WatchLevel, WatchVersion
from .picturing import CLAIMED, GROUPS, group_called
from .section_codes import section_choices
from .watch_terms import TERMS, event_name

NONE: Any = ("", "—")


def _named(name: str, kept: list[str]) -> list[tuple[str, Any]]:
    """Terms that are offered, and those that an entry has already."""
    known = terms(name)
    codes = [term.code for term in offered(name) if term.code in known]
    return [(code, known[code].name) for code in [*codes, *(c for c in kept if c not in codes)]]


def _written(on: date | None) -> str:
    return f"{on:%d.%m.%Y}" if on else ""


class WatchForm(Form):
    """What an entry says, and by what it finds incidents."""

    edition = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)
    title = line(_("What to watch for"), note=_("In a few words."))
    text = area(_("Description"), rows=6)
    why = area(_("Why it matters"), rows=3)
    todo = line(_("What the officer should do"), note=_("One sentence."))

    def __init__(self, *args: Any, version: WatchVersion | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if version is None:
            self.fields["unit"] = choice(
                pgettext_lazy("watch-list", "Owner"), [(u.code, u.name) for u in self.units]
            )
        self.fields["level"] = choice(_("Level"), WatchLevel.choices)
        self.fields["language"] = choice(_("Language of the text"), Language.choices)
        self.fields["valid_from"] = day(pgettext_lazy("watch-list", "In force from"))
        self.fields["review_by"] = day(
            pgettext_lazy("watch-list", "Review by"), note=_("Its last day, unless it is renewed.")
        )
        self._terms(version)
        self._cites(version)

    def _terms(self, version: WatchVersion | None) -> None:
        kept = [version.category] if version and version.category else []
        categories = [row for row in _named("incident_category", kept) if row[0][:3] != "SIR"]
        self._choice("category", _("Category"), [NONE, *categories])
        self._choices("sections", _("Sections"), section_choices())
        self._choices("days", _("Weekdays"), [(str(n), name) for n, name in WEEKDAYS.items()])
        hours = [(str(n), f"{n:02d}:00") for n in range(24)]
        self._choice("hour_from", _("Hours, from"), [NONE, *hours])
        self._choice("hour_to", _("Hours, to"), [NONE, *hours[1:], ("24", "24:00")])
        self._choices("means", _("Means"), _named("means", version.means if version else []))
        self._choices(
            "groups", _("Group of nationality"), [(code, group_called(code)) for code in GROUPS]
        )
        self.fields["route"] = line(
            _("Route of transit"),
            note=_("Countries in their order, such as IRQ > BLR; others may lie between them."),
        )
        events = [*terms("public_event"), CLAIMED, ANY_EVENT]
        self._choice(
            "event", _("Public event"), [NONE, *((code, event_name(code)) for code in events)]
        )

    def _cites(self, version: WatchVersion | None) -> None:
        risks = list(Risk.objects.visible_to(self.by).going_on())
        if version and version.risk and version.risk not in risks:
            risks.append(version.risk)
        reports = list(RiskReport.objects.visible_to(self.by).not_withdrawn_from(self.by)[:100])
        if version and version.report and version.report not in reports:
            reports.append(version.report)
        self.unread = self._unread(version)
        self.cited: dict[str, dict[str, Any]] = {"risk": {str(one.uid): one for one in risks},
                      "report": {str(one.uid): one for one in reports}}  # fmt: skip
        self._choice(
            "risk",
            _("Risk of the register"),
            [NONE, *((str(one.uid), self._told(one, f"{one.code} {one.name}")) for one in risks)],
        )
        self._choice(
            "report",
            _("Risk report"),
            [
                NONE,
                *(
                    (str(one.uid), self._told(one, f"{one.number or ''} {one.title}".strip()))
                    for one in reports
                ),
            ],
        )

    def _unread(self, version: WatchVersion | None) -> list[Any]:
        """What it cites and the author does not read, or no more of than that it was withdrawn."""
        risk, report = (version.risk, version.report) if version else (None, None)
        risks = Risk.objects.visible_to(self.by)
        reports = RiskReport.objects.visible_to(self.by).not_withdrawn_from(self.by)
        pairs = ((risk, risks), (report, reports))
        return [one for one, rows in pairs if one and not rows.filter(pk=one.pk).exists()]

    def _told(self, row: Any, words: str) -> Any:
        return _("One that you do not read") if row in self.unread else words

    def _choice(self, name: str, label: Any, choices: list[Any]) -> None:
        self.fields[name] = choice(label, choices)
        self.fields[name].required = False

    def _choices(self, name: str, label: Any, choices: list[Any]) -> None:
        field: Any = forms.MultipleChoiceField(label=label, choices=choices, required=False)
        field.look, field.note = "choices", ""
        self.fields[name] = field

    def _some(self, *names: str) -> list[forms.BoundField]:
        return [self[name] for name in names if name in self.fields]

    @property
    def words(self) -> list[forms.BoundField]:
        return self._some("title", "text", "why", "todo")

    @property
    def facts(self) -> list[forms.BoundField]:
        return self._some("unit", "level", "language", "valid_from", "review_by")

    @property
    def found_by(self) -> list[forms.BoundField]:
        return self._some("category", "event", "hour_from", "hour_to")

    @property
    def ticked(self) -> list[forms.BoundField]:
        return self._some("sections", "days", "means", "groups")

    @property
    def cites(self) -> list[forms.BoundField]:
        return self._some("risk", "report")

    def said(self) -> dict[str, Any]:
        given = self.cleaned_data
        names = ("title", "text", "why", "todo", "level", "language", "valid_from", "review_by")
        return {
            **{name: given[name] for name in (*names, *TERMS)},
            **{name: known.get(given[name]) for name, known in self.cited.items()},
        }

    @classmethod
    def initial_of(cls, version: WatchVersion) -> dict[str, Any]:
        texts = ("title", "text", "why", "todo", "level", "language", "category", "sections",
                 "means", "groups", "event")  # fmt: skip
        return {
            **{name: getattr(version, name) for name in texts},
            "days": [str(n) for n in version.days],
            "hour_from": "" if version.hour_from is None else str(version.hour_from),
            "hour_to": "" if version.hour_to is None else str(version.hour_to or 24),
            "route": " > ".join(version.route.split(">")) if version.route else "",
            "valid_from": _written(version.valid_from),
            "review_by": _written(version.review_by),
            "risk": str(version.risk.uid) if version.risk else "",
            "report": str(version.report.uid) if version.report else "",
            "edition": version.number,
        }


class WithdrawForm(Form):
    edition = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)
    reason = area(_("Why it is taken off the list"), rows=2)
