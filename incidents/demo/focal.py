"""Invented experts, a request and a deployment at the focal point for the demonstration."""

import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.utils.timezone import now

from contactpoints import actions
from contactpoints.models import ContactPoint, FocalExpert

DEMO = uuid.UUID("2f7b3d52-0f0e-4a3e-8d0c-54b0f3c7a9d4")


def live_at_focal_point(people: Mapping[str, Any]) -> int:
    """One expert who is there, one who comes, a request answered and one open; how many are new."""
    point = ContactPoint.objects.filter(kind=ContactPoint.Kind.FOCAL).first()
    head, asker = people["fp.head"], people["dgp.head"]
    if point is None or FocalExpert.objects.filter(client_ref=uuid.uuid5(DEMO, "one")).exists():
        return 0
    today = now().date()

    def days(first: int, last: int) -> dict[str, Any]:
        return {
            "starts_on": today + timedelta(days=first),
            "ends_on": today + timedelta(days=last),
        }

    basis = "Working arrangement (example)"
    actions.enter_expert(
        point, name="Expert One (example)", service="EU", profile="ALDO",
        languages=["en", "ru"], phone="+375 170000001", legal_basis=basis,
        client_ref=uuid.uuid5(DEMO, "one"), by=head, **days(-5, 20),
    )  # fmt: skip
    actions.enter_expert(
        point, name="Expert Two (example)", service="LV", profile="SLO",
        languages=["lv", "en"], legal_basis=basis, client_ref=uuid.uuid5(DEMO, "two"), by=head,
        **days(4, 30),
    )  # fmt: skip
    actions.enter_deployment(
        point, what="Second line, Minsk National Airport (example)", place="Minsk",
        client_ref=uuid.uuid5(DEMO, "here"), by=head, **days(-5, 20),
    )  # fmt: skip
    asked = actions.ask_expertise(
        point, profile="STV", place="Daugavpils", language="lv",
        reason="Vajadzīga palīdzība ar transportlīdzekļu numuru pārbaudi.",
        client_ref=uuid.uuid5(DEMO, "asked"), by=asker, **days(7, 14),
    )  # fmt: skip
    actions.answer_expertise(asked, answer="Эксперт приедет с 10-го дня.", by=head)
    actions.ask_expertise(
        point, profile="INT", place="Полоцк", language="ru",
        reason="Нужен переводчик с пушту на две недели.",
        client_ref=uuid.uuid5(DEMO, "open"), by=people["pol.head"], **days(10, 24),
    )  # fmt: skip
    return 2
