"""A meeting of border representatives: called, agreed, put off, held; who comes, what about."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bordercoop.access.models import User
from bordercoop.audit.models import record
from bordercoop.errors import Invalid, NotAllowed, Refused
from bordercoop.reference.wording import worded
from contactpoints.access import require
from contactpoints.models import ContactPoint, Priority, Unit

from ..investigation.protocol import protocol_digest
from ..models import (
    PREPARED,
    WRITTEN_UP,
    AgendaItem,
    Investigation,
    ItemVersion,
    Meeting,
    MeetingMove,
    MeetingPerson,
    MeetingSide,
    MeetingState,
)
from .meeting_moves import (
    locked_meeting,
    meeting_moved,
    require_at,
    require_meeting,
    ring_meeting,
    tell_of_meeting,
)
from .once import written_before

State = MeetingState
SERVICES = ("LV", "BY")
LANGUAGES = ("lv", "be", "ru", "en")
FARTHEST = timedelta(days=366)
LONGEST_MEETING = timedelta(days=7)
MOST_ITEMS = 100
REASON = gettext_lazy("Write the reason: the other side reads it.")
NEXT_MEETING = """
    INSERT INTO incidents_meetingseries (year, last) VALUES (%s, 1)
    ON CONFLICT (year) DO UPDATE SET last = incidents_meetingseries.last + 1
    RETURNING last
"""


def _wrong(field: str, sentence: str) -> Invalid:
    return Invalid(sentence, fields={field: [sentence]})


def _ends(point: str) -> dict[str, Unit]:
    """The desk of each side at a common contact point."""
    found = ContactPoint.objects.filter(code=str(point)[:40].replace("\0", "")).first()
    desks = found.desks.select_related("unit", "unit__parent") if found else []
    ends = {desk.unit.side: desk.unit for desk in desks}
    if set(ends) != set(SERVICES):
        raise _wrong("point", _("Choose a contact point at which both services have a desk."))
    return ends


def _times(at: datetime | None, ends_at: datetime | None) -> dict[str, datetime]:
    """When it begins and ends; two hours without an end."""
    if at is None or at.tzinfo is None or not now() <= at <= now() + FARTHEST:
        raise _wrong("at", _("Choose a time that lies ahead, within a year."))
    ends_at = ends_at or at + timedelta(hours=2)
    if ends_at.tzinfo is None or not at < ends_at <= at + LONGEST_MEETING:
        raise _wrong("ends_at", _("It ends after it begins, within seven days. Check both times."))
    return {"at": at, "ends_at": ends_at}


def _language(language: str) -> str:
    if language not in LANGUAGES:
        raise _wrong("language", _("Choose the language you write in."))
    return language


@transaction.atomic
def call_meeting(
    *,
    unit: Unit,
    point: str,
    title: str,
    place: str,
    at: datetime,
    ends_at: datetime | None = None,
    language: str,
    by_language: str = "ru",
    client_ref: uuid.UUID | None = None,
    by: Any,
) -> Meeting:
    """Call a meeting of border representatives; the other side's desk at `point` gets an alert.

    `at` and `ends_at` are aware and lie ahead; without an end it is two hours. `by_language` is
    that of Belarus's column of the protocol. The same `client_ref` is the same meeting. Refused
    when nobody is on duty at the other desk.
    """
    if by.side not in SERVICES or unit.side != by.side:
        raise NotAllowed(_("Border representatives of the two services call meetings."))
    require(by, "hold_meetings", unit)
    ref = client_ref or uuid.uuid4()
    if known := Meeting.objects.filter(called_by=by, client_ref=ref).first():
        return known
    said = {
        "title": worded(
            title, "title", most=160, one_line=True, empty=_("Say in one line what it is about.")
        ),
        "place": worded(
            place, "place", most=200, one_line=True, empty=_("Say where both sides meet.")
        ),
        "language": _language(language),
        **_times(at, ends_at),
    }
    if by_language not in ("be", "ru"):
        raise _wrong("by_language", _("The protocol is in Latvian, and in Belarusian or Russian."))
    ends = _ends(point)
    year = now().astimezone(UTC).year
    with connection.cursor() as cursor:
        cursor.execute(NEXT_MEETING, [year])
        number = f"BRM-{year}-{cursor.fetchone()[0]:05d}"
    meeting = Meeting.objects.create(
        number=number,
        client_ref=ref,
        side=by.side,
        asked="BY" if by.side == "LV" else "LV",
        by_language=by_language,
        called_by=by,
        **said,
    )
    for side, desk in ends.items():
        own = side == by.side
        MeetingSide.objects.create(
            meeting=meeting,
            side=side,
            unit=unit if own else desk.parent or desk,
            desk=desk,
            representative=by if own else None,
        )
    MeetingMove.objects.create(meeting=meeting, after=State.CALLED, side=by.side, by=by)
    record("meeting.called", meeting.ref, by=by, number=number)
    tell_of_meeting(meeting, by=by, event="called")
    ring_meeting(meeting)
    return meeting


@transaction.atomic
def agree_meeting(meeting: Meeting, *, by_language: str = "", by: Any) -> Meeting:
    """Agree to time and place for the side that was asked; the officer represents it.

    Belarus may choose the language of its column (`by_language`: be or ru). Twice is once.
    """
    meeting = locked_meeting(meeting)
    part = require_meeting(meeting, by)
    if by.side != meeting.asked:
        raise NotAllowed(
            _("The other side agrees to the time that yours proposed."), code="own_proposal"
        )
    if meeting.state == State.AGREED:
        return meeting
    require_at(meeting, State.CALLED)
    fields: dict[str, Any] = {}
    if by_language and by.side == "BY":
        if by_language not in ("be", "ru"):
            raise _wrong(
                "by_language", _("The protocol is in Latvian, and in Belarusian or Russian.")
            )
        fields["by_language"] = by_language
    part.representative = by
    part.save(update_fields=["representative"])
    meeting_moved(meeting, State.AGREED, by=by, fields=fields)
    tell_of_meeting(meeting, by=by, event="agreed", priority=Priority.P4)
    return meeting


@transaction.atomic
def postpone_meeting(meeting: Meeting, *, reason: str, by: Any) -> Meeting:
    """Put a meeting off, with a reason that both sides read; either side may call it anew."""
    return _put_off(meeting, State.POSTPONED, reason, by)


@transaction.atomic
def cancel_meeting(meeting: Meeting, *, reason: str, by: Any) -> Meeting:
    """Cancel a meeting that was not held, with a reason that both sides read. Twice is once."""
    return _put_off(meeting, State.CANCELLED, reason, by)


def _put_off(meeting: Meeting, state: MeetingState, reason: str, by: Any) -> Meeting:
    meeting = locked_meeting(meeting)
    require_meeting(meeting, by)
    if meeting.state == state:
        return meeting
    before = (State.CALLED, State.AGREED)
    require_at(meeting, *before, *((State.POSTPONED,) if state == State.CANCELLED else ()))
    reason = worded(reason, "reason", most=500, empty=REASON)
    meeting_moved(meeting, state, by=by, reason=reason, fields={"reason": reason})
    event = "meeting_postponed" if state == State.POSTPONED else "meeting_cancelled"
    tell_of_meeting(meeting, by=by, event=event, priority=Priority.P4, reason=reason)
    return meeting


@transaction.atomic
def call_again(
    meeting: Meeting, *, at: datetime, ends_at: datetime | None = None, place: str = "", by: Any
) -> Meeting:
    """Propose another time (and place) for a meeting that was put off; the other side is asked."""
    meeting = locked_meeting(meeting)
    part = require_meeting(meeting, by)
    if meeting.state == State.CALLED and meeting.asked != by.side and meeting.at == at:
        return meeting
    require_at(meeting, State.POSTPONED)
    fields: dict[str, Any] = {"asked": "BY" if by.side == "LV" else "LV", **_times(at, ends_at)}
    if place:
        fields["place"] = worded(place, "place", most=200, one_line=True)
    part.representative = by
    part.save(update_fields=["representative"])
    meeting_moved(meeting, State.CALLED, by=by, fields=fields)
    tell_of_meeting(meeting, by=by, event="called")
    return meeting


@transaction.atomic
def hold_meeting(
    meeting: Meeting, *, held_at: datetime | None = None, ended_at: datetime | None = None, by: Any
) -> Meeting:
    """Say that the meeting was held, from `held_at` to `ended_at` (as planned, without). Each side
    has named somebody who takes part before. Twice is once."""
    meeting = locked_meeting(meeting)
    require_meeting(meeting, by)
    if meeting.state in (State.HELD, *WRITTEN_UP, State.SIGNED):
        return meeting
    require_at(meeting, State.AGREED)
    begun, over = held_at or meeting.at, ended_at or meeting.ends_at
    if begun.tzinfo is None or begun > now():
        raise Refused(
            _("The meeting has not begun yet. Say that it was held once it has."), code="too_early"
        )
    if begun < meeting.called_at:
        raise _wrong("held_at", _("A meeting is held after it was called. Check the date."))
    if over.tzinfo is None or not begun < over <= begun + LONGEST_MEETING:
        raise _wrong("ended_at", _("It ends after it begins, within seven days. Check both times."))
    there = set(meeting.people.filter(removed_at=None).values_list("side", flat=True))
    for side in SERVICES:
        if side not in there:
            raise Refused(
                _("%(side)s has named nobody who takes part.") % {"side": side}, code="nobody"
            )
    meeting_moved(meeting, State.HELD, by=by, fields={"held_at": begun, "ended_at": over})
    return meeting


# --- who comes


def _protocol_changed(meeting: Meeting) -> None:
    """The sum of what the protocol says now, which voids what was confirmed before."""
    if meeting.state in WRITTEN_UP:
        meeting.sha256 = protocol_digest(meeting)
        meeting.save(update_fields=["sha256"])
    ring_meeting(meeting)


@transaction.atomic
def add_participant(
    meeting: Meeting,
    *,
    function: MeetingPerson.Function | str,
    officer: User | None = None,
    name: str = "",
    by: Any,
) -> MeetingPerson:
    """Name somebody of the own side who takes part: an `officer`, who reads the meeting from then
    on, or by `name` somebody without an account. Twice is once."""
    meeting = locked_meeting(meeting)
    require_meeting(meeting, by)
    require_at(meeting, *PREPARED, *WRITTEN_UP)
    if function not in MeetingPerson.Function.values:
        raise _wrong("function", _("Choose what this person does in the meeting."))
    if officer is not None and (officer.side != by.side or not officer.is_active):
        raise _wrong("officer", _("Choose an officer of your own side."))
    name = officer.display_name if officer is not None else worded(
        name, "name", most=120, one_line=True, empty=_("Name the person, or choose an officer.")
    )  # fmt: skip
    made, new = MeetingPerson.objects.get_or_create(
        meeting=meeting,
        side=by.side,
        name=name[:120],
        function=str(function),
        removed_at=None,
        defaults={"officer": officer, "by": by},
    )
    if new:
        record("meeting.person_added", meeting.ref, by=by, person=str(made.uid))
        _protocol_changed(meeting)
    return made


@transaction.atomic
def remove_participant(person: MeetingPerson, *, by: Any) -> MeetingPerson:
    """Say that somebody of the own side does not take part. Twice is once."""
    meeting = locked_meeting(person.meeting)
    require_meeting(meeting, by)
    require_at(meeting, *PREPARED, *WRITTEN_UP)
    person = MeetingPerson.objects.get(pk=person.pk)
    if person.side != by.side:
        raise NotAllowed(_("Each side names its own people."), code="not_yours")
    if person.removed_at is None:
        person.removed_at = now()
        person.save(update_fields=["removed_at"])
        record("meeting.person_removed", meeting.ref, by=by, person=str(person.uid))
        _protocol_changed(meeting)
    return person


# --- what about


def case_cited(number: str, by: Any) -> str:
    """The reference of a joint investigation that the officer reads; "" for no number."""
    number = worded(number, "about", most=20, one_line=True).upper()
    if not number:
        return ""
    case = Investigation.objects.visible_to(by).filter(number=number).first()
    if case is None:
        raise _wrong("about", _("You read no joint investigation with this number."))
    return case.ref


@transaction.atomic
def propose_item(
    meeting: Meeting,
    *,
    topic: str,
    language: str,
    about: str = "",
    client_ref: uuid.UUID | None = None,
    by: Any,
) -> AgendaItem:
    """Put a point on the agenda, with the next number; either side, until both confirm.

    `about` is the number of a joint investigation that the officer reads ("JI-2026-00001"). The
    same `client_ref` is the same point.
    """
    meeting = locked_meeting(meeting)
    require_meeting(meeting, by)
    ref = client_ref or uuid.uuid4()
    if known := written_before(AgendaItem.objects.filter(by=by), ref, meeting=meeting):
        return known
    require_at(meeting, *PREPARED, *WRITTEN_UP)
    topic = worded(
        topic, "topic", most=300, one_line=True, empty=_("Say in one line what it is about.")
    )
    language, cited = _language(language), case_cited(about, by)
    last = meeting.items.order_by("-number").values_list("number", flat=True).first() or 0
    if last >= MOST_ITEMS:
        raise Refused(_("The agenda is full."), code="too_many")
    item = AgendaItem.objects.create(
        client_ref=ref,
        meeting=meeting,
        number=last + 1,
        side=by.side,
        topics={language: topic},
        language=language,
        about=cited,
        by=by,
    )
    keep_version(item, by=by)
    record("meeting.item_proposed", meeting.ref, by=by, item=item.number)
    _protocol_changed(meeting)
    return item


def keep_version(item: AgendaItem, *, by: Any) -> None:
    """Keep what an item says now; the caller holds the lock of the meeting."""
    ItemVersion.objects.create(
        item=item,
        number=item.version,
        topics=item.topics,
        protocol=item.protocol,
        marks=item.marks,
        side=by.side,
        by=by,
    )
