"""The protocol of a meeting on paper: both languages side by side, its sum at the foot of each."""

from datetime import datetime
from typing import Any

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from bordercoop.access.models import Language
from bordercoop.web.both import Both
from bordercoop.web.clocks import written

from ..models import Meeting, MeetingPerson
from ..printing import frame


def protocol_document(meeting: Meeting, *, both: Both, by: Any, at: datetime) -> dict[str, Any]:
    """What `templates/pdf/paper.typ` prints: a row a point, a row a decision."""
    people = list(meeting.people.filter(removed_at=None).order_by("side", "pk"))
    confirmed = list(meeting.confirmations.filter(sha256=meeting.sha256).select_related("by"))
    rows = []
    for item in meeting.items.order_by("number"):
        cells = [
            "\n".join(filter(None, (item.topics.get(code), item.protocol.get(code))))
            for code in meeting.languages
        ]
        rows.append([[str(item.number)], *([cell or "—"] for cell in cells)])
    for row in meeting.decisions.order_by("number"):
        who = f"→ {row.side} {row.owner}, {row.due:%d.%m.%Y}"
        cells = [f"{row.texts.get(code) or '—'}\n{who}" for code in meeting.languages]
        label = both(lambda n=row.number: f"{pgettext('meeting', 'Decision')} {n}")
        rows.append([label, *([cell] for cell in cells)])
    return {
        **frame(both, by, at, handling=None),
        "title": meeting.number,
        "heading": both(lambda: _("Protocol of a meeting of border representatives")),
        "intro": [meeting.number, meeting.title],
        "facts": [
            [both(lambda: _("Place")), [meeting.place]],
            [
                both(lambda: pgettext("meeting", "Held")),
                both(lambda: written(meeting.held_at or meeting.at, by.side)),
            ],
            *(_person(one, both) for one in people),
            *(
                [
                    both(lambda: _("Confirmed by")),
                    both(lambda one=one: _confirmed(one, by.side)),
                ]
                for one in confirmed
            ),
        ],
        "columns": [
            ["№"],
            *([str(Language(code).label)] for code in meeting.languages),
        ],
        "rows": rows,
        "more": None,
        "mark_label": both(lambda: _("Digest (SHA-256)")),
        "mark": meeting.sha256,
    }


def _confirmed(one: Any, side: str) -> str:
    return f"{one.side} {one.by.name_for(get_language() or 'en')}, {written(one.at, side)}"


def _person(one: MeetingPerson, both: Both) -> list[Any]:
    function = MeetingPerson.Function(one.function)
    return [both(lambda: str(function.label)), [f"{one.side} {one.name}"]]
