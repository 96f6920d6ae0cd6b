"""What of the incidents an expert is shown: those of the operation of the own deployment, while it
lasts. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from incidents.models import Share
from incidents.texts import headline_of

from ..joint_operations.models import OperationTag
from .models import Deployment
from .models.deployments import THERE

MOST = 200


def incidents_of(user: Any) -> Any:
    """Keys of the incidents that are tagged with the operation for which a guest is deployed now.
    Which of them the guest reads hangs on a copy of the guest's agency, as for everybody."""
    own = Deployment.objects.own_of(user).filter(state__in=THERE, operation__isnull=False)
    tags = OperationTag.objects.standing().filter(operation__in=own.values("operation"))
    return tags.values("incident")


@dataclass
class Told:
    """An incident of the operation as the expert reads it."""

    share: Share
    headline: str
    language: str


def told_of(user: Any, deployment: Deployment) -> list[Told]:
    """The incidents of the operation of a deployment of which the expert reads a copy, the newest
    first."""
    if deployment.operation_id is None or deployment.state not in THERE:
        return []
    tags = OperationTag.objects.standing().filter(operation=deployment.operation_id)
    rows = Share.objects.visible_to(user).filter(incident__in=tags.values("incident"))
    found = []
    for share in rows.select_related("incident").newest()[:MOST]:
        said, language, _mark = headline_of(share)
        found.append(Told(share, said, language))
    return found
