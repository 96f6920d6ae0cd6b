"""What incidents ask of the unit tree. Reads only."""

from typing import Any

from django.utils.translation import ngettext

from contactpoints.models import Unit

from .models import Incident, State

ENDED = (State.CLOSED, State.WITHDRAWN, State.MERGED)


def what_holds(unit: Unit) -> list[Any]:
    """A sentence when incidents of the unit are not closed yet; says how many and nothing else."""
    own = Incident.objects.filter(unit=unit, origin=Incident.Origin.SERVICE)
    count = own.exclude(state__in=ENDED).count()
    if not count:
        return []
    return [
        ngettext(
            "%(count)s incident of it is not closed yet.",
            "%(count)s incidents of it are not closed yet.",
            count,
        )
        % {"count": count}
    ]
