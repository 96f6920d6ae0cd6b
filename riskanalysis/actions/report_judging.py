"""Judgements and recommendations of a risk report, and what the owners answer."""

import uuid
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.audit.models import record
from bordercoop.errors import Invalid, NotAllowed, Refused, Stale
from bordercoop.reference.models import utc_today
from bordercoop.reference.wording import worded
from contactpoints.access import require
from contactpoints.models import Unit
from incidents.actions.once import written_before

from ..models import (
    Confidence,
    Probability,
    ReportJudgement,
    ReportRecommendation,
    RiskReport,
)
from ..models.reports import SENT
from .report_kit import (
    changed,
    locked_report,
    no_report,
    not_now,
    require_writer,
    ring_report,
)

MOST = 50
State = ReportRecommendation.State


def _wrong(field: str, sentence: str) -> Invalid:
    return Invalid(sentence, fields={field: [sentence]})


def _next(rows: Any) -> int:
    last = rows.aggregate(last=Max("number"))["last"] or 0
    if last >= MOST:
        raise Refused(_("At most %(most)s of them fit.") % {"most": MOST}, code="too_many")
    return int(last) + 1


def _own(report: RiskReport, rows: Any, number: int, by: Any) -> Any:
    row = rows.filter(number=number).first()
    if row is None:
        raise no_report()
    if not report.owned_by(by.side, row.side):
        raise NotAllowed(_("The side that wrote it changes it."), code="other_side")
    return row


def _standing(row: Any, edition: int | None) -> None:
    if row.removed_at is not None:
        raise Refused(_("This was taken out already."), code="removed")
    if edition is not None and edition != row.edition:
        raise Stale(
            _("Somebody changed this while you wrote. Compare both texts and save again."),
            current=row,
        )


# --- judgements


def _judged(
    report: RiskReport,
    text: str,
    probability: str,
    confidence: str,
    alternative: str,
    cites: Iterable[int],
    no_cites: str,
) -> dict[str, Any]:
    if probability and probability not in Probability.values:
        raise _wrong("probability", _("Choose one of the steps."))
    if confidence and confidence not in Confidence.values:
        raise _wrong("confidence", _("Choose one of the steps."))
    known = set(report.citations.filter(removed_at=None).values_list("number", flat=True))
    numbers = sorted(set(cites))
    for number in numbers:
        if number not in known:
            raise _wrong("cites", _("There is no citation %(number)s.") % {"number": number})
    return {
        "text": worded(text, "text", most=2_000, empty=_("Write the judgement as one sentence.")),
        "probability": probability,
        "confidence": confidence,
        "alternative": worded(alternative, "alternative", most=2_000),
        "cites": numbers,
        "no_cites": "" if numbers else worded(no_cites, "no_cites", most=500, one_line=True),
    }


@transaction.atomic
def write_judgement(
    report: RiskReport,
    *,
    text: str,
    probability: str = "",
    confidence: str = "",
    alternative: str = "",
    cites: Iterable[int] = (),
    no_cites: str = "",
    client_ref: uuid.UUID | None = None,
    by: Any,
) -> ReportJudgement:
    """Write what is to be expected. Probability, confidence and citations may follow until the
    review is asked. The same `client_ref` from one officer is one judgement."""
    report = locked_report(report, by)
    require_writer(report, by)
    if client_ref and (
        known := written_before(ReportJudgement.objects.filter(by=by), client_ref, report=report)
    ):
        return known
    said = _judged(report, text, probability, confidence, alternative, cites, no_cites)
    number = _next(report.judgements)
    changed(report, by)
    return ReportJudgement.objects.create(
        report=report, number=number, side=by.side, client_ref=client_ref, by=by, **said
    )


@transaction.atomic
def change_judgement(
    report: RiskReport,
    number: int,
    *,
    text: str,
    probability: str = "",
    confidence: str = "",
    alternative: str = "",
    cites: Iterable[int] = (),
    no_cites: str = "",
    edition: int | None = None,
    by: Any,
) -> ReportJudgement:
    """Write a judgement anew. The same again changes nothing; Stale when somebody changed it after
    `edition`."""
    report = locked_report(report, by)
    require_writer(report, by)
    row: ReportJudgement = _own(report, report.judgements, number, by)
    said = _judged(report, text, probability, confidence, alternative, cites, no_cites)
    return _rewritten(report, row, said, edition, by)


def _rewritten(report: RiskReport, row: Any, said: Any, edition: int | None, by: Any) -> Any:
    if row.removed_at is None and all(getattr(row, n) == value for n, value in said.items()):
        return row
    _standing(row, edition)
    changed(report, by)
    for name, value in said.items():
        setattr(row, name, value)
    if row.side not in report.sides:
        # The side that wrote it has left: whoever writes it anew takes it over.
        row.side = by.side
    row.edition += 1
    row.save(update_fields=[*said, "side", "edition"])
    return row


def _removed(report: RiskReport, row: Any, by: Any) -> Any:
    if row.removed_at is None:
        changed(report, by)
        row.removed_at, row.removed_by = now(), by
        row.save(update_fields=["removed_at", "removed_by"])
    return row


@transaction.atomic
def remove_judgement(report: RiskReport, number: int, *, by: Any) -> ReportJudgement:
    """Take a judgement out; its number is not given again. Twice is once."""
    report = locked_report(report, by)
    require_writer(report, by)
    found: ReportJudgement = _removed(report, _own(report, report.judgements, number, by), by)
    return found


# --- recommendations


def _recommended(report: RiskReport, text: str, unit: Unit, due: date) -> dict[str, Any]:
    if unit.side not in report.sides or unit.retired_at is not None:
        raise _wrong("unit", _("Choose a unit of a side that writes this report."))
    return {
        "text": worded(text, "text", most=2_000, empty=_("Write what should be done.")),
        "unit": unit,
        "due": due,
    }


def _ahead(due: date) -> None:
    if due < utc_today():
        raise _wrong("due", _("This day has passed. Choose a later one."))


@transaction.atomic
def write_recommendation(
    report: RiskReport,
    *,
    text: str,
    unit: Unit,
    due: date,
    client_ref: uuid.UUID | None = None,
    by: Any,
) -> ReportRecommendation:
    """Recommend something to a unit by a day. It answers once the report is disseminated."""
    report = locked_report(report, by)
    require_writer(report, by)
    if client_ref and (
        known := written_before(
            ReportRecommendation.objects.filter(by=by), client_ref, report=report
        )
    ):
        return known
    said = _recommended(report, text, unit, due)
    _ahead(due)
    number = _next(report.recommendations)
    changed(report, by)
    return ReportRecommendation.objects.create(
        report=report, number=number, side=by.side, client_ref=client_ref, by=by, **said
    )


@transaction.atomic
def change_recommendation(
    report: RiskReport,
    number: int,
    *,
    text: str,
    unit: Unit,
    due: date,
    edition: int | None = None,
    by: Any,
) -> ReportRecommendation:
    """Write a recommendation anew. The same again changes nothing; Stale when somebody changed it
    after `edition`."""
    report = locked_report(report, by)
    require_writer(report, by)
    row: ReportRecommendation = _own(report, report.recommendations, number, by)
    said = _recommended(report, text, unit, due)
    if due != row.due:
        _ahead(due)
    found: ReportRecommendation = _rewritten(report, row, said, edition, by)
    return found


@transaction.atomic
def remove_recommendation(report: RiskReport, number: int, *, by: Any) -> ReportRecommendation:
    """Take a recommendation out; its number is not given again. Twice is once."""
    report = locked_report(report, by)
    require_writer(report, by)
    row = _own(report, report.recommendations, number, by)
    found: ReportRecommendation = _removed(report, row, by)
    return found


@transaction.atomic
def answer_recommendation(
    report: RiskReport, number: int, *, state: str, answer: str = "", by: Any
) -> ReportRecommendation:
    """Say for the owning unit that it is accepted, declined with a reason, or done with evidence.
    The same answer twice is one."""
    report = locked_report(report, by, rows=RiskReport.objects.visible_to(by))
    row = report.recommendations.standing().select_related("unit").filter(number=number).first()
    if row is None:
        raise no_report()
    require(by, "answer_recommendations", row.unit)
    if report.state not in SENT or report.withdrawn_at is not None:
        raise not_now(report)
    if state not in (State.ACCEPTED, State.DECLINED, State.DONE):
        raise _wrong("state", _("Choose accepted, declined or done."))
    empty = {
        State.DECLINED: _("Write why it is declined."),
        State.DONE: _("Write what shows that it is done."),
    }.get(State(state), "")
    answer = worded(answer, "answer", most=2_000, empty=empty)
    if (row.state, row.answer) == (state, answer):
        return row
    if row.state == State.DONE or (row.state, state) == (State.DECLINED, State.DONE):
        raise Refused(
            _("This was answered with “%(state)s” already.") % {"state": row.get_state_display()},
            code="answered",
        )
    row.state, row.answer, row.answered_at, row.answered_by = State(state), answer, now(), by
    row.save(update_fields=["state", "answer", "answered_at", "answered_by"])
    record("risk_report.answered", report.ref, by=by, recommendation=number, answer=str(state))
    ring_report(report, row.unit)
    return row
