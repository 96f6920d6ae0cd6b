"""Taking the risk register out of the portal."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from bordercoop.errors import NotAllowed
from bordercoop.tables.listing import Export
from contactpoints.access import units_where
from contactpoints.actions.exporting import hand_out

from ..exporting import risk_listing


def export_risks(query: Mapping[str, Any], *, form: str, by: Any) -> Export:
    """The risks that the query asks for and the officer reads, as CSV, XLSX or PDF; recorded as an
    export."""
    if not units_where(by, "view_incidents"):
        raise NotAllowed(_("Your posting does not let you read the risk register."))
    return hand_out(risk_listing(by, query), form, by)
