"""Meetings of border representatives as they are typed."""

from typing import Any

from django import forms
from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from bordercoop.access.models import Language, User
from contactpoints.models import ContactPoint

from ..models import Meeting, MeetingDecision, MeetingPerson
from .form_kit import Form, area, choice, day, line, moment

COLUMN = (("ru", _("Russian")), ("be", _("Belarusian")))


def names_of_languages() -> dict[str, Any]:
    return dict(Language.choices)


class CallForm(Form):
    title = line(_("What it is about, in one line"), 160)
    place = line(_("Where both sides meet"), 200)
    at = moment(_("Begins"), ahead=True)
    ends_at = moment(_("Ends"), ahead=True, required=False)
    point = choice(_("Contact point whose desks hear of it"), [])
    by_language = choice(_("Language of Belarus's column"), COLUMN)
    unit = choice(_("Your unit"), [])
    language = choice(_("Language of the text"), [])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("point", "CCP-LAND")
        field: Any = self.fields["point"]
        field.choices = [(point.code, point.name) for point in ContactPoint.objects.all()]


class AgreeForm(Form):
    by_language = choice(_("Language of Belarus's column"), COLUMN)


class AgainForm(Form):
    at = moment(_("Begins"), ahead=True)
    ends_at = moment(_("Ends"), ahead=True, required=False)
    place = line(_("Where both sides meet"), 200)


class HoldForm(Form):
    held_at = moment(_("Began"), required=False)
    ended_at = moment(_("Ended"), ahead=True, required=False)


class PersonForm(Form):
    """Somebody of the own side: an officer with an account, or a name."""

    officer = choice(_("Officer of your side, who reads the meeting from then on"), [])
    name = line(_("Or name and rank of somebody without an account"), 120)
    function = choice(_("Takes part as"), MeetingPerson.Function.choices)

    def __init__(self, *args: Any, officers: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = get_language() or "en"
        field: Any = self.fields["officer"]
        field.required = False
        field.choices = [
            ("", gettext("Nobody with an account")),
            *((str(user.uid), user.name_for(language)) for user in officers),
        ]
        self.officers = {str(user.uid): user for user in officers}

    @property
    def chosen_officer(self) -> User | None:
        """Whom the officer chose, None for somebody without an account."""
        return self.officers.get(self.cleaned_data["officer"])


class ItemForm(Form):
    topic = line(_("What is to be discussed, in one line"), 300)
    about = line(
        _("Joint investigation"),
        20,
        note=_("Its number, such as JI-2026-00001. Only who reads the case sees it."),
    )
    language = choice(_("Language of the text"), [])


class InTwo(Form):
    """Texts in the two languages of the protocol, side by side; `pairs` gives them by language."""

    TEXTS: tuple[tuple[str, Any, int], ...] = ()

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = names_of_languages()
        languages = list(meeting.languages)
        if self.by.side == "BY":
            languages.reverse()
        self.languages = languages
        for name, label, rows in self.TEXTS:
            for language in languages:
                field = area(
                    gettext("%(what)s (%(language)s)")
                    % {"what": label, "language": known[language]},
                    rows=rows,
                )
                self.fields[f"{name}_{language}"] = field
        self.fields["original"] = choice(
            _("Written first in"), [(code, known[code]) for code in languages]
        )
        self.initial.setdefault("original", languages[0])

    def texts(self, name: str) -> dict[str, str]:
        return {code: self.cleaned_data[f"{name}_{code}"] for code in self.languages}

    @property
    def columns(self) -> list[list[forms.BoundField]]:
        return [
            [self[f"{name}_{language}"] for name, _label, _rows in self.TEXTS]
            for language in self.languages
        ]

    @property
    def others(self) -> list[forms.BoundField]:
        columns = {field.name for column in self.columns for field in column}
        return [field for field in self.shown if field.name not in columns]


class ProtocolForm(InTwo):
    TEXTS = (("topic", _("Point"), 2), ("protocol", _("Protocol"), 12))

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


class DecisionForm(InTwo):
    TEXTS = (("text", _("What was decided"), 3),)

    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)
    side = choice(_("Which side does it"), [])
    owner = line(_("Who does it: a person or a unit"), 160)
    due = day(_("By which day"), required=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own, other = ("BY", "LV") if self.by.side == "BY" else ("LV", "BY")
        field: Any = self.fields["side"]
        field.choices = [(own, own), (other, other)]


class MoveForm(Form):
    state = choice(pgettext_lazy("decision", "How it stands"), MeetingDecision.State.choices)
    text = area(_("Proof or reason"), 1_000, note=_("Both sides read this."))
    language = choice(_("Language of the text"), [])


class CommentForm(Form):
    text = area(pgettext_lazy("decision", "Comment"), 1_000, note=_("Both sides read this."))
    language = choice(_("Language of the text"), [])
