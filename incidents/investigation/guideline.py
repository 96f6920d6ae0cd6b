"""The guideline that a case follows: which steps belong to which state, and what is left of them.

A step is settled once it was done, or left out with a reason: by one side, or by both where the
guideline says that each side does it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from bordercoop.reference.models import ProcedureVersion

from ..models import CaseState, CaseStep, Investigation

CODE = "JI"  # the procedure that every joint investigation follows
SIDES = ("LV", "BY")
# By when a state should be left where the guideline gives no limit. Source: proposals of the
# portal's authors, to be confirmed by the services in their guideline.
LIMITS: dict[str, timedelta] = {
    CaseState.PROPOSED: timedelta(hours=24),
    CaseState.AGREED: timedelta(hours=24),
    CaseState.TEAM_FORMED: timedelta(hours=48),
    CaseState.ON_SITE: timedelta(hours=24),
    CaseState.EXCHANGED: timedelta(days=3),
    CaseState.DRAFTED: timedelta(days=7),
    CaseState.SIGNED_ONE: timedelta(days=3),
    CaseState.SIGNED: timedelta(days=7),
    CaseState.HANDED_OVER: timedelta(days=7),
    CaseState.NO_AGREEMENT: timedelta(days=7),
    CaseState.HIGHER: timedelta(days=30),
}


@dataclass
class Step:
    """A step of the guideline and what each side did about it: the last row of a side counts."""

    code: str
    phase: str
    each: bool
    hours: int | None
    title: str
    text: str
    who: str
    by_side: dict[str, CaseStep] = field(default_factory=dict)

    def settled_by(self, side: str) -> bool:
        row = self.by_side.get(side)
        return row is not None and row.outcome != CaseStep.Outcome.TAKEN_BACK

    @property
    def settled(self) -> bool:
        ask = all if self.each else any
        return ask(self.settled_by(side) for side in SIDES)

    def open_for(self, side: str) -> bool:
        """Whether this side has something to do about it."""
        return not (self.settled_by(side) if self.each else self.settled)


def steps_of(
    version: ProcedureVersion | None, rows: Iterable[CaseStep], language: str = ""
) -> list[Step]:
    """The steps of the guideline in its order, with what was done; texts in `language`."""
    if version is None:
        return []
    last: dict[str, dict[str, CaseStep]] = {}
    for row in rows:
        last.setdefault(row.code, {})[row.side] = row
    return [
        Step(
            code=step["code"],
            phase=step.get("phase", ""),
            each=bool(step.get("each")),
            hours=step.get("hours"),
            title=version.text_of(step.get("title"), language),
            text=version.text_of(step.get("text"), language),
            who=version.text_of(step.get("who"), language),
            by_side=last.get(step["code"], {}),
        )
        for step in version.steps
    ]


def steps_of_case(case: Investigation, language: str = "") -> list[Step]:
    return steps_of(case.guideline, case.steps.select_related("by"), language)


def left_of(steps: Iterable[Step], state: str) -> list[Step]:
    """Steps that belong to a state and are not settled."""
    return [step for step in steps if step.phase == state and not step.settled]


def left_said(case: Investigation) -> str:
    """Which steps of the present state are open, as a sentence; "" when none is."""
    left = left_of(steps_of_case(case), case.state)
    if not left:
        return ""
    names = "; ".join(step.title for step in left)
    return _(
        "Steps of the guideline are open: %(steps)s. Do them, or leave them out with a reason."
    ) % {"steps": names}


def due_after(version: ProcedureVersion | None, state: str, at: datetime) -> datetime | None:
    """By when a case that entered `state` at `at` should leave it: the longest limit that the
    guideline gives a step of the state, else the portal's own."""
    hours: list[Any] = [
        step["hours"]
        for step in (version.steps if version else [])
        if step.get("phase") == state and step.get("hours")
    ]
    limit = timedelta(hours=max(hours)) if hours else LIMITS.get(state)
    return at + limit if limit else None
