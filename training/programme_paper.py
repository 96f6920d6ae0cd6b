"""The report of the programme on paper, in the reader's language.

`templates/pdf/programme_report.typ` is the form.
"""

from datetime import datetime
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bordercoop.reference.sides import Side
from bordercoop.reference.wording import unseen_left_out
from bordercoop.web.clocks import written

from .programme_report import Report, Table, shown_value


def report_document(report: Report, *, by: Any, at: datetime) -> dict[str, Any]:
    language = get_language() or "en"
    return {
        "language": language,
        "languages": [language, language],
        "title": _("Programme report"),
        "period": report.period.words,
        "tables": [_table(table) for table in report.tables],
        "empty": _("Nothing in this period."),
        "page": _("Page {page} of {total}"),
        "from": _("Printed for %(side)s on %(when)s.")
        % {"side": Side(by.side).label, "when": written(at, by.side)},
    }


def _table(table: Table) -> dict[str, Any]:
    # Columns of words need more room than those of numbers.
    wide = [
        any(isinstance(row.values[n], str) and len(row.values[n]) > 12 for row in table.rows)
        for n in range(len(table.columns))
    ]
    return {
        "title": table.title,
        "head": ["", *(str(label) for _key, label in table.columns)],
        "widths": [5, *(3 if each else 2 for each in wide)],
        "rows": [
            [unseen_left_out(row.label), *(unseen_left_out(shown_value(v)) for v in row.values)]
            for row in table.rows
        ],
        "note": table.note,
    }
