"""The report of each day of an operation: drafted by itself, completed in words, approved."""

from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.access.models import Language
from bordercoop.errors import NotAllowed, Refused, Stale
from bordercoop.reference.wording import worded
from contactpoints.access import SERVICES
from contactpoints.models.statements import canonical, sum_of
from training.actions.rounds import alone

from ..access import approves_operations, require_operation_worker, works_on_operations
from ..daily import content_of_day, days_over, due_of, span_of
from ..models import JointOperation, OperationDay
from ..models.operations import CORRECTED_IN
from .operation_kit import (
    keep_operation,
    locked_operation,
    operation_not_now,
    paper_changed,
    void_waiting_version,
    wrong,
)

LONGEST_WORDS, ROUND = 8_000, 200


def draft_due_days() -> int:
    """Begin the report of each side on every day of a running or ended operation that is over;
    returns how many. Safe twice and at once."""
    rows = JointOperation.objects.filter(state__in=("running", "ended")).order_by("pk")
    count = 0
    for operation in rows.select_related("unit").iterator(ROUND):
        wanted = [(side, day) for day in days_over(operation, now()) for side in SERVICES]
        known = set(operation.days.values_list("side", "day"))
        missing = [one for one in wanted if one not in known]
        if not missing:
            continue
        with alone("draft_due_days", operation.pk):
            OperationDay.objects.bulk_create(
                (
                    OperationDay(
                        operation=operation, side=side, day=day, language=operation.language,
                        due_at=due_of(operation, day),
                    )
                    for side, day in missing
                ),
                ignore_conflicts=True,
            )  # fmt: skip
            keep_operation(
                operation, "days_drafted", by=None,
                days=sorted({day.isoformat() for _side, day in missing}),
            )  # fmt: skip
            count += len(missing)
    return count


def _locked_day(day: OperationDay, by: Any) -> OperationDay:
    locked_operation(day.operation, by)
    day = OperationDay.objects.select_related("operation__unit").get(pk=day.pk)
    if day.side != by.side:
        raise NotAllowed(_("Each side reports its own days."), code="other_side")
    return day


@transaction.atomic
def write_operation_day(
    day: OperationDay, *, language: str, text: str, edition: int | None = None, by: Any
) -> OperationDay:
    """Complete the report of a day in words. The same again changes nothing; Stale when somebody
    wrote it after `edition`, or it was approved."""
    day = _locked_day(day, by)
    require_operation_worker(by)
    if language not in Language.values:
        raise wrong("language", _("Choose the language you write in."))
    text = worded(
        text, "text", most=LONGEST_WORDS,
        empty=_("Write what happened, or that nothing did."),
    )  # fmt: skip
    if (day.text, day.language) == (text, language):
        return day
    if day.approved_at is not None or (edition is not None and edition != day.edition):
        raise Stale(
            _("Somebody changed or approved this report meanwhile. Read how it stands now."),
            current=day,
        )
    day.text, day.language = text, language
    day.edition += 1
    day.editors = sorted({*day.editors, by.pk})
    day.written_at, day.written_by = now(), by
    day.save(update_fields=["text", "language", "edition", "editors", "written_at", "written_by"])
    keep_operation(day.operation, "day_written", by=by, day=day.day.isoformat())
    return day


@transaction.atomic
def correct_operation_day(day: OperationDay, *, reason: str, by: Any) -> OperationDay:
    """Begin the next version of an approved report, with its words; it is written and approved as
    the first one was, and until then what was approved stands. Begun twice it is begun once.
    Refused once the final report of the operation was approved."""
    day = _locked_day(day, by)
    require_operation_worker(by)
    reason = worded(reason, "reason", most=500, empty=_("Write what is corrected, and why."))
    rows = OperationDay.objects.filter(operation=day.operation, side=day.side, day=day.day)
    open_one = Q(approved_at=None, operation__state__in=CORRECTED_IN, number__gt=1)
    known = rows.select_related("operation__unit").filter(open_one | Q(number__gt=day.number))
    if (found := known.first()) is not None:
        return found
    if day.approved_at is None:
        raise Refused(
            _("This report is not approved yet. Change its words instead."), code="not_approved"
        )
    if day.operation.state not in CORRECTED_IN:
        raise operation_not_now(day.operation)
    made = OperationDay.objects.create(
        operation=day.operation, side=day.side, day=day.day, number=day.number + 1, reason=reason,
        due_at=day.due_at, language=day.language, text=day.text, edition=day.edition + 1,
        editors=sorted({*day.editors, by.pk}), written_at=now(), written_by=by,
    )  # fmt: skip
    keep_operation(
        day.operation, "day_corrected", by=by, day=day.day.isoformat(), version=made.number
    )
    return made


@transaction.atomic
def approve_operation_day(day: OperationDay, *, edition: int, by: Any) -> OperationDay:
    """Approve the report of a day as it stands at `edition`: its figures are written down as they
    are now, and both sides read it. Never by whoever wrote it, nor before the day is over; approved
    twice it is approved once.
    """
    day = _locked_day(day, by)
    if not (works_on_operations(by) or approves_operations(by)):
        require_operation_worker(by)
    if day.approved_at is not None:
        return day
    if edition != day.edition:
        raise Stale(
            _("This report was changed while you read it. Read it again, then approve it."),
            current=day,
        )
    if span_of(day.operation, day.day)[1] > now():
        raise Refused(_("This day is not over yet; its numbers can still change."), code="not_over")
    if day.number > 1 and day.operation.state not in CORRECTED_IN:
        raise operation_not_now(day.operation)
    if not day.text:
        raise wrong("text", _("Complete the report in words first."))
    if by.pk in day.editors:
        raise NotAllowed(
            _("You wrote this report. Another officer of your side approves it."), code="own_text"
        )
    day.said = canonical(content_of_day(day))
    day.sha256 = sum_of(day.said)
    day.approved_at, day.approved_by = now(), by
    day.save(update_fields=["said", "sha256", "approved_at", "approved_by"])
    if day.operation.state == "ended":
        # The report that waits was of other figures.
        void_waiting_version(day.operation, "report", by=by)
        paper_changed(day.operation, "report", by=by)
    keep_operation(day.operation, "day_approved", by=by, day=day.day.isoformat(), sha256=day.sha256)
    return day
