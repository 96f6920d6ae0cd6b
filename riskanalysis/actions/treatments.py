"""What is done about a risk: planned, changed, done with evidence, dropped with a reason."""

import uuid
from datetime import date, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.access.models import User
from bordercoop.audit.models import record
from bordercoop.errors import Invalid, NotAllowed, Refused, Stale
from bordercoop.reference.wording import worded
from contactpoints.access import may, require
from contactpoints.models import Unit
from incidents.retention import today

from ..models import Risk, RiskState, Treatment
from ..wordings import require_language
from .risks import locked_risk, sound_owner

FARTHEST = timedelta(days=3 * 366)
State = Treatment.State


def _sound_due(due: date, side: str, before: date | None = None) -> date:
    day = today(side)
    if due != before and not day <= due <= day + FARTHEST:
        sentence = _("Say by which day it is done: today or later, within three years.")
        raise Invalid(sentence, fields={"due": [sentence]})
    return due


def _what(text: str) -> str:
    empty = _("Write what is to be done.")
    return worded(text, "what", most=500, empty=empty, one_line=True)


@transaction.atomic
def plan_treatment(
    risk: Risk,
    *,
    unit: Unit,
    officer: User | None = None,
    what: str,
    language: str,
    due: date,
    given: bool = False,
    client_ref: uuid.UUID | None = None,
    by: Any,
) -> Treatment:
    """Say what the own side does about a risk, which unit does it (`officer` of it) and by when.

    With `given` both sides read it, once the risk is shared. The same `client_ref` from one officer
    is one treatment.
    """
    risk = locked_risk(risk, by)
    require(by, "write_risks", unit)
    sound_owner(unit, officer, by.side)
    ref = client_ref or uuid.uuid4()
    known = Treatment.objects.filter(by=by, client_ref=ref).first()
    said = {
        "risk": risk, "unit": unit, "officer": officer, "what": _what(what),
        "language": require_language(language), "due": due, "given": bool(given),
    }  # fmt: skip
    if known is not None:
        if (known.risk_id, known.what, known.due) == (risk.pk, said["what"], due):
            return known
        ref = uuid.uuid4()
    if risk.state == RiskState.CLOSED:
        raise Refused(_("The risk is closed. Open it again first."), code="wrong_state")
    _sound_due(due, by.side)
    try:
        with transaction.atomic():
            made = Treatment.objects.create(side=by.side, client_ref=ref, by=by, **said)
    except IntegrityError as clash:
        if "treatment_planned_once" not in str(clash):
            raise
        return Treatment.objects.get(by=by, client_ref=ref)
    record("risk.treatment_planned", risk.ref, by=by, treatment=str(made.uid), due=due)
    return made


def _locked(treatment: Treatment, by: Any, *, doer: bool = False) -> Treatment:
    """The treatment under a lock. With `doer` the officer who has to do it may, too."""
    rows = Treatment.objects.filter(pk=treatment.pk)
    rows.select_for_update(no_key=True).values_list("pk").get()
    fresh = rows.select_related("risk", "unit", "officer").get()
    if not Treatment.objects.visible_to(by).filter(pk=fresh.pk).exists():
        raise Refused(_("There is no such treatment."), code="not_found", status=404)
    if fresh.side != by.side:
        raise NotAllowed(_("This is a treatment of the other side, which alone changes it."))
    mine = fresh.officer_id == by.pk and may(by, "read_risks", fresh.unit)
    if not (doer and mine):
        require(by, "write_risks", fresh.unit)
    return fresh


def _present(treatment: Treatment, edition: int | None) -> None:
    if edition is not None and edition != treatment.edition:
        raise Stale(
            _("Somebody changed this treatment meanwhile. Read how it stands now."),
            current=treatment,
        )


def _saved(treatment: Treatment, deed: str, fields: list[str], by: Any) -> Treatment:
    treatment.edition += 1
    treatment.save(update_fields=[*fields, "edition"])
    record(f"risk.treatment_{deed}", treatment.risk.ref, by=by, treatment=str(treatment.uid),
           state=str(treatment.state))  # fmt: skip
    return treatment


@transaction.atomic
def change_treatment(
    treatment: Treatment,
    *,
    unit: Unit,
    officer: User | None = None,
    what: str,
    due: date,
    given: bool = False,
    edition: int | None = None,
    by: Any,
) -> Treatment:
    """Write anew what is done, by whom and by when. What both sides read stays readable to both.

    The same again changes nothing. Raises Stale when somebody changed it after `edition`.
    """
    treatment = _locked(treatment, by)
    said = {"unit": unit, "officer": officer, "what": _what(what), "due": due,
            "given": bool(given or treatment.given)}  # fmt: skip
    if all(getattr(treatment, name) == value for name, value in said.items()):
        return treatment
    _present(treatment, edition)
    _require_open(treatment)
    _sound_due(due, by.side, treatment.due)
    require(by, "write_risks", unit)
    sound_owner(unit, officer, by.side)
    for name, value in said.items():
        setattr(treatment, name, value)
    return _saved(treatment, "changed", list(said), by)


def _require_open(treatment: Treatment) -> None:
    if treatment.state != State.OPEN:
        raise Refused(
            _("This treatment is “%(state)s” already.") % {"state": treatment.get_state_display()},
            code="ended",
        )


@transaction.atomic
def finish_treatment(
    treatment: Treatment, *, evidence: str, edition: int | None = None, by: Any
) -> Treatment:
    """Say that it is done, and what shows it; whoever has to do it may, and whoever writes for the
    unit. Finished twice is finished once, and the first evidence stands."""
    treatment = _locked(treatment, by, doer=True)
    if treatment.state == State.DONE:
        return treatment
    _present(treatment, edition)
    _require_open(treatment)
    empty = _("Write what shows that it is done.")
    treatment.evidence = worded(evidence, "evidence", most=2_000, empty=empty)
    treatment.state, treatment.ended_at, treatment.ended_by = State.DONE, now(), by
    return _saved(treatment, "done", ["evidence", "state", "ended_at", "ended_by"], by)


@transaction.atomic
def drop_treatment(
    treatment: Treatment, *, reason: str, edition: int | None = None, by: Any
) -> Treatment:
    """Say that it will not be done, and why. Dropped twice is dropped once, and the first reason
    stands."""
    treatment = _locked(treatment, by)
    if treatment.state == State.DROPPED:
        return treatment
    _present(treatment, edition)
    _require_open(treatment)
    treatment.reason = worded(reason, "reason", most=500, empty=_("Write why it is dropped."))
    treatment.state, treatment.ended_at, treatment.ended_by = State.DROPPED, now(), by
    return _saved(treatment, "dropped", ["reason", "state", "ended_at", "ended_by"], by)
