"""What deployments ask of the unit tree. Reads only."""

from typing import Any

from django.utils.translation import ngettext

from contactpoints.models import Unit

from .models import Deployment


def what_holds(unit: Unit) -> list[Any]:
    """A sentence when deployments to the unit are going on."""
    count = Deployment.objects.going_on().filter(unit=unit).count()
    if not count:
        return []
    sentence = ngettext(
        "%(count)s deployment to it is going on.",
        "%(count)s deployments to it are going on.",
        count,
    )
    return [sentence % {"count": count}]
