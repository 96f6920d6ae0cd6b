"""A version of the yearly plan on paper, in two languages and the same for both sides.

`templates/pdf/year_plan.typ` is the form.
"""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from bordercoop.web.both import Both
from bordercoop.web.clocks import written
from bordercoop.web.signed import foot, signature_rows

from .models import PlanVersion
from .plans import LABELS, number_of, shown


def plan_file_name(version: PlanVersion) -> str:
    return f"{number_of(version.plan.year)}-v{version.number}.pdf"


def plan_document(version: PlanVersion, *, both: Both, by: Any, at: datetime) -> dict[str, Any]:
    """What the form prints: the lines as they were put, their sum, the signatures."""
    standing = {signature.side: signature for signature in version.standing}
    lines = version.content["lines"]
    return {
        "languages": list(both.languages),
        "title": f"{number_of(version.plan.year)} v{version.number}",
        "heading": both(lambda: _("Joint plan for %(year)s") % {"year": version.plan.year}),
        "watermark": None
        if version.signed_at
        else both(lambda: pgettext("watermark", "NOT SIGNED BY BOTH")),
        "facts": [
            [both(lambda: _("Number")), [number_of(version.plan.year)]],
            [both(lambda: _("Version")), [str(version.number)]],
            [both(lambda: _("Put to both sides")), both(lambda: written(version.at, "LV"))],
            [both(lambda: _("State")), both(lambda: _state(version))],
        ],
        "lines": {
            "heading": both(lambda: _("Lines of the plan")),
            "head": [
                ["№"],
                both(lambda: str(LABELS["title"])),
                both(lambda: str(LABELS["quarter"])),
                both(lambda: pgettext("plan", "Seats LV / BY")),
                both(lambda: pgettext("plan", "Budget line, EUR")),
                both(lambda: pgettext("plan", "Indicator and target")),
            ],
            "rows": [_row(line, both) for line in lines],
        },
        "signatures": {
            "label": both(lambda: _("Signatures")),
            "said": both(
                lambda: _(
                    "Each signature below is bound to the SHA-256 of this plan. A plan with "
                    "another SHA-256 is not signed."
                )
            ),
            "rows": signature_rows(
                standing, both, none=lambda: pgettext("signature", "Not signed")
            ),
        },
        "sum": version.sha256,
        **foot(both, number=version.number, sha256=version.sha256, at=at, by=by),
    }  # fmt: skip


def _state(version: PlanVersion) -> str:
    if version.signed_at is not None:
        return _("Signed by both sides")
    if version.voided_at is not None:
        return _("Void: the plan was changed before both had signed")
    return _("Waits for signatures")


def _row(line: dict[str, Any], both: Both) -> list[list[str]]:
    def about() -> str:
        place = f"{shown('kind', line['kind'])}, {shown('host_country', line['host_country'])}"
        return f"{place}, {shown('topic', line['topic'])}" if line["topic"] else place

    def indicator() -> str:
        if not line["measure"]:
            return "–"
        return f"{line['indicator']}: {line['target']} ({shown('measure', line['measure'])})"

    money = " · ".join(part for part in (line["budget_line"], line["amount"] or "") if part)
    return [
        [f"{line['number']} {line['side']}"],
        [shown("title", line["title"]), *both(about)],
        [str(line["quarter"])],
        [f"{line['seats_lv']} / {line['seats_by']}"],
        [money or "–"],
        both(indicator),
    ]
