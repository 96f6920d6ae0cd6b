"""Forms of the act and of a case without agreement. What is wrong the verbs say."""

import uuid
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bordercoop.access.models import Language
from bordercoop.web.fields import CleanCharField, TakesRefusals

from ..models import CaseReferral, ParagraphKind, Section

AGAIN = {"required": _("Open the page again."), "invalid": _("Open the page again.")}
NOT_CITED = _("Choose entries that were exchanged and not withdrawn.")


class InLanguages(TakesRefusals):
    """A text in each of some languages: fields `<NAME>_<language>`, texts as `texts()` gives."""

    NAME = "text"
    MOST = 6_000

    def __init__(self, *args: Any, languages: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.languages = list(languages)
        for code in self.languages:
            self.fields[f"{self.NAME}_{code}"] = CleanCharField(
                label=Language(code).label, required=False, widget=forms.Textarea
            )

    @property
    def columns(self) -> list[tuple[str, Any]]:
        """(language, field), Latvia's first."""
        return [(code, self[f"{self.NAME}_{code}"]) for code in self.languages]

    def texts(self) -> dict[str, str]:
        return {code: self.cleaned_data[f"{self.NAME}_{code}"] for code in self.languages}


class RevisionForm(TakesRefusals):
    revision = forms.IntegerField(
        min_value=1,
        max_value=2**31 - 1,
        error_messages=AGAIN,
    )


class PositionForm(RevisionForm, InLanguages):
    NAME = "position"


class ParagraphForm(RevisionForm, InLanguages):
    """A paragraph that is there; `entries` are (number, side, title)."""

    section = forms.ChoiceField(
        label=pgettext_lazy("act", "Section"),
        choices=Section.choices,
        error_messages={
            "required": _("Choose a section of the act."),
            "invalid_choice": _("Choose a section of the act."),
        },
    )
    entries = forms.TypedMultipleChoiceField(
        label=_("Entries that it stands on"),
        required=False,
        coerce=int,
        error_messages={
            "invalid_choice": _("Choose entries that were exchanged and not withdrawn.")
        },
    )

    def __init__(
        self, *args: Any, entries: Iterable[tuple[int, str, str]] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["entries"]
        field.choices = [
            (str(number), f"{number} · {side} · {title}") for number, side, title in entries
        ]

    @property
    def chosen_entries(self) -> list[tuple[str, str, bool]]:
        """(number, words, whether it is ticked)."""
        ticked = {str(number) for number in self["entries"].value() or ()}
        field: Any = self.fields["entries"]
        return [(code, words, code in ticked) for code, words in field.choices]


class NewParagraphForm(ParagraphForm):
    kind = forms.ChoiceField(
        label=pgettext_lazy("act", "Kind of paragraph"),
        choices=ParagraphKind.choices,
        initial=ParagraphKind.AGREED,
        error_messages={
            "required": _("Choose whether it is agreed, disputed or a dissent."),
            "invalid_choice": _("Choose whether it is agreed, disputed or a dissent."),
        },
    )
    client_ref = forms.UUIDField(initial=uuid.uuid4, error_messages=AGAIN)  # fmt: skip


class DeclareForm(TakesRefusals):
    reason = CleanCharField(
        label=_("Why there is no agreement"), required=False, widget=forms.Textarea
    )


class OpinionForm(InLanguages):
    client_ref = forms.UUIDField(initial=uuid.uuid4, error_messages=AGAIN)  # fmt: skip


class HigherForm(TakesRefusals):
    level = forms.ChoiceField(
        label=_("Who decides"),
        choices=CaseReferral.Level.choices,
        error_messages={
            "required": _("Choose the heads of the services or the diplomatic channel."),
            "invalid_choice": _("Choose the heads of the services or the diplomatic channel."),
        },
    )
    reason = CleanCharField(label=_("Why it goes there"), required=False, widget=forms.Textarea)


class SettleForm(TakesRefusals):
    decision = CleanCharField(label=_("What was decided"), required=False, widget=forms.Textarea)


class VerifyForm(forms.Form):
    sha256 = forms.CharField(label=_("SHA-256 on the paper"), required=False, max_length=200)
