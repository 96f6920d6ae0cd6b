"""Lists as their pages show them: what a row says in one line, what holds a unit, what became of
it. Reads only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from bordercoop.audit.models import Entry
from bordercoop.errors import Stale
from bordercoop.reference import lists
from bordercoop.reference.lists import Difference
from bordercoop.reference.models import OPENABLE, Place, PlaceStatus, Proposal, views_of
from bordercoop.reference.sides import Side

from .models import DutyShift, Posting, Unit, units

BOTH = (Side.LV.value, Side.BY.value)


def sides_for(user: Any) -> tuple[str, ...]:
    """The two sides, the reader's own first."""
    return BOTH[::-1] if user.side == Side.BY else BOTH


def what_holds(unit: Unit) -> list[Any]:
    """A sentence for each thing that keeps a unit from being retired."""
    moment = now()
    held: list[Any] = []
    if unit.parent_id is None:
        held.append(_("It is the head of its side's tree."))
    if unit.kind == Unit.Kind.DESK:
        held.append(_("It is a desk of a contact point, which both sides agreed on."))
    below = unit.children.filter(retired_at=None).count()
    if below:
        held.append(
            ngettext(
                "%(count)s unit below it is in use.", "%(count)s units below it are in use.", below
            )
            % {"count": below}
        )
    people = Posting.objects.filter(unit=unit, ended_at=None).exclude(ends_at__lte=moment)
    if posted := people.values("officer").distinct().count():
        held.append(
            ngettext(
                "%(count)s officer is posted there.", "%(count)s officers are posted there.", posted
            )
            % {"count": posted}
        )
    shifts = DutyShift.objects.filter(unit=unit, cancelled_at=None, period__endswith__gt=moment)
    if booked := shifts.count():
        held.append(
            ngettext("%(count)s duty shift is booked.", "%(count)s duty shifts are booked.", booked)
            % {"count": booked}
        )
    for name in settings.UNIT_HOLDERS:
        held += import_string(name)(unit)
    return held


@dataclass
class Line:
    """A unit in the table of a side; `depth` is how far below the head of the tree it hangs."""

    unit: Unit
    depth: int


def tree_of(side: str) -> list[Line]:
    """The side's units, each below its parent; siblings in their order."""
    below: dict[int | None, list[Unit]] = {}
    for unit in units().values():
        if unit.side == side:
            below.setdefault(unit.parent_id, []).append(unit)
    lines: list[Line] = []
    waiting = [(unit, 0) for unit in reversed(below.get(None, []))]
    while waiting:
        unit, depth = waiting.pop()
        lines.append(Line(unit, depth))
        waiting += [(child, depth + 1) for child in reversed(below.get(unit.pk, []))]
    return lines


# What a value of a unit or a desk is called in its history.
CALLED = {
    **{f"name_{language}": label for language, label in lists.NAME_LABELS.items()},
    "parent": gettext_lazy("Below"),
    "kind": gettext_lazy("Kind"),
    "place": gettext_lazy("Place"),
    "order": gettext_lazy("Position in the list"),
    "retires_on": gettext_lazy("Day"),
    "hours": gettext_lazy("Hours"),
    "phone": gettext_lazy("Telephone"),
    "email": gettext_lazy("E-mail"),
    "languages": gettext_lazy("Languages"),
}


@dataclass
class Event:
    """One line of a unit's history; `changes` are (label, before, after)."""

    at: datetime
    by: Any
    sentence: str
    changes: list[tuple[Any, str, str]]


def history_of(unit: Unit) -> list[Event]:
    """What administrators did to a unit and its desk, newest first, at most 50."""
    said = {
        "unit.added": _("Unit added"),
        "unit.changed": _("Unit changed"),
        "unit.moved": _("Unit moved in the tree"),
        "unit.retired": _("Unit retired"),
        "unit.retirement_set": _("Day of retirement set"),
        "unit.restored": _("Unit in use again"),
        "desk.changed": _("Desk changed"),
    }
    entries = Entry.objects.filter(about=f"unit:{unit.code}", verb__in=said)
    return [
        Event(entry.at, entry.actor, said[entry.verb], _changes(entry))
        for entry in entries.select_related("actor")[:50]
    ]


def _changes(entry: Entry) -> list[tuple[Any, str, str]]:
    before, after = entry.facts.get("before", {}), entry.facts.get("after", {})
    if entry.verb == "unit.moved":
        before, after = {"parent": before}, {"parent": after}
    elif entry.verb == "unit.retirement_set":
        before, after = {}, {"retires_on": entry.facts.get("on")}
    return [
        (CALLED.get(name, name), _plain(before.get(name)), _plain(after[name]))
        for name in sorted(after)
    ]


def _plain(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value or "—")


def require_version(common: lists.CommonList, row: Any, version: int) -> None:
    """Raise Stale, with the row's values as `current`, unless it still is at that version."""
    if row.version != version:
        raise Stale(
            _(
                "%(code)s was changed meanwhile. Compare both versions: "
                "a new proposal has to start from what stands now."
            )
            % {"code": row.code},
            current=lists.values(common, row),
        )


def summary(common: lists.CommonList, row: Any) -> str:
    """What a row says, in one line of its list."""
    if common is lists.CATEGORIES:
        crosses = row.facts.get("crosses", True)
        return "" if crosses else _("Never released to the other side")
    if common is lists.DEADLINES:
        return f"{row.limit} · {row.get_matter_display()}. {row.text}"
    if common is lists.TEMPLATES:
        return f"{row.get_use_display()}. {row.text}"
    if common is lists.PLACES:
        return str(row.get_kind_display())
    return ""


@dataclass
class Change:
    """One proposal in the history of a row, with what it would change or has changed."""

    proposal: Proposal
    differences: list[Difference]


def proposals_about(common: lists.CommonList, code: str) -> list[Change]:
    """Everything ever proposed for one row, newest first, at most 100."""
    rows = Proposal.objects.about(common.slug, code)
    rows = rows.select_related("proposed_by", "decided_by", "withdrawn_by")
    return [
        Change(proposal, lists.differences(common, proposal.before, proposal.after))
        for proposal in rows.order_by("-pk")[:100]
    ]


@dataclass
class View:
    """What a side says about a place; `status` is None when it has said nothing."""

    side: str
    status: PlaceStatus | None


@dataclass
class Opening:
    """A place with what both sides say, the reader's own first."""

    place: Place
    views: list[View]

    @property
    def differ(self) -> bool:
        """Both have said something, and not the same."""
        states = [view.status.state if view.status else None for view in self.views]
        return None not in states and len(set(states)) > 1


def openings(places: Iterable[Place], user: Any) -> list[Opening]:
    """The places that open and close among these, by one statement."""
    rows = [place for place in places if place.kind in OPENABLE]
    said = views_of(rows)
    return [
        Opening(place, [View(side, said.get(place.pk, {}).get(side)) for side in sides_for(user)])
        for place in rows
    ]
