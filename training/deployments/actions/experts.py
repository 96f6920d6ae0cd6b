"""The pool of experts: who comes in, speaks what, is free when, is accredited where."""

import uuid
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.access.models import Language
from bordercoop.audit.models import record
from bordercoop.errors import NotAllowed, Refused
from bordercoop.reference.models import terms
from bordercoop.reference.sides import Side
from bordercoop.reference.wording import worded
from incidents.actions.once import written_before

from ...actions.activity_kit import wrong
from ..access import agrees
from ..models import (
    Accreditation,
    AccreditationKind,
    AvailablePeriod,
    Deployment,
    Expert,
    ExpertLanguage,
    LanguageLevel,
)
from ..models.deployments import BOUND, THERE
from ..people import who_may_be_experts
from .deployment_kit import next_number, sound_days
from .ending import end_there


def require_keeper(by: Any) -> None:
    if not agrees(by):
        raise NotAllowed(_("A coordinator at the head of a side keeps the pool of experts."))


def _profiles(values: Iterable[str], kept: Iterable[str] = ()) -> list[str]:
    known = terms("deployment_profile")
    found = sorted({str(value) for value in values or []})
    standing = {code for code, term in known.items() if term.retired_at is None}
    if not found or set(found) - standing - set(kept):
        raise wrong("profiles", _("Choose at least one profile."))
    return found


def _spoken(levels: Mapping[str, str]) -> dict[str, str]:
    found = {code: str(level) for code, level in (levels or {}).items() if level}
    if not found or set(found) - set(Language.values):
        raise wrong("languages", _("Choose at least one language."))
    if set(found.values()) - set(LanguageLevel.values):
        raise wrong("languages", _("Choose how well each language is spoken, from A1 to C2."))
    return found


def _write_languages(expert: Expert, spoken: Mapping[str, str]) -> None:
    expert.languages.exclude(code__in=spoken).delete()
    for code, level in spoken.items():
        ExpertLanguage.objects.update_or_create(expert=expert, code=code, defaults={"level": level})


@transaction.atomic
def add_expert(
    *,
    officer: Any = None,
    name: str = "",
    service: str = "",
    profiles: Iterable[str],
    languages: Mapping[str, str],
    client_ref: uuid.UUID | None = None,
    by: Any,
) -> Expert:
    """Put somebody into the pool: an officer of the own side who serves now, a guest of Frontex by
    the account, or by name and service where there is none. `languages`: level by code of two
    letters. Refused for who is in it already."""
    require_keeper(by)
    ref, mine = client_ref or uuid.uuid4(), Expert.objects.filter(by=by)
    if known := written_before(mine, ref):
        return known
    if officer is not None:
        if not who_may_be_experts(by).filter(pk=officer.pk).exists():
            raise wrong("officer", _("Choose an officer of your side who serves now, or a guest."))
        who: dict[str, Any] = {"officer": officer, "side": officer.side}
    else:
        who = {
            "side": Side.EU,
            "name": worded(
                name, "name", most=120, one_line=True,
                empty=_("Choose an officer, or write the name of an expert of Frontex."),
            ),
            "service": worded(
                service, "service", most=120, one_line=True,
                empty=_("Write of which service this expert is."),
            ),
        }  # fmt: skip
    said, spoken = _profiles(profiles), _spoken(languages)
    number = next_number("EXP")
    if known := written_before(mine, ref):
        return known
    try:
        with transaction.atomic():
            expert = Expert.objects.create(
                number=number, profiles=said, client_ref=ref, by=by, **who
            )
    except IntegrityError as error:
        if "is_one_expert" not in str(error):
            raise
        raise Refused(
            _("%(who)s is in the pool already. Change what stands there.")
            % {"who": officer.display_name if officer else who["name"]},
            code="in_the_pool",
        ) from error
    _write_languages(expert, spoken)
    record("expert.added", expert.ref, by=by, number=number)
    return expert


def _locked(expert: Expert, by: Any, *, own: bool = True) -> Expert:
    rows = Expert.objects.filter(pk=expert.pk)
    rows.select_for_update(no_key=True).values_list("pk").get()
    if not Expert.objects.visible_to(by).filter(pk=expert.pk).exists():
        raise Refused(_("There is no such expert."), code="not_found", status=404)
    require_keeper(by)
    found = rows.select_related("officer").get()
    if own and found.side not in (by.side, Side.EU):
        raise NotAllowed(
            _("Each side keeps its own experts, and both those of Frontex."), code="other_side"
        )
    if found.left_at is not None:
        raise Refused(_("This expert left the pool. Add the person anew."), code="left")
    return found


@transaction.atomic
def change_expert(
    expert: Expert, *, profiles: Iterable[str], languages: Mapping[str, str], by: Any
) -> Expert:
    """Say anew, whole, in what an expert works and what languages. The same again changes
    nothing."""
    expert = _locked(expert, by)
    said, spoken = _profiles(profiles, expert.profiles), _spoken(languages)
    before = dict(expert.languages.values_list("code", "level"))
    if said != expert.profiles or spoken != before:
        expert.profiles = said
        expert.save(update_fields=["profiles"])
        _write_languages(expert, spoken)
        record("expert.changed", expert.ref, by=by)
    return expert


@transaction.atomic
def leave_experts(expert: Expert, *, by: Any) -> Expert:
    """The expert leaves the pool. Refused while a deployment binds the expert; twice is once."""
    if Expert.objects.visible_to(by).filter(pk=expert.pk).exclude(left_at=None).exists():
        require_keeper(by)
        return Expert.objects.get(pk=expert.pk)
    expert = _locked(expert, by)
    bound = Deployment.objects.filter(expert=expert, state__in=("offered", "accepted", *BOUND))
    if found := bound.first():
        raise Refused(
            _("%(number)s still needs this expert. End or cancel it first.")
            % {"number": found.number},
            code="bound",
        )
    expert.left_at, expert.left_by = now(), by
    expert.save(update_fields=["left_at", "left_by"])
    record("expert.left", expert.ref, by=by)
    return expert


@transaction.atomic
def state_availability(
    expert: Expert,
    *,
    first_day: date,
    last_day: date,
    client_ref: uuid.UUID | None = None,
    by: Any,
) -> AvailablePeriod:
    """Note that an expert can be deployed from one day to another, both included."""
    expert = _locked(expert, by)
    ref, mine = client_ref or uuid.uuid4(), AvailablePeriod.objects.filter(by=by)
    if known := written_before(mine, ref, expert=expert):
        return known
    days = sound_days(first_day, last_day)
    period = AvailablePeriod.objects.create(expert=expert, client_ref=ref, by=by, **days)
    record("expert.available", expert.ref, by=by, until=last_day.isoformat())
    return period


@transaction.atomic
def remove_availability(period: AvailablePeriod, *, by: Any) -> AvailablePeriod:
    """Take such days back. Twice is once."""
    _locked(period.expert, by)
    period = AvailablePeriod.objects.select_for_update(no_key=True).get(pk=period.pk)
    if period.removed_at is None:
        period.removed_at = now()
        period.save(update_fields=["removed_at"])
        record("expert.not_available", period.expert.ref, by=by)
    return period


@transaction.atomic
def accredit_expert(
    expert: Expert,
    *,
    kind: str,
    number: str,
    valid_from: date,
    valid_until: date,
    client_ref: uuid.UUID | None = None,
    by: Any,
) -> Accreditation:
    """Let an expert of the other side, or of Frontex, work on the own territory from and until a
    day. The same `client_ref` is the same accreditation."""
    expert = _locked(expert, by, own=False)
    if expert.side == by.side:
        raise NotAllowed(_("An expert of your own side needs no accreditation here."))
    ref, mine = client_ref or uuid.uuid4(), Accreditation.objects.filter(by=by)
    if known := written_before(mine, ref, expert=expert):
        return known
    if kind not in AccreditationKind.values:
        raise wrong("kind", _("Choose what the accreditation is for."))
    number = worded(
        number, "number", most=60, one_line=True, empty=_("Write the number of the accreditation.")
    )
    for name, day in (("valid_from", valid_from), ("valid_until", valid_until)):
        if type(day) is not date:
            raise wrong(name, _("Type a date, such as 22.11.2026."))
    if valid_until < max(valid_from, now().date()):
        raise wrong("valid_until", _("The accreditation would be over already. Check both days."))
    try:
        with transaction.atomic():
            granted = Accreditation.objects.create(
                expert=expert, kind=kind, number=number, side=by.side, valid_from=valid_from,
                valid_until=valid_until, client_ref=ref, by=by,
            )  # fmt: skip
    except IntegrityError as error:
        if "an_accreditation_has_its_number" not in str(error):
            raise
        raise wrong("number", _("This number was given already. Check it.")) from error
    record("accreditation.granted", granted.ref, by=by, until=valid_until.isoformat())
    return granted


@transaction.atomic
def withdraw_accreditation(accreditation: Accreditation, *, reason: str, by: Any) -> Accreditation:
    """Withdraw an accreditation of the own side, saying why. Whoever is deployed on it and on no
    other is deployed no longer: that deployment is cancelled with the same reason, and the expert's
    access ends. Twice is once."""
    # Deployments first and in order of their keys, as everywhere: a start of one waits here.
    rows = Deployment.objects.filter(expert=accreditation.expert_id, state__in=BOUND)
    list(rows.select_for_update(no_key=True).order_by("pk").values_list("pk"))
    found = Accreditation.objects.select_for_update(no_key=True).get(pk=accreditation.pk)
    if not Accreditation.objects.visible_to(by).filter(pk=found.pk).exists():
        raise Refused(_("There is no such accreditation."), code="not_found", status=404)
    require_keeper(by)
    if found.side != by.side:
        raise NotAllowed(_("The side that granted it withdraws it."), code="other_side")
    if found.withdrawn_at is not None or not found.number:  # or nothing is kept of it any more
        return found
    reason = worded(reason, "reason", most=500, empty=_("Say why it is withdrawn."))
    others = Accreditation.objects.exclude(pk=found.pk)
    still = (*THERE, "debriefed")
    for deployment in rows.filter(side=found.side, state__in=still).select_related("unit"):
        days = (deployment.first_day, deployment.last_day)
        if not others.covering(found.expert_id, found.side, *days).exists():
            if deployment.state == "debriefed":
                end_there(deployment, "ended", reason=reason, by=by)
                continue
            deployment.reason = reason
            end_there(deployment, "cancelled", "reason", reason=reason, by=by)
    found.withdrawn_at, found.withdrawn_by, found.reason = now(), by, reason
    found.save(update_fields=["withdrawn_at", "withdrawn_by", "reason"])
    record("accreditation.withdrawn", found.ref, by=by)
    return found
