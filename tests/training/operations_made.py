"""Joint operations as tests need them: at any step of their road."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.timezone import now

from training.joint_operations import actions
from training.joint_operations.models import JointOperation
from training.joint_operations.operation_papers import sections_of


def midnight(days):
    """The beginning of a day in Riga so many days from today."""
    zone = ZoneInfo("Europe/Riga")
    return datetime.combine(now().astimezone(zone).date() + timedelta(days=days), time(), zone)


class Operations:
    """Latvia's headquarters plan; both sides write, their approvers approve."""

    def __init__(self, people, unit, approvers=()):
        self.people, self.unit = people, unit
        self.lv, self.by = people.lv_hq, people.by_hq
        self.approvers = approvers or (people.lv_approver, people.by_approver)

    def said(self, **changes):
        starts = midnight(3)
        return {
            "title": "Documents at airports", "language": "en", "zone": "Europe/Riga",
            "starts_at": starts, "ends_at": starts + timedelta(days=2),
            "places": ["PAT-GRI"], "sections": ["S06"], **changes,
        }  # fmt: skip

    def draft(self, **changes):
        more = {name: changes.pop(name) for name in ("activity", "in_calendar", "client_ref")
                if name in changes}  # fmt: skip
        return actions.begin_operation(
            unit=self.unit("LV-SBG"), by=self.lv, **self.said(**changes), **more
        )

    def proposed(self, **changes):
        return actions.propose_operation(self.draft(**changes), by=self.lv)

    def text(self, operation, section, by=None, owner="", text="x", paper="plan", **more):
        return actions.write_operation_text(
            operation, paper=paper, section=section, owner=owner, language="en", text=text,
            by=by or self.lv, **more,
        )  # fmt: skip

    def put(self, operation, paper="plan"):
        for section in sections_of(paper):
            if not operation.texts.filter(paper=paper, section=section).exists():
                self.text(operation, section, paper=paper, text=f"about {section}")
        operation.refresh_from_db()
        return actions.put_operation_paper(
            operation, paper=paper, edition=operation.edition_of(paper), by=self.lv
        )

    def approve(self, operation, paper="plan"):
        version = self.put(operation, paper)
        for who in self.approvers:
            actions.approve_operation_paper(operation, paper=paper, sha256=version.sha256, by=who)
        return JointOperation.objects.get(pk=operation.pk)

    def approved(self, **changes):
        return self.approve(self.proposed(**changes))

    def running(self, **changes):
        """Since the day before yesterday, on the clock of Riga."""
        starts = midnight(-2)
        times = {"starts_at": starts, "ends_at": starts + timedelta(days=5)}
        operation = self.approved(**{**times, **changes})
        actions.run_due_operations()
        operation.refresh_from_db()
        return operation
