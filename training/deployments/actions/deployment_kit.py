"""What every verb of a deployment needs: its lock, its rights, its steps."""

from datetime import date, timedelta
from typing import Any

from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.audit.models import record
from bordercoop.errors import NotAllowed, Refused
from bordercoop.live.doorbell import ring_many
from contactpoints.models import root_of

from ...actions.activity_kit import wrong
from ...actions.numbering import next_in
from ..access import agrees, asks_at, offers_for
from ..models import Deployment, DeploymentMove, DeploymentSeries, DeploymentState

LONGEST, FARTHEST = timedelta(days=366), timedelta(days=3 * 366)


def next_number(series: str) -> str:
    """The next of `EXP` or of `DEP-2026`; whoever asks at the same time waits."""
    return f"{series}-{next_in(DeploymentSeries, name=series):05d}"


def sound_days(first_day: Any, last_day: Any, *, past: bool = False) -> dict[str, date]:
    for name, day in (("first_day", first_day), ("last_day", last_day)):
        if type(day) is not date:
            raise wrong(name, _("Type a date, such as 22.11.2026."))
    if last_day < first_day:
        raise wrong("last_day", _("The last day is before the first."))
    today = now().date()
    if not past and last_day < today - timedelta(days=1):
        raise wrong("last_day", _("These days are over, or too far away. Check the years."))
    if abs(first_day - today) > FARTHEST or last_day - first_day > LONGEST:
        raise wrong("last_day", _("These days are over, or too far away. Check the years."))
    return {"first_day": first_day, "last_day": last_day}


def locked_deployment(deployment: Deployment, by: Any) -> Deployment:
    """The deployment under its lock. Raises Refused (404) unless `by` reads it."""
    rows = Deployment.objects.filter(pk=deployment.pk)
    rows.select_for_update(no_key=True).values_list("pk").get()
    if by is not None and not Deployment.objects.visible_to(by).filter(pk=deployment.pk).exists():
        raise Refused(_("There is no such deployment."), code="not_found", status=404)
    return rows.select_related("unit", "expert__officer").get()


def not_now(deployment: Deployment) -> Refused:
    return Refused(
        _("This deployment is at “%(state)s” now, so this is not possible. Read it again.")
        % {"state": DeploymentState(deployment.state).label},
        code="wrong_state",
    )


def require_host(deployment: Deployment, by: Any) -> None:
    """Raise NotAllowed unless `by` coordinates for the host side."""
    if by.side != deployment.side:
        raise NotAllowed(_("The side that hosts the expert does this."), code="other_side")
    if not agrees(by):
        raise NotAllowed(_("A coordinator at the head of the host side does this."))


def require_asker(deployment: Deployment, by: Any) -> None:
    """Raise NotAllowed unless `by` asks for experts at the place of the deployment."""
    if by.side != deployment.side:
        raise NotAllowed(_("The side that hosts the expert does this."), code="other_side")
    if not asks_at(by, deployment.unit):
        raise NotAllowed(_("Who sets the rota at this place, or plans for it, does this."))


def require_offering(deployment: Deployment, by: Any) -> None:
    """Raise NotAllowed unless `by` speaks for the side that sends the expert."""
    if not offers_for(by, deployment):
        raise NotAllowed(
            _("A coordinator of the side that sends the expert does this; for Frontex one of the "
              "host side."),
        )  # fmt: skip


def moved(
    deployment: Deployment, after: str, *fields: str, reason: str = "", by: Any, **facts: Any
) -> None:
    """Take the deployment to `after`: its step, then the state with `fields`, then the trail."""
    before, deployment.state = deployment.state, DeploymentState(after)
    DeploymentMove.objects.create(
        deployment=deployment, before=before, after=after, reason=reason, by=by
    )
    deployment.save(update_fields=["state", *fields])
    # deployment.requested, .assessed, .offered, .accepted, .committed, .briefed, .deployed,
    # .extended, .debriefed, .ended, .declined, .cancelled
    keep(deployment, after, by=by, **facts)


def keep(deployment: Deployment, deed: str, *, by: Any, **facts: Any) -> None:
    side = by.side if by is not None else deployment.side
    record(f"deployment.{deed}", deployment.ref, by=by, trail=side, **facts)
    told = [deployment.unit, root_of(deployment.side), root_of(deployment.offers)]
    ring_many(sorted({unit.code for unit in told if unit is not None}))
