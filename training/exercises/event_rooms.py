"""Exercises for the page of a public event: settings.EVENT_ROOMS."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from .models import Exercise


def exercises(refs: Iterable[str], reader: Any) -> dict[str, tuple[str, str, str]]:
    """{number: (title, address, standing)} of what `reader` reads."""
    rows = Exercise.objects.visible_to(reader).filter(number__in=refs)
    return {
        one.number: (
            f"{one.number} {one.title}", reverse("exercise", args=[one.number]),
            one.get_state_display(),
        )
        for one in rows
    }  # fmt: skip


def exercises_offered(reader: Any) -> list[tuple[str, str]]:
    rows = Exercise.objects.visible_to(reader).exclude(state="cancelled").order_by("-pk")
    return [(one.number, f"{one.number} {one.title}") for one in rows[:60]]
