"""Recommendations and contingency plans as officers type them. The verbs say what is wrong."""

from typing import Any, ClassVar

from django import forms
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from bordercoop.access.models import Language, User
from bordercoop.reference.models import offered, places, terms, usable_places
from contactpoints.access import SERVICES
from contactpoints.kinds import kinds
from contactpoints.models import Posting, Unit, units
from contactpoints.procedures import may_read, versions_for
from incidents.investigation.form_kit import Form, area, choice, day, line
from training.activity_forms import SeatsField, several
from training.models import Activity, Course

from .access import owner_units
from .models import (
    ContingencyPlan,
    ContingencyVersion,
    LessonSource,
    Recommendation,
)
from .models.recommendations import TARGET

JOINT = [("both", _("Both sides")), ("own", _("Our side only"))]


def answering_officers() -> dict[str, User]:
    """Who answers recommendations anywhere on the two sides, by one statement."""
    posts = Posting.objects.active().filter(
        officer=OuterRef("pk"),
        group__unitgroupgrant__permission__codename="answer_recommendations",
    )
    rows = User.objects.filter(Exists(posts), is_active=True, side__in=SERVICES)
    return {str(one.uid): one for one in rows.order_by("side", "name_latin", "pk")}


class RecommendationForm(Form):
    """The arguments of `raise_recommendation`."""

    edition = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)
    title = line(
        pgettext_lazy("recommendation", "What is recommended, in one line"),
    )
    text = area(
        pgettext_lazy("recommendation", "In full"), rows=5,
        note=_("What happened or was seen, what should change, and how one sees that it did."),
    )  # fmt: skip
    language = choice(_("Language you write in"), Language.choices)
    source = choice(pgettext_lazy("recommendation", "Where it comes from"), LessonSource.choices)
    about = line(
        pgettext_lazy("recommendation", "What in the portal it comes from"),
        note=_("Such as activity:ACT-2026-00003. Leave it empty for nothing in the portal."),
    )
    place = choice(_("Crossing point that it concerns"), [])
    joint = choice(_("Who reads it"), JOINT)
    owner_unit = choice(pgettext_lazy("recommendation", "Unit that carries it out"), [])
    owner_officer = choice(pgettext_lazy("recommendation", "Officer of that unit"), [])
    due_on = day(pgettext_lazy("recommendation", "To be done by"))

    def __init__(self, *args: Any, known: Recommendation | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        joint = known is None or known.joint
        self.owners = {unit.code: unit for unit in owner_units(self.by, joint=joint)}
        self.officers = answering_officers()
        if known is not None:
            self.owners[known.owner_unit.code] = known.owner_unit
            if known.owner_officer is not None:
                self.officers[str(known.owner_officer.uid)] = known.owner_officer
            del self.fields["joint"]
        fields: Any = self.fields
        fields["owner_unit"].choices = [
            (code, f"{unit.side} {unit.name}") for code, unit in self.owners.items()
        ]
        fields["owner_officer"].choices = [
            ("", _("Whoever answers there")),
            *((uid, f"{one.side} {one.display_name}") for uid, one in self.officers.items()),
        ]
        fields["place"].choices = [
            ("", pgettext("place", "None in particular")),
            *((place.code, place.name) for place in usable_places()),
        ]
        fields["owner_officer"].required = fields["place"].required = False

    @property
    def what(self) -> list[forms.BoundField]:
        return [self[name] for name in ("title", "text", "language")]

    @property
    def where(self) -> list[forms.BoundField]:
        names = ("source", "about", "place", *(("joint",) if "joint" in self.fields else ()))
        return [self[name] for name in names]

    @property
    def who(self) -> list[forms.BoundField]:
        return [self[name] for name in ("owner_unit", "owner_officer", "due_on")]

    def said(self) -> dict[str, Any]:
        given = self.cleaned_data
        said = {name: given.get(name) or "" for name in
                ("title", "text", "language", "source", "about")}  # fmt: skip
        more = {"joint": given["joint"] == "both"} if "joint" in self.fields else {}
        return {
            **said, **more,
            "place": places().get(given.get("place") or ""),
            "owner_unit": self.owners[given["owner_unit"]],
            "owner_officer": self.officers.get(given.get("owner_officer") or ""),
            "due_on": given.get("due_on"),
        }  # fmt: skip


def initial_of_recommendation(row: Recommendation) -> dict[str, Any]:
    return {
        **{name: getattr(row, name) for name in
           ("title", "text", "language", "source", "about", "edition")},
        "place": row.place.code if row.place else "",
        "owner_unit": row.owner_unit.code,
        "owner_officer": str(row.owner_officer.uid) if row.owner_officer else "",
        "due_on": f"{row.due_on:%d.%m.%Y}",
    }  # fmt: skip


class SaidForm(Form):
    """Some words with a deed: evidence, a reason."""

    said = area(_("In words"), rows=3)

    def __init__(self, *args: Any, label: Any = "", field: str = "said", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.FIELD_OF = {field: "said"}  # type: ignore[misc]
        if label:
            self.fields["said"].label = label


class TieForm(Form):
    """What a recommendation changed: the arguments of `tie_change`."""

    FIELD_OF: ClassVar = {"kind": "thing"}
    thing = choice(pgettext_lazy("change", "What was changed"), [])
    words = area(
        pgettext_lazy("change", "What shows it"), rows=3,
        note=_("For equipment: what it is, where it stands, since when."),
    )  # fmt: skip
    file = forms.FileField(
        label=pgettext_lazy("change", "File that shows it"),
        required=False,
        error_messages={"empty": _("This file is empty.")},
    )

    def __init__(self, *args: Any, recommendation: Recommendation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.things = things_for(self.by, recommendation)
        fields: Any = self.fields
        fields["thing"].choices = [
            ("", "—"), *((key, label) for key, (label, _thing) in self.things.items()),
            ("equipment", _("Equipment, as written below")),
        ]  # fmt: skip
        fields["thing"].required = False
        fields["file"].look = "file"

    @property
    def typed(self) -> list[forms.BoundField]:
        return [self["thing"], self["words"]]

    def said(self) -> dict[str, Any]:
        given = self.cleaned_data
        key = given.get("thing") or ""
        kind = key.partition(":")[0]
        _label, thing = self.things.get(key, ("", None))
        return {
            "kind": kind, "thing": thing, "words": given.get("words") or "",
            "upload": given.get("file"),
        }  # fmt: skip


MOST_THINGS = 60


def things_for(user: Any, row: Recommendation) -> dict[str, tuple[str, Any]]:
    """What may be tied, by "kind:key": procedures, plans, courses, the latest activities; with a
    joint recommendation what both sides read."""
    found: dict[str, tuple[str, Any]] = {}
    for kind in kinds().values():
        if not may_read(user, kind):
            continue
        versions = versions_for(user, kind).exclude(shown_at=None)
        for version in versions.order_by("procedure__code", "-number")[:MOST_THINGS]:
            label = f"{version.procedure.code} {version.number}: {kind.title}"
            found[f"procedure:{version.uid}"] = (label, version)
    plans = ContingencyVersion.objects.visible_to(user).filter(voided_at=None)
    if row.joint:
        plans = plans.filter(plan__joint=True)
    for one in plans.select_related("plan").order_by("plan__number", "-number")[:MOST_THINGS]:
        label = f"{one.plan.number} v{one.number}: {one.plan.title}"
        found[f"plan:{one.plan.number}/{one.number}"] = (label, one)
    courses = Course.objects.visible_to(user)
    activities = Activity.objects.visible_to(user)
    if row.joint:
        courses = courses.exclude(put_at=None)
        activities = activities.filter(joint=True).exclude(put_at=None)
    for course in courses.order_by("title", "pk")[:MOST_THINGS]:
        found[f"course:{course.uid}"] = (course.title, course)
    for activity in activities.order_by("-period", "-pk")[:MOST_THINGS]:
        found[f"activity:{activity.number}"] = (f"{activity.number} {activity.title}", activity)
    assert {key.partition(":")[0] for key in found} <= set(TARGET)
    return found


# --- contingency plans


class ContingencyForm(Form):
    """The arguments of `begin_contingency`."""

    edition = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)
    title = line(pgettext_lazy("contingency plan", "What it is for, in one line"))
    language = choice(_("Language you write in"), Language.choices)
    joint = choice(_("Whose plan it is"), JOINT)
    triggers = area(
        pgettext_lazy("contingency plan", "When it is activated"), rows=4,
        note=_("What is seen or reported, and from how much on."),
    )  # fmt: skip
    places_of = several(pgettext_lazy("contingency plan", "Crossing points"), [])
    categories = several(pgettext_lazy("contingency plan", "For which events"), [])
    effective_on = day(
        pgettext_lazy("contingency plan", "In force from"),
        note=_("Empty: as soon as every side approved it."),
    )

    def __init__(self, *args: Any, plan: ContingencyPlan | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        if plan is not None:
            del self.fields["joint"]
        here = {
            place.code: place.name for place in usable_places()
            if place.kind in ("crossing", "airport")
        }  # fmt: skip
        events = {term.code: term.name for term in offered("incident_category")}
        for code in plan.content["places"] if plan is not None else ():
            here.setdefault(code, places()[code].name if code in places() else code)
        known = terms("incident_category")
        for code in plan.content["categories"] if plan is not None else ():
            events.setdefault(code, known[code].name if code in known else code)
        fields["places_of"].choices = list(here.items())
        fields["categories"].choices = list(events.items())

    @property
    def what(self) -> list[forms.BoundField]:
        joint = ("joint",) if "joint" in self.fields else ()
        return [self[name] for name in ("title", "language", *joint, "triggers", "effective_on")]

    @property
    def ticked(self) -> list[forms.BoundField]:
        return [self[name] for name in ("places_of", "categories")]

    def said(self) -> dict[str, Any]:
        given = self.cleaned_data
        more = {"joint": given["joint"] == "both"} if "joint" in self.fields else {}
        return {
            **{name: given.get(name) or "" for name in ("title", "language", "triggers")}, **more,
            "places_of": given.get("places_of") or [], "categories": given.get("categories") or [],
            "effective_on": given.get("effective_on"),
        }  # fmt: skip


def initial_of_plan(plan: ContingencyPlan) -> dict[str, Any]:
    content = plan.content
    named = content["effective_on"]
    return {
        "title": plan.title, "language": plan.language, "edition": plan.edition,
        "triggers": content["triggers"], "places_of": content["places"],
        "categories": content["categories"],
        "effective_on": ".".join(reversed(named.split("-"))) if named else "",
    }  # fmt: skip


class MinutesField(SeatsField):
    note = _("Counted from the beginning of the phase, such as 15.")  # type: ignore[assignment]


class ItemForm(Form):
    edition = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)
    names: tuple[str, ...] = ()

    def __init__(self, *args: Any, plan: ContingencyPlan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.plan = plan

    def said(self) -> dict[str, Any]:
        return {name: self.cleaned_data.get(name) for name in self.names}


class PhaseForm(ItemForm):
    names = ("name", "begins")
    name = line(pgettext_lazy("contingency plan", "Name of the phase"))
    begins = area(pgettext_lazy("contingency plan", "When it begins"), rows=2)

    def said(self) -> dict[str, Any]:
        return {name: self.cleaned_data.get(name) or "" for name in self.names}


class TaskForm(ItemForm):
    names = ("phase", "what", "who", "minutes")
    phase = choice(pgettext_lazy("contingency plan", "Phase"), [])
    what = area(pgettext_lazy("contingency plan", "What is done"), rows=2)
    who = line(
        pgettext_lazy("contingency plan", "Who"),
        note=_("A post, not a name: such as shift leader at Terehova."),
    )
    minutes = MinutesField(
        label=pgettext_lazy("contingency plan", "Within minutes"), required=False, max_length=20
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["phase"].choices = [
            (one["code"], one["name"]) for one in self.plan.content["phases"]
        ]
        fields["minutes"].look = "line"

    def said(self) -> dict[str, Any]:
        given = super().said()
        return {**given, "what": given["what"] or "", "who": given["who"] or ""}


class ContactForm(ItemForm):
    names = ("desk", "name", "words")
    desk = choice(pgettext_lazy("contingency plan", "Desk"), [])
    name = line(
        pgettext_lazy("contingency plan", "Contact"),
        note=_("Where it is not a desk of the portal."),
    )
    words = line(pgettext_lazy("contingency plan", "How to reach it"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        desks = [
            unit for unit in units().values()
            if unit.kind == Unit.Kind.DESK and unit.retired_at is None and unit.side in SERVICES
        ]  # fmt: skip
        fields["desk"].choices = [
            ("", _("Not a desk of the portal")),
            *((unit.code, f"{unit.side} {unit.name}") for unit in desks),
        ]
        fields["desk"].required = False

    def said(self) -> dict[str, Any]:
        return {name: self.cleaned_data.get(name) or "" for name in self.names}


ITEMS: dict[str, type[ItemForm]] = {
    "phases": PhaseForm, "tasks": TaskForm, "contacts": ContactForm,
}  # fmt: skip


class ActivateForm(Form):
    """The arguments of `activate_contingency`."""

    place = choice(_("Crossing point"), [])
    exercise = choice(
        pgettext_lazy("contingency plan", "In earnest or as an exercise"),
        [("real", _("In earnest")), ("exercise", _("As an exercise"))],
    )
    reason = area(pgettext_lazy("contingency plan", "Why it is activated"), 500, rows=2)

    def __init__(self, *args: Any, here: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["place"].choices = [(place.code, place.name) for place in here]

    def said(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {
            "place": places()[given["place"]], "exercise": given["exercise"] == "exercise",
            "reason": given.get("reason") or "",
        }  # fmt: skip
