"""What a contingency plan says, where it stands, and how two versions differ. Reads only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

from bordercoop.reference.models import places, terms, utc_today
from bordercoop.reference.wording import unseen_left_out
from contactpoints.models import Desk, units

from .access import approves_plans
from .models import (
    ContingencyActivation,
    ContingencyPhaseStart,
    ContingencyPlan,
    ContingencyTick,
    ContingencyVersion,
)

HEAD: dict[str, Any] = {
    "title": pgettext_lazy("contingency plan", "Title"),
    "triggers": pgettext_lazy("contingency plan", "When it is activated"),
    "places": pgettext_lazy("contingency plan", "Crossing points"),
    "categories": pgettext_lazy("contingency plan", "For which events"),
    "effective_on": pgettext_lazy("contingency plan", "In force from"),
}
PARTS: dict[str, dict[str, Any]] = {
    "phases": {
        "name": pgettext_lazy("contingency plan", "Phase"),
        "begins": pgettext_lazy("contingency plan", "When it begins"),
    },
    "tasks": {
        "phase": pgettext_lazy("contingency plan", "Phase"),
        "what": pgettext_lazy("contingency plan", "What is done"),
        "who": pgettext_lazy("contingency plan", "Who"),
        "minutes": pgettext_lazy("contingency plan", "Within minutes"),
    },
    "contacts": {
        "desk": pgettext_lazy("contingency plan", "Desk"),
        "name": pgettext_lazy("contingency plan", "Contact"),
        "words": pgettext_lazy("contingency plan", "How to reach it"),
    },
}


def content_of(plan: ContingencyPlan, version: int) -> dict[str, Any]:
    """What is put to the approvers."""
    return {
        "plan": plan.number, "version": version, "title": plan.title, "language": plan.language,
        "joint": plan.joint, "side": plan.side, **plan.content,
    }  # fmt: skip


def in_force(plan: ContingencyPlan) -> ContingencyVersion | None:
    """The newest approved version whose day has come."""
    found: ContingencyVersion | None = (
        ContingencyVersion.objects.begun().filter(plan=plan).order_by("-number").first()
    )
    return found


@dataclass
class State:
    """Where a plan stands: `waiting` waits for approvals, `holds` is in force, `coming` is
    approved and its day has not come."""

    plan: ContingencyPlan
    versions: Sequence[ContingencyVersion]
    waiting: ContingencyVersion | None = None
    holds: ContingencyVersion | None = None
    coming: ContingencyVersion | None = None

    @property
    def changed(self) -> bool:
        return not self.versions or self.versions[0].edition != self.plan.edition

    @property
    def code(self) -> str:
        if self.plan.retired_at is not None:
            return "retired"
        if self.waiting is not None:
            return "put"
        if self.coming is not None:
            return "coming"
        if self.holds is None:
            return "draft"
        return "changing" if self.changed else "in_force"

    @property
    def words(self) -> str:
        return {
            "retired": pgettext("contingency plan", "Out of use"),
            "put": _("Waits for approval"),
            "coming": _("Approved, its day has not come"),
            "draft": pgettext("contingency plan", "Draft"),
            "changing": _("In force; a new version is being written"),
            "in_force": _("Approved, in force"),
        }[self.code]

    def approved_by(self, side: str) -> bool:
        return self.waiting is not None and side in {one.side for one in self.waiting.standing}


def state_of(plan: ContingencyPlan) -> State:
    rows = plan.versions.all()
    if "versions" not in getattr(plan, "_prefetched_objects_cache", {}):
        rows = rows.prefetch_related("approvals__by").select_related("by")
    versions, today = list(rows), utc_today()
    signed = [one for one in versions if one.signed_at is not None]
    holds = next((one for one in signed if one.effective_on <= today), None)
    coming = signed[0] if signed and signed[0].effective_on > today else None
    waiting = next((v for v in versions if v.signed_at is None and v.voided_at is None), None)
    return State(plan, versions, waiting, holds if plan.retired_at is None else None, coming)


def waiting_for_approval(user: Any) -> list[ContingencyVersion]:
    """What the own side of an approver has not approved."""
    if not approves_plans(user):
        return []
    rows = ContingencyVersion.objects.visible_to(user).open().filter(plan__retired_at=None)
    rows = rows.select_related("plan").prefetch_related("approvals").order_by("pk")
    waiting = [one for one in rows if user.side not in {each.side for each in one.standing}]
    # Whoever wrote some of it never approves it.
    return [one for one in waiting if user.pk not in one.authors]


# --- what to do now


@dataclass
class Task:
    code: str
    what: str
    who: str
    minutes: int
    tick: ContingencyTick | None = None
    taken_back: list[ContingencyTick] = field(default_factory=list)
    late: bool = False


@dataclass
class Phase:
    code: str
    name: str
    begins: str
    tasks: list[Task] = field(default_factory=list)
    start: ContingencyPhaseStart | None = None
    begun_at: datetime | None = None


@dataclass
class Contact:
    """A desk is named and reached as it is now."""

    code: str
    name: str
    words: str = ""
    phone: str = ""
    email: str = ""
    side: str = ""
    desk: str = ""


def phases_of(content: Mapping[str, Any]) -> list[Phase]:
    """The phases with their tasks, the soonest first."""
    found = {
        one["code"]: Phase(one["code"], one["name"], one["begins"]) for one in content["phases"]
    }
    for one in sorted(content["tasks"], key=lambda each: each["minutes"]):
        task = Task(one["code"], one["what"], one["who"], one["minutes"])
        found[one["phase"]].tasks.append(task)
    return list(found.values())


def contacts_of(content: Mapping[str, Any]) -> list[Contact]:
    """One statement for the desks."""
    codes = [one["desk"] for one in content["contacts"] if one["desk"]]
    desks = {desk.unit_id: desk for desk in Desk.objects.filter(unit__code__in=codes)}
    found = []
    for one in content["contacts"]:
        unit = units().get(one["desk"]) if one["desk"] else None
        desk = desks.get(unit.pk) if unit else None
        if unit is None or desk is None:
            found.append(Contact(one["code"], one["name"] or one["desk"], one["words"]))
        else:
            found.append(
                Contact(
                    one["code"], unit.name, one["words"] or one["name"], desk.phone, desk.email,
                    unit.side, unit.code,
                )
            )  # fmt: skip
    return found


def places_of(content: Mapping[str, Any]) -> list[Any]:
    known = places()
    return [known[code] for code in content["places"] if code in known]


def categories_of(content: Mapping[str, Any]) -> list[str]:
    known = terms("incident_category")
    return [known[code].name if code in known else code for code in content["categories"]]


@dataclass
class Run:
    """How far an active plan is: `done` of `all`; `late` are tasks whose minutes, counted from the
    begin of their phase, are over. `edition` is another after every change."""

    activation: ContingencyActivation
    phases: list[Phase]
    done: int
    all: int
    late: int
    edition: str


def run_of(activation: ContingencyActivation) -> Run:
    """Two statements, none where `ticks` and `begun` were fetched before."""
    ticks, begun = _fetched(activation, "ticks"), _fetched(activation, "begun")
    starts = {one.phase: one for one in begun}
    phases = phases_of(activation.version.content)
    until = activation.stood_down_at or now()
    for order, phase in enumerate(phases):
        phase.start = starts.get(phase.code)
        phase.begun_at = phase.start.at if phase.start else None
        if order == 0:
            phase.begun_at = phase.begun_at or activation.at
        for task in phase.tasks:
            own = [tick for tick in ticks if tick.task == task.code]
            task.tick = next((tick for tick in own if tick.taken_back_at is None), None)
            task.taken_back = [tick for tick in own if tick.taken_back_at is not None]
            task.late = is_late(phase, task, until)
    tasks = [task for phase in phases for task in phase.tasks]
    done = sum(task.tick is not None for task in tasks)
    back = sum(len(task.taken_back) for task in tasks)
    edition = f"{len(ticks)}.{back}.{len(begun)}"
    return Run(activation, phases, done, len(tasks), sum(task.late for task in tasks), edition)


def _fetched(activation: ContingencyActivation, name: str) -> list[Any]:
    rows = getattr(activation, name).all()
    if name not in getattr(activation, "_prefetched_objects_cache", {}):
        people = ("by", "taken_back_by") if name == "ticks" else ("by",)
        rows = rows.select_related(*people)
    return list(rows)


def is_late(phase: Phase, task: Task, until: datetime) -> bool:
    """Nothing is late of a phase that has not begun."""
    if phase.begun_at is None:
        return False
    by_when = phase.begun_at + timedelta(minutes=task.minutes)
    return (task.tick.at if task.tick else until) > by_when


# --- in words


def shown(name: str, value: Any, content: Mapping[str, Any]) -> str:
    """One value of a plan in words."""
    if value in (None, "", []):
        return "–"
    if name == "places":
        return ", ".join(place.name for place in places_of({"places": value}))
    if name == "categories":
        return ", ".join(categories_of({"categories": value}))
    if name == "phase":
        phases = {one["code"]: one["name"] for one in content["phases"]}
        return unseen_left_out(phases.get(value, value))
    if name == "desk":
        unit = units().get(value)
        return unit.name if unit else str(value)
    return unseen_left_out(str(value))


@dataclass
class Changed:
    """Something that is another in the later version: `what` is added, removed or changed;
    `values` are (label, before, after)."""

    what: str
    about: str
    values: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def words(self) -> str:
        return {
            "added": pgettext("plan line", "Added"),
            "removed": pgettext("plan line", "Taken out"),
            "changed": pgettext("plan line", "Changed"),
        }[self.what]


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Changed]:
    """What is another between two contents, the head first."""
    found = []
    head = _values(HEAD, before, after, before, after)
    if head:
        found.append(Changed("changed", pgettext("contingency plan", "The plan"), head))
    for part, labels in PARTS.items():
        old = {one["code"]: one for one in before[part]}
        new = {one["code"]: one for one in after[part]}
        for code, one in {**old, **new}.items():
            about = _called(part, one)
            if code not in old:
                found.append(Changed("added", about))
            elif code not in new:
                found.append(Changed("removed", about))
            elif values := _values(labels, old[code], one, before, after):
                found.append(Changed("changed", about, values))
        order = [code for code in new if code in old]
        if order != [code for code in old if code in new]:
            found.append(Changed("changed", pgettext("contingency plan", "The order")))
    return found


def _values(
    labels: Mapping[str, Any],
    old: Mapping[str, Any],
    new: Mapping[str, Any],
    before: Mapping[str, Any],
    after: Mapping[str, Any],
) -> list[tuple[str, str, str]]:
    return [
        (str(label), shown(name, old.get(name), before), shown(name, new.get(name), after))
        for name, label in labels.items()
        if old.get(name) != new.get(name)
    ]


def _called(part: str, one: Mapping[str, Any]) -> str:
    name = {"phases": "name", "tasks": "what", "contacts": "name"}[part]
    said = one[name] or shown("desk", one.get("desk"), {})
    return f"{PARTS[part][name]}: {unseen_left_out(said)}"
