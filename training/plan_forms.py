"""The yearly plan as officers type it. The verbs say what is wrong."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bordercoop.access.models import Language
from bordercoop.reference.models import offered, terms
from incidents.investigation.form_kit import Form, choice, line

from .activity_forms import SEATS, MoneyField, SeatsField
from .models import ActivityKind, Host, Measure, PlanLine
from .plans import SAID

QUARTERS = [(str(n), f"Q{n}") for n in range(1, 5)]


class TargetField(SeatsField):
    look, note = "line", _("A whole number, such as 120.")  # type: ignore[assignment]


class PlanLineForm(Form):
    """A line: the arguments of `add_plan_line`."""

    edition = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)
    title = line(
        pgettext_lazy("plan", "What is planned, in one line"), note=_("Both sides read it.")
    )
    kind = choice(pgettext_lazy("activity", "Kind"), [])
    language = choice(_("Language you write in"), Language.choices)
    topic = choice(pgettext_lazy("plan", "Topic"), [])
    quarter = choice(pgettext_lazy("plan", "Quarter"), QUARTERS)
    host_country = choice(_("Country"), [])
    seats_lv = SeatsField(label=SEATS["LV"], required=False, max_length=20)
    seats_by = SeatsField(label=SEATS["BY"], required=False, max_length=20)
    budget_line = line(
        _("Budget line"), note=_("As the programme's budget names it, such as A.2.1.")
    )
    amount = MoneyField(label=pgettext_lazy("plan", "Amount"), required=False, max_length=40)
    measure = choice(pgettext_lazy("plan", "What the indicator counts"), [])
    indicator = line(
        pgettext_lazy("plan", "Indicator"), note=_("As the grant names it, such as: staff trained.")
    )
    target = TargetField(label=pgettext_lazy("plan", "Target"), required=False, max_length=20)

    def __init__(self, *args: Any, line: PlanLine | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["kind"].choices = ActivityKind.choices
        fields["host_country"].choices = sorted(
            Host.choices, key=lambda host: host[0] != self.by.side
        )
        topics = {term.code: term.name for term in offered("training_topic")}
        if line is not None and line.topic and line.topic not in topics:
            known = terms("training_topic").get(line.topic)
            topics[line.topic] = known.name if known else line.topic
        fields["topic"].choices = [("", "—"), *topics.items()]
        fields["measure"].choices = [
            ("", pgettext_lazy("plan", "No indicator")), *Measure.choices
        ]  # fmt: skip
        fields["topic"].required = fields["measure"].required = False

    @property
    def what(self) -> list[forms.BoundField]:
        return [self[name] for name in ("title", "language", "kind", "topic", "quarter")]

    @property
    def who(self) -> list[forms.BoundField]:
        own = ("seats_by", "seats_lv") if self.by.side == "BY" else ("seats_lv", "seats_by")
        return [self[name] for name in ("host_country", *own)]

    @property
    def money(self) -> list[forms.BoundField]:
        return [self[name] for name in ("budget_line", "amount")]

    @property
    def counted(self) -> list[forms.BoundField]:
        return [self[name] for name in ("measure", "indicator", "target")]

    def said(self) -> dict[str, Any]:
        given = {name: self.cleaned_data.get(name) for name in SAID}
        return {
            **given,
            "quarter": int(given["quarter"]) if given["quarter"] else 0,
            "seats_lv": given["seats_lv"] or 0,
            "seats_by": given["seats_by"] or 0,
        }


def initial_of_line(row: PlanLine) -> dict[str, Any]:
    return {
        **{name: getattr(row, name) for name in SAID},
        "amount": f"{row.amount:.2f}" if row.amount is not None else "",
        "edition": row.edition,
    }
