"""Who is nominated, invited and waits in the invented activities: few, and some of each side."""

from collections.abc import Mapping
from typing import Any

from bordercoop.errors import Refused

from .. import actions
from ..models import Activity, Participation
from ..people import to_nominate

# Who nominates and approves on each side, and whose level it is.
HEADS = {"LV": ("lv.hq", "lv.coordinator"), "BY": ("by.hq", "by.coordinator")}
MOST = 4


def live_with_people(people: Mapping[str, Any]) -> str:
    """Done once, for the first activity that takes nominations."""
    activity = Activity.objects.filter(state="nominations").order_by("pk").first()
    if activity is None or activity.participations.exists():
        return "demo people of activities: there already, or no activity"
    for side in activity.sides:
        _of_side(activity, people[HEADS[side][0]], people[HEADS[side][1]])
    invited = Participation.objects.filter(state="invited").select_related("officer")
    for part, answer in zip(
        invited.order_by("pk")[:3], ("accepted", "tentative", ""), strict=False
    ):
        if answer:
            actions.answer_invitation(part, answer=answer, by=part.officer)
    return f"demo people of activities: {Participation.objects.count()} new"


def _of_side(activity: Activity, head: Any, coordinator: Any) -> None:
    """Some are on duty or away then: they are not nominated, as in life."""
    nominated: list[Participation] = []
    for unit, officers in to_nominate(activity, head):
        for officer in officers:
            if len(nominated) == MOST or officer.pk in (head.pk, coordinator.pk):
                break
            try:
                part = actions.nominate(
                    activity, officer=officer, unit=unit, level="local", sex="", by=head
                )
            except Refused:
                continue
            nominated.append(part)
    for part in nominated[:-1]:
        actions.approve_nomination(part, by=head)
    actions.invite_participants(activity, by=coordinator)
