"""The sections with what each side says of them, and the risks there. Reads only."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.utils.timezone import now

from contactpoints.listing import sides_for

from .models import Risk, SectionLevel
from .section_codes import section_name, section_orders

LATELY = timedelta(days=7)


@dataclass(frozen=True)
class Change:
    """A side says another level of a section than before; `before` is None where it had not said
    any."""

    code: str
    name: str
    before: SectionLevel | None
    after: SectionLevel


@dataclass
class Section:
    """`views`: (side, its present level or None), the reader's own side first."""

    code: str
    name: str
    views: list[tuple[str, SectionLevel | None]]
    risks: list[Risk] = field(default_factory=list)

    @property
    def differs(self) -> bool:
        """Whether both sides have said something, and not the same."""
        said = [view.level for _side, view in self.views if view is not None]
        return len(set(said)) > 1

    @property
    def worst(self) -> SectionLevel | None:
        said = [view for _side, view in self.views if view is not None]
        return max(said, key=lambda view: view.severity, default=None)


def sections_for(user: Any) -> list[Section]:
    """All sections in their order. Two statements."""
    current: dict[tuple[str, str], SectionLevel] = {
        (one.section, one.side): one for one in SectionLevel.objects.current().select_related("by")
    }
    risks = list(Risk.objects.visible_to(user).going_on())
    return [
        Section(
            code,
            section_name(code),
            [(side, current.get((code, side))) for side in sides_for(user)],
            [risk for risk in risks if code in risk.sections],
        )
        for code in section_orders()
    ]


def changed_lately(*, side: str = "") -> list[Change]:
    """Which levels are others than before since a week, the newest first; of one side with `side`.
    One statement."""
    since = now() - LATELY
    rows = SectionLevel.objects.filter(Q(at__gte=since) | Q(ended_at__gte=since))
    if side:
        rows = rows.filter(side=side)
    last: dict[tuple[str, str], SectionLevel] = {}
    found = []
    for one in rows.order_by("at", "pk"):
        before = last.get((one.section, one.side))
        last[one.section, one.side] = one
        if one.at >= since and (before is None or before.level != one.level):
            found.append(Change(one.section, section_name(one.section), before, one))
    return found[::-1]
