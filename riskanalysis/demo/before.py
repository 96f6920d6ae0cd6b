"""What lay before the demo's week: invented reports of half a year, brought over and closed.

So that a week has a usual range to lie in or outside of. As many of each side.
"""

import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import time_machine
from django.utils.timezone import now

from contactpoints.models import units
from incidents import actions
from incidents.demo.week import MARK
from incidents.models import Ground, Incident

BEFORE = uuid.UUID("0b6a4c1e-7d0f-4b5e-9a53-6c1f0e2d8a47")
WEEKS = 30
# How many a week, in turn.
TURN = (1, 0, 2, 1, 1, 0, 1, 2, 0, 1)
HEADLINE = {
    "lv": "Pēdas pie robežas joslas",
    "be": "Сляды каля памежнай паласы",
}
# Unit, language, who closes, where the first lies and how far apart they are.
SIDES = (
    ("LV-DGP", "lv", "lv.hq", (55.735, 26.89), (0.011, 0.033)),
    ("BY-POL", "be", "by.hq", (55.822, 27.60), (0.009, 0.017)),
)


def tell_before(people: Mapping[str, Any]) -> str:
    """Report and close what is not there yet."""
    if Incident.objects.filter(client_ref=uuid.uuid5(BEFORE, "LV-DGP 0 0")).exists():
        return "demo reports of half a year: there already"
    made = 0
    for code, language, closer, (lat, lon), (up, along) in SIDES:
        for back in range(WEEKS):
            for turn in range(TURN[back % len(TURN)]):
                at = now() - timedelta(weeks=back + 2, hours=(back * 31 + turn * 53) % 150)
                n = (back + turn * 3) % 7
                with time_machine.travel(at, tick=False):
                    incident = actions.report_incident(
                        unit=units()[code],
                        content={
                            "category": "UBC-LND", "severity": 1, "headline": HEADLINE[language],
                            "happened_at": at - timedelta(minutes=40), "language": language,
                            "lat": round(lat + up * n, 4), "lon": round(lon + along * n, 4),
                            "narrative": MARK[language],
                        },
                        client_ref=uuid.uuid5(BEFORE, f"{code} {back} {turn}"),
                        by=None,
                    )  # fmt: skip
                actions.close_part(incident, ground=Ground.OVER, by=people[closer])
                made += 1
    return f"demo reports of half a year: {made} new"
