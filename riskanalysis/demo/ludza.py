"""Two invented reports of the unit in Ludza, over by now: one was released to Polotsk."""

import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import time_machine
from django.utils.timezone import now

from contactpoints.actions import acknowledge_delivery, mark_delivered, mark_opened, mark_sent
from contactpoints.models import units
from incidents import actions
from incidents.demo.week import MARK
from incidents.models import Ground, Incident

LUDZA = uuid.UUID("9a4e6d20-3c71-4f58-8f0b-2d1c7be5a604")
TOLD = {
    "category": "AIRX", "severity": 2, "language": "lv", "lat": 56.0365, "lon": 27.7950,
    "headline": "Bezpilota lidaparāts naktī virs pierobežas joslas",
    "narrative": (
        "Postenis dzirdēja un īsi redzēja nelielu lidaparātu, kas lidoja gar joslu uz ziemeļiem. "
        f"Pilots nav atrasts. {MARK['lv']}"
    ),
}  # fmt: skip
KEPT = {
    "category": "UBC-LND", "severity": 1, "language": "lv", "lat": 56.1195, "lon": 27.9620,
    "headline": "Svaigas pēdas pie joslas Ludzas pusē",
    "narrative": (
        "Rīta apgaitā atrastas divu cilvēku pēdas, kas ved gar joslu un beidzas pie meža ceļa. "
        f"{MARK['lv']}"
    ),
}  # fmt: skip
LINE = "Наш пост предупреждён, наблюдение усилено."
NOTE = "Осмотр закончен, больше ничего не замечено."


def tell_of_ludza(people: Mapping[str, Any]) -> str:
    """Headquarters reports for the unit, which has no desk of its own. Done once."""
    if Incident.objects.filter(client_ref=uuid.uuid5(LUDZA, "0")).exists():
        return "demo reports of Ludza: there already"
    by, desk = people["lv.hq"], people["pol.duty"]
    for number, (content, hours) in enumerate(((TOLD, 124), (KEPT, 76))):
        at = now() - timedelta(hours=hours)
        with time_machine.travel(at, tick=False) as clock:
            incident = actions.report_incident(
                unit=units()["LV-LUD"],
                content={**content, "happened_at": at - timedelta(minutes=35)},
                client_ref=uuid.uuid5(LUDZA, str(number)),
                by=by,
            )
            if content is TOLD:
                clock.shift(timedelta(minutes=12))
                _told(incident, by, desk, clock)
            clock.shift(timedelta(hours=5))
            actions.close_part(incident, ground=Ground.OVER, by=by)
    return "demo reports of Ludza: 2 new"


def _told(incident: Incident, by: Any, desk: Any, clock: Any) -> None:
    alert = actions.release_incident(incident, desks=[units()["DESK-POL"]], by=by)
    assert alert is not None  # nothing is paused that early
    delivery = alert.deliveries.select_related("alert__sender", "desk").get()
    for mark in (mark_sent, mark_delivered):
        clock.shift(timedelta(seconds=2))
        mark(delivery)
    clock.shift(timedelta(minutes=6))
    mark_opened(delivery, by=desk)
    acknowledge_delivery(delivery, line=LINE, by=desk)
    clock.shift(timedelta(minutes=40))
    actions.add_note(incident, text=NOTE, by=desk)
    actions.close_part(incident, ground=Ground.OVER, by=desk)
