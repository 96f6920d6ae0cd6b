"""The scales and the matrix: drafted by a side, put to both, approved by both, in force."""

import logging
import uuid
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.db.models import Max
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.audit.models import record
from bordercoop.errors import Invalid, NotAllowed, Refused, Stale
from bordercoop.reference.models import digest_of, utc_today
from bordercoop.reference.wording import worded
from contactpoints.access import SERVICES, require
from contactpoints.models import root_of

from ..models import CHANGEABLE, MatrixApproval, MatrixState, MatrixVersion
from ..scales import cleaned

State = MatrixState
AHEAD = timedelta(days=366)
LOCK = 5_251_020  # any number that no other advisory lock of the portal uses
log = logging.getLogger(__name__)


def _one_at_a_time() -> None:
    """Versions are few, and each depends on the others: whoever changes one waits for its turn."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def hold_matrix() -> None:
    """Let no version of the scales change until this transaction ends, whoever else reads them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [LOCK])


def _root(by: Any) -> Any:
    root = root_of(by.side) if by.side in SERVICES else None
    if root is None:
        raise NotAllowed(_("The two services decide about the scales, and nobody else."))
    return root


def _locked(version: MatrixVersion, by: Any) -> MatrixVersion:
    _one_at_a_time()
    fresh = MatrixVersion.objects.get(pk=version.pk)
    if by is not None and fresh.shown_at is None and fresh.side != by.side:
        raise Refused(_("There is no such version."), code="not_found", status=404)
    return fresh


def _require_preparing(version: MatrixVersion, by: Any) -> None:
    require(by, "write_risks", _root(by))
    if version.side != by.side:
        raise NotAllowed(_("The other side prepares this version."), code="other_side_prepares")


def _require_state(version: MatrixVersion, *states: str) -> None:
    if version.state not in states:
        raise Refused(
            _("This version is “%(state)s” now, so this is not possible.")
            % {"state": version.get_state_display()},
            code="wrong_state",
        )


@transaction.atomic
def draft_matrix(*, client_ref: uuid.UUID | None = None, by: Any) -> MatrixVersion:
    """Begin the next version of the scales from the one in force, as a draft of the own side.

    A side has one draft at a time: begun twice is begun once.
    """
    require(by, "write_risks", _root(by))
    _one_at_a_time()
    known = MatrixVersion.objects.filter(side=by.side, state=State.DRAFT).first()
    if known is None and client_ref is not None:
        known = MatrixVersion.objects.filter(by=by, client_ref=client_ref).first()
    if known is not None:
        return known
    holding = MatrixVersion.objects.in_force().first()
    if holding is None:
        raise Refused(_("No scales are loaded yet, so there is nothing to begin from."))
    made = MatrixVersion.objects.create(
        content=holding.content,
        sha256=holding.sha256,
        side=by.side,
        by=by,
        client_ref=client_ref or uuid.uuid4(),
    )
    record("matrix.drafted", made.ref, by=by)
    return made


@transaction.atomic
def change_matrix(
    version: MatrixVersion,
    *,
    content: Mapping[str, Any],
    note: str = "",
    effective_on: date | None = None,
    revision: int,
    by: Any,
) -> MatrixVersion:
    """Write what a version says and from which day (UTC); voids the approvals that were given.

    The same again changes nothing. Raises Stale when somebody changed it after `revision`.
    """
    version = _locked(version, by)
    _require_preparing(version, by)
    said = cleaned(content)
    note = worded(note, "note", most=500)
    effective_on = _day(effective_on, version.effective_on)
    if (version.content, version.note, version.effective_on) == (said, note, effective_on):
        return version
    _require_state(version, *CHANGEABLE)
    if version.revision != revision:
        raise Stale(
            _("Somebody changed this version meanwhile. Compare both, and send yours again."),
            current=version.content,
        )
    version.content, version.sha256, version.note = said, digest_of(said), note
    version.effective_on, version.revision = effective_on, revision + 1
    version.writers = sorted({*version.writers, by.pk})
    version.save(update_fields=["content", "sha256", "note", "effective_on", "revision", "writers"])
    record("matrix.changed", version.ref, by=by, revision=version.revision, sha256=version.sha256)
    return version


def _day(asked: date | None, before: date | None) -> date | None:
    today = utc_today()
    if asked is not None and asked != before and not today <= asked <= today + AHEAD:
        sentence = _("It holds from today on or from a day within a year. Choose such a day.")
        raise Invalid(sentence, fields={"effective_on": [sentence]})
    return asked


@transaction.atomic
def propose_matrix(version: MatrixVersion, *, by: Any) -> MatrixVersion:
    """Put a draft to both sides; it gets its number, and from then on both read every change of it.

    Twice is once. Refused while another version waits for its approvals or its day.
    """
    version = _locked(version, by)
    _require_preparing(version, by)
    if version.state != State.DRAFT:
        _require_state(version, State.PROPOSED)
        return version
    others = MatrixVersion.objects.filter(state__in=(State.PROPOSED, State.AGREED))
    if other := others.first():
        raise Refused(
            _("Version %(number)s waits already. It is approved or withdrawn first.")
            % {"number": other.number},
            code="another_waits",
        )
    if version.effective_on is None:
        sentence = _("Say from which day it holds.")
        raise Invalid(sentence, code="no_day", fields={"effective_on": [sentence]})
    last = MatrixVersion.objects.aggregate(last=Max("number"))["last"] or 0
    version.state, version.number, version.shown_at = State.PROPOSED, last + 1, now()
    version.save(update_fields=["state", "number", "shown_at"])
    record("matrix.proposed", version.ref, by=by, number=version.number, sha256=version.sha256)
    return version


@transaction.atomic
def approve_matrix(version: MatrixVersion, *, sha256: str, revision: int, by: Any) -> MatrixVersion:
    """Approve for the own side the very revision that was read, named by its hash.

    The second side's approval makes it agreed, and brings it into force where its day has come.
    What came with the portal holds already; approving it says that the side agrees. Never by
    somebody who wrote any of it. Twice is once.
    """
    version = _locked(version, by)
    require(by, "approve_risks", _root(by))
    same = (digest_of(version.content), version.revision) == (sha256, revision)
    standing = version.approvals.filter(revision=version.revision, sha256=version.sha256)
    if same and standing.filter(side=by.side).exists():
        return version
    if not (version.shipped and version.state == State.IN_FORCE):
        _require_state(version, State.PROPOSED)
    if not same:
        raise Stale(
            _("Somebody changed this version meanwhile. Read what it says now, then approve that."),
            current=version.content,
        )
    if by.pk in version.writers:
        raise NotAllowed(
            _("You wrote some of this version. Another approver of your side approves it."),
            code="own_text",
        )
    MatrixApproval.objects.create(
        version=version, side=by.side, sha256=version.sha256, revision=version.revision, by=by
    )
    record("matrix.approved", version.ref, by=by, sha256=sha256, revision=revision)
    both = set(standing.values_list("side", flat=True)) == set(SERVICES)
    if both and version.state == State.PROPOSED:
        version.state = State.AGREED
        version.save(update_fields=["state"])
        record("matrix.agreed", version.ref, by=by, sha256=sha256)
        if version.effective_on is not None and version.effective_on <= utc_today():
            _bring(version, by=by)
    return version


def _bring(version: MatrixVersion, *, by: Any) -> None:
    """Let an agreed version hold instead of the one that did."""
    assert version.effective_on is not None
    midnight = datetime.combine(version.effective_on, time(), UTC)
    agreed_at = version.approvals.order_by("-at").values_list("at", flat=True)[0]
    begins = max(midnight, agreed_at)
    former = MatrixVersion.objects.in_force().first()
    if former is not None:
        former.state, former.ended_at = State.SUPERSEDED, begins
        former.save(update_fields=["state", "ended_at"])
    version.state, version.in_force_at = State.IN_FORCE, begins
    version.save(update_fields=["state", "in_force_at"])
    record("matrix.in_force", version.ref, by=by, number=version.number, sha256=version.sha256)


def advance_matrix() -> int:
    """Bring the agreed version into force whose day has begun in UTC; how many. Safe at any time
    and in several processes."""
    moved = 0
    for pk in MatrixVersion.objects.due().values_list("pk", flat=True):
        try:
            with transaction.atomic():
                _one_at_a_time()
                due = MatrixVersion.objects.due().filter(pk=pk).first()
                if due is not None:
                    _bring(due, by=None)
                    moved += 1
        except DatabaseError:
            log.exception("The version %s of the scales could not be brought into force.", pk)
    return moved


@transaction.atomic
def withdraw_matrix(version: MatrixVersion, *, reason: str, by: Any) -> MatrixVersion:
    """Give up a version that does not hold yet, with a reason, by the side that prepares it. Twice
    is once."""
    version = _locked(version, by)
    _require_preparing(version, by)
    reason = worded(reason, "reason", most=500, empty=_("Write the reason: both sides read it."))
    if version.state == State.WITHDRAWN:
        return version
    _require_state(version, *CHANGEABLE, State.AGREED)
    version.state, version.reason, version.ended_at = State.WITHDRAWN, reason, now()
    version.save(update_fields=["state", "reason", "ended_at"])
    record("matrix.withdrawn", version.ref, by=by, number=version.number)
    return version
