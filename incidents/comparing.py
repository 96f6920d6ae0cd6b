"""Two versions of an incident side by side, field by field and word by word. Reads only."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from itertools import takewhile
from typing import Any

from .content import (
    FIELDS,
    RELEASE_LABELS,
    headline_in_words,
    moment_of,
    narrowed,
    released,
)
from .models import Incident, Precision, Share
from .reading import shown

# Fields that are compared word by word.
TEXTS = ("headline", "narrative", "internal_note", "border_sign")
# Drawn with the field that they describe.
CARRIED = {"happened_precision": "happened_at", "detected_precision": "detected_at", "lon": "lat"}
# Pairs of equal words beyond which a text is shown whole, old and new: about half a second.
PAIRS_MOST = 300_000
WORDS = re.compile(r"\w+\s*|[^\w\s]+\s*|\s+")


@dataclass(frozen=True)
class Kept:
    """A version that the reader may read: of the owner every one, of a desk those released to it.

    `number` counts what the reader holds; `version` is the originator's count. `at` is when it was
    saved, or for a desk when it was released.
    """

    number: int
    version: int
    at: datetime
    by: Any
    content: Mapping[str, Any]
    changed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Piece:
    """Some text of a comparison. `how`: same | gone | new."""

    how: str
    text: str


@dataclass(frozen=True)
class Row:
    """One field in both versions. `kind`: text | moment | value.

    Of a text `old` and `new` are lists of Piece; of a moment (datetime or None, precision); else
    words. `changed` says that they differ.
    """

    key: str
    label: str
    kind: str
    old: Any
    new: Any
    changed: bool


def kept_for(incident: Incident, share: Share) -> list[Kept]:
    """What the reader of this copy may compare, the first one first."""
    versions = incident.versions.select_related("by").order_by("number")
    if share.own:
        return [Kept(v.number, v.number, v.at, v.by, v.content, tuple(v.changed)) for v in versions]
    contents = {version.number: version.content for version in versions}
    found: list[Kept] = []
    releases = incident.releases.filter(desk=share.unit_id).select_related("by").order_by("pk")
    recall = incident.recalls.filter(desk=share.unit_id).order_by("-pk").first()
    if recall is not None:
        releases = releases.filter(at__gt=recall.at)
    for release in releases:
        content = released(contents[release.version], release.fields)
        # What a later release took from the desk is gone from the earlier ones as well.
        content = narrowed(content, share.fields)
        before = found[-1].content if found else None
        if before is not None:
            names = tuple(k for k in FIELDS if before.get(k) != content.get(k))
        else:
            names = ()
        found.append(Kept(len(found) + 1, release.version, release.at, release.by, content, names))
    if not found:
        at = share.released_at or share.reported_at
        found = [Kept(1, share.version, at, None, share.fields)]
    return found


def compared(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Row]:
    """A row for each field that either of them has; nothing of a field that neither has."""
    rows = []
    for key, label in FIELDS.items():
        if key in CARRIED or key == "headline_template" or (key not in old and key not in new):
            continue
        before, after = old.get(key), new.get(key)
        changed = (None if before == "" else before) != (None if after == "" else after)
        if key in TEXTS:
            if key == "headline":
                before, after = headline_in_words(old), headline_in_words(new)
            first, second = word_by_word(before or "", after or "")
            rows.append(Row(key, str(label), "text", first, second, changed))
        elif key in CARRIED.values() and key != "lat":
            pair = [
                (moment_of(side.get(key)), side.get(f"{key[:-3]}_precision") or Precision.MINUTE)
                for side in (old, new)
            ]
            rows.append(Row(key, str(label), "moment", pair[0], pair[1], pair[0] != pair[1]))
        elif key == "lat":
            was, now = _position(old), _position(new)
            label = RELEASE_LABELS["position"]
            rows.append(Row("position", str(label), "value", was, now, was != now))
        else:
            rows.append(
                Row(key, str(label), "value", shown(before, key), shown(after, key), changed)
            )
    return rows


def _position(content: Mapping[str, Any]) -> str:
    if content.get("lat") is None:
        return "—"
    return f"{content['lat']:.4f}, {content['lon']:.4f}"


def word_by_word(old: str, new: str) -> tuple[list[Piece], list[Piece]]:
    """What stands in the old text and what in the new one, cut where they differ."""
    if old == new:
        same = [Piece("same", old)] if old else []
        return same, same
    first, second = WORDS.findall(old), WORDS.findall(new)
    head = _alike(first, second)
    tail = _alike(first[head:][::-1], second[head:][::-1])
    a, b = first[head : len(first) - tail], second[head : len(second) - tail]
    counts = Counter(b)
    blocks: Iterable[tuple[str, int, int, int, int]]
    if sum(counts[word] for word in a) > PAIRS_MOST:
        blocks = [("replace", 0, len(a), 0, len(b))]
    else:
        blocks = SequenceMatcher(None, a, b, autojunk=False).get_opcodes()
    before, after = [("same", first[:head])], [("same", second[:head])]
    for how, i, j, k, m in blocks:
        before.append(("same" if how == "equal" else "gone", a[i:j]))
        after.append(("same" if how == "equal" else "new", b[k:m]))
    if tail:
        before.append(("same", first[-tail:]))
        after.append(("same", second[-tail:]))
    return _pieces(before), _pieces(after)


def _alike(first: list[str], second: list[str]) -> int:
    pairs = zip(first, second, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _pieces(found: Iterable[tuple[str, list[str]]]) -> list[Piece]:
    """Joined where neighbours are alike, empty ones left out."""
    pieces: list[Piece] = []
    for how, words in found:
        text = "".join(words)
        if not text:
            continue
        if pieces and pieces[-1].how == how:
            pieces[-1] = Piece(how, pieces[-1].text + text)
        else:
            pieces.append(Piece(how, text))
    return pieces
