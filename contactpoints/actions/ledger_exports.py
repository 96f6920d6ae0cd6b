"""Taking the figures of a desk or a statement of exchange out of the portal."""

from datetime import date
from typing import Any

from bordercoop.tables.listing import Export

from ..access import require
from ..ledger_exporting import desk_listing, statement_listing
from ..models import ExchangeStatement, Unit
from ..statements import require_reader_of_statements
from .exporting import hand_out


def export_desk_month(unit: Unit, month: date, *, form: str, by: Any) -> Export:
    """The figures of a desk of the own side in a month; recorded as an export."""
    require(by, "view_alerts", unit)
    return hand_out(desk_listing(unit, month), form, by)


def export_statement(statement: ExchangeStatement, *, form: str, by: Any) -> Export:
    """The lines of a statement of exchange; recorded as an export."""
    require_reader_of_statements(by)
    return hand_out(statement_listing(statement), form, by)
