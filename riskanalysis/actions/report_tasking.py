"""Risk reports: tasked, begun by the procedure in force, given up."""

import uuid
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.access.models import User
from bordercoop.errors import Invalid, NotAllowed, Refused, Stale
from bordercoop.reference.models import Procedure, ProcedureVersion, places, utc_today
from bordercoop.reference.wording import worded
from contactpoints.access import SERVICES, may, require
from contactpoints.models import Unit
from incidents.actions.once import written_before
from incidents.handling import Marking, default

from ..models import ReportLevel, ReportPart, ReportState, RiskReport
from ..models.reports import IN_WORK, WRITABLE
from ..reports.steps import USUAL, parts_of
from ..section_codes import sound_sections
from ..wordings import require_language
from .report_kit import (
    Deed,
    changed,
    keep,
    locked_report,
    not_now,
    require_leading,
    void,
    wait_for_turn,
)

FIRST_DAY, FARTHEST = date(1991, 1, 1), timedelta(days=3660)


def _wrong(field: str, sentence: str) -> Invalid:
    return Invalid(sentence, fields={field: [sentence]})


def sound_unit(unit: Unit, side: str) -> Unit:
    if unit.side != side or unit.retired_at is not None or unit.kind == Unit.Kind.DESK:
        raise _wrong("unit", _("Choose a unit of your side."))
    return unit


def _scope(
    title: str, language: str, starts_on: date, ends_on: date, sections: Any, given: Any
) -> dict[str, Any]:
    if ends_on < starts_on:
        raise _wrong("ends_on", _("It ends before it begins. Check both days."))
    if starts_on < FIRST_DAY or ends_on > utc_today() + FARTHEST:
        raise _wrong("starts_on", _("The period is too long ago or too far ahead."))
    known = places()
    found = list(dict.fromkeys(str(code) for code in given or []))
    for code in found:
        if code not in known:
            raise _wrong(
                "places", _("There is no place with the code %(code)s.") % {"code": code[:40]}
            )
    return {
        "title": worded(title, "title", most=200, empty=_("Write a title."), one_line=True),
        "language": require_language(language),
        "starts_on": starts_on,
        "ends_on": ends_on,
        "sections": sound_sections(sections),
        "places": found,
    }


def _sound_sop(code: str, level: str) -> str:
    if level not in ReportLevel.values:
        raise _wrong("level", _("Choose operational or strategic."))
    code = code or USUAL[level]
    if not Procedure.objects.filter(kind="sop", code=code, level=level).exists():
        raise _wrong("sop", _("There is no procedure of this level with this code."))
    return code


@transaction.atomic
def task_report(
    *,
    unit: Unit,
    level: str,
    title: str,
    language: str,
    tasking: str,
    deadline: datetime,
    starts_on: date,
    ends_on: date,
    sections: Iterable[str] = (),
    places: Iterable[str] = (),
    sop: str = "",
    marking: Marking | None = None,
    exercise: bool = False,
    author: User | None = None,
    client_ref: uuid.UUID | None = None,
    by: Any,
) -> RiskReport:
    """Ask a unit of the own side, or oneself, for a report by a deadline.

    `sop` is the procedure by which it is written, that of the level where none is named; the
    version is chosen when the work begins. The same `client_ref` from one officer is one tasking.
    """
    require(by, "task_reports", unit)
    if by.side not in SERVICES:
        raise NotAllowed(_("The two services write risk reports."))
    said = {
        **_scope(title, language, starts_on, ends_on, sections, places),
        "sop": _sound_sop(sop, level),
        "tasking": worded(
            tasking, "tasking", most=4_000, empty=_("Write what has to be answered.")
        ),
        **(marking or default()).columns,
    }
    wait_for_turn()
    ref, mine = client_ref or uuid.uuid4(), RiskReport.objects.filter(tasked_by=by)
    if known := written_before(mine, ref, unit=unit, level=level):
        return known
    if deadline <= now():
        raise _wrong("deadline", _("The deadline has passed already. Choose a later one."))
    if deadline > now() + FARTHEST:
        raise _wrong("deadline", _("This deadline is too far ahead. Choose an earlier one."))
    sound_unit(unit, by.side)
    if author is not None and not may(author, "write_risks", unit):
        raise _wrong("author", _("This officer does not write for that unit. Choose another one."))
    report = RiskReport.objects.create(
        side=by.side, unit=unit, level=level, deadline=deadline, exercise=exercise, author=author,
        client_ref=ref, tasked_by=by, **said,
    )  # fmt: skip
    keep(report, Deed.TASKED, by=by, unit=unit.code)
    return report


@transaction.atomic
def change_report(
    report: RiskReport,
    *,
    title: str,
    language: str,
    starts_on: date,
    ends_on: date,
    sections: Iterable[str] = (),
    places: Iterable[str] = (),
    marking: Marking | None = None,
    edition: int | None = None,
    by: Any,
) -> RiskReport:
    """Say anew what the report is about and how it is marked. The same again changes nothing; Stale
    when somebody changed the report after `edition`."""
    report = locked_report(report, by)
    require_leading(report, by)
    said = _scope(title, language, starts_on, ends_on, sections, places)
    said |= marking.columns if marking else {}
    if all(getattr(report, name) == value for name, value in said.items()):
        return report
    if edition is not None and edition != report.edition:
        raise Stale(
            _("Somebody changed this report while you worked on it. Look at it and save again."),
            current=report,
        )
    for name, value in said.items():
        setattr(report, name, value)
    if report.state == ReportState.TASKED:
        report.edition += 1
        if by.pk not in report.writers:
            report.writers = [*report.writers, by.pk]
        report.save(update_fields=[*said, "edition", "writers"])
    else:
        changed(report, by, *said)
    return report


@transaction.atomic
def begin_collection(report: RiskReport, *, by: Any) -> RiskReport:
    """Take the tasking on: the procedure in force becomes the workspace, a part for each step.
    Whoever was not named before is its author. Begun twice it is begun once."""
    report = locked_report(report, by)
    require_leading(report, by)
    if report.state != ReportState.TASKED:
        if report.state == ReportState.CANCELLED:
            raise not_now(report)
        return report
    rows = ProcedureVersion.objects.of_kind(Procedure.Kind.SOP).holding()
    version = rows.filter(procedure__code=report.sop).first()
    if version is None:
        raise Refused(
            _("No version of %(sop)s is in force, so no report can be written by it.")
            % {"sop": report.sop},
            code="no_procedure",
        )
    report.version, report.state = version, ReportState.COLLECTION
    report.author = report.author or by
    report.writers = sorted({*report.writers, by.pk, report.author.pk})
    report.save(update_fields=["version", "state", "author", "writers"])
    ReportPart.objects.bulk_create(
        ReportPart(report=report, side=report.side, **part) for part in parts_of(version)
    )
    keep(report, Deed.BEGUN, by=by, sop=report.sop, version=version.number)
    return report


@transaction.atomic
def begin_drafting(report: RiskReport, *, by: Any) -> RiskReport:
    """What was to be collected is there. Refused while a step of the collection is open."""
    report = locked_report(report, by)
    require_leading(report, by)
    if report.state != ReportState.COLLECTION:
        if report.state in WRITABLE:
            return report
        raise not_now(report)
    left = list(report.parts.filter(collects=True, state="open").values_list("number", flat=True))
    if left:
        raise Refused(
            _("Finish what is collected first, or say why it is left out: step %(steps)s.")
            % {"steps": ", ".join(map(str, left))},
            code="collection_open",
        )
    report.state = ReportState.DRAFTING
    report.save(update_fields=["state"])
    keep(report, Deed.DRAFTING, by=by)
    return report


@transaction.atomic
def cancel_report(report: RiskReport, *, reason: str, by: Any) -> RiskReport:
    """Give a report up before it is approved, with the reason. Cancelled twice it is once."""
    report = locked_report(report, by)
    if by.side != report.side:
        raise NotAllowed(_("The side that leads this report cancels it."), code="other_side")
    require(by, "task_reports", report.unit)
    if report.state == ReportState.CANCELLED:
        return report
    if report.state not in IN_WORK:
        raise not_now(report)
    report.reason = worded(
        reason, "reason", most=500, empty=_("Write why it is cancelled."), one_line=True
    )
    void(report)
    report.state, report.ended_at = ReportState.CANCELLED, now()
    report.save(update_fields=["state", "reason", "ended_at"])
    keep(report, Deed.CANCELLED, words=report.reason, by=by)
    return report
