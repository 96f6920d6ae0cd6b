"""The directory, the places and a rota as they leave the portal. Reads only."""

import calendar
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from bordercoop.reference.models import Place
from bordercoop.reference.sides import Side
from bordercoop.tables.listing import Column, Listing

from .directory import Person, directory, points
from .lines import PERIODS, checks_of
from .listing import openings
from .models import DutyShift, Role, Unit
from .people import people_asked, people_found
from .rota import rota

CONTACTS = (
    Column("unit", gettext_lazy("Unit"), 14),
    Column("code", gettext_lazy("Code"), 8),
    Column("side", pgettext_lazy("export", "Side"), 4),
    Column("kind", gettext_lazy("Kind"), 8),
    Column("phone", gettext_lazy("Telephone"), 9),
    Column("email", gettext_lazy("E-mail"), 12),
    Column("on_duty", gettext_lazy("On duty now"), 16),
    Column("until", gettext_lazy("Until (UTC)"), 8),
    Column("next", gettext_lazy("Next on duty"), 12),
    Column("heads", gettext_lazy("Heads"), 14),
)
PLACES = (
    Column("code", gettext_lazy("Code"), 10),
    Column("name", pgettext_lazy("export", "Name"), 16),
    Column("name_lv_side", gettext_lazy("Name on the Latvian side"), 14),
    Column("name_by_side", gettext_lazy("Name on the Belarusian side"), 14),
    Column("kind", gettext_lazy("Kind"), 10),
    Column("lat", gettext_lazy("Latitude"), 7),
    Column("lon", gettext_lazy("Longitude"), 7),
    Column("open_lv", gettext_lazy("Open, as Latvia says"), 9),
    Column("open_by", gettext_lazy("Open, as Belarus says"), 9),
    Column("retired", gettext_lazy("Retired"), 6),
)
PEOPLE = (
    Column("name", pgettext_lazy("export", "Name"), 16),
    Column("name_local", gettext_lazy("Name in the own script"), 16),
    Column("username", gettext_lazy("User name"), 10),
    Column("email", gettext_lazy("E-mail"), 14),
    Column("phone", gettext_lazy("Telephone"), 9),
    Column("language", gettext_lazy("Language"), 6),
    Column("postings", gettext_lazy("Postings"), 26),
    Column("standing", gettext_lazy("Standing"), 8),
    Column("last_login", gettext_lazy("Signed in last (UTC)"), 9),
)
ROTA = (
    Column("day", gettext_lazy("Day"), 7),
    Column("starts", gettext_lazy("Begins (UTC)"), 9),
    Column("ends", gettext_lazy("Ends (UTC)"), 9),
    Column("local", gettext_lazy("By the clock of the unit"), 12),
    Column("officer", gettext_lazy("Officer"), 18),
    Column("rank", gettext_lazy("On duty as"), 10),
)
LINES = (
    Column("at", gettext_lazy("Sent (UTC)"), 11),
    Column("caller", gettext_lazy("From"), 16),
    Column("answerer", gettext_lazy("To"), 16),
    Column("kind", gettext_lazy("Kind"), 9),
    Column("state", pgettext_lazy("export", "Result"), 12),
    Column("screen_s", gettext_lazy("On a screen after (s)"), 8),
    Column("heard_s", gettext_lazy("Answered after (s)"), 8),
    Column("heard_by", gettext_lazy("Answered by"), 14),
    Column("missed", gettext_lazy("What was missed"), 12),
)


LONGEST = 80


def _known(person: Person) -> str:
    return ", ".join(part for part in (person.name, person.phone, person.email) if part)


def contacts_listing(user: Any, query: Mapping[str, Any]) -> Listing:
    """The directory as `user` may know it, by the filters of its page."""
    words = " ".join(str(query.get("q") or "")[:LONGEST].replace("\x00", "").split())
    side, point = str(query.get("side") or ""), str(query.get("point") or "")
    found = directory(user, query=words, side=side, point=point)
    named = {one.code: one.name for one in points()}
    said = [f"{_('Words')}: {words}"] if words else []
    if side in Side.values:
        said.append(f"{_('Side')}: {Side(side).label}")
    if point in named:
        said.append(f"{_('Contact point')}: {named[point]}")

    def rows() -> Iterator[list[Any]]:
        for row in found:
            unit, desk = row.unit, getattr(row.unit, "desk", None)
            yield [
                unit.name,
                unit.code,
                unit.side,
                str(Unit.Kind(unit.kind).label),
                desk.phone if desk else "",
                desk.email if desk else "",
                "; ".join(_known(person) for person in row.people),
                row.until,
                row.next.name if row.next else "",
                "; ".join(_known(person) for person in row.heads),
            ]

    return Listing(
        code="contacts",
        title=gettext_lazy("Contacts"),
        columns=CONTACTS,
        count=len(found),
        rows=rows,
        filter="; ".join(said),
        asked={"q": words, "side": side, "point": point},
    )


def places_listing(user: Any) -> Listing:
    """Every place, with what both sides say of its opening."""
    found = list(Place.objects.exclude(kind=Place.Kind.SIGN))
    said = {
        opening.place.pk: {view.side: view.status for view in opening.views}
        for opening in openings([one for one in found if one.retired_at is None], user)
    }

    def rows() -> Iterator[list[Any]]:
        for place in found:
            states = [said.get(place.pk, {}).get(side) for side in ("LV", "BY")]
            yield [
                place.code,
                place.name,
                place.name_lv_side,
                place.name_by_side,
                place.get_kind_display() if hasattr(place, "get_kind_display") else place.kind,
                place.lat,
                place.lon,
                *(str(state.get_state_display()) if state else "" for state in states),
                _("Yes") if place.retired_at else "",
            ]

    return Listing(
        code="places",
        title=gettext_lazy("Places"),
        columns=PLACES,
        count=len(found),
        rows=rows,
    )


def people_listing(user: Any, query: Mapping[str, Any]) -> Listing:
    """The own side's accounts, for its administrators, by the filters of their page."""
    asked = people_asked(query)
    found = people_found(user, asked)

    def rows() -> Iterator[list[Any]]:
        for officer in found.order_by("name_latin", "pk").iterator(200):
            yield [
                officer.name_latin,
                officer.name_local,
                officer.username,
                officer.email,
                officer.phone,
                officer.language,
                "; ".join(f"{Role(one.role).label}, {one.unit.name}" for one in officer.held),
                str(_("Active") if officer.is_active else _("Suspended")),
                officer.last_login,
            ]

    return Listing(
        code="people",
        title=gettext_lazy("People"),
        columns=PEOPLE,
        count=found.count(),
        rows=rows,
        filter="; ".join(value for value in asked.values() if value),
        asked=asked,
    )


def lines_listing(one: Unit, other: Unit, period: str) -> Listing:
    """The checks between two desks, both ways, newest first; `period` is a key of PERIODS."""
    checks = list(checks_of(one, other, now() - PERIODS[period]))

    def rows() -> Iterator[list[Any]]:
        for check in checks:
            yield [
                check.at,
                check.caller.name,
                check.answerer.name,
                str(_("By the schedule") if check.period else _("On demand")),
                str(check.get_state_display()),
                round(check.screen_s, 1) if check.screen_s is not None else "",
                round(check.heard_s, 1) if check.heard_s is not None else "",
                check.heard_by.display_name if check.heard_by else "",
                str(check.get_missed_display()) if check.missed else "",
            ]

    return Listing(
        code="lines",
        title=_("Line checks between %(one)s and %(other)s")
        % {"one": one.name, "other": other.name},
        columns=LINES,
        count=len(checks),
        rows=rows,
        filter=period,
        asked={"one": one.code, "other": other.code, "period": period},
    )


def rota_listing(unit: Unit, month: str) -> Listing:
    """Who serves at a unit in a month (YYYY-MM of its calendar, the present one without): a row for
    each turn by the day on which it begins."""
    today = localdate(timezone=ZoneInfo(unit.zone))
    try:
        first = date.fromisoformat(f"{month[:7]}-01")
        if abs((first - today).days) > 366:
            raise ValueError
    except ValueError:
        first = today.replace(day=1)
    length = calendar.monthrange(first.year, first.month)[1]
    turns = [(day.date, turn) for day in rota(unit, first, length) for turn in day.turns]
    zone = ZoneInfo(unit.zone)

    def rows() -> Iterator[list[Any]]:
        for day, turn in turns:
            shift = turn.shift
            local = [moment.astimezone(zone) for moment in (turn.starts, turn.ends)]
            yield [
                day.isoformat(),
                turn.starts,
                turn.ends,
                f"{local[0]:%d.%m. %H:%M} – {local[1]:%d.%m. %H:%M}",
                shift.officer.display_name,
                str(DutyShift.Rank(shift.rank).label),
            ]

    return Listing(
        code="rota",
        title=_("Rota of %(unit)s") % {"unit": unit.name},
        columns=ROTA,
        count=len(turns),
        rows=rows,
        filter=f"{first:%Y-%m}",
        asked={"unit": unit.code, "month": f"{first:%Y-%m}"},
    )
