"""What the pages and the API show of sealed parts. Reads only; whoever asks has opened them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from bordercoop.errors import NotAllowed, Refused
from contactpoints.access import may, units_where

from .models import Incident, SealedCopy, SealedPerson, SealedReading, SealedVersion
from .sealed_content import facts

RIGHTS = ("open_sealed", "write_sealed", "release_sealed")


@dataclass
class Shown:
    """A person as it stands: `facts` [(label, value)], `earlier` versions, newest first."""

    uid: str
    version: int
    content: dict[str, str]
    at: datetime | None = None
    by: Any = None
    reason: str = ""
    earlier: list["Shown"] = field(default_factory=list)

    @property
    def facts(self) -> list[tuple[str, str]]:
        return facts(self.content)

    @property
    def title(self) -> str:
        names = (self.content.get(name) for name in ("name_latin", "name_own", "vehicle_plate"))
        return next((name for name in names if name), "")


def people_of(incident: Incident) -> list[Shown]:
    """Everybody in the sealed part who was not purged, in the order of writing, with the versions;
    two statements."""
    persons = list(SealedPerson.objects.filter(incident=incident).order_by("pk"))
    versions: dict[int, list[Shown]] = {}
    uids = {person.pk: str(person.uid) for person in persons}
    rows = SealedVersion.objects.filter(person__in=persons, purge=None).select_related("by")
    for row in rows.order_by("-number"):
        shown = Shown(uids[row.person_id], row.number, row.content, row.at, row.by, row.reason)
        versions.setdefault(row.person_id, []).append(shown)
    found = []
    for person in persons:
        if person.pk not in versions:
            continue
        present, *earlier = versions[person.pk]
        present.earlier = earlier
        found.append(present)
    return found


def people_in(copy: SealedCopy) -> list[Shown]:
    return [Shown(each["uid"], each["version"], each["content"]) for each in copy.people]


def person_of(incident: Incident, uid: Any) -> SealedPerson:
    """Refused (404) when there is no such person in this incident."""
    kept = SealedVersion.objects.filter(person=OuterRef("pk"), purge=None)
    person = SealedPerson.objects.filter(Exists(kept), incident=incident, uid=uid).first()
    if person is None:
        raise Refused(_("There is no such person."), code="not_found", status=404)
    return person


def persons_of(incident: Incident, uids: Iterable[Any]) -> list[SealedPerson]:
    """Those of the uids that stand in this incident."""
    return list(SealedPerson.objects.filter(incident=incident, uid__in=list(uids)))


@dataclass(frozen=True)
class Door:
    """How a reader comes to a sealed part: the own one (`copy` None) or a desk's copy.

    `recalled`: what was recalled from the reader's desks and waits to be acknowledged.
    """

    copy: SealedCopy | None
    copies: list[SealedCopy]
    recalled: list[SealedCopy]

    @property
    def own(self) -> bool:
        return self.copy is None and not self.recalled


def door_to(user: Any, incident: Incident, desk: str = "") -> Door:
    """Through what `user` reads the sealed part of an incident it can see.

    Raises NotAllowed on the own side. To everybody else a sealed part that was not released to
    a desk of theirs does not exist (404), whether there is one or not.
    """
    if any(incident.unit_id in units_where(user, right) for right in RIGHTS):
        return Door(None, [], [])
    rows = SealedCopy.objects.about(incident).whole().order_by("desk__order", "pk")
    copies = list(rows.visible_to(user))
    recalled = list(rows.to_acknowledge(user))
    chosen = next((copy for copy in copies if copy.desk.code == desk), None)
    if chosen is None and copies and not desk:
        chosen = copies[0]
    if chosen is None and not recalled:
        if user.side == incident.side:
            raise NotAllowed(
                _("Your posting does not allow the sealed personal part. Ask your head of point.")
            )
        raise Refused(_("There is no such incident."), code="not_found", status=404)
    return Door(chosen, copies, recalled)


def recalls_waiting(user: Any, uid: Any) -> list[SealedCopy]:
    """Recalls of personal data of an incident that wait at the reader's desks, also where the
    incident itself was recalled."""
    rows = SealedCopy.objects.whole().filter(incident__uid=uid).to_acknowledge(user)
    return list(rows.order_by("desk__order", "pk"))


def offers_sealed(user: Any, incident: Incident) -> bool:
    """Whether the record leads to the sealed part. On the own side it always does for whoever may
    write or open it, so that the link says nothing about whether anybody stands in it."""
    if user.side == incident.side and any(may(user, right, incident.unit_id) for right in RIGHTS):
        return incident.origin == Incident.Origin.SERVICE
    if not units_where(user, "open_sealed"):
        return False
    return SealedCopy.objects.about(incident).leading(user).exists()


@dataclass
class Given:
    """A release of personal data as the owner sees it: the copy, and who opened it there.

    `readings` [(hour, count, officer or None)]: a name only on the own side.
    """

    copy: SealedCopy
    readings: list[tuple[datetime, int, Any]]

    @property
    def count(self) -> int:
        return sum(count for _hour, count, _officer in self.readings)


def given_of(incident: Incident, side: str) -> list[Given]:
    """Every release of personal data of an incident, newest first; two statements."""
    copies = list(SealedCopy.objects.about(incident).whole().order_by("-pk"))
    rows = SealedReading.objects.filter(incident=incident, desk__isnull=False, count__gt=0)
    readings = list(rows.select_related("officer").order_by("-hour", "pk"))
    found = []
    for copy in copies:
        until = copy.recalled_at or copy.replaced_at
        merged: dict[tuple[datetime, Any], int] = {}
        for reading in readings:
            within = reading.last_at >= copy.at and (until is None or reading.at < until)
            if reading.desk_id == copy.desk_id and within:
                who = reading.officer if reading.side == side else None
                merged[reading.hour, who] = merged.get((reading.hour, who), 0) + reading.count
        found.append(Given(copy, [(hour, n, who) for (hour, who), n in merged.items()]))
    return found
