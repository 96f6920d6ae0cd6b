"""A risk report goes to units and desks, is superseded, withdrawn, archived."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.errors import Invalid
from bordercoop.reference.wording import worded
from contactpoints.access import SERVICES, roles_of
from contactpoints.actions import (
    cancel_deliveries,
    drop_held,
    drop_one,
    hold_release,
    let_rest,
    mark_held_gone,
    raise_alert,
    take_held,
)
from contactpoints.models import Alert, HeldRelease, Priority, Unit, units
from contactpoints.pausing import held_for, paused_for

from ..models import ReportState, ReportTold, RiskReport
from ..models.reports import SENT
from ..reports.readiness import too_loose
from .report_kit import (
    Deed,
    keep,
    locked_report,
    not_now,
    require_leading,
    require_marking,
    ring_report,
)
from .report_review import freeze


def _sender(report: RiskReport, by: Any) -> Unit:
    """In whose name the alert goes out: the officer's own desk, else the unit that wrote it."""
    for _role, unit in roles_of(by):
        if unit.kind == Unit.Kind.DESK and unit.side == report.side:
            return unit
    return report.unit


def _sound(report: RiskReport, named: Iterable[Unit]) -> dict[int, Unit]:
    """Units of the leading side, and desks of the other one."""
    found = {unit.pk: unit for unit in named}
    for unit in found.values():
        own = unit.side == report.side
        desk = unit.kind == Unit.Kind.DESK and unit.side in SERVICES
        if unit.retired_at is not None or not (own or desk):
            sentence = _("Choose units of your side and desks of the other side.")
            raise Invalid(sentence, fields={"units": [sentence]})
    return found


@transaction.atomic
def disseminate_report(
    report: RiskReport, *, units: Iterable[Unit], urgent: bool = False, by: Any
) -> RiskReport:
    """Give an approved report to units of the own side and desks of the other one, which are
    alerted and asked to acknowledge; `urgent` as routine, else as information.

    Units that were told already are left alone, so twice is once. Refused when nobody is on duty at
    a desk. Where the exchange is paused a desk is told when the pause is over; while that holds
    everybody, the report stays approved until then. Units that own a recommendation are told too.
    """
    report = locked_report(report, by)
    require_leading(report, by)
    if report.state not in (ReportState.APPROVED, ReportState.DISSEMINATED):
        raise not_now(report)
    require_marking(report)
    told = set(report.told.values_list("unit_id", flat=True))
    named = _sound(report, units)
    if not named and not told:
        sentence = _("Choose at least one unit or desk.")
        raise Invalid(sentence, fields={"units": [sentence]})
    # Of a joint report the other side's owners are told as well: its units by their list alone.
    owners = report.recommendations.standing().filter(unit__side__in=report.sides)
    if named:
        named |= {row.unit_id: row.unit for row in owners.select_related("unit")}
    fresh = [unit for pk, unit in sorted(named.items()) if pk not in told]
    if not fresh:
        return report
    across = _desks_across(report, fresh)
    waits = paused_for(across, side=report.side, category="")
    _hold(report, waits, urgent, by)
    fresh = [unit for unit in fresh if unit not in waits]
    if fresh:
        drop_held(report.ref, desks=[u for u in fresh if u in across], why="replaced", by=by)
        _give(report, fresh, urgent, _sender(report, by), by)
    return report


def _hold(report: RiskReport, desks: list[Unit], urgent: bool, by: Any) -> None:
    """Keep the decision for the desks at points that are paused."""
    sender = _sender(report, by).code if desks else ""
    decision = {"edition": report.edition, "sender": sender, "urgent": urgent}
    known = {held.desk_id: held.decision for held in held_for(report.ref)} if desks else {}
    for desk in desks:
        if known.get(desk.pk) != decision:
            hold_release(
                report.ref, desk=desk, side=report.side, category="", decision=decision, by=by
            )


def _give(report: RiskReport, fresh: list[Unit], urgent: bool, sender: Unit, by: Any) -> None:
    if report.state == ReportState.APPROVED:
        report.state, report.disseminated_at = ReportState.DISSEMINATED, now()
        report.save(update_fields=["state", "disseminated_at"])
    ReportTold.objects.bulk_create(ReportTold(report=report, unit=unit, by=by) for unit in fresh)
    if across := _desks_across(report, fresh):
        freeze(report, across[0].side)
        _tell(
            report, across, event="risk_report", kind=Alert.Kind.ALERT, sender=sender, by=by,
            urgent=urgent,
        )  # fmt: skip
    keep(report, Deed.SENT, by=by, number=report.number, units=[unit.code for unit in fresh])
    ring_report(report, *fresh)


def _tell(
    report: RiskReport,
    desks: list[Unit],
    *,
    event: str,
    kind: Alert.Kind,
    sender: Unit,
    urgent: bool = False,
    unwatched: bool = False,
    by: Any,
    **more: Any,
) -> None:
    """Ask desks to acknowledge what became of a report; the card says nothing that it cites."""
    card = {
        "number": report.number,
        "side": report.side,
        "exercise": report.exercise,
        **({} if report.withdrawn_at else {"headline": report.title, "language": report.language}),
        "event": event,
        "handling": report.handling,
        "tlp": report.tlp,
        **({"restriction": report.restriction} if report.restriction else {}),
        **more,
    }
    let_rest(report.ref, desks=desks, by=by)
    earlier = Alert.objects.about(report.ref).order_by("-pk").first()
    raise_alert(
        report.ref,
        card=card,
        priority=Priority.P3 if urgent else Priority.P4,
        to=desks,
        sender=sender,
        kind=kind,
        status=Alert.Status.EXERCISE if report.exercise else Alert.Status.ACTUAL,
        references=None if kind == Alert.Kind.ALERT else earlier,
        unwatched=unwatched,
        by=by,
    )


@transaction.atomic
def send_held_report(held: HeldRelease) -> bool:
    """Tell the desk when no pause holds it any more; whether it went.

    What was approved anew, superseded or withdrawn meanwhile never goes. Refused, and to be tried
    again, while nobody is on duty at the desk.
    """
    _word, _colon, uid = held.about.partition(":")
    report = locked_report(RiskReport.objects.get(uid=uid), None)
    taken = take_held(held)
    if taken is None:
        return False
    goes = report.state in (ReportState.APPROVED, ReportState.DISSEMINATED)
    if not goes or report.edition != taken.decision["edition"] or too_loose(report):
        drop_one(taken, why="not_releasable", by=None)
        return False
    known = units()
    if not report.told.filter(unit_id=taken.desk_id).exists():
        sender = known[taken.decision["sender"]]
        _give(report, [known[taken.desk.code]], taken.decision["urgent"], sender, taken.by)
    mark_held_gone(taken)
    return True


def _told_across(report: RiskReport) -> list[Unit]:
    known = units()
    rows = report.told.exclude(unit__side=report.side).select_related("unit")
    return _desks_across(report, [known[row.unit.code] for row in rows if row.unit.code in known])


def _desks_across(report: RiskReport, told: Iterable[Unit]) -> list[Unit]:
    return [u for u in told if u.side != report.side and u.kind == Unit.Kind.DESK]


@transaction.atomic
def supersede_report(report: RiskReport, *, newer: RiskReport, by: Any) -> RiskReport:
    """Say that a newer report takes the place of a disseminated one; both name each other, and the
    desks that were told of the first are told of that. Twice is once."""
    both = RiskReport.objects.filter(pk__in=[report.pk, newer.pk]).order_by("pk")
    list(both.select_for_update(no_key=True).values_list("pk"))
    report = locked_report(report, by)
    require_leading(report, by)
    if report.state == ReportState.SUPERSEDED and report.superseded_by_id == newer.pk:
        return report
    if report.state != ReportState.DISSEMINATED:
        raise not_now(report)
    rows = RiskReport.objects.worked_by(by).filter(pk=newer.pk, side=report.side)
    # One that is only approved may still go back to drafting, and never go out.
    fresh = rows.filter(state=ReportState.DISSEMINATED).first()
    if fresh is None or fresh.pk == report.pk or fresh.level != report.level:
        sentence = _("Choose a report of the same level and of your side that has been sent.")
        raise Invalid(sentence, fields={"newer": [sentence]})
    report.state, report.superseded_by = ReportState.SUPERSEDED, fresh
    report.save(update_fields=["state", "superseded_by"])
    drop_held(report.ref, why="replaced", by=by)
    # The number of the newer one is told only where that one went as well.
    went = set(fresh.told.values_list("unit_id", flat=True))
    desks = _told_across(report)
    groups: list[tuple[list[Unit], dict[str, Any]]] = [
        ([desk for desk in desks if desk.pk in went], {"newer": fresh.number}),
        ([desk for desk in desks if desk.pk not in went], {}),
    ]
    for some, more in groups:
        if some:
            _tell(
                report, some, event="risk_report_superseded", kind=Alert.Kind.UPDATE,
                sender=_sender(report, by), unwatched=True, by=by, **more,
            )  # fmt: skip
    keep(report, Deed.SUPERSEDED, by=by, newer=fresh.number)
    return report


@transaction.atomic
def withdraw_report(report: RiskReport, *, reason: str, by: Any) -> RiskReport:
    """Take a report that went out back: the other side reads its number and the reason alone from
    now on, and its desks are told. Withdrawn twice it is withdrawn once."""
    report = locked_report(report, by)
    require_leading(report, by)
    if report.withdrawn_at is not None:
        return report
    if report.state not in (ReportState.DISSEMINATED, ReportState.SUPERSEDED):
        raise not_now(report)
    report.reason = worded(
        reason, "reason", most=500, one_line=True,
        empty=_("Write why it is withdrawn: the other side reads it."),
    )  # fmt: skip
    at = now()
    report.state, report.withdrawn_at, report.ended_at = ReportState.ARCHIVED, at, at
    report.save(update_fields=["state", "withdrawn_at", "ended_at", "reason"])
    drop_held(report.ref, why="recalled", by=by)
    if desks := _told_across(report):
        cancel_deliveries(report.ref, desks=desks, by=by)
        _tell(
            report, desks, event="risk_report_withdrawn", kind=Alert.Kind.CANCEL,
            sender=_sender(report, by), unwatched=True, by=by, reason=report.reason,
            withdrawn=True,
        )  # fmt: skip
    keep(report, Deed.WITHDRAWN, words=report.reason, by=by)
    return report


@transaction.atomic
def archive_report(report: RiskReport, *, by: Any) -> RiskReport:
    """Put a report that went out away; who read it still does. Archived twice it is once."""
    report = locked_report(report, by)
    require_leading(report, by)
    if report.state == ReportState.ARCHIVED:
        return report
    if report.state not in SENT:
        raise not_now(report)
    report.state, report.ended_at = ReportState.ARCHIVED, now()
    report.save(update_fields=["state", "ended_at"])
    drop_held(report.ref, why="replaced", by=by)
    keep(report, Deed.ARCHIVED, by=by)
    return report
