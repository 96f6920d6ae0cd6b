"""The end of a deployment: of the time it takes, its posting, and what the expert sees."""

from typing import Any

from django.utils.timezone import now

from contactpoints.actions import end_posting

from ...actions.rounds import alone
from ..models import Deployment
from .deployment_kit import keep, moved


def free_expert(deployment: Deployment) -> None:
    """The expert's time is free again."""
    for held in deployment.times.filter(booking__cancelled_at=None).select_related("booking"):
        held.booking.cancelled_at = now()
        held.booking.save(update_fields=["cancelled_at"])


def close_access(deployment: Deployment) -> None:
    """A guest's posting ends, and with the last one every session and token; nobody's own page of
    it is there any more. The caller saves `access_ended_at`."""
    for given in deployment.postings.select_related("posting"):
        end_posting(given.posting, by=None)
    deployment.access_ended_at = deployment.access_ended_at or now()


def end_there(deployment: Deployment, after: str, *fields: str, reason: str = "", by: Any) -> None:
    """The deployment is over, at `after`: in this transaction the expert's time and access too."""
    free_expert(deployment)
    close_access(deployment)
    moved(deployment, after, "access_ended_at", *fields, reason=reason, by=by)


def end_due_deployments(limit: int = 100) -> int:
    """Write down the end of access where the last day is over; returns how many. The right to see
    was gone at that moment already, since every request asks; the debriefing is still to come."""
    count, due = 0, Deployment.objects.out_of_time().order_by("pk")
    for pk in list(due.values_list("pk", flat=True)[:limit]):
        with alone("end_due_deployments", pk):
            rows = Deployment.objects.out_of_time().filter(pk=pk)
            held = rows.select_for_update(skip_locked=True, no_key=True, of=("self",))
            if (deployment := held.select_related("unit").first()) is None:
                continue
            free_expert(deployment)
            close_access(deployment)
            deployment.save(update_fields=["access_ended_at"])
            keep(deployment, "access_ended", by=None)
            count += 1
    return count
