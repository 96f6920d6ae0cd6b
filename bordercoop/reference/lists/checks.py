"""What must be right about a row of a common list beyond its single fields.

Each check gets the values, the row they are for (None: a new one) and adds sentences to `wrong`.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from .. import phrases
from ..models.phrases import Phrase
from ..models.rules import Deadline
from ..models.vocabulary import terms
from ..texts import faults, slots_of
from .fields import Wrong

LANGUAGES = ("lv", "be", "ru", "en")
ICONS = (
    "users", "user", "truck", "car", "train", "plane", "ship", "drone", "walk", "package", "paw",
    "id-badge-2", "lock", "flag-3", "alert-triangle", "flame", "bomb", "ambulance", "virus",
    "arrows-exchange", "barrier-block", "building-bank", "calendar-event", "clock", "cloud-off",
    "confetti", "file-text", "fingerprint", "gavel", "hash", "map-2", "map-pin", "message", "phone",
    "shield-check", "shield-x", "user-search", "users-group", "wifi-off", "world", "x",
)  # fmt: skip


def icons() -> list[str]:
    """Symbols of the sprite that a row may have: the ones offered, and those already in use."""
    used = {term.facts.get("icon", "") for term in terms("incident_category").values()}
    return [*ICONS, *sorted(used - set(ICONS) - {""})]


def codes_above(whole: bool = False) -> list[tuple[str, Any]]:
    """Categories in use with code and name: top levels, or the `whole` list of what may cross."""
    return [
        (term.code, f"{term.code} {term.name}")
        for term in terms("incident_category").values()
        if term.retired_at is None
        and (term.facts.get("crosses", True) if whole else term.parent_id is None)
    ]


def check_category(given: dict[str, Any], row: Any, wrong: Wrong) -> None:
    """Below what never crosses, nothing crosses."""
    above = terms("incident_category").get(given["parent"])
    kept = above is not None and not above.facts.get("crosses", True)
    if row is None and kept and given["crosses"]:
        wrong["crosses"] = [
            _("%(code)s never crosses, so nothing below it may. Take the mark off.")
            % {"code": given["parent"]}
        ]


def check_place(given: dict[str, Any], row: Any, wrong: Wrong) -> None:
    if (given["lat"] is None) != (given["lon"] is None):
        wrong["lon"] = [_("Give both coordinates, or none.")]
    if given["position_verified"] and given["lat"] is None:
        wrong["position_verified"] = [_("A position that nobody has cannot be checked.")]


def check_deadline(given: dict[str, Any], row: Any, wrong: Wrong) -> None:
    if given["unit"] in Deadline.WITHOUT_AMOUNT:
        if given["amount"] is not None:
            wrong["amount"] = [_("This limit has no number. Leave it empty.")]
    elif given["amount"] is None:
        wrong["amount"] = [_("Say how many.")]
    elif given["unit"] == Deadline.Unit.DAY_OF_MONTH and given["amount"] > 28:
        wrong["amount"] = [_("Not every month has this day. Choose one up to 28.")]


def check_text(given: dict[str, Any], row: Any, wrong: Wrong) -> None:
    """Only known slots, and the same ones in all languages."""
    asked = {language: given[f"text_{language}"] for language in LANGUAGES}
    everywhere = {slot for text in asked.values() for slot in slots_of(text)}
    for language, text in asked.items():
        if found := list(faults(text)):
            wrong[f"text_{language}"] = found
        elif lacking := [slot for slot in sorted(everywhere) if slot not in slots_of(text)]:
            wrong[f"text_{language}"] = [
                _("The other languages have %(slots)s, and this text lacks it.")
                % {"slots": ", ".join(f"{{{slot}}}" for slot in lacking)}
            ]


def check_phrase(given: dict[str, Any], row: Any, wrong: Wrong) -> None:
    """Only known slots, the same ones in all languages, and all forms of a counted noun; and a
    category for a headline alone."""
    asked = {language: given[f"name_{language}"] for language in LANGUAGES}
    everywhere = {slot for text in asked.values() for slot in phrases.slots_of(text)}
    headline = given["group"] == Phrase.Group.HEADLINE
    if headline and not given["category"]:
        wrong["category"] = [_("Choose for which category the headline is.")]
    elif given["category"] and not headline:
        wrong["category"] = [_("Only a headline is for a category. Choose none here.")]
    if row is not None and (row.group == Phrase.Group.HEADLINE) != headline:
        wrong["group"] = [
            _("A headline stays one, and what is none becomes none. Propose a new phrase.")
        ]
    for language, text in asked.items():
        if found := list(phrases.faults(text, language, headline=headline)):
            wrong[f"name_{language}"] = found
        elif lacking := everywhere - set(phrases.slots_of(text)):
            wrong[f"name_{language}"] = [
                _("The other languages have %(slots)s, and this text lacks it.")
                % {"slots": ", ".join(f"{{{slot}}}" for slot in sorted(lacking))}
            ]
