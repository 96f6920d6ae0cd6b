"""A joint investigation lived through by both border representatives: the case of `case.yaml`."""

import uuid
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import time_machine
from django.utils.timezone import now

from bordercoop.reference.loader import read_yaml
from contactpoints.models import units

from .. import actions
from ..investigation.guideline import steps_of_case
from ..models import CaseEntry, Investigation
from .act import write_demo_act
from .receipts import hand_over

FILE = Path(__file__).with_name("case.yaml")
REF = uuid.UUID("5d0c2f0e-6a3b-4f0d-9b1c-0d6a9f6f2e12")
YEAR = "2012"
BEGAN = timedelta(days=3, hours=5)


class Told:
    """The two who lead it, and the clock of the case."""

    def __init__(self, people: dict[str, Any]) -> None:
        self.by = {side: people[f"{side.lower()}.representative"] for side in ("LV", "BY")}
        self.start = now().replace(second=0, microsecond=0) - BEGAN

    def at(self, minutes: int) -> datetime:
        return self.start + timedelta(minutes=minutes)

    def travel(self, minutes: int) -> Any:
        return time_machine.travel(self.at(minutes), tick=False)


def live_through_case(people: dict[str, Any]) -> Investigation | None:
    """The case from its proposal to two signatures and what was handed over on the line; None where
    it is there already."""
    lv, by = people.get("lv.representative"), people.get("by.representative")
    if not lv or not by or Investigation.objects.visible_to(lv).filter(client_ref=REF).exists():
        return None
    said, told = read_yaml(FILE), Told(people)
    facts = {
        name: said[name] for name in ("title", "grounds", "border_sign", "place", "lat", "lon")
    }
    with told.travel(30):
        case = actions.propose_case(
            unit=units()["LV-DGP"],
            point="CCP-LAND",
            facts={**facts, "category": "UBC-LND", "language": "lv", "by_language": "ru",
                   "happened_at": told.at(0)},
            client_ref=REF,
            historic=YEAR,
            by=lv,
        )  # fmt: skip
    with told.travel(55):
        case = actions.agree_case(case, by=by)
        for side, members in said["team"].items():
            for function, name, languages in members:
                actions.add_member(
                    case, function=function, name=name, languages=languages, by=told.by[side]
                )
        actions.translate_case(case, language="ru", **said["ru"], by=by)
        actions.plan_meeting_on_line(case, meet_at=told.at(said["meeting_minutes"]), by=by)
    with told.travel(70):
        _settle(case, told)
        case = actions.form_team(case, by=lv)
    with told.travel(said["meeting_minutes"]):
        _settle(case, told)
        case = actions.go_on_site(case, by=lv)
    entries = [_entry(case, row, told) for row in said["entries"]]
    with told.travel(220):
        for side, who in told.by.items():
            own = [entry for entry in entries if entry.side == side]
            actions.exchange_entries(case, own, by=who)
        comment = said["comment"]
        actions.comment_entry(
            entries[comment["to"] - 1], text=comment["text"], language=comment["language"],
            by=told.by[comment["side"]],
        )  # fmt: skip
    with told.travel(240):
        _settle(case, told)
        case = actions.finish_exchange(case, by=by)
    with told.travel(300):
        write_demo_act(case, lv=lv, by=by)
    with told.travel(330):
        hand_over(_now(case, told), lv=lv, by=by)
    return _now(case, told)


def _now(case: Investigation, told: Told) -> Investigation:
    return Investigation.objects.visible_to(told.by["LV"]).get(pk=case.pk)


def _settle(case: Investigation, told: Told) -> None:
    """Tick what the guideline asks for in the present state."""
    case = _now(case, told)
    for step in steps_of_case(case):
        if step.phase == case.state and not step.settled:
            for who in told.by.values() if step.each else [told.by["LV"]]:
                actions.tick_step(case, step.code, by=who)


def _entry(case: Investigation, row: dict[str, Any], told: Told) -> CaseEntry:
    who, other = told.by[row["side"]], "ru" if row["language"] == "lv" else "lv"
    with told.travel(max(row["minutes"], 140)):
        entry = actions.write_entry(
            case,
            kind=row["kind"],
            title=row["title"],
            text=row["text"],
            language=row["language"],
            where=row["where"],
            taken_at=told.at(row["minutes"]),
            client_ref=uuid.uuid5(REF, row["title"]),
            by=who,
        )
        actions.translate_entry(entry, language=other, text=row[other], version=1, by=who)
    return CaseEntry.objects.get(pk=entry.pk)
