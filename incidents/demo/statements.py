"""Two months of alerts between the ends of the land point: one stated and signed, one to settle."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import time_machine

from contactpoints import actions
from contactpoints.models import Alert, Delivery, ExchangeStatement, Posting, units
from contactpoints.months import before, span
from contactpoints.statements import last_month, lines_of

from ..models import Meeting

# From whom, priority, day of the month, minutes until it reached the desk and was acknowledged.
SENT = [
    ("DESK-DGP", "P2", 4, 1, 4),
    ("DESK-DGP", "P3", 7, 1, 22),
    ("DESK-POL", "P2", 8, 1, 7),
    ("DESK-DGP", "P3", 11, 1, 35),
    ("DESK-POL", "P3", 12, 2, 18),
    ("DESK-POL", "P3", 15, 1, 95),
    ("DESK-DGP", "P4", 18, 1, 40),
    ("DESK-POL", "P3", 21, 3, 12),
    ("DESK-DGP", "P3", 24, 1, 51),
]
# The mail server was down for an hour: late for who sent it, in time for who got it.
HELD_UP = ("DESK-DGP", "P2", 13, 61, 65)
OTHER = {"DESK-DGP": "DESK-POL", "DESK-POL": "DESK-DGP"}
OFFICER = {"DESK-DGP": "dgp.duty", "DESK-POL": "pol.duty"}
LINE = {"LV": "Pieņemts zināšanai.", "BY": "Принято к сведению."}


def state_two_months(people: Mapping[str, Any]) -> int:
    """Live through the last two months and state them, once; returns how many were stated."""
    meeting = Meeting.objects.order_by("pk").first()
    heads = [people[name] for name in ("dgp.head", "pol.head") if name in people]
    if ExchangeStatement.objects.exists() or meeting is None or len(heads) < 2:
        return 0
    last = last_month()
    since = span(before(last))[0]
    serving = Posting.objects.filter(officer__username__in=[*OFFICER.values()], starts_at__lt=since)
    if serving.count() < len(OFFICER):  # a demo of before, whose officers came later
        return 0
    for month, sent in ((before(last), SENT), (last, [*SENT, HELD_UP])):
        for each in sent:
            _live_through(meeting, span(month)[0], *each, people=people)
    signed = actions.make_statement(before(last), by=heads[0])
    if all(line.settled for line in lines_of(signed)):
        for head in heads:
            actions.sign_statement(signed, sha256=signed.sha256, by=head)
    actions.make_statement(last, by=heads[0])
    return 2


def _live_through(
    meeting: Meeting, start: datetime, sender: str, priority: str, day: int, reached: int,
    after: int, *, people: Mapping[str, Any],
) -> None:  # fmt: skip
    desk, by = units()[OTHER[sender]], people[OFFICER[sender]]
    at = start + timedelta(days=day - 1, hours=9 + day % 7)
    with time_machine.travel(at, tick=False):
        alert: Alert = actions.raise_alert(
            meeting.ref,
            card={
                "number": meeting.number,
                "side": by.side,
                "exercise": False,
                "event": "called",
            },
            priority=priority,
            to=[desk],
            sender=units()[sender],
            unwatched=True,
            by=by,
        )
    delivery = Delivery.objects.get(alert=alert)
    with time_machine.travel(at + timedelta(minutes=reached), tick=False):
        actions.mark_delivered(delivery)
    with time_machine.travel(at + timedelta(minutes=after), tick=False):
        reader = people[OFFICER[OTHER[sender]]]
        actions.mark_opened(delivery, by=reader)
        actions.acknowledge_delivery(delivery, line=LINE[reader.side], by=reader)
