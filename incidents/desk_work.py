"""What incidents ask of a desk when its shift changes, and what its officers did. Reads only.

Named by the settings OPEN_AT_DESK, CALLED_AT_DESK and JOURNAL_OF_DESK.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from django.utils.timezone import now

from contactpoints.handovers import item_of
from contactpoints.journal import Line, Span
from contactpoints.models import Delivery, DeliveryState, Unit, units
from contactpoints.roles import reach
from contactpoints.saying import wording

from .models import Incident, Measure, Note, Part, Release, Share, State, Task
from .texts import headline_of

# Who arrives has to know of what is due in the shift to come.
DUE = timedelta(hours=24)
# An accepted alert that is older asks nobody any more for a note.
RECENT = timedelta(days=31)
UNSENT = (State.DRAFT, State.RETURNED)
# Serious incidents have a channel of their own and stand in no list (docs/serious.md).
SERIOUS = Q(category__code__startswith="SIR")
TITLE_MOST = 200


def open_items(unit: Unit, *, by: Any) -> list[dict[str, Any]]:
    """Accepted alerts without a progress note, tasks that are due, and what was not sent on."""
    return [*_accepted(unit), *_tasks(unit, by), *_unsent(unit)]


def _accepted(unit: Unit) -> Iterator[dict[str, Any]]:
    """Those about which the desk's side wrote nothing since, and has not closed its part."""
    rows = Delivery.objects.at([unit.pk]).filter(
        state=DeliveryState.ACCEPTED,
        recalled_at=None,
        accepted_at__gte=now() - RECENT,
        alert__about__startswith="incident:",
    )
    rows = rows.select_related("alert").order_by("accepted_at", "pk")
    found = [delivery for delivery in rows if not delivery.is_over]
    uids = {UUID(delivery.alert.about.partition(":")[2]) for delivery in found}
    incidents = {
        f"incident:{uid}": pk
        for pk, uid in Incident.objects.filter(uid__in=uids).values_list("pk", "uid")
    }
    written = _last_written(incidents.values(), unit.side)
    closed = set(
        Part.objects.filter(
            incident__in=incidents.values(), side=unit.side, closed_at__isnull=False
        ).values_list("incident_id", flat=True)
    )
    for delivery in found:
        pk = incidents.get(delivery.alert.about)
        at = delivery.accepted_at
        assert at is not None
        if pk is not None and pk not in closed and written.get(pk, at) <= at:
            yield item_of(
                "no_progress",
                delivery.ref,
                about=delivery.alert.about,
                number=str(delivery.card.get("number") or ""),
                at=at,
                priority=delivery.priority,
            )


def _last_written(incidents: Any, side: str) -> dict[int, datetime]:
    """Incident id -> when the side last wrote a note or a measure about it."""
    found: dict[int, datetime] = {}
    for kind in (Note, Measure):
        rows = kind.objects.filter(incident__in=incidents, side=side)
        for pk, at in rows.values_list("incident_id", "at"):
            found[pk] = max(at, found.get(pk, at))
    return found


def _tasks(unit: Unit, by: Any) -> Iterator[dict[str, Any]]:
    """The desk's tasks, and those of the officer who leaves, that are due in the next 24 hours."""
    whose = Q(assigned=unit) | (Q(officer=by.pk) if by is not None else Q())
    rows = Task.objects.going_on().filter(whose, side=unit.side, due_at__lte=now() + DUE)
    for task in rows.select_related("incident").order_by("due_at", "pk"):
        yield item_of(
            "task",
            f"task:{task.uid}",
            about=task.incident.ref,
            number=task.incident.number or "",
            at=task.due_at,
        )


def _unsent(unit: Unit) -> Iterator[dict[str, Any]]:
    """Reports of the desk and of the units around it that are drafts, or came back to be mended."""
    around = [one.pk for one in reach(unit, list(units().values()))]
    rows = (
        Incident.objects.filter(unit__in=around, state__in=UNSENT).exclude(SERIOUS).order_by("pk")
    )
    for incident in rows:
        yield item_of(
            "draft",
            incident.ref,
            about=incident.ref,
            number=incident.number or "",
            at=incident.reported_at,
        )


def titles(user: Any, refs: list[str]) -> dict[str, str]:
    """What these tasks and reports are called to `user` now, by reference."""
    found: dict[str, str] = {}
    tasks = _uids(refs, "task")
    for task in Task.objects.visible_to(user).filter(uid__in=tasks) if tasks else ():
        found[f"task:{task.uid}"] = task.what[:TITLE_MOST]
    reports = _uids(refs, "incident")
    copies = Share.objects.visible_to(user).filter(incident__uid__in=reports)
    for share in copies.select_related("incident") if reports else ():
        found[share.incident.ref] = headline_of(share)[0]
    return found


def _uids(refs: list[str], subject: str) -> list[str]:
    return [uid for kind, _colon, uid in (ref.partition(":") for ref in refs) if kind == subject]


def events(span: Span) -> Iterator[Line]:
    """Reports, releases, notes and measures of the officers of the desk, as the reader may know
    them: of an incident that is out of reach the journal says nothing."""
    seen = Incident.objects.visible_to(span.user).exclude(SERIOUS)
    between = {"gte": span.starts, "lt": span.ends}
    reported = seen.filter(
        reported_by__in=span.people, **{f"reported_at__{how}": at for how, at in between.items()}
    )
    for incident in reported.select_related("reported_by"):
        yield _line(incident.reported_at, "reported", incident, incident.reported_by)
    at = {f"at__{how}": moment for how, moment in between.items()}
    releases = Release.objects.filter(by__in=span.people, alert__sender=span.unit, **at)
    for release in releases.filter(incident__in=seen).select_related("incident", "by", "desk"):
        more = {"version": release.version, "unit": release.desk}
        yield _line(release.at, "released", release.incident, release.by, **more)
    for kind, model in (("note", Note), ("measure", Measure)):
        rows = model.objects.filter(by__in=span.people, side=span.unit.side, **at)
        for remark in rows.filter(incident__in=seen).select_related("incident", "by"):
            line = _line(remark.at, kind, remark.incident, remark.by)
            line.text = wording(remark, "text", span.user.side)
            yield line


def _line(at: datetime, kind: str, incident: Incident, by: Any, **more: Any) -> Line:
    return Line(
        at,
        kind,
        {"officer": by, "number": incident.number or "—", **more},
        link=settings.ABOUT_LINKS["incident"].format(uid=incident.uid),
        exercise=incident.exercise,
    )
