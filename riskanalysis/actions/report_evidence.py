"""What a risk report rests on: cited with a frozen content, and taken out again."""

from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.errors import NotAllowed, Refused
from incidents.access import share_for
from incidents.content import crosses, has_own_channel
from incidents.models import Incident, Tlp

from ..models import Anomaly, ReportCitation, ReportState, Risk, RiskReport
from ..reports.citing import (
    anomaly_said,
    incident_said,
    open_source_said,
    report_said,
    risk_said,
)
from .report_kit import changed, locked_report, no_report, require_writer

CITED_MOST = 200
Kind = ReportCitation.Kind
Citable = Incident | Anomaly | Risk | RiskReport


@transaction.atomic
def cite_in_report(report: RiskReport, what: Citable, *, by: Any) -> ReportCitation:
    """Cite something that `by` reads, as it stands now; it keeps its number for good.

    An incident is cited by the copy that the officer reads, with both gradings. Cited twice it is
    cited once; to cite a later version take the first one out. Raises Refused (404) for what `by`
    does not read.
    """
    report = locked_report(report, by)
    require_writer(report, by)
    facts = _facts_of(report, what, by)
    name = next(name for name in ("incident", "anomaly", "risk", "cited") if name in facts)
    known = report.citations.filter(removed_at=None, **{name: what}).first()
    if known is not None:
        return known
    numbers = report.citations.aggregate(last=Max("number"))["last"] or 0
    if numbers >= CITED_MOST:
        raise Refused(
            _("At most %(most)s things are cited in a report.") % {"most": CITED_MOST},
            code="too_many",
        )
    changed(report, by)
    return ReportCitation.objects.create(
        report=report, number=numbers + 1, side=by.side, by=by, **facts
    )


def _facts_of(report: RiskReport, what: Citable, by: Any) -> dict[str, Any]:
    if isinstance(what, Incident):
        return _incident(report, what, by)
    if not type(what).objects.visible_to(by).filter(pk=what.pk).exists():
        raise no_report()
    if isinstance(what, Anomaly):
        category = what.filters["category"]
        _stays(report, bool(category) and not crosses(category))
        return {"kind": Kind.ANOMALY, "anomaly": what, "content": anomaly_said(what, by.side)}
    if isinstance(what, Risk):
        content = risk_said(what, by.side)
        return {"kind": Kind.RISK, "risk": what, "version": what.edition, "content": content}
    if what.pk == report.pk or what.side != by.side or what.number is None:
        raise Refused(
            _("Cite an approved report of your side, and not this one."), code="not_citable"
        )
    _real(report, what.exercise)
    if what.state not in (ReportState.APPROVED, ReportState.DISSEMINATED, ReportState.SUPERSEDED):
        raise Refused(
            _("Cite an approved report of your side, and not this one."), code="not_citable"
        )
    content = report_said(what)
    return {"kind": Kind.REPORT, "cited": what, "version": what.edition, "content": content}


def _incident(report: RiskReport, what: Incident, by: Any) -> dict[str, Any]:
    share = share_for(by, what)
    if not share.number:
        raise Refused(_("A draft is not cited. Submit it first."), code="not_citable")
    _real(report, share.exercise)
    if has_own_channel(share.category) or has_own_channel(what.category.code):
        raise NotAllowed(_("A serious incident stays in its own channel and is not cited."))
    if share.side != by.side and share.tlp == Tlp.RED:
        raise NotAllowed(
            _("%(number)s is marked TLP:RED, so it is for its receivers alone and is not cited.")
            % {"number": share.number},
            code="tlp_red",
        )
    _stays(report, not (crosses(share.category) and crosses(what.category.code)))
    public = what.origin == Incident.Origin.OPEN_SOURCE
    return {
        "kind": Kind.OPEN_SOURCE if public else Kind.INCIDENT,
        "incident": what,
        "version": share.version,
        "content": open_source_said(share) if public else incident_said(share),
    }


def _real(report: RiskReport, exercise: bool) -> None:
    if exercise and not report.exercise:
        raise Refused(
            _("This is of an exercise, so a real report does not cite it."), code="exercise"
        )


def _stays(report: RiskReport, never: bool) -> None:
    if never and report.invited_at is not None:
        raise Refused(
            _("This never leaves its side, so a report of both sides does not cite it."),
            code="never_crosses",
        )


@transaction.atomic
def remove_citation(report: RiskReport, number: int, *, by: Any) -> ReportCitation:
    """Take a citation out; its number is not given again. Refused while a judgement rests on it.
    Taken out twice it is out once."""
    report = locked_report(report, by)
    require_writer(report, by)
    row = report.citations.filter(number=number).first()
    if row is None:
        raise no_report()
    if not report.owned_by(by.side, row.side):
        raise NotAllowed(_("The side that cited it takes it out."), code="other_side")
    if row.removed_at is not None:
        return row
    resting = report.judgements.filter(removed_at=None, cites__contains=[number])
    if numbers := [str(n) for n in resting.values_list("number", flat=True)]:
        raise Refused(
            _("Judgement %(numbers)s rests on it. Change that first.")
            % {"numbers": ", ".join(numbers)},
            code="rests_on_it",
        )
    changed(report, by)
    row.removed_at, row.removed_by = now(), by
    row.save(update_fields=["removed_at", "removed_by"])
    return row
