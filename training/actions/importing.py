"""Events of a calendar file become ideas of activities."""

import uuid
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from bordercoop.reference.wording import worded
from contactpoints.access import require
from contactpoints.models import Unit

from ..calendar_files import FileEvent
from ..models import Activity
from .activities import plan_activity
from .activity_kit import wrong

MOST = 50
SPACE = uuid.UUID("5d0f9c55-51a8-4a2b-8f0e-9a8f3d1f7c11")


@transaction.atomic
def import_ideas(
    events: list[FileEvent],
    *,
    unit: Unit,
    kind: str,
    host_country: str,
    place: str = "",
    language: str,
    by: Any,
) -> list[Activity]:
    """Note these events down as ideas of the own side, all or none. `place` is where the file names
    none. The same event of the same file twice is one idea; of one that repeats each time."""
    require(by, "plan_activities", unit)
    if not events:
        raise wrong("chosen", _("Choose at least one event."))
    if len(events) > MOST:
        raise wrong("chosen", _("Choose %(most)s events at most.") % {"most": MOST})
    made = []
    for event in events:
        said = f"{by.pk} {unit.code} {event.uid} {event.title} {event.starts_at.isoformat()}"
        made.append(
            plan_activity(
                unit=unit, joint=True, kind=kind, mode="", language=language,
                title=worded(event.title, "title", most=10_000, one_line=True)[:160]
                or _("Without a title"),
                purpose=worded(event.text, "purpose", most=200_000)[:4_000],
                host_country=host_country, place=(event.place or place)[:200],
                starts_at=event.starts_at, ends_at=event.ends_at,
                client_ref=uuid.uuid5(SPACE, said), by=by,
            )
        )  # fmt: skip
    return made
