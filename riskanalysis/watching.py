"""The watch-list as its readers see it, and which incidents match. Reads only; docs/watch-list.md.

An incident is counted as the risk picture counts it: once for each reader, as the first copy within
reach says. What was not counted yet is looked at as it is now, so nothing is late.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.urls import reverse

from bordercoop.reference.folding import found
from contactpoints.access import units_where
from contactpoints.listing import sides_for
from incidents.models import Share
from incidents.retention import today

from .completeness import Arrived, Week, arrived
from .indicators import BEGUN, HELD, Asked, this_week, weeks_of
from .models import WatchEntry, WatchLevel, WatchStanding, WatchState, WatchVersion
from .register_access import reads_shared
from .section_codes import section_orders

LAST = timedelta(days=27)
SOON = timedelta(days=7)
MOST = 200
INCIDENTS = 50
# Changes that wait for the tick are looked at here; more of them are left to it.
WAITING = 2_000
MATCHES = """
    (v.category = '' OR f.category = v.category OR f.category LIKE v.category || '-%%')
    AND (v.sections = '{}' OR 'S' || lpad(f.section, 2, '0') = ANY (v.sections))
    AND (v.days = '{}' OR f.slot / 24 = ANY (v.days))
    AND (v.hour_from IS NULL OR CASE WHEN v.hour_from < v.hour_to
         THEN f.slot %% 24 >= v.hour_from AND f.slot %% 24 < v.hour_to
         ELSE f.slot %% 24 >= v.hour_from OR f.slot %% 24 < v.hour_to END)
    AND (v.means = '{}' OR f.means && v.means)
    AND (v.groups = '{}' OR f.groups && v.groups)
    AND (v.route = '' OR EXISTS (
        SELECT FROM unnest(f.routes) r
        WHERE '>' || r || '>' ~ ('>' || replace(v.route, '>', '>(.*>)?') || '>')))
    AND (v.event = '' OR f.event = v.event OR v.event = 'any' AND f.event IS NOT NULL)
"""
COLUMNS = "incident_id, day, category, section, slot, means, groups, routes, event"
FACTS = f"""
    WITH waiting AS MATERIALIZED (
        SELECT DISTINCT incident_id FROM (
            SELECT incident_id FROM riskanalysis_indicatorchange ORDER BY id DESC
            LIMIT {WAITING}) w
    ), facts AS MATERIALIZED (
        SELECT {COLUMNS} FROM riskanalysis_fact
        WHERE day >= %(first)s AND {HELD}
          AND incident_id NOT IN (SELECT incident_id FROM waiting)
        UNION ALL
        SELECT {COLUMNS} FROM riskanalysis_facts_of(
            (SELECT coalesce(array_agg(incident_id), '{{}}') FROM waiting))
        WHERE day >= %(first)s AND {HELD}
    )
"""  # noqa: S608
BY_DAY = f"""
    {FACTS} SELECT v.id, f.day, count(*) FROM riskanalysis_watchversion v JOIN facts f ON {MATCHES}
    WHERE v.id = ANY (%(versions)s) GROUP BY 1, 2
"""  # noqa: S608
WHICH = f"""
    {FACTS} SELECT f.incident_id FROM riskanalysis_watchversion v JOIN facts f ON {MATCHES}
    WHERE v.id = ANY (%(versions)s) ORDER BY f.day DESC, 1 DESC LIMIT %(most)s
"""  # noqa: S608
BESIDE = f"""
    SELECT e.uid, e.side, e.own_number, v.title, v.todo, v.language
    FROM riskanalysis_watchentry e JOIN riskanalysis_watchversion v ON v.id = e.holding_id
    JOIN riskanalysis_facts_of(ARRAY[%(incident)s]::bigint[]) f ON {MATCHES}
    WHERE e.state = 'in_force' AND (e.side = %(side)s OR e.shared_at IS NOT NULL)
      AND CASE e.side WHEN 'LV' THEN %(lv)s ELSE %(by)s END BETWEEN v.valid_from AND v.review_by
      AND {HELD}
    ORDER BY e.side <> %(side)s, e.side, e.own_number
"""  # noqa: S608


def _units(user: Any) -> list[int]:
    return sorted(units_where(user, "view_incidents"))


def matches_by_day(
    versions: Iterable[WatchVersion], user: Any, first: date
) -> dict[int, dict[date, int]]:
    """How many incidents of each day from `first` on match each version, by its key."""
    counts: dict[int, dict[date, int]] = {version.pk: {} for version in versions}
    if not counts:
        return counts
    with connection.cursor() as cursor:
        asked: Any = {"units": _units(user), "first": first, "versions": list(counts)}
        cursor.execute(BY_DAY, asked)
        for pk, day, count in cursor.fetchall():
            counts[pk][day] = count
    return counts


def matching(version: WatchVersion, user: Any, first: date) -> list[Share]:
    """The copies that `user` reads of the incidents since `first` that match, the newest first."""
    with connection.cursor() as cursor:
        asked: Any = {"units": _units(user), "first": first, "versions": [version.pk]}
        asked["most"] = INCIDENTS
        cursor.execute(WHICH, asked)
        ids = [row[0] for row in cursor.fetchall()]
    return list(
        Share.objects.visible_to(user)
        .filter(incident_id__in=ids)
        .select_related("incident")
        .newest()
    )


@dataclass(frozen=True)
class Beside:
    """An entry in force that an incident matches, for the page of the incident."""

    uid: Any
    code: str
    side: str
    title: str
    todo: str
    language: str

    @property
    def url(self) -> str:
        return reverse("watch_entry", args=[self.uid])


def beside(user: Any, incident: Any) -> dict[str, Any] | None:
    """For the page of an incident: the entries in force that it matches, as `user` reads it; by one
    statement. Named by the setting BESIDE_INCIDENT."""
    if not reads_shared(user):
        return None
    with connection.cursor() as cursor:
        cursor.execute(
            BESIDE,
            {
                "incident": incident.pk, "side": user.side, "units": _units(user),
                "lv": today("LV"), "by": today("BY"),
            },
        )  # fmt: skip
        rows = [
            Beside(uid, f"W-{side}-{number}", side, title, todo, language)
            for uid, side, number, title, todo, language in cursor.fetchall()
        ]
    return {"template": "riskanalysis/_watched.html", "entries": rows} if rows else None


# --- the list


@dataclass
class Row:
    """An entry as `user` reads it. `version` is what holds, else the newest; `count` is how many
    incidents of the last 28 days match, `edition` the number of the newest text that they read."""

    entry: WatchEntry
    version: WatchVersion
    standing: WatchStanding
    waits: bool = False
    edition: int = 0
    by_day: Mapping[date, int] = field(default_factory=dict)

    @property
    def count(self) -> int:
        return sum(self.by_day.values())


@dataclass(frozen=True)
class Filter:
    """The filters of the list as typed; what means nothing filters nothing."""

    q: str = ""
    standing: str = ""
    side: str = ""
    level: str = ""
    section: str = ""
    show: str = ""

    @property
    def any(self) -> bool:
        return self != Filter()


def filter_of(query: Mapping[str, Any]) -> Filter:
    given = {name: str(query.get(name, "")).replace("\0", "")[:100].strip()
             for name in Filter.__dataclass_fields__}  # fmt: skip
    allowed = {
        "standing": {*WatchStanding.values, "all"},
        "side": {"LV", "BY"},
        "level": set(WatchLevel.values),
        "section": set(section_orders()),
        "show": {"waiting", "matched", "review"},
    }
    for name, values in allowed.items():
        if given[name] not in values:
            given[name] = ""
    return Filter(**given)


def first_day(user: Any) -> date:
    """The first of the last 28 days on the clock of the reader's side."""
    return today(user.side) - LAST


def rows_of(entries: Sequence[WatchEntry], user: Any, *, without: Sequence[str] = ()) -> list[Row]:
    """These entries with what the reader may read of them, `without` some fields; one statement
    more."""
    rows = WatchVersion.objects.visible_to(user).filter(entry__in=[one.pk for one in entries])
    rows = rows.order_by("entry_id", "-number").distinct("entry_id").defer(*without)
    newest = {version.entry_id: version for version in rows}
    found_ = []
    for entry in entries:
        last = newest.get(entry.pk)
        version = entry.holding or last
        if version is not None:
            edition = (last or version).number
            waits = entry.waits and edition == entry.edition
            found_.append(Row(entry, version, entry.standing(), waits, edition))
    return found_


def watch_list(user: Any, asked: Filter | None = None, *, most: int | None = None) -> list[Row]:
    """The entries that `user` reads and asked for, own side first, with their matches; those after
    the first `most` are not counted."""
    asked = asked or Filter()
    entries = WatchEntry.objects.visible_to(user).select_related("unit", "holding")
    if asked.side:
        entries = entries.filter(side=asked.side)
    rows = [row for row in rows_of(list(entries), user) if _fits(row, asked)]
    order, stands = sides_for(user), list(WatchStanding)
    rows.sort(key=lambda row: (stands.index(row.standing), order.index(row.entry.side)))
    counted = rows if asked.show == "matched" else rows[:most]
    counts = matches_by_day([row.version for row in counted], user, first_day(user))
    for row in counted:
        row.by_day = counts[row.version.pk]
    return [row for row in rows if asked.show != "matched" or row.count]


def _fits(row: Row, asked: Filter) -> bool:
    version = row.version
    if asked.standing not in ("", "all") and row.standing != asked.standing:
        return False
    if not asked.standing and row.standing in _over(asked):
        return False
    if asked.level and version.level != asked.level:
        return False
    if asked.section and version.sections and asked.section not in version.sections:
        return False
    if asked.show == "waiting" and not row.waits:
        return False
    if asked.show == "review" and not _to_review(row):
        return False
    return found(asked.q, [row.entry.code, version.title, version.text, version.todo])


def _over(asked: Filter) -> set[WatchStanding]:
    """What is left out where no standing is asked for."""
    if asked.show == "review":
        return {WatchStanding.WITHDRAWN}
    return {WatchStanding.WITHDRAWN, WatchStanding.EXPIRED}


def _to_review(row: Row) -> bool:
    """Whether it was approved and ends within a week or has ended."""
    holds = row.entry.state == WatchState.IN_FORCE
    return holds and row.version.review_by < today(row.entry.side) + SOON


def weeks_matched(version: WatchVersion, user: Any) -> tuple[list[Week], list[Arrived], int]:
    """The twelve weeks of the risk picture with the matches of each, which days arrived, and how
    many of the last 28 days match. Days that did not arrive are left out as on the picture."""
    asked = Asked(this_week(user.side), tuple(_units(user)), user.side)
    lately = first_day(user)
    by_day = matches_by_day([version], user, min(asked.first, lately))[version.pk]
    arrivals = arrived(asked.first, asked.last, sides=asked.sides, reader=asked.reader)
    out = set().union(*(one.left_out for one in arrivals))
    rows: list[tuple[str, str, int]] = []
    counts: dict[str, int] = {}
    for day, count in by_day.items():
        if asked.first <= day <= asked.last and day not in out:
            monday = (day - timedelta(days=day.weekday())).isoformat()
            counts[monday] = counts.get(monday, 0) + count
    rows = [("week", monday, count) for monday, count in counts.items()]
    with connection.cursor() as cursor:
        cursor.execute(BEGUN, {"units": list(asked.units)})
        (begun,) = cursor.fetchone() or (None,)
    starts = [asked.first + timedelta(weeks=n) for n in range(12)]
    recent = sum(count for day, count in by_day.items() if day >= lately)
    return weeks_of(starts, rows, arrivals, begun), arrivals, recent
