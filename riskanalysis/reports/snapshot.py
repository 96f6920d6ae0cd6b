"""The snapshot of a report: what the page, the paper, the API and the other side's copy are of."""

from __future__ import annotations

from typing import Any

from bordercoop.access.models import User

from ..indicators import digest_of
from ..models import ReportReview, RiskReport
from .citing import citations_for
from .figures import figures_of
from .steps import step_of

# These come with the approval, so its hash cannot be of them.
LATER = ("number", "approvals")


def digest_of_snapshot(snapshot: dict[str, Any]) -> str:
    """SHA-256 of a snapshot without its number and its approvals."""
    return digest_of({key: value for key, value in snapshot.items() if key not in LATER})


def snapshot_of(report: RiskReport, side: str = "", *, counted: bool = True) -> dict[str, Any]:
    """What `side` (the leading one without) reads of a report as it stands now, as plain JSON; the
    indicators, which are those of `side` itself, only where they are to be `counted`."""
    side = side or report.side
    cited = citations_for(report, side)
    known = {one["number"] for one in cited}
    version = report.version
    return {
        "number": report.number or "",
        "title": report.title,
        "language": report.language,
        "level": report.level,
        "side": report.side,
        "joint": report.joint,
        "exercise": report.exercise,
        "unit": report.unit.code,
        "other_unit": report.other_unit.code if report.other_unit else "",
        "period": [report.starts_on.isoformat(), report.ends_on.isoformat()],
        "sections": list(report.sections),
        "places": list(report.places),
        "marking": {
            "handling": report.handling, "tlp": report.tlp, "restriction": report.restriction,
        },
        "sop": {
            "code": report.sop,
            "number": version.number if version else None,
            "sha256": version.sha256 if version else "",
            "title": version.text_of(version.content["title"], report.language) if version else "",
        },
        "authors": _authors(report),
        "reviewer": _reviewer(report),
        "approvals": approvals_said(report),
        "parts": [
            {
                "step": part.number,
                "title": _title(report, part),
                "side": part.side,
                "state": part.state,
                # What stands in a step that was left out is shown to nobody.
                "text": "" if part.state == "skipped" else part.text,
                "reason": part.reason,
            }
            for part in report.parts.all()
        ],
        "judgements": [
            {
                "number": one.number,
                "text": one.text,
                "probability": one.probability,
                "confidence": one.confidence,
                "alternative": one.alternative,
                "cites": [number for number in one.cites if number in known],
                "no_cites": one.no_cites,
            }
            for one in report.judgements.standing()
        ],
        "recommendations": [
            {
                "number": one.number,
                "text": one.text,
                "owner": one.unit.code,
                "due": one.due.isoformat(),
            }
            for one in report.recommendations.standing().select_related("unit")
        ],
        "citations": cited,
        "figures": (report.figures.get(side) or figures_of(report, side)) if counted else {},
    }  # fmt: skip


def _title(report: RiskReport, part: Any) -> str:
    if report.version is None:
        return str(part.code)
    return report.version.text_of(step_of(report, part).get("title"), report.language)


def _person(user: Any) -> dict[str, Any]:
    return {"side": user.side, "name": user.display_name}


def _authors(report: RiskReport) -> list[dict[str, Any]]:
    """Whoever wrote any of it, the author first."""
    people = {user.pk: user for user in User.objects.filter(pk__in=report.writers)}
    order = sorted(report.writers, key=lambda pk: pk != report.author_id)
    return [_person(people[pk]) for pk in order if pk in people]


def _reviewer(report: RiskReport) -> dict[str, Any] | None:
    passed = report.reviews.filter(outcome=ReportReview.Outcome.PASSED)
    review = passed.select_related("reviewer").first()
    return _person(review.reviewer) if review else None


def approvals_said(report: RiskReport) -> list[dict[str, Any]]:
    rows = report.approvals.filter(voided_at=None).select_related("by")
    return [{**_person(row.by), "side": row.side, "at": row.at.isoformat()} for row in rows]
