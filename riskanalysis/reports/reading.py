"""A report as one reader sees it: the workspace, or the copy of its side. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..models import ReportSnapshot, ReportState, RiskReport
from ..models.reports import SENT
from .citing import held_by, incident_said, narrowed, withheld_incident
from .snapshot import digest_of_snapshot, snapshot_of

FROZEN = (ReportState.APPROVED, *SENT)


@dataclass(frozen=True)
class Shown:
    """`works`: the reader reads the workspace, so everything that is written. `snapshot` is what
    its side reads, None of what was withdrawn from it; `digest` is what an approval names. `copy`
    is the frozen row where there is one, and `intact` says whether it still has its hash."""

    row: RiskReport
    works: bool
    snapshot: dict[str, Any] | None
    digest: str
    copy: ReportSnapshot | None
    intact: bool


def works_on(report: RiskReport, user: Any) -> bool:
    return RiskReport.objects.worked_by(user).filter(pk=report.pk).exists()


def shown(report: RiskReport, user: Any) -> Shown:
    """`report` is one of those that `user` reads. Outside its workspace nothing but the copy that
    was frozen for the reader's side is ever read."""
    works = works_on(report, user)
    if report.withdrawn_at is not None and user.side not in report.sides:
        return Shown(report, False, None, "", None, True)
    if report.state in FROZEN:
        copy = report.snapshots.filter(side=user.side, edition=report.edition).first()
        if copy is not None:
            intact = digest_of_snapshot(copy.content) == copy.sha256
            return Shown(report, works, still_read(report, copy), copy.sha256, copy, intact)
    if not works:
        return Shown(report, False, None, "", None, True)
    now = snapshot_of(report, user.side)
    return Shown(report, works, now, digest_of_snapshot(now), None, True)


def still_read(report: RiskReport, copy: ReportSnapshot) -> dict[str, Any]:
    """A frozen copy without what was taken back since from the side that reads it: of an incident
    of the other side it reads no more than it holds now."""
    rows = report.citations.filter(kind="incident").exclude(incident__side=copy.side)
    foreign = {row.number: row for row in rows.select_related("incident")}
    held = held_by(copy.side, [row.incident_id for row in foreign.values() if row.incident_id])
    cited = []
    for one in copy.content["citations"]:
        row = foreign.get(one["number"])
        if row is None or row.incident_id is None or one.get("withheld"):
            cited.append(one)
        elif (share := held.get(row.incident_id)) is None:
            cited.append({"number": one["number"], **withheld_incident(row, copy.side)})
        else:
            cited.append(narrowed(one, incident_said(share)))
    return {**copy.content, "citations": cited}
