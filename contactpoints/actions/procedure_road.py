"""Procedures on their road: approved by both sides, in force on their day, reviewed, read."""

import logging
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db import DatabaseError, transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.audit.models import record
from bordercoop.errors import Invalid, NotAllowed, Refused, Stale
from bordercoop.reference.models import (
    OPEN_TO_CHANGE,
    ProcedureApproval,
    ProcedureReading,
    ProcedureState,
    ProcedureVersion,
    digest_of,
    utc_today,
)
from bordercoop.reference.wording import worded

from ..access import SERVICES
from ..procedures import (
    require_approver,
    require_drafter,
    require_preparing,
    require_reader,
    wrote,
)
from .procedure_locks import (
    locked_version,
    require_version_state,
    ring_procedures,
    tell_drafters,
)

State = ProcedureState
log = logging.getLogger(__name__)
FARTHEST = timedelta(days=3 * 366)  # how far ahead a day of review may lie


# --- both approvals, and its day


@transaction.atomic
def approve_version(
    version: ProcedureVersion, *, sha256: str, revision: int, by: Any
) -> ProcedureVersion:
    """Approve for the own side the very revision that was read, named by its hash.

    The second side's approval makes the version agreed, and brings it into force at once where its
    day has come. Never by somebody who wrote any of it, and not while a comment is unanswered.
    Twice is once.
    """
    version = locked_version(version, by)
    require_approver(version.procedure, by)
    # What stands in the database is read again: nobody approves a text under the hash of another.
    same = (digest_of(version.content), version.revision) == (sha256, revision)
    standing = version.approvals.filter(revision=version.revision, sha256=version.sha256)
    if same and standing.filter(side=by.side).exists():
        return version
    require_version_state(version, State.CONSULTATION)
    if not same:
        raise Stale(
            _(
                "Somebody changed version %(number)s of %(code)s meanwhile. "
                "Read what it says now, then approve that."
            )
            % {"number": version.number, "code": version.procedure.code},
            current=version.content,
        )
    if wrote(version, by):
        raise NotAllowed(
            _("You wrote some of this text. Another approver of your side approves it."),
            code="own_text",
        )
    if version.effective_on is None:
        raise Refused(
            _("It has no day of beginning yet. Whoever prepares it sets one first."), code="no_day"
        )
    if version.comments.filter(state="open").exists():
        raise Refused(
            _("Comments are not answered yet. Whoever prepares it answers them first."),
            code="comments_open",
        )
    ProcedureApproval.objects.create(
        version=version, side=by.side, sha256=version.sha256, revision=version.revision, by=by
    )
    record("procedure.approved", version.ref, by=by, sha256=sha256, revision=revision)
    if set(standing.values_list("side", flat=True)) == set(SERVICES):
        version.state = State.AGREED
        version.save(update_fields=["state"])
        record("procedure.agreed", version.ref, by=by, sha256=sha256)
        if version.effective_on <= utc_today():
            _bring(version, by=by)
    ring_procedures()
    return version


def _bring(version: ProcedureVersion, *, by: Any) -> None:
    """Let an agreed version hold instead of the one that did. The caller holds the lock."""
    assert version.effective_on is not None
    midnight = datetime.combine(version.effective_on, time(), UTC)
    agreed_at = version.approvals.order_by("-at").values_list("at", flat=True)[0]
    begins = max(midnight, agreed_at)
    former = ProcedureVersion.objects.filter(procedure=version.procedure_id).holding().first()
    if former is not None:
        former.state, former.ended_at = State.SUPERSEDED, begins
        former.save(update_fields=["state", "ended_at"])
        record("procedure.superseded", former.ref, by=by, number=former.number)
    version.state, version.in_force_at = State.IN_FORCE, begins
    version.save(update_fields=["state", "in_force_at"])
    record("procedure.in_force", version.ref, by=by, code=version.procedure.code,
           number=version.number, sha256=version.sha256)  # fmt: skip


def advance_procedures() -> int:
    """Bring every agreed version into force whose day has begun in UTC, and put those under review
    whose day of review has come; how many. Safe at any time and in several processes."""
    moved = 0
    due = ProcedureVersion.objects.due().values_list("pk", flat=True)
    review = ProcedureVersion.objects.review_due().values_list("pk", flat=True)
    for pk in [*due, *review]:
        try:
            with transaction.atomic():
                moved += _advance(pk)
        except DatabaseError:
            # One that the database will not have must not hold up the others.
            log.exception("The version %s could not be brought on.", pk)
    return moved


def _advance(pk: int) -> bool:
    version = locked_version(ProcedureVersion.objects.get(pk=pk), None)
    rows = ProcedureVersion.objects.filter(pk=pk)
    if rows.due().exists():
        _bring(version, by=None)
    elif rows.review_due().exists():
        _review(version, by=None)
    else:
        return False
    ring_procedures()
    return True


# --- while it holds


def _review(version: ProcedureVersion, *, by: Any) -> None:
    version.state = State.UNDER_REVIEW
    version.save(update_fields=["state"])
    record("procedure.review_started", version.ref, by=by, code=version.procedure.code)
    tell_drafters(version, but=by)


@transaction.atomic
def start_review(version: ProcedureVersion, *, by: Any) -> ProcedureVersion:
    """Put what is in force under review; it holds on until another version does. Twice is once."""
    version = locked_version(version, by)
    require_drafter(version.procedure, by)
    if version.state == State.UNDER_REVIEW:
        return version
    require_version_state(version, State.IN_FORCE)
    _review(version, by=by)
    ring_procedures()
    return version


@transaction.atomic
def end_review(
    version: ProcedureVersion, *, review_on: date | None = None, by: Any
) -> ProcedureVersion:
    """Say that what was under review stays as it is, and when it is reviewed next: without a day,
    after the months that both sides agreed on."""
    version = locked_version(version, by)
    require_approver(version.procedure, by)
    today = utc_today()
    review_on = review_on or version.review_after(today)
    if version.state == State.IN_FORCE and version.review_on == review_on:
        return version
    require_version_state(version, State.UNDER_REVIEW)
    if review_on is None or not today < review_on <= today + FARTHEST:
        sentence = _("The next review is after today, within three years.")
        raise Invalid(sentence, fields={"review_on": [sentence]})
    version.state, version.review_on = State.IN_FORCE, review_on
    version.save(update_fields=["state", "review_on"])
    record("procedure.review_ended", version.ref, by=by, review_on=review_on)
    ring_procedures()
    return version


def _withdrawn(version: ProcedureVersion, reason: str, *, by: Any) -> ProcedureVersion:
    reason = worded(reason, "reason", most=500, empty=_("Write the reason: both sides read it."))
    version.state, version.reason, version.ended_at = State.WITHDRAWN, reason, now()
    version.save(update_fields=["state", "reason", "ended_at"])
    record("procedure.withdrawn", version.ref, by=by, code=version.procedure.code)
    if version.shown_at is not None:
        ring_procedures()
    return version


@transaction.atomic
def withdraw_version(version: ProcedureVersion, *, reason: str, by: Any) -> ProcedureVersion:
    """Give up a version under preparation, with a reason, by the side that prepares it. Twice is
    once."""
    version = locked_version(version, by)
    require_preparing(version, by)
    if version.state == State.WITHDRAWN:
        return version
    require_version_state(version, *OPEN_TO_CHANGE)
    return _withdrawn(version, reason, by=by)


@transaction.atomic
def end_version(version: ProcedureVersion, *, reason: str, by: Any) -> ProcedureVersion:
    """Withdraw a version that holds, for either side, by its approver and with a reason that both
    read; from then on nothing holds until another version does. Twice is once."""
    version = locked_version(version, by)
    require_approver(version.procedure, by)
    if version.state == State.WITHDRAWN:
        return version
    require_version_state(version, State.IN_FORCE, State.UNDER_REVIEW)
    return _withdrawn(version, reason, by=by)


@transaction.atomic
def confirm_reading(version: ProcedureVersion, *, by: Any) -> ProcedureReading:
    """Confirm having read and understood the version that holds. Twice is once."""
    version = locked_version(version, by)
    require_reader(version.procedure, by)
    require_version_state(version, State.IN_FORCE, State.UNDER_REVIEW)
    row, new = ProcedureReading.objects.get_or_create(version=version, officer=by)
    if new:
        record("procedure.read", version.ref, by=by, number=version.number)
    return row
