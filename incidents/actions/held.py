"""Releases that wait for the end of a pause: sent then, or taken back before."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from bordercoop.errors import Refused
from bordercoop.live.doorbell import ring_many
from contactpoints.access import require
from contactpoints.actions import drop_one, mark_held_gone, take_held
from contactpoints.models import HeldRelease, Priority, units

from .. import handling
from ..content import crosses
from ..models import RELEASABLE_STATES, Attachment, Incident, State
from .sending import Sending
from .shares import locked

OVER = (State.WITHDRAWN, State.MERGED)


@transaction.atomic
def send_held_release(held: HeldRelease) -> bool:
    """Carry out a release as it was decided, when no pause holds it any more; whether it went.

    The version, fields and marking are those of the decision, not what came after. Where the record
    was withdrawn, merged, marked more strictly or put into a category that stays, it never goes.
    Refused, and to be tried again, while the report is returned or nobody is on duty at the desk.
    """
    _word, _colon, uid = held.about.partition(":")
    incident = locked(Incident.objects.get(uid=uid))
    # Whoever recalls or releases holds the incident first as well.
    taken = take_held(held)
    if taken is None:
        return False
    decision = taken.decision
    marking = handling.of(decision["marking"])
    if (
        incident.state in OVER
        or not crosses(incident.category.code)
        or not marking.covers(handling.of(incident))
    ):
        drop_one(taken, why="not_releasable", by=None)
        ring_many([incident.unit.code])
        return False
    if incident.state not in RELEASABLE_STATES:
        raise Refused(
            _("%(number)s is not submitted now, so it cannot be released.")
            % {"number": incident.number},
            code="not_releasable",
        )
    known = units()
    sending = Sending(
        incident=incident,
        number=decision["version"],
        content=incident.versions.get(number=decision["version"]).content,
        names=decision["fields"],
        marking=marking,
        priority=Priority(decision["priority"]),
        files=_still_there(incident, decision["files"]),
        backlog=decision["backlog"],
        sender=known[decision["sender"]],
        by=taken.by,
        held_since=taken.at,
        named=decision.get("named", []),
    )
    new = sending.news_for([known[taken.desk.code]])
    passed = sending.copies_held.get(taken.desk_id)
    if passed is not None and passed.version > sending.number:
        # Another desk of that side passed a newer one on to it meanwhile.
        drop_one(taken, why="replaced", by=None)
        ring_many([incident.unit.code])
        return False
    if new:
        sending.send(new)
    mark_held_gone(taken)
    return bool(new)


def _still_there(incident: Incident, files: dict[str, bool]) -> dict[Any, bool]:
    """Of the files that were chosen those that were not withdrawn since."""
    if not files:
        return {}
    rows = Attachment.objects.filter(incident=incident, own=True, withdrawn_at=None)
    there = {str(row) for row in rows.values_list("uid", flat=True)}
    return {uid: original for uid, original in files.items() if uid in there}


@transaction.atomic
def drop_held_release(held: HeldRelease, *, by: Any) -> None:
    """Take back a release that still waits: nothing of it ever goes. One that went or was taken
    back is left alone."""
    _word, _colon, uid = held.about.partition(":")
    incident = locked(Incident.objects.get(uid=uid))
    require(by, "release_incidents", incident.unit)
    rows = HeldRelease.objects.open().select_for_update(no_key=True, of=("self",))
    waiting = rows.select_related("desk").filter(pk=held.pk).first()
    if waiting is not None:
        drop_one(waiting, why="recalled", by=by)
        ring_many([incident.unit.code])
