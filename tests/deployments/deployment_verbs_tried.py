"""Each verb of experts and deployments as every role of each side tries it."""

from datetime import timedelta
from types import SimpleNamespace

from django.utils.timezone import now

from contactpoints.models import units
from tests.deployments.deployments_made import BRIEF, ROAD, SPOKEN, Deployed, today
from training.deployments import actions

# For Frontex experts the host does all of it, and each side is a host.
OF_BOTH = {
    "accept_expert", "accredit_expert", "add_expert", "answer_extension", "ask_extension",
    "assess_deployment", "brief_expert", "cancel_deployment", "change_expert", "commit_expert",
    "debrief_expert", "decline_deployment", "close_deployment", "grant_powers", "leave_experts",
    "note_need", "offer_expert", "remove_availability", "request_deployment", "start_deployment",
    "state_availability", "withdraw_accreditation",
}  # fmt: skip


def scene_of_deployments(people, officer):
    """For each side as the host a deployment at every step."""
    made = Deployed(people, lambda code: units()[code])
    at, longer, granted, days = {}, {}, {}, {}
    for side in ("LV", "BY"):
        at[side] = {}
        for number, state in enumerate(ROAD[:-1]):
            expert = made.expert(by=side, name=f"{side} {number}")
            granted[side] = made.accredited(expert, side)
            at[side][state] = made.brought(state, expert, side)
        expert = made.expert(by=side, name=f"{side} longer")
        made.accredited(expert, side)
        one = made.brought("deployed", expert, side)
        longer[side] = actions.ask_extension(
            one, last_day=one.last_day + timedelta(1), reason="x", by=made.asker(side)
        )
        free = made.expert(by=side, name=f"{side} free")
        days[side] = actions.state_availability(free, by=made.hq[side], **made.days(side))
    return SimpleNamespace(
        made=made, at=at, longer=longer, granted=granted, days=days,
        guest=made.expert(by="LV", name="Nobody else"),
    )  # fmt: skip


def _one(s, by, state):
    return s.deployments.at[by.side][state]


def _until(s, by):
    return {"valid_from": today(by.side), "valid_until": today(by.side) + timedelta(5)}


TRY = {
    "deployments.note_need": lambda s, by: actions.note_need(
        by=by, **s.deployments.made.said(by.side)
    ),
    "deployments.request_deployment": lambda s, by: actions.request_deployment(
        _one(s, by, "need"), by=by
    ),
    "deployments.assess_deployment": lambda s, by: actions.assess_deployment(
        _one(s, by, "requested"), assessment="x", by=by
    ),
    "deployments.offer_expert": lambda s, by: actions.offer_expert(
        _one(s, by, "assessed"), expert=s.deployments.guest, by=by
    ),
    "deployments.accept_expert": lambda s, by: actions.accept_expert(
        _one(s, by, "offered"), by=by
    ),
    "deployments.commit_expert": lambda s, by: actions.commit_expert(
        _one(s, by, "accepted"), by=by
    ),
    "deployments.brief_expert": lambda s, by: actions.brief_expert(
        _one(s, by, "committed"), held_at=now(), by=by, **BRIEF
    ),
    "deployments.start_deployment": lambda s, by: actions.start_deployment(
        _one(s, by, "briefed"), by=by
    ),
    "deployments.ask_extension": lambda s, by: actions.ask_extension(
        _one(s, by, "deployed"), reason="x", by=by,
        last_day=_one(s, by, "deployed").last_day + timedelta(1),
    ),
    "deployments.answer_extension": lambda s, by: actions.answer_extension(
        s.deployments.longer[by.side], agreed=True, by=by
    ),
    "deployments.grant_powers": lambda s, by: actions.grant_powers(
        _one(s, by, "deployed"), ground="x", by=by
    ),
    "deployments.debrief_expert": lambda s, by: actions.debrief_expert(
        _one(s, by, "deployed"), report="x", language="en", by=by
    ),
    "deployments.close_deployment": lambda s, by: actions.close_deployment(
        _one(s, by, "debriefed"), by=by
    ),
    "deployments.decline_deployment": lambda s, by: actions.decline_deployment(
        _one(s, by, "offered"), reason="x", by=by
    ),
    "deployments.cancel_deployment": lambda s, by: actions.cancel_deployment(
        _one(s, by, "committed"), reason="x", by=by
    ),
    "deployments.add_expert": lambda s, by: actions.add_expert(
        name="New", service="Frontex", profiles=["ALDO"], languages=SPOKEN, by=by
    ),
    "deployments.change_expert": lambda s, by: actions.change_expert(
        s.deployments.guest, profiles=["BSO"], languages=SPOKEN, by=by
    ),
    "deployments.leave_experts": lambda s, by: actions.leave_experts(s.deployments.guest, by=by),
    "deployments.state_availability": lambda s, by: actions.state_availability(
        s.deployments.guest, by=by, **s.deployments.made.days(by.side)
    ),
    "deployments.remove_availability": lambda s, by: actions.remove_availability(
        s.deployments.days[by.side], by=by
    ),
    "deployments.accredit_expert": lambda s, by: actions.accredit_expert(
        s.deployments.guest, kind="service", number="new", by=by, **_until(s, by)
    ),
    "deployments.withdraw_accreditation": lambda s, by: actions.withdraw_accreditation(
        s.deployments.granted[by.side], reason="x", by=by
    ),
}  # fmt: skip
