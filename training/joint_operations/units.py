"""What joint operations ask of the unit tree. Reads only."""

from typing import Any

from django.utils.translation import ngettext

from contactpoints.models import Unit

from .models import JointOperation


def what_holds(unit: Unit) -> list[Any]:
    """A sentence when joint operations that the unit coordinates are not evaluated yet."""
    count = JointOperation.objects.going_on().filter(unit=unit).count()
    if not count:
        return []
    sentence = ngettext(
        "%(count)s joint operation of it is not evaluated yet.",
        "%(count)s joint operations of it are not evaluated yet.",
        count,
    )
    return [sentence % {"count": count}]
