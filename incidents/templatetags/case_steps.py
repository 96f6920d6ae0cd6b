"""What each side did about a step of a guideline."""

from dataclasses import dataclass

from django import template

from ..investigation.guideline import SIDES, Step
from ..models import CaseStep

register = template.Library()


@dataclass(frozen=True)
class Mark:
    side: str
    row: CaseStep | None


@register.filter
def marks(step: Step, own: str) -> list[Mark]:
    """A mark for each side, the own one first; of a step that one side does for both, who did."""
    order = sorted(SIDES, key=lambda side: side != own)
    found = [Mark(side, step.by_side.get(side)) for side in order]
    return found if step.each or not step.settled else [one for one in found if one.row]


@register.filter
def open_for(step: Step, side: str) -> bool:
    return step.open_for(side)


@register.filter
def settled_by(step: Step, side: str) -> bool:
    return step.settled_by(side)


@register.filter
def open_steps(steps: list[Step], side: str) -> int:
    """How many steps this side has something to do about."""
    return sum(step.open_for(side) for step in steps)
