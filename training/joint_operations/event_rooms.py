"""Joint operations for the page of a public event: settings.EVENT_ROOMS."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from .models import JointOperation


def operations(refs: Iterable[str], reader: Any) -> dict[str, tuple[str, str, str]]:
    """{number: (title, address, standing)} of what `reader` reads."""
    rows = JointOperation.objects.visible_to(reader).filter(number__in=refs)
    return {
        one.number: (
            f"{one.number} {one.title}", reverse("joint_operation", args=[one.number]),
            one.get_state_display(),
        )
        for one in rows
    }  # fmt: skip


def operations_offered(reader: Any) -> list[tuple[str, str]]:
    rows = JointOperation.objects.visible_to(reader).exclude(state="cancelled").order_by("-pk")
    return [(one.number, f"{one.number} {one.title}") for one in rows[:60]]
