"""What the verbs of a meeting stand on: lock, whose part it is, moving, telling."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.audit.models import record
from bordercoop.errors import Refused
from bordercoop.live.doorbell import ring_many
from contactpoints.access import require
from contactpoints.actions import raise_alert
from contactpoints.models import Priority

from ..models import Meeting, MeetingMove, MeetingSide, MeetingState


def locked_meeting(meeting: Meeting) -> Meeting:
    """The meeting under its lock."""
    return Meeting.objects.select_for_update(no_key=True).get(pk=meeting.pk)


def require_meeting(meeting: Meeting, by: Any) -> MeetingSide:
    """The part of the own side, for whoever holds meetings there. Raises Refused (404) for whoever
    does not read the meeting."""
    part = meeting.sides.select_related("unit", "desk").filter(side=by.side).first()
    if part is None or not Meeting.objects.visible_to(by).filter(pk=meeting.pk).exists():
        raise Refused(_("There is no such meeting."), code="not_found", status=404)
    require(by, "hold_meetings", part.unit)
    return part


def meeting_not_now(meeting: Meeting) -> Refused:
    """The refusal of a verb that the present state does not allow."""
    return Refused(
        _("%(number)s is at “%(state)s” now, so this is not possible. Read it again.")
        % {"number": meeting.number, "state": MeetingState(meeting.state).label},
        code="wrong_state",
    )


def require_at(meeting: Meeting, *states: str) -> None:
    if meeting.state not in states:
        raise meeting_not_now(meeting)


def ring_meeting(meeting: Meeting) -> None:
    """The doorbell of both sides' units and desks."""
    parts = meeting.sides.select_related("unit", "desk")
    ring_many(sorted({code for part in parts for code in (part.unit.code, part.desk.code)}))


def meeting_moved(
    meeting: Meeting,
    state: MeetingState,
    *,
    by: Any,
    reason: str = "",
    fields: Mapping[str, Any] | None = None,
) -> None:
    """Take the meeting to `state` and keep the step; `fields` are saved with it."""
    meeting.state = str(state)
    for name, value in (fields or {}).items():
        setattr(meeting, name, value)
    meeting.version += 1
    meeting.save(update_fields=["state", "version", *(fields or {})])
    MeetingMove.objects.create(
        meeting=meeting, after=str(state), side=by.side, reason=reason, at=now(), by=by
    )
    record("meeting.moved", meeting.ref, by=by, after=str(state))
    ring_meeting(meeting)


def meeting_card(meeting: Meeting, *, side: str, event: str) -> dict[str, Any]:
    """The card of an alert about a meeting: its title alone, which both sides read."""
    return {
        "number": meeting.number,
        "side": side,
        "headline": meeting.title,
        "language": meeting.language,
        "event": event,
    }


def tell_of_meeting(
    meeting: Meeting, *, by: Any, event: str, priority: str = Priority.P3, reason: str = ""
) -> None:
    """Ask the other side's desk to acknowledge what happened.

    Refused when nobody is on duty there; a P4 alert is then left out, since page and home say it.
    """
    parts = {part.side: part for part in meeting.sides.select_related("unit", "desk")}
    own, other = parts[by.side], next(p for side, p in parts.items() if side != by.side)
    card = meeting_card(meeting, side=by.side, event=event)
    try:
        with transaction.atomic():
            raise_alert(
                meeting.ref,
                card={**card, "reason": reason[:200]} if reason else card,
                priority=priority,
                to=[other.desk],
                sender=own.desk,
                by=by,
            )
    except Refused as refusal:
        if refusal.code != "nobody_on_duty" or priority != Priority.P4:
            raise
