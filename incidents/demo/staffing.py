"""Absences of two heads, a shift that changed hands, one that did not, and screens on the walls."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import time_machine
from django.utils.timezone import now

from contactpoints import actions
from contactpoints.models import Absence, Display, DutyShift, ShiftSwap, units

# Who, where, on what ground; in days from today the first day, the day after the last, and the day
# as of which it was ended early.
ABSENCES = [
    ("dgp.head", "DESK-DGP", Absence.Ground.LEAVE, 12, 17, None),
    ("msq.head", "DESK-MSQ", Absence.Ground.TRAINING, -6, -3, -4),
]
# Desk, whose shift, to whom, in how many days it begins, and what became of the offer.
OFFERS = [
    ("DESK-DGP", "dgp.duty", "dgp.head", 4, actions.accept_shift),
    ("DESK-POL", "pol.duty", "pol.head", 5, actions.decline_shift),
]
# Desk, who made it, where the screen hangs, from when on in days, and when it was ended.
DISPLAYS = [
    ("DESK-DGP", "dgp.head", "Ekrāns pie ieejas", -8, -5),
    ("DESK-DGP", "dgp.head", "Lielais ekrāns dežūrtelpā", -5, None),
    ("DESK-POL", "pol.head", "Большой экран в дежурной части", -5, None),
]


def plan_staffing(people: Mapping[str, Any]) -> None:
    """What is not there yet; every desk keeps its one primary at any hour."""
    start = now()
    for username, code, ground, begins, ends, ended in ABSENCES:
        if not Absence.objects.filter(booking__officer=people[username]).exists():
            desk = units()[code]
            span = (_midnight(desk, begins), _midnight(desk, ends))
            over = _midnight(desk, ended) if ended else None
            _absent(people[username], desk, ground, span, over)
    for code, giving, taking, days, answer in OFFERS:
        if not ShiftSwap.objects.filter(to=people[taking]).exists():
            mine = DutyShift.objects.filter(
                unit=units()[code],
                booking__officer=people[giving],
                cancelled_at=None,
                period__startswith__gt=start + timedelta(days=days),
            )
            with time_machine.travel(start - timedelta(days=2), tick=False):
                swap = actions.offer_shift(
                    mine.order_by("period")[0], to=people[taking], by=people[giving]
                )
            with time_machine.travel(start - timedelta(days=1, hours=20), tick=False):
                answer(swap, by=people[taking])


def _midnight(desk: Any, days: int) -> datetime:
    zone = ZoneInfo(desk.zone)
    return datetime.combine(now().astimezone(zone) + timedelta(days=days), time(), zone)


def _absent(officer: Any, desk: Any, ground: str, span: Any, over: datetime | None) -> None:
    starts, ends = span
    entered = min(starts, now()) - timedelta(days=2)
    with time_machine.travel(entered, tick=False):
        absence = actions.enter_absence(
            officer, unit=desk, starts_at=starts, ends_at=ends, ground=ground, by=officer
        )
    if over is not None:
        with time_machine.travel(over, tick=False):
            actions.end_absence(absence, unit=desk, by=officer)


def hang_screens(people: Mapping[str, Any]) -> None:
    """Made, and opened once by the browser of the screen; nobody keeps their addresses."""
    start = now()
    shown = set(Display.objects.values_list("unit__code", flat=True))
    for desk, head, name, begins, ended in DISPLAYS:
        if desk in shown:
            continue
        by, at = people[head], start + timedelta(days=begins)
        with time_machine.travel(at, tick=False):
            display, secret = actions.make_display(
                units()[desk], name=name, language=by.language, by=by
            )
        with time_machine.travel(at + timedelta(minutes=6), tick=False):
            actions.open_display(secret)
        if ended is not None:
            with time_machine.travel(start + timedelta(days=ended), tick=False):
                actions.end_display(display, by=by)
