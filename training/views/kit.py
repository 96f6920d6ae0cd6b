"""What the pages of activities share."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from bordercoop.errors import NotAllowed
from contactpoints.models import Unit

from ..access import planning_units, reads_activities
from ..models import Activity


def reader(request: HttpRequest) -> Any:
    """The officer, who reads activities; to everybody else the pages do not exist."""
    if not reads_activities(request.user):
        raise Http404
    return request.user


def whole(typed: str) -> int:
    """The whole number that a form or an address sent; 0 for anything else, and for one so long
    that no column holds it."""
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 9 else 0


def uid_of(typed: str) -> Any:
    """The public id that a form sent, None for anything else."""
    try:
        return uuid.UUID(typed)
    except ValueError:
        return None


def activity_of(user: Any, number: str) -> Activity:
    """One that the officer reads, with `agreed_lv` and `agreed_by`."""
    rows = Activity.objects.visible_to(user).agreed().select_related("unit", "by", "course")
    found: Activity = get_object_or_404(rows, number=number)
    return found


def units_of_planner(user: Any) -> list[Unit]:
    """The units for which the officer plans. Raises NotAllowed without one."""
    if units := planning_units(user):
        return units
    raise NotAllowed(_("Coordinators of the two services plan activities."))
