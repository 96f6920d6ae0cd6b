"""The list of incidents as it leaves the portal. Reads copies only; docs/import-export.md."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from bordercoop import keyset
from bordercoop.reference.models import places, terms
from bordercoop.reference.sides import ZONE
from bordercoop.tables.listing import Column, Listing
from bordercoop.web import groups
from bordercoop.web.finding.query import read

from . import filters, handling, search
from .content import FIELDS, headline_in_words, moment_of
from .models import Ground, Handling, Incident, Share, State, Tlp

PAGE = 500
COLUMNS = (
    Column("number", gettext_lazy("Number"), 15),
    Column("side", gettext_lazy("Reported by"), 6),
    Column("reported_at", gettext_lazy("Reported at (UTC)"), 10),
    Column("state", gettext_lazy("State"), 8),
    Column("outcome", gettext_lazy("Outcome")),
    Column("validation", gettext_lazy("Validation")),
    Column("category", gettext_lazy("Category code"), 9),
    Column("category_name", FIELDS["category"], 14),
    Column("severity", FIELDS["severity"], 7),
    Column("headline", FIELDS["headline"], 24),
    Column("happened_at", gettext_lazy("Happened (UTC)"), 10),
    Column("happened_precision", FIELDS["happened_precision"]),
    Column("place", gettext_lazy("Place code")),
    Column("place_name", FIELDS["place"], 9),
    Column("border_sign", FIELDS["border_sign"]),
    Column("lat", FIELDS["lat"]),
    Column("lon", FIELDS["lon"]),
    Column("people_total", FIELDS["people_total"], 6),
    Column("people_minors", FIELDS["people_minors"]),
    Column("people_injured", FIELDS["people_injured"]),
    Column("narrative", FIELDS["narrative"]),
    Column("language", FIELDS["language"]),
    Column("version", gettext_lazy("Version")),
    Column("exercise", gettext_lazy("Exercise")),
    Column("marking", pgettext_lazy("export", "Marking"), 12),
    Column("restriction", gettext_lazy("Restriction (with H3)")),
    Column("uid", gettext_lazy("Public id")),
)


def listing(user: Any, query: Mapping[str, Any]) -> Listing:
    """What `user` reads of what the words of the query ask for, newest report first.

    The internal note and the sealed part are never in it. Raises Invalid for a filter that means
    nothing. Two statements, and one more for each 500 rows that are taken out.
    """
    rows = filters.filtered(
        Share.objects.visible_to(user), query, zone=ZONE[user.side], side=user.side
    )
    words = read(str(query.get("q") or ""))
    if words:
        rows = search.hits(rows, words, user)
    marked = rows.order_by().values_list("handling", "tlp").annotate(count=Count("pk"))
    kinds = list(marked)
    asked = {name: str(query.get(name) or "").strip() for name in filters.WITH_WORDS[1:]}
    short, lines = strictest(kind[:2] for kind in kinds)
    return Listing(
        code="incidents",
        title=gettext_lazy("Incidents"),
        columns=COLUMNS,
        count=sum(kind[2] for kind in kinds),
        rows=lambda: _rows(rows),
        filter=_described(asked, words.text),
        asked={**asked, "q": words.text},
        marking=short,
        marking_lines=lines,
    )


def strictest(kinds: Iterable[Sequence[str]]) -> tuple[str, list[str]]:
    """Of pairs of handling code and TLP the strictest of each: in short, and in sentences."""
    found = list(kinds)
    if not found:
        return "", []
    marking = handling.Marking(
        max((kind[0] for kind in found), key=list(Handling.values).index),
        max((kind[1] for kind in found), key=list(Tlp.values).index),
    )
    return handling.short(marking), handling.lines(marking)


def _rows(rows: QuerySet[Share]) -> Iterator[list[Any]]:
    found, cursor = rows.select_related("incident"), ""
    while True:
        page = keyset.page(found, search.ORDER, size=PAGE, cursor=cursor)
        known, spots = terms("incident_category"), places()
        for share in page.rows:
            yield _row(share, known, spots)
        if not page.next:
            return
        cursor = page.next


def _row(share: Share, known: Mapping[str, Any], spots: Mapping[str, Any]) -> list[Any]:
    fields = share.fields
    return [
        share.number,
        share.side,
        share.reported_at,
        str(State(share.state).label),
        str(Ground(share.outcome).label) if share.outcome else "",
        str(share.validation.label) if share.origin == Incident.Origin.SERVICE else "",
        share.category,
        getattr(known.get(share.category), "name", ""),
        share.severity,
        headline_in_words(fields),
        moment_of(fields.get("happened_at")),
        share.happened_precision if fields.get("happened_at") else "",
        share.place,
        getattr(spots.get(share.place), "name", ""),
        fields.get("border_sign") or "",
        share.lat,
        share.lon,
        fields.get("people_total"),
        fields.get("people_minors"),
        fields.get("people_injured"),
        fields.get("narrative") or "",
        fields.get("language") or "",
        share.version,
        share.exercise,
        handling.short(share),
        share.restriction,
        str(share.uid),
    ]


def _described(asked: Mapping[str, str], words: str) -> str:
    """The filters in words, in the active language."""
    names = {
        "category": FIELDS["category"],
        "state": _("State"),
        "severity": FIELDS["severity"],
        "side": _("Reported by"),
        "place": FIELDS["place"],
        "origin": _("Origin"),
        "since": _("From"),
        "until": _("To"),
        "number": _("Number"),
        "outcome": _("Outcome"),
        "tasks": _("Tasks"),
        **{name: groups.words_of(name) for name in groups.names()},
    }
    said = [f"{_('Words')}: {words}"] if words else []
    for name, value in asked.items():
        if value:
            said.append(f"{names[name]}: {_value(name, value)}")
    return "; ".join(said)


def _value(name: str, value: str) -> str:
    if name == "category":
        return str(getattr(terms("incident_category").get(value), "name", value))
    if name == "place":
        return str(getattr(places().get(value), "name", value))
    if name == "state":
        return str(State(value).label)
    if name == "origin":
        return str(Incident.Origin(value).label)
    if name == "outcome":
        return str(_("Every closed record") if value == filters.ANY else Ground(value).label)
    if name == "tasks":
        return str(filters.TASKS[value])
    return value
