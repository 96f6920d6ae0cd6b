"""Policies that two desks made their own, and what was noted after the alerts of the week."""

from collections.abc import Mapping
from datetime import time, timedelta
from typing import Any

import time_machine
from django.utils.timezone import now

from contactpoints.actions import set_policy
from contactpoints.models import Delivery, Who, units
from contactpoints.policies import policy_of

from ..actions import add_note
from ..models import Incident
from ..progress import noted
from .people import WATCHES

SOON = timedelta(minutes=12)
NOTED = {
    "lv": "Norīkojums ir informēts, notikums ir uzraudzībā.",
    "be": "Нарад паінфармаваны, падзея пад назіраннем.",
    "ru": "Наряд проинформирован, событие под наблюдением.",
}
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


def note_the_rest(people: Mapping[str, Any]) -> None:
    """What a desk acknowledged was followed by a note, so none of the week wakes up again."""
    rows = Delivery.objects.exclude(note_by=None).select_related("alert", "desk").order_by("pk")
    for delivery in rows:
        subject, _colon, uid = delivery.alert.about.partition(":")
        asked = (uid, delivery.desk, delivery.acknowledged_at)
        if subject != "incident" or noted([asked]):  # type: ignore[list-item]
            continue
        by = people[WATCHES[delivery.desk.code]]
        with time_machine.travel(min(delivery.acknowledged_at + SOON, now()), tick=False):  # type: ignore[operator]
            add_note(Incident.objects.get(uid=uid), text=NOTED[by.language], by=by)
