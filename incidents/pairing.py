"""Two copies side by side, field by field, with their differences. Reads only what both hold."""

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import pgettext_lazy

from .content import FIELDS, RELEASE_LABELS, headline_in_words, moment_of
from .models import Share
from .nearness import distance_km
from .reading import shown


class Mark(models.TextChoices):
    EQUAL = "equal", pgettext_lazy("comparison", "Equal")
    DIFFERENT = "different", pgettext_lazy("comparison", "Different")
    ONE = "one", pgettext_lazy("comparison", "Only one")
    NEITHER = "neither", pgettext_lazy("comparison", "Neither")


@dataclass
class Compared:
    """One line: `kind` tells how the template draws both values: text | moment | position.

    `gap` is right minus left: minutes for a moment, a count for a number; kilometres (never
    negative) for a position; None where it says nothing. `zone` and `precision` belong to moments.
    """

    key: str
    label: str
    kind: str
    left: Any
    right: Any
    mark: Mark
    gap: float | None = None
    precision: tuple[str, str] = ("minute", "minute")

    @property
    def gap_size(self) -> float:
        return abs(self.gap or 0)


# Said with another line, or never compared across two reports.
WITHIN = {
    "happened_precision",
    "detected_precision",
    "lat",
    "lon",
    "internal_note",
    "language",
    "headline_template",
}
COUNTS = ("people_total", "people_minors", "people_injured")


def _mark(left: Any, right: Any, equal: bool) -> Mark:
    empty = [value in (None, "") for value in (left, right)]
    if all(empty):
        return Mark.NEITHER
    if any(empty):
        return Mark.ONE
    return Mark.EQUAL if equal else Mark.DIFFERENT


def compared(left: Share, right: Share) -> list[Compared]:
    """Every field of both copies in order, those that neither has left out. The internal note is
    no part of it. Made from the fields that each copy holds, so it tells no more than they do."""
    lines = []
    for key, name in FIELDS.items():
        if key in WITHIN:
            if key == "lat":
                lines.append(_position(left, right))
            continue
        a, b = left.fields.get(key), right.fields.get(key)
        if key in ("happened_at", "detected_at"):
            lines.append(_moment(key, str(name), left, right))
            continue
        gap = None
        if key in COUNTS and a is not None and b is not None:
            gap = b - a
        one, two = (None if value in (None, "") else shown(value, key) for value in (a, b))
        if key == "headline":
            one, two = (headline_in_words(copy.fields) or None for copy in (left, right))
        lines.append(Compared(key, str(name), "text", one, two, _mark(a, b, a == b), gap))
    return [line for line in lines if line.mark != Mark.NEITHER]


def _moment(key: str, label: str, left: Share, right: Share) -> Compared:
    a, b = (moment_of(copy.fields.get(key)) for copy in (left, right))
    known = key.replace("_at", "_precision")
    here, there = (str(copy.fields.get(known) or "minute") for copy in (left, right))
    precision = (here, there)
    gap = None
    if a is not None and b is not None and precision == ("minute", "minute"):
        gap = round((b - a).total_seconds() / 60)
    same = a == b and precision[0] == precision[1]
    return Compared(key, label, "moment", a, b, _mark(a, b, same), gap, precision)


def _position(left: Share, right: Share) -> Compared:
    a, b = (
        (copy.fields["lat"], copy.fields["lon"]) if copy.fields.get("lat") is not None else None
        for copy in (left, right)
    )
    gap = round(distance_km(a, b), 2) if a and b else None
    label = str(RELEASE_LABELS["position"])
    return Compared("position", label, "position", a, b, _mark(a, b, a == b), gap)
