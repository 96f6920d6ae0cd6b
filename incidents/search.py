"""Incidents by their words. Reads copies only, so what a unit does not hold it cannot find.

docs/finding.md tells the three steps and what they cost.
"""

from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import BooleanField, F, Func, QuerySet
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from bordercoop import keyset
from bordercoop.reference.models import places, terms
from bordercoop.web.finding.groups import Group, Hit
from bordercoop.web.finding.query import Query, Term, folded, marked
from contactpoints.access import units_where

from .content import headline_in_words
from .models import Share
from .texts import headline_of

ORDER = ("-reported_at", "-incident_id")
# So many of the newest copies tell whether a word is common: so that a page is full soon when the
# list is read in its order, while the index would name a large part of all incidents first.
SAMPLE, COMMON = 300, 15
NEWEST = """
    SELECT {counts} FROM (
        SELECT search FROM incidents_share WHERE unit_id = ANY (%s)
        ORDER BY reported_at DESC, incident_id DESC LIMIT %s
    ) newest
"""
HOLDING = "count(*) FILTER (WHERE search @@ %s::tsquery)"
# Fewer hits than this are sorted; more are read in the order of the list.
RARE = 1000
PROBE = """
    WITH hit AS MATERIALIZED (
        SELECT id FROM incidents_share
        WHERE search @@ %s::tsquery AND (search @@ %s::tsquery) IS TRUE AND unit_id = ANY (%s)
    ) SELECT id FROM hit LIMIT %s
"""
STEMS = """
    SELECT word, ts_lexize('russian_stem', word), ts_lexize('english_stem', word)
    FROM unnest(%s) word
"""


class Matches(Func):
    """Whether the copy holds what the query asks. `by_index` False: never by the index of words."""

    output_field = BooleanField()
    conditional = True

    def __init__(self, asked: str, *, by_index: bool = True) -> None:
        self.asked, self.by_index = asked, by_index
        super().__init__(F("pk"))

    def as_sql(self, compiler: Any, connection: Any, *args: Any, **extra: Any) -> Any:
        copy: Any = self.source_expressions[0]
        alias = connection.ops.quote_name(copy.alias)
        matches = f"({alias}.search @@ %s::tsquery)"
        return (matches if self.by_index else f"({matches} IS TRUE)"), [self.asked]


def page(rows: QuerySet[Share], query: Query, user: Any, *, size: int, cursor: str) -> keyset.Page:
    """One page of `rows` that hold what the query asks, newest report first."""
    return keyset.page(hits(rows, query, user), ORDER, size=size, cursor=cursor)


def hits(rows: QuerySet[Share], query: Query, user: Any) -> QuerySet[Share]:
    """Those of `rows` that hold what the query asks; two statements to find how to look."""
    words, units = _words(query), sorted(units_where(user, "view_incidents"))
    asked = " & ".join(words)
    with connection.cursor() as sql:
        counts = ", ".join([HOLDING] * (1 + len(words)))
        sql.execute(NEWEST.format(counts=counts), [asked, *words, units, SAMPLE])
        among_newest, *each = sql.fetchone()
        ids: list[int] | None = None
        if among_newest < COMMON:
            # The index reads every place of a common word before it knows that a rare one stands
            # beside it: it is asked for the rare ones, and what it names for all.
            rare = [
                word
                for word, count in zip(words, each, strict=True)
                if count < COMMON and not word.startswith("!")
            ]
            sql.execute(PROBE, [" & ".join(rare) or asked, asked, units, RARE + 1])
            ids = [row[0] for row in sql.fetchall()]
    if ids is not None and len(ids) <= RARE:
        return rows.filter(pk__in=ids)
    return rows.filter(Matches(asked, by_index=not among_newest))


def tsquery(query: Query) -> str:
    """The query in PostgreSQL's own words: quoted lexemes and operators that are put here only."""
    return " & ".join(_words(query))


def _words(query: Query) -> list[str]:
    """What has to be there or absent, each a tsquery of its own."""
    asked = [t.raw.lower() for t in query.terms if t.beginnings and len(t.raw) > 4]
    stems = _stems(tuple(asked))
    return [_asked(term, stems) for term in query.terms]


@lru_cache(maxsize=1024)
def _stems(words: tuple[str, ...]) -> dict[str, set[str]]:
    """Folded stems of Russian and English by word; of four letters at least. A dictionary gives
    the same stems always, so a further page of the answer asks for none."""
    if not words:
        return {}
    with connection.cursor() as sql:
        sql.execute(STEMS, [list(words)])
        return {
            word: {stem for found in stems if found for stem in folded(found[0]) if len(stem) > 3}
            for word, *stems in sql.fetchall()
        }


def _asked(term: Term, stems: dict[str, set[str]]) -> str:
    if len(term.words) > 1:
        either = ["(" + " <-> ".join(_quoted(word) for word in term.words) + ")"]
    else:
        starts = {*term.beginnings, *stems.get(term.raw.lower(), ())}
        # What begins with a shorter one is found by that one.
        starts = {s for s in starts if not any(s != t and s.startswith(t) for t in starts)}
        either = [f"{_quoted(start)}:*" for start in sorted(starts)] or [_quoted(term.words[0])]
    whole = " | ".join(either + [_quoted(word) for word in _codes(term)])
    return f"!({whole})" if term.absent else f"({whole})"


def _quoted(word: str) -> str:
    return "'" + word.replace("\\", "").replace("'", "") + "'"


def _codes(term: Term) -> list[str]:
    """The words that stand for places so called, in any language and spelling of either side, and
    for a category whose code was typed: the words of its name are too common to lead to it."""
    found = [f"zc{_plain(code)}" for code in terms("incident_category") if code == term.raw.upper()]
    if term.beginnings:
        found += [
            f"zp{_plain(code)}"
            for code, place in places().items()
            if any(
                word.startswith(term.words[0]) for name in _names(place) for word in folded(name)
            )
        ]
    return found


def _names(named: Any) -> list[str]:
    sides = (getattr(named, "name_lv_side", ""), getattr(named, "name_by_side", ""))
    return [named.name_en, named.name_lv, named.name_be, named.name_ru, *sides]


def _plain(code: str) -> str:
    return "".join(letter for letter in code.lower() if letter.isalnum())


def snippet(share: Share, query: Query) -> list[tuple[str, bool]]:
    """The words found where they stand in the copy, cut to a line or two; a headline from the list
    as the reader knows it."""
    shown = {**share.fields, "headline": headline_in_words(share.fields)}
    for name in ("narrative", "headline", "internal_note"):
        if pieces := marked(str(shown.get(name) or ""), query):
            return pieces
    return []


def found_in(user: Any, query: Query, most: int) -> Group | None:
    """Incidents for the search over everything."""
    if not units_where(user, "view_incidents"):
        return None
    rows = Share.objects.visible_to(user).select_related("incident")
    found = page(rows, query, user, size=most, cursor="")
    known, spots = terms("incident_category"), places()
    hits = [
        Hit(
            reverse("incident", args=[row.incident.uid]),
            headline_of(row)[0] or getattr(known.get(row.category), "name", row.number),
            second=", ".join(
                text for text in (row.number, getattr(spots.get(row.place), "name", "")) if text
            ),
            side=row.side,
            pieces=snippet(row, query),
        )
        for row in found.rows
    ]
    more = f"{reverse('incidents')}?{urlencode({'q': query.text})}" if found.next else ""
    return Group("incidents", _("Incidents"), "list-details", hits, more)
