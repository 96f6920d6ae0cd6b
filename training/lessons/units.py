"""What recommendations ask of the unit tree. Reads only."""

from typing import Any

from django.utils.translation import ngettext

from contactpoints.models import Unit

from .models import Recommendation


def what_holds(unit: Unit) -> list[Any]:
    """A sentence when recommendations are under way that the unit carries out."""
    count = Recommendation.objects.under_way().filter(owner_unit=unit).count()
    if not count:
        return []
    sentence = ngettext(
        "%(count)s recommendation is for it to carry out.",
        "%(count)s recommendations are for it to carry out.",
        count,
    )
    return [sentence % {"count": count}]
