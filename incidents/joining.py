"""What an incident is joined with, as far as a reader may know. Reads only.

A reader learns of a merge or a link only where a copy of both ends lies within reach.
"""

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from .models import Audience, Incident, Link, LinkKind, Merge, Share, absorbed_by, merged_into
from .reading import Held, held_by_desks
from .tidings import Entry
from .timeline import timeline


def copies_of(user: Any, ids: set[int]) -> dict[int, Share]:
    """The copy that `user` reads of each of these incidents; those out of reach are left out."""
    if not ids:
        return {}
    rows = Share.objects.visible_to(user).filter(incident__in=ids)
    return {copy.incident_id: copy for copy in rows.select_related("incident", "unit")}


def survivor_for(user: Any, incident: Incident) -> Share | None:
    """The copy of the record that `incident` was merged into, or None: it was not merged, or the
    other record is out of the reader's reach."""
    end = merged_into({incident.pk})[incident.pk]
    if end == incident.pk:
        return None
    return copies_of(user, {end}).get(end)


@dataclass
class Absorbed:
    """A record that was merged into the one that is read, and what desks hold of it."""

    merge: Merge
    share: Share
    held: list[Held] = field(default_factory=list)


def absorbed_for(user: Any, incident: Incident) -> list[Absorbed]:
    """The records merged into `incident` of which `user` holds a copy, latest merge first."""
    merges = absorbed_by(incident)
    copies = copies_of(user, {merge.source_id for merge in merges})
    return [
        Absorbed(
            merge,
            copies[merge.source_id],
            held_by_desks(merge.source) if copies[merge.source_id].own else [],
        )
        for merge in merges
        if merge.source_id in copies
    ]


def whole_timeline(
    incident: Incident, share: Share, reader: Any, absorbed: list[Absorbed]
) -> list[Entry]:
    """The timeline of a record and of those merged into it, each entry of more than one marked
    with its number, newest first."""
    entries = timeline(incident, share, reader)
    for one in absorbed:
        entries += [
            _numbered(entry, one.share.number)
            for entry in timeline(one.merge.source, one.share, reader)
        ]
    if absorbed:
        entries = [entry if entry.number else _numbered(entry, share.number) for entry in entries]
    if share.own:
        entries += _merges(incident, reader)
    return sorted(entries, key=lambda entry: entry.at, reverse=True)


def _numbered(entry: Entry, number: str) -> Entry:
    entry.number = number
    return entry


def _merges(incident: Incident, reader: Any) -> list[Entry]:
    """Merges with this record at either end and their undoing, for the own side."""
    rows = Merge.objects.filter(into=incident) | Merge.objects.filter(source=incident)
    merges = list(rows.select_related("source", "into", "by", "undone_by"))
    others = {m.into_id if m.source_id == incident.pk else m.source_id for m in merges}
    known = copies_of(reader, others)
    found = []
    for merge in merges:
        other = merge.into if merge.source_id == incident.pk else merge.source
        if other.pk not in known:
            continue
        names = {"number": merge.source.number, "into": merge.into.number}
        steps = [(merge.at, _("merged %(number)s into %(into)s") % names, merge.by, merge.reason)]
        if merge.undone_at is not None:
            sentence = _("took back the merge of %(number)s into %(into)s") % names
            steps.append((merge.undone_at, sentence, merge.undone_by, merge.undone_reason))
        found += [
            Entry(at, "stack", sentence, incident.side, Audience.OWN, by, reason)
            for at, sentence, by, reason in steps
        ]
    return found


@dataclass
class Linked:
    """A link as seen from one record. `follows` for the direction of a follow-up."""

    link: Link
    share: Share
    follows: bool
    mine: bool

    @property
    def words(self) -> str:
        if self.link.kind == LinkKind.FOLLOW_UP and not self.follows:
            return _("Followed by")
        return str(LinkKind(self.link.kind).label)


def linked_for(user: Any, incident: Incident, *, removed: bool = False) -> list[Linked]:
    """The links of `incident` that `user` may know of, newest first; `removed` the past ones."""
    rows = Link.objects.about(incident).readable_by(user.side)
    rows = rows.filter(removed_at__isnull=not removed)
    if removed:
        rows = rows.filter(side=user.side)
    links = list(rows.select_related("by", "removed_by"))
    copies = copies_of(user, {_other_id(link, incident) for link in links})
    return [
        Linked(
            link,
            copies[_other_id(link, incident)],
            link.first_id == incident.pk,
            link.side == user.side,
        )
        for link in links
        if _other_id(link, incident) in copies
    ]


def _other_id(link: Link, incident: Incident) -> int:
    return link.second_id if link.first_id == incident.pk else link.first_id


def pair_of(user: Any, one: Incident, other: Incident) -> Link | None:
    """The link that pairs these two, as far as `user` may know; the own side's first."""
    rows = Link.objects.about(one).readable_by(user.side).filter(kind=LinkKind.PAIRED)
    first, second = sorted((one.pk, other.pk))
    links = rows.filter(first=first, second=second, removed_at=None).select_related("by")
    return next(iter(sorted(links, key=lambda link: link.side != user.side)), None)


def seen_at(rows: Any, number: str) -> set[int]:
    """Ids of the records that speak for merged ones of these numbers (or beginnings of numbers).

    `rows` are the reader's copies: of what another side holds, no merge is told.
    """
    old = rows.filter(own=True, state="merged", number__startswith=number)
    ids = set(old.values_list("incident_id", flat=True)[:50])
    return set(merged_into(ids).values()) if ids else set()
