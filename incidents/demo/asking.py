"""Invented information requests between Daugavpils and Polotsk for the demonstration."""

import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import time_machine
from django.utils.timezone import now

from contactpoints.models import units

from .. import actions
from ..models import AnswerKind, Audience, InformationRequest, Urgency

DEMO = uuid.UUID("0b0e3f0a-5f0c-4c64-9a0e-6c5f6f1f2a77")


def live_through_requests(people: Mapping[str, Any]) -> int:
    """One answered in parts with a thread, one refused, one that waits; how many are new."""
    if InformationRequest.objects.filter(client_ref=uuid.uuid5(DEMO, "car")).exists():
        return 0
    ours, theirs = people["dgp.duty"], people["pol.duty"]
    here, there = units()["DESK-DGP"], units()["DESK-POL"]
    start = now().replace(second=0, microsecond=0)

    def ago(**how: int) -> Any:
        return time_machine.travel(start - timedelta(**how), tick=False)

    with ago(hours=50):
        car = actions.ask_information(
            desk=here,
            to=there,
            subject="Pelēks furgons pie robežas",
            question="Vai naktī no 1.00 līdz 4.00 jūsu pusē manīts pelēks furgons? Kurp tas devās?",
            language="lv",
            ground="border_regime",
            urgency=Urgency.URGENT,
            client_ref=uuid.uuid5(DEMO, "car"),
            by=ours,
        )
    with ago(hours=49):
        actions.answer_request(car, kind=AnswerKind.HIT, language="ru", by=theirs)
        actions.write_to_request(
            car,
            text="Подробности после смены наряда.",
            audience=Audience.SHARED,
            language="ru",
            by=theirs,
        )
    with ago(hours=45):
        text = "Серый фургон проехал в 02:40 на восток, затем след потерян."
        actions.answer_request(car, kind=AnswerKind.WHOLE, text=text, language="ru", by=theirs)
    with ago(hours=30):
        plan = actions.ask_information(
            desk=there,
            to=here,
            subject="Расписание нарядов",
            question="Когда ваши наряды проходят участок у озера?",
            language="ru",
            ground="border_regime",
            urgency=Urgency.SOON,
            client_ref=uuid.uuid5(DEMO, "plan"),
            by=theirs,
        )
    with ago(hours=28):
        actions.refuse_request(
            plan,
            ground="security",
            text="Norīkojumu grafiku nenododam.",
            language="lv",
            by=ours,
        )
    with ago(hours=20):
        actions.ask_information(
            desk=there,
            to=here,
            subject="Лодка без надписей",
            question="Не пропадала ли у вас лодка? Найдена зелёная, без номера.",
            language="ru",
            ground="border_regime",
            urgency=Urgency.ROUTINE,
            client_ref=uuid.uuid5(DEMO, "boat"),
            by=theirs,
        )
    return 3
