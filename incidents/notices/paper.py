"""A notice on paper, in two languages."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from bordercoop.web.both import Both
from bordercoop.web.clocks import written
from contactpoints.models import Delivery

from ..models import AdvanceNotice, NoticeState
from ..printing import frame
from .reading import Told, told, where_of


def notice_document(
    notice: AdvanceNotice,
    one: Told,
    deliveries: list[Delivery],
    *,
    both: Both,
    by: Any,
    at: datetime,
) -> dict[str, Any]:
    """What `templates/pdf/paper.typ` prints: the facts, the words, and who acknowledged."""
    version = one.version
    headlines = both(lambda: told(version, at).headline)
    texts = both(lambda: told(version, at).text)
    facts = [
        [both(lambda: _("What it is about")), both(lambda: one.term.name if one.term else "—")],
        [both(lambda: _("State")), both(lambda: str(NoticeState(notice.state).label))],
        [both(lambda: _("Begins")), both(lambda: written(version.starts_at, by.side))],
        [both(lambda: _("Ends")), both(lambda: written(version.over_at, by.side))],
        [both(lambda: _("Place")), both(lambda: where_of(version))],
        [
            both(lambda: _("Unit that is responsible")),
            both(lambda: f"{notice.side} {notice.unit.name}"),
        ],
        [
            both(lambda: _("Telephone there")),
            [f"{version.contact_name} {version.contact_phone}".strip()],
        ],
    ]
    if version.daily_from and version.daily_to:
        hours = f"{version.daily_from:%H:%M}–{version.daily_to:%H:%M}"
        facts.insert(4, [both(lambda: _("Hours of each day")), [f"{hours} ({notice.zone})"]])
    if version.altitude_m:
        label = both(lambda: _("Up to how many metres above the ground"))
        facts.append([label, [f"{version.altitude_m} m"]])
    if notice.reason:
        facts.append([both(lambda: _("Reason")), [notice.reason]])
    return {
        **frame(both, by, at, handling=None, marked=version),
        "title": notice.number or _("Draft"),
        "heading": both(lambda: _("Advance notice")),
        "intro": [notice.number or "—", *dict.fromkeys([*headlines, *filter(None, texts)])],
        "facts": facts,
        "columns": [
            both(lambda: _("Desk")),
            both(lambda: pgettext("advance notice", "Sent")),
            both(lambda: pgettext("advance notice", "Acknowledged")),
        ],
        "rows": [
            [
                both(lambda d=delivery: f"{d.desk.side} {d.desk.name}"),
                [written(delivery.queued_at, by.side)],
                [_acknowledged(delivery, by.side)],
            ]
            for delivery in deliveries
        ],
        "more": None,
    }


def _acknowledged(delivery: Delivery, side: str) -> str:
    if delivery.acknowledged_at is None or delivery.acknowledged_by is None:
        return "—"
    return f"{delivery.acknowledged_by.display_name}, {written(delivery.acknowledged_at, side)}"
