"""Coordinates as officers type them. A pure function; what cannot be right raises `Unclear`."""

from __future__ import annotations

import math
import re

from django.utils.translation import gettext_lazy as _

from .when import Unclear

HELP = _("These are not coordinates. Type latitude and longitude, such as 55.7912, 27.3010.")
AMBIGUOUS = _(
    "These coordinates can be read in more than one way. Put a space between latitude and "
    "longitude, such as 55,7912 27,3010."
)
OUT_OF_RANGE = _(
    "These coordinates are not on Earth: latitude goes from -90 to 90, longitude from -180 to 180."
)
SIXTY = _("Minutes and seconds of coordinates are less than 60. Check the numbers.")

# Longest first: ПД (south) must not be read as the Д of "долготы".
HEMISPHERES = (
    (r"ПН\.?\s*(?:Ш\.?)?", "N"),
    (r"ПД\.?\s*(?:Ш\.?)?", "S"),
    (r"С\.?\s*(?:Ш\.?)?", "N"),
    (r"Ю\.?\s*(?:Ш\.?)?", "S"),
    (r"[ВУ]\.?\s*(?:Д\.?)?", "E"),
    (r"З\.?\s*(?:Д\.?)?", "W"),
    (r"Е", "E"),  # the Cyrillic letter that looks like E
    (r"Z", "N"),  # ziemeļi
    (r"D", "S"),  # dienvidi
    (r"A", "E"),  # austrumi
    (r"R", "W"),  # rietumi
)
SIGNS = str.maketrans(
    {
        "º": "°",
        "˚": "°",
        "′": "'",
        "’": "'",
        "‘": "'",
        "`": "'",
        "´": "'",
        "ʹ": "'",
        "″": '"',
        "”": '"',
        "“": '"',
        "„": '"',
        "−": "-",
        "–": "-",
        "‑": "-",
        "(": " ",
        ")": " ",
        "[": " ",
        "]": " ",
    }
)
TOKEN = re.compile(
    r"\s*(?:(?P<letter>[NSEW])|(?P<number>[+-]?\d+(?:\.\d+)?)(?P<unit>[°'\":]?)|(?P<gap>[,;/|]))",
    re.ASCII,
)
ROLE = {"°": 0, "'": 1, '"': 2}


def parse_coordinates(text: str) -> tuple[float, float]:
    """(latitude, longitude) in degrees, rounded to six places (0.1 m).

    Reads `55.7912, 27.3010`, `55,7912 27,3010`, `55°47'28"N 27°18'04"E`, `N55 47.473 E27 18.060`,
    `55 47 28 27 18 04`, with hemispheres in Latin, Cyrillic or Latvian letters. Latitude comes
    first unless the letters say otherwise.
    """
    if len(text) > 100:
        raise Unclear(HELP)
    text = " ".join(text.upper().translate(SIGNS).replace("''", '"').split()).rstrip(" ,;")
    for pattern, letter in HEMISPHERES:
        text = re.sub(pattern, f" {letter} ", text)
    if "." not in text:
        if re.search(r"\d,\d+,\d", text):
            raise Unclear(AMBIGUOUS, "ambiguous")
        text = re.sub(r"(\d),(\d)", r"\1.\2", text)
    first, second = _halves(_tokens(text))
    latitude, longitude = first, second
    if first[0] in ("E", "W") and second[0] in ("N", "S"):
        latitude, longitude = second, first
    elif first[0] and (first[0] in "NS") == (second[0] in "NS"):
        raise Unclear(HELP)
    return _degrees(*latitude, most=90), _degrees(*longitude, most=180)


Number = tuple[str, str]
Half = tuple[str, list[Number]]


def _tokens(text: str) -> list[tuple[str, Number]]:
    """("letter", (letter, "")), ("number", (digits, unit)) or ("gap", ...) in their order."""
    found: list[tuple[str, Number]] = []
    at, end = 0, len(text.rstrip())
    while at < end:
        token = TOKEN.match(text, at, end)
        if token is None:
            raise Unclear(HELP)
        at = token.end()
        if token["letter"]:
            found.append(("letter", (token["letter"], "")))
        elif token["number"]:
            found.append(("number", (token["number"], token["unit"].replace(":", ""))))
        else:
            found.append(("gap", ("", "")))
    return found


def _halves(tokens: list[tuple[str, Number]]) -> tuple[Half, Half]:
    letters = [value[0] for kind, value in tokens if kind == "letter"]
    numbers = [value for kind, value in tokens if kind == "number"]
    if letters:
        return _by_letters([token for token in tokens if token[0] != "gap"], letters)
    degrees = [place for place, (_digits, unit) in enumerate(numbers) if unit == "°"]
    kinds = [kind for kind, _value in tokens]
    if degrees:
        if len(degrees) != 2 or degrees[0] != 0:
            raise Unclear(HELP)
        cut = degrees[1]
    elif kinds.count("gap") == 1:
        cut = kinds.index("gap")
    elif "gap" in kinds:
        raise Unclear(AMBIGUOUS, "ambiguous")
    elif len(numbers) in (2, 4, 6):
        cut = len(numbers) // 2
    else:
        raise Unclear(HELP)
    return ("", numbers[:cut]), ("", numbers[cut:])


def _by_letters(tokens: list[tuple[str, Number]], letters: list[str]) -> tuple[Half, Half]:
    """Each letter owns the numbers behind it, or those before it when a number comes first."""
    if len(letters) != 2:
        raise Unclear(HELP)
    groups: list[list[Number]] = [[]]
    for kind, value in tokens:
        if kind == "letter":
            groups.append([])
        else:
            groups[-1].append(value)
    before, middle, after = groups
    if before and not after:
        pair = (before, middle)
    elif after and not before:
        pair = (middle, after)
    else:
        raise Unclear(AMBIGUOUS, "ambiguous")
    return (letters[0], pair[0]), (letters[1], pair[1])


def _degrees(letter: str, numbers: list[Number], *, most: int) -> float:
    if not 1 <= len(numbers) <= 3:
        raise Unclear(HELP)
    parts = [0.0, 0.0, 0.0]
    role = -1
    for place, (digits, unit) in enumerate(numbers):
        role = max(role + 1, ROLE.get(unit, 0))
        if role > 2 or (unit and ROLE[unit] != role):
            raise Unclear(HELP)
        last = place == len(numbers) - 1
        if ("." in digits and not last) or (digits[0] in "+-" and (place or letter)):
            raise Unclear(HELP)
        parts[role] = abs(float(digits))
    if numbers[0][1] not in ("", "°"):
        raise Unclear(HELP)
    if parts[1] >= 60 or parts[2] >= 60:
        raise Unclear(SIXTY)
    value = parts[0] + parts[1] / 60 + parts[2] / 3600
    if not math.isfinite(value) or value > most:
        raise Unclear(OUT_OF_RANGE, "out_of_range")
    negative = letter in ("S", "W") or numbers[0][0].startswith("-")
    return round(-value if negative else value, 6) + 0.0


def format_coordinates(latitude: float, longitude: float) -> str:
    """As they are shown, and read back by `parse_coordinates`: always a decimal point."""
    return (
        f"{latitude:.6f}".rstrip("0").rstrip(".")
        + ", "
        + f"{longitude:.6f}".rstrip("0").rstrip(".")
    )
