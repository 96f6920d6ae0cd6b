"""What the pages of deployments show, and which deeds an officer has there. Reads only."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from bordercoop.reference.models import terms
from contactpoints.access import SERVICES

from ..access import coordinators
from .access import agrees, asks_at, offers_for
from .matching import Match, matches
from .models import Accreditation, Deployment, DeploymentMove, DeploymentState, Expert, Extension
from .models.deployments import OVER, ROAD, THERE

State = DeploymentState


def profile_name(code: str) -> str:
    term = terms("deployment_profile").get(code)
    return str(term.name) if term else code


@dataclass
class DeploymentLine:
    deployment: Deployment
    profile: str
    waits: bool


def waits_for(user: Any, deployment: Deployment) -> bool:
    """Whether the next step is the officer's: what is only to be watched waits for nobody."""
    state = deployment.state
    if state in ("requested", "offered"):
        return user.side == deployment.side and agrees(user)
    if state in ("assessed", "accepted"):
        return offers_for(user, deployment)
    if state in ("need", "committed", "debriefed") or deployment.out_of_time:
        return asks_at(user, deployment.unit)
    if state == "briefed":
        return deployment.first_day <= deployment.today and asks_at(user, deployment.unit)
    return False


def listed(user: Any, *, over: bool = False) -> list[DeploymentLine]:
    """What the officer reads, going on or over; what waits for the officer first."""
    rows = Deployment.objects.visible_to(user).select_related("unit", "expert__officer")
    rows = rows.filter(state__in=OVER) if over else rows.going_on()
    lines = [
        DeploymentLine(one, profile_name(one.profile), not over and waits_for(user, one))
        for one in rows[:200]
    ]
    return sorted(lines, key=lambda one: not one.waits)


@dataclass
class Step:
    """A state on the road: `move` is None for what is still to come."""

    state: str
    label: str
    move: DeploymentMove | None = None


@dataclass
class DeploymentPage:
    """One deployment as one reader has it. `may`: names of the deeds."""

    deployment: Deployment
    profile: str
    steps: list[Step]
    may: set[str]
    matches: list[Match] = field(default_factory=list)
    accreditations: list[Accreditation] = field(default_factory=list)
    extensions: list[Extension] = field(default_factory=list)
    waiting: Extension | None = None
    covered: bool = False


def deeds_of(user: Any, one: Deployment) -> set[str]:
    host = user.side == one.side and agrees(user)
    asker, offers = asks_at(user, one.unit), offers_for(user, one)
    state, found = one.state, set()
    for deed, states, right in (
        ("request", ("need",), asker), ("assess", ("requested",), host),
        ("offer", ("assessed",), offers),
        ("offer", ("declined",), offers and one.offer_declined and one.last_day >= one.today),
        ("accept", ("offered",), host),
        ("commit", ("accepted",), offers), ("brief", ("committed",), asker),
        ("start", ("briefed",), asker), ("debrief", THERE, asker),
        ("end", ("debriefed",), asker),
        ("decline", ("requested", "offered"), host), ("decline", ("assessed", "accepted"), offers),
        ("cancel", ROAD[:9], asker),
        ("cancel", ("committed", "briefed", *THERE), agrees(user) and user.side == one.sender),
    ):  # fmt: skip
        if right and state in states:
            found.add(deed)
    if host and state in ("accepted", "committed", "briefed", *THERE) and not one.powers_at:
        found.add("powers")
    if asker and state in THERE and not one.out_of_time:
        found.add("extend")
    return found


def page_of(user: Any, one: Deployment) -> DeploymentPage:
    moves = list(one.moves.select_related("by"))
    last = {move.after: move for move in moves}
    steps = [Step(move.after, str(State(move.after).label), move) for move in moves]
    if one.state not in OVER:
        ahead = ROAD[ROAD.index(one.state) + 1 :]
        skipped = ("extended",)  # only where somebody asks for it
        steps += [
            Step(code, str(State(code).label))
            for code in ahead
            if code not in last and code not in skipped
        ]
    page = DeploymentPage(one, profile_name(one.profile), steps, deeds_of(user, one))
    if "offer" in page.may:
        page.matches = matches(user, one)
    if one.expert is not None:
        rows = Accreditation.objects.filter(expert=one.expert, side=one.side)
        page.accreditations = list(rows.standing())
        page.covered = rows.covering(one.expert_id, one.side, one.first_day, one.last_day).exists()
    page.extensions = list(one.extensions.select_related("by", "answered_by"))
    page.waiting = next((x for x in page.extensions if x.answered_at is None), None)
    if page.waiting is not None:
        page.may.discard("extend")
        if offers_for(user, one) and one.state in THERE:
            page.may.add("answer")
    return page


@dataclass
class ExpertLine:
    expert: Expert
    profiles: list[str]
    accredited: list[Accreditation]


def pool(user: Any, *, profile: str = "", language: str = "", side: str = "") -> list[ExpertLine]:
    """The pool that the officer reads, the own side first; statements do not grow with it."""
    rows = Expert.objects.visible_to(user).standing()
    if profile:
        rows = rows.filter(profiles__contains=[profile])
    if language:
        rows = rows.filter(languages__code=language)
    if side:
        rows = rows.filter(side=side)
    rows = rows.select_related("officer").prefetch_related("languages").distinct()
    experts = list(rows)
    granted: dict[int, list[Accreditation]] = {}
    held = Accreditation.objects.visible_to(user).standing().filter(expert__in=experts)
    for one in held.order_by("side", "valid_until"):
        granted.setdefault(one.expert_id, []).append(one)
    lines = [
        ExpertLine(one, [profile_name(code) for code in one.profiles], granted.get(one.pk, []))
        for one in experts
    ]
    return sorted(lines, key=lambda line: (line.expert.side != user.side, line.expert.number))


def waiting_count(user: Any) -> int:
    """How many deployments wait for the officer."""
    rows = Deployment.objects.visible_to(user).going_on().select_related("unit")
    return sum(waits_for(user, one) for one in rows[:200])


def contacts_of(one: Deployment) -> list[Any]:
    """Whom the expert turns to by name beside the one in the briefing: the host's coordinators."""
    return coordinators(one.side) if one.side in SERVICES else []


def found_rows(user: Any, word: str) -> Any:
    rows = Deployment.objects.visible_to(user)
    return rows.filter(
        Q(number__icontains=word)
        | Q(expert__number__icontains=word)
        | Q(purpose__icontains=word)
        | Q(unit__code__icontains=word)
    )
