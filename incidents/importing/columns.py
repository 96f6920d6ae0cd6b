"""The fields that a column of a file may be, and which one its header speaks for."""

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bordercoop.reference.folding import fold

from ..content import FIELDS

NUMBERS = ("people_total", "people_minors", "people_injured")
WORDS = ("nature", "manner", "direction", "detection", "public_event")
TEXTS = ("headline", "border_sign", "narrative", "internal_note")
TARGETS: dict[str, Promise | str] = {
    "unit": _("Unit"),
    "category": FIELDS["category"],
    "severity": FIELDS["severity"],
    "headline": FIELDS["headline"],
    "happened": pgettext_lazy("column", "Happened: date and time"),
    "happened_date": pgettext_lazy("column", "Happened: date"),
    "happened_time": pgettext_lazy("column", "Happened: time of day"),
    "detected": pgettext_lazy("column", "Detected: date and time"),
    "place": FIELDS["place"],
    "border_sign": FIELDS["border_sign"],
    "coordinates": _("Coordinates"),
    "lat": FIELDS["lat"],
    "lon": FIELDS["lon"],
    **{name: FIELDS[name] for name in (*NUMBERS, *WORDS, "means", "narrative", "language")},
    "internal_note": FIELDS["internal_note"],
    "handling": _("Handling code"),
    "tlp": pgettext_lazy("marking", "TLP"),
    "restriction": _("Restriction (with H3)"),
}
# One of each group must be there.
REQUIRED = (("category",), ("severity",), ("headline",), ("happened", "happened_date"))
# What headers of other systems say, in the four languages, beside the portal's own words.
SYNONYMS = {
    "unit": "unit code, station, vienība, struktūrvienība, падраздзяленне, подразделение",
    "category": "type, kind, veids, kategorija, тып, від, категория, тип, вид",
    "severity": "level, smagums, bīstamība, цяжкасць, узровень, степень, уровень, тяжесть",
    "headline": "title, summary, subject, virsraksts, nosaukums, загаловак, назва, заголовок, "
    "название",
    "happened": "happened at, date and time, when, datums un laiks, notika, дата і час, калі, "
    "дата и время, когда, timestamp, datetime",
    "happened_date": "date, datums, дата, happened date",
    "happened_time": "time, laiks, час, время, happened time",
    "detected": "detected at, konstatēts, выяўлена, выявлено",
    "place": "place code, location, crossing, vieta, месца, место, пункт",
    "border_sign": "sign, robežzīme, пагранічны знак, пограничный знак",
    "coordinates": "position, koordinātas, каардынаты, координаты, gps",
    "lat": "latitude, platums, шырата, широта",
    "lon": "lng, long, longitude, garums, даўгата, долгота",
    "people_total": "people, persons, number of people, cilvēki, personas, людзей, асоб, "
    "людей, лиц",
    "people_minors": "minors, children, nepilngadīgie, bērni, дзеці, дети, несовершеннолетние",
    "people_injured": "injured, cietušie, ievainotie, параненыя, раненые, пострадавшие",
    "narrative": "description, text, apraksts, notikums, апісанне, описание, фабула",
    "internal_note": "note, internal, piezīme, нататка, заметка, примечание",
    "language": "lang, valoda, мова, язык",
    "handling": "handling, apstrādes kods",
    "tlp": "tlp",
}


@cache
def _known() -> dict[str, str]:
    """Folded header -> target; the portal's own words in every language come first."""
    found: dict[str, str] = {}
    for language in ("en", "lv", "be", "ru"):
        with translation.override(language):
            for target, label in TARGETS.items():
                found.setdefault(_folded(str(label)), target)
    for target in TARGETS:
        found.setdefault(_folded(target.replace("_", " ")), target)
    for target, words in SYNONYMS.items():
        for word in words.split(", "):
            found.setdefault(_folded(word), target)
    found[_folded("happened_at")] = "happened"
    return found


def _folded(text: str) -> str:
    return " ".join("".join(c if c.isalnum() else " " for c in fold(text)).split())


def guessed(headers: Iterable[str], remembered: Mapping[str, str]) -> dict[str, str]:
    """Column (as text) -> target, "" for one that is left out; no target twice.

    `remembered` is header -> target as the unit mapped it last: it comes first.
    """
    taken: set[str] = set()
    found: dict[str, str] = {}
    for column, header in enumerate(headers):
        target = remembered.get(header)
        if target is None:
            target = _known().get(_folded(header), "")
        if target in taken or target not in TARGETS:
            target = ""
        taken.add(target)
        found[str(column)] = target
    return found


def mapped_twice(mapping: Mapping[str, str]) -> list[str]:
    """The targets to which more than one column leads."""
    counted = Counter(target for target in mapping.values() if target)
    return [target for target, count in counted.items() if count > 1]


def shown_headers(headers: Iterable[str]) -> list[str]:
    """Every header by a name of its own: a second "Date" is "Date (2)"."""
    seen = Counter[str]()
    found = []
    for number, header in enumerate(headers, start=1):
        name = header or f"({number})"
        seen[name] += 1
        found.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return found
