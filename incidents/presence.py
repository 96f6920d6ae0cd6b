"""Who has an incident on the screen now, as far as the reader may know. Reads only."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.timezone import now

from contactpoints.models import Unit

from .actions.presence import GONE
from .models import Incident, IncidentPresence, Share


@dataclass
class Present:
    """Somebody of the own side by name (`officer`), or a desk that holds a copy (`desk`)."""

    officer: Any
    desk: Unit | None
    editing: bool
    since: datetime


def present(incident: Incident, share: Share, reader: Any) -> list[Present]:
    """Others who read or edit the incident, the own side first.

    Of another side the originator learns which desks with a released copy are reading. A side that
    was told learns nothing of the originator, nor of whom that told beside it: what it does with
    its own record is its own affair.
    """
    rows = list(
        IncidentPresence.objects.filter(incident=incident, seen_at__gte=now() - GONE)
        .exclude(user=reader)
        .select_related("user", "unit")
        .order_by("since", "pk")
    )
    found = [
        Present(row.user, None, row.editing, row.since)
        for row in rows
        if row.user.side == reader.side
    ]
    others = [row for row in rows if row.user.side != reader.side]
    if not share.own or not others:
        return found
    holding = set(incident.shares.filter(own=False).values_list("unit_id", flat=True))
    desks: dict[int, Present] = {}
    for row in others:
        if row.unit_id in holding:
            desks.setdefault(row.unit_id, Present(None, row.unit, False, row.since))
    return [*found, *desks.values()]
