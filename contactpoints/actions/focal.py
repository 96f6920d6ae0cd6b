"""The focal point: experts entered, expertise asked for and answered, deployments listed."""

import uuid
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, TypeVar, cast

from django.db import IntegrityError, transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.access.models import Language
from bordercoop.audit.models import record
from bordercoop.errors import Invalid, KeyReused, NotAllowed, Refused
from bordercoop.reference.models import terms
from bordercoop.reference.sides import Side
from bordercoop.reference.wording import worded

from ..access import may, require, roles_of, units_where
from ..focal import asks, asks_for
from ..models import (
    ContactPoint,
    Delivery,
    ExpertiseRequest,
    ExpertiseState,
    FocalDeployment,
    FocalExpert,
    Priority,
    Unit,
    units,
)
from ..models.focal import FocalPiece
from .alerts import let_rest, raise_alert
from .answering import acknowledge_delivery

Piece = TypeVar("Piece", bound=FocalPiece)
CARD_MOST = 160
LONGEST_STAY = timedelta(days=3 * 366)


def _wrong(field: str, sentence: str) -> Invalid:
    return Invalid(sentence, fields={field: [sentence]})


def _desk(point: ContactPoint, by: Any) -> Unit:
    """The desk of a focal point. Raises Refused (404) for whoever reads nothing of it."""
    desks = [unit for unit in units().values() if hasattr(unit, "desk")]
    found = next((desk for desk in desks if desk.desk.point_id == point.pk), None)
    focal = point.kind == ContactPoint.Kind.FOCAL
    if found is None or not focal or (by is not None and not roles_of(by)):
        raise Refused(_("There is no such focal point."), code="not_found", status=404)
    return found


def _days(starts_on: Any, ends_on: Any) -> dict[str, date]:
    for name, day in (("starts_on", starts_on), ("ends_on", ends_on)):
        if type(day) is not date:
            raise _wrong(name, _("Type a date, such as 22.11.2026."))
    if ends_on < starts_on:
        raise _wrong("ends_on", _("The last day is before the first."))
    today = now().date()
    if ends_on < today or starts_on > today + LONGEST_STAY or ends_on - starts_on > LONGEST_STAY:
        raise _wrong("ends_on", _("These days are over, or too far away. Check the years."))
    return {"starts_on": starts_on, "ends_on": ends_on}


def _profile(code: Any) -> str:
    term = terms("deployment_profile").get(str(code)[:40])
    if term is None or term.retired_at is not None:
        raise _wrong("profile", _("Choose the profile."))
    return term.code


def _made(model: type[Piece], ref: uuid.UUID | None, **said: Any) -> tuple[Piece, bool]:
    """The row, and whether it is new: the same `client_ref` of an officer is one row."""
    ref = ref or uuid.uuid4()
    try:
        with transaction.atomic():
            return cast(Piece, model._default_manager.create(client_ref=ref, **said)), True
    except IntegrityError as clash:
        if "_once" not in str(clash):
            raise
    known = model._default_manager.get(by=said["by"], client_ref=ref)
    if any(getattr(known, name) != value for name, value in said.items()):
        raise KeyReused(
            _("This was sent before, with other words. Open the page again and send it anew.")
        )
    return cast(Piece, known), False


def _locked(row: Piece) -> Piece:
    rows = type(row)._default_manager.select_for_update(no_key=True, of=("self",))
    return cast(Piece, rows.select_related("point").get(pk=row.pk))


@transaction.atomic
def enter_expert(
    point: ContactPoint,
    *,
    name: str,
    service: str,
    profile: str,
    languages: Iterable[str],
    starts_on: date,
    ends_on: date,
    legal_basis: str,
    phone: str = "",
    executive_ground: str = "",
    client_ref: uuid.UUID | None = None,
    by: Any,
) -> FocalExpert:
    """Enter an expert who is or will be at the focal point, from one day to another.

    Without `executive_ground`, which says by what they were granted, the expert has no executive
    powers. The same `client_ref` is the same expert.
    """
    require(by, "set_rota", _desk(point, by))
    if service not in Side.values:
        raise _wrong("service", _("Choose the service that sends the expert."))
    spoken = sorted(set(languages))
    if not spoken or not set(spoken) <= set(Language.values):
        raise _wrong("languages", _("Choose at least one language."))
    said = {
        "name": worded(name, "name", most=120, one_line=True, empty=_("Type the name.")),
        "service": str(service),
        "profile": _profile(profile),
        "languages": spoken,
        "legal_basis": worded(
            legal_basis,
            "legal_basis",
            most=300,
            one_line=True,
            empty=_("Write on what legal basis the expert is there."),
        ),
        "phone": worded(phone, "phone", most=60, one_line=True),
        "executive_ground": worded(executive_ground, "executive_ground", most=300, one_line=True),
        **_days(starts_on, ends_on),
    }
    expert, new = _made(FocalExpert, client_ref, point=point, by=by, **said)
    if new:
        record("focal.expert_entered", expert.ref, by=by, profile=expert.profile)
    return expert


@transaction.atomic
def end_expert(expert: FocalExpert, *, by: Any) -> FocalExpert:
    """Say that an expert has left, or does not come. Twice is once."""
    expert = _locked(expert)
    require(by, "set_rota", _desk(expert.point, by))
    if expert.ended_at is None:
        expert.ended_at = now()
        expert.save(update_fields=["ended_at"])
        record("focal.expert_ended", expert.ref, by=by)
    return expert


@transaction.atomic
def enter_deployment(
    point: ContactPoint,
    *,
    what: str,
    place: str,
    starts_on: date,
    ends_on: date,
    client_ref: uuid.UUID | None = None,
    by: Any,
) -> FocalDeployment:
    """Add a line to the list of deployments. The same `client_ref` is the same line."""
    require(by, "set_rota", _desk(point, by))
    said = {
        "what": worded(what, "what", most=200, one_line=True, empty=_("Write what it is.")),
        "place": worded(place, "place", most=120, one_line=True, empty=_("Write where.")),
        **_days(starts_on, ends_on),
    }
    row, new = _made(FocalDeployment, client_ref, point=point, by=by, **said)
    if new:
        record("focal.deployment_entered", row.ref, by=by)
    return row


@transaction.atomic
def end_deployment(row: FocalDeployment, *, by: Any) -> FocalDeployment:
    """Take a line off the list. Twice is once."""
    row = _locked(row)
    require(by, "set_rota", _desk(row.point, by))
    if row.ended_at is None:
        row.ended_at = now()
        row.save(update_fields=["ended_at"])
        record("focal.deployment_ended", row.ref, by=by)
    return row


@transaction.atomic
def ask_expertise(
    point: ContactPoint,
    *,
    profile: str,
    place: str,
    reason: str,
    language: str,
    starts_on: date,
    ends_on: date,
    client_ref: uuid.UUID | None = None,
    by: Any,
) -> ExpertiseRequest:
    """Ask the focal point for an expert: its desk is alerted (P3) by the unit for which the officer
    asks. Whoever heads a point of either side may ask, the focal point itself excepted; everybody
    who reads the page reads it. It does not wait for an empty desk, where the alert climbs to
    headquarters. The same `client_ref` is the same request."""
    desk = _desk(point, by)
    if not asks(by):
        raise NotAllowed(_("The heads of the points ask for expertise."))
    sender = asks_for(by, desk)
    if sender is None:
        raise NotAllowed(
            _("The focal point does not ask itself. Enter the expert on its page, or write to "
              "headquarters."),
            code="own_point",
        )  # fmt: skip
    if language not in Language.values:
        raise _wrong("language", _("Choose the language you write in."))
    said = {
        "profile": _profile(profile),
        "place": worded(place, "place", most=120, one_line=True, empty=_("Write where.")),
        "reason": worded(
            reason, "reason", most=2_000, empty=_("Write what the expertise is needed for.")
        ),
        "language": str(language),
        **_days(starts_on, ends_on),
    }
    asked, new = _made(ExpertiseRequest, client_ref, point=point, side=by.side, by=by, **said)
    if new:
        record("focal.asked", asked.ref, by=by, profile=asked.profile)
        headline = " ".join(asked.reason.split())
        raise_alert(
            asked.ref,
            card={
                "number": point.code,
                "side": by.side,
                "exercise": False,
                "headline": headline if len(headline) <= CARD_MOST else f"{headline[:CARD_MOST]}…",
                "language": asked.language,
                "event": "expertise",
            },
            priority=Priority.P3,
            to=[desk],
            sender=sender,
            unwatched=True,
            by=by,
        )
    return asked


def _end(asked: ExpertiseRequest, state: ExpertiseState, answer: str, by: Any) -> None:
    asked.state, asked.answer = state, answer
    asked.ended_at, asked.ended_by = now(), by
    asked.save(update_fields=["state", "answer", "ended_at", "ended_by"])
    record(f"focal.{state}", asked.ref, by=by)
    rows = Delivery.objects.about(asked.ref).open().select_related("desk").order_by("pk")
    for delivery in rows:
        # Whoever answers has read it.
        if state == ExpertiseState.ANSWERED and may(by, "acknowledge_alerts", delivery.desk):
            acknowledge_delivery(delivery, by=by)
    let_rest(asked.ref, by=by)


@transaction.atomic
def answer_expertise(asked: ExpertiseRequest, *, answer: str, by: Any) -> ExpertiseRequest:
    """Answer for the focal point. The first answer stands; the same one twice is once."""
    asked = _locked(asked)
    require(by, "set_rota", _desk(asked.point, by))
    answer = worded(answer, "answer", most=2_000, empty=_("Write the answer."))
    if asked.state == ExpertiseState.ANSWERED and asked.answer == answer:
        return asked
    if asked.state != ExpertiseState.OPEN:
        raise Refused(_("This request was answered or taken back already."), code="wrong_state")
    _end(asked, ExpertiseState.ANSWERED, answer, by)
    return asked


@transaction.atomic
def withdraw_expertise(asked: ExpertiseRequest, *, by: Any) -> ExpertiseRequest:
    """Take an own request back. Twice is once."""
    asked = _locked(asked)
    _desk(asked.point, by)
    heads = units_where(by, "set_rota")
    if by.side != asked.side or not any(may(by, "set_rota", pk) for pk in heads):
        raise NotAllowed(_("The side that asked takes it back."), code="not_own")
    if asked.state == ExpertiseState.ANSWERED:
        raise Refused(_("This request was answered or taken back already."), code="wrong_state")
    if asked.state == ExpertiseState.OPEN:
        _end(asked, ExpertiseState.WITHDRAWN, "", by)
    return asked
