"""Risks: written, changed, put to both sides, taken on by both, closed."""

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connection, transaction
from django.db.models import Max
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.access.models import User
from bordercoop.audit.models import record
from bordercoop.errors import Invalid, NotAllowed, Refused, Stale
from bordercoop.reference.models import terms
from bordercoop.reference.wording import worded
from contactpoints.access import SERVICES, officers_with, require
from contactpoints.models import Unit

from ..models import Risk, RiskState, RiskStep
from ..section_codes import sound_sections
from ..wordings import cleaned_texts, require_language

LOCK = 5_251_024  # any number that no other advisory lock of the portal uses
TITLE_MOST, TEXT_MOST = 200, 4_000
Deed = RiskStep.Deed


def _numbered() -> None:
    """Whoever takes the next number of the register waits for its turn."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def locked_risk(risk: Risk, by: Any) -> Risk:
    """The risk under a lock. Raises Refused (404) for one that `by` does not read."""
    Risk.objects.filter(pk=risk.pk).select_for_update(no_key=True).values_list("pk").get()
    fresh = Risk.objects.select_related("unit", "officer", "other_unit").get(pk=risk.pk)
    if by is not None and not Risk.objects.visible_to(by).filter(pk=risk.pk).exists():
        raise Refused(_("There is no such risk."), code="not_found", status=404)
    return fresh


def require_owner(risk: Risk, by: Any) -> None:
    """Raise NotAllowed unless `by` writes for the unit that owns the risk."""
    if by.side != risk.side:
        raise NotAllowed(
            _("This is a risk of the other side. Assess it for your side beside its view."),
            code="other_side",
        )
    require(by, "write_risks", risk.unit)


def sound_owner(unit: Unit, officer: User | None, side: str) -> None:
    """Raise Invalid unless the unit is of that side and the officer reads risks there."""
    if unit.side != side or unit.retired_at is not None or unit.kind == Unit.Kind.DESK:
        sentence = _("Choose a unit of your side.")
        raise Invalid(sentence, fields={"unit": [sentence]})
    if officer is not None and officer.pk not in {u.pk for u in officers_with("read_risks", unit)}:
        sentence = _("This officer does not read the risks of that unit. Choose another one.")
        raise Invalid(sentence, fields={"officer": [sentence]})


def _sound_category(code: str) -> str:
    if code and code not in terms("incident_category"):
        sentence = _("There is no category with the code %(code)s.") % {"code": code[:40]}
        raise Invalid(sentence, fields={"category": [sentence]})
    return code


def _content(risk: Risk) -> dict[str, Any]:
    return {
        "title": risk.title,
        "text": risk.text,
        "language": risk.language,
        "category": risk.category,
        "sections": risk.sections,
        "unit": risk.unit.code,
        "officer": str(risk.officer.uid) if risk.officer else None,
        "other_unit": risk.other_unit.code if risk.other_unit else None,
        "state": str(risk.state),
        "reason": risk.reason,
    }


def _keep(risk: Risk, deed: RiskStep.Deed, *, by: Any, **facts: Any) -> None:
    RiskStep.objects.create(
        risk=risk,
        number=risk.edition,
        deed=deed,
        side=by.side,
        given=risk.shared_at is not None,
        content=_content(risk),
        by=by,
    )
    record(f"risk.{deed.value}", risk.ref, by=by, edition=risk.edition, **facts)


def _stepped(risk: Risk, deed: RiskStep.Deed, fields: list[str], *, by: Any, **facts: Any) -> Risk:
    risk.edition += 1
    risk.save(update_fields=[*fields, "edition"])
    _keep(risk, deed, by=by, **facts)
    return risk


@transaction.atomic
def write_risk(
    *,
    unit: Unit,
    title: Mapping[str, str],
    text: Mapping[str, str] | None = None,
    language: str,
    category: str = "",
    sections: Iterable[str] = (),
    officer: User | None = None,
    client_ref: uuid.UUID | None = None,
    by: Any,
) -> Risk:
    """Write a risk of a unit, which its own side alone reads until it is put to both.

    `title` and `text` are texts by language, of which the title in `language` is needed. The same
    `client_ref` from one officer is one risk.
    """
    require(by, "write_risks", unit)
    if unit.side not in SERVICES:
        raise NotAllowed(_("The two services keep the risk register."))
    said = {
        **_said(title, text, language),
        "category": _sound_category(category),
        "sections": sound_sections(sections),
    }
    sound_owner(unit, officer, unit.side)
    _numbered()
    ref = client_ref or uuid.uuid4()
    known = Risk.objects.select_related("unit", "officer").filter(by=by, client_ref=ref).first()
    if known is not None:
        first = known.steps.get(number=1).content
        if all(first[name] == value for name, value in said.items()) and first["unit"] == unit.code:
            return known
        # The page was gone back to and something else was written: another risk, not a repeat.
        ref = uuid.uuid4()
    last = Risk.objects.filter(side=unit.side).aggregate(last=Max("own_number"))["last"] or 0
    risk = Risk.objects.create(
        own_number=last + 1, side=unit.side, unit=unit, officer=officer, client_ref=ref, by=by,
        **said,
    )  # fmt: skip
    _keep(risk, Deed.WRITTEN, by=by, unit=unit.code)
    return risk


def _said(title: Any, text: Any, language: str) -> dict[str, Any]:
    require_language(language)
    needed = _("Say in a few words what may happen.")
    return {
        "title": cleaned_texts(title, "title", most=TITLE_MOST, origin=language, empty=needed),
        "text": cleaned_texts(text, "text", most=TEXT_MOST, one_line=False),
        "language": language,
    }


@transaction.atomic
def change_risk(
    risk: Risk,
    *,
    title: Mapping[str, str],
    text: Mapping[str, str] | None = None,
    language: str,
    category: str = "",
    sections: Iterable[str] = (),
    unit: Unit | None = None,
    officer: User | None = None,
    edition: int | None = None,
    by: Any,
) -> Risk:
    """Write anew what a risk says and who owns it; `unit` None leaves it where it is.

    The same again changes nothing. Raises Stale when somebody changed it after `edition`.
    """
    risk = locked_risk(risk, by)
    require_owner(risk, by)
    said = {
        **_said(title, text, language),
        "category": _sound_category(category),
        "sections": sound_sections(sections),
        "unit": unit or risk.unit,
        "officer": officer,
    }
    if all(getattr(risk, name) == value for name, value in said.items()):
        return risk
    require_edition(risk, edition)
    sound_owner(said["unit"], officer, risk.side)
    require(by, "write_risks", said["unit"])
    for name, value in said.items():
        setattr(risk, name, value)
    return _stepped(risk, Deed.CHANGED, list(said), by=by)


def require_edition(risk: Risk, edition: int | None) -> None:
    """Raise Stale when somebody changed the risk after the edition that was read."""
    if edition is not None and edition != risk.edition:
        raise Stale(
            _("Somebody changed this risk while you worked on it. Look at it and save again."),
            current=risk,
        )


@transaction.atomic
def share_risk(
    risk: Risk, *, edition: int | None = None, assessment: uuid.UUID | None = None, by: Any
) -> Risk:
    """Put a risk to both sides for good: the other side reads what it says now, the newest
    assessment, and all that comes later. It gets its number in the register. Twice is once.

    `edition` is the one that was read, and `assessment` the newest one then, None where there was
    none: with an edition it raises Stale when anything else would cross.
    """
    risk = locked_risk(risk, by)
    require_owner(risk, by)
    if risk.shared_at is not None:
        return risk
    require_edition(risk, edition)
    newest = risk.assessments.order_by("-at", "-pk").first()
    if edition is not None and assessment != (newest.uid if newest else None):
        raise Stale(
            _(
                "Somebody assessed this risk meanwhile. Read the assessment, "
                "then put the risk to both sides."
            ),
            current=risk,
        )
    _numbered()
    last = Risk.objects.aggregate(last=Max("number"))["last"] or 0
    risk.number, risk.shared_at = last + 1, now()
    _stepped(risk, Deed.SHARED, ["number", "shared_at"], by=by, number=risk.number)
    if newest is not None:
        newest.given_at = risk.shared_at
        newest.save(update_fields=["given_at"])
    return risk


@transaction.atomic
def join_risk(risk: Risk, *, unit: Unit, by: Any) -> Risk:
    """Say for the other side that a risk is its own as well, and which of its units owns it there.
    Twice is once; another unit takes the place of the first."""
    risk = locked_risk(risk, by)
    if by.side == risk.side:
        raise NotAllowed(_("Your side owns this risk. The other side decides whether it joins."))
    require(by, "write_risks", unit)
    sound_owner(unit, None, by.side)
    if risk.other_unit_id == unit.pk:
        return risk
    risk.other_unit = unit
    return _stepped(risk, Deed.JOINED, ["other_unit"], by=by, unit=unit.code)


@transaction.atomic
def leave_risk(risk: Risk, *, by: Any) -> Risk:
    """Say for the other side that a risk is not its own any more. Twice is once."""
    risk = locked_risk(risk, by)
    if by.side == risk.side:
        raise NotAllowed(_("Your side owns this risk. Close it, or go on with it."))
    if risk.other_unit is None:
        return risk
    require(by, "write_risks", risk.other_unit)
    risk.other_unit = None
    return _stepped(risk, Deed.LEFT, ["other_unit"], by=by)


@transaction.atomic
def move_risk(
    risk: Risk, *, state: str, reason: str = "", edition: int | None = None, by: Any
) -> Risk:
    """Say that a risk is open, watched or closed; closing needs a reason. Twice is once; Stale when
    somebody changed it after `edition`."""
    risk = locked_risk(risk, by)
    require_owner(risk, by)
    if state not in RiskState.values:
        sentence = _("Choose whether the risk is open, watched or closed.")
        raise Invalid(sentence, fields={"state": [sentence]})
    if risk.state == state:
        return risk
    require_edition(risk, edition)
    if risk.state == RiskState.CLOSED and state == RiskState.WATCHED:
        raise Refused(_("The risk is closed. Open it again first."), code="wrong_state")
    closing = state == RiskState.CLOSED
    empty = _("Write why it is closed.") if closing else ""
    risk.reason = worded(reason, "reason", most=500, empty=empty)
    risk.state = RiskState(state)
    return _stepped(risk, Deed.MOVED, ["state", "reason"], by=by, state=state)
