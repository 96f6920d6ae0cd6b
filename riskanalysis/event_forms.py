"""Public events and what is expected of them, as officers type it. The verbs say what is wrong."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bordercoop.access.models import Language
from bordercoop.reference.models import offered
from bordercoop.reference.sides import Side
from bordercoop.web.fields import DateField
from contactpoints.access import SERVICES
from incidents.investigation.form_kit import Form, area, choice, line
from incidents.retention import today

from .models import FLOWS_AROUND, EventAssessment, PublicEvent, Readiness

# A day of a past event is typed with its year.
FLOW_NOTE = _(
    "One line for each day, crossing point and city: 21.05.2021 PAT-GRI Riga 1200. "
    "What is expected in addition to the usual traffic."
)


def _day(label: Any) -> Any:
    field: Any = DateField(
        label=label, error_messages={"required": _("Type a date with its year.")}
    )
    field.look, field.note = "line", _("Such as 21.05.2021.")
    return field


class EventForm(Form):
    code = choice(_("Event"), [])
    starts_on = _day(_("First day"))
    ends_on = _day(_("Last day"))
    hosts = line(
        _("Cities that hold it"),
        note=_("Separated by commas; its side may stand behind a city: Polotsk BY."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = set(PublicEvent.objects.values_list("code", flat=True))
        field: Any = self.fields["code"]
        field.choices = [(t.code, t.name) for t in offered("public_event") if t.code not in known]

    def said(self) -> dict[str, Any]:
        given = self.cleaned_data
        hosts = [name.strip() for name in given["hosts"].split(",")]
        return {**{n: given[n] for n in ("code", "starts_on", "ends_on")}, "hosts": hosts}


class DropHostForm(Form):
    host = forms.UUIDField(widget=forms.HiddenInput)
    on = _day(_("Since which day it does not hold it"))
    note = line(_("Where that is said"), note=_("Dates and facts, no reasons."))


class EventDaysForm(Form):
    """Other days of an event."""

    edition = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)
    starts_on = _day(_("First day"))
    ends_on = _day(_("Last day"))
    reason = area(
        _("Reason"), rows=2, note=_("Where that is said. Days that were counted from it move too.")
    )

    def __init__(self, *args: Any, event: PublicEvent, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.update({
            "edition": event.edition, "starts_on": f"{event.starts_on:%d.%m.%Y}",
            "ends_on": f"{event.ends_on:%d.%m.%Y}",
        })  # fmt: skip


class CallOffForm(Form):
    """That an event is called off, or held after all."""

    edition = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)
    reason = area(_("Reason"), rows=2, note=_("Where that is said."))

    def __init__(self, *args: Any, event: PublicEvent, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["edition"] = event.edition


class HostSideForm(Form):
    host = forms.UUIDField(widget=forms.HiddenInput)
    side = choice(_("Side"), Side.choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["side"]
        field.choices = [(side, Side(side).label) for side in SERVICES]


class EventAssessmentForm(Form):
    """What the own side expects of an event."""

    edition = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)
    readiness = choice(pgettext_lazy("public event", "Readiness"), Readiness.choices, look="tiles")
    flows = area(_("Expected travellers"), note=FLOW_NOTE, rows=8)
    as_of = _day(_("As known on"))
    threats = area(_("Threats"), rows=4)
    vulnerabilities = area(_("Vulnerabilities"), rows=4)
    measures = area(_("What the own side does"), rows=4)

    def __init__(self, *args: Any, event: PublicEvent, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.event = event
        self.initial.setdefault("as_of", f"{today(self.by.side):%d.%m.%Y}")
        self.fields["as_of"].required = False
        self.fields["as_of"].note = _(  # type: ignore[attr-defined]
            "Today, or an earlier day on which a past event is worked through."
        )
        self.fields["readiness"].required = False
        self.fields["language"] = choice(_("Language of the text"), Language.choices)

    def clean_flows(self) -> list[dict[str, Any]]:
        found = []
        for number, typed in enumerate(self.cleaned_data["flows"].splitlines(), start=1):
            words = typed.split()
            if not words:
                continue
            found.append(_flow(words, number))
        return found

    def said(self) -> dict[str, Any]:
        given = self.cleaned_data
        names = ("flows", "threats", "vulnerabilities", "measures")
        return {
            "readiness": given["readiness"],
            "as_of": given["as_of"],
            "language": given["language"],
            "content": {name: given[name] for name in names},
        }

    @classmethod
    def initial_of(cls, one: EventAssessment) -> dict[str, Any]:
        """As it stands; a new version is without what was expected because of a city that dropped
        out, or on days outside those of the event."""
        hosts = one.event.hosts.all() if one.given_at else ()
        gone = {host.name for host in hosts if host.dropped_on}
        held = [
            row for row in one.content["flows"]
            if row["host"] not in gone and (
                not one.given_at
                or one.event.has_within(date.fromisoformat(row["day"]), FLOWS_AROUND)
            )
        ]  # fmt: skip
        lines = [
            f"{date.fromisoformat(row['day']):%d.%m.%Y} {row['place']} {row['host']} "
            f"{row['people']}"
            for row in held
        ]
        return {
            **{n: one.content[n] for n in ("threats", "vulnerabilities", "measures")},
            "readiness": one.readiness,
            "language": one.language,
            "flows": "\n".join(lines),
            **(
                {"edition": one.edition, "as_of": f"{one.as_of:%d.%m.%Y}"}
                if one.given_at is None
                else {}
            ),
        }


def _flow(words: list[str], number: int) -> dict[str, Any]:
    """Day, crossing, city (of any number of words) and how many people, out of one line."""
    wrong = forms.ValidationError(
        _now(
            "Line %(number)s: write day, crossing point, city and how many people, in this order."
        ),
        params={"number": number},
    )
    if len(words) < 4 or not (words[-1].isascii() and words[-1].isdigit()) or len(words[-1]) > 9:
        raise wrong
    try:
        day = date(*(int(part) for part in reversed(words[0].split("."))))
    except (ValueError, TypeError) as error:
        raise wrong from error
    return {
        "day": day, "place": words[1].upper(), "host": " ".join(words[2:-1]),
        "people": int(words[-1]),
    }  # fmt: skip
