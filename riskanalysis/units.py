"""What risk reports ask of the unit tree. Reads only."""

from typing import Any

from django.db.models import Q
from django.utils.translation import ngettext

from contactpoints.models import Unit

from .models import ReportState, RiskReport
from .models.reports import IN_WORK


def what_holds(unit: Unit) -> list[Any]:
    """A sentence while reports that the unit writes have not gone out or been given up; says how
    many and nothing else."""
    own = RiskReport.objects.filter(Q(unit=unit) | Q(other_unit=unit))
    count = own.filter(state__in=[*IN_WORK, ReportState.APPROVED]).count()
    if not count:
        return []
    return [
        ngettext(
            "%(count)s risk report that it writes has not gone out yet.",
            "%(count)s risk reports that it writes have not gone out yet.",
            count,
        )
        % {"count": count}
    ]
