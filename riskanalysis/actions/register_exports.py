"""Taking the risk register out of the portal."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from bordercoop.audit.actions import record_export
from bordercoop.errors import NotAllowed
from bordercoop.tables.listing import Export
from contactpoints.access import units_where
from contactpoints.actions.exporting import hand_out

from ..register_exporting import risk_listing


def export_risks(query: Mapping[str, Any], *, form: str, by: Any) -> Export:
    """The risks that the query asks for and the officer reads, as CSV, XLSX or PDF; recorded as an
    export."""
    if not units_where(by, "view_incidents"):
        raise NotAllowed(_("Your posting does not let you read the risk register."))
    return hand_out(risk_listing(by, query), form, by)


def note_matrix_export(*, form: str, rows: int, by: Any) -> None:
    """Write down that the matrix was taken out as SVG, PNG or CSV, with so many risks in it."""
    if not units_where(by, "view_incidents"):
        raise NotAllowed(_("Your posting does not let you read the risk register."))
    record_export("risk-matrix", by=by, filter={"as": form}, rows=rows)
