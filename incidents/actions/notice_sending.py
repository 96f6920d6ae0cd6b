"""An advance notice is sent, at once or when a pause of the exchange is over."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from django.db import connection, transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.audit.models import record
from bordercoop.errors import Refused
from contactpoints.access import require
from contactpoints.actions import drop_held, drop_one, hold_release, mark_held_gone, take_held
from contactpoints.models import Alert, HeldRelease, Unit, units
from contactpoints.pausing import held_for, paused_for

from ..access import sender_for
from ..models import AdvanceNotice, NoticeDesk, NoticeState, NoticeVersion
from .notice_moves import draft_of, locked_notice, not_now, of_own_side, ring_notice, tell_desks
from .request_moves import wrong_at
from .signs import SERVICES

NEXT_NOTICE = """
    INSERT INTO incidents_noticeseries (side, year, last) VALUES (%s, %s, 1)
    ON CONFLICT (side, year) DO UPDATE SET last = incidents_noticeseries.last + 1
    RETURNING last
"""


def _numbered(notice: AdvanceNotice, at: datetime) -> str:
    year = at.astimezone(UTC).year
    with connection.cursor() as cursor:
        cursor.execute(NEXT_NOTICE, [notice.side, year])
        return f"N-{notice.side}-{year}-{cursor.fetchone()[0]:05d}"


@transaction.atomic
def send_notice(notice: AdvanceNotice, *, desks: Iterable[Unit] = (), by: Any) -> AdvanceNotice:
    """Send what is written to desks of the other side, which are asked to acknowledge it. Those
    that were told before get every later version as an update, named or not.

    With nothing new to say, and no new desk, nothing happens. Refused when nobody is on duty there.
    Where the exchange is paused a desk is told when the pause is over; while that holds every desk,
    the notice stays what it is until then.
    """
    notice = locked_notice(notice, by)
    of_own_side(notice, by)
    require(by, "release_incidents", notice.unit)
    if notice.state not in (NoticeState.DRAFT, NoticeState.SENT):
        raise not_now(notice)
    told = {desk.pk: desk for desk in notice.desks.all()}
    named = {desk.pk: desk for desk in desks}
    for desk in named.values():
        foreign = desk.side in SERVICES and desk.side != notice.side
        if desk.kind != Unit.Kind.DESK or not foreign or desk.retired_at is not None:
            raise wrong_at("desks", _("Choose desks of the other side."))
    if not told and not named:
        raise wrong_at("desks", _("Choose at least one desk."))
    draft = draft_of(notice)
    fresh = [desk for pk, desk in sorted(named.items()) if pk not in told]
    if draft is None and not fresh:
        return notice
    version = draft or notice.versions.get(current=True)
    at = now()
    if version.ends_at <= at:
        raise Refused(_("This notice is over already. Change its times first."), code="over")
    before = [] if draft is None else list(told.values())
    waits = paused_for([*fresh, *before], side=notice.side, category="")
    _hold(notice, version, waits, by)
    fresh = [desk for desk in fresh if desk not in waits]
    before = [desk for desk in before if desk not in waits]
    if not fresh and not before:
        return notice
    drop_held(notice.ref, desks=[*fresh, *before], why="replaced", by=by)
    _publish(notice, version, at, by)
    _give(notice, version, fresh, before, by)
    return notice


def _hold(notice: AdvanceNotice, version: NoticeVersion, desks: list[Unit], by: Any) -> None:
    """Keep the decision for the desks at points that are paused."""
    decision = {"version": version.number, "sender": sender_for(by, notice).code}
    known = {held.desk_id: held.decision for held in held_for(notice.ref)} if desks else {}
    fresh = [desk for desk in desks if known.get(desk.pk) != decision]
    for desk in fresh:
        hold_release(notice.ref, desk=desk, side=notice.side, category="", decision=decision, by=by)
    if fresh:
        ring_notice(notice)


def _publish(notice: AdvanceNotice, version: NoticeVersion, at: datetime, by: Any) -> None:
    """From now on the other side reads this version."""
    if version.sent_at is None:
        notice.versions.filter(current=True).exclude(pk=version.pk).update(current=False)
        version.current, version.sent_at, version.sent_by = True, at, by
        version.save(update_fields=["current", "sent_at", "sent_by"])
    if notice.state == NoticeState.DRAFT:
        notice.number, notice.state, notice.sent_at = _numbered(notice, at), NoticeState.SENT, at
        notice.save(update_fields=["number", "state", "sent_at"])


def _give(
    notice: AdvanceNotice,
    version: NoticeVersion,
    fresh: list[Unit],
    before: list[Unit],
    by: Any,
    sender: Unit | None = None,
) -> None:
    """Ask the desks: those that hear of the notice now, and those that were told before."""
    NoticeDesk.objects.bulk_create(NoticeDesk(notice=notice, desk=desk) for desk in fresh)
    for event, kind, desks in (
        ("notice", Alert.Kind.ALERT, fresh),
        ("notice_changed", Alert.Kind.UPDATE, before),
    ):
        if desks:
            tell_desks(notice, version, event=event, kind=kind, to=desks, sender=sender, by=by)
    record(
        "notice.sent",
        notice.ref,
        by=by,
        number=notice.number,
        version=version.number,
        desks=[desk.code for desk in (*fresh, *before)],
    )
    ring_notice(notice, [*fresh, *before])


@transaction.atomic
def send_held_notice(held: HeldRelease) -> bool:
    """Tell the desk of the version that was decided, or of the one that stands where a later one
    went to others meanwhile, when no pause holds it any more; whether it went.

    What was given up, ended or cancelled meanwhile, or is over by itself, never goes. Refused, and
    to be tried again, while nobody is on duty at the desk.
    """
    _word, _colon, uid = held.about.partition(":")
    notice = locked_notice(AdvanceNotice.objects.get(uid=uid), None)
    taken = take_held(held)
    if taken is None:
        return False
    known, at = units(), now()
    decided = notice.versions.filter(number=taken.decision["version"], dropped_at=None).first()
    version = decided if decided is None or decided.sent_at is None else _standing(notice)
    if (
        version is None
        or notice.state not in (NoticeState.DRAFT, NoticeState.SENT)
        or version.ends_at <= at
    ):
        drop_one(taken, why="not_releasable", by=None)
        ring_notice(notice)
        return False
    told = notice.desks.filter(pk=taken.desk_id).exists()
    desk = [known[taken.desk.code]]
    sender = known[taken.decision["sender"]]
    _publish(notice, version, at, taken.by)
    fresh, before = ([], desk) if told else (desk, [])
    _give(notice, version, fresh, before, taken.by, sender)
    mark_held_gone(taken)
    return True


def _standing(notice: AdvanceNotice) -> NoticeVersion:
    """The version that the other side reads."""
    return notice.versions.get(current=True)
