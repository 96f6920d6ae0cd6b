"""Line checks: made each period or on demand, answered, missed, and the line repaired."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.audit.models import record
from bordercoop.errors import Refused
from bordercoop.live.doorbell import ring_many
from bordercoop.outbox.models import Pulse

from ..access import may, require
from ..lines import late_after, lines, period_of
from ..models import Alert, LineBreak, LineCheck, Priority, Unit
from ..pausing import whole_points_paused
from ..watch import on_duty
from .alerts import let_rest, raise_alert

State = LineCheck.State
# So long a desk that nobody could be told at is left before the next try.
TRY_AGAIN = timedelta(seconds=60)


def check_lines() -> int:
    """Make the checks of this period, settle those whose time is up, and tell both ends of a line
    that broke; returns how many checks were made or settled.

    May run in several processes at once, and late: each line is checked once a period, and a period
    in which nothing ran is not made up for. Where nobody is on duty, or the point is paused, or the
    portal itself was down while the check waited, it says so and nobody is alarmed.
    """
    changed = _make() + _settle()
    _tell()
    return changed


@transaction.atomic
def _make() -> int:
    every = settings.LINE_CHECK_EVERY
    if not every:
        return 0
    at = now()
    period = period_of(at, every)
    wanted = lines()
    there = set(LineCheck.objects.filter(period=period).values_list("caller_id", "answerer_id"))
    missing = [pair for pair in wanted if (pair[0].pk, pair[1].pk) not in there]
    if not missing:
        return 0
    excuses = _excuses(missing)
    rows = [
        LineCheck(caller=caller, answerer=answerer, period=period, at=at, state=state)
        for (caller, answerer), state in zip(missing, excuses, strict=True)
    ]
    LineCheck.objects.bulk_create(rows, ignore_conflicts=True)
    ours = LineCheck.objects.filter(uid__in=[row.uid for row in rows]).select_related("answerer")
    ring_many(sorted({check.answerer.code for check in ours}))
    return len(ours)


def _excuses(pairs: list[tuple[Unit, Unit]]) -> list[LineCheck.State]:
    """For each line why it cannot be answered now, else that it waits."""
    manned = on_duty([answerer.pk for _caller, answerer in pairs])
    paused = whole_points_paused()
    return [
        State.PAUSED
        if {caller.desk.point_id, answerer.desk.point_id} & paused
        else State.WAITING
        if answerer.pk in manned
        else State.UNMANNED
        for caller, answerer in pairs
    ]


@transaction.atomic
def _settle(limit: int = 50) -> int:
    at = now()
    late = list(
        LineCheck.objects.waiting()
        .filter(late_after(at))
        .select_for_update(skip_locked=True, no_key=True, of=("self",))
        .select_related("caller__desk", "answerer__desk")
        .order_by("pk")[:limit]
    )
    excuses = _excuses([(check.caller, check.answerer) for check in late]) if late else []
    up_since = Pulse.up_since() if late else None
    for check, excuse in zip(late, excuses, strict=True):
        if excuse == State.WAITING and up_since is not None and up_since > check.at:
            excuse = State.DOWN  # nobody could answer for a part of its time
        if excuse != State.WAITING:
            check.state = excuse
            check.save(update_fields=["state"])
            continue
        check.state, check.missed_at = State.MISSED, at
        check.missed = LineCheck.Missed.ANSWER if check.screen_at else LineCheck.Missed.SCREEN
        check.save(update_fields=["state", "missed_at", "missed"])
        _break(check, at)
        for side in sorted({check.caller.side, check.answerer.side}):
            record("line.missed", check.ref, by=None, trail=side, **_said(check))
    ring_many(sorted({code for check in late for code in _ends(check)}))
    return len(late)


def _break(check: LineCheck, since: datetime) -> None:
    LineBreak.objects.bulk_create(
        [
            LineBreak(
                caller_id=check.caller_id,
                answerer_id=check.answerer_id,
                check_missed=check,
                since=since,
            )
        ],
        ignore_conflicts=True,
    )


@transaction.atomic
def _tell() -> None:
    """Raise the alarm at each end of a broken line that has not been told yet."""
    at = now()
    rows = LineBreak.objects.filter(repaired_at=None).exclude(
        caller_alert__isnull=False, answerer_alert__isnull=False
    )
    due = rows.exclude(tried_at__gt=at - TRY_AGAIN)
    locked = due.select_for_update(skip_locked=True, no_key=True, of=("self",))
    for broken in locked.select_related("caller", "answerer", "check_missed").order_by("pk")[:20]:
        broken.tried_at = at
        ends = {"caller_alert": broken.caller, "answerer_alert": broken.answerer}
        for name, desk in ends.items():
            if getattr(broken, f"{name}_id") is None:
                setattr(broken, name, _alarm(broken, desk, "line_missed", Priority.P2))
        broken.save(update_fields=["tried_at", *ends])


def _alarm(
    broken: LineBreak, desk: Unit, event: str, priority: Priority, after: Alert | None = None
) -> Alert | None:
    """An alert at the desk about the line, None when nobody there would hear it."""
    try:
        with transaction.atomic():
            return raise_alert(
                broken.ref,
                card={
                    "number": f"{broken.caller.code} → {broken.answerer.code}",
                    "side": broken.caller.side,
                    "exercise": False,
                    "severity": 3 if priority == Priority.P2 else 1,
                    "event": event,
                },
                priority=priority,
                to=[desk],
                # The portal tells each desk of its own line; neither side sent it to the other.
                sender=desk,
                kind=Alert.Kind.UPDATE if after else Alert.Kind.ALERT,
                references=after,
                by=None,
            )
    except Refused:
        return None


@transaction.atomic
def check_line(caller: Unit, answerer: Unit, *, by: Any) -> LineCheck:
    """Call the desk at the other end now. While a check that was asked for waits there, that one is
    it. Refused too soon after the last one, and where nobody could answer."""
    require(by, "acknowledge_alerts", caller)
    if (caller.pk, answerer.pk) not in {(one.pk, other.pk) for one, other in lines()}:
        raise Refused(
            _("No line leads from %(desk)s to %(other)s.")
            % {"desk": caller.name, "other": answerer.name},
            code="no_line",
        )
    # Two who press at once come here one after the other.
    Unit.objects.select_for_update(no_key=True).get(pk=caller.pk)
    last = LineCheck.objects.of_line(caller, answerer).filter(period=None).order_by("-pk").first()
    if last is not None and last.state == State.WAITING:
        return last
    at, wait = now(), timedelta(seconds=settings.LINE_CHECK_AGAIN_AFTER)
    if last is not None and last.at > at - wait:
        raise Refused(
            _("This line was checked a moment ago. Wait %(seconds)s s, or use the telephone.")
            % {"seconds": max(1, round((last.at + wait - at).total_seconds()))},
            code="too_soon",
            status=429,
        )
    (excuse,) = _excuses([(caller, answerer)])
    if excuse == State.PAUSED:
        raise Refused(
            _("The exchange is paused at this point, so the line is not checked."), code="paused"
        )
    if excuse == State.UNMANNED:
        raise Refused(
            _("Nobody is on duty at %(desk)s, so nobody would answer. Use the call sheet.")
            % {"desk": answerer.name},
            code="nobody_on_duty",
        )
    check = LineCheck(caller=caller, answerer=answerer, asked_by=by, at=at)
    check.save(force_insert=True)
    record("line.checked", check.ref, by=by, **_said(check))
    ring_many(_ends(check))
    return check


@transaction.atomic
def mark_check_drawn(check: LineCheck, *, by: Any) -> None:
    """A signed-in browser of somebody who answers for the desk drew it. The first one stands."""
    if not may(by, "acknowledge_alerts", check.answerer_id):
        return
    rows = LineCheck.objects.filter(
        pk=check.pk, screen_at=None, state__in=[State.WAITING, "missed"]
    )
    if rows.update(screen_at=now(), screen_by=by):
        ring_many(_ends(check))


@transaction.atomic
def answer_check(check: LineCheck, *, by: Any) -> LineCheck:
    """An officer of the answering desk heard it. The first answer stands. One that comes after it
    was missed stays late, and shows all the same that the line works again."""
    require(by, "acknowledge_alerts", check.answerer)
    check = (
        LineCheck.objects.select_for_update(no_key=True, of=("self",))
        .select_related("caller", "answerer")
        .get(pk=check.pk)
    )
    if check.heard_at is not None:
        return check
    if check.state not in (State.WAITING, State.MISSED):
        raise Refused(
            _("This check did not wait for an answer: %(state)s.")
            % {"state": check.get_state_display()},
            code="not_waiting",
        )
    at = now()
    check.heard_at, check.heard_by = at, by
    fields = ["heard_at", "heard_by"]
    if check.screen_at is None:
        check.screen_at, check.screen_by = at, by
        fields += ["screen_at", "screen_by"]
    if check.state == State.WAITING:
        check.state = State.HEARD
        fields.append("state")
    check.save(update_fields=fields)
    record("line.answered", check.ref, by=by, **_said(check))
    _repair(check)
    ring_many(_ends(check))
    return check


def _repair(check: LineCheck) -> None:
    """The line works: its break ends, what of the alarm still waits is taken back, and who was
    alarmed is told."""
    broken = (
        LineBreak.objects.filter(
            caller_id=check.caller_id, answerer_id=check.answerer_id, repaired_at=None
        )
        .select_for_update(no_key=True, of=("self",))
        .select_related("caller", "answerer")
        .first()
    )
    # An answer to a check from before the break says nothing about it.
    if broken is None or check.pk < broken.check_missed_id:
        return
    broken.repaired_at, broken.repaired_by = now(), check
    broken.save(update_fields=["repaired_at", "repaired_by"])
    told = {"caller": broken.caller_alert_id, "answerer": broken.answerer_alert_id}
    let_rest(broken.ref, by=None)
    for end, alert_id in told.items():
        if alert_id is not None:
            before = Alert.objects.get(pk=alert_id)
            _alarm(broken, getattr(broken, end), "line_repaired", Priority.P4, before)
    for side in sorted({broken.caller.side, broken.answerer.side}):
        record("line.repaired", broken.ref, by=None, trail=side, **_said(check))


def _ends(check: LineCheck) -> list[str]:
    return sorted({check.caller.code, check.answerer.code})


def _said(check: LineCheck) -> dict[str, Any]:
    return {"caller": check.caller.code, "answerer": check.answerer.code}
