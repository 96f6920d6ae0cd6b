"""A version of the plan or of the final evaluation report on paper, in two languages and the same
for both sides. `templates/pdf/joint_operation.typ` is the form."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from bordercoop.reference.wording import unseen_left_out
from bordercoop.web.both import Both
from bordercoop.web.clocks import written
from bordercoop.web.signed import foot, signature_rows

from .evaluating import figures_in_words
from .models import OperationVersion
from .operation_papers import facts_in_words, owner_name, paper_name, place_name, sections_of


def operation_file_name(version: OperationVersion) -> str:
    return f"{version.operation.number}-{version.paper}-v{version.number}.pdf"


def operation_document(
    version: OperationVersion, *, both: Both, by: Any, at: datetime
) -> dict[str, Any]:
    """What the form prints: the parts as they were put, their sum, the approvals."""
    said = version.content
    standing = {one.side: one for one in version.standing}
    parts = {part["section"]: part["texts"] for part in said["parts"]}
    begins, ends = (datetime.fromisoformat(said[name]) for name in ("starts_at", "ends_at"))
    return {
        "languages": list(both.languages),
        "title": f"{said['operation']} v{version.number}",
        "heading": both(lambda: paper_name(version.paper)),
        "watermark": None
        if version.signed_at
        else both(lambda: pgettext("watermark", "NOT APPROVED BY BOTH")),
        "facts": [
            [both(lambda: _("Number")), [said["operation"]]],
            [both(lambda: pgettext("operation", "Title")), [unseen_left_out(said["title"])]],
            [both(lambda: _("Version")), [str(version.number)]],
            [both(lambda: pgettext("operation", "Begins")), both(lambda: written(begins, "LV"))],
            [both(lambda: pgettext("operation", "Ends")), both(lambda: written(ends, "LV"))],
            [both(lambda: pgettext("operation", "Area")), both(lambda: _area(said))],
            [
                both(lambda: pgettext("operation", "Resources")),
                both(lambda: "; ".join(facts_in_words(said)) or "–"),
            ],
            [both(lambda: _("State")), both(lambda: version_state(version))],
        ],
        "parts": [
            {
                "heading": [f"{n}. {name}" for name in both(lambda term=term: term.name)],
                "texts": [
                    {
                        "owner": both(lambda one=one: owner_name(one["owner"])),
                        "language": one["language"],
                        "text": unseen_left_out(one["text"]),
                    }
                    for one in parts.get(code, [])
                ],
            }
            for n, (code, term) in enumerate(sections_of(version.paper).items(), 1)
        ],
        "figures": [both(lambda: "; ".join(figures_in_words(said["figures"])))]
        if said.get("figures")
        else [],
        "figures_label": both(lambda: _("From the daily reports")),
        "signatures": {
            "label": both(lambda: _("Approval of both sides")),
            "said": both(
                lambda: _(
                    "Each approval below is bound to the SHA-256 of this version. What has another "
                    "SHA-256 is not approved."
                )
            ),
            "rows": signature_rows(
                standing, both, none=lambda: pgettext("paper of an operation", "Not approved")
            ),
        },
        "sum": version.sha256,
        **foot(both, number=version.number, sha256=version.sha256, at=at, by=by),
    }  # fmt: skip


def _area(said: dict[str, Any]) -> str:
    return ", ".join(place_name(code) for code in [*said["places"], *said["sections"]]) or "–"


def version_state(version: OperationVersion) -> str:
    if version.signed_at is not None:
        return _("Approved by both sides")
    if version.voided_at is not None:
        return _("Void: it was changed before both had approved")
    return _("Waits for approval")
