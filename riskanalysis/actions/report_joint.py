"""A risk report of both sides: invited, joined, declined, left; and which side owns a part."""

from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.audit.models import record
from bordercoop.errors import Invalid, NotAllowed, Refused
from bordercoop.reference.wording import worded
from contactpoints.access import require
from contactpoints.models import Unit

from ..models import ReportPart, RiskReport
from ..models.reports import IN_WORK, JOINABLE
from ..register_access import reads_own, writing_units
from ..reports.citing import never_crossing
from .report_kit import (
    Deed,
    changed,
    keep,
    locked_report,
    no_report,
    not_now,
    require_leading,
    require_writer,
)
from .report_tasking import sound_unit


@transaction.atomic
def invite_side(report: RiskReport, *, by: Any) -> RiskReport:
    """Ask the other side to write the report together. Until it accepts it reads the tasking alone.
    Asked twice it is asked once."""
    report = locked_report(report, by)
    require_leading(report, by)
    if report.invited_at is not None:
        return report
    if report.state not in JOINABLE:
        raise not_now(report)
    if numbers := never_crossing(report):
        raise Refused(
            _("Citation %(numbers)s never leaves its side, so this report cannot be of both.")
            % {"numbers": ", ".join(map(str, numbers))},
            code="never_crosses",
        )
    report.invited_at = now()
    report.save(update_fields=["invited_at"])
    keep(report, Deed.INVITED, by=by)
    return report


def _offered(report: RiskReport, by: Any) -> RiskReport:
    """The report under its lock, for whoever of the other side reads the invitation."""
    RiskReport.objects.filter(pk=report.pk).select_for_update(no_key=True).values_list("pk").get()
    seen = RiskReport.objects.offered_to(by) | RiskReport.objects.worked_by(by)
    found = seen.select_related("unit", "other_unit").filter(pk=report.pk).first()
    if found is None or not reads_own(by):
        raise no_report()
    if found.side == by.side:
        raise NotAllowed(_("Your side invited the other one, which answers."), code="own_side")
    return found


@transaction.atomic
def join_report(report: RiskReport, *, unit: Unit, by: Any) -> RiskReport:
    """Say for the invited side that it writes the report too, and which unit does. From now on both
    sides read the workspace. Twice is once; another unit takes the place of the first."""
    report = _offered(report, by)
    require(by, "write_risks", unit)
    sound_unit(unit, by.side)
    if report.joint and report.other_unit_id == unit.pk:
        return report
    if report.state not in IN_WORK:
        raise not_now(report)
    report.joint, report.other_unit = True, unit
    report.save(update_fields=["joint", "other_unit"])
    keep(report, Deed.JOINED, by=by, unit=unit.code)
    return report


@transaction.atomic
def decline_report(report: RiskReport, *, words: str = "", by: Any) -> RiskReport:
    """Say for the invited side that it does not take part. The leading side may invite again."""
    report = _offered(report, by)
    units = writing_units(by)
    require(by, "write_risks", units[0] if units else report.unit)
    if report.joint:
        raise not_now(report)
    words = worded(words, "words", most=500, one_line=True)
    report.invited_at = None
    report.save(update_fields=["invited_at"])
    keep(report, Deed.DECLINED, words=words, by=by)
    return report


@transaction.atomic
def assign_part(report: RiskReport, number: int, *, side: str, by: Any) -> ReportPart:
    """Say which side of a joint report owns a part. The side that owns it gives it away."""
    report = locked_report(report, by)
    require_writer(report, by)
    part = report.parts.filter(number=number).first()
    if part is None:
        raise no_report()
    if side not in report.sides:
        sentence = _("Choose a side that writes this report.")
        raise Invalid(sentence, fields={"side": [sentence]})
    if part.side == side:
        return part
    if by.side not in (part.side, report.side):
        raise NotAllowed(_("The side that owns this part gives it away."), code="other_side")
    changed(report, by)
    part.side = side
    part.save(update_fields=["side"])
    return part


@transaction.atomic
def leave_report(report: RiskReport, *, words: str = "", by: Any) -> RiskReport:
    """Say for the invited side that it writes the report no longer, before its review is asked. The
    report goes on as one of the leading side's own.

    Its steps are closed with the text that it wrote there, and the other open ones go back to the
    leading side. What it wrote stays; from now on the leading side may change it, and takes over
    what it changes. Left twice is left once.
    """
    RiskReport.objects.filter(pk=report.pk).select_for_update(no_key=True).values_list("pk").get()
    seen = RiskReport.objects.worked_by(by) | RiskReport.objects.left_by(by)
    found = seen.select_related("unit", "other_unit").filter(pk=report.pk).first()
    if found is None:
        raise no_report()
    if found.side == by.side:
        raise NotAllowed(
            _("Your side leads this report: it cancels it, or goes on alone."), code="own_side"
        )
    if not found.joint:
        return found
    require_writer(found, by)
    if found.state not in JOINABLE:
        raise not_now(found)
    words = worded(words, "words", most=500, one_line=True)
    found.joint, found.other_unit, found.invited_at = False, None, None
    found.edition += 1
    found.save(update_fields=["joint", "other_unit", "invited_at", "edition"])
    theirs = found.parts.filter(side=by.side)
    written = theirs.filter(state="open", road=False, changed_by__side=by.side)
    written.exclude(text="").update(state="done")
    theirs.filter(Q(road=True) | Q(state="open")).update(side=found.side)
    keep(found, Deed.LEFT, words=words, by=by)
    # The leading side reads in its own trail that it is alone now.
    record(f"risk_report.{Deed.LEFT}", found.ref, by=None, trail=found.side, edition=found.edition)
    return found
