"""The console on a wall: what waits, who is on duty, whether the line holds. Nothing to press.

Reads only. It hears every desk of its officer without naming one, so that a screen on which nobody
may look counts as nobody's presence; it draws no card as delivered.
"""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils.timezone import now

from .board import Card, board
from .lines import strip
from .models import Unit
from .pausing import standing

# More do not fit on any screen; the page itself says how many stand below its edge.
CARDS = 12


def _urgent(card: Card) -> tuple[bool, str]:
    """What may be cut off the end of the wall is what waits longest by its priority."""
    return not card.siren, card.delivery.priority


def wall_of(user: Any, desks: list[Unit], began: datetime | None) -> dict[str, Any]:
    """Names for contactpoints/wall.html: `shown` (desks), `need` (the first cards, most urgent
    first), `need_total`, `rest` (how many are not among them), `watches`, `others`, `line`,
    `pauses`, `last_alert_at`, `board_at`,
    `reload_at` (when a shift of the two sides ends next, or None) and `ends_at` (when the session
    of this screen ends at the latest, or None)."""
    drawn = board(user, desks)
    at = now()
    points = {desk.desk.point_id for desk in desks}
    ends = [shift.period.upper for watch in drawn["watches"] for shift in watch.shifts]
    return {
        "shown": desks,
        "need": sorted(drawn["need"], key=_urgent)[:CARDS],
        "need_total": drawn["need_total"],
        "rest": max(0, drawn["need_total"] - CARDS),
        "watches": drawn["watches"],
        "others": drawn["others"],
        "last_alert_at": drawn["last_alert_at"],
        "board_at": drawn["board_at"],
        "line": strip(user, desks, drawn["watches"]),
        "pauses": [pause for pause in standing() if pause.point_id in points] if desks else [],
        "reload_at": min((end for end in ends if end > at), default=None),
        "ends_at": began + settings.SESSION_ABSOLUTE if began else None,
        "soon": began is not None and began + settings.SESSION_ABSOLUTE - at < timedelta(hours=1),
    }
