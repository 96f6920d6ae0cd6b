"""A drill of the emergency broadcast two days ago, which one desk answered by telephone."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import time_machine
from django.utils.timezone import now

from contactpoints import actions
from contactpoints.broadcasts import all_clear_of
from contactpoints.models import Broadcast, units

AGO = timedelta(days=2, hours=3)
TEXT = "Mācību trauksme: apstipriniet saņemšanu. Demonstrācijas ieraksts."
# Desk, who answers there, after how many seconds, and what is said.
ANSWERS = [
    ("DESK-POL", "pol.duty", 9, "Прочитано. Демонстрационная запись."),
    ("DESK-MSQ", "msq.duty", 21, "Прачытана. Дэманстрацыйны запіс."),
    ("DESK-RIX", "rix.duty", 34, "Izlasīts. Demonstrācijas ieraksts."),
]
AT = {**{code: officer for code, officer, _after, _line in ANSWERS}, "DESK-FP-MSQ": "fp.duty"}
PHONED = ("DESK-FP-MSQ", "Alena Rabinina", 252, "Zvanīts, izlasīts. Demonstrācijas ieraksts.")


def hold_drill(people: Mapping[str, Any]) -> bool:
    """Send a drill from Daugavpils and answer it, where none was held; returns whether it did."""
    if Broadcast.objects.exists():
        return False
    at = now() - AGO
    with time_machine.travel(at, tick=False):
        sent = actions.send_broadcast(
            units()["DESK-DGP"],
            what="crowd",
            text=TEXT,
            language="lv",
            drill=True,
            by=people["dgp.duty"],
        )
    waiting = {row.desk.code: row for row in sent.alert.deliveries.select_related("desk")}
    for code, officer, seconds, line in ANSWERS:
        with time_machine.travel(at + timedelta(seconds=seconds), tick=False):
            actions.acknowledge_delivery(waiting[code], line=line, by=people[officer])
    code, name, seconds, line = PHONED
    with time_machine.travel(at + timedelta(seconds=seconds), tick=False):
        actions.acknowledge_by_phone(waiting[code], name=name, line=line, by=people["dgp.duty"])
    with time_machine.travel(at + timedelta(minutes=9), tick=False):
        actions.end_broadcast(sent, outcome="Mācības beigušās.", by=people["dgp.duty"])
    clear = all_clear_of(sent)
    assert clear is not None
    with time_machine.travel(at + timedelta(minutes=11), tick=False):
        for delivery in clear.deliveries.select_related("desk"):
            actions.acknowledge_delivery(delivery, by=people[AT[delivery.desk.code]])
    return True
