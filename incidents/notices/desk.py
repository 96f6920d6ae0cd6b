"""Notices on the console and in the duty journal. Reads only.

Named by the settings IN_FORCE_AT_DESKS and JOURNAL_OF_DESK.
"""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.timezone import now

from contactpoints.journal import Line, Span
from contactpoints.models import Unit, units
from contactpoints.roles import reach

from ..models import NoticeVersion
from .reading import Told, reads_notices, told, versions

SUBJECT = "notice"
LOOKED_AT = 100
SHOWN = 5


def in_force_at(user: Any, desks: list[Unit]) -> list[Told]:
    """What is in force at this moment around these desks, daily hours counted: notices that they
    were told of, and those of the units around them. What ends first comes first."""
    if not desks or not reads_notices(user):
        return []
    at, tree = now(), list(units().values())
    around = {unit.pk for desk in desks for unit in reach(desk, tree)}
    here = Q(notice__desks__in=[desk.pk for desk in desks]) | Q(notice__unit_id__in=around)
    rows = versions().visible_to(user).now(at).filter(here).order_by("ends_at", "pk").distinct()
    found = [one for one in (told(row, at) for row in rows[:LOOKED_AT]) if one.in_force]
    return sorted(found, key=lambda one: one.hours[1] if one.hours else at)


def line(user: Any, desks: list[Unit]) -> str | SafeString:
    """The console's line of what is in force here now, "" for nothing."""
    found = in_force_at(user, desks)
    if not found:
        return ""
    context = {"rows": found[:SHOWN], "more": len(found) - SHOWN, "user": user}
    return render_to_string("incidents/notices/_now.html", context)


def events(span: Span) -> Iterator[Line]:
    """Notices that were sent from the units around the desk. That one came in stands there as an
    alert."""
    around = [unit.pk for unit in reach(span.unit, list(units().values()))]
    rows = NoticeVersion.objects.visible_to(span.user).filter(
        notice__unit_id__in=around, sent_at__gte=span.starts, sent_at__lt=span.ends
    )
    for version in rows.select_related("notice", "sent_by").order_by("sent_at"):
        yield Line(
            version.sent_at,  # type: ignore[arg-type]
            "notice_sent",
            {"number": version.notice.number, "officer": version.sent_by},
            link=settings.ABOUT_LINKS[SUBJECT].format(uid=version.notice.uid),
            exercise=version.notice.exercise,
        )
