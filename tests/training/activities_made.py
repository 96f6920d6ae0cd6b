"""Activities as tests need them: a study visit of both sides, at any step of its road."""

from datetime import timedelta
from decimal import Decimal

from django.utils.timezone import now

from training import actions


class Made:
    """Latvia's headquarters plan, Belarus's agree; each side's heads nominate."""

    def __init__(self, people, unit):
        self.people, self.unit = people, unit
        self.lv, self.by = people.lv_hq, people.by_hq

    def said(self, **changes):
        starts = (now() + timedelta(days=10)).replace(hour=7, minute=0, second=0, microsecond=0)
        return {
            "kind": "study_visit", "mode": "air", "title": "Checks of passengers at an airport",
            "language": "en", "purpose": "To see how a large event is handled.",
            "host_country": "AT", "host": "Airport police", "place": "Vienna airport",
            "starts_at": starts, "ends_at": starts + timedelta(days=2, hours=8),
            "nominations_until": starts - timedelta(days=3), "languages": ["en"],
            "levels": ["local", "regional"], "topics": ["events", "first_line"],
            "budget_line": "A.2.1", "budget_planned": Decimal("12000.00"),
            "quotas": {"LV": 2, "BY": 2}, **changes,
        }  # fmt: skip

    def idea(self, **changes):
        unit = self.unit("LV-SBG")
        return actions.plan_activity(unit=unit, by=self.lv, **self.said(**changes))

    def planned(self, **changes):
        return actions.put_activity(self.idea(**changes), by=self.lv)

    def agreed(self, **changes):
        activity = self.planned(**changes)
        for who in (self.lv, self.by):
            activity = actions.agree_activity(activity, edition=activity.edition, by=who)
        return activity

    def nominating(self, **changes):
        activity = actions.send_invitations(self.agreed(**changes), by=self.lv)
        return actions.open_nominations(activity, by=self.lv)

    def nominated(self, activity, officer, code, by, **said):
        return actions.nominate(
            activity, officer=officer, unit=self.unit(code), level="local", by=by, **said
        )

    def approved(self, activity, officer, code, by, approver=None):
        part = self.nominated(activity, officer, code, by)
        return actions.approve_nomination(part, by=approver or by)
