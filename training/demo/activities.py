"""Three invented activities: a study visit that both sides agreed to, a training that waits for the
other side, a meeting that is an idea yet."""

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import time_machine
from django.utils.timezone import now

from contactpoints.models import units

from .. import actions
from ..models import Activity
from ..models.activities import ZONE_OF_HOST
from .texts import ACTIVITIES

DEMO = uuid.UUID("0d4e9f0b-52d6-4c0c-8f38-6b1c5f6f7a18")


def live_with_activities(people: Mapping[str, Any]) -> str:
    """Planned, put to both sides and agreed by their coordinators. Done once."""
    if Activity.objects.filter(client_ref=uuid.uuid5(DEMO, "0")).exists():
        return "demo activities: there already"
    for number, said in enumerate(ACTIVITIES):
        began = now() - timedelta(days=6 - number)
        with time_machine.travel(began, tick=False) as clock:
            _live(said, number, people, clock)
    return f"demo activities: {len(ACTIVITIES)} new"


def _monday(weeks: int, zone: str) -> datetime:
    """The midnight of a Monday so many weeks ahead, on the wall of the place."""
    here = now().astimezone(ZoneInfo(zone))
    day = here.date() + timedelta(days=7 * weeks - here.weekday())
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone))


def _live(said: dict[str, Any], number: int, people: Mapping[str, Any], clock: Any) -> None:
    by, other = people[said["by"]], people[said["other"]]
    monday = _monday(said["weeks"], ZONE_OF_HOST[said["host_country"]])

    def at(day: int, hour: int, minute: int = 0) -> datetime:
        return (monday + timedelta(days=day)).replace(hour=hour, minute=minute)

    until = said["nominations_until"]
    activity = actions.plan_activity(
        unit=units()[said["unit"]],
        client_ref=uuid.uuid5(DEMO, str(number)),
        starts_at=at(*said["starts"]),
        ends_at=at(*said["ends"]),
        nominations_until=at(*until) if until else None,
        by=by,
        **{name: said[name] for name in (
            "kind", "mode", "title", "language", "purpose", "host_country", "host", "place",
            "languages", "levels", "topics", "budget_line", "budget_planned", "quotas",
        )},
    )  # fmt: skip
    for item in said["programme"]:
        actions.add_session(
            activity, title=item["title"], starts_at=at(*item["starts"]), ends_at=at(*item["ends"]),
            room=item["room"], speaker_name=item["speaker"], language=item["language"],
            interpreter_name=item["interpreter"], by=by,
        )  # fmt: skip
    if said["road"] == "idea":
        return
    clock.shift(timedelta(hours=3))
    activity = actions.put_activity(activity, by=by)
    clock.shift(timedelta(minutes=20))
    actions.agree_activity(activity, edition=activity.edition, by=by)
    if said["road"] == "planned":
        return
    clock.shift(timedelta(hours=20))
    actions.agree_activity(activity, edition=activity.edition, by=other)
    clock.shift(timedelta(hours=1))
    activity = actions.send_invitations(activity, by=by)
    actions.open_nominations(activity, by=by)
