"""What an officer typed into the search: words, "phrases" and -words. Pure functions.

Every word passes the sieve of `reference.folding`, so accents, capitals and alphabets do not
matter. Nothing typed is ever an operator of the database: what is not a letter or a digit divides
words, and no more.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from bordercoop.reference.folding import fold

LONGEST = 200
MOST_TERMS = 12
SHORTEST_BEGINNING = 3
# A marked word of a snippet stands within this many letters.
AROUND = 80
TERM = re.compile(r'(-?)(?:"([^"]*)"?|([^\s"]+))')
WORD = re.compile(r"[^\W_]+(?:['’ʼ`][^\W_]+)*")
PART = re.compile(r"[^\W_]+")
# Endings of the four languages, as they stand after folding; a beginning of four letters remains.
ENDING = re.compile(r"(?<=.{4})(?:[aeiou]{1,4}(?:mi|go|mu|m|s|h)?|s)$")


@dataclass(frozen=True)
class Term:
    """One thing that must be there, or must not (`absent`): a word, or several in this order.

    `beginnings` are what a single word may begin with besides being itself; none for a phrase.
    """

    words: tuple[str, ...]
    absent: bool = False
    beginnings: tuple[str, ...] = ()
    raw: str = ""

    def meets(self, word: str) -> bool:
        """Whether this folded word of a text is one that the term asks for."""
        return word in self.words or word.startswith(self.beginnings)


@dataclass(frozen=True)
class Query:
    """`text` as it is shown again; `terms` in the order they were typed, at most twelve."""

    text: str
    terms: tuple[Term, ...] = field(default=())

    def __bool__(self) -> bool:
        """Whether there is something to look for: what must not be there is not enough."""
        return any(not term.absent for term in self.terms)

    @property
    def present(self) -> list[Term]:
        return [term for term in self.terms if not term.absent]

    def found_in(self, *texts: str) -> bool:
        """The same question about texts that are not in the database."""
        words = [word for text in texts if text for word in _words(text)]
        return bool(self) and all(_holds(words, term) != term.absent for term in self.terms)


def read(typed: str) -> Query:
    """The query in what was typed, however hostile; only the first 200 characters count."""
    text = " ".join(typed[: LONGEST * 2].replace("\x00", " ").split())[:LONGEST]
    terms: list[Term] = []
    for minus, phrase, word in TERM.findall(text):
        raw = phrase or word
        words = tuple(folded(raw))
        if not words or len(terms) == MOST_TERMS:
            continue
        one = len(words) == 1
        starts = _beginnings(words[0]) if one and not phrase else ()
        terms.append(Term(words, bool(minus), starts, raw))
    return Query(text, tuple(terms))


def folded(text: str) -> list[str]:
    """The words of a text as they are compared; a number without its leading zeros."""
    return [
        word.lstrip("0") or "0" if word.isdigit() else word
        for word in PART.findall(fold(text).replace("_", " "))
    ]


def sought(*texts: str) -> str:
    """The folded words of the texts in one line with a space at both ends, as columns keep them in
    which a whole word is looked for."""
    return f" {' '.join(word for text in texts for word in folded(text))} "


@lru_cache(maxsize=4096)
def _words(text: str) -> tuple[str, ...]:
    """Help, glossary and names of units are searched over and over: folded once."""
    return tuple(folded(text))


def _beginnings(word: str) -> tuple[str, ...]:
    if word.isdigit() or len(word) < SHORTEST_BEGINNING:
        return ()
    return (ENDING.sub("", word),)


def _holds(words: list[str], term: Term) -> bool:
    if len(term.words) == 1:
        return any(term.meets(word) for word in words)
    size = len(term.words)
    return any(tuple(words[at : at + size]) == term.words for at in range(len(words)))


def marked(text: str, query: Query, around: int = AROUND) -> list[tuple[str, bool]]:
    """The part of `text` about the first word found, cut into pieces: (piece, whether found).

    [] when no word of the query is in it. The pieces are as they were written: escape them.
    """
    spans = [
        match.span()
        for match in WORD.finditer(text)
        if any(term.meets(word) for word in folded(match[0]) for term in _singles(query))
    ]
    if not spans:
        return []
    start = max(0, spans[0][0] - around)
    end = min(len(text), spans[0][0] + 2 * around)
    start = text.rfind(" ", 0, start) + 1 if start else 0
    if end < len(text):
        end = max(text.find(" ", end), end)
    pieces: list[tuple[str, bool]] = []
    at = start
    for left, right in spans:
        if right > end:
            break
        if left > at:
            pieces.append((("… " if at == start and start else "") + text[at:left], False))
        pieces.append((text[left:right], True))
        at = right
    rest = text[at:end]
    if rest or end < len(text):
        pieces.append((rest + (" …" if end < len(text) else ""), False))
    return pieces


def _singles(query: Query) -> list[Term]:
    """The words of phrases are marked one by one."""
    return [
        Term((word,), beginnings=term.beginnings) for term in query.present for word in term.words
    ]
