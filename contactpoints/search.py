"""Units, places and people in the search over everything. Reads only."""

from typing import Any

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from bordercoop.access.models import User
from bordercoop.reference.models import OPENABLE, usable_places
from bordercoop.web.finding.groups import Group, Hit
from bordercoop.web.finding.query import Query

from .access import people_of
from .directory import directory, words_of
from .kinds import Kind, kinds
from .procedure_lines import lines_by_kind

# A side has some hundreds of accounts; beyond this the list of people has its own filter.
MOST_PEOPLE = 2000


def units_in(user: Any, query: Query, most: int) -> Group:
    """Desks, headquarters and regional units of the directory, with who answers there."""
    hits = [
        Hit(
            f"{reverse('contacts')}?{urlencode({'q': row.unit.name})}",
            row.unit.name,
            second=", ".join(person.name for person in row.people),
            side=row.unit.side,
        )
        for row in directory(user)
        if query.found_in(*words_of(row))
    ]
    more = f"{reverse('contacts')}?{urlencode({'q': query.text})}" if len(hits) > most else ""
    return Group("units", _("Contacts"), "address-book", hits[:most], more)


def places_in(user: Any, query: Query, most: int) -> Group:
    """Places by the names that either side gives them, in any of the four languages; those that
    open and close lead to how they are now."""
    found = [
        place
        for place in usable_places()
        if query.found_in(
            place.code,
            *(place.name_in(language) for language in ("en", "lv", "be", "ru")),
            place.name_lv_side,
            place.name_by_side,
        )
    ]
    hits = [
        Hit(
            reverse("crossing" if place.kind in OPENABLE else "place", args=[place.code]),
            place.name,
            second=place.get_kind_display(),
        )
        for place in found
    ]
    more = reverse("places") if len(hits) > most else ""
    return Group("places", _("Places"), "map-pin", hits[:most], more)


def people_in(user: Any, query: Query, most: int) -> Group | None:
    """Accounts of the own side, for its administrators."""
    rows: list[User] = list(people_of(user).order_by("name_latin", "pk")[:MOST_PEOPLE])
    hits = [
        Hit(
            reverse("person", args=[row.uid]),
            row.display_name,
            second=row.username,
            side=row.side,
        )
        for row in rows
        if query.found_in(row.name_latin, row.name_local, row.username, row.email)
    ]
    more = f"{reverse('people')}?{urlencode({'q': query.text})}" if len(hits) > most else ""
    return Group("people", _("People"), "users", hits[:most], more)


def procedures_in(user: Any, query: Query, most: int) -> Group | None:
    """Procedures of every kind by code, title and the titles of their steps, in any language."""
    hits: list[tuple[Kind, Hit]] = []
    for code, lines in lines_by_kind(user).items():
        kind = kinds()[code]
        for line in lines:
            version = line.shown
            if version is None:
                continue
            titles = [version.content.get("title", {}), *(step["title"] for step in version.steps)]
            said = [text for texts in titles for text in texts.values()]
            if query.found_in(line.procedure.code, *said):
                path = f"{kind.base}{line.procedure.code}/"
                second = f"{kind.title} · {line.procedure.code} · {version.get_state_display()}"
                hits.append((kind, Hit(path, version.title, second=second)))
    more = hits[most][0].base if len(hits) > most else ""
    shown = [hit for _kind, hit in hits[:most]]
    return Group("procedures", _("Procedures"), "file-text", shown, more) if hits else None
