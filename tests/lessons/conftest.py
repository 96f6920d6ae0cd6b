"""Coordinators, owners and approvers of both sides; a plan at any step of its road."""

import pytest

from bordercoop.reference.models import places
from tests.smtp import mailbox
from tests.training.activities_made import Made
from training.lessons import actions

__all__ = ["mailbox"]
PLAN = {"title": "People outside the lane", "language": "en", "triggers": "Ten people or more."}


class Lessons:
    def __init__(self, people, unit):
        self.people, self.unit = people, unit
        self.lv, self.by = people.lv_hq, people.by_hq
        self.approvers = {"LV": people.lv_approver, "BY": people.by_approver}
        self.activities = Made(people, unit)

    def raised(self, by=None, owner="BY-POL", **changes):
        from bordercoop.reference.models import utc_today

        said = {
            "source": "own", "title": "Name the lane by its number", "language": "en",
            "text": "Eight minutes were lost.", "due_on": utc_today(), **changes,
        }  # fmt: skip
        return actions.raise_recommendation(owner_unit=self.unit(owner), by=by or self.lv, **said)

    @property
    def here(self):
        return next(one for one in places().values() if one.kind == "crossing")

    def begun(self, **changes):
        said = {**PLAN, "places_of": [self.here.code], **changes}
        plan = actions.begin_contingency(by=self.lv, **said)
        plan = actions.set_contingency_item(plan, part="phases", name="First minutes", by=self.lv)
        phase = plan.content["phases"][0]["code"]
        for what, minutes in (("Stop the lane", 2), ("Call the other desk", 5)):
            plan = actions.set_contingency_item(
                plan, part="tasks", phase=phase, what=what, who="Shift leader", minutes=minutes,
                by=self.lv,
            )  # fmt: skip
        return actions.set_contingency_item(
            plan, part="contacts", desk="DESK-POL", by=self.by if plan.joint else self.lv
        )

    def put(self, plan=None):
        plan = plan or self.begun()
        return plan, actions.put_contingency(plan, edition=plan.edition, by=self.lv)

    def in_force(self, plan=None):
        plan, version = self.put(plan)
        for side in plan.sides:
            actions.approve_contingency(plan, sha256=version.sha256, by=self.approvers[side])
        return plan


@pytest.fixture
def lessons(people, unit):
    return Lessons(people, unit)
