"""Taking the list of incidents out of the portal."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from bordercoop.errors import NotAllowed
from bordercoop.tables.listing import Export, actor, taken_out
from bordercoop.web.clocks import written
from contactpoints.access import roles_of, units_where

from ..exporting import listing


def export_incidents(query: Mapping[str, Any], *, form: str, by: Any) -> Export:
    """The incidents that the query asks for, as CSV, XLSX, GeoJSON or PDF; recorded as an export.

    Holds what the officer's copies hold, never an internal note or a sealed part. Raises Invalid
    for a filter or format that means nothing, and for a PDF of too many rows.
    """
    if not units_where(by, "view_incidents"):
        raise NotAllowed(_("Your posting does not let you read incidents."))
    unit = next((unit for _role, unit in roles_of(by)), None)
    return taken_out(
        listing(by, query), form,
        of=actor(by, unit), at_clocks=lambda at: written(at, by.side), by=by,
    )  # fmt: skip
