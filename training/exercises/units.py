"""What exercises ask of the unit tree. Reads only."""

from typing import Any

from django.db.models import Q
from django.utils.translation import ngettext

from contactpoints.models import Unit

from .models import Exercise, Inject
from .models.exercises import PLAYED


def what_holds(unit: Unit) -> list[Any]:
    """A sentence when exercises that are put to both or played are of the unit, or reach it."""
    reached = Inject.objects.standing().filter(desks__contains=[unit.code]).values("exercise")
    rows = Exercise.objects.filter(Q(unit=unit) | Q(pk__in=reached), state__in=("put", *PLAYED))
    if not (count := rows.count()):
        return []
    sentence = ngettext(
        "%(count)s exercise in which it takes part is ahead or played.",
        "%(count)s exercises in which it takes part are ahead or played.",
        count,
    )
    return [sentence % {"count": count}]
