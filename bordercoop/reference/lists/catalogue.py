"""The common lists and the fields that their rows have."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, pgettext_lazy

from ..models import Deadline, Phrase, Place, Term, TextTemplate
from .checks import (
    check_category,
    check_deadline,
    check_phrase,
    check_place,
    check_text,
    codes_above,
    icons,
)
from .fields import Field, Values, Wrong


@dataclass(frozen=True)
class CommonList:
    """A list that both sides share. `slug` stands in addresses and proposals; `only_names`: the
    portal acts on its codes, so rows are neither added nor retired."""

    slug: str
    title: Promise
    about: Promise
    model: type[models.Model]
    fields: tuple[Field, ...]
    vocabulary: str = ""
    only_names: bool = False
    upper_codes: bool = True
    check: Callable[[Values, Any, Wrong], None] | None = None

    def rows(self) -> models.QuerySet[Any]:
        rows = self.model._default_manager.all()
        return rows.filter(vocabulary=self.vocabulary) if self.vocabulary else rows

    def row(self, code: str) -> Any:
        """The row of that code, or None."""
        return self.rows().filter(code=code).first()

    def new(self, code: str) -> Any:
        fixed = {"vocabulary": self.vocabulary} if self.vocabulary else {}
        return self.model(code=code, **fixed)


def _names(label_of: Mapping[str, Promise], prefix: str, **more: Any) -> tuple[Field, ...]:
    return tuple(Field(f"{prefix}_{code}", label, **more) for code, label in label_of.items())


NAME_LABELS = {
    "lv": gettext_lazy("Name in Latvian"),
    "be": gettext_lazy("Name in Belarusian"),
    "ru": gettext_lazy("Name in Russian"),
    "en": gettext_lazy("Name in English"),
}
TEXT_LABELS = {
    "lv": gettext_lazy("Text in Latvian"),
    "be": gettext_lazy("Text in Belarusian"),
    "ru": gettext_lazy("Text in Russian"),
    "en": gettext_lazy("Text in English"),
}
NAMES = _names(NAME_LABELS, "name", required=True)
TEXTS = _names(TEXT_LABELS, "text", kind="long", required=True, longest=2000)
SOURCE = (
    Field("source", pgettext_lazy("record", "Source"), "long", required=True, longest=1000),
    Field(
        "verified",
        gettext_lazy("Read in the source itself"),
        "flag",
        hint=gettext_lazy("Only when somebody has read it there. A second-hand account is not it."),
    ),
)
RETIRED = Field("retired", pgettext_lazy("record", "Retired"), "flag")


def _above() -> list[tuple[str, Any]]:
    return [("", pgettext_lazy("category", "None: a top level")), *codes_above()]


def _icons() -> list[tuple[str, Any]]:
    return [(name, name) for name in icons()]


CATEGORIES = CommonList(
    slug="categories",
    title=gettext_lazy("Categories of incident"),
    about=gettext_lazy("What kind of incident it is."),
    model=Term,
    vocabulary="incident_category",
    check=check_category,
    fields=(
        *NAMES,
        Field("parent", gettext_lazy("Below"), "choice", choices=_above, fixed=True),
        Field(
            "crosses",
            gettext_lazy("May be released to the other side"),
            "flag",
            fact=True,
            fixed=True,
            hint=gettext_lazy("Chosen once and never changed afterwards."),
        ),
        Field(
            "borders",
            gettext_lazy("Where it happens"),
            "choices",
            required=True,
            fact=True,
            choices=lambda: [
                ("land", pgettext_lazy("border", "Land")),
                ("air", pgettext_lazy("border", "Air")),
            ],
        ),
        Field("tile", gettext_lazy("Stands in the form with a number key"), "flag", fact=True),
        Field("icon", gettext_lazy("Symbol"), "choice", True, fact=True, choices=_icons),
        Field("cap", gettext_lazy("Code in CAP 1.2"), required=True, longest=20, fact=True),
        Field("tso", gettext_lazy("Code in ISO/TR 22351"), required=True, longest=20, fact=True),
        *SOURCE,
    ),
)
SEVERITIES = CommonList(
    slug="severities",
    title=gettext_lazy("Severities"),
    about=gettext_lazy(
        "How serious an incident is. The four steps are fixed, their names are not."
    ),
    model=Term,
    vocabulary="severity",
    only_names=True,
    fields=(*NAMES, *SOURCE),
)
GROUNDS = CommonList(
    slug="closing-grounds",
    title=gettext_lazy("Closing grounds"),
    about=gettext_lazy("Why a side closes its part. The grounds are fixed, their names are not."),
    model=Term,
    vocabulary="closing_ground",
    only_names=True,
    fields=(*NAMES, *SOURCE),
)
PLACES = CommonList(
    slug="places",
    title=gettext_lazy("Places"),
    about=gettext_lazy("Crossing points, airports, towns and border signs."),
    model=Place,
    check=check_place,
    fields=(
        *NAMES,
        Field(
            "kind", gettext_lazy("Kind"), "choice", True, choices=lambda: list(Place.Kind.choices)
        ),
        Field(
            "mode",
            gettext_lazy("Traffic"),
            "choice",
            choices=lambda: [
                ("", "—"),
                ("road", pgettext_lazy("traffic", "Road")),
                ("rail", pgettext_lazy("traffic", "Rail")),
                ("air", pgettext_lazy("traffic", "Air")),
                ("water", pgettext_lazy("traffic", "Water")),
            ],
        ),
        Field(
            "crossing",
            gettext_lazy("Kind of crossing"),
            "choice",
            fact=True,
            choices=lambda: [
                ("", "—"),
                ("international", pgettext_lazy("crossing", "International")),
                ("simplified", pgettext_lazy("crossing", "Simplified")),
                ("none", pgettext_lazy("crossing", "Without scheduled border control")),
            ],
        ),
        Field("name_lv_side", gettext_lazy("Name on the Latvian side")),
        Field("name_by_side", gettext_lazy("Name on the Belarusian side")),
        Field("lat", gettext_lazy("Latitude, degrees"), "degrees", least=-90, most=90),
        Field("lon", gettext_lazy("Longitude, degrees"), "degrees", least=-180, most=180),
        Field("position_note", gettext_lazy("Where the position comes from"), "long", True, 1000),
        Field("position_verified", gettext_lazy("The position was checked there"), "flag"),
        Field("icon", gettext_lazy("Symbol"), "choice", True, fact=True, choices=_icons),
        *SOURCE,
    ),
)
DEADLINES = CommonList(
    slug="deadlines",
    title=gettext_lazy("Deadlines"),
    about=gettext_lazy("By when something has to be done, and where that is written."),
    model=Deadline,
    upper_codes=False,
    check=check_deadline,
    fields=(
        *NAMES,
        Field(
            "matter",
            gettext_lazy("Applies to"),
            "choice",
            True,
            choices=lambda: list(Deadline.Matter.choices),
        ),
        Field("amount", gettext_lazy("How many"), "whole", least=1, most=999),
        Field(
            "unit",
            gettext_lazy("Of what"),
            "choice",
            True,
            choices=lambda: list(Deadline.Unit.choices),
        ),
        *TEXTS,
        *SOURCE,
    ),
)
TEMPLATES = CommonList(
    slug="templates",
    title=gettext_lazy("Templates of texts"),
    about=gettext_lazy("Texts to start from, with slots that are filled when they are used."),
    model=TextTemplate,
    upper_codes=False,
    check=check_text,
    fields=(
        *NAMES,
        Field(
            "use",
            gettext_lazy("Used for"),
            "choice",
            True,
            choices=lambda: list(TextTemplate.Use.choices),
        ),
        Field(
            "category",
            gettext_lazy("Only for the category"),
            "choice",
            choices=lambda: [("", pgettext_lazy("category", "Any")), *codes_above(whole=True)],
        ),
        *TEXTS,
        *SOURCE,
    ),
)

PHRASES = CommonList(
    slug="phrases",
    title=gettext_lazy("Standard phrases"),
    about=gettext_lazy(
        "What one desk says to another with one choice, read by each officer in the own language."
    ),
    model=Phrase,
    upper_codes=False,
    check=check_phrase,
    fields=(
        *_names(TEXT_LABELS, "name", required=True),
        Field(
            "group",
            pgettext_lazy("phrases", "Group"),
            "choice",
            True,
            choices=lambda: list(Phrase.Group.choices),
        ),
        Field(
            "category",
            pgettext_lazy("phrases", "Category of a headline"),
            "choice",
            choices=lambda: [
                ("", pgettext_lazy("phrases", "None: it is no headline")),
                *codes_above(whole=True),
            ],
            hint=gettext_lazy("It fits the categories below that one as well."),
        ),
        *SOURCE,
    ),
)


def _words(slug: str, vocabulary: str, title: Promise, *, upper: bool = False) -> CommonList:
    return CommonList(
        slug=slug,
        title=title,
        about=gettext_lazy("Words out of which the record of an incident chooses."),
        model=Term,
        vocabulary=vocabulary,
        upper_codes=upper,
        fields=(*NAMES, *SOURCE),
    )


WORDS = (
    _words("natures", "incident_nature", gettext_lazy("Natures of incident")),
    _words("manners", "incident_manner", gettext_lazy("Manners of incident")),
    _words("directions", "incident_direction", gettext_lazy("Directions")),
    _words("detections", "incident_detection", gettext_lazy("Ways of detection")),
    _words("means", "means", gettext_lazy("Means that were used")),
    _words("public-events", "public_event", gettext_lazy("Public events"), upper=True),
    _words("sexes", "sex", gettext_lazy("Sexes"), upper=True),
    _words("vehicle-kinds", "vehicle_kind", gettext_lazy("Kinds of vehicle")),
    _words("colours", "colour", gettext_lazy("Colours")),
    _words("goods-kinds", "goods_kind", gettext_lazy("Kinds of goods")),
    _words("goods-units", "goods_unit", gettext_lazy("Units of measure")),
    _words("document-kinds", "document_kind", gettext_lazy("Kinds of document")),
    _words("document-states", "document_state", gettext_lazy("States of documents")),
    _words("visa-kinds", "visa_kind", gettext_lazy("Kinds of visa")),
    # The portal counts the minors by them.
    CommonList(
        slug="age-groups",
        title=gettext_lazy("Age groups"),
        about=gettext_lazy("Ages of people. The groups are fixed, their names are not."),
        model=Term,
        vocabulary="age_group",
        only_names=True,
        fields=(*NAMES, *SOURCE),
    ),
)
LISTS: dict[str, CommonList] = {
    each.slug: each
    for each in (CATEGORIES, SEVERITIES, GROUNDS, PLACES, DEADLINES, TEMPLATES, PHRASES, *WORDS)
}
