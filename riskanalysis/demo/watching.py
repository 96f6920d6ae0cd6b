"""Three invented entries of the watch-list: one of each side that both read, and a draft."""

import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import time_machine
from django.utils.timezone import now

from contactpoints.models import units

from .. import actions
from ..models import Risk, WatchEntry
from .register import DEMO, ROOT

# name, side, whether both read it, code of the risk that it cites, what it says.
ENTRIES: list[tuple[str, str, bool, str, dict[str, Any]]] = [
    (
        "watch silene", "LV", True, "R3",
        {
            "level": "operational", "language": "lv", "category": "UBC-LND",
            "sections": ["S01", "S02", "S03"], "days": [],
            "title": "Grupas ārpus robežšķērsošanas vietām Silenes pusē",
            "text": "Kājām pa meža ceļiem; pēdas ved no robežas uz autoceļu, kur grupu gaida "
                    "transportlīdzeklis. Izdomāts piemērs.",
            "why": "Pēdējo mēnešu ziņojumos tas atkārtojas biežāk nekā citos posmos.",
            "todo": "Pārbaudīt meža ceļus līdz autoceļam un brīdināt blakus posma patruļu.",
        },
    ),
    (
        "watch pages", "BY", True, "R1",
        {
            "level": "strategic", "language": "be", "category": "DOC",
            "title": "Дакументы з прыкметамі замены старонкі",
            "text": "Друк на старонцы з данымі адрозніваецца ад астатніх, шво прашыта нанава. "
                    "Прыдуманы прыклад.",
            "why": "Такія дакументы трапляюцца на абодвух аэрапортах і на аўтамабільных пунктах.",
            "todo": "Праверыць шво і старонку ў касым святле, паведаміць дзяжурнай частцы.",
        },
    ),
    (
        "watch nights", "LV", False, "",
        {
            "level": "operational", "language": "lv", "category": "RGM",
            "hour_from": 22, "hour_to": 5,
            "title": "Robežas režīma pārkāpumi naktī",
            "text": "Kustība pie robežlīnijas laikā, kad zvejošana un meža darbi nav saskaņoti. "
                    "Izdomāts piemērs.",
            "why": "",
            "todo": "Pārbaudīt, vai darbi ir saskaņoti, un ziņot dežūrdaļai.",
        },
    ),
]  # fmt: skip


def _ref(what: str) -> uuid.UUID:
    return uuid.uuid5(DEMO, what)


def watch_together(people: Mapping[str, Any]) -> str:
    """Write the entries, let those that both read come into force, once."""
    if WatchEntry.objects.filter(client_ref=_ref(ENTRIES[0][0])).exists():
        return "demo watch-list: there already"
    start = now().replace(second=0, microsecond=0)
    for number, (name, side, shared, cited, said) in enumerate(ENTRIES):
        by, approver = people[f"{side.lower()}.analyst"], people[f"{side.lower()}.approver"]
        at = start - timedelta(days=9, minutes=-30 * number)
        with time_machine.travel(at, tick=False) as clock:
            entry = actions.write_watch(
                unit=units()[ROOT[side]],
                said={
                    **said,
                    "risk": Risk.objects.filter(client_ref=_ref(cited)).first(),
                    "review_by": (at + timedelta(days=90)).date(),
                },
                client_ref=_ref(name),
                by=by,
            )
            if shared:
                clock.shift(timedelta(minutes=10))
                entry = actions.approve_watch(entry, edition=1, by=approver)
                actions.share_watch(entry, edition=1, by=by)
    return f"demo watch-list: {len(ENTRIES)} new"
