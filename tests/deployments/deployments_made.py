"""Deployments as tests need them, at any step of their road."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from django.utils.timezone import now

from bordercoop.reference.sides import ZONE
from training.deployments import actions
from training.deployments.models import Deployment

ROAD = ["need", "requested", "assessed", "offered", "accepted", "committed", "briefed", "deployed",
        "debriefed", "ended"]  # fmt: skip
SPOKEN = {"en": "C1", "ru": "B2"}
BRIEF = {"given_by": "Head of the desk", "text": "Second line only.", "contact": "Desk, +375 1",
         "language": "en"}  # fmt: skip


def today(side):
    return now().astimezone(ZoneInfo(ZONE[side])).date()


class Deployed:
    """The host's head of the desk asks; headquarters of both sides coordinate."""

    def __init__(self, people, unit):
        self.people, self.unit = people, unit
        self.hq = {"LV": people.lv_hq, "BY": people.by_hq}
        self.guest = people.stranger
        for who in (*self.hq.values(), self.guest, people.fp_head, people.rix_head):
            who.language = "en"
            who.save(update_fields=["language"])

    def days(self, side, first=0, last=9):
        return {
            "first_day": today(side) + timedelta(first), "last_day": today(side) + timedelta(last)
        }  # fmt: skip

    def expert(self, officer=None, by="BY", **said):
        who = {"officer": officer} if officer else {"name": "A. Guest", "service": "Frontex"}
        wanted = {"profiles": ["ALDO"], "languages": SPOKEN, **who, **said}
        return actions.add_expert(by=self.hq[by], **wanted)

    def said(self, side="BY", sender="EU", **changes):
        code = {"BY": "DESK-FP-MSQ", "LV": "DESK-RIX"}[side]
        return {
            "unit": self.unit(code), "sender": sender, "profile": "ALDO", "languages": ["ru"],
            "level": "B1", "language": "en", "purpose": "Forged visas at the second line.",
            "tasks": "Look at documents with the shift.", "legal_basis": "Working arrangement",
            **self.days(side), **changes,
        }  # fmt: skip

    def asker(self, side):
        return {"BY": self.people.fp_head, "LV": self.people.rix_head}[side]

    def need(self, side="BY", sender="EU", **changes):
        said = self.said(side, sender, **changes)
        return actions.note_need(by=self.asker(side), **said)

    def accredited(self, expert, side="BY", first=-30, last=60, **said):
        days = self.days(side, first, last)
        return actions.accredit_expert(
            expert, by=self.hq[side],
            **{"kind": "service", "number": f"A-{expert.number}-{side}",
               "valid_from": days["first_day"], "valid_until": days["last_day"], **said},
        )  # fmt: skip

    def step(self, one, expert=None):
        """One step further on the road."""
        asker, host, offers = self.asker(one.side), self.hq[one.side], self.hq[one.offers]
        deeds = {
            "need": lambda: actions.request_deployment(one, by=asker),
            "requested": lambda: actions.assess_deployment(one, assessment="Right.", by=host),
            "assessed": lambda: actions.offer_expert(one, expert=expert, by=offers),
            "offered": lambda: actions.accept_expert(one, by=host),
            "accepted": lambda: actions.commit_expert(one, by=offers),
            "committed": lambda: actions.brief_expert(one, held_at=now(), by=asker, **BRIEF),
            "briefed": lambda: actions.start_deployment(one, by=asker),
            "deployed": lambda: actions.debrief_expert(
                one, report="Went well.", lessons=["Bring a lamp."], language="en", by=asker
            ),
            "extended": lambda: actions.debrief_expert(
                one, report="Went well.", language="en", by=asker
            ),
            "debriefed": lambda: actions.close_deployment(one, by=asker),
        }
        return deeds[one.state]()

    def brought(self, state, expert=None, side="BY", sender="EU", **changes):
        one = self.need(side, sender, **changes)
        while one.state != state:
            one = self.step(one, expert)
        return Deployment.objects.get(pk=one.pk)
