"""Taking the directory, the places or a rota out of the portal."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from bordercoop.errors import NotAllowed
from bordercoop.tables.listing import Export, Listing, actor, taken_out
from bordercoop.web.clocks import written

from ..access import administered, roles_of
from ..crossing_exporting import crossings_listing
from ..exporting import (
    contacts_listing,
    lines_listing,
    people_listing,
    places_listing,
    rota_listing,
)
from ..lines import pairs_for
from ..models import Unit
from ..rota import may_read_rota


def export_contacts(query: Mapping[str, Any], *, form: str, by: Any) -> Export:
    """The directory as the officer may know it; recorded as an export."""
    return hand_out(contacts_listing(by, query), form, by)


def export_people(query: Mapping[str, Any], *, form: str, by: Any) -> Export:
    """The own side's accounts for an administrator; recorded as an export."""
    if not administered(by):
        raise NotAllowed(_("You may not read the list of accounts."))
    return hand_out(people_listing(by, query), form, by)


def export_places(*, form: str, by: Any) -> Export:
    """Every place with what both sides say of its opening; recorded as an export."""
    return hand_out(places_listing(by), form, by)


def export_crossings(query: Mapping[str, Any], *, form: str, by: Any) -> Export:
    """How it is at the crossing points now, as both sides say; recorded as an export."""
    return hand_out(crossings_listing(by, query), form, by)


def export_rota(unit: Unit, *, month: str = "", form: str, by: Any) -> Export:
    """Who serves at a unit in a month; recorded as an export. Only of a rota the officer reads."""
    if not may_read_rota(by, unit):
        raise NotAllowed(_("You may not read this rota."))
    return hand_out(rota_listing(unit, month), form, by)


def export_line(one: Unit, other: Unit, period: str, *, form: str, by: Any) -> Export:
    """The log of the checks between two desks; recorded as an export. Only of a pair at one end of
    which the officer sees alerts."""
    if {one.pk, other.pk} not in [{a.pk, b.pk} for a, b in pairs_for(by)]:
        raise NotAllowed(_("You may not read the checks of this line."))
    return hand_out(lines_listing(one, other, period), form, by)


def hand_out(listing: Listing, form: str, by: Any) -> Export:
    """The list as a file that names the officer, the own unit and both clocks. Asks no right."""
    unit = next((unit for _role, unit in roles_of(by)), None)
    return taken_out(
        listing, form, of=actor(by, unit), at_clocks=lambda at: written(at, by.side), by=by
    )
