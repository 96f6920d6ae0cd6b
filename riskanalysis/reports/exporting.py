"""Figures of a risk report that leave the portal, with small numbers hidden."""

from typing import Any

from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.audit.actions import record_export
from bordercoop.errors import Invalid, Refused
from bordercoop.reference.marking import said_of
from bordercoop.tables.listing import Export
from bordercoop.tables.writing import csv_pieces

from .charts import NAMES, alone, figure
from .words import Snapshot, marking_of, period_called, places_called

FORMS = {"svg": "image/svg+xml", "png": "image/png", "csv": "text/csv; charset=utf-8"}


def export_figure(snapshot: Snapshot, name: str, *, form: str, by: Any) -> Export:
    """One figure of a snapshot that `by` reads, in the active language; recorded as an export.

    Raises Refused (404) for a figure that the report does not have, Invalid for another format.
    """
    made = figure(snapshot, name) if name in NAMES else None
    if made is None:
        raise Refused(_("This report has no such figure."), code="not_found", status=404)
    if form not in FORMS:
        sentence = _("Choose one of these formats: %(formats)s.") % {"formats": ", ".join(FORMS)}
        raise Invalid(sentence, fields={"as": [sentence]})
    number, marking = snapshot["number"], said_of(marking_of(snapshot))
    record_export(
        f"report-{name}", by=by, filter={"report": number, "as": form, "marking": marking},
        rows=len(made.rows),
    )  # fmt: skip
    if form == "csv":
        head = [
            (_("Risk report"), number or _("not approved")),
            (_("Title"), snapshot["title"]),
            (_("Figure"), made.title),
            (_("Period"), period_called(snapshot)),
            (_("Sections and places"), places_called(snapshot)),
            (_("Strictest marking"), marking),
            *((_("Note"), note) for note in made.notes),
        ]
        pieces = csv_pieces(head, made.labels, made.rows)
    else:
        content = alone(made, snapshot)
        if form == "png":
            from bordercoop.web.pdf import png

            pieces = iter([png(content)])
        else:
            pieces = iter([content.encode()])
    stem = number or "report-draft"
    return Export(f"{stem}-{name}-{now():%Y%m%d-%H%M}.{form}", FORMS[form], pieces)
