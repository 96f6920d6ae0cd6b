"""The lines between the desks of both sides, what their checks found, and who is told of a break.

A line leads from one desk to another; its partner line leads back. Nothing here says anything of an
incident, so both ends read the same. Reads only.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import permutations
from statistics import median
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils.timezone import now

from bordercoop.outbox.models import Message

from .access import may, units_where
from .board import Watch, desks_of, watches
from .models import Alert, Delivery, LineBreak, LineCheck, Unit, units

Line = tuple[Unit, Unit]
PERIODS = {"24h": timedelta(hours=24), "7d": timedelta(days=7), "30d": timedelta(days=30)}
State = LineCheck.State


def lines() -> list[Line]:
    """Every line, caller and answerer: between the ends of each point, both ways. A point with ends
    of one side only, as the focal point, has its lines with the other side's desks on the same kind
    of border."""
    desks = [
        unit
        for unit in units().values()
        if unit.kind == Unit.Kind.DESK and unit.retired_at is None and hasattr(unit, "desk")
    ]
    found = []
    for caller, answerer in permutations(sorted(desks, key=lambda u: (u.order, u.code)), 2):
        if caller.side == answerer.side:
            continue
        one, other = caller.desk.point, answerer.desk.point
        alone = any(
            len({d.side for d in desks if d.desk.point_id == point.pk}) == 1
            for point in (one, other)
        )
        if one.pk == other.pk or (alone and one.border == other.border):
            found.append((caller, answerer))
    return found


def partners(desk: Unit) -> list[Unit]:
    """The desks at the other end of this desk's lines."""
    return [answerer for caller, answerer in lines() if caller.pk == desk.pk]


def pairs_for(user: Any) -> list[Line]:
    """The pairs of desks at one end of which `user` sees alerts, each once, own side first."""
    mine = units_where(user, "view_alerts")
    return [
        (caller, answerer)
        for caller, answerer in lines()
        if (caller.pk in mine or answerer.pk in mine)
        and (caller.side == user.side or (user.side not in (caller.side, answerer.side)
             and caller.side < answerer.side))
    ]  # fmt: skip


def period_of(moment: datetime, every: int) -> datetime:
    """The beginning of the period of `every` seconds that holds `moment`. Counted in UTC, so a
    change of the clocks neither doubles nor skips one."""
    return moment - timedelta(seconds=moment.timestamp() % every)


def late_after(moment: datetime) -> Q:
    """Which waiting checks are missed at `moment`."""
    screen = moment - timedelta(seconds=settings.LINE_CHECK_SCREEN_WITHIN)
    answer = moment - timedelta(seconds=settings.LINE_CHECK_ANSWER_WITHIN)
    return Q(screen_at=None, at__lte=screen) | Q(at__lte=answer)


@dataclass
class Figures:
    """What the checks of a line found in a time, in seconds; None where there is nothing."""

    made: int = 0
    answered: int = 0
    missed: int = 0
    excused: int = 0
    screen_median: float | None = None
    screen_p95: float | None = None
    heard_median: float | None = None
    heard_p95: float | None = None


def p95(values: list[float]) -> float | None:
    """The smallest value that 95 of 100 do not exceed."""
    if not values:
        return None
    return sorted(values)[-(-len(values) * 95 // 100) - 1]


def figures(checks: Iterable[LineCheck]) -> Figures:
    """Of settled checks. An answer that came too late counts as missed, with no time of its own."""
    found, screens, answers = Figures(), [], []
    for check in checks:
        if check.state == State.WAITING:
            continue
        found.made += 1
        found.answered += check.state == State.HEARD
        found.missed += check.state == State.MISSED
        found.excused += check.state in (State.UNMANNED, State.PAUSED, State.DOWN)
        if check.state == State.HEARD and check.heard_s is not None:
            answers.append(check.heard_s)
        if check.screen_s is not None:
            screens.append(check.screen_s)
    found.screen_median = median(screens) if screens else None
    found.heard_median = median(answers) if answers else None
    found.screen_p95, found.heard_p95 = p95(screens), p95(answers)
    return found


def checks_of(one: Unit, other: Unit, since: datetime) -> Any:
    """The checks of a pair in both directions since a moment, newest first."""
    both = Q(caller_id=one.pk, answerer_id=other.pk) | Q(caller_id=other.pk, answerer_id=one.pk)
    return LineCheck.objects.filter(both, at__gte=since).whole().order_by("-pk")


def last_checks(pairs: Iterable[Line]) -> dict[tuple[int, int], LineCheck]:
    """The newest check of each of these lines; one statement."""
    wanted = Q(pk=None)
    for caller, answerer in pairs:
        wanted |= Q(caller_id=caller.pk, answerer_id=answerer.pk)
    rows = LineCheck.objects.filter(wanted).order_by("caller_id", "answerer_id", "-pk")
    newest = rows.distinct("caller_id", "answerer_id").whole()
    return {(check.caller_id, check.answerer_id): check for check in newest}


def open_breaks(desk_ids: Iterable[int] | None = None) -> list[LineBreak]:
    """The breaks that go on, of lines that begin or end at these desks; of all without."""
    rows = LineBreak.objects.filter(repaired_at=None).select_related(
        "caller__desk", "answerer__desk", "check_missed"
    )
    if desk_ids is not None:
        ids = list(desk_ids)
        rows = rows.filter(Q(caller_id__in=ids) | Q(answerer_id__in=ids))
    return list(rows.order_by("since", "pk"))


@dataclass
class Partner:
    """The desk at the other end as the console's head shows it.

    `out` is the newest check of the line to it, `back` of the line from it.
    """

    desk: Unit
    watch: Watch
    out: LineCheck | None
    back: LineCheck | None
    may_check: bool
    home: Unit


@dataclass
class Strip:
    """The head of the console: checks to answer here, breaks, partners, channels, last test."""

    to_answer: list[LineCheck] = field(default_factory=list)
    breaks: list[LineBreak] = field(default_factory=list)
    partners: list[Partner] = field(default_factory=list)
    mail_at: datetime | None = None
    mail_failed_at: datetime | None = None
    test_at: datetime | None = None

    @property
    def quiet(self) -> bool:
        return not self.to_answer and not self.breaks


def answerable(user: Any, desk_ids: Iterable[int]) -> list[LineCheck]:
    """Checks at these desks that `user` may answer now: those that wait, and the last one of a
    line that is broken, since a late answer repairs it."""
    here = [pk for pk in desk_ids if may(user, "acknowledge_alerts", pk)]
    if not here:
        return []
    broken = Q(state=State.MISSED, heard_at=None, broke__repaired_at=None, broke__isnull=False)
    rows = LineCheck.objects.filter(Q(state=State.WAITING) | broken, answerer_id__in=here)
    return list(rows.select_related("caller", "answerer").order_by("pk")[:20])


def strip(user: Any, desks: list[Unit], watched: Iterable[Watch] = ()) -> Strip:
    """For the console of these desks; five statements however many there are, and those of
    `watches` for partners that are not among the `watched` ones."""
    ids = [desk.pk for desk in desks]
    mine = [(caller, answerer) for caller, answerer in lines() if caller.pk in ids]
    both = [*mine, *((answerer, caller) for caller, answerer in mine)]
    last = last_checks(both) if mine else {}
    seen: dict[int, Unit] = {}
    for _caller, answerer in mine:
        seen.setdefault(answerer.pk, answerer)
    known = {watch.desk.pk: watch for watch in watched}
    if missing := [desk for pk, desk in seen.items() if pk not in known]:
        known |= {watch.desk.pk: watch for watch in watches(missing)}
    test = (
        Delivery.objects.at(ids)
        .filter(alert__status=Alert.Status.TEST)
        .order_by("-alert_id")  # the few tests have an index of their own
        .values_list("queued_at", flat=True)
        .first()
    )
    came = [check.at for (_caller, answerer), check in last.items() if answerer in ids]
    mail = _mail()
    return Strip(
        to_answer=answerable(user, ids),
        breaks=open_breaks(ids),
        partners=[
            Partner(
                desk=answerer,
                watch=known[answerer.pk],
                out=last.get((caller.pk, answerer.pk)),
                back=last.get((answerer.pk, caller.pk)),
                may_check=may(user, "acknowledge_alerts", caller.pk),
                home=caller,
            )
            for caller, answerer in mine
        ],
        mail_at=mail[0],
        mail_failed_at=mail[1],
        test_at=max([*came, *([test] if test else [])], default=None),
    )


def _mail() -> tuple[datetime | None, datetime | None]:
    """When a mail went out last, and when one failed last and has not gone out since."""
    rows = Message.objects.filter(channel__in=("mail", "mail_p1")).order_by("-pk")
    sent = failed = None
    for done, given_up, attempts, due in rows.values_list(
        "done_at", "given_up_at", "attempts", "due_at"
    )[:20]:
        if done:
            sent = max(sent or done, done)
        elif given_up or attempts > 1:
            trouble = given_up or min(due, now())
            failed = max(failed or trouble, trouble)
    return sent, failed


@dataclass
class Row:
    """One pair of desks on the overview, with the newest check and the figures of each way."""

    one: Unit
    other: Unit
    ways: list[tuple[Unit, Unit, LineCheck | None, Figures]]
    breaks: list[LineBreak]


def overview(user: Any, since: datetime) -> list[Row]:
    """Every pair that `user` reads. Three statements."""
    pairs = pairs_for(user)
    both = [line for one, other in pairs for line in ((one, other), (other, one))]
    last = last_checks(both) if both else {}
    by_line: dict[tuple[int, int], list[LineCheck]] = {}
    for check in LineCheck.objects.visible_to(user).filter(at__gte=since):
        by_line.setdefault((check.caller_id, check.answerer_id), []).append(check)
    broken = open_breaks()
    return [
        Row(
            one,
            other,
            [
                (a, b, last.get((a.pk, b.pk)), figures(by_line.get((a.pk, b.pk), ())))
                for a, b in ((one, other), (other, one))
            ],
            [row for row in broken if {row.caller_id, row.answerer_id} == {one.pk, other.pk}],
        )
        for one, other in pairs
    ]


def my_desks(user: Any) -> list[Unit]:
    """Desks from which `user` may ask for a check."""
    return [desk for desk in desks_of(user) if may(user, "acknowledge_alerts", desk.pk)]
