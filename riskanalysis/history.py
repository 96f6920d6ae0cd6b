"""What became of a risk: what it said, how each side saw it, what was done. Reads only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from contactpoints.models import units

from .models import Assessment, Risk, RiskState, RiskStep, Treatment
from .register_access import reads_own
from .scales import LEVEL_OF, bands
from .section_codes import section_name
from .wordings import said


@dataclass(frozen=True)
class Moment:
    """`kind`: step, assessment, planned, ended. `told` are texts of what it was."""

    at: datetime
    kind: str
    side: str
    by: Any
    step: RiskStep | None = None
    told: tuple[str, ...] = ()
    assessment: Assessment | None = None
    level: int = 0
    band: str = ""
    change: int | None = None
    treatment: Treatment | None = None


def history_of(risk: Risk, user: Any) -> list[Moment]:
    """The newest first, as far as `user` reads it. Three statements."""
    found = [*_steps(risk, user), *_assessments(risk, user), *_treatments(risk, user)]
    return sorted(found, key=lambda moment: moment.at, reverse=True)


def _steps(risk: Risk, user: Any) -> Iterator[Moment]:
    rows = RiskStep.objects.filter(risk=risk).select_related("by")
    if not (risk.side == user.side and reads_own(user)):
        rows = rows.filter(given=True)
    before: dict[str, Any] = {}
    for step in rows:
        yield Moment(step.at, "step", step.side, step.by, step=step, told=_told(step, before))
        before = step.content


def _told(step: RiskStep, before: dict[str, Any]) -> tuple[str, ...]:
    """What a step changed, in words: the title, where, who owns it, its state with the reason."""
    now, found = step.content, []
    for name in ("title", "text"):
        if now[name] != before.get(name) and now[name]:
            found.append(str(said(now[name], now["language"])))
    if now["sections"] != before.get("sections", []):
        found.append(", ".join(section_name(code) for code in now["sections"]) or "–")
    for name in ("unit", "other_unit"):
        if now[name] != before.get(name) and now[name]:
            unit = units().get(now[name])
            found.append(unit.name if unit else now[name])
    if before and now["state"] != before["state"]:
        found.append(str(RiskState(now["state"]).label))
    if now["reason"] and now["reason"] != before.get("reason"):
        found.append(now["reason"])
    return tuple(found)


def _assessments(risk: Risk, user: Any) -> Iterator[Moment]:
    last: dict[str, int] = {}
    rows = Assessment.objects.visible_to(user).filter(risk=risk).select_related("by", "matrix")
    for one in list(rows)[::-1]:
        named = {band.code: str(band.name) for band in bands(one.matrix.content)}
        change = one.score - last[one.side] if one.side in last else None
        last[one.side] = one.score
        yield Moment(
            one.at, "assessment", one.side, one.by, assessment=one, level=LEVEL_OF[one.band],
            band=named[one.band], change=change,
        )  # fmt: skip


def _treatments(risk: Risk, user: Any) -> Iterator[Moment]:
    rows = Treatment.objects.visible_to(user).filter(risk=risk).select_related("by", "ended_by")
    for one in rows:
        yield Moment(one.at, "planned", one.side, one.by, treatment=one)
        if one.ended_at:
            yield Moment(one.ended_at, "ended", one.side, one.ended_by, treatment=one)
