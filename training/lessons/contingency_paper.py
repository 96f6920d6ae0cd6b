"""A version of a contingency plan on paper: what to do now, then whom to call, then who approved.

`templates/pdf/contingency_plan.typ` is the form. What was written stays in its language.
"""

from datetime import datetime
from typing import Any

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from bordercoop.reference.sides import Side
from bordercoop.reference.wording import unseen_left_out
from bordercoop.web.both import Both
from bordercoop.web.clocks import written

from .contingency import HEAD, PARTS, contacts_of, phases_of, shown
from .models import ContingencyApproval, ContingencyVersion


def contingency_file_name(version: ContingencyVersion) -> str:
    return f"{version.plan.number}-v{version.number}.pdf"


def contingency_document(
    version: ContingencyVersion, *, both: Both, by: Any, at: datetime
) -> dict[str, Any]:
    """What the form prints; telephones of desks are those of the day of printing."""
    content = version.content
    standing = {approval.side: approval for approval in version.standing}
    tasks = PARTS["tasks"]
    return {
        "languages": list(both.languages),
        "title": f"{version.plan.number} v{version.number}",
        "heading": both(lambda: _("Contingency plan")),
        "said": content["title"],
        "language": content["language"],
        "watermark": None
        if version.signed_at
        else both(lambda: pgettext("watermark", "NOT APPROVED")),
        "facts": [
            [both(lambda: _("Number")), [f"{version.plan.number} v{version.number}"]],
            *(
                [both(HEAD[name]), both(lambda name=name: shown(name, content[name], content))]
                for name in ("triggers", "places", "categories")
            ),
            [both(HEAD["effective_on"]), [f"{version.effective_on:%d.%m.%Y}"]],
        ],
        "head": [["✓"], both(tasks["minutes"]), both(tasks["what"]), both(tasks["who"])],
        "minutes": both(lambda: _("minutes after the phase began")),
        "phases": [
            {
                "name": unseen_left_out(phase.name),
                "begins": unseen_left_out(phase.begins),
                "tasks": [
                    [str(task.minutes), unseen_left_out(task.what), unseen_left_out(task.who)]
                    for task in phase.tasks
                ],
            }
            for phase in phases_of(content)
        ],
        "contacts": {
            "label": both(lambda: _("Whom to call")),
            "rows": [
                [
                    f"{one.side} {unseen_left_out(one.name)}".strip(),
                    " · ".join(
                        part for part in (one.phone, one.email, unseen_left_out(one.words)) if part
                    ),
                ]
                for one in contacts_of(content)
            ],
        },
        "approvals": {
            "label": both(lambda: pgettext("contingency plan", "Approved by")),
            "rows": [
                _approval(side, standing.get(side), both) for side in version.plan.sides
            ],
        },
        "page": both(lambda: _("Page {page} of {total}")),
        "printed": both(
            lambda: (
                _("Printed for %(side)s on %(when)s.")
                % {"side": Side(by.side).label, "when": written(at, by.side)}
            )
        ),
        "from": both(lambda: _("Version %(n)s") % {"n": version.number}),
        "mark_label": ["SHA-256", "SHA-256"],
        "mark": version.sha256,
        "handling": None,
        "marking": None,
    }  # fmt: skip


def _approval(side: str, approval: ContingencyApproval | None, both: Both) -> dict[str, Any]:
    def name() -> str:
        assert approval is not None
        local = approval.name_local if get_language() in ("be", "ru") or side == "LV" else ""
        return local or approval.name_latin

    return {
        "side": side,
        "label": both(Side(side).label),
        "name": both(name) if approval else None,
        "when": both(lambda: written(approval.at, side)) if approval else None,  # type: ignore[union-attr]
        "none": both(lambda: _("Not approved")),
    }
