"""Two records of one event become one, and two again."""

from typing import Any

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.audit.models import record
from bordercoop.errors import Refused
from bordercoop.live.doorbell import ring_many
from bordercoop.reference.wording import worded
from contactpoints.access import require

from ..content import crosses
from ..models import Incident, Merge, Share, State, absorbed_by
from .moves import copies_take

LONGEST = 500
MERGEABLE = (State.SUBMITTED, State.VERIFIED, State.VALIDATED, State.REOPENED)


def _reason(text: str) -> str:
    empty = _("Write the reason: others act on it.")
    return worded(text, "reason", most=LONGEST, empty=empty, one_line=True)


def _both_locked(first: Incident, second: Incident) -> tuple[Incident, Incident]:
    """Both under row locks, taken in the order of their keys, as they stand now."""
    rows = Incident.objects.filter(pk__in=[first.pk, second.pk]).order_by("pk")
    list(rows.select_for_update(no_key=True).values_list("pk"))
    found = {row.pk: row for row in rows.select_related("unit", "category")}
    return found[first.pk], found[second.pk]


def _in_force(incident: Incident) -> Merge | None:
    return incident.merges.filter(undone_at=None).select_related("into").first()


def _refuse_what_cannot_be_one(from_: Incident, into: Incident) -> None:
    names = {"number": from_.number, "into": into.number}
    if from_.pk == into.pk:
        raise Refused(_("%(number)s cannot be merged into itself.") % names, code="same")
    if from_.origin != Incident.Origin.SERVICE or into.origin != Incident.Origin.SERVICE:
        raise Refused(_("An open-source record has no double entry."), code="open_source")
    if from_.exercise != into.exercise:
        raise Refused(
            _("One of the two is an exercise, so they are not of one event."), code="exercise"
        )
    if (other := _in_force(into)) is not None:
        raise Refused(
            _("%(into)s is merged into %(other)s itself. Merge into that one.")
            % {**names, "other": other.into.number},
            code="merged_already",
        )
    if (other := _in_force(from_)) is not None:
        raise Refused(
            _("%(number)s is merged into %(other)s already. Take that back first.")
            % {**names, "other": other.into.number},
            code="merged_already",
        )
    for incident, states in ((from_, MERGEABLE), (into, (*MERGEABLE, State.CLOSED))):
        if incident.state not in states:
            raise Refused(
                _("%(number)s is %(state)s now, so it cannot be merged.")
                % {"number": incident.number, "state": State(incident.state).label},
                code="wrong_state",
            )
    members = [from_, into]
    members += [merge.source for one in (from_, into) for merge in absorbed_by(one)]
    kinds = {crosses(member.category.code) for member in members}
    elsewhere = Share.objects.filter(incident__in=members).exclude(unit__side=into.side)
    if len(kinds) > 1 and elsewhere.exists():
        raise Refused(
            _(
                "The other side holds one of them, and the other never leaves your side. "
                "They cannot be merged; link them for your own side instead."
            ),
            code="never_released",
        )


def _set_state(incident: Incident, state: str) -> None:
    incident.state = state
    incident.save(update_fields=["state"])
    copies_take(incident, State(state))


def _ring(*incidents: Incident) -> None:
    rows = Share.objects.filter(incident__in=incidents)
    ring_many(sorted(set(rows.values_list("unit__code", flat=True))))


@transaction.atomic
def merge_incidents(into: Incident, from_: Incident, *, reason: str, by: Any) -> Merge:
    """`from_` is the same event as `into`: from now on `into` speaks for both.

    Nothing is lost: versions, notes, copies that desks hold, releases and alerts of both stay
    where they are, and both numbers lead to `into`. Merged twice is merged once. Refused across
    the sides (those are paired), for records that are merged or ended, and where one of them
    never leaves its side while the other side holds the other.
    """
    from_, into = _both_locked(from_, into)
    require(by, "merge_incidents", from_.unit)
    if from_.side != into.side:
        raise Refused(
            _("Records of two sides are never merged. Pair the two reports instead."),
            code="other_side",
        )
    require(by, "merge_incidents", into.unit)
    reason = _reason(reason)
    if (known := _in_force(from_)) is not None and known.into_id == into.pk:
        return known
    _refuse_what_cannot_be_one(from_, into)
    merge = Merge.objects.create(
        source=from_, into=into, before=from_.state, reason=reason, at=now(), by=by
    )
    _set_state(from_, State.MERGED)
    record("incident.merged", from_.ref, by=by, number=from_.number, into=into.number)
    record("incident.absorbed", into.ref, by=by, number=from_.number)
    _ring(from_, into)
    return merge


@transaction.atomic
def unmerge_incidents(from_: Incident, *, reason: str, by: Any) -> Merge:
    """Take the merge of `from_` back: it is again what it was before, state and all.

    What was written beside it meanwhile stays with it. Taken back twice is taken back once.
    """
    require(by, "merge_incidents", from_.unit)
    reason = _reason(reason)
    last = from_.merges.select_related("into").order_by("-pk").first()
    if last is None:
        raise Refused(_("%(number)s is not merged.") % {"number": from_.number}, code="not_merged")
    from_, into = _both_locked(from_, last.into)
    merge = from_.merges.order_by("-pk").get(pk=last.pk)
    if merge.undone_at is not None:
        return merge
    require(by, "merge_incidents", into.unit)
    merge.undone_at, merge.undone_by, merge.undone_reason = now(), by, reason
    merge.save(update_fields=["undone_at", "undone_by", "undone_reason"])
    _set_state(from_, merge.before)
    record("incident.unmerged", from_.ref, by=by, number=from_.number, into=into.number)
    record("incident.let_go", into.ref, by=by, number=from_.number)
    _ring(from_, into)
    return merge
