"""Forms of handover receipts as officers fill them in. The verbs say what is wrong."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bordercoop.reference.models import terms
from bordercoop.web.fields import CleanCharField, ComingMomentField, TakesRefusals

from ..models import CancelReason, CaseMember, Handover, HandoverKind
from ..sealed_forms import WIDEST
from .receipts import handover_bases, refusal_grounds

CHOOSE = {
    "required": _("Choose one from the list."),
    "invalid_choice": _("Choose one from the list."),
}


def _offered(vocabulary: str) -> list[tuple[str, str]]:
    return [
        (code, term.name) for code, term in terms(vocabulary).items() if term.retired_at is None
    ]


class PlanForm(TakesRefusals):
    """Kind, time and place of a receipt."""

    client_ref = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4, required=False)
    kind = forms.ChoiceField(
        label=_("What is handed over"), choices=HandoverKind.choices, error_messages=CHOOSE
    )
    planned_at = ComingMomentField(label=_("Planned for"))
    border_sign = CleanCharField(label=_("Border sign"), required=False, max_length=40)
    place = CleanCharField(label=_("Place in words"), required=False, max_length=200)


class HandsForm(TakesRefusals):
    """Who of the own side hands over or takes over, and the interpreter."""

    member = forms.ChoiceField(label=_("Who of your side is there"), error_messages=CHOOSE)
    interpreter = forms.ChoiceField(
        label=pgettext_lazy("handover receipt", "Interpreter of your side"),
        required=False,
        error_messages=CHOOSE,
    )

    def __init__(self, *args: Any, team: list[CaseMember], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.team = {str(one.uid): one for one in team}
        first = [("", "—")]
        fields: Any = self.fields
        fields["member"].choices = first + [(uid, one.name) for uid, one in self.team.items()]
        fields["interpreter"].choices = first + [
            (uid, one.name)
            for uid, one in self.team.items()
            if one.function == CaseMember.Function.INTERPRETER
        ]

    def given(self) -> dict[str, Any]:
        return {
            "member": self.team[self.cleaned_data["member"]],
            "interpreter": self.team.get(self.cleaned_data["interpreter"]),
        }


class BasisForm(TakesRefusals):
    basis = forms.ChoiceField(label=_("Legal basis of your side"), error_messages=CHOOSE)

    def __init__(self, *args: Any, side: str, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["basis"]
        self.bases = handover_bases(side, kind)
        field.choices = [(term.code, term.name) for term in self.bases]


class GoodsForm(TakesRefusals):
    """A line of goods."""

    client_ref = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4, required=False)
    description = CleanCharField(label=_("What it is"), required=False, max_length=WIDEST)
    quantity = CleanCharField(label=_("Quantity"), required=False, max_length=40)
    unit = forms.ChoiceField(label=_("Unit of measure"), required=False, error_messages=CHOOSE)
    mark = CleanCharField(label=_("Mark or serial number"), required=False, max_length=WIDEST)
    condition = CleanCharField(
        label=_("Condition"), required=False, max_length=WIDEST, widget=forms.Textarea
    )
    remark = CleanCharField(label=_("Remark"), required=False, max_length=WIDEST)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["unit"]
        field.choices = [("", "—"), *_offered("goods_unit")]


class PersonForm(TakesRefusals):
    """A line for a person: never a name. `known` is somebody listed before, NEW for nobody of
    those, "" where nothing was chosen."""

    FIELD_OF = {"person": "known"}
    NEW = "new"

    client_ref = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4, required=False)
    age_group = forms.ChoiceField(label=_("Age group"), required=False, error_messages=CHOOSE)
    sex = forms.ChoiceField(label=_("Sex"), required=False, error_messages=CHOOSE)
    condition = CleanCharField(
        label=_("Condition"), required=False, max_length=WIDEST, widget=forms.Textarea
    )
    remark = CleanCharField(label=_("Remark"), required=False, max_length=WIDEST)
    known = forms.ChoiceField(
        label=_("Listed before in this case"), required=False, error_messages=CHOOSE
    )
    incident = CleanCharField(
        label=_("Own incident in whose sealed part the person stands"),
        required=False,
        max_length=40,
    )

    def __init__(self, *args: Any, persons: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        self.persons = {str(person.uid): person for person in persons}
        fields["age_group"].choices = [("", "—"), *_offered("age_group")]
        fields["sex"].choices = [("", "—"), *_offered("sex")]
        fields["known"].choices = [
            ("", "—"),
            (self.NEW, _("A new person")),
            *((uid, str(person.number)) for uid, person in self.persons.items()),
        ]


class AnswerForm(TakesRefusals):
    """What the receiving side says of an item."""

    condition = CleanCharField(
        label=_("Condition in your words"), required=False, max_length=WIDEST
    )
    refusal = forms.ChoiceField(
        label=_("Ground for not accepting"), required=False, error_messages=CHOOSE
    )
    refusal_text = CleanCharField(label=_("More on the ground"), required=False, max_length=WIDEST)
    remark = CleanCharField(label=_("Remark"), required=False, max_length=WIDEST)

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["refusal"]
        field.choices = [("", "—"), *((one.code, one.name) for one in refusal_grounds(kind))]


class StopForm(TakesRefusals):
    note = CleanCharField(label=_("Why, for your own side"), required=False, max_length=WIDEST)


class CancelForm(TakesRefusals):
    reason = forms.ChoiceField(
        label=_("Reason"), choices=CancelReason.choices, error_messages=CHOOSE
    )


def team_of(handover: Handover, side: str) -> list[CaseMember]:
    """Whom a side may name: those of its team who are in it now."""
    return list(handover.investigation.members.filter(side=side, ended_at=None))
