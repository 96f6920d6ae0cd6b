"""A report as one reader sees it: the workspace, or the copy of its side. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from incidents.models import Share

from ..models import ReportReview, ReportSnapshot, ReportState, ReportStep, RiskReport
from ..models.reports import SENT
from .citing import (
    citations_for,
    incident_said,
    narrowed,
    sections_of,
    told_among,
    went_to,
    withheld_incident,
    withheld_of,
)
from .snapshot import digest_of_snapshot, snapshot_of

FROZEN = (ReportState.APPROVED, *SENT)


@dataclass(frozen=True)
class Shown:
    """`works`: the reader reads the workspace, so everything that is written. `snapshot` is what
    the reader reads, None of what was withdrawn; `digest` is that of what the whole side reads,
    which an approval names. `copy` is the frozen row where there is one, and `intact` says whether
    it still has its hash."""

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
            said = _read(report, copy.content, user)
            return Shown(report, works, said, copy.sha256, copy, intact)
    if not works:
        return Shown(report, False, None, "", None, True)
    now = snapshot_of(report, user.side)
    return Shown(report, works, _read(report, now, user), digest_of_snapshot(now), None, True)


def _read(report: RiskReport, said: dict[str, Any], user: Any) -> dict[str, Any]:
    return {**said, "citations": within_reach(report, said["citations"], user)}


def steps_read_by(report: RiskReport, user: Any) -> list[ReportStep]:
    """How it went, oldest first. What the leading side said to itself before it asked the other one
    that one does not read."""
    return _wordless(report.steps.select_related("by"), report.asked_of(user.side), user)


def reviews_read_by(report: RiskReport, user: Any) -> list[ReportReview]:
    """Its reviews, newest first, in the same way."""
    return _wordless(
        report.reviews.select_related("reviewer", "by"), report.asked_of(user.side), user
    )


def _wordless(rows: Any, since: datetime | None, user: Any) -> list[Any]:
    found = list(rows)
    for row in found:
        if since is not None and row.at <= since and row.by and row.by.side != user.side:
            row.words = ""
    return found


def previewed(report: RiskReport, user: Any) -> dict[str, Any]:
    """What the other side reads, for a writer of a report that is not joint: its copy once that was
    given. Of what is the other side's own (indicators, records) no more than `user` reads."""
    other = "BY" if user.side == "LV" else "LV"
    copy = report.snapshots.filter(side=other, edition=report.edition).first()
    said = copy.content if copy is not None else snapshot_of(report, other, counted=False)
    mine = {one["number"]: one for one in citations_read_by(report, user)}
    cited = [
        mine.get(one["number"]) if one.get("side") == other else one for one in said["citations"]
    ]
    return {**said, "figures": {}, "citations": [one for one in cited if one is not None]}


def citations_read_by(report: RiskReport, user: Any) -> list[dict[str, Any]]:
    """What stands of the citations as `user` reads them now."""
    return within_reach(report, citations_for(report, user.side), user)


def within_reach(
    report: RiskReport, cited: list[dict[str, Any]], user: Any
) -> list[dict[str, Any]]:
    """Citations without what `user` does not read: of an incident of the other side no more than a
    copy within reach says now, so neither another desk's nor one that was taken back; of a report
    of the other side nothing where that did not come, or was withdrawn."""
    rows = report.citations.filter(kind="incident").exclude(incident__side=user.side)
    foreign = {row.number: row for row in rows.select_related("incident")}
    ids = [row.incident.pk for row in foreign.values() if row.incident is not None]
    copies = Share.objects.visible_to(user).filter(incident_id__in=ids)
    held = {share.incident_id: share for share in copies} if ids else {}
    sections = sections_of(held.values())
    others = report.citations.filter(kind="report").exclude(cited__side=user.side)
    away = {row.number: row for row in others.select_related("cited")}
    told = told_among([row.cited for row in away.values() if row.cited], user.side)
    found = []
    for one in cited:
        if (named := away.get(one["number"])) is not None and named.cited is not None:
            came = one.get("withheld") or went_to(named.cited, user.side, told)
            found.append(one if came else {"number": one["number"], **withheld_of(named)})
            continue
        row = foreign.get(one["number"])
        if row is None or row.incident_id is None or one.get("withheld"):
            found.append(one)
        elif (share := held.get(row.incident_id)) is None:
            found.append({"number": one["number"], **withheld_incident(row, user.side)})
        else:
            found.append(narrowed(one, incident_said(share, sections)))
    return found
