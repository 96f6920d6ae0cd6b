"""An invented event to come: two cities of three hold it, the checklist is partly ticked, and an
operation, a contingency plan, an exercise and an activity belong to it. Numbers are invented."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import time_machine
from django.utils.timezone import now

from bordercoop.reference.models import Term, forget, utc_today
from contactpoints.models import units
from incidents.actions import report_incident

from .. import actions
from ..event_rooms import rooms_of, tied_things
from ..models import PublicEvent, TiedKind

DEMO = uuid.UUID("5e0c1d5a-6f36-4b3b-9e55-0f2b8e1a7c42")
CODE = "DVINA-REGATTA"
NAMES = {
    "name_en": "Dvina regatta (invented)",
    "name_lv": "Daugavas regate (izdomāta)",
    "name_be": "Дзвінская рэгата (прыдуманая)",
    "name_ru": "Двинская регата (вымышленная)",
}
# Days until it begins, and how long it lasts.
AHEAD, LONG = 12, 3
# It was first planned so many days earlier.
EARLIER = timedelta(days=2)
# (host, name, town, capacity)
VENUES = (
    ("Daugavpils", "Krastmala", "Daugavpils", 4_000),
    ("Daugavpils", "Stropu ezers", "Stropi", 1_500),
    ("Polotsk", "Набярэжная Заходняй Дзвіны", "Полацк", 6_000),
    ("Verkhnedvinsk", "Гарадскі пляж", "Верхнядзвінск", 900),
)
TICKED = {
    "LV": ("contacts", "travel_rules", "plan_checked", "flows_given", "risks_assessed", "rota_set"),
    "BY": ("contacts", "travel_rules", "plan_checked", "flows_given", "exercise_held"),
}
OWN = {
    "LV": ("lv", "Ūdens un ēna tiem, kas gaida Pāterniekos."),
    "BY": ("be", "Вада і цень для тых, хто чакае ў Грыгараўшчыне."),
}
FLOWS = ((0, "PAT-GRI", 900), (1, "PAT-GRI", 1_400), (2, "PAT-GRI", 1_100), (3, "SIL-URB", 450))
WORDS = {
    "lv": ("Biļetes ar citu vārdu.", "Viena josla kravai un autobusiem.", "Papildu maiņa."),
    "be": ("Білеты на чужое імя.", "Адна паласа для грузаў і аўтобусаў.", "Дадатковая змена."),
}


def live_with_events(people: Mapping[str, Any]) -> str:
    """The event, once."""
    if PublicEvent.objects.filter(code=CODE).exists():
        return "demo public event: there already"
    lv, by = people["lv.analyst"], people["by.analyst"]
    start = now().replace(second=0, microsecond=0)
    Term.objects.get_or_create(vocabulary="public_event", code=CODE, defaults=NAMES)
    forget()
    begins = utc_today() + timedelta(days=AHEAD)
    with time_machine.travel(start - timedelta(days=100), tick=False):
        event = actions.add_event(
            code=CODE, starts_on=begins - EARLIER, ends_on=begins - EARLIER + timedelta(days=LONG),
            hosts=["Daugavpils LV", "Polotsk BY", "Verkhnedvinsk BY"], by=lv,
        )  # fmt: skip
        hosts = {host.name: host for host in event.hosts.all()}
        for number, (host, name, town, capacity) in enumerate(VENUES):
            actions.add_venue(
                hosts[host], name=name, town=town, capacity=capacity, first_on=begins,
                last_on=begins + timedelta(days=LONG), client_ref=uuid.uuid5(DEMO, f"v{number}"),
                by=lv if hosts[host].side == "LV" else by,
            )  # fmt: skip
    with time_machine.travel(start - timedelta(days=70), tick=False):
        event = actions.change_event_days(
            event, starts_on=begins, ends_on=begins + timedelta(days=LONG), by=lv,
            reason="Rīkotājs paziņoja citas regates dienas.",
        )  # fmt: skip
    _gone_on(event, people, start)
    with time_machine.travel(start - timedelta(days=20), tick=False):
        actions.drop_host(
            hosts["Verkhnedvinsk"], on=utc_today(), by=by,
            note="Арганізатар паведаміў, што рэгата праходзіць у Полацку і Даўгаўпілсе.",
        )  # fmt: skip
    tied = _tied(event, people)
    _happened(people, start)
    return f"demo public event: {event.items.count()} items, {tied} things belong to it"


def _gone_on(event: PublicEvent, people: Mapping[str, Any], start: datetime) -> None:
    """Phases, what each side expects, items of their own, ticks."""
    sides = {"LV": people["lv.analyst"], "BY": people["by.analyst"]}
    with time_machine.travel(start - timedelta(days=60), tick=False):
        actions.move_event(event, phase="risk_assessment", by=people["lv.coordinator"])
        for side, analyst in sides.items():
            flows = [
                {"day": event.starts_on + timedelta(days=day), "place": place,
                 "host": host, "people": people_}
                for day, place, people_ in FLOWS
                for host in ("Daugavpils", "Polotsk", "Verkhnedvinsk")
            ]  # fmt: skip
            threats, weak, measures = WORDS[OWN[side][0]]
            draft = actions.write_event_assessment(
                event, readiness="heightened", language=OWN[side][0],
                content={"flows": flows, "threats": threats, "vulnerabilities": weak,
                         "measures": measures},
                client_ref=uuid.uuid5(DEMO, f"a{side}"), by=analyst,
            )  # fmt: skip
            actions.give_event_assessment(draft, by=analyst)
            language, text = OWN[side]
            actions.add_event_item(
                event, phase="live", text=text, language=language, due_days=-1,
                client_ref=uuid.uuid5(DEMO, f"i{side}"), by=analyst,
            )  # fmt: skip
    with time_machine.travel(start - timedelta(days=4), tick=False) as clock:
        actions.move_event(event, phase="heightened_readiness", by=people["by.coordinator"])
        for side, codes in TICKED.items():
            for code in codes:
                clock.shift(timedelta(minutes=7))
                item = event.items.get(side=side, code=code)
                actions.tick_event_item(item, by=sides[side])
    undone = event.items.get(side="LV", code="rota_set")
    actions.untick_event_item(
        undone, reason="Pirmajā dienā vēl trūkst viena virsnieka.", by=sides["LV"]
    )
    extra = event.items.get(side="BY", code="risks_assessed")
    actions.leave_out_event_item(
        extra, reason="Рызык з рэестра мерапрыемства не закранае.", by=sides["BY"]
    )


def _tied(event: PublicEvent, people: Mapping[str, Any]) -> int:
    """The newest of each kind that both sides read."""
    mine, theirs, count = people["lv.coordinator"], people["by.coordinator"], 0
    for kind in TiedKind:
        for ref, _title in rooms_of(kind, mine):
            if tied_things(kind, [ref], theirs):
                actions.tie_to_event(event, kind=kind, ref=ref, by=mine)
                count += 1
                break
    return count


def _happened(people: Mapping[str, Any], start: datetime) -> None:
    """An invented report that is tagged with the event."""
    at = start - timedelta(hours=5)
    with time_machine.travel(at, tick=False):
        report_incident(
            unit=units()["LV-DGP"],
            content={
                "category": "DOC", "severity": 1, "language": "lv", "place": "PAT-GRI",
                "headline": "Regates dalībnieka pase beigusies (izdomāts piemērs)",
                "narrative": "Autobusā vienam ceļotājam pase beidzās vakar. Izdomāts piemērs.",
                "happened_at": at - timedelta(minutes=20), "public_event": CODE,
            },
            client_ref=uuid.uuid5(DEMO, "incident"), by=people["dgp.officer"],
        )  # fmt: skip
