"""Severity and priority of the portal on the scales of CAP and back; docs/cap.md says why."""

from typing import Any

from bordercoop.formats.cap import Info

from ..models import BY_SEVERITY, Priority

SEVERITY = {4: "Extreme", 3: "Severe", 2: "Moderate", 1: "Minor"}
URGENCY: dict[str, str] = {
    Priority.P1: "Immediate",
    Priority.P2: "Expected",
    Priority.P3: "Expected",
    Priority.P4: "Future",
}
# Of a subject that has no severity of its own.
OF_PRIORITY = {priority: level for level, priority in BY_SEVERITY.items()}
LEVEL = {**{name: level for level, name in SEVERITY.items()}, "Unknown": 2}
# How much an urgency or a certainty lifts a message above what its severity says.
LIFT = {"Immediate": 1, "Future": -1, "Past": -1, "Unlikely": -1}


def severity_of(card: dict[str, Any], priority: str) -> str:
    """The severity of an alert, in a word of CAP."""
    return SEVERITY.get(card.get("severity") or 0, SEVERITY[OF_PRIORITY[Priority(priority)]])


def certainty_of(card: dict[str, Any]) -> str:
    """What nobody has checked yet is unknown, which is not the same as unlikely."""
    return "Unknown" if card.get("unverified") else "Observed"


def level_of(info: Info) -> int:
    """The portal's severity of what came in, 1 to 4."""
    return LEVEL.get(info.severity, 2)


def priority_of(info: Info) -> Priority:
    """How urgently a desk is asked to acknowledge what came in."""
    level = level_of(info) + LIFT.get(info.urgency, 0) + LIFT.get(info.certainty, 0)
    return BY_SEVERITY[min(max(level, 1), 4)]
