"""Which notices were in force where and when an incident happened. Reads only, and only notices
that the officer reads anyway."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils.timezone import now

from bordercoop.reference.sides import ZONE

from ..content import moment_of
from ..models import Incident, NoticeMatch, NoticeShape, NoticeState, NoticeVersion, Precision
from ..nearness import position_in
from .content import ends_of
from .reading import Told, place_of, told, versions
from .shapes import STRIP_KM, sign_between, to_area_km, to_line_km, widened

# A shot is heard and a fire seen somewhat beyond, and somewhat after.
AROUND_KM = 1.0
SLACK = timedelta(minutes=30)
MOST = 5
LOOKED_AT = 100


@dataclass
class Match:
    """A notice that may explain an incident, and what the own side has said of it: "", linked or
    dismissed."""

    told: Told
    said: str = ""


def _span(content: Mapping[str, Any], zone: str) -> tuple[datetime, datetime] | None:
    """Between which moments it happened: a minute, or a whole day of `zone`; None if unknown."""
    at = content.get("happened_at")
    at = moment_of(at) if isinstance(at, str) else at
    precision = content.get("happened_precision") or Precision.MINUTE
    if at is None or precision == Precision.MONTH:
        return None
    if precision != Precision.DAY:
        return at, at
    first = at.astimezone(ZoneInfo(zone)).replace(hour=0, minute=0, second=0, microsecond=0)
    return first, first + timedelta(days=1)


def _at_time(version: NoticeVersion, begin: datetime, end: datetime) -> bool:
    hours = version.hours_on(begin - SLACK)
    return hours is not None and hours[0] <= end + SLACK and hours[1] > begin - SLACK


def _at_place(
    version: NoticeVersion, content: Mapping[str, Any], at: tuple[float, float] | None
) -> bool:
    if version.shape == NoticeShape.PLACE and version.place == content.get("place"):
        return True
    sign = str(content.get("border_sign") or "")
    if version.shape == NoticeShape.SIGNS and sign_between(
        sign, version.from_sign, version.to_sign
    ):
        return True
    if at is None:
        return False
    if version.shape == NoticeShape.AREA:
        return to_area_km(at, [tuple(point) for point in version.points or []]) <= AROUND_KM
    if version.shape == NoticeShape.POINT and version.lat is not None and version.lon is not None:
        reach = (version.radius_m or 0) / 1_000 + AROUND_KM
        return to_line_km(at, [(version.lat, version.lon)]) <= reach
    if version.shape == NoticeShape.SIGNS:
        ends = ends_of(version.from_sign, version.to_sign)
        return bool(ends) and to_line_km(at, ends) <= STRIP_KM + AROUND_KM
    place = place_of(version)
    if place is None or place.lat is None or place.lon is None:
        return False
    reach = (version.radius_m or 1_000) / 1_000 + AROUND_KM
    return to_line_km(at, [(place.lat, place.lon)]) <= reach


def notices_at(
    user: Any, content: Mapping[str, Any], *, exercise: bool = False
) -> list[NoticeVersion]:
    """At most five notices that `user` reads and that held at this place and time, half an hour and
    a kilometre around counted; what ends first comes first. One statement, a second one
    for their translations where there are any; none for a content without time or place."""
    span = _span(content, ZONE[user.side])
    at = position_in(content)
    sign, place = content.get("border_sign"), content.get("place")
    if span is None or (at is None and not sign and not place):
        return []
    begin, end = span
    where = Q()
    if at is not None:
        south, west, north, east = widened((at[0], at[1], at[0], at[1]), AROUND_KM)
        where |= Q(south__lte=north, north__gte=south, west__lte=east, east__gte=west)
    if place:
        where |= Q(shape=NoticeShape.PLACE, place=place)
    if sign:
        where |= Q(shape=NoticeShape.SIGNS)
    rows = (
        versions()
        .visible_to(user)
        .standing()
        .filter(
            where,
            notice__state__in=[NoticeState.SENT, NoticeState.ENDED],
            notice__exercise=exercise,
            starts_at__lte=end + SLACK,
            ends_at__gte=begin - SLACK,
        )
        .order_by("ends_at", "pk")
    )
    found = [
        version
        for version in rows[:LOOKED_AT]
        if _at_time(version, begin, end) and _at_place(version, content, at)
    ]
    return found[:MOST]


def typed_matches(user: Any, content: Mapping[str, Any], *, exercise: bool) -> list[Match]:
    """Notices that may explain a report that is being typed."""
    span = _span(content, ZONE[user.side])
    at = span[0] if span else now()
    return [Match(told(one, at)) for one in notices_at(user, content, exercise=exercise)]


def matches_of(user: Any, incident: Incident, share: Any) -> list[Match]:
    """What an incident's page says: notices that were linked, then those that may explain it and
    of which nobody of the own side has said anything; those that were dismissed last.

    `share` is the reader's copy: what it does not hold, it does not match by.
    """
    said = {
        match.notice_id: match.state
        for match in NoticeMatch.objects.filter(incident=incident, side=user.side)
    }
    at = moment_of(share.fields.get("happened_at")) or share.reported_at
    found = {one.notice_id: one for one in notices_at(user, share.fields, exercise=share.exercise)}
    missing = [
        pk for pk, state in said.items() if pk not in found and state == NoticeMatch.State.LINKED
    ]
    if missing:
        rows = versions().visible_to(user).filter(current=True, notice_id__in=missing)
        found |= {one.notice_id: one for one in rows}
    order = {NoticeMatch.State.LINKED.value: 0, "": 1, NoticeMatch.State.DISMISSED.value: 2}
    matches = [Match(told(one, at), said.get(pk, "")) for pk, one in found.items()]
    return sorted(matches, key=lambda match: order[match.said])
