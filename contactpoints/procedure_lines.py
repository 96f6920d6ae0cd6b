"""Procedures in lists: what holds, what is prepared, what waits, who has read it. Reads only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q

from bordercoop.reference.models import (
    OPEN_TO_CHANGE,
    Procedure,
    ProcedureReading,
    ProcedureState,
    ProcedureVersion,
    utc_today,
)

from .access import SERVICES
from .kinds import Kind, kinds
from .listing import sides_for
from .procedures import (
    approved_by,
    asked_to_read,
    may_approve,
    may_draft,
    may_read,
    prepares,
    reads,
)


@dataclass(frozen=True)
class ReadBy:
    """Of the officers of a side who have to confirm what holds, how many have."""

    side: str
    confirmed: int
    whole: int

    @property
    def missing(self) -> int:
        return self.whole - self.confirmed


@dataclass
class Line:
    """A procedure in the list; a version that the reader may not read yet is only `hidden`.

    `readers` are empty until `count_readers` has counted them.
    """

    procedure: Procedure
    sides: tuple[str, ...]
    holding: ProcedureVersion | None = None
    prepared: ProcedureVersion | None = None
    last: ProcedureVersion | None = None
    hidden: bool = False
    open_comments: int = 0
    read: bool = False
    waits: list[str] = field(default_factory=list)
    readers: list[ReadBy] = field(default_factory=list)

    @property
    def shown(self) -> ProcedureVersion | None:
        return self.holding or self.prepared or self.last

    @property
    def approved_by(self) -> list[str]:
        """The sides that approved what is prepared, as it stands, the reader's own first."""
        given = approved_by(self.prepared) if self.prepared is not None else set()
        return [side for side in self.sides if side in given]

    @property
    def review_due(self) -> bool:
        """Whether what holds is reviewed now, or should be."""
        version = self.holding
        if version is None or version.state == ProcedureState.UNDER_REVIEW:
            return version is not None
        return version.review_on is not None and version.review_on <= utc_today()

    @property
    def states(self) -> set[str]:
        versions = (self.holding, self.prepared) if self.holding or self.prepared else (self.last,)
        return {version.state for version in versions if version is not None}


def lines_for(user: Any, kind: Kind) -> list[Line]:
    """Every procedure of a kind of which `user` may read a version, in its order."""
    return lines_by_kind(user, [kind]).get(kind.code, [])


def lines_by_kind(user: Any, asked: Iterable[Kind] = ()) -> dict[str, list[Line]]:
    """The same for several kinds, all of them unless told which, by their codes. Three statements
    however many kinds there are, none for whoever reads none."""
    read_kinds = {k.code: k for k in (asked or kinds().values()) if may_read(user, k)}
    if not read_kinds:
        return {}
    comments = Count("comments", filter=Q(comments__state="open"))
    rows = ProcedureVersion.objects.of_kind(*read_kinds).annotate(open_comments=comments)
    rows = rows.order_by("procedure__order", "procedure__code", "number")
    rows = rows.prefetch_related("approvals")
    read = set(
        ProcedureReading.objects.filter(officer=user.pk).values_list("version_id", flat=True)
    )
    lines: dict[int, Line] = {}
    sides = sides_for(user)
    for version in rows:
        line = lines.setdefault(version.procedure_id, Line(version.procedure, sides))
        if version.shown_at is None and version.side != user.side:
            line.hidden = line.hidden or version.state in OPEN_TO_CHANGE
        elif version.holds:
            line.holding, line.read = version, version.pk in read
        elif version.state in OPEN_TO_CHANGE:
            line.prepared, line.open_comments = version, version.open_comments
        else:
            line.last = version
    found: dict[str, list[Line]] = {code: [] for code in read_kinds}
    for line in lines.values():
        if line.shown is not None:
            line.waits = _waits(user, read_kinds[line.procedure.kind], line)
            found[line.procedure.kind].append(line)
    return found


def _waits(user: Any, kind: Kind, line: Line) -> list[str]:
    """What of a procedure waits for `user`: approve, comments, review, read."""
    waits = []
    holding, prepared = line.holding, line.prepared
    if prepared is not None and prepared.state == ProcedureState.CONSULTATION:
        ready = prepared.effective_on is not None and not line.open_comments
        if ready and may_approve(user, kind) and user.side not in line.approved_by:
            waits.append("approve")
        if line.open_comments and prepares(user, prepared):
            waits.append("comments")
    if holding is not None:
        under_review = holding.state == ProcedureState.UNDER_REVIEW
        may_end = may_draft(user, kind) or may_approve(user, kind)
        if under_review and prepared is None and may_end:
            waits.append("review")
        if not line.read and reads(user, kind):
            waits.append("read")
    return waits


def chosen(lines: Iterable[Line], *, level: str = "", state: str = "") -> list[Line]:
    """Those of a level and with a version in a state; "" asks for every one."""
    return [
        line
        for line in lines
        if level in ("", line.procedure.level) and (not state or state in line.states)
    ]


def count_readers(lines: Iterable[Line], user: Any, kind: Kind) -> None:
    """Say at each line how many of each side have confirmed what holds, the own side first. Two
    statements."""
    held = {line.holding.pk: line for line in lines if line.holding is not None}
    for pk, counts in _read_by(held, user, kind).items():
        held[pk].readers = counts


def read_by(version: ProcedureVersion, user: Any, kind: Kind) -> list[ReadBy]:
    """How many of each side have confirmed a version that holds, the own side first."""
    return _read_by([version.pk], user, kind)[version.pk]


def _read_by(held: Collection[int], user: Any, kind: Kind) -> dict[int, list[ReadBy]]:
    if not held:
        return {}
    asked: dict[str, set[int]] = defaultdict(set)
    for posting in asked_to_read(kind):
        asked[posting.officer.side].add(posting.officer_id)
    confirmed: dict[int, set[int]] = defaultdict(set)
    rows = ProcedureReading.objects.filter(version__in=held, officer__side__in=SERVICES)
    for version, officer in rows.values_list("version_id", "officer_id"):
        confirmed[version].add(officer)
    return {
        pk: [
            ReadBy(side, len(asked[side] & confirmed[pk]), len(asked[side]))
            for side in sides_for(user)
        ]
        for pk in held
    }
