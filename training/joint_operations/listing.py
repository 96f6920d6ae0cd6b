"""The list of joint operations: what a reader asks for. Reads only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from bordercoop.reference.sides import Side
from bordercoop.web.finding.query import read
from training.listing import holding

from .models import JointOperation, OperationState
from .operation_papers import area_names

MOST = 200


@dataclass(frozen=True)
class Asked:
    """The filters as typed; what means nothing filters nothing."""

    q: str = ""
    state: str = ""
    side: str = ""

    @property
    def any(self) -> bool:
        return self != Asked()


def asked_of(given: Mapping[str, Any]) -> Asked:
    typed = {
        name: str(given.get(name, "")).replace("\0", "").strip()[:100]
        for name in ("q", "state", "side")
    }
    if typed["state"] not in OperationState.values:
        typed["state"] = ""
    if typed["side"] not in Side.values:
        typed["side"] = ""
    return Asked(**typed)


def rows_of(user: Any, asked: Asked) -> list[JointOperation]:
    """What `user` reads of it, those that begin last first, with `area`."""
    rows = JointOperation.objects.visible_to(user).select_related("unit")
    if asked.state:
        rows = rows.filter(state=asked.state)
    if asked.side:
        rows = rows.filter(side=asked.side)
    if asked.q:
        rows = holding(rows, read(asked.q))
    found = list(rows[:MOST])
    for one in found:
        one.area = area_names(one)  # type: ignore[attr-defined]
    return found


def as_source(ref: str, reader: Any) -> tuple[str, str] | None:
    """(title, address) of the operation from which a recommendation comes, as `reader` reads it."""
    found = JointOperation.objects.visible_to(reader).filter(number=ref).first()
    if found is None:
        return None
    return f"{found.number} {found.title}", reverse("joint_operation", args=[found.number])
