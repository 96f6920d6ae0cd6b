"""A version of a contingency plan on paper: what to do now, then whom to call, then who approved.

`templates/pdf/contingency_plan.typ` is the form. What was written stays in its language.
"""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from bordercoop.reference.wording import unseen_left_out
from bordercoop.web.both import Both
from bordercoop.web.signed import foot, signature_rows

from .contingency import HEAD, PARTS, contacts_of, phases_of, shown
from .models import ContingencyVersion


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
            "rows": signature_rows(
                standing, both, none=lambda: _("Not approved"), sides=version.plan.sides
            ),
        },
        **foot(both, number=version.number, sha256=version.sha256, at=at, by=by),
    }  # fmt: skip
