"""The monthly statement of exchange on paper, in two languages and the same for both sides.

`templates/pdf/statement.typ` is the form.
"""

from datetime import datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from bordercoop.web.both import Both
from bordercoop.web.clocks import compact, written
from bordercoop.web.signed import foot, signature_rows

from .ledger import KINDS
from .models import EntryKind, ExchangeStatement, units
from .statements import Line, lines_of


def statement_document(
    statement: ExchangeStatement, *, both: Both, by: Any, at: datetime
) -> dict[str, Any]:
    """What the form prints: the counts of both sides, what was said, late entries, signatures."""
    lines = lines_of(statement)
    standing = {signature.side: signature for signature in statement.standing}
    return {
        "languages": list(both.languages),
        "title": statement.number,
        "heading": both(lambda: _("Statement of exchange")),
        "watermark": None
        if statement.closed_at
        else both(lambda: pgettext("watermark", "NOT SIGNED BY BOTH")),
        "facts": [
            [both(lambda: _("Number")), [statement.number]],
            [
                both(lambda: _("Month")),
                both(
                    lambda: (
                        _("%(month)s, from 00:00 UTC on its first day to its end by UTC")
                        % {"month": date_format(statement.month, "YEAR_MONTH_FORMAT")}
                    )
                ),
            ],
            [both(lambda: _("Counted")), both(lambda: written(statement.counted_at, "LV"))],
            [both(lambda: _("State")), both(lambda: state_of(statement))],
        ],
        "lines": {
            "heading": both(lambda: _("What each side counts")),
            "hint": both(hint),
            "head": [
                both(lambda: _("From and to")),
                both(lambda: _("What was sent")),
                *([side] for side in ("LV", "BY")),
                both(lambda: _("Read by both")),
            ],
            "rows": [_row(line, both) for line in lines],
            "empty": both(lambda: _("Nothing crossed in this month.")),
        },
        "late": {
            "heading": both(lambda: _("Late entries of closed months")),
            "rows": [
                [
                    [row["month"]],
                    [f"{name_of(row['from'])} → {name_of(row['to'])}"],
                    both(lambda row=row: str(KINDS[row["kind"]])),
                    [f"{side} {three(row['was'][side])} → {three(row['now'][side])}"
                     for side in ("LV", "BY")],
                ]
                for row in statement.content["late"]
            ],
            "empty": both(lambda: _("None.")),
        },
        "said": {
            "heading": both(lambda: _("What was said of the lines")),
            "rows": [
                [
                    [compact(entry.at, "LV"), f"{entry.side} {entry.by.name_latin}"],
                    both(lambda line=line: f"{name_of(line.sender)} → {name_of(line.desk)}: "
                         f"{line.label}"),
                    [*both(lambda entry=entry: EntryKind(entry.kind).label),
                     *([three(entry.reading)] if entry.reading else []),
                     *([entry.text] if entry.text else [])],
                ]
                for line in lines
                for entry in line.entries
            ],
            "empty": both(lambda: _("Nothing.")),
        },
        "signatures": {
            "label": both(lambda: _("Signatures")),
            "said": both(
                lambda: _(
                    "Each signature below is bound to the SHA-256 of this statement. A statement "
                    "with another SHA-256 is not signed."
                )
            ),
            "rows": signature_rows(
                standing, both, none=lambda: pgettext("signature", "Not signed")
            ),
        },
        "sum": statement.sha256,
        **foot(both, number=statement.revision, sha256=statement.sha256, at=at, by=by),
    }  # fmt: skip


def hint() -> str:
    return _(
        "The sender counts from when it sent an alert, the receiver what reached its desk, from "
        "when it reached it. Figures: sent, answered, late."
    )


def name_of(code: str) -> str:
    unit = units().get(code)
    return unit.name if unit else code


def three(counts: Any) -> str:
    """ "14 / 12 / 2": sent, answered, late."""
    return " / ".join(str(counts[name]) for name in ("sent", "answered", "late"))


def state_of(statement: ExchangeStatement) -> str:
    signed = {signature.side for signature in statement.standing}
    if statement.closed_at is not None:
        return _("Signed by both sides: closed")
    if signed:
        return _("Signed by one side")
    return _("Waits for both sides")


def _row(line: Line, both: Both) -> list[list[str]]:
    def ends() -> str:
        return f"{name_of(line.sender)} → {name_of(line.desk)}"

    def read() -> str:
        if line.reading is not None:
            return three(line.reading)
        return line.state_label

    return [
        both(ends),
        both(lambda: line.label),
        [three(line.counts["LV"])],
        [three(line.counts["BY"])],
        both(read),
    ]
