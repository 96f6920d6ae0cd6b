"""Invented days at the crossing points: opened and closed, and how long one waited, by both sides.

At one point the sides differ, and for half a day one of them said nothing.
"""

import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import time_machine
from django.utils.timezone import now

from bordercoop.reference.models import Place, PlaceStatus
from contactpoints import actions
from contactpoints.models import WaitingTime

DEMO = uuid.UUID("0b5be0f4-52f5-4f0c-9a53-6e2d0d6a7c44")
DAYS, EVERY_H = 4, 2
SILENT_H = range(28, 41)  # hours ago in which the Belarusian side said nothing of the road
# (place, hours ago, who, state, reason, days until it is expected to reopen)
OPENINGS: list[tuple[str, float, str, str, str, int | None]] = [
    ("PAT-GRI", 600, "dgp.head", "open", "", None),
    ("PAT-GRI", 598, "pol.head", "open", "", None),
    ("PAT-GRI", 71, "dgp.head", "closed", "Nedarbojas pārbaudes sistēma. Izdomāts piemērs.", 0),
    ("PAT-GRI", 68, "dgp.head", "open", "", None),
    ("IND-BIG", 500, "pol.head", "open", "", None),
    ("IND-BIG", 9, "dgp.head", "restricted", "Sliežu remonts. Izdomāts piemērs.", 3),
    ("RIX", 700, "rix.head", "open", "", None),
    ("MSQ", 700, "msq.head", "open", "", None),
]  # fmt: skip
# Minutes through the hours of a day, each of three hours from midnight in UTC.
DAY = (0.5, 0.4, 0.7, 1.0, 1.2, 1.1, 0.9, 0.6)
# (place, who, direction, lane, minutes at noon, vehicles or people for each minute)
LANES = [
    ("PAT-GRI", "dgp.duty", "exit", "cars", 35, 0.8),
    ("PAT-GRI", "dgp.duty", "exit", "trucks", 95, 0.5),
    ("PAT-GRI", "dgp.duty", "entry", "cars", 55, 0.6),
    ("PAT-GRI", "dgp.duty", "entry", "trucks", 180, 0.4),
    ("PAT-GRI", "dgp.duty", "entry", "buses", 70, 0.05),
    ("PAT-GRI", "pol.duty", "entry", "cars", 40, 0.7),
    ("PAT-GRI", "pol.duty", "entry", "trucks", 330, 0.4),
    ("PAT-GRI", "pol.duty", "exit", "cars", 60, 0.7),
    ("PAT-GRI", "pol.duty", "exit", "trucks", 190, 0.4),
    ("RIX", "rix.duty", "entry", "air", 18, 6),
    ("RIX", "rix.duty", "exit", "air", 12, 5),
    ("MSQ", "msq.duty", "entry", "air", 25, 5),
    ("MSQ", "msq.duty", "exit", "air", 16, 5),
]


def live_with_crossings(people: Mapping[str, Any]) -> None:
    """Said by the officers of both sides in their time. Done once."""
    if WaitingTime.objects.exists():
        return
    end = now()
    places = {
        place.code: place for place in Place.objects.filter(code__in={o[0] for o in OPENINGS})
    }
    for code, hours, who, state, reason, days in OPENINGS:
        at = end - timedelta(hours=hours)
        if PlaceStatus.objects.filter(place=places[code], side=people[who].side,
                                      recorded_at__gte=at).exists():  # fmt: skip
            continue
        with time_machine.travel(at, tick=False):
            actions.record_status(
                places[code], state=state, since=at, reason=reason,
                expected_on=None if days is None else at.date() + timedelta(days=days),
                by=people[who],
            )  # fmt: skip
    for hours in range(DAYS * 24, -1, -EVERY_H):
        at = end - timedelta(hours=hours, minutes=20)
        said: dict[tuple[str, str], list[dict[str, Any]]] = {}
        for number, (code, who, direction, lane, minutes, each) in enumerate(LANES):
            if who == "pol.duty" and hours in SILENT_H:
                continue
            swing = 1 + ((hours * 7 + number * 5) % 11 - 5) / 20
            waited = round(minutes * DAY[at.hour // 3] * swing)
            if (lane, who, direction, hours) == ("trucks", "pol.duty", "entry", 0):
                waited = 390
            line = {"direction": direction, "lane": lane, "minutes": waited,
                    "waiting": round(waited * each)}  # fmt: skip
            said.setdefault((code, who), []).append(line)
        with time_machine.travel(at, tick=False):
            for (code, who), lines in said.items():
                actions.record_waiting(
                    places[code], lines=lines, observed_at=at,
                    client_ref=uuid.uuid5(DEMO, f"{code} {who} {hours}"), by=people[who],
                )  # fmt: skip
    _correct_one(people)


def _correct_one(people: Mapping[str, Any]) -> None:
    rows = WaitingTime.objects.filter(side="LV", direction="entry", lane="trucks").whole()
    wrong = rows[2]
    at = wrong.recorded_at + timedelta(minutes=9)
    with time_machine.travel(at, tick=False):
        actions.correct_waiting(
            wrong, minutes=(wrong.minutes or 0) // 2, waiting=wrong.waiting,
            reason="Divas rindas saskaitītas kopā.", by=people["dgp.duty"],
        )  # fmt: skip
