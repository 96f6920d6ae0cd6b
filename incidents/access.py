"""Through which unit an officer reads and works on an incident."""

from typing import Any

from django.utils.translation import gettext as _

from bordercoop.errors import Refused
from contactpoints.access import may, roles_of
from contactpoints.models import Unit

from .models import AdvanceNotice, Incident, Share


def share_for(user: Any, incident: Incident) -> Share:
    """The copy that `user` reads; the verbs of a side that was told hang on its unit.

    Raises Refused (404) when no copy lies within the reach of `user`.
    """
    share = (
        Share.objects.visible_to(user)
        .select_related("unit", "passed_by")
        .filter(incident=incident)
        .first()
    )
    if share is None:
        raise Refused(_("There is no such incident."), code="not_found", status=404)
    return share


def sender_for(user: Any, incident: Incident | AdvanceNotice) -> Unit:
    """In whose name an alert goes out: the officer's own desk, else the unit whose it is."""
    if user is not None:
        for _role, unit in roles_of(user):
            if unit.kind == Unit.Kind.DESK and may(user, "release_incidents", unit):
                return unit
    return incident.unit
