"""The report's own fields once more, as somebody who holds a copy types a proposal."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bordercoop.web.fields import CleanCharField, TakesRefusals

from .content import parsed
from .forms import KEYS, IncidentForm
from .models import ContentProposal, Share

KEPT = ("client_ref",)


class ProposalForm(IncidentForm):
    """The fields that the copy has, filled with what it says, and why another is proposed."""

    reason = CleanCharField(
        label=_("Why"), max_length=500, error_messages={"required": _("Write why, in one line.")}
    )

    def __init__(self, *args: Any, share: Share, **kwargs: Any) -> None:
        self.share = share
        self.says = parsed(share.fields)
        if not args:
            kwargs["initial"] = {**self._initial(), **kwargs.get("initial", {})}
        super().__init__(*args, whole=True, **kwargs)
        for name in list(self.fields):
            keys = KEYS.get(name, (name,))
            held = all(key in share.fields for key in keys)
            if name == "headline_template" or (name not in (*KEPT, "reason") and not held):
                del self.fields[name]
        # Here everything may stay as it is, and a field may be proposed empty.
        for name in ("happened", "headline"):
            if name in self.fields:
                self.fields[name].required = bool(share.fields.get(KEYS.get(name, (name,))[0]))

    def clean(self) -> dict[str, Any] | None:
        return self.cleaned_data  # whether a headline is needed hangs on the copy

    def _initial(self) -> dict[str, Any]:
        position = (self.says.get("lat"), self.says.get("lon"))
        return {
            **self.says,
            "happened": self.says.get("happened_at"),
            "detected": self.says.get("detected_at"),
            "coordinates": position if position[0] is not None else None,
        }

    def values(self) -> dict[str, Any]:
        """What was typed, as parsed values of the fields that the copy has."""
        given = self.cleaned_data
        found: dict[str, Any] = {}
        for name in self.fields:
            if name in (*KEPT, "reason"):
                continue
            keys = KEYS.get(name, (name,))
            if name == "coordinates":
                found["lat"], found["lon"] = given[name] or (None, None)
            elif len(keys) == 1:
                found[keys[0]] = self._kept(keys[0], given[name])
        if "place" in found:
            found["place"] = found["place"] or None
        for name in ("happened_precision", "detected_precision"):
            if name in found:
                found[name] = found[name] or "minute"
        return found

    def _kept(self, key: str, typed: Any) -> Any:
        """A time that was left as the form showed it, to the minute, is the very time."""
        stands = self.says.get(key)
        if isinstance(stands, datetime) and isinstance(typed, datetime):
            return stands if typed == stands.replace(second=0, microsecond=0) else typed
        return typed


class AnswerForm(TakesRefusals):
    """Accept or refuse, field by field: `answer_<name>`."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    reason = CleanCharField(label=_("Why you refuse"), max_length=500, required=False)

    def __init__(self, *args: Any, proposal: ContentProposal, names: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.proposal, self.names = proposal, list(names)
        for name in self.names:
            self.fields[f"answer_{name}"] = forms.ChoiceField(
                choices=[("accept", _("Accept")), ("refuse", _("Refuse"))],
                error_messages={"required": _("Accept or refuse this field.")},
            )

    def answers(self) -> dict[str, str]:
        return {name: self.cleaned_data[f"answer_{name}"] for name in self.names}
