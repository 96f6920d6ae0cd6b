"""Escalation policies that two desks made their own."""

from collections.abc import Mapping
from datetime import time
from typing import Any

from contactpoints.actions import set_policy
from contactpoints.models import Who, units
from contactpoints.policies import policy_of

# Desk -> who sets it, the other point of the side that is told before headquarters, and why.
OWN = {
    "DESK-RIX": ("rix.head", "DESK-DGP", "Naktīs lidostā dežurē viens: palīdz sauszemes punkts."),
    "DESK-MSQ": ("msq.head", "DESK-POL", "Ночью в аэропорту дежурит один: помогает Полоцк."),
}


def set_policies(people: Mapping[str, Any]) -> None:
    """The desks of the air point climb to the land point first, and information waits at night."""
    for code, (head, other, why) in OWN.items():
        desk = units()[code]
        policy = policy_of(desk)
        if policy is None or policy.number > 1:
            continue
        step = {**policy.steps[0], "who": Who.POINT.value, "at": other}
        set_policy(
            desk,
            steps=[*policy.steps[:-1], step, policy.steps[-1]],
            quiet_from=time(22),
            quiet_until=time(6),
            quiet_for=["P4"],
            note_within=policy.note_within,
            why=why,
            version=policy.number,
            by=people[head],
        )
