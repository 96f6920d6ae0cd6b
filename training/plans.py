"""What the yearly plan says, who may do what with it, and how two versions differ. Reads only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

from bordercoop.reference.models import terms
from bordercoop.reference.wording import unseen_left_out
from contactpoints.access import SERVICES, may
from contactpoints.models import root_of

from .access import planning_units
from .models import ActivityKind, Host, Measure, PlanLine, PlanVersion, YearPlan

# What a line says, in the order of the form; the verb that changes a line takes these.
SAID = (
    "kind", "title", "language", "topic", "quarter", "host_country", "seats_lv", "seats_by",
    "budget_line", "amount", "measure", "indicator", "target",
)  # fmt: skip
LABELS: dict[str, Any] = {
    "kind": pgettext_lazy("activity", "Kind"),
    "title": pgettext_lazy("plan", "What is planned"),
    "topic": pgettext_lazy("plan", "Topic"),
    "quarter": pgettext_lazy("plan", "Quarter"),
    "host_country": pgettext_lazy("activity", "Country"),
    "seats_lv": pgettext_lazy("plan", "Seats of Latvia"),
    "seats_by": pgettext_lazy("plan", "Seats of Belarus"),
    "budget_line": pgettext_lazy("plan", "Budget line"),
    "amount": pgettext_lazy("plan", "Amount (EUR)"),
    "measure": pgettext_lazy("plan", "What the indicator counts"),
    "indicator": pgettext_lazy("plan", "Indicator"),
    "target": pgettext_lazy("plan", "Target"),
}


def drafts_plans(user: Any) -> bool:
    """Coordinators of either side write lines and put the plan to both."""
    return bool(planning_units(user))


def signs_plans(user: Any) -> bool:
    """Whoever signs for the whole side is posted at its root."""
    root = root_of(user.side) if user.side in SERVICES else None
    return root is not None and may(user, "sign_plans", root)


def number_of(year: int) -> str:
    return f"JP-{year}"


def content_of_line(line: PlanLine) -> dict[str, Any]:
    """What a line says; an amount as text, so that the same plan has the same sum."""
    said = {name: getattr(line, name) for name in SAID}
    said["amount"] = None if line.amount is None else f"{line.amount:.2f}"
    return {
        "uid": str(line.uid), "number": line.number, "side": line.side,
        "name": line.by.name_latin, **said,
    }  # fmt: skip


def content_of(plan: YearPlan, version: int) -> dict[str, Any]:
    rows = plan.lines.standing().select_related("by")
    return {
        "plan": number_of(plan.year), "year": plan.year, "version": version,
        "lines": [content_of_line(line) for line in rows],
    }  # fmt: skip


@dataclass
class State:
    """Where a plan stands: `waiting` is the version that waits for signatures, `in_force` the one
    that both sides signed last, `latest` the last one put."""

    plan: YearPlan
    versions: Sequence[PlanVersion]
    waiting: PlanVersion | None = None
    in_force: PlanVersion | None = None

    @property
    def latest(self) -> PlanVersion | None:
        return self.versions[0] if self.versions else None

    @property
    def changed(self) -> bool:
        """Whether the lines say something that was not put to both."""
        return self.latest is None or self.latest.edition != self.plan.edition

    @property
    def code(self) -> str:
        if self.waiting is not None:
            return "put"
        return "in_force" if self.in_force is not None and not self.changed else "draft"

    @property
    def words(self) -> str:
        if self.waiting is not None:
            return _("Waits for signatures")
        if self.in_force is None:
            return pgettext("plan", "Draft")
        if self.changed:
            return _("In force; a draft of a new version is being written")
        return _("Signed by both sides, in force")

    def signed_by(self, side: str) -> bool:
        waiting = self.waiting
        return waiting is not None and side in {one.side for one in waiting.standing}


def state_of(plan: YearPlan) -> State:
    """By two statements; none where the versions are prefetched."""
    rows = plan.versions.all()
    known = getattr(plan, "_prefetched_objects_cache", {})
    if "versions" not in known:
        rows = rows.prefetch_related("signatures__by").select_related("by")
    versions = list(rows)
    return State(
        plan,
        versions,
        next((v for v in versions if v.signed_at is None and v.voided_at is None), None),
        next((v for v in versions if v.signed_at is not None), None),
    )


def waiting_for_signature(user: Any) -> list[PlanVersion]:
    """What the own side of an approver has not signed, the earliest year first."""
    if not signs_plans(user):
        return []
    rows = PlanVersion.objects.visible_to(user).open().select_related("plan")
    rows = rows.prefetch_related("signatures").order_by("plan__year")
    return [one for one in rows if user.side not in {each.side for each in one.standing}]


# --- in words


def shown(name: str, value: Any) -> str:
    """One value of a line in words."""
    if value in (None, ""):
        return "–"
    if name == "kind":
        return str(dict(ActivityKind.choices).get(value, value))
    if name == "host_country":
        return str(dict(Host.choices).get(value, value))
    if name == "measure":
        return str(dict(Measure.choices).get(value, value))
    if name == "topic":
        known = terms("training_topic").get(value)
        return known.name if known else str(value)
    return unseen_left_out(str(value))


def words_of(said: Mapping[str, Any]) -> dict[str, str]:
    return {name: shown(name, said.get(name)) for name in LABELS}


@dataclass
class Changed:
    """A line in the later version: `what` is added, removed or changed; `values` are (label,
    before, after)."""

    what: str
    number: int
    side: str
    title: str
    language: str
    values: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def words(self) -> str:
        return {
            "added": pgettext("plan line", "Added"),
            "removed": pgettext("plan line", "Taken out"),
            "changed": pgettext("plan line", "Changed"),
        }[self.what]


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Changed]:
    """What is another between two contents of a plan, by number of the line."""
    old = {line["uid"]: line for line in before.get("lines", ())}
    new = {line["uid"]: line for line in after.get("lines", ())}
    found = []
    for uid, line in {**old, **new}.items():
        said = (line["number"], line["side"], line["title"], line["language"])
        if uid not in old:
            found.append(Changed("added", *said))
        elif uid not in new:
            found.append(Changed("removed", *said))
        elif values := [
            (str(LABELS[name]), shown(name, old[uid].get(name)), shown(name, line.get(name)))
            for name in LABELS
            if old[uid].get(name) != line.get(name)
        ]:
            found.append(Changed("changed", *said, values))
    return sorted(found, key=lambda each: each.number)
