"""The first set of a public event's checklist, from `reference/event_checklist.yaml`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

from bordercoop.reference.loader import Malformed, read_records
from bordercoop.reference.models import LANGUAGES

from .models import EventPhase, PublicEvent
from .section_codes import FILES

NAME = "event_checklist.yaml"


@dataclass(frozen=True)
class Shipped:
    """An item of the set. It is due so many days before the first day of an event (`before`) or
    after its last one (`after`)."""

    code: str
    phase: str
    texts: dict[str, str]
    before: int | None
    after: int | None

    def due_on(self, event: PublicEvent) -> date:
        if self.before is not None:
            return event.starts_on - timedelta(days=self.before)
        return event.ends_on + timedelta(days=self.after or 0)


def _rows() -> list[dict[str, Any]]:
    wanted = ("code", "phase", *LANGUAGES)
    return read_records(FILES / NAME, "items", required=wanted, optional=("before", "after"))


@cache
def shipped_items() -> list[Shipped]:
    """In the order of the phases. Raises Malformed."""
    found: dict[str, Shipped] = {}
    for row in _rows():
        code, days = row["code"], [row.get("before"), row.get("after")]
        if row["phase"] not in EventPhase.values:
            raise Malformed(f"{NAME}: {code}: stands in no phase")
        if [type(day) for day in days].count(int) != 1:
            raise Malformed(f"{NAME}: {code}: is due before or after, in whole days")
        texts = {language: row[language] for language in LANGUAGES}
        found[code] = Shipped(code, row["phase"], texts, *days)
    order = EventPhase.values
    return sorted(found.values(), key=lambda one: order.index(one.phase))
