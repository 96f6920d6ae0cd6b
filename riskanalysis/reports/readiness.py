"""What keeps a report from its review. Reads only."""

from __future__ import annotations

from django.utils.translation import gettext as _

from incidents import handling

from ..models import RiskReport


def missing_for_review(report: RiskReport) -> list[str]:
    """What keeps a report from its review, as sentences; [] for nothing."""
    found = [
        _("Step %(step)s is open: finish it, or say why it is left out.") % {"step": part.number}
        for part in report.parts.filter(state="open", road=False)
    ]
    judgements = list(report.judgements.standing())
    if not judgements:
        found.append(_("Write at least one judgement."))
    for one in judgements:
        said = {"number": one.number}
        if not one.probability or not one.confidence:
            found.append(_("Judgement %(number)s needs its probability and confidence.") % said)
        if not one.cites and not one.no_cites:
            found.append(
                _("Judgement %(number)s cites nothing: cite something, or say why not.") % said
            )
    for advice in report.recommendations.standing().exclude(unit__side__in=report.sides):
        found.append(
            _("Recommendation %(number)s names a unit of a side that does not write the report.")
            % {"number": advice.number}
        )
    found += too_loose(report)
    return found


def too_loose(report: RiskReport) -> list[str]:
    """A report is marked at least as strictly as the incidents that it cites: those of the citing
    side as they are now, those of the other one, or of a side that left, as the copy was."""
    rows = report.citations.filter(removed_at=None, kind="incident").select_related("incident")
    mine, found = handling.of(report), []
    for row in rows:
        stays = row.side in report.sides
        own = stays and row.incident is not None and row.incident.side == row.side
        marked = handling.of(row.incident if own else row.content)
        if not mine.covers(marked):
            sentence = _("Citation %(number)s is marked %(marking)s: mark the report as strictly.")
            found.append(sentence % {"number": row.number, "marking": handling.said_of(marked)})
    return found
