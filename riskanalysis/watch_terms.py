"""By what a watch-list entry finds incidents: what may be chosen, what is kept, and it in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from bordercoop.errors import Invalid
from bordercoop.reference import countries
from bordercoop.reference.models import terms

from .models import ANY_EVENT, WatchVersion
from .picturing import CALLED, CLAIMED, GROUPS, category_called, event_called, route_called
from .section_codes import section_name, sound_sections
from .sections import COUNT

# What a version says of them, in its columns.
TERMS = (
    "category", "sections", "days", "hour_from", "hour_to", "means", "groups", "route", "event",
)  # fmt: skip
STATIONS = 15
ALONE = gettext_lazy(
    "A nationality alone is no ground to watch for somebody. Say as well what is done, how, where "
    "or when: a category, means, a route, a section or hours."
)
NOTHING = gettext_lazy("Say by what incidents are found: a category, a section, hours or another.")
UNCOUNTED = gettext_lazy("Serious incidents are counted by nobody. Choose another category.")


def _refuse(field: str, sentence: object) -> None:
    raise Invalid(sentence, fields={field: [str(sentence)]})


def sound_terms(given: Mapping[str, Any]) -> dict[str, Any]:
    """The terms as they are kept, in one order and each once. All days, or all hours, say nothing.

    Raises Invalid for what there is not, for none at all, and for a nationality alone.
    """
    found: dict[str, Any] = {
        "category": _category(str(given.get("category") or "")),
        "sections": sound_sections(given.get("sections")),
        "days": _days(given.get("days") or []),
        **_hours(given.get("hour_from"), given.get("hour_to")),
        "means": _codes(given.get("means"), "means", list(terms("means"))),
        "groups": _codes(given.get("groups"), "groups", GROUPS),
        "route": _route(str(given.get("route") or "")),
        "event": _event(str(given.get("event") or "")),
    }
    narrows = (
        found["category"] or found["days"] or found["hour_from"] is not None or found["means"]
        or found["route"] or 0 < len(found["sections"]) < COUNT
    )  # fmt: skip
    if not narrows and found["groups"]:
        _refuse("groups", ALONE)
    if not narrows and not found["event"]:
        _refuse("category", NOTHING)
    return found


def _category(code: str) -> str:
    if code.startswith("SIR"):
        _refuse("category", UNCOUNTED)
    if code and code not in terms("incident_category"):
        _refuse("category", _("There is no category with this code. Choose one from the list."))
    return code


def _days(given: Any) -> list[int]:
    days = {int(day) for day in given if str(day) in {"0", "1", "2", "3", "4", "5", "6"}}
    if len(days) != len({str(day) for day in given}):
        _refuse("days", _("Choose days from the list."))
    return [] if len(days) == 7 else sorted(days)


def _hours(first: Any, last: Any) -> dict[str, int | None]:
    typed: list[Any] = [None if hour in (None, "") else hour for hour in (first, last)]
    if typed == [None, None]:
        return {"hour_from": None, "hour_to": None}
    hours = [int(hour) if str(hour).isdecimal() and len(str(hour)) < 3 else -1 for hour in typed]
    # 24 is how one writes the end of a day.
    begin, end = hours[0], 0 if hours[1] == 24 else hours[1]
    if not (0 <= begin <= 23 and 0 <= end <= 23):
        _refuse("hour_from", _("Give both hours, from 0 to 24."))
    if begin == end:
        if hours[1] == 24:
            return {"hour_from": None, "hour_to": None}
        _refuse("hour_to", _("The hours begin and end at the same time. Leave both empty for all."))
    return {"hour_from": begin, "hour_to": end}


def _codes(given: Any, field: str, known: Iterable[str]) -> list[str]:
    asked, order = {str(code) for code in given or []}, list(known)
    if asked - set(order):
        _refuse(field, _("Choose from the list."))
    return [code for code in order if code in asked]


def _route(typed: str) -> str:
    """Countries by code or name in any of the languages, between > or →."""
    stations = [part.strip() for part in typed[:1_000].replace("→", ">").split(">")]
    codes = [countries.code_of(part) for part in stations if part]
    if "" in codes or len(codes) > STATIONS:
        _refuse(
            "route",
            _("Name at most %(most)s countries in their order, with > between them.")
            % {"most": STATIONS},
        )
    return ">".join(codes)


def _event(code: str) -> str:
    if code and code not in (ANY_EVENT, CLAIMED) and code not in terms("public_event"):
        _refuse("event", _("There is no such public event. Choose one from the list."))
    return code


def terms_of(version: WatchVersion) -> dict[str, Any]:
    return {name: getattr(version, name) for name in TERMS}


def hours_in_words(version: WatchVersion) -> str:
    if version.hour_from is None or version.hour_to is None:
        return ""
    return f"{version.hour_from:02d}:00–{version.hour_to or 24:02d}:00"


def terms_in_words(version: WatchVersion) -> list[tuple[str, str]]:
    """(what, which) of everything that is said."""
    said = [
        (_("Category"), category_called(version.category) if version.category else ""),
        (_("Sections"), "; ".join(section_name(code) for code in version.sections)),
        (_("Weekdays"), ", ".join(str(WEEKDAYS[day]) for day in version.days)),
        (pgettext("watch-list", "Hours"), hours_in_words(version)),
        (_("Means"), ", ".join(CALLED["m"](code) for code in version.means)),
        (_("Group of nationality"), ", ".join(CALLED["n"](code) for code in version.groups)),
        (_("Route of transit"), route_called(version.route) if version.route else ""),
        (_("Public event"), event_name(version.event) if version.event else ""),
    ]
    return [(label, words) for label, words in said if words]


def event_name(code: str) -> str:
    return _("Any public event") if code == ANY_EVENT else event_called(code)
