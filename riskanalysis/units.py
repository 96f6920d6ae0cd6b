"""What risk reports and the watch-list ask of the unit tree. Reads only."""

from typing import Any

from django.db.models import Q
from django.utils.translation import ngettext

from contactpoints.models import Unit

from .models import ReportState, RiskReport, WatchEntry
from .models.reports import IN_WORK


def what_holds(unit: Unit) -> list[Any]:
    """A sentence while reports that the unit writes have not gone out or been given up, and while
    entries of the watch-list are its own; says how many and nothing else."""
    own = RiskReport.objects.filter(Q(unit=unit) | Q(other_unit=unit))
    sentences = []
    if count := own.filter(state__in=[*IN_WORK, ReportState.APPROVED]).count():
        sentence = ngettext(
            "%(count)s risk report that it writes has not gone out yet.",
            "%(count)s risk reports that it writes have not gone out yet.",
            count,
        )
        sentences.append(sentence % {"count": count})
    if count := WatchEntry.objects.filter(unit=unit).going_on().count():
        sentence = ngettext(
            "%(count)s entry of the watch-list that it owns is a draft or in force.",
            "%(count)s entries of the watch-list that it owns are drafts or in force.",
            count,
        )
        sentences.append(sentence % {"count": count})
    return sentences
