"""The parts of a risk report: written, finished, left out with a reason. No text is ever lost."""

from typing import Any

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.errors import Invalid, NotAllowed, Stale
from bordercoop.reference.wording import worded

from ..models import PART_MOST, ReportPart, ReportText, RiskReport
from ..models.reports import WRITABLE
from .report_kit import changed, locked_report, no_report, not_now, require_writer

State = ReportPart.State


def _part_for(report: RiskReport, number: int, by: Any) -> ReportPart:
    """The part, for whoever writes for the side that owns it. Its report is locked."""
    require_writer(report, by)
    part = report.parts.filter(number=number).first()
    if part is None:
        raise no_report()
    if part.side != by.side:
        raise NotAllowed(
            _("The other side owns this part. Write a comment instead."), code="other_side"
        )
    if part.road:
        raise NotAllowed(
            _("Review, approval and sending of the report are this step; nothing is written here."),
            code="road",
        )
    return part


def save_part(
    report: RiskReport, number: int, *, text: str, edition: int | None, by: Any
) -> ReportPart:
    """Save the text of a part that was read at `edition`; every text that was saved is kept.

    Raises Stale when somebody else saved meanwhile: `current` is the part as it stands, and the
    refused text is kept beside it. The same text again changes nothing. Not to be called within a
    transaction that a refusal takes back, or the refused text goes with it.
    """
    with transaction.atomic():
        report = locked_report(report, by)
        part = _part_for(report, number, by)
        text = worded(text, "text", most=PART_MOST)
        if text == part.text or _saved_before(part, text, edition, by):
            return part
        if report.state not in WRITABLE:
            raise not_now(report)
        if edition is None or edition == part.edition:
            changed(report, by)
            part.edition += 1
            part.text, part.changed_at, part.changed_by = text, now(), by
            if part.state == State.SKIPPED or not text:
                part.state, part.reason = State.OPEN, ""
            part.save(
                update_fields=["text", "edition", "changed_at", "changed_by", "state", "reason"]
            )
            ReportText.objects.create(part=part, edition=part.edition, text=text, by=by)
            return part
        kept = part.texts.filter(by=by, text=text, edition__in=[edition, edition + 1])
        if not kept.exists():
            ReportText.objects.create(part=part, edition=edition, refused=True, text=text, by=by)
    raise Stale(
        _(
            "Somebody saved this part while you wrote. Both texts are kept: "
            "compare them and save again."
        ),
        current=part,
    )


def _saved_before(part: ReportPart, text: str, edition: int | None, by: Any) -> bool:
    """Whether this very text was taken from the same edition, so that this is a late repeat; not
    when somebody else has written since, which its sender must be told."""
    if edition is None:
        return False
    taken = part.texts.filter(refused=False)
    later = taken.filter(edition__gt=edition + 1).exclude(by=by)
    return taken.filter(by=by, edition=edition + 1, text=text).exists() and not later.exists()


def restore_text(
    report: RiskReport, number: int, *, text: ReportText, edition: int | None, by: Any
) -> ReportPart:
    """Take an older text of the part back; the present one stays in the history."""
    read = ReportText.objects.read_by(by, report).filter(pk=text.pk, part__report=report)
    if text.part.number != number or not read.exists():
        raise no_report()
    return save_part(report, number, text=text.text, edition=edition, by=by)


@transaction.atomic
def finish_part(report: RiskReport, number: int, *, by: Any) -> ReportPart:
    """Say that a step is done. Refused while nothing is written there. Twice is once."""
    report = locked_report(report, by)
    part = _part_for(report, number, by)
    if part.state == State.DONE:
        return part
    if not part.text:
        sentence = _("Nothing is written here yet. Write it, or say why the step is left out.")
        raise Invalid(sentence, fields={"text": [sentence]})
    return _moved(report, part, State.DONE, "", by)


@transaction.atomic
def skip_part(report: RiskReport, number: int, *, reason: str, by: Any) -> ReportPart:
    """Leave a step out, with the reason; what is written there stays in the history."""
    report = locked_report(report, by)
    part = _part_for(report, number, by)
    reason = worded(
        reason, "reason", most=500, empty=_("Write why this step is left out."), one_line=True
    )
    if part.state == State.SKIPPED and part.reason == reason:
        return part
    return _moved(report, part, State.SKIPPED, reason, by)


@transaction.atomic
def reopen_part(report: RiskReport, number: int, *, by: Any) -> ReportPart:
    """Take up again a step that was done or left out. Twice is once."""
    report = locked_report(report, by)
    part = _part_for(report, number, by)
    if part.state == State.OPEN:
        return part
    return _moved(report, part, State.OPEN, "", by)


def _moved(report: RiskReport, part: ReportPart, state: str, reason: str, by: Any) -> ReportPart:
    changed(report, by)
    part.state, part.reason = State(state), reason
    part.save(update_fields=["state", "reason"])
    return part
