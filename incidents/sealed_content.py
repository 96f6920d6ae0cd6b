"""What the sealed part says of a person: its fields, and when they are wrong.

A content is a plain dict with the keys of FIELDS and text values, "" where nothing is known. A date
of birth is as precise as it is long: "1990", "1990-03" or "1990-03-13".
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from bordercoop.errors import Invalid
from bordercoop.reference.models import Term, terms
from bordercoop.reference.wording import fault

from .models import DocumentKind, OpeningReason, PersonRole, Sex

FIELDS = {
    "role": pgettext_lazy("sealed", "Role in the incident"),
    "name_latin": gettext_lazy("Name in Latin letters"),
    "name_own": gettext_lazy("Name in the own script"),
    "birth_date": gettext_lazy("Date of birth"),
    "sex": pgettext_lazy("sealed", "Sex"),
    "nationality": gettext_lazy("Nationality"),
    "document_kind": gettext_lazy("Kind of document"),
    "document_number": gettext_lazy("Number of the document"),
    "document_country": gettext_lazy("Country that issued it"),
    "phone": gettext_lazy("Telephone"),
    "address": gettext_lazy("Address"),
    "vehicle_plate": gettext_lazy("Number plate of the vehicle"),
    "vehicle_vin": gettext_lazy("VIN of the vehicle"),
    "remarks": gettext_lazy("Remarks for the own side"),
}
# Remarks are like the internal note of an incident: no decision takes them across.
RELEASABLE = [name for name in FIELDS if name != "remarks"]
CHOICES: dict[str, Any] = {"role": PersonRole, "sex": Sex, "document_kind": DocumentKind}
COUNTRIES = ("nationality", "document_country")
LONGEST = {
    "name_latin": 200,
    "name_own": 200,
    "document_number": 60,
    "phone": 60,
    "address": 500,
    "vehicle_plate": 40,
    "vehicle_vin": 40,
    "remarks": 2_000,
}
LONGEST_REASON, LONGEST_PURPOSE, LONGEST_RECIPIENT = 500, 1_000, 500
SHORTEST_REASON = 5
# Those of ICAO Doc 9303, Part 3 have two or three letters; XXA is a stateless person.
COUNTRY = re.compile(r"[A-Z]{2,3}")
BORN = re.compile(r"(?P<year>\d{4})(?:-(?P<month>\d{2})(?:-(?P<day>\d{2}))?)?", re.ASCII)
BORN_TYPED = re.compile(r"(?:(?:(\d{1,2})\.)?(\d{1,2})\.)?(\d{4})", re.ASCII)
EARLIEST_BIRTH = 1900
PRECISIONS = {0: "", 4: "year", 7: "month", 10: "day"}


def plain(value: str) -> str:
    return unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n")).strip()


def stated(value: Any, field: str, *, longest: int, empty: str, shortest: int = 1) -> str:
    """A text that a decision rests on. Raises Invalid at `field`; `empty` is said of too short."""
    text = plain(value) if isinstance(value, str) else ""
    sentence = empty if len(text) < shortest else fault(text, longest)
    if sentence:
        raise Invalid(sentence, fields={field: [sentence]})
    return text


def cleaned(raw: Mapping[str, Any]) -> dict[str, str]:
    """A whole content. Raises Invalid with a sentence for each wrong field, and when nothing but
    the role is known."""
    wrong: dict[str, list[str]] = {
        str(name): [_("There is no such field.")] for name in raw.keys() - FIELDS.keys()
    }
    content = {}
    for name in FIELDS:
        value = raw.get(name)
        if value is None:
            value = ""
        if not isinstance(value, str):
            wrong[name] = [_("This must be text.")]
            continue
        text, sentence = _one(name, plain(value))
        content[name] = text
        if sentence:
            wrong[name] = [sentence]
    if not wrong and not any(text for name, text in content.items() if name != "role"):
        wrong["name_latin"] = [_("Fill in at least one field besides the role.")]
    if wrong:
        raise Invalid(next(iter(wrong.values()))[0], fields=wrong)
    return content


def _one(name: str, text: str) -> tuple[str, str]:
    """The value to keep, and the sentence that says why it cannot be, "" when it can."""
    if name in LONGEST:
        text = text if name in ("remarks", "address") else " ".join(text.split())
        return text, fault(text, LONGEST[name])
    if "\x00" in text:
        return "", fault(text, len(text))
    if not text:
        return "", ""
    if name in CHOICES:
        return text, "" if text in CHOICES[name].values else _("Choose one from the list.")
    if name in COUNTRIES:
        code = text.upper()
        sentence = _("Give the code of the country in two or three letters, such as LV or LVA.")
        return code, "" if COUNTRY.fullmatch(code) else sentence
    return _born(text)


def _born(text: str) -> tuple[str, str]:
    unclear = _("Type the date of birth as 13.03.1990, 03.1990 or 1990.")
    if typed := BORN_TYPED.fullmatch(text):
        day, month, year = typed.groups()
        text = "-".join([year, *(f"{int(part):02}" for part in (month, day) if part)])
    found = BORN.fullmatch(text)
    if not found:
        return "", unclear
    year, month, day = (int(part) if part else 1 for part in found.groups())
    try:
        earliest = date(year, month, day)
    except ValueError:
        return "", unclear
    if year < EARLIEST_BIRTH or earliest > localdate():
        return "", _("Nobody in an incident was born then. Check the year.")
    return text, ""


def birth_precision(content: Mapping[str, str]) -> str:
    """ "day", "month", "year", or "" when no date of birth is known."""
    return PRECISIONS[len(content.get("birth_date", ""))]


def facts(content: Mapping[str, str]) -> list[tuple[str, str]]:
    """(label, value) of what is known, as officers read it."""
    found = []
    for name, label in FIELDS.items():
        value = content.get(name, "")
        if not value:
            continue
        if name in CHOICES:
            value = str(CHOICES[name](value).label)
        elif name == "birth_date":
            value = ".".join(reversed(value.split("-")))
        found.append((str(label), value))
    return found


def release_names(names: Iterable[Any]) -> list[str]:
    """The fields to release, in order. Raises Invalid for none and for those that stay."""
    wanted = {str(name) for name in names}
    sentence = ""
    if unknown := sorted(wanted - set(RELEASABLE)):
        sentence = _("These fields cannot be released: %(names)s.") % {
            "names": ", ".join(unknown)[:200]
        }
    elif not wanted:
        sentence = _("Choose at least one field. None is chosen beforehand.")
    if sentence:
        raise Invalid(sentence, fields={"fields": [sentence]})
    return [name for name in RELEASABLE if name in wanted]


def legal_bases(side: str, *, on: date | None = None) -> list[Term]:
    """The legal bases on which a side may release personal data on that day, today by default."""
    day = (on or localdate()).isoformat()
    return [
        term
        for term in terms("legal_basis").values()
        if term.retired_at is None
        and term.facts["side"] == side
        and term.facts["from"] <= day <= (term.facts.get("until") or "9999-12-31")
    ]


def opening_reason(code: Any) -> str:
    """Raises Invalid unless it is one of the list."""
    if code not in OpeningReason.values:
        sentence = _("Choose why you open it.")
        raise Invalid(sentence, fields={"reason": [sentence]})
    return str(code)
