"""A day of line checks: each hour both ways, one missed at night and the line repaired.

What the scheduler and the officers do, in the order of time with the clock moved. Every alarm of it
is acknowledged.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import time_machine
from django.conf import settings
from django.test.utils import override_settings
from django.utils.timezone import now

from contactpoints import actions
from contactpoints.models import Delivery, LineCheck

from .people import WATCHES

HOURS = 24
# In this hour before now nobody at Polotsk answers, and in the next one somebody does.
MISSED_AT = 7
MISSED = ("DESK-DGP", "DESK-POL")

CALLS = {"LV": "Zvanu pretējai dežūrdaļai.", "BY": "Звоню на другую сторону."}


def check_lines_for_a_day(people: Mapping[str, Any]) -> int:
    """Live through the day before now, once; returns how many checks it had."""
    if LineCheck.objects.exists():
        return 0
    start = now().replace(minute=0, second=0, microsecond=0)
    with override_settings(LINE_CHECK_EVERY=3600):
        for hours in range(HOURS, 0, -1):
            with time_machine.travel(start - timedelta(hours=hours), tick=False) as clock:
                actions.check_lines()
                _answer(people, hours, clock)
    with time_machine.travel(start - timedelta(hours=MISSED_AT - 2), tick=False):
        for delivery in Delivery.objects.open().filter(alert__about__startswith="line:"):
            by = people[WATCHES[delivery.desk.code]]
            actions.mark_delivered(delivery)
            actions.acknowledge_delivery(delivery, line="", by=by)
    return LineCheck.objects.count()


def _answer(people: Mapping[str, Any], hours: int, clock: Any) -> None:
    """Each desk sees its checks within seconds and answers within minutes, but for one."""
    checks = LineCheck.objects.waiting().select_related("caller", "answerer").order_by("pk")
    start = now()
    for order, check in enumerate(checks):
        by = people[WATCHES[check.answerer.code]]
        clock.move_to(start + timedelta(seconds=2 + (hours * 3 + order) % 5))
        actions.mark_check_drawn(check, by=by)
        if hours == MISSED_AT and (check.caller.code, check.answerer.code) == MISSED:
            continue
        clock.shift(9 + (hours * 7 + order * 13) % 40)
        actions.answer_check(check, by=by)
    if hours == MISSED_AT:
        clock.shift(settings.LINE_CHECK_ANSWER_WITHIN)
        actions.check_lines()
        for delivery in Delivery.objects.open().filter(alert__about__startswith="line:"):
            clock.shift(20)
            by = people[WATCHES[delivery.desk.code]]
            actions.mark_opened(delivery, by=by)
            actions.acknowledge_delivery(delivery, line=CALLS[delivery.desk.side], by=by)
