"""What an incident says: its fields, what may be released of them, and when they are wrong.

A content is a plain dict with the keys of FIELDS; times are ISO 8601 UTC strings, so that a
version, a share and a card hold the same values.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from bordercoop.errors import Invalid
from bordercoop.reference.models import Term, offered, places, terms

from .models import Precision

FIELDS = {
    "category": gettext_lazy("Category"),
    "severity": gettext_lazy("Severity"),
    "headline": gettext_lazy("Headline"),
    "happened_at": gettext_lazy("Happened"),
    "happened_precision": gettext_lazy("Precision of the time it happened"),
    "detected_at": gettext_lazy("Detected"),
    "detected_precision": gettext_lazy("Precision of the time it was detected"),
    "place": gettext_lazy("Place"),
    "border_sign": gettext_lazy("Border sign"),
    "lat": gettext_lazy("Latitude"),
    "lon": gettext_lazy("Longitude"),
    "people_total": gettext_lazy("People"),
    "people_minors": gettext_lazy("Minors"),
    "people_injured": gettext_lazy("Injured"),
    "narrative": gettext_lazy("What happened"),
    "language": gettext_lazy("Language of the text"),
    "internal_note": gettext_lazy("Internal note"),
}
# Always part of a release: without them an alert says nothing.
ALWAYS = ("category", "severity")
# The name under which a field is released -> the keys that go with it.
RELEASABLE: dict[str, tuple[str, ...]] = {
    "headline": ("headline", "language"),
    "happened_at": ("happened_at", "happened_precision"),
    "detected_at": ("detected_at", "detected_precision"),
    "place": ("place",),
    "border_sign": ("border_sign",),
    "position": ("lat", "lon"),
    "people_total": ("people_total",),
    "people_minors": ("people_minors",),
    "people_injured": ("people_injured",),
    "narrative": ("narrative", "language"),
}
RELEASE_LABELS = {
    **{name: FIELDS[name] for name in RELEASABLE if name in FIELDS},
    "position": pgettext_lazy("release", "Coordinates"),
}
PART_OF = {"lat": "position", "lon": "position"}
# These go with the field they describe and, named alone, release nothing.
CARRIED = {"language", "happened_precision", "detected_precision"}
LONGEST = {"headline": 200, "narrative": 20_000, "internal_note": 5_000, "border_sign": 40}
# A line break in these could pass for the next line of a mail.
ONE_LINE = ("headline", "border_sign")
PEOPLE_MOST = 100_000
TOLERANCE = timedelta(minutes=2)
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)


def utc_text(moment: datetime) -> str:
    """ISO 8601 in UTC to the second, with Z."""
    return moment.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")


def moment_of(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def one_line(text: str, field: str, *, most: int, missing: str) -> str:
    """A line that an officer has to write; Invalid with a sentence when it cannot be kept."""
    if not isinstance(text, str) or "\x00" in text:
        sentence = _("The text contains a character that cannot be stored. Type it anew.")
        raise Invalid(sentence, fields={field: [sentence]})
    text = " ".join(text.split())
    if not text:
        raise Invalid(missing, fields={field: [missing]})
    if len(text) > most:
        sentence = _("The text has %(length)s characters; at most %(most)s fit. Shorten it.") % {
            "length": len(text),
            "most": most,
        }
        raise Invalid(sentence, fields={field: [sentence]})
    return text


class _Check:
    """Collects a sentence per field, so that an officer sees all that is wrong at once."""

    def __init__(self) -> None:
        self.wrong: dict[str, list[str]] = {}

    def no(self, field: str, sentence: str) -> None:
        self.wrong.setdefault(field, []).append(sentence)


def _text(check: _Check, name: str, value: Any) -> str:
    if not isinstance(value, str):
        check.no(name, _("This must be text."))
        return ""
    if "\x00" in value:
        check.no(name, _("The text contains a character that cannot be stored. Type it anew."))
        return ""
    value = " ".join(value.split()) if name in ONE_LINE else value.strip()
    if len(value) > LONGEST[name]:
        check.no(
            name,
            _("The text has %(length)s characters; at most %(most)s fit. Shorten it.")
            % {"length": len(value), "most": LONGEST[name]},
        )
    return value


def _moment(check: _Check, name: str, value: Any, at: datetime) -> str | None:
    if value is None:
        return None
    if not isinstance(value, datetime) or value.tzinfo is None:
        check.no(name, _("Give the time with its time zone."))
        return None
    if value > at + TOLERANCE:
        check.no(name, _("This time is in the future. Check the date, the time and the time zone."))
    elif value < EARLIEST:
        check.no(name, _("This time is too long ago. Check the year."))
    return utc_text(value)


def _count(check: _Check, name: str, value: Any) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= PEOPLE_MOST:
        check.no(name, _("Give a whole number from 0 to %(most)s.") % {"most": PEOPLE_MOST})
        return None
    return value


def _position(check: _Check, lat: Any, lon: Any) -> tuple[float | None, float | None]:
    if lat is None and lon is None:
        return None, None
    if lat is None or lon is None:
        missing = "lat" if lat is None else "lon"
        check.no(missing, _("Give both latitude and longitude, or neither."))
        return None, None
    for name, value, most in (("lat", lat, 90), ("lon", lon, 180)):
        if (
            isinstance(value, bool)
            or not isinstance(value, int | float)
            or not -most <= value <= most
        ):
            check.no(
                name,
                _("This must be a number of degrees from -%(most)s to %(most)s.") % {"most": most},
            )
    if check.wrong.keys() & {"lat", "lon"}:
        return None, None
    return round(float(lat), 6), round(float(lon), 6)


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


def cleaned(raw: Mapping[str, Any], *, at: datetime | None = None) -> dict[str, Any]:
    """A whole content made of parsed values (aware datetimes, numbers, text).

    Raises Invalid with a sentence for each wrong field. Missing optional keys become None or "".
    """
    at, check = at or now(), _Check()
    for unknown in raw.keys() - FIELDS.keys():
        check.no(unknown, _("There is no such field."))
    known = {term.code for term in offered("incident_category")}
    category = raw.get("category")
    if not isinstance(category, str) or category not in known:
        check.no("category", _("There is no category with this code. Choose one from the list."))
    severity = raw.get("severity")
    if isinstance(severity, bool) or severity not in (1, 2, 3, 4):
        check.no("severity", _("Choose a severity from 1 to 4."))
    headline = _text(check, "headline", raw.get("headline", ""))
    seen = any(letter.isprintable() for letter in headline.replace(" ", ""))
    if not seen and "headline" not in check.wrong:
        check.no("headline", _("Write a short headline."))
    happened = _moment(check, "happened_at", raw.get("happened_at"), at)
    if raw.get("happened_at") is None:
        check.no("happened_at", _("Give the time it happened."))
    detected = _moment(check, "detected_at", raw.get("detected_at"), at)
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
    lat, lon = _position(check, raw.get("lat"), raw.get("lon"))
    people = {
        name: _count(check, name, raw.get(name))
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
        "border_sign": _text(check, "border_sign", raw.get("border_sign") or ""),
        "lat": lat,
        "lon": lon,
        **people,
        "narrative": _text(check, "narrative", raw.get("narrative") or ""),
        "language": language,
        "internal_note": _text(check, "internal_note", raw.get("internal_note") or ""),
    }
    if check.wrong:
        first = next(iter(check.wrong.values()))[0]
        raise Invalid(first, fields=check.wrong)
    return content


def parsed(content: Mapping[str, Any]) -> dict[str, Any]:
    """A stored content with its times as datetimes again, ready for `cleaned`."""
    return {
        key: moment_of(value) if key in ("happened_at", "detected_at") else value
        for key, value in content.items()
    }


def release_names(names: Iterable[str] | None) -> list[str]:
    """The names to release, in order; all of them for None. Raises Invalid for unknown ones."""
    if names is None:
        return list(RELEASABLE)
    wanted = {PART_OF.get(name, name) for name in names} - set(ALWAYS) - CARRIED
    if unknown := sorted(wanted - RELEASABLE.keys()):
        sentence = _("These fields cannot be released: %(names)s.") % {"names": ", ".join(unknown)}
        raise Invalid(sentence, fields={"fields": [sentence]})
    return [name for name in RELEASABLE if name in wanted]


def released(content: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """The part of a content that goes with these release names; nothing else of it."""
    keys = {key for name in names for key in RELEASABLE[name]} | set(ALWAYS)
    return {key: value for key, value in content.items() if key in keys}
