"""What an objective of an exercise may be tied to here (settings.TIED_THINGS): (officer, number) ->
(its title, its address), None where the officer does not read it."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from .models import ContingencyPlan, Recommendation


def recommendation(user: Any, number: str) -> tuple[str, str] | None:
    found = Recommendation.objects.visible_to(user).filter(number=number).first()
    if found is None:
        return None
    return found.title, reverse("recommendation", args=[found.number])


def plan(user: Any, number: str) -> tuple[str, str] | None:
    found = ContingencyPlan.objects.visible_to(user).filter(number=number).first()
    if found is None:
        return None
    return found.title, reverse("contingency_plan", args=[found.number])
