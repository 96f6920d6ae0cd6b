"""The first set of a public event's checklist, from `reference/event_checklist.yaml`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

from bordercoop.reference.loader import Malformed, read_records
from bordercoop.reference.models import LANGUAGES

from .models import CountedFrom, EventPhase, PublicEvent
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

    @property
    def counted_from(self) -> CountedFrom:
        return CountedFrom.LAST if self.before is None else CountedFrom.FIRST

    @property
    def due_days(self) -> int:
        """After the day that it is counted from; before it less than zero."""
        return (self.after or 0) if self.before is None else -self.before

    def due_on(self, event: PublicEvent) -> date:
        return counted(event, self.counted_from, self.due_days)


def counted(event: PublicEvent, counted_from: str, days: int) -> date:
    """So many days after the first or the last day of an event."""
    begins = event.starts_on if counted_from == CountedFrom.FIRST else event.ends_on
    return begins + timedelta(days=days)


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
