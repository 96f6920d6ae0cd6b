"""What the pages of people show: who takes part on each side, what the reader may do, whom to
nominate, the own part. Reads only."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.utils.timezone import now

from contactpoints.access import SERVICES, may, units_where
from contactpoints.models import Posting, Unit

from .access import agrees
from .models import Activity, AnswerLetter, Participation, PartMove, PartState, TimeProposal
from .models.people import ASKED_ANEW
from .travels import readable_fields

# While units nominate; while an officer can still answer.
NOMINATED_IN = ("nominations", "confirmed")
ANSWERED_IN = ("nominations", "confirmed", "running")
SETTLED = ("attended", "no_show", "certified", "declined", "withdrawn")
MOST = 200


@dataclass
class Line:
    """One participation on the page. `place` is that in the waiting list, 0 without one; `reason`
    and `since` are of its last move; `again` when it is asked again since the activity moved."""

    part: Participation
    place: int = 0
    reason: str = ""
    since: Any = None
    again: bool = False
    may_approve: bool = False
    may_withdraw: bool = False
    travel: bool = False


@dataclass
class SidePeople:
    side: str
    seats: int
    taken: int
    own: bool
    lines: list[Line] = field(default_factory=list)
    approved: int = 0

    @property
    def free(self) -> int:
        return max(self.seats - self.taken, 0)


ORDER = ("invited", "accepted", "tentative", "attended", "certified", "no_show", "approved",
         "nominated", "waitlisted", "declined", "withdrawn")  # fmt: skip


def people_of(activity: Activity, user: Any) -> list[SidePeople]:
    """Each side of the activity, the reader's own first, with whom the reader may see of it."""
    seats = dict(activity.quotas.values_list("side", "seats"))
    taken = list(activity.participations.seated().values_list("side", flat=True))
    sides = sorted(activity.sides, key=lambda side: side != user.side)
    found = {
        side: SidePeople(side, seats.get(side, 0), taken.count(side), side == user.side)
        for side in sides
    }
    rows = Participation.objects.visible_to(user).filter(activity=activity)
    parts = list(rows.select_related("officer", "unit").order_by("pk"))
    last = _last_moves(parts)
    place: dict[int, int] = {}
    if any(part.state == "waitlisted" for part in parts):
        for side in sides:
            ids = activity.participations.waiting().filter(side=side).values_list("pk", flat=True)
            place |= {pk: number for number, pk in enumerate(ids, 1)}
    heads = agrees(user)
    for part in sorted(parts, key=lambda one: (ORDER.index(one.state), place.get(one.pk, 0))):
        part.activity = activity
        move, of = last.get(part.pk), found[part.side]
        of.approved += part.state == "approved"
        of.lines.append(
            Line(
                part=part,
                place=place.get(part.pk, 0),
                reason=move.reason if move and of.own else "",
                since=move.at if move else None,
                again=_asked_again(move),
                may_approve=part.state == "nominated"
                and activity.state in NOMINATED_IN
                and part.officer_id != user.pk
                and may(user, "approve_nominations", part.unit_id),
                may_withdraw=part.state not in SETTLED
                and ((heads and of.own) or may(user, "nominate", part.unit_id)),
                travel=part.state not in ("declined", "withdrawn")
                and bool(readable_fields(user, part)),
            )
        )
    return list(found.values())


def _last_moves(parts: list[Participation]) -> dict[int, PartMove]:
    rows = PartMove.objects.filter(participation__in=[part.pk for part in parts])
    return {move.participation_id: move for move in rows.order_by("at", "pk")}


def _asked_again(move: PartMove | None) -> bool:
    return move is not None and move.after == "invited" and move.before in ASKED_ANEW


def may_invite(activity: Activity, user: Any) -> bool:
    return activity.state in NOMINATED_IN and user.side in activity.sides and agrees(user)


def to_nominate(activity: Activity, user: Any) -> list[tuple[Unit, list[Any]]]:
    """Whom `user` may nominate, by the unit of the posting, in the order of the tree; nobody while
    no nominations are taken, and nobody twice."""
    until = activity.nominations_until
    if activity.state not in NOMINATED_IN or (until is not None and until <= now()):
        return []
    if user.side not in activity.sides:
        return []
    at = units_where(user, "nominate")
    rows = Posting.objects.active().filter(unit__in=at, officer__is_active=True)
    rows = rows.filter(officer__side=user.side).select_related("officer", "unit")
    standing = activity.participations.exclude(state=PartState.WITHDRAWN)
    seen = set(standing.values_list("officer_id", flat=True))
    groups: dict[Unit, list[Any]] = {}
    for posting in rows.order_by("unit__order", "unit__code", "officer__name_latin", "officer_id"):
        if posting.officer_id not in seen:
            seen.add(posting.officer_id)
            groups.setdefault(posting.unit, []).append(posting.officer)
    return list(groups.items())


@dataclass
class OwnPart:
    """An own participation: `answerable` now; `again` when it is asked again since the activity
    moved; `late_letter` when an answer by letter came to an earlier time and was not taken."""

    part: Participation
    answerable: bool
    reason: str
    again: bool
    late_letter: bool


def own_parts(user: Any) -> list[OwnPart]:
    """The officer's own participations, those to come first."""
    rows = Participation.objects.filter(officer=user.pk).select_related("activity", "unit")
    parts = list(rows.order_by("-activity__period", "-pk")[:MOST])
    last = _last_moves(parts)
    letters = AnswerLetter.objects.filter(participation__in=parts).order_by("at", "pk")
    came = {letter.participation_id: letter for letter in letters}
    moment = now()
    found = []
    for part in parts:
        ahead = part.activity.state in ANSWERED_IN and part.activity.ends_at > moment
        move, letter = last.get(part.pk), came.get(part.pk)
        late = letter is not None and letter.outcome == "outdated"
        found.append(
            OwnPart(
                part=part,
                answerable=ahead
                and part.state in ("invited", "accepted", "tentative", "declined", "waitlisted"),
                reason=move.reason if move else "",
                again=_asked_again(move),
                late_letter=bool(late and letter and move and letter.at > move.at),
            )
        )
    return sorted(found, key=lambda one: one.part.activity.ends_at <= moment)


def invitations_to_answer(user: Any) -> int:
    rows = Participation.objects.filter(officer=user.pk, state="invited")
    rows = rows.filter(activity__state__in=ANSWERED_IN, activity__period__endswith__gt=now())
    return rows.count()


def nominations_to_approve(user: Any) -> list[Participation]:
    """Nominated officers whose going `user` decides, the earliest activity first."""
    at = units_where(user, "approve_nominations")
    if user.side not in SERVICES or not at:
        return []
    rows = Participation.objects.filter(state="nominated", unit__in=at)
    rows = rows.filter(activity__state__in=NOMINATED_IN).exclude(officer=user.pk)
    return list(rows.select_related("activity").order_by("activity__period", "pk")[:MOST])


def proposals_of(activity: Activity, user: Any) -> list[TimeProposal]:
    rows = TimeProposal.objects.visible_to(user).open().filter(participation__activity=activity)
    return list(rows.select_related("participation__officer", "participation__activity"))


def proposed_times(activity: Activity, user: Any, asked: str) -> dict[str, Any]:
    """The times of a proposal, by which the form that changes the activity is filled in: `asked` is
    its public id; {} where there is no such open one."""
    found = next((one for one in proposals_of(activity, user) if str(one.uid) == asked), None)
    if found is None:
        return {}
    return {"starts_at": found.period.lower, "ends_at": found.period.upper}
