"""How long each side keeps personal data of an incident, and what is due. Reads only.

The clock of a side begins when its own part of the incident is closed (where it has none, when the
incident is), or when the report is withdrawn; a merged record goes with the one it lives on in. It
begins anew with everything that is added afterwards. An open incident has no clock.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Max, QuerySet
from django.db.models.functions import Greatest
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.errors import Refused
from bordercoop.reference.sides import ZONE
from contactpoints.access import SERVICES, audited_side, units_where

from .models import (
    OF_INCIDENTS,
    Attachment,
    Audience,
    Decision,
    Incident,
    IncidentVersion,
    Kept,
    LegalHold,
    Measure,
    Note,
    Part,
    Purge,
    PurgeLine,
    RetentionPeriod,
    SealedCopy,
    SealedReading,
    SealedVersion,
    State,
    TaskComment,
    merged_into,
)

Rows = QuerySet[Any]


def today(side: str, at: datetime | None = None) -> date:
    """The day on the side's clock."""
    return (at or now()).astimezone(ZoneInfo(ZONE[side])).date()


# --- periods


def periods(side: str, on: date | None = None) -> dict[str, RetentionPeriod]:
    """The period in force of each kind that has one."""
    rows = RetentionPeriod.objects.filter(side=side, starts_on__lte=on or today(side))
    rows = rows.order_by("kind", "-starts_on", "-pk").distinct("kind")
    return {row.kind: row for row in rows}


def history(side: str) -> dict[str, list[RetentionPeriod]]:
    """Every row of each kind, the latest day first."""
    found: dict[str, list[RetentionPeriod]] = {str(kind): [] for kind in Kept}
    rows = RetentionPeriod.objects.filter(side=side).select_related("by")
    for row in rows.order_by("-starts_on", "-pk"):
        found[row.kind].append(row)
    return found


# --- what is kept


def kept(kind: str, side: str) -> list[tuple[Rows, str, Any]]:
    """The rows of a side that still hold personal data of a kind: (rows, the name of their
    incident, the moment from which they count at the earliest)."""
    if kind == Kept.SEALED:
        of = SealedVersion.objects.filter(purge=None, person__incident__side=side)
        return [(of, "person__incident", "at")]
    if kind == Kept.COPY:
        copies = SealedCopy.objects.filter(purge=None, desk__side=side)
        return [(copies, "incident", Greatest("at", "recalled_at", "replaced_at"))]
    if kind == Kept.FILE:
        return [(Attachment.objects.filter(purge=None, side=side), "incident", "at")]
    if kind == Kept.READING:
        return [(SealedReading.objects.filter(purge=None, side=side), "incident", "at")]
    own: dict[str, Any] = {"purge": None, "side": side, "audience": Audience.OWN}
    versions = IncidentVersion.objects.filter(
        purge=None, incident__side=side, incident__origin=Incident.Origin.SERVICE
    )
    return [
        (Note.objects.filter(**own), "incident", "at"),
        (Measure.objects.filter(**own), "incident", "at"),
        (TaskComment.objects.filter(**own), "incident", "at"),
        (versions.exclude(content__internal_note="").filter(content__has_key="internal_note"),
         "incident", "at"),
    ]  # fmt: skip


# --- clocks


def ends(incidents: Iterable[int], side: str) -> dict[int, datetime]:
    """When the clock of the side began for each of these incidents; those that are open are not
    in it. A few statements for any number."""
    asked = set(incidents)
    lives = merged_into(asked)
    there = set(lives.values())
    found: dict[int, datetime] = {}
    rows = Incident.objects.filter(pk__in=there, closed_at__isnull=False)
    found.update(rows.filter(state=State.CLOSED).values_list("pk", "closed_at"))  # type: ignore[arg-type]
    parts = Part.objects.filter(incident__in=there, side=side)
    for pk, closed_at in parts.values_list("incident_id", "closed_at"):
        if closed_at is not None:
            found[pk] = closed_at
        else:
            found.pop(pk, None)
    withdrawn = Decision.objects.filter(
        incident__in=there, deed=Decision.Deed.WITHDRAWN, incident__state=State.WITHDRAWN
    )
    found.update(
        withdrawn.values("incident_id").annotate(last=Max("at")).values_list("incident_id", "last")
    )
    return {pk: found[live] for pk, live in lives.items() if live in found}


def held(incidents: Iterable[int], side: str) -> set[int]:
    """Those of the incidents of which the side may purge nothing now: a hold stands on them, or on
    the record that they were merged into."""
    lives = merged_into(set(incidents))
    standing = set(
        LegalHold.objects.filter(
            incident__in={*lives, *lives.values()}, side=side, lifted_at=None
        ).values_list("incident_id", flat=True)
    )
    return {pk for pk, live in lives.items() if {pk, live} & standing}


@dataclass(frozen=True)
class Clock:
    """How long one kind of one incident is kept. `until` is the last day, None while no clock runs
    or no period is set; `period` is what it follows from."""

    kind: str
    count: int
    until: date | None
    period: RetentionPeriod | None

    @property
    def label(self) -> str:
        return str(Kept(self.kind).label)


def until(start: datetime, side: str, period: RetentionPeriod) -> date:
    """The last day on which it is kept."""
    return today(side, start) + timedelta(days=period.days)


def clocks(incident: Incident, side: str) -> list[Clock]:
    """What the side keeps of an incident, in the order of the kinds; nothing for those it keeps
    nothing of. `count` says in how many rows."""
    in_force = periods(side)
    ended = ends([incident.pk], side).get(incident.pk)
    found = []
    for kind in OF_INCIDENTS:
        period, count, last, over = in_force.get(str(kind)), 0, None, False
        for rows, name, moment in kept(kind, side):
            own = rows.filter(**{name: incident}).aggregate(last=Max(moment), count=Count("pk"))
            count += own["count"]
            last = max(filter(None, (last, own["last"])), default=None)
        if last is None:
            continue
        if kind == Kept.COPY:
            copies = SealedCopy.objects.filter(incident=incident, desk__side=side)
            over = not copies.in_force().exists()
        start = last if over else max(last, ended) if ended else None
        day = until(start, side, period) if start and period else None
        found.append(Clock(str(kind), count, day, period))
    return found


def due(side: str) -> list[tuple[int, list[str]]]:
    """(incident, kinds) of which the period has passed and no hold stands, in the order of the
    incidents. Nothing under a period that the service has not confirmed."""
    wanted: dict[int, list[str]] = {}
    for kind, period in periods(side).items():
        if period.confirmed and kind in OF_INCIDENTS:
            for pk in _passed(kind, side, period):
                wanted.setdefault(pk, []).append(kind)
    stopped = held(wanted, side)
    return sorted((pk, kinds) for pk, kinds in wanted.items() if pk not in stopped)


def _passed(kind: str, side: str, period: RetentionPeriod) -> set[int]:
    late: dict[int, datetime] = {}
    if kind == Kept.COPY:
        ((copies, _name, _moment),) = kept(kind, side)
        there = list(copies.defer("people"))
        began = ends({copy.incident_id for copy in there}, side)
        return {
            copy.incident_id
            for copy in there
            if _copy_is_due(copy, side, period, began.get(copy.incident_id))
        }
    # A day more than any zone is wide; the exact day is compared below.
    latest = now() - timedelta(days=period.days - 1)
    for rows, name, moment in kept(kind, side):
        for pk, last in rows.values_list(f"{name}_id").annotate(last=Max(moment)).order_by():
            late[pk] = max(late.get(pk, last), last)
    began = ends((pk for pk, last in late.items() if last < latest), side)
    day = today(side)
    return {pk for pk, start in began.items() if until(max(start, late[pk]), side, period) < day}


def due_rows(
    kind: str, side: str, incident: int, period: RetentionPeriod
) -> tuple[list[Any], date | None]:
    """Those of an incident's rows of one kind whose period has passed, and the last day they were
    kept. All of a kind go together, copies of desks each by itself."""
    ended = ends([incident], side).get(incident)
    found = [row for rows, name, _moment in kept(kind, side)
             for row in rows.filter(**{name: incident}).order_by("pk")]  # fmt: skip
    if kind == Kept.COPY:
        found = [copy for copy in found if _copy_is_due(copy, side, period, ended)]
        starts = [start for copy in found if (start := _copy_start(copy, ended)) is not None]
    elif ended is None:
        found = []
    else:
        starts = [ended, *(row.at for row in found)]
    last = until(max(starts), side, period) if found else None
    return (found, last) if last is not None and last < today(side) else ([], None)


def _copy_is_due(
    copy: SealedCopy, side: str, period: RetentionPeriod, ended: datetime | None
) -> bool:
    start = _copy_start(copy, ended)
    return start is not None and until(start, side, period) < today(side)


def _copy_start(copy: SealedCopy, ended: datetime | None) -> datetime | None:
    over = copy.recalled_at or copy.replaced_at
    if over is not None:
        return over
    return max(ended, copy.at) if ended is not None else None


# --- certificates


def said_by(purge: Purge, lines: list[PurgeLine]) -> dict[str, Any]:
    """Everything a certificate says, as it is hashed: times in UTC, ISO 8601."""
    return {
        "certificate": str(purge.uid),
        "side": purge.side,
        "number": purge.number,
        "process": purge.process,
        "began": purge.at.isoformat(),
        "ended": purge.finished_at.isoformat() if purge.finished_at else None,
        "lines": [
            {
                "incident": line.number,
                "kind": line.kind,
                "rows": line.rows,
                "days": line.days,
                "ground": line.ground,
                "kept_until": line.kept_until.isoformat(),
                "at": line.at.isoformat(),
            }
            for line in lines
        ],
    }


def digest_of(purge: Purge, lines: list[PurgeLine]) -> str:
    """SHA-256 of the digest before it, a line end, and the certificate as JSON with sorted keys."""
    said = json.dumps(said_by(purge, lines), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(f"{purge.previous}\n{said}".encode()).hexdigest()


def lines_of(purge: Purge) -> list[PurgeLine]:
    return list(purge.lines.order_by("pk"))


def is_whole(purge: Purge) -> bool:
    """Whether a certificate says what it said when it was made, after the one it was made after."""
    before = Purge.objects.of_side(purge.side).filter(number=(purge.number or 0) - 1).first()
    follows = purge.previous == (before.digest if before else "")
    return follows and purge.digest == digest_of(purge, lines_of(purge))


# --- who reads it, and the record


def reads_retention(user: Any) -> bool:
    """Whether an officer reads the periods and holds of the own side."""
    return user.side in SERVICES and bool(audited_side(user) or units_where(user, "place_holds"))


@dataclass(frozen=True)
class RecordClock:
    """What the owner's record says. It follows from the record alone, so that nobody learns from it
    whether anybody stands in the sealed part. `until` None while the incident is open."""

    until: date | None
    confirmed: bool
    held: bool


def record_clock(
    incident: Incident, parts: Iterable[Part], standing: Decision | None = None
) -> RecordClock | None:
    """None where no period is set, and for records of public sources.

    `parts` are those of the incident, `standing` its withdrawal when it was withdrawn.
    """
    if incident.origin != Incident.Origin.SERVICE:
        return None
    period = periods(incident.side).get(Kept.SEALED)
    if period is None:
        return None
    own = next((part for part in parts if part.side == incident.side), None)
    if incident.state == State.MERGED:
        ended = ends([incident.pk], incident.side).get(incident.pk)
    elif incident.state == State.WITHDRAWN:
        ended = standing.at if standing else None
    else:
        ended = own.closed_at if own else incident.closed_at
    day = until(ended, incident.side, period) if ended else None
    holds = LegalHold.objects.filter(incident=incident, side=incident.side, lifted_at=None)
    return RecordClock(day, period.confirmed, holds.exists())


def all_periods(side: str) -> QuerySet[RetentionPeriod]:
    """Every row of a side, by kind, the latest day first."""
    return RetentionPeriod.objects.filter(side=side).order_by("kind", "-starts_on", "-pk")


def open_purge(side: str) -> Purge | None:
    """The purge of a side that has begun and not ended."""
    return Purge.objects.filter(side=side, finished_at=None).first()


def holds_for(user: Any) -> QuerySet[LegalHold]:
    """Holds of the own side on incidents that the officer sees, newest first."""
    seen = Incident.objects.visible_to(user).values("pk")
    rows = LegalHold.objects.filter(side=user.side, incident__in=seen)
    return rows.select_related("incident", "by", "lifted_by").order_by("-pk")


def certificate_of(user: Any, uid: Any) -> Purge:
    """Refused (404) for everybody who does not audit the side of it."""
    purge = Purge.objects.of_side(audited_side(user)).filter(uid=uid).first()
    if purge is None:
        raise Refused(_("There is no such certificate."), code="not_found", status=404)
    return purge
