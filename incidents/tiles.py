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
from contactpoints.statements import reads_ledger

from .actions.summaries import SIDES
from .models import Consent, ContentProposal, Incident, Share, State, Summary, Task

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


def navigation_of_exchange(user: Any) -> list[dict[str, Any]]:
    """What crossed between the sides, for guests who see alerts; officers of the two services find
    it among the figures and statements."""
    if not units_where(user, "view_alerts") or reads_ledger(user):
        return []
    return [
        {
            "url": reverse("exchange"),
            "icon": "trending-up",
            "label": _("Exchange between the sides"),
            "short": pgettext("navigation", "Ledger"),
            "count": 0,
            "count_label": "",
        }
    ]


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


def _proposals(user: Any, own: Any, ids: Any) -> dict[str, Any]:
    rows = ContentProposal.objects.visible_to(user).open().filter(incident__unit_id__in=ids)
    count = rows.exclude(side=user.side)[:MOST].count()
    sentence = ngettext(
        "%(count)s proposal of another side waits for your side's answer.",
        "%(count)s proposals of another side wait for your side's answer.",
        count,
    )
    nothing = _("No proposal of another side waits for an answer.")
    tile = _tile(_("Proposals to answer"), sentence, nothing, count, "", "edit")
    if count:
        first = rows.exclude(side=user.side).select_related("incident").order_by("pk")[0]
        tile["url"] = reverse("incident_proposals", args=[first.incident.uid])
    return tile


def _answers(user: Any) -> list[dict[str, Any]]:
    """Proposals of the officer's own units that were answered in a week; none without any."""
    ids = units_where(user, "annotate_incidents")
    rows = ContentProposal.objects.visible_to(user).filter(
        unit_id__in=ids,
        side=user.side,
        by=user,
        state=ContentProposal.State.ANSWERED,
        ended_at__gte=now() - RECENT,
    )
    last = rows.select_related("incident").order_by("-ended_at").first()
    if last is None:
        return []
    count = rows[:MOST].count()
    sentence = ngettext(
        "%(count)s proposal of yours was answered in seven days.",
        "%(count)s proposals of yours were answered in seven days.",
        count,
    )
    tile = _tile(_("Your proposals"), sentence, "", count, "", "check")
    tile["url"] = reverse("incident_proposals", args=[last.incident.uid])
    return [tile]


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


def _given_tasks(user: Any) -> dict[str, Any]:
    counted = Task.objects.visible_to(user).for_whom(user).counted()
    count, late = counted["open"], counted["late"]
    sentence = ngettext(
        "%(count)s task waits for you or your unit.",
        "%(count)s tasks wait for you or your unit.",
        count,
    )
    if late:
        sentence = ngettext(
            "%(late)s task is overdue. %(count)s in all.",
            "%(late)s tasks are overdue. %(count)s in all.",
            late,
        ) % {"late": late, "count": count}
    tile = _tile(_("My tasks"), "%(count)s", _("No task waits for you."), count, "", "clipboard")
    told = sentence if late else sentence % {"count": count}
    return {
        **tile,
        "sentence": told if count else tile["sentence"],
        "url": reverse("my_tasks"),
        "urgent": late > 0,
    }


def tasks_of(user: Any) -> list[dict[str, Any]]:
    """What waits for the officer's own role: verifying, validating, releasing anew; own reports."""
    own = Share.objects.filter(own=True, origin=Incident.Origin.SERVICE)
    tiles = [
        tile(user, own, ids)
        for codename, tile in (
            ("verify_incidents", _to_verify),
            ("validate_incidents", _to_validate),
            ("release_incidents", _behind),
            ("release_incidents", _proposals),
        )
        if (ids := units_where(user, codename))
    ]
    if units_where(user, "report_incidents"):
        tiles.append(_own_reports(user))
    if units_where(user, "view_incidents"):
        tiles.insert(0, _given_tasks(user))
    return tiles + _answers(user)


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
