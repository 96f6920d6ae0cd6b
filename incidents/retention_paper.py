"""A purge certificate and the answer of a subject-access search on paper, in two languages."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from bordercoop.reference.sides import Side
from bordercoop.web.both import Both
from bordercoop.web.clocks import written

from .models import Kept, Purge
from .printing import frame
from .retention import is_whole, lines_of

if TYPE_CHECKING:
    from .actions.subjects import Answer

# A paper is for the hand; the screen and the API have the rest.
LINES_MOST = 400


def _day(day: date | None) -> str:
    return f"{day:%d.%m.%Y}" if day else "—"


def _around(both: Both, by: Any, at: datetime, side: str) -> dict[str, Any]:
    handling = both(lambda: _("INTERNAL: %(side)s only") % {"side": Side(side).label})
    return frame(both, by, at, handling=handling)


def certificate_document(purge: Purge, *, both: Both, by: Any, at: datetime) -> dict[str, Any]:
    """What `templates/pdf/paper.typ` prints of a certificate."""
    lines = lines_of(purge)
    ended = purge.finished_at or purge.at
    return {
        **_around(both, by, at, purge.side),
        "title": f"{purge.side} {purge.number}",
        "heading": both(lambda: _("Purge certificate")),
        "intro": both(
            lambda: _(
                "The personal data listed here were blanked because the period for which they may "
                "be kept had ended. What they said is not kept anywhere."
            )
        ),
        "facts": [
            [both(lambda: _("Side")), [purge.side]],
            [both(lambda: _("Number of the certificate")), [str(purge.number)]],
            [
                both(lambda: pgettext("purge", "Began")),
                both(lambda: written(purge.at, by.side)),
            ],
            [
                both(lambda: pgettext("purge", "Ended")),
                both(lambda: written(ended, by.side)),
            ],
            [both(lambda: pgettext("purge", "Process")), both(Purge.Process(purge.process).label)],
            [both(lambda: _("Chained to")), [purge.previous or "—"]],
            [both(lambda: _("Digest (SHA-256)")), [purge.digest]],
            [
                both(lambda: _("Checked while printing")),
                both(
                    lambda: (
                        _("Whole") if is_whole(purge) else _("Does not equal what was certified")
                    )
                ),
            ],
        ],
        "columns": [
            both(lambda: pgettext("kept", "Number")),
            both(lambda: pgettext("kept", "Kind")),
            both(lambda: pgettext("purge", "Rows")),
            both(lambda: _("Kept until")),
            both(lambda: _("Days")),
            both(lambda: _("Legal ground")),
        ],
        "rows": [
            [
                [line.number or "—"],
                both(Kept(line.kind).label),
                [str(line.rows)],
                [_day(line.kept_until)],
                [str(line.days)],
                [line.ground],
            ]
            for line in lines[:LINES_MOST]
        ],
        "more": both(lambda: _("The rest stands in the portal.")) if lines[LINES_MOST:] else None,
    }


def subject_document(answer: "Answer", *, both: Both, by: Any, at: datetime) -> dict[str, Any]:
    """The same form for the answer to a person: where something is kept, what, and how long."""
    search = answer.search
    return {
        **_around(both, by, at, search.side),
        "title": search.case_ref,
        "heading": both(lambda: _("What is kept of a person")),
        "intro": both(
            lambda: _(
                "Found in the sealed personal parts of the own side and in the copies that its "
                "desks hold. What the fields say is read in the sealed part, with a reason."
            )
        ),
        "facts": [
            [both(lambda: _("Reference of the request")), [search.case_ref]],
            [both(lambda: _("Reason")), [search.reason]],
            [both(lambda: _("Searched")), both(lambda: written(search.at, by.side))],
            [both(lambda: pgettext("subject", "Incidents found")), [str(search.hits)]],
        ],
        "columns": [
            both(lambda: _("Incident")),
            both(lambda: pgettext("kept", "Kind")),
            both(lambda: pgettext("subject", "What is kept")),
            both(lambda: _("Kept until")),
        ],
        "rows": [
            [
                [hit.incident.number or "—"],
                both(lambda hit=hit: "; ".join(hit.kind_labels)),
                both(lambda hit=hit: ", ".join(hit.labels)),
                both(lambda hit=hit: _("Legal hold")) if hit.held else [_day(hit.until)],
            ]
            for hit in answer.hits
        ],
        "more": both(lambda: _("Only the first are listed. Narrow the search."))
        if search.hits > len(answer.hits)
        else None,
    }
