"""What a risk report rests on: incidents, open sources, anomalies, risks, and other reports."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from incidents.models import Incident

from .anomalies import Anomaly
from .report_parts import Numbered, OfWorkspace, stays_with_the_report
from .reports import RiskReport
from .risks import Risk

TARGETS = {
    "incident": "incident",
    "open_source": "incident",
    "anomaly": "anomaly",
    "risk": "risk",
    "report": "cited",
}


def _one_target() -> Q:
    found = Q()
    for kind, name in TARGETS.items():
        others = {f"{one}__isnull": one != name for one in set(TARGETS.values())}
        found |= Q(kind=kind, **others)
    return found


class ReportCitation(Numbered):
    """Something that a report rests on, as the citing side read it then.

    `content` is frozen; docs/risk-reports.md lists its keys by kind. The other side never reads it
    as it stands: `riskanalysis.reports.citations_for` says what it reads instead.
    """

    class Kind(models.TextChoices):
        INCIDENT = "incident", pgettext_lazy("citation", "Incident")
        OPEN_SOURCE = "open_source", pgettext_lazy("citation", "Open source")
        ANOMALY = "anomaly", pgettext_lazy("citation", "Anomaly report")
        RISK = "risk", pgettext_lazy("citation", "Risk of the register")
        REPORT = "report", pgettext_lazy("citation", "Risk report")

    report = models.ForeignKey(
        RiskReport, on_delete=models.PROTECT, related_name="citations", db_index=False
    )
    kind = models.CharField(max_length=11, choices=Kind.choices)
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, null=True, related_name="+")
    anomaly = models.ForeignKey(Anomaly, on_delete=models.PROTECT, null=True, related_name="+")
    risk = models.ForeignKey(Risk, on_delete=models.PROTECT, null=True, related_name="+")
    cited = models.ForeignKey(
        RiskReport, on_delete=models.PROTECT, null=True, related_name="cited_by"
    )
    # Of the incident or the report; the edition of a risk.
    version = models.PositiveIntegerField(null=True)
    content = models.JSONField()

    objects = OfWorkspace.as_manager()

    class Meta(Numbered.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["report", "number"], name="citation_of_a_report_counted_once"
            ),
            models.CheckConstraint(name="a_citation_is_of_one_thing", condition=_one_target()),
            *(
                models.UniqueConstraint(
                    fields=["report", name],
                    condition=Q(removed_at=None, **{f"{name}__isnull": False}),
                    name=f"{name}_cited_once_in_a_report",
                )
                for name in ("incident", "anomaly", "risk", "cited")
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="citation_of_a_report_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="citation_of_a_report_is_frozen", exclude=["removed_at", "removed_by"]
            ),
            stays_with_the_report("citation_stays_as_it_was_approved"),
        ]

    def __str__(self) -> str:
        return f"{self.report_id} {self.number}"
