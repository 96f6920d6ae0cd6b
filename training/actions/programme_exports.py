"""Taking the report of the programme out of the portal."""

from collections.abc import Mapping
from typing import Any

from django.utils.timezone import now
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bordercoop.audit.actions import record_export
from bordercoop.errors import NotAllowed
from bordercoop.tables.listing import FORMATS, Export
from bordercoop.web.pdf import pdf
from contactpoints.access import SERVICES, units_where
from contactpoints.actions.exporting import hand_out

from ..programme_paper import report_document
from ..programme_report import report_listing, report_of
from ..report_period import period_of


def export_programme_report(query: Mapping[str, Any], *, form: str, by: Any) -> Export:
    """The report of the period that the query asks for, as CSV, XLSX or PDF; sums only, and small
    numbers by sex and unit hidden. Recorded as an export."""
    if by.side not in SERVICES or not units_where(by, "view_activities"):
        raise NotAllowed(_("Your posting does not let you read activities."))
    if form != "pdf":
        return hand_out(report_listing(query), form, by)
    at, period = now(), period_of(query)
    report = report_of(period)
    made = pdf("programme_report.typ", report_document(report, by=by, at=at), at=at)
    days = {"since": period.since.isoformat(), "until": period.until.isoformat()}
    rows = sum(len(table.rows) for table in report.tables)
    record_export("programme-report", by=by, filter={**days, "as": form}, rows=rows)
    language = get_language() or "en"
    name = f"bordercoop-programme-{period.since:%Y%m%d}-{period.until:%Y%m%d}-{language}.pdf"
    return Export(name, FORMATS["pdf"], iter([made]))
