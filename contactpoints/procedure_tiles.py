"""What guidelines and procedures add to the frame and to the home page."""

from typing import Any

from django.utils.translation import ngettext, pgettext

from .kinds import kinds
from .procedure_lines import lines_by_kind
from .procedures import may_read


def navigation(user: Any) -> list[dict[str, Any]]:
    """The guidelines, for the officers of the two services."""
    kind = kinds()["guideline"]
    if not may_read(user, kind):
        return []
    return [
        {
            "url": kind.base,
            "icon": "file-text",
            "label": pgettext("navigation", "Guidelines"),
            "short": pgettext("navigation", "Guidelines"),
            "count": 0,
            "count_label": "",
        }
    ]


def tasks_of(user: Any) -> list[dict[str, Any]]:
    """A tile for each thing that waits: to approve, to answer, to review, to read. None for whoever
    has nothing to do with them, three statements for the others."""
    found: list[dict[str, Any]] = []
    for code, lines in lines_by_kind(user).items():
        kind = kinds()[code]
        for what in ("approve", "comments", "review", "read"):
            at = [line for line in lines if what in line.waits]
            if not at:
                continue
            shown = at[0].prepared if what in ("approve", "comments") else at[0].holding
            path = f"{kind.base}{at[0].procedure.code}/"
            if what in ("approve", "comments") and shown is not None:
                path += f"{shown.number}/"
            found.append(
                {
                    "title": str(kind.tasks[what]),
                    "sentence": _sentence(what, len(at)),
                    "count": len(at),
                    "url": path if len(at) == 1 else kind.base,
                    "icon": kind.icon,
                    "urgent": what == "approve",
                }
            )
    return found


def _sentence(what: str, count: int) -> str:
    sentences = {
        "approve": ngettext(
            "%(count)s version waits for your side's approval.",
            "%(count)s versions wait for your side's approval.",
            count,
        ),
        "comments": ngettext(
            "Comments on %(count)s version wait for an answer.",
            "Comments on %(count)s versions wait for an answer.",
            count,
        ),
        "review": ngettext(
            "%(count)s is under review, and no next version has been begun.",
            "%(count)s are under review, and no next version has been begun.",
            count,
        ),
        "read": ngettext(
            "Read what %(count)s says now, and confirm it.",
            "Read what %(count)s say now, and confirm it.",
            count,
        ),
    }
    return sentences[what] % {"count": count}
