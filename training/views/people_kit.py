"""What the pages of people and letters share."""

from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from ..access import reads_activities
from ..models import Activity, Participation


def reader(request: HttpRequest) -> Any:
    """The officer, who reads activities; to everybody else the pages do not exist."""
    if not reads_activities(request.user):
        raise Http404
    return request.user


def activity_of(user: Any, number: str) -> Activity:
    rows = Activity.objects.visible_to(user).select_related("unit")
    found: Activity = get_object_or_404(rows, number=number)
    return found


def part_of(user: Any, number: str, uid: Any) -> Participation:
    rows = Participation.objects.visible_to(user).select_related("activity", "officer", "unit")
    found: Participation = get_object_or_404(rows, activity__number=number, uid=uid)
    return found
