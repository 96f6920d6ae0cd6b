"""How long one waits at a crossing point: each side says so for itself."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bordercoop.audit.models import record
from bordercoop.errors import Invalid, KeyReused, NotAllowed, Refused
from bordercoop.live.doorbell import ring_many
from bordercoop.reference.models import Place
from bordercoop.reference.wording import worded

from ..access import may_record_waiting
from ..models import LANES_OF, Direction, Unit, WaitingTime, units
from ..models.waiting import LONGEST_WAIT, MOST_WAITING

NOT_YOURS_TO_SAY = gettext_lazy(
    "Officers of the own units at the place, its desk and headquarters record how long one waits "
    "there."
)
AHEAD = timedelta(minutes=1)  # two PCs never agree to the second
OLDEST = timedelta(days=7)
NOTE = 300
ONCE = "what_is_sent_twice_is_one_waiting_time"


@transaction.atomic
def record_waiting(
    place: Place,
    *,
    lines: Sequence[Mapping[str, Any]],
    observed_at: datetime,
    note: str = "",
    via: str = WaitingTime.Via.PAGE,
    client_ref: uuid.UUID | None = None,
    by: Any,
) -> list[WaitingTime]:
    """Record what the officer's own side says of some lanes of a place, seen at `observed_at`.

    Each line has `direction`, `lane`, `minutes` and `waiting`, one of the two at least.
    `observed_at` is aware, at most a minute ahead and a week old. The same `client_ref` of an
    officer is said once; with other figures, another time or note it is refused (KeyReused).
    Raises Invalid with fields `DIRECTION_LANE_minutes`.
    """
    _require(place, by)
    note = worded(note, "note", most=NOTE, one_line=True)
    said = _checked(place, lines, observed_at)
    ref = client_ref or uuid.uuid4()
    # The place's row orders two who send the same.
    place = Place.objects.select_for_update(no_key=True, of=("self",)).get(pk=place.pk)
    known = list(WaitingTime.objects.filter(recorded_by=by, client_ref=ref).order_by("pk"))
    if known:
        before = {(row.direction, row.lane, row.minutes, row.waiting) for row in known}
        same = all(
            row.place_id == place.pk
            and row.corrects_id is None
            and row.note == note
            and row.observed_at == min(observed_at, row.recorded_at)
            for row in known
        )
        if not same or before != set(said):
            raise _said_otherwise()
        return known
    at = now()
    with _once():
        rows = [
            WaitingTime.objects.create(
                place=place,
                side=by.side,
                direction=direction,
                lane=lane,
                minutes=minutes,
                waiting=waiting,
                observed_at=min(observed_at, at),
                note=note,
                via=via,
                recorded_by=by,
                recorded_at=at,
                client_ref=ref,
            )
            for direction, lane, minutes, waiting in said
        ]
    record("waiting.recorded", f"place:{place.code}", by=by, observed_at=rows[0].observed_at,
           lines=[[row.direction, row.lane, row.minutes, row.waiting] for row in rows])  # fmt: skip
    ring_at(place)
    return rows


@transaction.atomic
def correct_waiting(
    wrong: WaitingTime,
    *,
    minutes: int | None,
    waiting: int | None,
    reason: str,
    observed_at: datetime | None = None,
    via: str = WaitingTime.Via.PAGE,
    client_ref: uuid.UUID | None = None,
    by: Any,
) -> WaitingTime:
    """Say anew what the own side said wrong, and why. Without a figure it is only taken back.

    `observed_at` stays as it was unless another time is given. What was corrected already is not
    corrected again: the correction is. The same correction sent twice is one; KeyReused for a
    `client_ref` under which the officer said something else.
    """
    _require(wrong.place, by, wrong.side)
    reason = worded(reason, "reason", most=NOTE, one_line=True, empty=_("Say what was wrong."))
    faults: dict[str, list[Any]] = {}
    _check_figures(minutes, waiting, "", faults)
    seen = observed_at or wrong.observed_at
    if seen > now() + AHEAD:
        faults["observed_at"] = [_("This time is still to come. Check the clock.")]
    elif seen < wrong.observed_at - OLDEST:
        faults["observed_at"] = [_("This is more than a week before. Check the date.")]
    if faults:
        raise Invalid(_("This cannot be recorded as it is. Correct what is marked."), fields=faults)
    wrong = _locked(wrong)
    known = WaitingTime.objects.filter(corrects=wrong).first()
    same = (
        known is not None
        and known.recorded_by_id == by.pk
        and (known.minutes, known.waiting, known.reason) == (minutes, waiting, reason)
        and known.observed_at == min(seen, known.recorded_at)
    )
    if client_ref is not None:
        sent = WaitingTime.objects.filter(recorded_by=by, client_ref=client_ref).first()
        if sent is not None and not (same and sent == known):
            raise _said_otherwise()
    if known is not None:
        if same:
            return known
        raise Refused(
            _("This was corrected already. Reload the page, and correct what stands there now."),
            code="corrected_already",
        )
    if (minutes, waiting, seen) == (wrong.minutes, wrong.waiting, wrong.observed_at):
        raise Refused(_("This says the same as before: there is nothing to correct."), code="same")
    at = now()
    with _once():
        row = WaitingTime.objects.create(
            place=wrong.place,
            side=wrong.side,
            direction=wrong.direction,
            lane=wrong.lane,
            minutes=minutes,
            waiting=waiting,
            observed_at=min(seen, at),
            corrects=wrong,
            reason=reason,
            via=via,
            recorded_by=by,
            recorded_at=at,
            client_ref=client_ref or uuid.uuid4(),
        )
    record("waiting.corrected", row.ref, by=by, place=wrong.place.code, before=wrong.told(),
           after=row.told(), reason=reason)  # fmt: skip
    ring_at(wrong.place)
    return row


def ring_at(place: Place) -> None:
    """Whoever looks at the place, at a desk of either side or at a unit there, looks again."""
    ring_many(
        unit.code
        for unit in units().values()
        if unit.retired_at is None and (unit.place_id == place.pk or unit.kind == Unit.Kind.DESK)
    )


def _said_otherwise() -> KeyReused:
    return KeyReused(
        _("This was sent before, with other words. Open the page again and send it anew.")
    )


@contextmanager
def _once() -> Iterator[None]:
    """Of two that are sent at once under one client_ref, at two places, one stands. KeyReused for
    the other."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as clash:
        if ONCE not in str(clash):
            raise
        raise _said_otherwise() from clash


def _locked(wrong: WaitingTime) -> WaitingTime:
    # Append-only rows are locked all the same: two corrections of one row take turns.
    rows = WaitingTime.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("place").get(pk=wrong.pk)


def _require(place: Place, by: Any, side: str = "") -> None:
    if not may_record_waiting(by, place) or (side and side != by.side):
        raise NotAllowed(NOT_YOURS_TO_SAY)
    if place.retired_at is not None:
        raise Refused(_("%(place)s is retired.") % {"place": place.name}, code="retired")


def _checked(
    place: Place, lines: Sequence[Mapping[str, Any]], observed_at: datetime
) -> list[tuple[str, str, int | None, int | None]]:
    wrong: dict[str, list[Any]] = {}
    found: list[tuple[str, str, int | None, int | None]] = []
    offered = LANES_OF.get(place.mode, ())
    for line in lines[: 2 * len(offered) + 1]:
        direction, lane = str(line.get("direction", ""))[:40], str(line.get("lane", ""))[:40]
        if direction not in Direction.values:
            wrong["direction"] = [_("Say whether it is the entry or the exit.")]
        if lane not in offered:
            wrong["lane"] = [_("This lane is not at this place. Choose another one.")]
        if any((direction, lane) == one[:2] for one in found):
            wrong["lane"] = [_("A lane stands here twice. Say it once.")]
        minutes, waiting = line.get("minutes"), line.get("waiting")
        _check_figures(minutes, waiting, f"{direction}_{lane}_", wrong)
        if minutes is None and waiting is None:
            wrong[f"{direction}_{lane}_minutes"] = [_("Say how long, or how many wait.")]
        found.append((direction, lane, minutes, waiting))
    if not lines:
        wrong["lines"] = [_("Say of at least one lane how long one waits, or how many wait.")]
    elif len(lines) > 2 * len(offered):
        wrong["lines"] = [_("These are more lanes than the place has.")]
    if observed_at > now() + AHEAD:
        wrong["observed_at"] = [_("This time is still to come. Check the clock.")]
    elif observed_at < now() - OLDEST:
        wrong["observed_at"] = [_("This is more than a week ago. Check the date.")]
    if wrong:
        raise Invalid(_("This cannot be recorded as it is. Correct what is marked."), fields=wrong)
    return found


def _check_figures(minutes: Any, waiting: Any, start: str, wrong: dict[str, list[Any]]) -> None:
    if minutes is not None and not (type(minutes) is int and 0 <= minutes <= LONGEST_WAIT):
        wrong[f"{start}minutes"] = [
            _("Minutes from 0 to %(most)d, or hours as 1:30.") % {"most": LONGEST_WAIT}
        ]
    if waiting is not None and not (type(waiting) is int and 0 <= waiting <= MOST_WAITING):
        wrong[f"{start}waiting"] = [
            _("A whole number from 0 to %(most)d.") % {"most": MOST_WAITING}
        ]
