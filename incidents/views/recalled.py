"""What a desk still sees of an incident that was taken back from it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from contactpoints.access import may
from contactpoints.actions import mark_opened
from contactpoints.models import Delivery

from ..models import Recall
from ..sealed_reading import recalls_waiting


def recalled_page(request: HttpRequest, uid: Any) -> HttpResponse | None:
    """What a desk still reads of an incident that was taken back from it; None for others."""
    user: Any = request.user
    recall = (
        Recall.objects.visible_to(user)
        .filter(incident__uid=uid)
        .select_related("desk", "by", "incident")
        .first()
    )
    if recall is None:
        return None
    deliveries = [
        d
        for d in Delivery.objects.about(recall.incident.ref).open().bare()
        if d.alert.takes_back and may(user, "acknowledge_alerts", d.desk_id)
    ]
    for delivery in deliveries:
        mark_opened(delivery, by=user)
    context = {
        "recall": recall,
        "incident": recall.incident,
        "deliveries": deliveries,
        "sealed": recalls_waiting(user, uid),
    }
    return render(request, "incidents/recalled.html", context)
