"""Pausing the exchange at a point, lifting that, and letting out what was held meanwhile."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.audit.models import record
from bordercoop.errors import Invalid, NotAllowed, Refused
from bordercoop.live.doorbell import ring_many
from bordercoop.reference.models import terms
from bordercoop.reference.wording import worded

from ..models import PAUSE_MOST, ContactPoint, ExchangePause, HeldRelease, Unit, units
from ..models.pausing import REASON_MOST
from ..pausing import may_pause, own_desks_at, pause_for, standing
from ..watch import headquarters_of
from .alerts import lock_about

SIDES = ("LV", "BY")
What = HeldRelease.What
# So long a release that could not go out is left before the next try.
TRY_AGAIN = timedelta(seconds=30)
SHORTEST = timedelta(minutes=5)


def require_pausing(by: Any, point: ContactPoint) -> None:
    """Raise NotAllowed unless `by` may pause the exchange at the point for the own side."""
    if by is None or by.side not in SIDES or not may_pause(by, point):
        raise NotAllowed(
            _(
                "Only the head of the own desk at this point or headquarters may pause "
                "the exchange there, or lift a pause of the own side."
            )
        )


@transaction.atomic
def pause_exchange(
    point: ContactPoint, *, until: datetime, reason: str, category: str = "", by: Any
) -> ExchangePause:
    """From now until `until` releases between the sides to desks of the point wait, but for P1.

    `category` "" means all. Both sides read the reason and the end. The same pause asked for again
    is the same; another end or reason for it is refused until it is lifted.
    """
    require_pausing(by, point)
    reason = worded(
        reason,
        "reason",
        most=REASON_MOST,
        empty=_("Write why it is paused: the other side reads it."),
        one_line=True,
    )
    if category and category not in terms("incident_category"):
        sentence = _("There is no such code: %(code)s.") % {"code": category[:40]}
        raise Invalid(sentence, fields={"category": [sentence]})
    at = now()
    if not at + SHORTEST <= until <= at + PAUSE_MOST:
        sentence = _("Choose an end from five minutes to %(days)s days from now.") % {
            "days": PAUSE_MOST.days
        }
        raise Invalid(sentence, fields={"until": [sentence]})
    # Two who pause it at once come here one after the other.
    ContactPoint.objects.select_for_update(no_key=True).get(pk=point.pk)
    before = (
        ExchangePause.objects.filter(point=point, side=by.side, category=category, ended_at=None)
        .select_for_update(no_key=True)
        .first()
    )
    if before is not None and before.until > at:
        if (before.until, before.reason) == (until, reason):
            return before
        raise Refused(
            _("Your side has paused this already. Lift that pause before you set another."),
            code="already_paused",
        )
    if before is not None:
        _end(before, at=before.until, by=None)
    pause = ExchangePause(
        point=point, side=by.side, category=category, reason=reason, starts_at=at, until=until,
        by=by,
    )  # fmt: skip
    pause.save(force_insert=True)
    _record("exchange.paused", pause, by, reason=reason, until=until.isoformat())
    ring_many(_bells(point))
    return pause


@transaction.atomic
def resume_exchange(pause: ExchangePause, *, by: Any) -> ExchangePause:
    """Lift a pause of the own side before its end; what was held goes out with the next tick. One
    that is over is left alone."""
    if by is not None and by.side != pause.side:
        raise NotAllowed(_("The other side paused the exchange. Only that side can lift it."))
    require_pausing(by, pause.point)
    pause = ExchangePause.objects.select_for_update(no_key=True, of=("self",)).get(pk=pause.pk)
    if pause.ended_at is None:
        _end(pause, at=min(now(), pause.until), by=by)
    return pause


def _end(pause: ExchangePause, *, at: datetime, by: Any) -> None:
    pause.ended_at, pause.ended_by = at, by
    pause.save(update_fields=["ended_at", "ended_by"])
    _record("exchange.resumed", pause, by)
    ring_many(_bells(pause.point))


def _record(verb: str, pause: ExchangePause, by: Any, **facts: Any) -> None:
    """On the trails of both sides: the pausing one's with the officer, the other's without."""
    facts = {"point": pause.point.code, "category": pause.category, "pausing": pause.side, **facts}
    record(verb, pause.ref, by=by, trail=pause.side, **facts)
    for side in SIDES:
        if side != pause.side:
            record(verb, pause.ref, by=None, trail=side, **facts)


def _bells(point: ContactPoint) -> list[str]:
    desks = [desk for side in SIDES for desk in own_desks_at(point, side)]
    return sorted({desk.code for desk in desks} | {headquarters_of(desk).code for desk in desks})


def end_pauses() -> int:
    """End the pauses whose time is up, then send what is held and may go; returns how many went.

    May run in several processes at once and late: each pause ends once, and each held release goes
    out once, in the order in which they were decided.
    """
    with transaction.atomic():
        due = ExchangePause.objects.filter(ended_at=None, until__lte=now())
        locked = due.select_for_update(skip_locked=True, no_key=True, of=("self",))
        for pause in locked.select_related("point").order_by("pk")[:50]:
            _end(pause, at=pause.until, by=None)
    return send_held()


def send_held(limit: int = 100) -> int:
    """Send the held releases that no pause holds any more; returns how many went out.

    What cannot go now, because nobody is on duty there, is tried again and stays in its place.
    """
    waiting = list(HeldRelease.objects.open().select_related("desk", "by").order_by("pk"))
    if not waiting:
        return 0
    at, pauses, sent = now(), standing(), 0
    stuck: set[int] = set()
    for held in waiting:
        if sent >= limit:
            break
        desk = units().get(held.desk.code, held.desk)
        if held.desk_id in stuck or pause_for(desk, held.category, pauses):
            continue
        if held.try_at > at:
            stuck.add(held.desk_id)
            continue
        word = "update" if held.what == What.UPDATE else held.about.partition(":")[0]
        try:
            sent += bool(import_string(settings.HELD_SENDERS[word])(held))
        except Refused as refusal:
            if refusal.code != "not_releasable":
                # What was decided later for the desk comes later.
                stuck.add(held.desk_id)
                HeldRelease.objects.open().filter(pk=held.pk).update(try_at=at + TRY_AGAIN)
    return sent


def hold_release(
    ref: str,
    *,
    desk: Unit,
    side: str,
    category: str,
    decision: dict[str, Any],
    what: str = What.RELEASE,
    uid: UUID | None = None,
    by: Any,
) -> HeldRelease:
    """Keep the decision until the pause at the desk's point is over. An earlier release of the same
    to the same desk is replaced; updates wait one after the other. The caller has asked the
    permission and holds its lock."""
    if what == What.RELEASE:
        drop_held(ref, desks=[desk], why="replaced", by=by)
    held = HeldRelease(
        about=ref, what=what, desk=desk, side=side, category=category, decision=decision, by=by,
        **({"uid": uid} if uid else {}),
    )  # fmt: skip
    held.save(force_insert=True)
    record(f"{what}.held", ref, by=by, trail=side, desk=desk.code)
    return held


def drop_held(
    ref: str,
    *,
    desks: Iterable[Unit] | None = None,
    version: int | None = None,
    why: str,
    by: Any,
) -> set[int]:
    """What is held about something for these desks, or for all, and of this version, or of any,
    never goes out; returns the desks of what was.

    `why` is a code: recalled, replaced (releases alone), changed or not_releasable. The caller has
    asked the permission and holds the lock of what it is about.
    """
    # Whoever calls an alert off has this lock before those of what is held.
    lock_about(ref)
    rows = HeldRelease.objects.about(ref).open()
    if desks is not None:
        rows = rows.filter(desk__in=desks)
    if version is not None:
        rows = rows.filter(decision__version=version)
    if why == "replaced":
        rows = rows.releases()
    locked = rows.select_for_update(no_key=True, of=("self",)).select_related("desk")
    found = list(locked.order_by("pk"))
    for held in found:
        drop_one(held, why=why, by=by)
    return {held.desk_id for held in found}


def drop_one(held: HeldRelease, *, why: str, by: Any) -> None:
    """This one never goes out; the caller holds its lock."""
    held.dropped_at, held.dropped_by, held.why = now(), by, why
    held.save(update_fields=["dropped_at", "dropped_by", "why"])
    if why != "replaced":
        record(
            f"{held.what}.dropped", held.about, by=by, trail=held.side, desk=held.desk.code, why=why
        )


def take_held(held: HeldRelease) -> HeldRelease | None:
    """The held release under its lock, None when another process has it or it is settled."""
    rows = HeldRelease.objects.open().select_for_update(skip_locked=True, no_key=True, of=("self",))
    return rows.select_related("desk", "by").filter(pk=held.pk).first()


def mark_held_gone(held: HeldRelease) -> None:
    """It went out; the caller holds its lock, in the transaction in which it goes."""
    held.gone_at = now()
    held.save(update_fields=["gone_at"])
