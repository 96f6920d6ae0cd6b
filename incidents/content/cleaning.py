"""A whole content out of what was given, or a sentence for each field that is wrong."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.errors import Invalid
from bordercoop.reference.models import Term, offered, places, terms

from ..models import Precision
from . import checks
from . import headline as headlines
from .checks import Check, moment_of
from .fields import FIELDS
from .things import clean_things

MOMENTS = ("happened_at", "detected_at")
MINUTE = timedelta(minutes=1)


def category_of(code: Any) -> Term:
    """The category with this code that a new record may use; Invalid when there is none."""
    term = terms("incident_category").get(code) if isinstance(code, str) else None
    if term is None or term.retired_at is not None:
        sentence = _("There is no category with this code. Choose one from the list.")
        raise Invalid(sentence, fields={"category": [sentence]})
    return term


def crosses(category: str) -> bool:
    """Whether the other side may ever learn of such an incident (not so for ASY and SIR)."""
    term = terms("incident_category").get(category)
    return term is not None and term.facts.get("crosses", True)


def has_own_channel(category: str) -> bool:
    """Whether it is reported in the channel of serious incidents and not as an incident."""
    return category.split("-")[0] == "SIR"


def cleaned(
    raw: Mapping[str, Any],
    *,
    at: datetime | None = None,
    before: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """A whole content made of parsed values (aware datetimes, numbers, text, lists of rows).

    Raises Invalid with a sentence for each wrong field. Missing optional keys become None or "".
    A serious incident is refused unless `before` is one: it has a channel of its own.
    Words of the lists that were retired meanwhile stay where `before`, the last content, has them.
    """
    at, check = at or now(), Check()
    for unknown in raw.keys() - FIELDS.keys():
        check.no(unknown, _("There is no such field."))
    known = {term.code for term in offered("incident_category")}
    category = raw.get("category")
    if not isinstance(category, str) or category not in known:
        check.no("category", _("There is no category with this code. Choose one from the list."))
    elif has_own_channel(category) and (before or {}).get("category") != category:
        check.no(
            "category",
            _(
                "A serious incident is reported in its own channel, past your superiors: at "
                "/serious/new/. Nothing was logged here."
            ),
        )
    severity = raw.get("severity")
    if isinstance(severity, bool) or severity not in (1, 2, 3, 4):
        check.no("severity", _("Choose a severity from 1 to 4."))
    headline = checks.text(check, "headline", raw.get("headline", ""))
    seen = any(letter.isprintable() for letter in headline.replace(" ", ""))
    if not seen and not raw.get(headlines.KEY) and "headline" not in check.wrong:
        check.no("headline", _("Write a short headline."))
    happened = checks.moment(check, "happened_at", raw.get("happened_at"), at)
    if raw.get("happened_at") is None:
        check.no("happened_at", _("Give the time it happened."))
    detected = checks.moment(check, "detected_at", raw.get("detected_at"), at)
    if happened and detected and detected < happened and not check.wrong.keys() & {"happened_at"}:
        check.no("detected_at", _("It cannot be detected before it happened. Check both times."))
    precisions = {}
    for name in ("happened_precision", "detected_precision"):
        precisions[name] = raw.get(name) or Precision.MINUTE.value
        if precisions[name] not in Precision.values:
            check.no(name, _("Choose minute, day or month."))
    place = raw.get("place") or None
    if place is not None and (not isinstance(place, str) or place not in places()):
        check.no("place", _("There is no place with this code. Choose one from the list."))
    lat, lon = checks.position(check, raw.get("lat"), raw.get("lon"))
    people = {
        name: checks.count(check, name, raw.get(name))
        for name in ("people_total", "people_minors", "people_injured")
    }
    total = people["people_total"]
    for name in ("people_minors", "people_injured"):
        part = people[name]
        if part is not None and total is not None and part > total:
            check.no(name, _("This is more than the number of people. Check both."))
    language = raw.get("language") or "en"
    if language not in ("lv", "be", "ru", "en"):
        check.no("language", _("Choose Latvian, Belarusian, Russian or English."))
    content = {
        "category": category,
        "severity": severity,
        "headline": headline,
        "happened_at": happened,
        "happened_precision": precisions["happened_precision"],
        "detected_at": detected,
        "detected_precision": precisions["detected_precision"],
        "place": place,
        "border_sign": checks.text(check, "border_sign", raw.get("border_sign") or ""),
        "lat": lat,
        "lon": lon,
        **people,
        **clean_things(check, raw, people, before or {}),
        "narrative": checks.text(check, "narrative", raw.get("narrative") or ""),
        "language": language,
        "internal_note": checks.text(check, "internal_note", raw.get("internal_note") or ""),
    }
    content |= headlines.settled(check, raw, content, before or {})
    if check.wrong:
        first = next(iter(check.wrong.values()))[0]
        raise Invalid(first, fields=check.wrong)
    return content


def parsed(content: Mapping[str, Any]) -> dict[str, Any]:
    """A stored content with its times as datetimes again, ready for `cleaned`."""
    return {key: moment_of(value) if key in MOMENTS else value for key, value in content.items()}


def laid_over(stored: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """A stored content with parsed `changes` over it, ready for `cleaned`. Of a headline by
    template and one in words, the one that was changed counts."""
    whole = {**parsed(stored), **changes}
    written = "headline" in changes and changes["headline"] != stored.get("headline")
    if written and headlines.KEY not in changes:
        whole[headlines.KEY] = None
    elif not written and (whole.get(headlines.KEY) or stored.get(headlines.KEY)):
        whole["headline"] = ""  # made anew, or new words are needed
    if headlines.KEY not in changes and (stands := whole.get(headlines.KEY)):
        whole[headlines.KEY] = {key: stands[key] for key in ("code", "version")}
    return whole


def same_content(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two stored contents say the same.

    Times are given to the minute at best, so two that are less than a minute apart are one: a
    program that works them out anew when it sends again does not say anything else by it.
    """
    if any(one.get(name) != other.get(name) for name in (one.keys() | other.keys()) - {*MOMENTS}):
        return False
    for name in MOMENTS:
        first, second = moment_of(one.get(name)), moment_of(other.get(name))
        if first is None or second is None:
            if first is not second:
                return False
        elif abs(first - second) >= MINUTE:
            return False
    return True
