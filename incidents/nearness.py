"""What may be the same event as a report that is being typed. Reads only, and only copies that the
officer reads anyway."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import ExpressionWrapper, F, FloatField, Func
from django.db.models.functions import Abs

from bordercoop.reference.models import places, terms
from bordercoop.reference.sides import ZONE

from .content import moment_of
from .models import Incident, Precision, Share, State

FAR_KM = 10.0
HOURS = timedelta(hours=6)
DAY = timedelta(days=1)
MOST = 5
# Looked at, nearest in time first: a day with more of one branch is no day for a warning.
LOOKED_AT = 200
EARTH_KM = 6371.0


@dataclass
class Near:
    """A copy that is near, `score` from 0 to 100. `km` is None where the place alone is the same;
    `minutes` from the typed time to the copy's, negative for earlier, None where only the day is
    known."""

    share: Share
    score: int
    km: float | None
    same_place: bool
    minutes: int | None
    people: tuple[int | None, int | None]

    @property
    def minutes_apart(self) -> int:
        return abs(self.minutes or 0)


def distance_km(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Great-circle distance between two (lat, lon) in WGS 84 degrees."""
    lat, lon, to_lat, to_lon = map(math.radians, (*one, *other))
    half = (
        math.sin((to_lat - lat) / 2) ** 2
        + math.cos(lat) * math.cos(to_lat) * math.sin((to_lon - lon) / 2) ** 2
    )
    return 2 * EARTH_KM * math.asin(min(1.0, math.sqrt(half)))


def position_in(fields: Mapping[str, Any]) -> tuple[float, float] | None:
    """(lat, lon) of a content, else of its crossing point, else None."""
    if fields.get("lat") is not None and fields.get("lon") is not None:
        return float(fields["lat"]), float(fields["lon"])
    place = places().get(fields.get("place") or "")
    if place is None or place.lat is None or place.lon is None:
        return None
    return place.lat, place.lon


def branch(category: str) -> list[str]:
    """Codes of the categories that begin as this one does."""
    root = category.split("-")[0]
    return [code for code in terms("incident_category") if code.split("-")[0] == root]


def _sign(fields: Mapping[str, Any]) -> str:
    return "".join(str(fields.get("border_sign") or "").split()).upper()


def _span(at: datetime, precision: str, zone: str) -> tuple[datetime, datetime]:
    """Between which moments it happened: a minute, or a whole day of `zone`."""
    if precision != Precision.DAY:
        return at, at
    first = at.astimezone(ZoneInfo(zone)).replace(hour=0, minute=0, second=0, microsecond=0)
    return first, first + DAY


def near_copies(
    user: Any,
    content: Mapping[str, Any],
    *,
    exercise: bool = False,
    but: Any = None,
    client_ref: Any = None,
) -> list[Near]:
    """At most five copies that `user` reads and that may be of the same event, likeliest first.

    Same branch of categories, at most six hours apart (a time known to the day counts as the whole
    day; one known to the month says nothing), and at most 10 km apart or at the same crossing
    point or border sign; people counts move the score. Closed ones too. `content` as in
    `content.FIELDS`, `happened_at` as datetime or text; one that lacks time, place or category is
    near nothing. `but` leaves an incident out; `client_ref` the report that this very form made.
    One statement.
    """
    at = content.get("happened_at")
    at = moment_of(at) if isinstance(at, str) else at
    precision = content.get("happened_precision") or Precision.MINUTE
    category = content.get("category")
    if at is None or not category or precision == Precision.MONTH:
        return []
    if position_in(content) is None and not _sign(content) and not content.get("place"):
        return []
    begin, end = _span(at, precision, ZONE[user.side])
    apart = Func(F("happened_at") - at, template="EXTRACT(EPOCH FROM %(expressions)s)")
    rows = (
        Share.objects.visible_to(user)
        .filter(
            category__in=branch(category),
            happened_at__range=(begin - HOURS - DAY, end + HOURS),
            exercise=exercise,
            origin=Incident.Origin.SERVICE,
        )
        .exclude(state__in=(State.DRAFT, State.WITHDRAWN))
        .exclude(own=True, state=State.MERGED)
        .exclude(happened_precision=Precision.MONTH)
        .select_related("incident")
        .order_by(Abs(ExpressionWrapper(apart, output_field=FloatField())))
    )
    if but is not None:
        rows = rows.exclude(incident=but)
    if client_ref is not None:
        rows = rows.exclude(incident__reported_by=user, incident__client_ref=client_ref)
    found = [
        near
        for share in rows[:LOOKED_AT]
        if (near := _compared(share, content, (begin, end), precision)) is not None
    ]
    return sorted(found, key=lambda near: -near.score)[:MOST]


def _compared(
    share: Share, content: Mapping[str, Any], span: tuple[datetime, datetime], precision: str
) -> Near | None:
    if share.happened_at is None:
        return None
    theirs = _span(share.happened_at, share.happened_precision, share.zone)
    gap = max(theirs[0] - span[1], span[0] - theirs[1], timedelta())
    if gap > HOURS:
        return None
    here, there = position_in(content), position_in(share.fields)
    km = distance_km(here, there) if here and there else None
    same = bool(content.get("place")) and content.get("place") == share.place
    same = same or (bool(_sign(content)) and _sign(content) == _sign(share.fields))
    if not same and (km is None or km > FAR_KM):
        return None
    closeness = 1.0 if same else 1 - (km or 0.0) / FAR_KM
    score = 40 * closeness + 35 * (1 - gap / HOURS)
    score += 15 if share.category == content.get("category") else 8
    counts = content.get("people_total"), share.fields.get("people_total")
    if counts[0] and counts[1]:
        score += 10 * min(counts) / max(counts)
    exact = precision == share.happened_precision == Precision.MINUTE
    minutes = round((share.happened_at - span[0]).total_seconds() / 60) if exact else None
    return Near(share, round(score), km, same, minutes, counts)
