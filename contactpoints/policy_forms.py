"""What the head of a point types about how alerts climb: minutes and hours, no seconds."""

from datetime import datetime, time
from typing import Any, cast
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.forms import BoundField
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from bordercoop.errors import Refused
from bordercoop.web.fields import CleanCharField, ComingDateField, TakesRefusals, TimeField

from .models import FLOOR, HELD, NEXT_SHIFT, EscalationPolicy, Priority, Unit, Who
from .points import names_of_channels
from .policies import other_points

LAST = "last"
HOUR = 3600


def _minutes(value: Any) -> str:
    return "" if value is None or value == NEXT_SHIFT else f"{value // 60}"


class PolicyForm(TakesRefusals):
    """A row for everybody whom a step can tell, of which empty ones are left out; headquarters is
    always the last."""

    quiet_from = TimeField(label=gettext_lazy("Quiet from"), required=False, max_length=20)
    quiet_until = TimeField(label=gettext_lazy("Quiet until"), required=False, max_length=20)
    quiet_for = forms.MultipleChoiceField(
        label=gettext_lazy("Quiet hours hold"),
        required=False,
        choices=[(code, f"{code} {Priority(code).label}") for code in HELD],
    )
    why = CleanCharField(label=gettext_lazy("Why it changes"), max_length=300)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, unit: Unit, policy: EscalationPolicy, **kwargs: Any) -> None:
        kwargs.setdefault("initial", self._values(policy))
        super().__init__(*args, **kwargs)
        self.fields["quiet_for"] = forms.MultipleChoiceField(
            label=_("Quiet hours hold"),
            required=False,
            choices=[(code, f"{code} {Priority(code).label}") for code in HELD],
        )
        whos = [
            ("", _("– not used –")),
            *((who.value, who.label) for who in (Who.PRIMARY, Who.DEPUTY, Who.HEAD)),
            *((f"point:{desk.code}", desk.name) for desk in other_points(unit)),
        ]
        self.count = max(len(whos) - 1, len(policy.steps) - 1)
        names = names_of_channels()
        channels = [
            (code, names[code][0])
            for code in settings.ESCALATION_CHANNELS
            if code not in FLOOR and code in names
        ]
        for row in [*range(self.count), LAST]:
            if row != LAST:
                self.fields[f"who_{row}"] = forms.ChoiceField(
                    label=_("Who is told"), choices=whos, required=False
                )
                for code, name in Priority.choices:
                    self.fields[f"wait_{row}_{code}"] = CleanCharField(
                        label=f"{code} {name}", required=False, max_length=12
                    )
            self.fields[f"channels_{row}"] = forms.MultipleChoiceField(
                label=_("Besides screen and e-mail by"), choices=channels, required=False
            )
        for code, name in Priority.choices:
            self.fields[f"note_{code}"] = CleanCharField(
                label=f"{code} {name}", required=False, max_length=12
            )

    @staticmethod
    def _values(policy: EscalationPolicy) -> dict[str, Any]:
        found: dict[str, Any] = {
            "version": policy.number,
            "quiet_from": f"{policy.quiet_from:%H:%M}" if policy.quiet_from else "",
            "quiet_until": f"{policy.quiet_until:%H:%M}" if policy.quiet_until else "",
            "quiet_for": list(policy.quiet_for),
        }
        for place, step in enumerate(policy.steps):
            row = LAST if place == len(policy.steps) - 1 else place
            found[f"channels_{row}"] = [code for code in step["channels"] if code != "live"]
            if row != LAST:
                at = step.get("at")
                found[f"who_{row}"] = f"point:{at}" if at else step["who"]
                for code in Priority.values:
                    found[f"wait_{row}_{code}"] = _minutes(step["wait"].get(code))
        for code in Priority.values:
            limit = policy.note_within.get(code)
            unit = HOUR if code in HELD else 60
            found[f"note_{code}"] = "" if limit is None else f"{limit / unit:g}"
        return found

    @property
    def rows(self) -> list[dict[str, Any]]:
        """For the page: number, who, waits, channels, whether it is used."""
        return [
            {
                "number": row + 1,
                "who": self[f"who_{row}"],
                "waits": [self[f"wait_{row}_{code}"] for code in Priority.values],
                "channels": self._ticks(f"channels_{row}"),
                "open": bool(self[f"who_{row}"].value()) or self._faulty(row),
            }
            for row in range(self.count)
        ]

    @property
    def last_channels(self) -> list[dict[str, Any]]:
        return self._ticks(f"channels_{LAST}")

    @property
    def held(self) -> list[dict[str, Any]]:
        return self._ticks("quiet_for")

    @property
    def notes(self) -> list[BoundField]:
        return [self[f"note_{code}"] for code in Priority.values]

    def _ticks(self, name: str) -> list[dict[str, Any]]:
        choices: Any = cast(forms.ChoiceField, self.fields[name]).choices
        chosen = self[name].value() or []
        return [
            {"name": name, "code": code, "label": label, "ticked": code in chosen}
            for code, label in choices
        ]

    def _faulty(self, row: int) -> bool:
        names = (f"who_{row}", *(f"wait_{row}_{code}" for code in Priority.values))
        return any(self[name].errors for name in names)

    def asked(self) -> dict[str, Any]:
        """What the verb `set_policy` takes; minutes that are no numbers become None."""
        given = self.cleaned_data
        self.used = [row for row in range(self.count) if given[f"who_{row}"]]
        steps: list[dict[str, Any]] = []
        for row in self.used:
            who, _colon, at = given[f"who_{row}"].partition(":")
            steps.append(
                {
                    "who": who,
                    "at": at,
                    "channels": given[f"channels_{row}"],
                    "wait": {
                        code: NEXT_SHIFT
                        if code in HELD and not given[f"wait_{row}_{code}"]
                        else self._seconds(given[f"wait_{row}_{code}"], 60)
                        for code in Priority.values
                    },
                }
            )
        steps.append({"who": Who.HEADQUARTERS.value, "channels": given[f"channels_{LAST}"]})
        return {
            "steps": steps,
            "quiet_from": given["quiet_from"],
            "quiet_until": given["quiet_until"],
            "quiet_for": given["quiet_for"],
            "note_within": {
                code: None
                if not given[f"note_{code}"]
                else self._seconds(given[f"note_{code}"], HOUR if code in HELD else 60)
                for code in Priority.values
            },
            "why": given["why"],
            "version": given["version"],
        }

    @staticmethod
    def _seconds(text: str, unit: int) -> int:
        """0, which no verb takes, for what is not a number."""
        whole, _point, part = text.replace(",", ".").partition(".")
        digits = (whole + part).isascii() and whole.isdigit() and (part.isdigit() or not _point)
        return round(float(f"{whole}.{part or 0}") * unit) if digits and len(whole) < 7 else 0

    def take(self, refusal: Refused) -> None:
        """Show what the verb says of its steps at the rows they were typed in."""
        moved: dict[str, list[object]] = {}
        for name, texts in refusal.fields.items():
            parts = name.split(".")
            if parts[0] == "steps" and len(parts) > 1:
                place = int(parts[1])
                row = self.used[place] if place < len(self.used) else LAST
                name = "_".join([parts[2], str(row), *parts[3:]])
            elif parts[0] == "note_within":
                name = f"note_{parts[1]}"
            moved[name] = texts
        refusal.fields = moved
        super().take(refusal)


class PreviewForm(forms.Form):
    """A priority and a moment on the wall of the desk; without a time, now."""

    priority = forms.ChoiceField(
        label=pgettext_lazy("alert", "Priority"), choices=Priority.choices, required=False
    )
    day = ComingDateField(label=gettext_lazy("Day"), required=False, max_length=20)
    time = TimeField(label=gettext_lazy("Time"), required=False, max_length=20)

    def moment(self, zone: str) -> datetime:
        wall = ZoneInfo(zone)
        day, at = self.cleaned_data.get("day"), self.cleaned_data.get("time")
        if day is None and at is None:
            return now()
        local = now().astimezone(wall)
        return datetime.combine(day or local.date(), at or time(local.hour, local.minute), wall)
