"""Taking lists out of the portal: incidents, alerts, the exchange ledger."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from bordercoop import sentences
from bordercoop.errors import NotAllowed
from bordercoop.tables.listing import Export
from contactpoints.access import units_where
from contactpoints.actions.exporting import hand_out

from ..exchange import month_of
from ..exchange_exporting import alerts_listing, ledger_listing
from ..exporting import listing


def export_incidents(query: Mapping[str, Any], *, form: str, by: Any) -> Export:
    """The incidents that the query asks for, as CSV, XLSX, GeoJSON or PDF; recorded as an export.

    Holds what the officer's copies hold, never an internal note or a sealed part. Raises Invalid
    for a filter or format that means nothing, and for a PDF of too many rows.
    """
    if not units_where(by, "view_incidents"):
        raise NotAllowed(_("Your posting does not let you read incidents."))
    return hand_out(listing(by, query), form, by)


def export_ledger(month: str = "", *, form: str, by: Any) -> Export:
    """The ledger of a month ("2026-11", the present one without); recorded as an export."""
    _require_alerts(by)
    return hand_out(ledger_listing(by, month_of(month)), form, by)


def export_alerts(month: str = "", *, form: str, by: Any) -> Export:
    """A month's alerts at the officer's desks and those that they sent; recorded as an export."""
    _require_alerts(by)
    return hand_out(alerts_listing(by, month_of(month)), form, by)


def _require_alerts(by: Any) -> None:
    if not units_where(by, "view_alerts"):
        raise NotAllowed(sentences.NOT_ALLOWED)
