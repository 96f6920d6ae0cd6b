"""The programme of an activity: sessions added, changed, taken out."""

import uuid
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.access.models import Language
from bordercoop.errors import Invalid, Refused
from bordercoop.reference.wording import worded
from incidents.actions.once import written_before

from ..models import Activity, ProgrammeSession
from ..walls import shifted_period
from .activity_kit import (
    keep,
    locked_activity,
    require_changeable,
    require_either,
    wrong,
)
from .taken_times import keep_times

MOST = 200
HOLD = """
    SELECT pg_advisory_xact_lock(%s, room.key)
    FROM (SELECT DISTINCT hashtext(v) AS key FROM unnest(%s::text[]) v ORDER BY key) room
"""
ROOMS = 5_251_077  # beside the hash of a venue; any number that no other lock of two uses


def _said(
    activity: Activity,
    *,
    by: Any,
    kept: Iterable[Any] = (),
    title: str,
    starts_at: datetime | None,
    ends_at: datetime | None,
    room: str,
    speaker: Any,
    speaker_name: str,
    language: str,
    interpreter: Any,
    interpreter_name: str,
) -> dict[str, Any]:
    if starts_at is None or starts_at.tzinfo is None:
        raise wrong("starts_at", _("Say when it begins."))
    if ends_at is None or ends_at.tzinfo is None or ends_at <= starts_at:
        raise wrong("ends_at", _("It ends before it begins. Check both times."))
    # Two moments of one wall are else compared by what the clock shows.
    starts_at, ends_at = starts_at.astimezone(UTC), ends_at.astimezone(UTC)
    if starts_at < activity.starts_at or ends_at > activity.ends_at:
        raise wrong("starts_at", _("This lies outside the time of the activity. Check the day."))
    if language and language not in Language.values:
        raise wrong("language", _("Choose the language that is spoken."))
    if speaker is not None and interpreter is not None and speaker.pk == interpreter.pk:
        raise wrong("interpreter", _("Nobody interprets for oneself. Choose somebody else."))
    for field, who in (("speaker", speaker), ("interpreter", interpreter)):
        # A refusal for a time that is taken would else read the rota of the other side.
        if who is not None and who.side != by.side and who not in kept:
            raise wrong(field, _("The other side chooses its own officers. Write the name."))
    room = worded(room, "room", most=80, one_line=True)
    return {
        "title": worded(
            title, "title", most=160, one_line=True, empty=_("Say in one line what it is about.")
        ),
        "period": DateTimeTZRange(starts_at, ends_at),
        "room": room,
        "venue": _venue(activity, room),
        "speaker": speaker,
        "speaker_name": ""
        if speaker
        else worded(speaker_name, "speaker_name", most=120, one_line=True),
        "language": language,
        "interpreter": interpreter,
        "interpreter_name": ""
        if interpreter
        else worded(interpreter_name, "interpreter_name", most=120, one_line=True),
    }


def _venue(activity: Activity, room: str) -> str:
    """What is put off or given up has no room."""
    if not room or activity.state in ("postponed", "cancelled"):
        return ""
    return f"{activity.host_country} {activity.place} / {room}".lower()[:300]


def _hold_rooms(venues: Iterable[str]) -> None:
    """Whoever wants one of them waits, all of them at once and in one order: two inserts that the
    constraint holds against each other would else end in a deadlock."""
    with connection.cursor() as cursor:
        cursor.execute(HOLD, [ROOMS, sorted({venue for venue in venues if venue})])


def _write(session: ProgrammeSession, by: Any, *fields: str) -> None:
    """Save a new session, or its `fields`. Of an activity that `by` does not read the refusal says
    nothing but that the room is taken. Its rooms are held by the caller."""
    try:
        with transaction.atomic():
            if fields:
                session.save(update_fields=fields)
            else:
                session.save(force_insert=True)
    except IntegrityError as clash:
        if "one_session_in_a_room" not in str(clash):
            raise
        rows = ProgrammeSession.objects.visible_to(by).standing()
        rows = rows.filter(venue=session.venue, period__overlap=session.period)
        other = rows.exclude(pk=session.pk).select_related("activity").first()
        sentence = _("This room is taken then: %(what)s. Choose another room or time.") % {
            "what": f"{other.activity.number} {other.title}" if other else session.room
        }
        raise Refused(sentence, code="room_taken", fields={"room": [sentence]}) from clash


def move_programme(activity: Activity, since: datetime, zone: str, *, by: Any) -> None:
    """The activity moved from `since` on the wall of `zone`: its programme moves with it. Raises
    Invalid for an item that would lie outside, Refused for a room that is taken then. The
    activity's lock is the caller's."""
    sessions = list(activity.sessions.standing())
    if not sessions:
        return
    _hold_rooms(venue for one in sessions for venue in (one.venue, _venue(activity, one.room)))
    # No item of it is in the way of another one while they move.
    activity.sessions.standing().update(venue="")
    for session in sessions:
        session.period = shifted_period(
            session.period, since, activity.starts_at, zone, activity.zone
        )
        if session.starts_at < activity.starts_at or session.ends_at > activity.ends_at:
            raise wrong(
                "ends_at",
                _("“%(title)s” of the programme would lie outside. Change or remove it first.")
                % {"title": session.title},
            )
        session.venue = _venue(activity, session.room)
        _write(session, by, "period", "venue")


def take_rooms(activity: Activity, *, by: Any) -> None:
    """The activity was put off and is planned anew: so are its rooms. Raises Refused for one that
    is taken by now."""
    sessions = list(activity.sessions.standing())
    for session in sessions:
        session.venue = _venue(activity, session.room)
    _hold_rooms(session.venue for session in sessions)
    for session in sessions:
        _write(session, by, "venue")


def _of_activity(session: ProgrammeSession) -> list[Any]:
    return [who for who in (session.speaker, session.interpreter) if who is not None]


def _take_times(activity: Activity, session: ProgrammeSession, before: list[Any], by: Any) -> None:
    """Of whoever speaks and interprets now, and did before. Two sessions of one person at once
    would be one time taken, so they are refused here."""
    for field in ("speaker", "interpreter"):
        who = getattr(session, field)
        if who is None or session.removed_at is not None:
            continue
        rows = ProgrammeSession.objects.standing().filter(
            activity=activity, period__overlap=session.period
        )
        rows = rows.exclude(pk=session.pk)
        other = (rows.filter(speaker=who) | rows.filter(interpreter=who)).first()
        if other is not None:
            sentence = _("%(officer)s is in “%(title)s” then. Choose another officer or time.") % {
                "officer": who.display_name,
                "title": other.title,
            }
            raise Invalid(sentence, fields={field: [sentence]})
    try:
        keep_times(activity, [*before, *_of_activity(session)], side=by.side)
    except Refused as refusal:
        refusal.fields = {"speaker": [str(refusal)]}
        raise


@transaction.atomic
def add_session(
    activity: Activity,
    *,
    title: str,
    starts_at: datetime,
    ends_at: datetime,
    room: str = "",
    speaker: Any = None,
    speaker_name: str = "",
    language: str = "",
    interpreter: Any = None,
    interpreter_name: str = "",
    client_ref: uuid.UUID | None = None,
    by: Any,
) -> ProgrammeSession:
    """Put an item on the programme, by either side. Aware times within those of the activity. The
    time of officers of the own side who speak or interpret is taken; Refused, naming with what it
    clashes."""
    activity = locked_activity(activity, by)
    require_either(activity, by)
    ref = client_ref or uuid.uuid4()
    mine = ProgrammeSession.objects.filter(added_by=by)
    if known := written_before(mine, ref, activity=activity):
        return known
    require_changeable(activity)
    if activity.sessions.standing().count() >= MOST:
        raise wrong("title", _("A programme has %(most)s items at most.") % {"most": MOST})
    said = _said(
        activity, by=by, title=title, starts_at=starts_at, ends_at=ends_at, room=room,
        speaker=speaker, speaker_name=speaker_name, language=language, interpreter=interpreter,
        interpreter_name=interpreter_name,
    )  # fmt: skip
    session = ProgrammeSession(activity=activity, client_ref=ref, added_by=by, **said)
    _hold_rooms([session.venue])
    _write(session, by)
    _take_times(activity, session, [], by)
    keep(activity, "session_added", by=by, session=str(session.uid))
    return session


def _locked(session: ProgrammeSession, by: Any) -> tuple[Activity, ProgrammeSession]:
    activity = locked_activity(session.activity, by)
    require_either(activity, by)
    rows = ProgrammeSession.objects.select_related("speaker", "interpreter")
    return activity, rows.get(pk=session.pk)


@transaction.atomic
def change_session(session: ProgrammeSession, *, by: Any, **said: Any) -> ProgrammeSession:
    """Say the item anew: the arguments of `add_session`, whole. The same again changes nothing.
    Officers of the other side stay where they are, and so does their time, or are taken out."""
    activity, session = _locked(session, by)
    wanted = _said(activity, by=by, kept=_of_activity(session), **said)
    if session.removed_at is not None:
        raise Refused(_("This item was taken out of the programme."), code="removed")
    if all(getattr(session, name) == value for name, value in wanted.items()):
        return session
    require_changeable(activity)
    before = _of_activity(session)
    others = {who for who in before if who.side != by.side}
    if wanted["period"] != session.period and others & {wanted["speaker"], wanted["interpreter"]}:
        raise wrong(
            "starts_at",
            _(
                "An officer of the other side speaks or interprets here, so that side changes the "
                "time. Or write the name."
            ),
        )
    _hold_rooms([session.venue, wanted["venue"]])
    for name, value in wanted.items():
        setattr(session, name, value)
    _write(session, by, *wanted)
    _take_times(activity, session, before, by)
    keep(activity, "session_changed", by=by, session=str(session.uid))
    return session


@transaction.atomic
def remove_session(session: ProgrammeSession, *, by: Any) -> ProgrammeSession:
    """Take an item out of the programme; its row is kept. Taken out twice it is taken out once."""
    activity, session = _locked(session, by)
    if session.removed_at is None:
        require_changeable(activity)
        session.removed_at = now()
        session.save(update_fields=["removed_at"])
        _take_times(activity, session, _of_activity(session), by)
        keep(activity, "session_removed", by=by, session=str(session.uid))
    return session
