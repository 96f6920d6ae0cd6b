"""A deployment on its road: need, request, assessment, offer, acceptance, commitment, briefing,
deployment, extension, debriefing, end."""

import uuid
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.access.models import Language
from bordercoop.errors import NotAllowed, Refused
from bordercoop.reference.models import terms
from bordercoop.reference.sides import Side
from bordercoop.reference.wording import worded
from contactpoints.access import SERVICES
from contactpoints.models import Unit
from incidents.actions.once import written_before

from ...access import coordinators
from ...actions.activity_kit import wrong
from ...joint_operations.models import JointOperation
from ..access import agrees, asks_at, operations_for
from ..models import (
    Briefing,
    Debriefing,
    Deployment,
    DeploymentMove,
    Expert,
    LanguageLevel,
)
from ..models.deployments import SENDER_READS, THERE
from .deployment_kit import (
    keep,
    locked_deployment,
    moved,
    next_number,
    not_now,
    require_asker,
    require_host,
    require_offering,
    sound_days,
)
from .ending import end_there
from .going import give_posting, require_accredited, require_serving, take_time
from .telling import tell_deployment

MOST_LESSONS = 50


def _language(language: str) -> str:
    if language not in Language.values:
        raise wrong("language", _("Choose the language you write in."))
    return str(language)


@transaction.atomic
def note_need(
    *,
    unit: Unit,
    sender: str,
    profile: str,
    first_day: date,
    last_day: date,
    language: str,
    purpose: str,
    tasks: str,
    legal_basis: str,
    languages: Iterable[str] = (),
    level: str = LanguageLevel.B1,
    operation: JointOperation | None = None,
    client_ref: uuid.UUID | None = None,
    by: Any,
) -> Deployment:
    """Note that a desk or crossing point of the own side needs an expert of `sender` (the other
    side, or EU for Frontex) on these days; `operation` is the joint operation that it is for. The
    own side alone reads it. The same `client_ref` is the same need."""
    places = (Unit.Kind.DESK, Unit.Kind.CROSSING)
    if by.side not in SERVICES or unit.side != by.side or unit.kind not in places:
        raise NotAllowed(_("Desks and crossing points of the two services ask for experts."))
    if not asks_at(by, unit):
        raise NotAllowed(_("Who sets the rota at this place, or plans for it, does this."))
    ref, mine = client_ref or uuid.uuid4(), Deployment.objects.filter(by=by)
    if known := written_before(mine, ref, unit=unit):
        return known
    if sender not in Side.values or sender == by.side:
        raise wrong("sender", _("Choose who is asked for the expert: the other side or Frontex."))
    if operation is not None and not operations_for(by).filter(pk=operation.pk).exists():
        raise wrong("operation", _("Choose an operation from the list."))
    term = terms("deployment_profile").get(str(profile)[:40])
    if term is None or term.retired_at is not None:
        raise wrong("profile", _("Choose the profile."))
    spoken = sorted({str(code) for code in languages or []})
    if set(spoken) - set(Language.values):
        raise wrong("languages", _("Choose languages from the list."))
    if level not in LanguageLevel.values:
        raise wrong("level", _("Choose how well each language is spoken, from A1 to C2."))
    said = {
        "sender": str(sender), "profile": term.code, "languages": spoken, "level": str(level),
        "language": _language(language),
        "purpose": worded(
            purpose, "purpose", most=1_000, empty=_("Write what the expert is needed for.")
        ),
        "tasks": worded(tasks, "tasks", most=4_000, empty=_("Write what the expert does there.")),
        "legal_basis": worded(
            legal_basis, "legal_basis", most=300, one_line=True,
            empty=_("Write on what legal basis the expert is there."),
        ),
        **sound_days(first_day, last_day),
    }  # fmt: skip
    number = next_number(f"DEP-{now().astimezone(UTC).year}")
    if known := written_before(mine, ref, unit=unit):
        return known
    need = Deployment.objects.create(
        number=number, side=by.side, unit=unit, operation=operation, client_ref=ref, by=by, **said
    )
    DeploymentMove.objects.create(deployment=need, before="", after="need", by=by)
    keep(need, "noted", by=by, unit=unit.code)
    return need


@transaction.atomic
def request_deployment(deployment: Deployment, *, by: Any) -> Deployment:
    """Put a need to the coordinators of the own side. Twice is once."""
    deployment = locked_deployment(deployment, by)
    require_asker(deployment, by)
    if deployment.state == "requested":
        return deployment
    if deployment.state != "need":
        raise not_now(deployment)
    moved(deployment, "requested", by=by)
    return deployment


@transaction.atomic
def assess_deployment(deployment: Deployment, *, assessment: str, by: Any) -> Deployment:
    """Find the request right, saying how: from now on the side that is asked reads it. Twice is
    once."""
    deployment = locked_deployment(deployment, by)
    require_host(deployment, by)
    if deployment.state == "assessed":
        return deployment
    if deployment.state != "requested":
        raise not_now(deployment)
    said = worded(assessment, "assessment", most=500, empty=_("Write what the assessment came to."))
    deployment.assessed_at = now()
    moved(deployment, "assessed", "assessed_at", reason=said, by=by)
    return deployment


@transaction.atomic
def offer_expert(deployment: Deployment, *, expert: Expert, by: Any) -> Deployment:
    """Offer an expert of the pool, or another one after an offer was declined: powers that were
    granted to the one before are gone. What does not fit is shown and does not stop it. The host's
    coordinators are told by letter. The same offer twice is once."""
    deployment = locked_deployment(deployment, by)
    require_offering(deployment, by)
    if deployment.state == "offered" and deployment.expert_id == expert.pk:
        return deployment
    if deployment.state != "assessed" and not deployment.offer_declined:
        raise not_now(deployment)
    rows = Expert.objects.visible_to(by).standing().filter(side=deployment.sender)
    found = rows.select_for_update(no_key=True, of=("self",)).select_related("officer")
    chosen = found.filter(pk=expert.pk).first()
    if chosen is None:
        raise wrong("expert", _("Choose an expert of the side that is asked."))
    require_serving(chosen)
    if deployment.last_day < deployment.today:
        raise Refused(_("These days are over. Note a new need."), code="over")
    deployment.expert, deployment.reason = chosen, ""
    powers = {"powers_ground": "", "powers_at": None, "powers_by": None}
    for name, value in powers.items():
        setattr(deployment, name, value)
    moved(deployment, "offered", "expert", "reason", *powers, by=by, expert=chosen.number)
    offer = deployment.offers_made
    tell_deployment(
        deployment, "offered", f"offered:{offer}",
        [one for one in coordinators(deployment.side) if one.pk != by.pk], offer=offer,
    )  # fmt: skip
    return deployment


@transaction.atomic
def accept_expert(deployment: Deployment, *, by: Any) -> Deployment:
    """Accept the expert who was offered. Twice is once."""
    deployment = locked_deployment(deployment, by)
    require_host(deployment, by)
    if deployment.state == "accepted":
        return deployment
    if deployment.state != "offered":
        raise not_now(deployment)
    moved(deployment, "accepted", by=by)
    return deployment


@transaction.atomic
def commit_expert(deployment: Deployment, *, by: Any) -> Deployment:
    """Bind the expert: the time is taken. Refused, naming what clashes, when it is taken already.
    Twice is once."""
    deployment = locked_deployment(deployment, by)
    require_offering(deployment, by)
    if deployment.state == "committed":
        return deployment
    if deployment.state != "accepted":
        raise not_now(deployment)
    require_serving(deployment.expert)
    take_time(deployment, by=by)
    try:
        with transaction.atomic():
            moved(deployment, "committed", by=by)
    except IntegrityError as clash:
        if "an_expert_is_deployed_at_one_place" not in str(clash):
            raise
        raise Refused(
            _("This expert is bound to another deployment on some of these days."),
            code="booked_elsewhere",
        ) from clash
    return deployment


@transaction.atomic
def brief_expert(
    deployment: Deployment,
    *,
    held_at: datetime | None,
    given_by: str,
    text: str,
    contact: str,
    language: str,
    by: Any,
) -> Deployment:
    """Record that the expert was briefed: when (aware), by whom, on what, whom to turn to. Once
    briefed stays so."""
    deployment = locked_deployment(deployment, by)
    require_asker(deployment, by)
    if deployment.state == "briefed":
        return deployment
    if deployment.state != "committed":
        raise not_now(deployment)
    if held_at is None or held_at.tzinfo is None or held_at > now():
        raise wrong("held_at", _("Say when the briefing was held; it cannot be still to come."))
    Briefing.objects.create(
        deployment=deployment, held_at=held_at, by=by, language=_language(language),
        given_by=worded(
            given_by, "given_by", most=120, one_line=True, empty=_("Write who gave the briefing.")
        ),
        text=worded(text, "text", most=4_000, empty=_("Write on what the expert was briefed.")),
        contact=worded(
            contact, "contact", most=200, one_line=True,
            empty=_("Write to whom the expert turns there, with a telephone."),
        ),
    )  # fmt: skip
    moved(deployment, "briefed", by=by)
    return deployment


@transaction.atomic
def start_deployment(deployment: Deployment, *, by: Any) -> Deployment:
    """The expert is there from now on. Refused without a briefing, without an accreditation over
    all its days, before its first day and after its last. A guest's account is posted until its
    end. Twice is once."""
    deployment = locked_deployment(deployment, by)
    require_asker(deployment, by)
    if deployment.state in THERE:
        return deployment
    if deployment.state == "committed":
        raise Refused(
            _("The expert was not briefed yet. Record the briefing first."), code="not_briefed"
        )
    if deployment.state != "briefed":
        raise not_now(deployment)
    today = deployment.today
    if not deployment.first_day <= today <= deployment.last_day:
        raise Refused(
            _("This is possible from %(first)s to %(last)s.")
            % {
                "first": f"{deployment.first_day:%d.%m.%Y}",
                "last": f"{deployment.last_day:%d.%m.%Y}",
            },
            code="not_these_days",
        )
    require_serving(deployment.expert)
    require_accredited(deployment, deployment.last_day)
    moved(deployment, "deployed", by=by)
    give_posting(deployment)
    return deployment


@transaction.atomic
def grant_powers(deployment: Deployment, *, ground: str, by: Any) -> Deployment:
    """Say by what the host grants the expert executive powers; without it there are none. The first
    ground stands."""
    deployment = locked_deployment(deployment, by)
    require_host(deployment, by)
    if deployment.state not in ("accepted", "committed", "briefed", *THERE):
        raise not_now(deployment)
    ground = worded(
        ground, "ground", most=300, one_line=True, empty=_("Write by what they are granted.")
    )
    if deployment.powers_at is not None:
        if deployment.powers_ground != ground:
            raise Refused(_("Executive powers were granted already."), code="granted")
        return deployment
    deployment.powers_ground, deployment.powers_at, deployment.powers_by = ground, now(), by
    deployment.save(update_fields=["powers_ground", "powers_at", "powers_by"])
    keep(deployment, "powers_granted", by=by)
    return deployment


@transaction.atomic
def debrief_expert(
    deployment: Deployment, *, report: str, lessons: Iterable[str] = (), language: str, by: Any
) -> Deployment:
    """Record the debriefing: a report, and lessons, a sentence each. Once debriefed stays so."""
    deployment = locked_deployment(deployment, by)
    require_asker(deployment, by)
    if deployment.state == "debriefed":
        return deployment
    if deployment.state not in THERE:
        raise not_now(deployment)
    learned = [
        worded(lesson, "lessons", most=500, one_line=True)
        for lesson in lessons or []
        if lesson.strip()
    ]
    if len(learned) > MOST_LESSONS:
        raise wrong("lessons", _("Write %(most)s lessons at most.") % {"most": MOST_LESSONS})
    Debriefing.objects.create(
        deployment=deployment, lessons=learned, by=by, language=_language(language),
        report=worded(report, "report", most=8_000, empty=_("Write how the deployment went.")),
    )  # fmt: skip
    moved(deployment, "debriefed", by=by)
    return deployment


@transaction.atomic
def close_deployment(deployment: Deployment, *, by: Any) -> Deployment:
    """End a deployment that was debriefed: the expert's time is free, and the access is gone with
    this very transaction. Twice is once."""
    deployment = locked_deployment(deployment, by)
    require_asker(deployment, by)
    if deployment.state == "ended":
        return deployment
    if deployment.state in THERE:
        raise Refused(
            _("The expert was not debriefed yet. Record the debriefing first."),
            code="not_debriefed",
        )
    if deployment.state != "debriefed":
        raise not_now(deployment)
    end_there(deployment, "ended", by=by)
    return deployment


def _reason(reason: str) -> str:
    return worded(reason, "reason", most=500, empty=_("Say why."))


@transaction.atomic
def decline_deployment(deployment: Deployment, *, reason: str, by: Any) -> Deployment:
    """Say no, and why: the host to a request or to an offer, the side that is asked to the rest.
    Twice is once."""
    deployment = locked_deployment(deployment, by)
    if deployment.state == "declined":
        return deployment
    if deployment.state in ("requested", "offered"):
        require_host(deployment, by)
    elif deployment.state in ("assessed", "accepted"):
        require_offering(deployment, by)
    else:
        raise not_now(deployment)
    deployment.reason = _reason(reason)
    moved(deployment, "declined", "reason", reason=deployment.reason, by=by)
    return deployment


@transaction.atomic
def cancel_deployment(deployment: Deployment, *, reason: str, by: Any) -> Deployment:
    """Give a deployment up, or recall the expert, and say why: the host at any time before the
    debriefing, the sending side once it committed. Time and access end with it. Twice is once."""
    deployment = locked_deployment(deployment, by)
    bound = deployment.state in ("committed", "briefed", *THERE)
    sends = agrees(by) and by.side == deployment.sender and deployment.state in SENDER_READS
    if not (sends and (bound or deployment.state == "cancelled")):
        require_asker(deployment, by)
    if deployment.state == "cancelled":
        return deployment
    if not bound and deployment.state not in (
        "need", "requested", "assessed", "offered", "accepted",
    ):  # fmt: skip
        raise not_now(deployment)
    deployment.reason = _reason(reason)
    end_there(deployment, "cancelled", "reason", reason=deployment.reason, by=by)
    return deployment
