"""What this app adds to the frame and to the home page."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from contactpoints.access import units_where
from contactpoints.models import root_of

from .actions.summaries import SIDES
from .models import Consent, Incident, Share, State, Summary

MOST = 1000
DUE_DAY = 15
RECENT = timedelta(days=7)


def navigation(user: Any) -> list[dict[str, Any]]:
    """Logging for those who may, the list for those who may read."""
    items = []
    if units_where(user, "report_incidents"):
        items.append(
            {
                "url": reverse("incident_new"),
                "icon": "plus",
                "label": _("New incident"),
                "short": pgettext("navigation", "New"),
                "count": 0,
                "count_label": "",
            }
        )
    if units_where(user, "view_incidents"):
        items.append(
            {
                "url": reverse("incidents"),
                "icon": "list-details",
                "label": _("Incidents"),
                "short": pgettext("navigation", "Incidents"),
                "count": 0,
                "count_label": "",
            }
        )
    return items


def _tile(
    title: str, sentence: str, nothing: str, count: int, query: str, icon: str
) -> dict[str, Any]:
    return {
        "title": title,
        "sentence": sentence % {"count": count} if count else nothing,
        "count": count,
        "url": f"{reverse('incidents')}?{query}" if query else reverse("incidents"),
        "icon": icon,
        "urgent": False,
    }


def _to_verify(user: Any, own: Any, ids: Any) -> dict[str, Any]:
    rows = own.filter(unit_id__in=ids, state=State.SUBMITTED)
    count = rows.exclude(incident__reported_by=user)[:MOST].count()
    sentence = ngettext(
        "%(count)s report of your unit waits for a second pair of eyes.",
        "%(count)s reports of your unit wait for a second pair of eyes.",
        count,
    )
    nothing = _("No report waits for a second pair of eyes.")
    query = f"state=submitted&side={user.side}"
    return _tile(_("To verify"), sentence, nothing, count, query, "eye")


def _to_validate(user: Any, own: Any, ids: Any) -> dict[str, Any]:
    count = own.filter(unit_id__in=ids, state=State.VERIFIED)[:MOST].count()
    sentence = ngettext(
        "%(count)s verified report waits for headquarters.",
        "%(count)s verified reports wait for headquarters.",
        count,
    )
    nothing = _("No verified report waits for headquarters.")
    query = f"state=verified&side={user.side}"
    return _tile(_("To validate"), sentence, nothing, count, query, "shield-check")


def _behind(user: Any, own: Any, ids: Any) -> dict[str, Any]:
    older = Share.objects.filter(
        incident=OuterRef("incident"),
        own=False,
        passed_by=None,
        version__lt=OuterRef("version"),
    )
    recent = own.filter(unit_id__in=ids, reported_at__gte=now() - RECENT, version__gt=1)
    count = recent.filter(Exists(older))[:MOST].count()
    sentence = ngettext(
        "A desk holds an older version of %(count)s incident of the last seven days.",
        "Desks hold an older version of %(count)s incidents of the last seven days.",
        count,
    )
    nothing = _("Every desk holds the latest version of what you released in seven days.")
    return _tile(_("Newer than released"), sentence, nothing, count, "", "send")


def _own_reports(user: Any) -> dict[str, Any]:
    rows = Incident.objects.filter(reported_by=user, state=State.SUBMITTED)
    count = rows[:MOST].count()
    sentence = ngettext(
        "%(count)s report of yours is not verified yet.",
        "%(count)s reports of yours are not verified yet.",
        count,
    )
    nothing = _("Every report of yours is verified.")
    query = f"state=submitted&side={user.side}"
    return _tile(_("Your reports"), sentence, nothing, count, query, "file-text")


def tasks_of(user: Any) -> list[dict[str, Any]]:
    """What waits for the officer's own role: verifying, validating, releasing anew; own reports."""
    own = Share.objects.filter(own=True, origin=Incident.Origin.SERVICE)
    tiles = [
        tile(user, own, ids)
        for codename, tile in (
            ("verify_incidents", _to_verify),
            ("validate_incidents", _to_validate),
            ("release_incidents", _behind),
        )
        if (ids := units_where(user, codename))
    ]
    if units_where(user, "report_incidents"):
        tiles.append(_own_reports(user))
    return tiles


def indicators_of(user: Any) -> list[dict[str, Any]]:
    """For headquarters: the indicators of last month, due by the 15th, until they are frozen."""
    root = root_of(user.side) if user.side in SIDES else None
    if root is None or root.pk not in units_where(user, "validate_incidents"):
        return []
    today = localdate(timezone=ZoneInfo(root.zone))
    month = (today.replace(day=1) - timedelta(days=1)).replace(day=1)
    months = Summary.objects.visible_to(user).filter(side=user.side, kind=Summary.Kind.MONTH)
    if months.filter(period=month).exists():
        return []
    late = today.day > DUE_DAY
    due = date_format(today.replace(day=DUE_DAY))
    sentence = (
        _("The indicators of last month were due by %(day)s and are not made.")
        if late
        else _("The indicators of last month are due by %(day)s.")
    )
    tile = _tile(_("Monthly indicators"), sentence % {"day": due}, "", 1, "", "stack")
    return [{**tile, "url": reverse("indicators", args=[f"{month:%Y-%m}"]), "urgent": late}]


def consents_of(user: Any) -> list[dict[str, Any]]:
    """Whether somebody asks for the consent of the officer's side; leads to the oldest request."""
    ids = units_where(user, "release_incidents")
    if not ids:
        return []
    waiting = Consent.objects.open().filter(incident__unit_id__in=ids)
    found = waiting.order_by("asked_at").values_list("incident__uid", flat=True)[:MOST]
    if not (uids := list(found)):
        return []
    sentence = ngettext(
        "%(count)s request to pass on what your side released waits for consent.",
        "%(count)s requests to pass on what your side released wait for consent.",
        len(uids),
    )
    tile = _tile(_("Consent asked for"), sentence, "", len(uids), "", "help")
    return [{**tile, "url": reverse("incident_consents", args=[uids[0]]), "urgent": True}]
