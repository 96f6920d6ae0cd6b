"""Taking the list of activities out of the portal."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from bordercoop.errors import NotAllowed
from bordercoop.tables.listing import Export
from contactpoints.access import SERVICES, units_where
from contactpoints.actions.exporting import hand_out

from ..activity_listing import activity_listing


def export_activities(query: Mapping[str, Any], *, form: str, by: Any) -> Export:
    """The activities that the query asks for and the officer reads, as CSV, XLSX or PDF; recorded
    as an export."""
    if by.side not in SERVICES or not units_where(by, "view_activities"):
        raise NotAllowed(_("Your posting does not let you read activities."))
    return hand_out(activity_listing(by, query), form, by)
