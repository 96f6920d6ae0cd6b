"""The joint plans of the demo: that of this year, signed by both; a draft of the next."""

import uuid
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.timezone import now

from .. import actions
from ..models import Activity, YearPlan

DEMO = uuid.UUID("4d1f0d0e-5c3e-4a55-9d0b-2f6f3f3f7b61")
# (side, quarter, kind, title, language, topic, host, seats, line, amount, measure, name, target)
LINES: list[tuple[Any, ...]] = [
    ("LV", 2, "training", "Dokumentu pārbaude vilcienos", "lv", "documents", "LV", (8, 6), "A.3.2",
     "3400.00", "participants", "staff trained", 14),
    ("BY", 3, "bilateral_meeting", "Встреча дежурных частей", "ru", "exchange", "BY", (3, 3),
     "A.1.1", "900.00", "activities", "meetings held", 1),
    ("LV", 4, "study_visit", "Study visit to a large airport before a public event", "en", "events",
     "AT", (5, 5), "A.2.1", "11800.00", "participants", "staff trained", 10),
    ("BY", 4, "exercise", "Вучэнне: затрымка цягніка на мяжы", "be", "contingency", "BY", (6, 10),
     "A.4.1", "5200.00", "days", "days of exercise", 32),
]  # fmt: skip


def live_with_plans(people: Mapping[str, Any]) -> str:
    """Written by the coordinators of both sides, signed by the approvers. Done once."""
    year = now().year
    if YearPlan.objects.filter(year=year).exists():
        return "demo plans: there already"
    by = {"LV": people["lv.coordinator"], "BY": people["by.coordinator"]}
    plan = actions.open_plan(year=year, by=by["LV"])
    for number, row in enumerate(LINES):
        side, quarter, kind, title, language, topic, host, seats, money, amount = row[:10]
        actions.add_plan_line(
            plan, kind=kind, title=title, language=language, topic=topic, quarter=quarter,
            host_country=host, seats_lv=seats[0], seats_by=seats[1], budget_line=money,
            amount=Decimal(amount), measure=row[10], indicator=row[11], target=row[12],
            client_ref=uuid.uuid5(DEMO, str(number)), by=by[side],
        )  # fmt: skip
    plan.refresh_from_db()
    version = actions.put_plan(plan, edition=plan.edition, by=by["LV"])
    for name in ("lv.approver", "by.approver"):
        actions.sign_plan(plan, sha256=version.sha256, by=people[name])
    _tie(plan, by["LV"])
    actions.open_plan(year=year + 1, like=plan, by=by["BY"])
    return "demo plans: 2 new"


def _tie(plan: YearPlan, by: Any) -> None:
    """The first activity of each kind to the line of that kind, where it begins in that year."""
    for line in plan.lines.standing():
        for activity in Activity.objects.visible_to(by).filter(kind=line.kind, joint=True)[:1]:
            begins = activity.starts_at.astimezone(ZoneInfo(activity.zone))
            if begins.year == plan.year:
                actions.tie_activity(activity, line, by=by)
