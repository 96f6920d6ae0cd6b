"""What an analyst may cite in a risk report: looked for among what the officer reads."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.http import Http404
from django.utils.translation import gettext_lazy

from bordercoop.errors import Invalid
from bordercoop.reference.sides import ZONE
from bordercoop.web.finding.query import read
from contactpoints.access import units_where
from incidents import search
from incidents.content import has_own_channel
from incidents.filters import filtered
from incidents.models import Incident, Share, Tlp

from .models import Anomaly, Fact, ReportCitation, Risk, RiskReport
from .report_shown import Shown, shown_citation
from .reports.citing import (
    anomaly_said,
    incident_said,
    levels_of,
    open_source_said,
    report_said,
    risk_said,
    sections_of,
)
from .section_codes import section_orders

MOST = 20
KINDS = {
    "incident": gettext_lazy("Incidents"),
    "open_source": gettext_lazy("Open sources"),
    "anomaly": gettext_lazy("Anomaly reports"),
    "risk": gettext_lazy("Risks of the register"),
    "report": gettext_lazy("Risk reports"),
}


@dataclass(frozen=True)
class Pick:
    """What is looked for. `since` and `until` are days as typed; `section` a code or `own`."""

    kind: str
    q: str
    since: str
    until: str
    section: str

    @classmethod
    def of(cls, query: Mapping[str, Any]) -> Pick:
        def typed(name: str, most: int) -> str:
            return " ".join(str(query.get(name, "")).replace("\x00", "").split())[:most]

        kind = typed("kind", 20)
        return cls(
            kind if kind in KINDS else "incident",
            typed("q", 100), typed("from", 10), typed("to", 10), typed("section", 3),
        )  # fmt: skip

    @property
    def shown(self) -> dict[str, str]:
        return {"q": self.q, "from": self.since, "to": self.until, "section": self.section}


@dataclass
class Found:
    rows: list[Shown] = field(default_factory=list)
    more: bool = False
    wrong: list[str] = field(default_factory=list)


def pick(report: RiskReport, asked: Pick, user: Any) -> Found:
    """The newest of what is asked for and `user` reads, each with its number where it is cited."""
    try:
        rows = _rows(report, asked, user)
    except Invalid as wrong:
        return Found(wrong=[str(text) for texts in wrong.fields.values() for text in texts])
    cited = _cited(report)
    for row in rows:
        row.cited = cited.get(row.key)
    return Found(rows[:MOST], more=len(rows) > MOST)


def picked(key: str, user: Any) -> Any:
    """The thing that a key such as `incident:UUID` names, if `user` reads it. Raises 404."""
    kind, _colon, text = key.partition(":")
    rows: dict[str, Any] = {
        "incident": Incident.objects, "open_source": Incident.objects,
        "anomaly": Anomaly.objects, "risk": Risk.objects, "report": RiskReport.objects,
    }  # fmt: skip
    try:
        uid = uuid.UUID(text)
    except ValueError as error:
        raise Http404 from error
    if kind not in rows:
        raise Http404
    found = rows[kind].visible_to(user).filter(uid=uid).first()
    if found is None:
        raise Http404
    return found


def _cited(report: RiskReport) -> dict[str, int]:
    rows = ReportCitation.objects.filter(report=report, removed_at=None)
    rows = rows.select_related("incident", "anomaly", "risk", "cited")
    found: dict[str, int] = {}
    for row in rows:
        what: Any = row.incident or row.anomaly or row.risk or row.cited
        found[f"{row.kind}:{what.uid}"] = row.number
    return found


def _rows(report: RiskReport, asked: Pick, user: Any) -> list[Shown]:
    if asked.kind in ("incident", "open_source"):
        return _incidents(report, asked, user)
    if asked.kind == "anomaly":
        anomalies = Anomaly.objects.visible_to(user)
        if asked.q:
            anomalies = anomalies.filter(words__icontains=asked.q)
        return [
            _shown("anomaly", row, anomaly_said(row, user.side), user)
            for row in anomalies[: MOST + 1]
        ]
    if asked.kind == "risk":
        query = read(asked.q) if asked.q else None
        risks = [
            row
            for row in Risk.objects.visible_to(user)
            if query is None or query.found_in(row.code, *row.title.values())
        ]
        risks = risks[: MOST + 1]
        levels = levels_of(risks, user.side)
        return [_shown("risk", row, risk_said(row, user.side, levels), user) for row in risks]
    reports = RiskReport.objects.visible_to(user).filter(side=user.side, number__isnull=False)
    reports = reports.filter(state__in=["approved", "disseminated", "superseded"])
    reports = reports.exclude(pk=report.pk)
    if not report.exercise:
        reports = reports.filter(exercise=False)
    if asked.q:
        reports = reports.filter(Q(title__icontains=asked.q) | Q(number__icontains=asked.q))
    return [_shown("report", row, report_said(row), user) for row in reports[: MOST + 1]]


def _incidents(report: RiskReport, asked: Pick, user: Any) -> list[Shown]:
    origin = "open_source" if asked.kind == "open_source" else "service"
    rows: Any = Share.objects.visible_to(user).exclude(number="")
    rows = rows.exclude(~Q(side=user.side), tlp=Tlp.RED)
    if not report.exercise:
        rows = rows.filter(exercise=False)
    zone = ZONE.get(user.side, "UTC")
    said = {"origin": origin, "since": asked.since, "until": asked.until}
    rows = filtered(rows, said, zone=zone, side=user.side)
    if asked.section:
        codes = report.sections if asked.section == "own" else [asked.section]
        orders = section_orders()
        numbers = [str(orders[code]) for code in codes if code in orders]
        ids = sorted(units_where(user, "view_incidents"))
        facts = Fact.objects.filter(section__in=numbers, holders__overlap=ids)
        rows = rows.filter(incident_id__in=facts.values("incident_id"))
    if asked.q:
        number = asked.q.upper().replace(" ", "")
        by_number = rows.filter(number__startswith=number)
        query = read(asked.q)
        rows = by_number if by_number.exists() else search.hits(rows, query, user)
    said_of = open_source_said if origin == "open_source" else incident_said
    found = list(rows.select_related("incident").newest()[: MOST + 1])
    sections = sections_of(found)
    return [
        _shown(asked.kind, share.incident, said_of(share, sections), user)
        for share in found
        if not has_own_channel(share.category)
    ]


def _shown(kind: str, row: Any, content: dict[str, Any], user: Any) -> Shown:
    one = shown_citation({"number": 0, **content}, user.side)
    one.key = f"{kind}:{row.uid}"
    return one
