"""What the pages of people share."""

from typing import Any

from django.shortcuts import get_object_or_404

from ..models import Participation


def part_of(user: Any, number: str, uid: Any) -> Participation:
    """One that the officer reads, of that activity."""
    rows = Participation.objects.visible_to(user).select_related("activity", "officer", "unit")
    found: Participation = get_object_or_404(rows, activity__number=number, uid=uid)
    return found
