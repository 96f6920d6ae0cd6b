"""Contingency plans for the page of a public event: settings.EVENT_ROOMS."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from .contingency import state_of
from .models import ContingencyActivation, ContingencyPlan


def plans(refs: Iterable[str], reader: Any) -> dict[str, tuple[str, str, str]]:
    """{number: (title, address, standing)} of what `reader` reads; an active plan says where."""
    rows = list(ContingencyPlan.objects.visible_to(reader).filter(number__in=refs))
    active: dict[int, list[str]] = {}
    going_on = ContingencyActivation.objects.going_on().filter(plan__in=rows, exercise=False)
    for one in going_on.select_related("place"):
        active.setdefault(one.plan_id, []).append(one.place.name)
    return {
        one.number: (
            f"{one.number} {one.title}", reverse("contingency_plan", args=[one.number]),
            _("active: %(places)s") % {"places": ", ".join(active[one.pk])}
            if one.pk in active else str(state_of(one).words),
        )
        for one in rows
    }  # fmt: skip


def plans_offered(reader: Any) -> list[tuple[str, str]]:
    rows = ContingencyPlan.objects.visible_to(reader).filter(retired_at=None).order_by("-pk")
    return [(one.number, f"{one.number} {one.title}") for one in rows[:60]]
