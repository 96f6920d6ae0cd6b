"""What sealed parts add to the frame and to the home page."""

from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from contactpoints.access import may_audit, units_where

from .models import SealedCopy, SealedReading


def navigation(user: Any) -> list[dict[str, Any]]:
    """The reading log, for who audits a side."""
    if not may_audit(user):
        return []
    return [
        {
            "url": reverse("sealed_readings"),
            "icon": "lock",
            "label": _("Readings of sealed parts"),
            "short": pgettext("navigation", "Readings"),
            "count": 0,
            "count_label": "",
        }
    ]


def tasks_of(user: Any) -> list[dict[str, Any]]:
    """For a desk: recalls of personal data to acknowledge, and copies nobody there has opened.

    Nothing at all where there is neither, so that the page says nothing about sealed parts.
    """
    if not units_where(user, "open_sealed"):
        return []
    opened = SealedReading.objects.filter(incident=OuterRef("incident"), desk=OuterRef("desk"))
    rows = SealedCopy.objects.at_desks_of(user).annotate(opened=Exists(opened))
    counts = rows.aggregate(
        recalled=Count("pk", filter=Q(recalled_at__isnull=False, acknowledged_at=None)),
        new=Count("pk", filter=Q(recalled_at=None, replaced_at=None, opened=False)),
    )
    tiles = []
    if count := counts["recalled"]:
        sentence = ngettext(
            "%(count)s recall of personal data waits to be acknowledged by your desk.",
            "%(count)s recalls of personal data wait to be acknowledged by your desk.",
            count,
        )
        tiles.append(_tile(user, _("Personal data recalled"), sentence, count, recalled=True))
    if count := counts["new"]:
        sentence = ngettext(
            "%(count)s release of personal data to your desk was not opened yet.",
            "%(count)s releases of personal data to your desk were not opened yet.",
            count,
        )
        tiles.append(_tile(user, _("Personal data released"), sentence, count, recalled=False))
    return tiles


def _tile(user: Any, title: str, sentence: str, count: int, *, recalled: bool) -> dict[str, Any]:
    """Leads to the oldest of them."""
    rows = SealedCopy.objects
    found = rows.to_acknowledge(user) if recalled else rows.visible_to(user)
    oldest = found.select_related("incident").order_by("pk")
    if not recalled:
        opened = SealedReading.objects.filter(incident=OuterRef("incident"), desk=OuterRef("desk"))
        oldest = oldest.exclude(Exists(opened))
    copy = oldest.first()
    url = reverse("incident_sealed", args=[copy.incident.uid]) if copy else reverse("incidents")
    return {
        "title": title,
        "sentence": sentence % {"count": count},
        "count": count,
        "url": url,
        "icon": "lock",
        "urgent": recalled,
    }
