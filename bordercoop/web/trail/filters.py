"""Filters of the audit trail, as they stand in the page's address."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from bordercoop.access.models import User
from bordercoop.audit.models import Entry
from bordercoop.errors import Invalid
from bordercoop.web.when import DATE_HELP, Unclear, parse_date

NAMES = ("officer", "verb", "about", "since", "until", "request", "trail")
OWN, SYSTEM = "", "system"
LONGEST = 120


def asked(query: Mapping[str, Any]) -> dict[str, str]:
    """Every filter as typed, "" where none is."""
    return {name: str(query.get(name) or "").strip() for name in NAMES}


def trail_of(user: User, given: Mapping[str, str]) -> str:
    """Which trail is read: the own side's, or "" for what the system did for neither."""
    return "" if given["trail"] == SYSTEM else user.side


def filtered(user: User, given: Mapping[str, str], *, zone: str) -> QuerySet[Entry]:
    """The rows of the officer's own trail that the filters ask for.

    `since` and `until` are days of `zone`, both included. Raises Invalid with a sentence for each
    filter that cannot be meant; an officer of another side is as unknown as one that does not
    exist.
    """
    wrong: dict[str, list[str]] = {}
    for name, text in given.items():
        if len(text) > LONGEST:
            wrong[name] = [
                _("This filter is longer than %(most)s characters. Shorten it.") % {"most": LONGEST}
            ]
    if given["trail"] not in (OWN, SYSTEM):
        wrong["trail"] = [_("There is no such code: %(code)s.") % {"code": given["trail"][:40]}]
    officer = None
    if given["officer"] and "officer" not in wrong:
        own = User.objects.filter(side=user.side)
        officer = own.filter(username__iexact=given["officer"]).first()
        if officer is None:
            wrong["officer"] = [
                _("Your side has no account with the user name %(name)s. Check how it is written.")
                % {"name": given["officer"][:40]}
            ]
    since = _day(given["since"], zone, wrong, "since")
    until = _day(given["until"], zone, wrong, "until")
    if wrong:
        raise Invalid(next(iter(wrong.values()))[0], fields=wrong)
    rows = Entry.objects.filter(side=trail_of(user, given))
    if officer is not None:
        rows = rows.filter(actor=officer)
    if given["verb"]:
        rows = rows.filter(verb=given["verb"])
    if given["about"]:
        rows = rows.filter(about=given["about"])
    if given["request"]:
        rows = rows.filter(request_id=given["request"])
    if since:
        rows = rows.filter(at__gte=_start(since, zone))
    if until:
        rows = rows.filter(at__lt=_start(until + timedelta(days=1), zone))
    return rows


def _start(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone))


def _day(text: str, zone: str, wrong: dict[str, list[str]], name: str) -> date | None:
    if not text or name in wrong:
        return None
    try:
        day = parse_date(text, today=localdate(timezone=ZoneInfo(zone)))
    except Unclear as unclear:
        wrong[name] = [str(unclear)]
        return None
    if not 1990 <= day.year <= 2100:
        wrong[name] = [str(DATE_HELP)]
        return None
    return day
