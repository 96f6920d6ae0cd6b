"""Who reads what of the risk analysis. Asked by querysets, verbs and doors."""

from __future__ import annotations

from typing import Any

from contactpoints.access import SERVICES, may, units_for, units_where
from contactpoints.models import Unit, root_of


def reads_shared(user: Any) -> bool:
    """Officers of the two services read what was put to both sides."""
    return user.side in SERVICES and bool(
        units_where(user, "view_incidents") or units_where(user, "read_risks")
    )


def reads_own(user: Any) -> bool:
    """Whether `user` also reads what its side has not put to both."""
    return user.side in SERVICES and bool(units_where(user, "read_risks"))


def writing_units(user: Any) -> list[Unit]:
    """The units for which `user` writes risks, desks excepted, in the order of the tree."""
    if user.side not in SERVICES:
        return []
    return [u for u in units_for(user, "write_risks") if u.kind != Unit.Kind.DESK]


def may_approve(user: Any) -> bool:
    """Whoever approves for the whole side is posted at its root."""
    root = root_of(user.side) if user.side in SERVICES else None
    return root is not None and may(user, "approve_risks", root)


def may_write_for_side(user: Any) -> bool:
    """Whether `user` writes at the root of its side, and so drafts what holds for all of it."""
    root = root_of(user.side) if user.side in SERVICES else None
    return root is not None and may(user, "write_risks", root)


def coordinating_units(user: Any) -> list[Unit]:
    """The units for which `user` plans what both sides do together."""
    return units_for(user, "plan_activities") if user.side in SERVICES else []


def runs_events(user: Any) -> bool:
    """Whether `user` moves a public event on, adds venues and items, and ties things to it."""
    return reads_shared(user) and bool(writing_units(user) or coordinating_units(user))


# Whoever is at work with one of these looks to what is on a checklist.
AT_WORK = ("annotate_incidents", "report_incidents", "acknowledge_alerts")


def ticks_for(user: Any, item: Any) -> bool:
    """Whether `user` ticks an item of an event: of the own side, and at its unit if it names one.
    Analysts and coordinators of that side always may."""
    if user.side != item.side or not reads_shared(user):
        return False
    if runs_events(user):
        return True
    held = frozenset().union(*(units_where(user, word) for word in AT_WORK))
    return bool(held) if item.unit_id is None else item.unit_id in held
