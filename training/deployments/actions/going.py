"""What a deployment takes and gives: the officer's time, a guest's posting; and its extension."""

import uuid
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.errors import Refused, Stale
from bordercoop.reference.sides import Side
from bordercoop.reference.wording import worded
from contactpoints.actions import post_officer, set_posting_end
from contactpoints.actions.duty import one_at_a_time
from contactpoints.models import Booking, Posting, Role, root_of
from incidents.actions.once import written_before

from ...actions.activity_kit import wrong
from ...actions.taken_times import clashing
from ..models import Accreditation, DeployedTime, Deployment, Expert, ExpertPosting, Extension
from ..models.deployments import THERE
from .deployment_kit import (
    LONGEST,
    keep,
    locked_deployment,
    moved,
    not_now,
    require_asker,
    require_offering,
)


def require_serving(expert: Expert | None) -> None:
    """Refused for an officer of a service who serves no longer, and for a closed account."""
    officer = expert.officer if expert is not None else None
    if officer is None or (officer.is_active and officer.side == Side.EU):
        return
    if not officer.is_active or not Posting.objects.active().filter(officer=officer).exists():
        raise Refused(
            _("%(officer)s does not serve now. Choose another expert.")
            % {"officer": officer.display_name},
            code="not_serving",
        )


def require_accredited(deployment: Deployment, last_day: date) -> None:
    """Refused, saying until when, unless one accreditation of the host covers it to `last_day`."""
    rows = Accreditation.objects
    if rows.covering(
        deployment.expert_id, deployment.side, deployment.first_day, last_day
    ).exists():
        return
    raise Refused(
        _("The expert has no accreditation of the host side that is valid from %(first)s to "
          "%(last)s. The host's coordinator grants it.")
        % {"first": f"{deployment.first_day:%d.%m.%Y}", "last": f"{last_day:%d.%m.%Y}"},
        code="not_accredited",
    )  # fmt: skip


def take_time(deployment: Deployment, *, by: Any) -> None:
    """Book the days of an expert with an account, in place of what this deployment booked before.
    Refused, naming with what it clashes, when somebody is elsewhere then."""
    expert = deployment.expert
    # Of a guest without an account nothing is booked, and two must not wait for each other.
    rows = Expert.objects.filter(deployments=deployment)
    list(rows.select_for_update(no_key=True, of=("self",)).values_list("pk"))
    officer = expert.officer if expert is not None else None
    if officer is None:
        return
    one_at_a_time([officer.pk], [])
    for held in deployment.times.filter(booking__cancelled_at=None).select_related("booking"):
        held.booking.cancelled_at = now()
        held.booking.save(update_fields=["cancelled_at"])
    period = DateTimeTZRange(deployment.starts_at, deployment.ends_at)
    try:
        with transaction.atomic():
            booking = Booking.objects.create(
                officer=officer, kind=Booking.Kind.DEPLOYMENT, period=period
            )
    except IntegrityError as clash:
        if "nobody_in_two_places_at_once" not in str(clash):
            raise
        raise clashing(officer, period, by.side) from clash
    DeployedTime.objects.create(deployment=deployment, booking=booking)


def give_posting(deployment: Deployment) -> None:
    """A guest's account is posted as an expert at its own agency until the deployment ends. An
    officer of a service is not: a posting in a unit of the other side would open that side's own
    records (docs/deployments.md)."""
    expert = deployment.expert
    agency = root_of(Side.EU)
    if expert is None or expert.officer is None or expert.side != Side.EU or agency is None:
        return
    posting = post_officer(
        expert.officer, unit=agency, role=Role.EXPERT, ends_at=deployment.ends_at, by=None
    )
    ExpertPosting.objects.get_or_create(posting=posting, defaults={"deployment": deployment})


@transaction.atomic
def ask_extension(
    deployment: Deployment,
    *,
    last_day: date,
    reason: str,
    client_ref: uuid.UUID | None = None,
    by: Any,
) -> Extension:
    """Ask for the expert until a later day, saying why. Refused without an accreditation to that
    day. The same `client_ref` is the same request."""
    deployment = locked_deployment(deployment, by)
    require_asker(deployment, by)
    ref, mine = client_ref or uuid.uuid4(), Extension.objects.filter(by=by)
    if known := written_before(mine, ref, deployment=deployment):
        return known
    if deployment.state not in THERE or deployment.out_of_time:
        raise not_now(deployment)
    if deployment.extensions.open().exists():  # type: ignore[attr-defined]
        raise Refused(_("A longer stay was asked for already and waits for its answer."),
                      code="asked")  # fmt: skip
    if type(last_day) is not date:
        raise wrong("last_day", _("Type a date, such as 22.11.2026."))
    if last_day <= deployment.last_day or last_day - deployment.first_day > LONGEST:
        raise wrong("last_day", _("Choose a day after the present last day, within a year."))
    reason = worded(reason, "reason", most=500, empty=_("Say why."))
    require_accredited(deployment, last_day)
    asked = Extension.objects.create(
        deployment=deployment, last_day=last_day, reason=reason, client_ref=ref, by=by
    )
    keep(deployment, "extension_asked", by=by, until=last_day.isoformat())
    return asked


@transaction.atomic
def answer_extension(extension: Extension, *, agreed: bool, answer: str = "", by: Any) -> Extension:
    """Agree for the sending side that the expert stays longer, or say no and why. Refused without
    an accreditation to the new last day, and when the expert's time is taken. The first answer
    stands; the same one twice is once. Stale when another longer stay was asked for meanwhile."""
    deployment = locked_deployment(extension.deployment, by)
    require_offering(deployment, by)
    extension = Extension.objects.select_for_update(no_key=True).get(pk=extension.pk)
    if extension.answered_at is not None:
        if extension.agreed == agreed:
            return extension
        if deployment.extensions.filter(pk__gt=extension.pk).exists():  # type: ignore[attr-defined]
            raise Stale(
                _("Another longer stay was asked for meanwhile. Read it, then answer that one."),
                current=deployment,
            )
        raise Refused(_("This was answered already."), code="answered")
    if deployment.state not in THERE or deployment.out_of_time:
        raise not_now(deployment)
    extension.answer = worded(answer, "answer", most=500, empty="" if agreed else _("Say why."))
    extension.agreed, extension.answered_at, extension.answered_by = agreed, now(), by
    if agreed:
        require_accredited(deployment, extension.last_day)
        deployment.last_day = extension.last_day
        take_time(deployment, by=by)
        try:
            with transaction.atomic():
                moved(deployment, "extended", "last_day", reason=extension.reason, by=by)
        except IntegrityError as clash:
            if "an_expert_is_deployed_at_one_place" not in str(clash):
                raise
            raise Refused(
                _("This expert is bound to another deployment on some of these days."),
                code="booked_elsewhere",
            ) from clash
        for given in deployment.postings.filter(posting__ended_at=None).select_related("posting"):
            set_posting_end(given.posting, ends_at=deployment.ends_at, by=None)
    else:
        keep(deployment, "extension_declined", by=by)
    extension.save(update_fields=["agreed", "answer", "answered_at", "answered_by"])
    return extension
