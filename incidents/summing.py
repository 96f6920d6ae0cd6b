"""Counting a side's day or month. Reads only; docs/summaries.md.

A content is language-neutral: `hours` of the period, `facts` (name -> number) and `lines`, each a
dict of `key`, `rows` ([code, number or None]) and `total` (None where it would give a number away);
`few` says that a line is left out because it would.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Max, Q

from bordercoop.reference import countries
from bordercoop.reference.models import terms
from bordercoop.reference.sides import ZONE, Side
from bordercoop.reference.small_numbers import shielded_line
from contactpoints.models import Delivery

from .content import moment_of
from .models import Incident, Precision, Share, State, Tlp

# The other members of the European Union; Latvia is a group of its own.
UNION = {
    "AUT", "BEL", "BGR", "HRV", "CYP", "CZE", "DNK", "EST", "FIN", "FRA", "DEU", "GRC", "HUN",
    "IRL", "ITA", "LTU", "LUX", "MLT", "NLD", "POL", "PRT", "ROU", "SVK", "SVN", "ESP", "SWE",
}  # fmt: skip
GROUPS = ("LVA", "BLR", "EU", "other", countries.STATELESS, countries.UNKNOWN)
OVER = (State.CLOSED, State.WITHDRAWN, State.MERGED)
Line = dict[str, Any]


def day_edges(side: str, day: date) -> tuple[datetime, datetime]:
    """The first instant of a day of the side's calendar and that of the next: 23 to 25 hours."""
    zone = ZoneInfo(ZONE[side])
    return (
        datetime.combine(day, time(), zone),
        datetime.combine(day + timedelta(days=1), time(), zone),
    )


def month_edges(side: str, month: date) -> tuple[datetime, datetime]:
    zone = ZoneInfo(ZONE[side])
    after = (month.replace(day=1) + timedelta(days=32)).replace(day=1)
    return (
        datetime.combine(month.replace(day=1), time(), zone),
        datetime.combine(after, time(), zone),
    )


def hours(starts: datetime, ends: datetime) -> int:
    zone = ZoneInfo("UTC")
    return round((ends.astimezone(zone) - starts.astimezone(zone)).total_seconds() / 3600)


# --- the day, for the own side


def day_content(side: str, day: date) -> dict[str, Any]:
    """What the side reported in the day, the alerts of it, and what it reported late. The own
    side reads these records, so small numbers stay."""
    starts, ends = day_edges(side, day)
    rows = list(_own(side, starts, ends).values_list(
        "category", "severity", "place", "state", "happened_at", "number",
        "fields__people_total", "fields__people_minors", "fields__people_injured",
    ))  # fmt: skip
    late = Counter(
        str(row[4].astimezone(ZoneInfo(ZONE[side])).date())
        for row in rows
        if row[4] is not None and row[4] < starts
    )
    zone = ZoneInfo(ZONE[side])
    return {
        "hours": hours(starts, ends),
        "zone": str(zone),
        "facts": {
            "reported": len(rows),
            "open": sum(row[3] not in OVER for row in rows),
            "over": sum(row[3] in OVER for row in rows),
            "late": sum(late.values()),
            "people": sum(row[6] or 0 for row in rows),
            "minors": sum(row[7] or 0 for row in rows),
            "injured": sum(row[8] or 0 for row in rows),
            **_alerts(side, starts, ends),
        },
        "lines": [
            _line("category", Counter(row[0] for row in rows)),
            _line("severity", Counter(str(row[1]) for row in rows)),
            _line("section", Counter(_series(row[5]) for row in rows)),
            _line("place", Counter(row[2] or "" for row in rows)),
            _line("late", late),
        ],
    }


def _own(side: str, starts: datetime, ends: datetime) -> Any:
    return Share.objects.filter(
        own=True,
        side=side,
        origin=Incident.Origin.SERVICE,
        exercise=False,
        reported_at__gte=starts,
        reported_at__lt=ends,
    ).exclude(state=State.MERGED)


def _alerts(side: str, starts: datetime, ends: datetime) -> dict[str, int]:
    """Deliveries of the day: what the side's alerts brought to desks, and what its own got."""
    of_day = Delivery.objects.filter(
        queued_at__gte=starts, queued_at__lt=ends, alert__status="actual"
    )
    counts = {
        "": Count("pk"),
        "_acknowledged": Count("pk", filter=Q(acknowledged_at__isnull=False)),
        "_late": Count("pk", filter=Q(escalated_at__isnull=False)),
    }
    found: dict[str, int] = {}
    for name, rows in (
        ("sent", of_day.filter(alert__sender__side=side)),
        ("received", of_day.filter(desk__side=side)),
    ):
        found |= rows.aggregate(**{f"{name}{end}": count for end, count in counts.items()})
    return found


def _series(number: str) -> str:
    """The code of the unit whose numbers it is one of: LV-DGP of LV-DGP-2026-00012."""
    return number.rsplit("-", 2)[0]


def _line(key: str, counted: Mapping[str, int]) -> Line:
    rows = sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))
    if key in ("severity", "late"):
        rows.sort(key=lambda pair: pair[0])
    return {"key": key, "rows": [list(pair) for pair in rows], "total": sum(counted.values())}


# --- the month


def month_content(side: str, month: date, *, shared: bool) -> dict[str, Any]:
    """Counts of a month by category, section, hour and group of nationality, small numbers hidden.

    `shared`: of the copies that the other side holds and of the fields in them, and of nothing else
    (so never ASY or SIR); copies marked TLP:RED are for their receivers alone and not counted.
    """
    starts, ends = month_edges(side, month)
    rows = list(_released(side, starts, ends) if shared else _own(side, starts, ends))
    known = terms("incident_category")
    category = Counter({_top(code): 0 for code in known if _counts(code, shared)})
    section, hour, nationality = Counter[str](), Counter[str](), Counter[str]()
    hour.update({f"{n:02d}": 0 for n in range(24)})
    nationality.update(dict.fromkeys(GROUPS, 0))
    zone = ZoneInfo(ZONE[side])
    for share in rows:
        category[_top(share.category)] += 1
        section[_series(share.number)] += 1
        happened = moment_of(share.fields.get("happened_at"))
        if happened and share.fields.get("happened_precision") == Precision.MINUTE:
            hour[f"{happened.astimezone(zone):%H}"] += 1
        for group in share.fields.get("people") or []:
            nationality[_group(group.get("nationality"))] += group.get("count") or 0
    return {
        "hours": hours(starts, ends),
        "zone": str(zone),
        "facts": {},
        # Lines of incidents have one total in common; hours and people may be of fewer.
        "lines": _shielded_lines([("category", category), ("section", section)], together=True)
        + _shielded_lines([("hour", hour)])
        + _shielded_lines([("nationality", nationality)]),
    }


def _released(side: str, starts: datetime, ends: datetime) -> Iterable[Share]:
    """The latest copy of each incident that the other side's desks hold."""
    copies = Share.objects.filter(
        side=side,
        own=False,
        unit__side__in={Side.LV, Side.BY} - {side},
        origin=Incident.Origin.SERVICE,
        exercise=False,
        reported_at__gte=starts,
        reported_at__lt=ends,
    ).exclude(tlp=Tlp.RED)
    latest = copies.values("incident").annotate(last=Max("version")).values_list("incident", "last")
    wanted = dict(latest)
    seen: set[int] = set()
    for share in copies.order_by("incident", "-version", "pk"):
        if share.incident_id not in seen and wanted[share.incident_id] == share.version:
            seen.add(share.incident_id)
            yield share


def _top(code: str) -> str:
    return code.split("-", 1)[0]


def _counts(code: str, shared: bool) -> bool:
    """Whether a line of zeros may name the category: for the other side only what may cross."""
    term = terms("incident_category")[code]
    return term.retired_at is None and (not shared or bool(term.facts.get("crosses", True)))


def _group(nationality: str | None) -> str:
    if nationality in ("LVA", "BLR", countries.STATELESS):
        return str(nationality)
    if nationality in (None, countries.UNKNOWN):
        return str(countries.UNKNOWN)
    return "EU" if nationality in UNION else "other"


def _shielded_lines(
    lines: list[tuple[str, Mapping[str, int]]], *, together: bool = False
) -> list[Line]:
    """Lines with their small numbers hidden; one that would give them away is left out whole.

    Lines with one total `together`: where one must hide it, the others would tell it, so all of
    them are left out.
    """
    found, few = [], False
    for key, counted in lines:
        codes = sorted(counted)
        cells, total = shielded_line([counted[code] for code in codes])
        few = few or total is None
        rows = [[code, cell] for code, cell in zip(codes, cells, strict=True)]
        found.append({"key": key, "rows": rows, "total": total})
        if not together and total is None:
            found[-1] = {"key": key, "rows": [], "total": None, "few": True}
    if together and few:
        return [{"key": key, "rows": [], "total": None, "few": True} for key, _counted in lines]
    return found
