"""Joint inspections of the line: proposed, agreed, written down, confirmed by both sides."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bordercoop.audit.models import record
from bordercoop.errors import Invalid, NotAllowed, Refused, Stale
from bordercoop.reference.models import Place
from bordercoop.reference.wording import worded
from contactpoints.access import require, units_where
from contactpoints.actions import raise_alert
from contactpoints.models import ContactPoint, Priority, Unit

from ..investigation.register import results_digest, stretch
from ..models import (
    Condition,
    LineConfirmation,
    LineInspection,
    LineResult,
    LineState,
)
from .signs import LANGUAGES, SERVICES, keep_inspection, seen_checked, sign_checked

FARTHEST = timedelta(days=366)


def _inspector(by: Any) -> None:
    """Raise NotAllowed for whoever inspects no signs."""
    if by.side not in SERVICES or not units_where(by, "inspect_signs"):
        raise NotAllowed(_("Your posting does not let you inspect border signs."))


def _unit(unit: Unit, by: Any) -> None:
    require(by, "inspect_signs", unit)
    if unit.side != by.side or unit.kind == Unit.Kind.DESK:
        sentence = _("Choose a unit of your own side, not a desk.")
        raise Invalid(sentence, fields={"unit": [sentence]})


def _locked(line: LineInspection) -> LineInspection:
    rows = LineInspection.objects.filter(pk=line.pk)
    rows.select_for_update(no_key=True).values_list("pk").get()
    return rows.select_related("first", "last", "unit", "other_unit").get()


def _require_state(line: LineInspection, *states: str) -> None:
    if line.state not in states:
        raise Refused(
            _("The inspection is at “%(state)s” now, so this is not possible. Read it again.")
            % {"state": LineState(line.state).label},
            code="wrong_state",
        )


def _ends(unit: Unit) -> dict[str, Unit]:
    """The desk of each side at the contact point of the land border in whose region the unit lies,
    else at the first one; {} where no point has both."""
    points = ContactPoint.objects.filter(border=ContactPoint.Border.LAND)
    both = []
    for point in points.prefetch_related("desks__unit__parent"):
        desks = [desk.unit for desk in point.desks.all() if desk.unit.retired_at is None]
        ends = {desk.side: desk for desk in desks}
        if set(ends) == set(SERVICES):
            both.append(ends)

    def near(ends: dict[str, Unit]) -> bool:
        region = (ends[unit.side].parent or ends[unit.side]).path
        return unit.path.startswith(region) or region.startswith(unit.path)

    return next(filter(near, both), both[0] if both else {})


def _tell(line: LineInspection, *, event: str, priority: str = Priority.P4, by: Any) -> None:
    """Ask the other side's desk to acknowledge what became of the inspection.

    Refused when nobody is on duty there; a P4 alert is then left out, for the home page says it.
    """
    unit = line.unit if by.side == line.side or line.other_unit is None else line.other_unit
    ends = _ends(unit)
    if not ends:
        return
    codes = dict.fromkeys((line.first.code, line.last.code))
    card = {
        "side": by.side,
        "headline": " – ".join(codes),
        "language": line.language,
        "event": event,
    }
    other = next(desk for side, desk in ends.items() if side != by.side)
    try:
        with transaction.atomic():
            raise_alert(
                line.ref, card=card, priority=priority, to=[other], sender=ends[by.side], by=by
            )
    except Refused as refusal:
        if refusal.code != "nobody_on_duty" or priority != Priority.P4:
            raise


@transaction.atomic
def propose_line(
    *,
    unit: Unit,
    first: Place,
    last: Place,
    at: datetime,
    note: str = "",
    language: str,
    client_ref: uuid.UUID | None = None,
    by: Any,
) -> LineInspection:
    """Propose to the other side to inspect the line together from one sign to another; its desk at
    the land border gets an alert.

    `at` (aware) lies within a year. The same `client_ref` is the same proposal. Refused when nobody
    is on duty at that desk.
    """
    if by.side not in SERVICES or unit.side != by.side:
        raise NotAllowed(_("Officers of the two services inspect border signs for their units."))
    _unit(unit, by)
    ref = client_ref or uuid.uuid4()
    if known := LineInspection.objects.filter(by=by, client_ref=ref).first():
        return known
    first, last = sign_checked(first), sign_checked(last)
    if at is None or at.tzinfo is None or not now() - timedelta(days=1) <= at <= now() + FARTHEST:
        sentence = _("Choose a time within a year from now.")
        raise Invalid(sentence, fields={"at": [sentence]})
    if language not in LANGUAGES:
        sentence = _("Choose the language you write in.")
        raise Invalid(sentence, fields={"language": [sentence]})
    line = LineInspection.objects.create(
        client_ref=ref,
        side=by.side,
        unit=unit,
        first=first,
        last=last,
        at=at,
        note=worded(note, "note", most=500),
        language=language,
        by=by,
    )
    record("sign.line_proposed", line.ref, by=by, first=first.code, last=last.code)
    _tell(line, event="line_proposed", priority=Priority.P3, by=by)
    return line


@transaction.atomic
def agree_line(line: LineInspection, *, unit: Unit, by: Any) -> LineInspection:
    """Agree for the other side to inspect the line together; `unit` goes. Twice is once."""
    line = _locked(line)
    _unit(unit, by)
    if by.side == line.side:
        raise NotAllowed(_("The other side agrees to what yours proposed."), code="own_proposal")
    if line.state == LineState.AGREED:
        return line
    _require_state(line, LineState.PROPOSED)
    line.state, line.other_unit = LineState.AGREED, unit
    line.answered_at, line.answered_by = now(), by
    line.sha256 = results_digest(line)
    line.save(update_fields=["state", "other_unit", "answered_at", "answered_by", "sha256"])
    record("sign.line_agreed", line.ref, by=by, unit=unit.code)
    _tell(line, event="line_agreed", by=by)
    return line


@transaction.atomic
def decline_line(line: LineInspection, *, reason: str, by: Any) -> LineInspection:
    """Decline what the other side proposed, or take back what the own side proposed (as long as no
    result is written down), with a reason that both read. Twice is once."""
    line = _locked(line)
    _inspector(by)
    own = by.side == line.side
    state = LineState.WITHDRAWN if own else LineState.DECLINED
    if line.state == state:
        return line
    _require_state(line, LineState.PROPOSED, *((LineState.AGREED,) if own else ()))
    if line.results.exists():
        raise Refused(
            _("What was seen is written down already: confirm it instead."), code="wrong_state"
        )
    line.reason = worded(
        reason, "reason", most=500, empty=_("Write the reason: the other side reads it.")
    )
    line.state = state
    line.save(update_fields=["reason", "state"])
    record("sign.line_ended", line.ref, by=by, state=str(state))
    _tell(line, event="line_ended", by=by)
    return line


@transaction.atomic
def write_result(
    line: LineInspection,
    sign: Place,
    *,
    condition: Condition | str,
    seen: str = "",
    language: str,
    version: int = 0,
    by: Any,
) -> LineResult:
    """Write down what both saw at one sign of the stretch; either side does until both confirm.

    `version` is that of the result that was read, 0 for none; Stale when there is another one by
    now. A change voids the confirmations. The same again changes nothing.
    """
    line = _locked(line)
    _inspector(by)
    _require_state(line, LineState.AGREED)
    if now() < line.at:
        raise Refused(
            _("The inspection has not begun yet. Write it down once both are on the line."),
            code="too_early",
        )
    if sign.pk not in {one.pk for one in stretch(line)}:
        sentence = _("This sign is not on the stretch of the inspection.")
        raise Invalid(sentence, fields={"sign": [sentence]})
    said = seen_checked(condition, seen, language, timed=False)
    row = line.results.filter(sign=sign).first()
    if row is not None and all(getattr(row, name) == value for name, value in said.items()):
        return row
    if version != (row.version if row else 0):
        raise Stale(
            _("Somebody wrote this sign down meanwhile. Read how it stands now and decide again."),
            current=row,
        )
    if row is None:
        row = LineResult.objects.create(line=line, sign=sign, side=by.side, by=by, **said)
    else:
        for name, value in said.items():
            setattr(row, name, value)
        row.version, row.side, row.by, row.at = row.version + 1, by.side, by, now()
        row.save(update_fields=[*said, "version", "side", "by", "at"])
    line.sha256 = results_digest(line)
    line.save(update_fields=["sha256"])
    record("sign.line_written", line.ref, by=by, sign=sign.code, condition=row.condition)
    return row


@transaction.atomic
def confirm_line(line: LineInspection, *, sha256: str, by: Any) -> LineInspection:
    """Confirm the results for the own side; `sha256` is the sum of those that were read.

    With the second confirmation every result is an inspection of its sign. A broken sign then opens
    an incident of the unit of the side that confirmed last, by the officer who did. Twice is once.
    """
    line = _locked(line)
    _inspector(by)
    confirmed = line.confirmations.filter(side=by.side, sha256=line.sha256)
    if confirmed.exists() and sha256 == line.sha256:
        return line
    _require_state(line, LineState.AGREED)
    # The second one: somebody changed the rows past the verbs.
    if sha256 != line.sha256 or sha256 != results_digest(line):
        raise Stale(
            _("The results changed meanwhile. Read them again and confirm what stands now."),
            current=line,
        )
    results = {row.sign_id: row for row in line.results.select_related("sign")}
    open_ = [sign for sign in stretch(line) if sign.pk not in results]
    if open_:
        raise Refused(
            ngettext(
                "%(count)s sign of the stretch has no result yet: %(first)s.",
                "%(count)s signs of the stretch have no result yet, such as %(first)s.",
                len(open_),
            )
            % {"count": len(open_), "first": open_[0].name},
            code="results_open",
        )
    LineConfirmation.objects.create(line=line, side=by.side, sha256=sha256, by=by)
    record("sign.line_confirmed", line.ref, by=by, sha256=sha256)
    sides = line.confirmations.filter(sha256=sha256).values_list("side", flat=True)
    if set(sides) == set(SERVICES):
        line.state = LineState.CONFIRMED
        line.save(update_fields=["state"])
        unit = line.unit if by.side == line.side else line.other_unit
        for row in results.values():
            said = {
                "condition": row.condition,
                "seen": row.seen,
                "language": row.language,
                "at": line.at,
            }
            ref = uuid.uuid5(line.uid, row.sign.code)
            keep_inspection(row.sign, said, ref, unit=unit or line.unit, line=line, by=by)
    return line
