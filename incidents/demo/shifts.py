"""A change of shift at both ends of the land point, less than an hour ago."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import time_machine
from django.utils.timezone import now

from contactpoints import actions
from contactpoints.models import ShiftHandover, units

AGO = timedelta(minutes=40)
# Desk, who left, who came, the note, a line of the journal.
CHANGES = [
    (
        "DESK-DGP",
        "dgp.duty",
        "dgp.head",
        "Mierīga maiņa. Otrā rācija nodota remontā. Polockas dežūrdaļa zvanīs plkst. 10 par "
        "robežzīmi 214. Demonstrācijas ieraksts.",
        "Pārbaudīta tālruņa līnija ar Polockas dežūrdaļu. Demonstrācijas ieraksts.",
    ),
    (
        "DESK-POL",
        "pol.duty",
        "pol.head",
        "Смена прошла спокойно. В 10:00 позвонить в Даугавпилс о пограничном знаке 214. "
        "Демонстрационная запись.",
        "Проверена телефонная линия с Даугавпилсом. Демонстрационная запись.",
    ),
]


def change_shifts(people: Mapping[str, Any]) -> int:
    """Hand over and take over where no shift of the desk was handed over yet; returns how many."""
    changed = 0
    for code, leaving, arriving, note, line in CHANGES:
        desk = units()[code]
        if ShiftHandover.objects.filter(unit=desk).exists():
            continue
        at = now() - AGO
        with time_machine.travel(at - timedelta(minutes=15), tick=False):
            actions.write_duty_note(desk, text=line, by=people[leaving])
        with time_machine.travel(at, tick=False):
            handover = actions.hand_over_shift(
                desk, note=note, to=people[arriving], by=people[leaving]
            )
        with time_machine.travel(at + timedelta(minutes=4), tick=False):
            actions.take_over_shift(handover, by=people[arriving])
        changed += 1
    return changed
