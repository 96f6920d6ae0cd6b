"""What the verbs of a joint investigation stand on: lock, whose part it is, moving, telling."""

from collections.abc import Mapping
from typing import Any, TypeVar

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.audit.models import record
from bordercoop.errors import Refused
from bordercoop.live.doorbell import ring_many
from contactpoints.access import require
from contactpoints.actions import raise_alert
from contactpoints.models import Alert, Priority

from ..investigation.guideline import due_after
from ..models import ENDED, CaseMember, CaseMove, CaseSide, CaseState, Investigation

State = CaseState
Row = TypeVar("Row")


def locked_case(case: Investigation) -> Investigation:
    """The case under its lock, with guideline, category and sign."""
    rows = Investigation.objects.filter(pk=case.pk)
    rows.select_for_update(no_key=True).values_list("pk").get()
    return rows.select_related("guideline", "guideline__procedure", "category", "sign").get()


def part_of(case: Investigation, by: Any) -> CaseSide:
    """The part of the officer's side. Raises Refused (404) for whoever has none to read."""
    part = case.sides.select_related("unit", "desk").filter(side=by.side).first()
    if part is None or not Investigation.objects.visible_to(by).filter(pk=case.pk).exists():
        raise Refused(_("There is no such joint investigation."), code="not_found", status=404)
    return part


def require_lead(case: Investigation, by: Any) -> CaseSide:
    """The part of the own side, for whoever may lead it."""
    part = part_of(case, by)
    require(by, "lead_investigations", part.unit)
    return part


def require_team(case: Investigation, by: Any) -> CaseSide:
    """The part of the own side, for its team and for whoever may lead it."""
    part = part_of(case, by)
    team = CaseMember.objects.filter(
        investigation=case, officer=by.pk, side=by.side, ended_at=None
    ).exclude(function=CaseMember.Function.OBSERVER)
    if not team.exists():
        require(by, "lead_investigations", part.unit)
    return part


def not_now(case: Investigation) -> Refused:
    """The refusal of a verb that the present state does not allow."""
    return Refused(
        _("%(number)s is at “%(state)s” now, so this is not possible. Read it again.")
        % {"number": case.number, "state": State(case.state).label},
        code="wrong_state",
    )


def require_state(case: Investigation, *states: str) -> None:
    if case.state not in states:
        raise not_now(case)


def same_case(known: Row, same: bool) -> Row:
    """What was written with the same `client_ref` before, where it was written for the same thing.

    Elsewhere the reference says nothing: refused, so that nobody takes one text for another.
    """
    if not same:
        raise Refused(
            _("This was sent before, for something else. Open the page again and send it anew."),
            code="key_reused",
        )
    return known


def ring_case(case: Investigation, side: str = "") -> None:
    """The doorbell of both sides' units and desks, or of those of one side."""
    parts = case.sides.select_related("unit", "desk")
    parts = parts.filter(side=side) if side else parts
    ring_many(sorted({code for part in parts for code in (part.unit.code, part.desk.code)}))


def moved(
    case: Investigation,
    state: State | str,
    *,
    by: Any,
    reason: str = "",
    fields: Mapping[str, Any] | None = None,
) -> None:
    """Take the case to `state`, keep the step and set by when the next one is due.

    The caller holds the lock and has asked the right. `fields` are saved with it.
    """
    at, before, late = now(), case.state, case.late
    case.state, case.entered_at, case.alarmed_at = str(state), at, None
    for name, value in (fields or {}).items():
        setattr(case, name, value)
    ended = case.state in ENDED
    case.ended_at = at if ended else None
    case.due_at = None if ended else due_after(case.guideline, case.state, at)
    case.version += 1
    case.save(
        update_fields=["state", "entered_at", "alarmed_at", "ended_at", "due_at", "version",
                       *(fields or {})]
    )  # fmt: skip
    CaseMove.objects.create(
        investigation=case,
        before=before,
        after=case.state,
        side=by.side if by is not None else case.side,
        reason=reason,
        late=late,
        by=by,
    )
    record("case.moved", case.ref, by=by, trail=case.side, before=before, after=case.state)
    ring_case(case)


def case_card(case: Investigation, *, side: str, event: str) -> dict[str, Any]:
    """The card of an alert about a case: what the proposal says, which both sides read.

    `event` is a word of `contactpoints.board.EVENTS`, which says what happened.
    """
    return {
        "number": case.number,
        "side": side,
        "exercise": case.exercise,
        "headline": case.title,
        "language": case.language,
        "texts": {
            language: {"headline": words["title"], "mark": "human"}
            for language, words in case.texts.items()
        },
        "category": case.category.code,
        "event": event,
    }


def tell_other_side(
    case: Investigation, *, by: Any, event: str, priority: str = Priority.P3, **card: Any
) -> None:
    """Ask the other side's desk to acknowledge what happened in the case.

    Refused when nobody is on duty there; a P4 alert is then left out, for the page and the home
    page say the same. A re-enacted case tells nobody; an exercise is marked.
    """
    if case.historic:
        return
    parts = {part.side: part for part in case.sides.select_related("unit", "desk")}
    own, other = parts[by.side], next(p for side, p in parts.items() if side != by.side)
    try:
        with transaction.atomic():
            raise_alert(
                case.ref,
                card={**case_card(case, side=by.side, event=event), **card},
                priority=priority,
                to=[other.desk],
                sender=own.desk,
                status=Alert.Status.EXERCISE if case.exercise else Alert.Status.ACTUAL,
                by=by,
            )
    except Refused as refusal:
        if refusal.code != "nobody_on_duty" or priority != Priority.P4:
            raise
