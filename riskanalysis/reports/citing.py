"""What a citation says, to the side that cites and to the other one. Reads only.

The other side reads of an incident what it holds itself, and of everything else what was put to
both. Of the rest it reads that something of a kind was cited, with category and week; of what never
crosses nothing at all.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Q

from bordercoop.reference.sides import ZONE
from incidents.content import crosses
from incidents.grading import in_words
from incidents.models import Share, Tlp
from incidents.open_source import CREDIT

from ..models import Assessment, ReportCitation, ReportTold, RiskReport
from ..models.reports import SENT
from ..wordings import said

SECTIONS = "SELECT incident_id, holders, section FROM public.riskanalysis_facts_of(%s::bigint[])"
SOURCE, LICENCE = CREDIT.split(", ")
# Of a citation these stay as they were frozen, whatever the reader's side still holds.
KEPT = ("number", "kind", "ref", "side", "version", "language")
URL = "https://missingmigrants.iom.int/downloads"


# --- what the citing side freezes


def incident_said(share: Share, sections: Mapping[int, str] | None = None) -> dict[str, Any]:
    """An incident as one copy says it: no text but the headline, nobody's name or document. Of many
    copies the `sections` are found together."""
    graded = in_words(share.grading)
    return {
        "kind": "incident",
        "ref": share.number,
        "side": share.side,
        "version": share.version,
        "headline": share.headline,
        "language": share.fields.get("language") or "",
        "occurred_at": share.happened_at.isoformat() if share.happened_at else None,
        "precision": share.happened_precision,
        "section": (sections_of([share]) if sections is None else sections)[share.pk],
        "place": share.place,
        "position": _position(share),
        "category": share.category,
        "week": _week(share),
        "handling": share.handling,
        "tlp": share.tlp,
        "scale": graded.scale if graded else "",
        "source_grade": graded.source.code if graded else "",
        "information_grade": graded.information.code if graded else "",
        "other_scale": graded.other_scale if graded else "",
        "other_source_grade": graded.other_source.code if graded else "",
        "other_information_grade": graded.other_information.code if graded else "",
        "validation": str(share.validation),
    }


def open_source_said(share: Share, sections: Mapping[int, str] | None = None) -> dict[str, Any]:
    """A record of a public source, with whom to credit."""
    return {
        "kind": "open_source",
        "ref": share.number,
        "version": share.version,
        "title": share.headline,
        "source": SOURCE,
        "published": share.happened_at.strftime("%Y-%m") if share.happened_at else "",
        "url": URL,
        "licence": LICENCE,
        "occurred_at": share.happened_at.isoformat() if share.happened_at else None,
        "precision": share.happened_precision,
        "section": (sections_of([share]) if sections is None else sections)[share.pk],
        "position": _position(share),
        "category": share.category,
        "week": _week(share),
    }


def anomaly_said(anomaly: Any, side: str) -> dict[str, Any]:
    own = anomaly.side == side
    year, week, _day = anomaly.week.isocalendar()
    last = (anomaly.series if own else anomaly.common)["weeks"][-1]
    return {
        "kind": "anomaly",
        "ref": str(anomaly.uid),
        "side": anomaly.side,
        "week": f"{year}-W{week:02d}",
        "category": anomaly.filters["category"],
        "section": _code(anomaly.filters["section"]),
        "title": anomaly.words[:200],
        "count": last["count"],
        "usual": None if last["high"] is None else [last["low"], last["high"]],
    }


def risk_said(risk: Any, side: str, levels: Mapping[int, str] | None = None) -> dict[str, Any]:
    levels = levels_of([risk], side) if levels is None else levels
    return {
        "kind": "risk",
        "ref": risk.code,
        "uid": str(risk.uid),
        "side": risk.side,
        "title": said(risk.title, risk.language, risk.language).text,
        "language": risk.language,
        "edition": risk.edition,
        "level": levels.get(risk.pk, ""),
    }


def report_said(report: RiskReport) -> dict[str, Any]:
    return {
        "kind": "report",
        "ref": report.number,
        "uid": str(report.uid),
        "side": report.side,
        "title": report.title,
        "level": report.level,
        "version": report.edition,
        "period": [report.starts_on.isoformat(), report.ends_on.isoformat()],
    }


def _position(share: Share) -> list[float] | None:
    if share.lat is None or share.lon is None:
        return None
    return [round(share.lat, 5), round(share.lon, 5)]


def sections_of(shares: Iterable[Share]) -> dict[int, str]:
    """Section by the id of the copy, by what this copy says of the place alone; one statement."""
    shares = list(shares)
    if not shares:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(SECTIONS, [sorted({share.incident_id for share in shares})])
        known = {
            (incident, unit): _code(section)
            for incident, holders, section in cursor.fetchall()
            for unit in holders
        }
    return {share.pk: known.get((share.incident_id, share.unit_id), "") for share in shares}


def levels_of(risks: Iterable[Any], side: str) -> dict[int, str]:
    """The level of each of these risks as `side` reads it, by id; one statement."""
    ids = [risk.pk for risk in risks]
    if not ids:
        return {}
    rows = Assessment.objects.filter(Q(risk__side=side) | Q(given_at__isnull=False), risk__in=ids)
    newest = rows.order_by("risk_id", "-at", "-pk").distinct("risk_id")
    return {row.risk_id: row.band for row in newest}


def told_among(reports: Iterable[RiskReport], side: str) -> set[int]:
    """Ids of those of which a unit of `side` was told; one statement."""
    ids = [report.pk for report in reports]
    rows = ReportTold.objects.filter(report__in=ids, unit__side=side) if ids else []
    return {row.report_id for row in rows}


def _code(section: str) -> str:
    return f"S{int(section):02}" if section and section.isdigit() else ""


# --- what a side reads


def citations_for(report: RiskReport, side: str) -> list[dict[str, Any]]:
    """What stands of the citations of a report as `side` reads them, with their numbers. Those that
    it may not know of are left out."""
    rows = list(
        report.citations.filter(removed_at=None).select_related(
            "incident__category", "anomaly", "risk", "cited"
        )
    )
    known = known_to(side, rows)
    found = []
    for row in rows:
        content = said_to(row, side, known)
        if content is not None:
            found.append({"number": row.number, **content})
    return found


@dataclass(frozen=True)
class Known:
    """What `said_to` asks about the cited things, found for all of them together: the copies by
    which the side knows incidents of the other one, their sections, levels of risks, and of which
    reports the side was told."""

    held: Mapping[int, Share]
    sections: Mapping[int, str]
    levels: Mapping[int, str]
    told: Collection[int]


def known_to(side: str, rows: Iterable[ReportCitation]) -> Known:
    rows = list(rows)
    held = held_by(side, [r.incident.pk for r in rows if r.incident and r.incident.side != side])
    return Known(
        held,
        sections_of(held.values()),
        levels_of([row.risk for row in rows if row.risk is not None], side),
        told_among([row.cited for row in rows if row.cited is not None], side),
    )


def held_by(side: str, incidents: Iterable[int]) -> dict[int, Share]:
    """The copy by which a side knows each of these incidents; one that only its receiver may read
    (TLP:RED) makes its whole side know nothing."""
    rows = Share.objects.filter(incident_id__in=list(incidents), unit__side=side)
    known: dict[int, Share] = {}
    for share in rows.exclude(tlp=Tlp.RED).order_by("precedence", "pk"):
        known[share.incident_id] = share
    return known


def said_to(row: ReportCitation, side: str, known: Known) -> dict[str, Any] | None:
    """One citation as `side` reads it; None for what that side never learns of."""
    if row.incident is not None and row.kind == ReportCitation.Kind.INCIDENT:
        if row.incident.side == side:
            return dict(row.content)
        if not crosses(row.content["category"]) or not crosses(row.incident.category.code):
            return None
        share = known.held.get(row.incident.pk)
        if share is None:
            return withheld_incident(row, side)
        said_now = incident_said(share, known.sections)
        return narrowed(row.content, said_now) if row.side == side else said_now
    if row.side == side or row.kind == ReportCitation.Kind.OPEN_SOURCE:
        return dict(row.content)
    if row.anomaly is not None:
        category = row.anomaly.filters["category"]
        if category and not crosses(category):
            return None
        if row.anomaly.side != side and row.anomaly.shared_at is None:
            return withheld_of(row, category=category, week=row.content["week"])
        return anomaly_said(row.anomaly, side)
    if row.risk is not None:
        if row.risk.side != side and row.risk.shared_at is None:
            return withheld_of(row)
        return risk_said(row.risk, side, known.levels)
    if row.cited is not None and went_to(row.cited, side, known.told):
        return report_said(row.cited)
    return withheld_of(row)


def went_to(report: RiskReport, side: str, told: Collection[int]) -> bool:
    """`told`: ids of reports of which the side was told."""
    if report.joint or report.side == side:
        return True
    goes = report.state in SENT and report.withdrawn_at is None and report.tlp != Tlp.RED
    return goes and report.pk in told


def withheld_of(row: ReportCitation, **known: Any) -> dict[str, Any]:
    """ "An incident of Latvia, number withheld"."""
    return {
        "kind": str(row.kind),
        "ref": "",
        "side": row.content.get("side") or row.side,
        "withheld": True,
        **known,
    }


def withheld_incident(row: ReportCitation, side: str) -> dict[str, Any]:
    """Of an incident that `side` does not hold: whose it is, its category and week. Where that side
    cited it itself, a recall leaves it the number."""
    found = withheld_of(row, category=row.content["category"], week=row.content["week"])
    return {**found, "ref": row.content["ref"]} if row.side == side else found


def narrowed(frozen: dict[str, Any], now: dict[str, Any]) -> dict[str, Any]:
    """What was frozen of an incident, without what the reader's copy does not say any more."""
    return {
        key: value if key in KEPT or now.get(key) else now.get(key) for key, value in frozen.items()
    }


def _week(share: Share) -> str:
    """The Monday of the week in which it was reported, on the clock of its side, as the indicators
    count it: when it happened is a field that is released or not."""
    at = share.reported_at.astimezone(ZoneInfo(ZONE.get(share.side, "UTC")))
    return (at.date() - timedelta(days=at.weekday())).isoformat()


def never_crossing(report: RiskReport) -> list[int]:
    """Numbers of the citations that the other side may not even know of."""
    rows = report.citations.filter(removed_at=None).select_related("incident__category", "anomaly")
    return [row.number for row in rows if _never(row)]


def _never(row: ReportCitation) -> bool:
    if row.incident is not None:
        return not (crosses(row.content["category"]) and crosses(row.incident.category.code))
    category = row.anomaly.filters["category"] if row.anomaly is not None else ""
    return bool(category) and not crosses(category)


def unread_by_other(report: RiskReport) -> list[tuple[int, str]]:
    """(number, "withheld" or "left_out") of what the other side cannot read, told to the author
    before the report goes."""
    other = "BY" if report.side == "LV" else "LV"
    read = {one["number"]: one for one in citations_for(report, other)}
    numbers = report.citations.filter(removed_at=None).values_list("number", flat=True)
    found = []
    for number in numbers:
        if number not in read:
            found.append((number, "left_out"))
        elif read[number].get("withheld"):
            found.append((number, "withheld"))
    return found
