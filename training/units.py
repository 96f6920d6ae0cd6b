"""What activities ask of the unit tree. Reads only."""

from typing import Any

from django.utils.translation import ngettext

from contactpoints.models import Unit

from .models import Activity, Participation
from .models.people import COMING


def what_holds(unit: Unit) -> list[Any]:
    """Sentences when activities that the unit coordinates are not reported yet, or officers whom it
    nominated may still come; they say how many and nothing else."""
    found = []
    if count := Activity.objects.filter(unit=unit).going_on().count():
        found.append(
            ngettext(
                "%(count)s activity of it is not reported yet.",
                "%(count)s activities of it are not reported yet.",
                count,
            )
            % {"count": count}
        )
    parts = Participation.objects.filter(unit=unit, state__in=COMING)
    if count := parts.filter(activity__in=Activity.objects.going_on()).count():
        found.append(
            ngettext(
                "%(count)s officer whom it nominated may still take part in an activity.",
                "%(count)s officers whom it nominated may still take part in activities.",
                count,
            )
            % {"count": count}
        )
    return found
