"""What risk reports, the watch-list and public events ask of the unit tree. Reads only."""

from typing import Any

from django.db.models import Q
from django.utils.translation import ngettext

from contactpoints.models import Unit

from .models import EventItem, ReportState, RiskReport, WatchEntry
from .models.reports import IN_WORK


def what_holds(unit: Unit) -> list[Any]:
    """A sentence while reports that the unit writes have not gone out or been given up, while
    entries of the watch-list are its own, and while items of public events are open for it; says
    how many and nothing else."""
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
    items = EventItem.objects.open().filter(unit=unit)
    if count := items.exclude(event__phase="lessons_learned").count():
        sentence = ngettext(
            "%(count)s item of a public event's checklist that is for it is open.",
            "%(count)s items of public events' checklists that are for it are open.",
            count,
        )
        sentences.append(sentence % {"count": count})
    return sentences
