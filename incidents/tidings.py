"""Since when a desk may read, what was taken back from it, and what had left the portal by then.

Reads only.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from bordercoop.audit.models import Entry as AuditEntry
from contactpoints.models import Delivery, Unit

from .models import Audience, Incident, Measure, Note, Recall, Share, TaskQuerySet


@dataclass
class Entry:
    """One entry of the timeline. `audience` is "own" or "shared"; `text` is an officer's words.

    `number` is the record it belongs to, where records were merged; `early` when it happened
    before the reader's desk was told. `ref` names a note that may be answered; `reply_to` is the
    note that this one answers. `desk` is the one at which it became known, None where it was said
    beside the report.
    """

    at: datetime
    icon: str
    sentence: str
    side: str
    audience: str
    by: Any = None
    text: str = ""
    detail: str = ""
    due_at: datetime | None = None
    number: str = ""
    early: bool = False
    ref: Any = None
    reply_to: Note | None = None
    desk: Unit | None = None


@dataclass
class TakenBack:
    """A desk from which the copy was taken, and whether it has said that it knows.

    `exports`: who had taken the copy out of the portal there, with the time.
    """

    recall: Recall
    delivery: Delivery
    exports: list["Taken"]

    @property
    def steps(self) -> list[dict[str, Any]]:
        """As `Held.steps`: recalled, delivered, opened, acknowledged."""
        d = self.delivery
        rows = [
            (_("Recalled"), self.recall.at, self.recall.by),
            (_("Delivered"), d.delivered_at, None),
            (_("Opened"), d.opened_at, d.opened_by),
            (_("Acknowledged"), d.acknowledged_at, d.acknowledged_by),
        ]
        later = [any(row[1] for row in rows[i:]) for i in range(len(rows))]
        return [
            {"label": label, "at": at, "by": by, "done": later[i], "failed": False}
            for i, (label, at, by) in enumerate(rows)
        ]


def taken_back(incident: Incident) -> list[TakenBack]:
    """For the owner: desks that hold no copy any more, each with its last recall."""
    recalls = incident.recalls.exclude(alert=None).select_related("desk", "by").order_by("pk")
    last = {recall.desk_id: recall for recall in recalls}
    if not last:
        return []
    held = set(incident.shares.filter(own=False, passed_by=None).values_list("unit_id", flat=True))
    rows = Delivery.objects.whole().filter(alert__in=[r.alert_id for r in last.values()])
    deliveries = {d.desk_id: d for d in rows}
    gone = [recall for desk, recall in last.items() if desk not in held]
    return [
        TakenBack(recall, deliveries[recall.desk_id], taken_out(incident, recall.desk))
        for recall in sorted(gone, key=lambda r: (r.desk.order, r.desk.code))
    ]


@dataclass
class Taken:
    """A copy that left the portal on paper or as a file."""

    at: datetime
    by: Any
    version: int


def taken_out(incident: Incident, desk: Unit) -> list[Taken]:
    """Who printed or fetched the copy of this desk as a PDF, newest first, after the audit.

    Only printings of that very copy by its holder's side: nothing else that the side did.
    """
    rows = AuditEntry.objects.filter(
        about=incident.ref, verb="incident.printed", side=desk.side, facts__desk=desk.code
    )
    return [
        Taken(row.at, row.actor, row.facts.get("version", 0))
        for row in rows.select_related("actor").order_by("-pk")[:20]
    ]


@dataclass
class Told:
    """Since when a desk may read an incident, and whether what both sides shared before as well."""

    since: datetime | None = None
    backlog: bool = True

    def hides(self, at: datetime) -> bool:
        return self.since is not None and not self.backlog and at < self.since

    def before(self, at: datetime) -> bool:
        return self.since is not None and at < self.since


def told(incident: Incident, share: Share) -> Told:
    """For the holder of a released copy: from its first release since the last recall."""
    if share.own or share.unit.side == incident.side or share.origin != Incident.Origin.SERVICE:
        return Told()
    desk_id = _given_to(incident, share)
    rows = incident.releases.filter(desk_id=desk_id)
    recall = incident.recalls.filter(desk_id=desk_id).order_by("-pk").first()
    if recall is not None:
        rows = rows.filter(at__gt=recall.at)
    releases = list(rows.order_by("pk"))
    return Told(releases[0].at, releases[-1].backlog) if releases else Told()


def _given_to(incident: Incident, share: Share) -> int:
    """The desk that got this copy from the originator: who was passed it on reads no more."""
    if share.passed_by_id is None:
        return share.unit_id
    before = dict(incident.shares.values_list("unit_id", "passed_by_id"))
    at, seen = share.passed_by_id, {share.unit_id}
    while before.get(at) is not None and at not in seen:
        seen.add(at)
        at = before[at]
    return at


def a_guest(incident: Incident, share: Share, reader: Any) -> bool:
    """Whether the copy was passed on to neither side: it is read without what they say beside."""
    return share.held_by_a_guest(reader)


def readable_notes(incident: Incident, share: Share, reader: Any) -> list[Note]:
    """Notes that `reader` may read through this copy, oldest first, with their writers."""
    if a_guest(incident, share, reader):
        return []
    since = told(incident, share)
    rows = incident.notes.select_related("by", "reply_to__by").order_by("at", "pk")
    return [note for note in rows if reads(note, reader, since)]


def readable_tasks(incident: Incident, share: Share, reader: Any) -> TaskQuerySet:
    """Tasks that `reader` may read through this copy: those of the own side, and what the other
    side gave to both as far as it was said to a desk that holds a copy."""
    rows = incident.tasks.readable_by(reader.side)
    if a_guest(incident, share, reader):
        return rows.filter(side=reader.side)
    since = told(incident, share)
    if since.since is not None and not since.backlog:
        rows = rows.filter(Q(side=reader.side) | Q(at__gte=since.since))
    return rows


def count_tasks(records: Iterable[tuple[Incident, Share]], reader: Any) -> dict[str, int]:
    """Of what `reader` reads through these copies: how many tasks go on (`open`), and how many of
    those are overdue (`late`)."""
    found = [readable_tasks(incident, share, reader).counted() for incident, share in records]
    return {key: sum(counted[key] for counted in found) for key in ("open", "late")}


def reads(remark: Note | Measure, reader: Any, since: Told) -> bool:
    if remark.side == reader.side:
        return True
    return remark.audience == Audience.SHARED and not since.hides(remark.at)
