"""Courses as coordinators type them. The verbs say what is wrong."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bordercoop.access.models import Language
from bordercoop.reference.models import ProcedureVersion, offered
from bordercoop.web.fields import CleanCharField
from incidents.investigation.form_kit import Form, area, choice, line

from .activity_forms import several
from .models import Course, Level


class WholeField(CleanCharField):
    """A whole number, or nothing."""

    look, note = "line", ""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not text:
            return None
        if not (text.isascii() and text.isdigit() and len(text) < 6):
            raise ValidationError(_("Type a whole number."), "invalid")
        return int(text)

    def run_validators(self, value: Any) -> None:
        """The text was checked before it became a number."""


class CourseForm(Form):
    edition = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)
    title = line(pgettext_lazy("course", "Title"), note=_("Both sides read it."))
    language = choice(_("Language you write in"), Language.choices)
    about = area(pgettext_lazy("course", "What it is about"), rows=4)
    hours = WholeField(label=_("Length in hours"), required=False, max_length=20)
    valid_months = WholeField(label=_("Valid for months"), required=False, max_length=20)
    procedures = several(_("Procedures that it teaches"), [])
    levels = several(_("For staff of the level"), Level.choices)
    topics = several(_("Topics"), [])

    def __init__(self, *args: Any, course: Course | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["procedures"].choices = taught_choices()
        fields["topics"].choices = [(term.code, term.name) for term in offered("training_topic")]
        fields["valid_months"].note = _("Empty: until the next version.")

    @property
    def what(self) -> list[forms.BoundField]:
        return [self[name] for name in ("title", "about", "language")]

    @property
    def length(self) -> list[forms.BoundField]:
        return [self["hours"], self["valid_months"]]

    @property
    def ticked(self) -> list[forms.BoundField]:
        return [self[name] for name in ("procedures", "levels", "topics")]

    def said(self) -> dict[str, Any]:
        names = ("title", "language", "about", "hours", "valid_months", "procedures", "levels",
                 "topics")  # fmt: skip
        return {name: self.cleaned_data.get(name) for name in names}


def taught_choices() -> list[tuple[str, str]]:
    """Procedures that were in force once, with the title of the newest such version."""
    rows = ProcedureVersion.objects.filter(in_force_at__isnull=False).select_related("procedure")
    found: dict[str, str] = {}
    for version in rows.order_by("procedure__order", "procedure__code", "-number"):
        code = version.procedure.code
        found.setdefault(code, f"{code} {version.title}")
    return list(found.items())


def initial_of_course(course: Course) -> dict[str, Any]:
    names = ("title", "language", "about", "hours", "valid_months", "levels", "topics", "edition")
    return {
        **{name: getattr(course, name) for name in names},
        "valid_months": "" if course.valid_months is None else course.valid_months,
        "procedures": [one.code for one in course.procedures.all()],
    }


class WaiveForm(Form):
    """A version that does not need a new training."""

    version = choice(_("Version in force"), [])
    reason = area(_("Reason"), 500, rows=2, note=_("Why it does not need a new training."))

    def __init__(self, *args: Any, course: Course, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = ProcedureVersion.objects.holding().filter(procedure__in=course.procedures.all())
        self.versions = {str(row.uid): row for row in rows.select_related("procedure")}
        waived = set(course.same.filter(side=self.by.side).values_list("version_id", flat=True))
        self.versions = {uid: row for uid, row in self.versions.items() if row.pk not in waived}
        fields: Any = self.fields
        fields["version"].choices = [(uid, str(row)) for uid, row in self.versions.items()]


class ChooseForm(Form):
    """The course that an activity gives."""

    course = choice(_("Course"), [])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Course.objects.visible_to(self.by).filter(state="agreed")
        self.courses = {str(row.uid): row for row in rows}
        fields: Any = self.fields
        fields["course"].required = False
        fields["course"].choices = [
            ("", _("No course")), *((uid, row.title) for uid, row in self.courses.items())
        ]  # fmt: skip


class MaterialForm(Form):
    """What a material is, and with `file` its first version."""

    title = line(pgettext_lazy("material", "Title"))
    language = choice(_("Language of the material"), Language.choices)
    audience = choice(_("Who reads it"), [("both", _("Both sides")), ("own", _("Our side only"))])
    course = choice(_("Course"), [])
    topics = several(_("Topics"), [])

    def __init__(self, *args: Any, material: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.FIELD_OF = {"joint": "audience"}  # type: ignore[misc]
        rows = Course.objects.visible_to(self.by)
        self.courses = {str(row.uid): row for row in rows}
        fields: Any = self.fields
        fields["course"].required = False
        fields["course"].choices = [
            ("", _("No course")), *((uid, row.title) for uid, row in self.courses.items())
        ]  # fmt: skip
        fields["topics"].choices = [(term.code, term.name) for term in offered("training_topic")]
        if material is None:
            fields["file"] = material_file()

    @property
    def what(self) -> list[forms.BoundField]:
        return [self[name] for name in ("title", "language", "audience", "course")]

    def said(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {
            **{name: given[name] for name in ("title", "language", "topics")},
            "joint": given["audience"] == "both",
            "course": self.courses.get(given["course"]),
        }


def material_file() -> forms.FileField:
    return forms.FileField(
        label=pgettext_lazy("material", "File"),
        error_messages={
            "required": _("Choose a file."),
            "empty": _("This file is empty."),
            "missing": _("Choose a file."),
        },
    )


class VersionForm(Form):
    file = material_file()


__all__ = [
    "ChooseForm",
    "CourseForm",
    "MaterialForm",
    "VersionForm",
    "WaiveForm",
    "initial_of_course",
    "taught_choices",
]
