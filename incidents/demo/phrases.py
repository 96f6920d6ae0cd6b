"""Standard phrases in the demo: notes that both sides read in their own language, and an update."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import time_machine
from django.db.models import Q
from django.utils.timezone import now

from bordercoop.audit.models import Entry
from contactpoints.actions import (
    acknowledge_delivery,
    mark_delivered,
    mark_opened,
    mark_sent,
    update_alert,
)
from contactpoints.models import Alert, Delivery
from contactpoints.saying import say

from .. import actions
from ..models import Audience, Incident, Note
from .people import WATCHES


def say_phrases(people: Mapping[str, Any]) -> None:
    """Once: after the latest accepted alert from Daugavpils to Polotsk."""
    if Note.objects.filter(said__isnull=False).exists():
        return
    taken = Delivery.objects.filter(
        alert__about__startswith="incident:",
        alert__kind=Alert.Kind.ALERT,
        alert__sender__code="DESK-DGP",
        desk__code="DESK-POL",
        accepted_at__isnull=False,
        recalled_at=None,
    )
    delivery = taken.select_related("alert", "desk").order_by("-accepted_at").first()
    if delivery is None or delivery.accepted_at is None:
        return
    theirs, ours = people[WATCHES["DESK-POL"]], people[WATCHES["DESK-DGP"]]
    uid = delivery.alert.about.partition(":")[2]
    incident = Incident.objects.get(uid=uid)
    # The week goes on from where it stands; nothing of it is still to come.
    of_alerts = Q(about__startswith="incident:") | Q(about__startswith="delivery:")
    at = Entry.objects.filter(of_alerts | Q(about__startswith="alert:")).latest("at").at
    step = min(timedelta(minutes=3), (now() - at) / 5)
    with time_machine.travel(at + step, tick=False):
        sent = say("patrol_sent_sign", {"sign": "214", "time": at + timedelta(minutes=25)})
        actions.add_note(incident, text=sent, audience=Audience.SHARED, by=theirs)
    with time_machine.travel(at + step * 2, tick=False):
        seen = say("tracks_found", {"sign": "214", "time": at})
        update = update_alert(delivery.alert, line=seen, by=ours)
    assert update is not None  # no pause stands in the demo
    with time_machine.travel(at + step * 3, tick=False):
        asked = update.deliveries.get(desk=delivery.desk)
        mark_sent(asked)
        mark_delivered(asked)
        mark_opened(asked, by=theirs)
        asked.refresh_from_db()
        acknowledge_delivery(asked, line=say("read_acting"), by=theirs)
        nothing = say("nothing_found", {"until": at + step * 3})
        actions.add_note(incident, text=nothing, audience=Audience.SHARED, by=theirs)
