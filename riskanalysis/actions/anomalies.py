"""Anomaly reports: filed with the frozen series, put to both sides, assessed, closed."""

import uuid
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.audit.models import record
from bordercoop.errors import NotAllowed, Refused, Stale
from bordercoop.reference.wording import worded
from contactpoints.access import SERVICES, may, require, roles_of, units_where
from contactpoints.models import Unit, units
from contactpoints.roles import reach
from incidents.actions.once import written_before
from incidents.content import crosses

from ..findings import found_of
from ..indicators import Asked, digest_of, picture
from ..models import WORDS_MOST, Anomaly, AnomalyStep


@transaction.atomic
def file_anomaly(
    asked: Asked, *, words: str, client_ref: uuid.UUID | None = None, by: Any
) -> Anomaly:
    """Report that the week `asked` for lies outside its usual range, with the series as it stands.

    The series is frozen twice: as the officer counts it, and of what the other side holds as well,
    which is all that it ever reads of it. Filed twice with the same `client_ref` it is one report.
    Raises NotAllowed, Invalid for the words, Refused where there is no anomaly, and KeyReused for a
    `client_ref` of another week or other filters.
    """
    unit = _unit_of(asked, by)
    mine = Anomaly.objects.filter(by=by)
    ref, about = client_ref or uuid.uuid4(), {"week": asked.week, "filters": asked.filters}
    if known := written_before(mine, ref, **about):
        return known
    words = worded(
        words, "words", most=WORDS_MOST, empty=_("Say what you see and what you think of it.")
    )
    series = _series(asked)
    last = series["weeks"][-1]
    if last["high"] is None:
        raise Refused(
            _("This week has no usual range, so it cannot lie outside of it."), code="no_range"
        )
    if last["count"] is None or last["low"] <= last["count"] <= last["high"]:
        raise Refused(
            _("This week lies within its usual range: there is no anomaly to report."),
            code="no_anomaly",
        )
    common = _series(_of_both(asked))
    anomaly = Anomaly(
        client_ref=ref, side=by.side, unit=unit, week=asked.week,
        filters=asked.filters, series=series, common=common,
        digest=digest_of([series, common]), words=words, by=by,
    )  # fmt: skip
    try:
        with transaction.atomic():
            anomaly.save(force_insert=True)
    except IntegrityError as clash:
        known = written_before(mine, ref, **about)
        if known is None or "anomaly_filed_once" not in str(clash):
            raise
        return known
    record(
        "anomaly.filed", anomaly.ref, by=by, unit=unit.code, week=asked.code,
        digest=digest_of(series),
    )  # fmt: skip
    return anomaly


@transaction.atomic
def share_anomaly(anomaly: Anomaly, *, by: Any) -> Anomaly:
    """Put an anomaly report to both sides: the other one reads its words and the common series."""
    anomaly = _locked(anomaly, by)
    if anomaly.shared_at is not None:
        return anomaly
    if anomaly.filters["category"] and not crosses(anomaly.filters["category"]):
        raise Refused(
            _("What this report counts never leaves its side; the report stays too."),
            code="never_crosses",
        )
    anomaly.shared_at = now()
    anomaly.save(update_fields=["shared_at"])
    _step(anomaly, AnomalyStep.Deed.SHARED, "", by)
    return anomaly


@transaction.atomic
def assess_anomaly(anomaly: Anomaly, *, words: str, edition: int | None = None, by: Any) -> Anomaly:
    """Say what an anomaly means. Raises Refused when somebody did already, and Stale when anything
    was done about it after `edition`, such as putting it to both sides."""
    anomaly = _locked(anomaly, by)
    words = worded(words, "words", most=WORDS_MOST, empty=_("Say what it means."))
    if anomaly.state != Anomaly.State.OPEN:
        raise Refused(_("This anomaly was assessed already."), code="assessed")
    _require_edition(anomaly, edition)
    anomaly.state = Anomaly.State.ASSESSED
    anomaly.save(update_fields=["state"])
    _step(anomaly, AnomalyStep.Deed.ASSESSED, words, by)
    return anomaly


@transaction.atomic
def close_anomaly(anomaly: Anomaly, *, words: str, edition: int | None = None, by: Any) -> Anomaly:
    """Say what came of it, and close. Closed twice it is closed once; Stale as above."""
    anomaly = _locked(anomaly, by)
    if anomaly.state == Anomaly.State.CLOSED:
        return anomaly
    words = worded(words, "words", most=WORDS_MOST, empty=_("Say what came of it."))
    _require_edition(anomaly, edition)
    anomaly.state = Anomaly.State.CLOSED
    anomaly.save(update_fields=["state"])
    _step(anomaly, AnomalyStep.Deed.CLOSED, words, by)
    return anomaly


def _require_edition(anomaly: Anomaly, edition: int | None) -> None:
    """Words that were meant for the own side must not cross because of what was done meanwhile."""
    if edition is None or edition == anomaly.edition:
        return
    if anomaly.shared_at is not None:
        sentence = _(
            "Something was done about this report meanwhile, and both sides read what you write. "
            "Look at it, and send your words again."
        )
    else:
        sentence = _(
            "Something was done about this report meanwhile. Look at it, and send your words again."
        )
    raise Stale(sentence, current=anomaly)


def _step(anomaly: Anomaly, deed: str, words: str, by: Any) -> None:
    AnomalyStep(anomaly=anomaly, deed=deed, words=words, by=by).save(force_insert=True)
    record(f"anomaly.{deed}", anomaly.ref, by=by)  # anomaly.assessed, .closed, .shared


def _locked(anomaly: Anomaly, by: Any) -> Anomaly:
    """The row as it stands, for an analyst of its side."""
    found = Anomaly.objects.select_for_update(no_key=True, of=("self",)).get(pk=anomaly.pk)
    require(by, "file_anomalies", found.unit)
    return found


def _unit_of(asked: Asked, by: Any) -> Unit:
    """The unit in whose name the officer files: one whose reach holds all that was counted."""
    if by is None or by.side not in SERVICES or not units_where(by, "file_anomalies"):
        raise NotAllowed(_("Your posting does not let you file anomaly reports."))
    tree = list(units().values())
    for _role, unit in roles_of(by):
        within = {each.pk for each in reach(unit, tree)}
        if may(by, "file_anomalies", unit) and set(asked.units) <= within:
            return unit
    raise Refused(
        _("These figures come from units of several postings; no one unit answers for them."),
        code="several_units",
    )


def _series(asked: Asked) -> dict[str, Any]:
    found = picture(asked)
    usual = found_of(found).usual
    return {
        "week": asked.code,
        "weeks": [
            {
                "start": week.start.isoformat(),
                "count": week.count,
                "days": week.days,
                "low": _edge(usual, week.start, 0),
                "high": _edge(usual, week.start, 1),
            }
            for week in found.weeks
        ],
    }


def _edge(usual: Any, start: date, which: int) -> float | None:
    found = usual.get(start.isoformat())
    return found[which] if found else None


def _of_both(asked: Asked) -> Asked:
    """The same counted by every copy that the other side holds, as its headquarters reads it: with
    its completeness, and its usual range where one was computed there."""
    other = "BY" if asked.reader == "LV" else "LV"
    theirs = tuple(sorted(unit.pk for unit in units().values() if unit.side == other))
    return Asked(asked.week, theirs, other, **asked.filters)
