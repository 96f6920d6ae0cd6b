"""Who can be reached where, and what of it a reader may know. Reads only."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import get_language

from bordercoop.outbox.addresses import path_of
from bordercoop.reference.folding import found
from bordercoop.reference.sides import Side

from .access import may, may_call, may_name
from .board import Watch, watches
from .models import ContactPoint, Role, Unit, units
from .watch import headquarters_of

LEADERS = (Role.HEAD_OF_POINT, Role.UNIT_HEAD)
LISTED = (Unit.Kind.DESK, Unit.Kind.HEADQUARTERS, Unit.Kind.REGIONAL, Unit.Kind.AGENCY)


@dataclass(frozen=True)
class Person:
    """Somebody at a unit as a reader may know them; what the reader may not know is empty.

    presence: "here", "away" or "off"; since, until: of the shift, None for a head.
    """

    name: str
    rank: str = ""
    presence: str = "off"
    phone: str = ""
    email: str = ""
    oneself: bool = False
    since: datetime | None = None
    until: datetime | None = None


def console_of(delivery: Any, user: Any) -> str:
    """Address of the console where `user` answers a delivery: the desk's, or the own one for an
    alert that climbed from another point."""
    known = may(user, "view_alerts", delivery.desk_id)
    return path_of("console") + (f"?desk={delivery.desk.code}" if known else "")


@dataclass(frozen=True)
class Reach:
    """How a person is reached outside the portal."""

    phone: str
    email: str


@dataclass
class Staff:
    """A unit with the people who answer for it: on duty, then the next one, and its heads."""

    unit: Unit
    watch: Watch
    people: list[Person]
    next: Person | None
    heads: list[Person]
    spellings: list[str] = field(default_factory=list)

    @property
    def has_rota(self) -> bool:
        """Whether somebody has to be on duty here at any hour: at desks and the headquarters that
        are the last step of every escalation."""
        root = self.unit.kind == Unit.Kind.HEADQUARTERS and self.unit.parent_id is None
        return root or self.unit.kind == Unit.Kind.DESK

    @property
    def until(self) -> datetime | None:
        return self.watch.until

    @property
    def gap_from(self) -> datetime | None:
        """From when nobody is entered although somebody is on duty now; None without such a gap."""
        return self.watch.gap_from

    @property
    def changes_at(self) -> datetime | None:
        """When the duty here changes next."""
        return self.until or (self.next.since if self.next else None)


def reach_of(officers: Iterable[Any], *, user: Any) -> dict[int, Reach]:
    """Officer id -> telephone and address; nothing for a reader who may not call.

    The only way by which personal contact details leave this app for a page: whoever records that
    personal data was read records it here.
    """
    if not may_call(user):
        return {}
    return {officer.pk: Reach(officer.phone, officer.email) for officer in officers}


def staffed(user: Any, at: list[Unit]) -> list[Staff]:
    """The people of each unit in turn, as `user` may know them. Five statements in all."""
    watched = watches(at, LEADERS)
    officers = {
        officer.pk: officer
        for watch in watched
        for officer in (
            *(shift.officer for shift in watch.shifts),
            *([watch.next.officer] if watch.next else []),
            *watch.heads,
        )
    }
    reach = reach_of(officers.values(), user=user)
    return [_staff(watch, user, reach) for watch in watched]


def _staff(watch: Watch, user: Any, reach: dict[int, Reach]) -> Staff:
    named = may_name(user, watch.desk)
    language = get_language() or "en"

    def person(officer: Any, shift: Any = None) -> Person:
        to = reach.get(officer.pk)
        return Person(
            name=officer.name_for(language) if named else "",
            rank=str(shift.get_rank_display()) if shift else "",
            presence=watch.presence.get(officer.pk, "off"),
            phone=to.phone if to else "",
            email=to.email if to else "",
            oneself=officer == user,
            since=shift.period.lower if shift else None,
            until=shift.period.upper if shift else None,
        )

    known = [*(shift.officer for shift in watch.shifts), *watch.heads] if named else []
    return Staff(
        unit=watch.desk,
        watch=watch,
        people=[person(shift.officer, shift) for shift in watch.shifts],
        next=person(watch.next.officer, watch.next) if watch.next else None,
        heads=[person(officer) for officer in watch.heads],
        spellings=[
            spelling for one in known for spelling in (one.name_latin, one.name_local) if spelling
        ],
    )


def own_first(user: Any, some: Iterable[Unit]) -> list[Unit]:
    """The reader's side first, then the services, then guests; within a side as in the tree."""
    sides = {side: order for order, side in enumerate(Side.values)}
    return sorted(some, key=lambda unit: (unit.side != user.side, sides[unit.side], unit.order))


def directory(user: Any, *, query: str = "", side: str = "", point: str = "") -> list[Staff]:
    """Desks, headquarters and regional units that match, own side first.

    `query` is compared with the unit's names in all four languages, its place, its point and the
    people the reader may know, whatever the alphabet. `point` keeps its desks, the units that host
    them and their headquarters. An unknown side or point filters nothing.
    """
    listed = [u for u in units().values() if u.kind in LISTED and u.retired_at is None]
    if side in Side.values:
        listed = [unit for unit in listed if unit.side == side]
    ends = [unit for unit in listed if hasattr(unit, "desk") and unit.desk.point.code == point]
    if ends:
        above = {unit.path.split("/")[0] for unit in ends}
        hosts = {unit.parent_id for unit in ends}
        listed = [u for u in listed if u in ends or u.pk in hosts or u.code in above]
    rows = staffed(user, own_first(user, listed))
    return [row for row in rows if found(query, words_of(row))] if query else rows


@dataclass
class Group:
    """One side of the directory: who answers there, and units that only have a name."""

    side: str
    rows: list[Staff] = field(default_factory=list)
    others: list[Unit] = field(default_factory=list)

    @property
    def label(self) -> str:
        return str(Side(self.side).label)


def grouped(rows: list[Staff]) -> list[Group]:
    """The directory by side, in the order given: desks, then whoever else answers, then others."""
    groups: dict[str, Group] = {}
    for row in sorted(rows, key=lambda row: row.unit.kind != Unit.Kind.DESK):
        group = groups.setdefault(row.unit.side, Group(row.unit.side))
        if row.has_rota or row.heads:
            group.rows.append(row)
        else:
            group.others.append(row.unit)
    sides = list(dict.fromkeys(row.unit.side for row in rows))
    return [groups[side] for side in sides]


def words_of(row: Staff) -> list[str]:
    """What a query is compared with: names in every language, place, point, people known."""
    unit = row.unit
    words = [unit.code, unit.name_en, unit.name_lv, unit.name_be, unit.name_ru, *row.spellings]
    if unit.place:
        place = unit.place
        words += [place.name_en, place.name_lv, place.name_be, place.name_ru]
    if hasattr(unit, "desk"):
        point = unit.desk.point
        words += [point.code, point.name_en, point.name_lv, point.name_be, point.name_ru]
    return words


@dataclass
class Sheet:
    """What is printed for the day the portal is down, own side first throughout.

    points: each with the people of its ends; roots: the headquarters' duty officers, the last to
    be called; valid_until: the first change of duty at any of them, None when none is entered.
    """

    points: list[tuple[ContactPoint, list[Staff]]]
    roots: list[Staff]
    valid_until: datetime | None


def points() -> list[ContactPoint]:
    """The three points in their order."""
    return list(ContactPoint.objects.filter(retired_at=None))


def ends_of(user: Any, point: ContactPoint) -> list[Unit]:
    """The desks at the ends of a point, the reader's side first."""
    desks = [u for u in units().values() if hasattr(u, "desk") and u.retired_at is None]
    return own_first(user, [desk for desk in desks if desk.desk.point_id == point.pk])


def call_sheet(user: Any) -> Sheet:
    """Everybody to be called at the three points, and after them. Six statements."""
    desks = [(point, ends_of(user, point)) for point in points()]
    every = [desk for _point, some in desks for desk in some]
    roots = own_first(user, {unit.pk: unit for unit in map(headquarters_of, every)}.values())
    rows = {row.unit.pk: row for row in staffed(user, [*every, *roots])}
    changes = [row.changes_at for row in rows.values() if row.changes_at]
    return Sheet(
        points=[(point, [rows[desk.pk] for desk in some]) for point, some in desks],
        roots=[rows[root.pk] for root in roots],
        valid_until=min(changes, default=None),
    )
