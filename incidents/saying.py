"""Standard phrases in the timeline of an incident."""

from typing import Any
from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from contactpoints.access import SERVICES, may
from contactpoints.purposes import Deed, Purpose
from contactpoints.saying import Said

from . import actions
from .access import share_for
from .models import Audience, Incident


def note(user: Any, uid: UUID) -> Purpose:
    """A note for both sides, or for the own one. Raises Http404 for who may not write any."""
    incident = get_object_or_404(Incident.objects.visible_to(user), uid=uid)
    share = share_for(user, incident)
    if not may(user, "annotate_incidents", share.unit):
        raise Http404
    back = reverse("incident", args=[uid])

    def do(deed: str, said: Said, ref: UUID) -> str:
        actions.add_note(incident, text=said, audience=deed, client_ref=ref, by=user)
        return f"{back}#tl"

    return Purpose(
        _("Note a standard phrase"),
        share.number,
        back,
        [side.value for side in SERVICES if side != user.side],
        [
            Deed(Audience.SHARED.value, _("Add for both sides"), "arrows-exchange"),
            Deed(Audience.OWN.value, _("Add for the own side only"), "lock"),
        ],
        do,
    )
