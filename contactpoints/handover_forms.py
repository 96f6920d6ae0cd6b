"""What an officer types at the change of shift and into the duty journal. The verbs say what is
wrong."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from bordercoop.web.fields import CleanCharField, TakesRefusals

from .access import officers_with
from .models import Unit
from .watch import next_on_duty, on_duty


class HandoverForm(TakesRefusals):
    """The note, and who is expected; by the rota whoever is on duty now, else whoever is next."""

    note = CleanCharField(
        label=_("Note for the next officer"), max_length=4000, widget=forms.Textarea
    )
    to = forms.ChoiceField(
        label=_("Who takes the shift over"),
        required=False,
        error_messages={"invalid_choice": _("Choose one from the list.")},
    )

    def __init__(self, *args: Any, unit: Unit, by: Any, **kwargs: Any) -> None:
        found = [one for one in officers_with("acknowledge_alerts", unit) if one.pk != by.pk]
        self.officers = {str(one.uid): one for one in found}
        kwargs["initial"] = {"to": self._expected(unit, by), **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        language = get_language() or "en"
        to: Any = self.fields["to"]
        to.choices = [("", _("Whoever comes"))] + [
            (uid, one.name_for(language)) for uid, one in self.officers.items()
        ]

    def _expected(self, unit: Unit, by: Any) -> str:
        shifts = [*on_duty([unit.pk]).get(unit.pk, [])]
        following = next_on_duty([unit.pk]).get(unit.pk)
        shifts += [following] if following else []
        likely = (str(shift.officer.uid) for shift in shifts)
        return next((uid for uid in likely if uid in self.officers), "")

    @property
    def chosen(self) -> Any:
        return self.officers.get(self.cleaned_data["to"])


class TakeOverForm(TakesRefusals):
    """What is not as it was left; "" when all is."""

    remark = CleanCharField(
        label=pgettext_lazy("handover of a shift", "Remark"), required=False, max_length=500
    )


class DutyNoteForm(TakesRefusals):
    """One line of the journal."""

    client_ref = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4, required=False)
    text = CleanCharField(label=_("New line in the journal"), max_length=1000)
