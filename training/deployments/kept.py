"""What of guests in the pool of experts is kept no longer than the period of a side. Reads only.

Each side keeps what it wrote of a guest, deployments to it and accreditations for its territory,
by its own period; who it was goes with the last side that keeps something.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.timezone import now

from bordercoop.reference.sides import ZONE, Side
from incidents.kept_elsewhere import over
from incidents.models import RetentionPeriod
from incidents.retention import held

from ..joint_operations.models import OperationTag
from .models import Accreditation, AvailablePeriod, Deployment, DeploymentMove, Expert
from .models.deployments import OVER, midnight


def parts_of(side: str) -> tuple[Any, Any]:
    """The deployments to a side, and the accreditations that it granted, of which something is
    kept still."""
    granted = Accreditation.objects.filter(side=side).exclude(number="")
    return Deployment.objects.filter(side=side, expert__isnull=False), granted


def kept_by(side: str) -> QuerySet[Expert]:
    """Guests of whom the side keeps something: a part of its own, or who it was, where it put a
    guest into the pool of whom neither side has anything else."""
    anything: Any = Q(Exists(Deployment.objects.filter(expert=OuterRef("pk"))))
    anything |= Exists(Accreditation.objects.filter(expert=OuterRef("pk")).exclude(number=""))
    mine: Any = ~anything & Q(by__side=side)
    for rows in parts_of(side):
        mine |= Exists(rows.filter(expert=OuterRef("pk")))
    return Expert.objects.filter(mine, side=Side.EU, blanked_at=None)


def still_needed(experts: QuerySet[Expert]) -> QuerySet[Expert]:
    """Those whom something open names, on either side, or who are in the pool and can be deployed:
    with an accreditation in force or days to come."""
    day = now().date() - timedelta(days=1)  # the earliest day anywhere
    going_on = Deployment.objects.exclude(state__in=OVER).filter(expert=OuterRef("pk"))
    granted = Accreditation.objects.standing().filter(expert=OuterRef("pk"), valid_until__gte=day)
    free = AvailablePeriod.objects.standing().filter(expert=OuterRef("pk"), last_day__gte=day)
    ready = Q(left_at=None) & (Q(Exists(granted)) | Q(Exists(free)))
    return experts.filter(Q(Exists(going_on)) | ready)


def _start(expert: Expert, side: str) -> datetime:
    """From when a guest counts for a side: who left the pool, from the last step of the last
    deployment to it, or, never deployed there, from then; who is in it, from the latest of that
    step, the end of the last accreditation for its territory and being put in."""
    deployments, granted = parts_of(side)
    moves = DeploymentMove.objects.filter(deployment__in=deployments.filter(expert=expert))
    last = moves.order_by("-at").first()
    if expert.left_at is not None:
        return last.at if last is not None else expert.left_at
    ends = [
        one.withdrawn_at or midnight(one.valid_until + timedelta(days=1), ZoneInfo(ZONE[side]))
        for one in granted.filter(expert=expert)
    ]
    return max([expert.at, *ends, *([last.at] if last is not None else [])])


def _held(experts: list[Expert], side: str) -> set[int]:
    """Those of the guests who were deployed to the side for a joint operation with an incident on
    which a hold of the side stands."""
    rows = parts_of(side)[0].filter(expert__in=experts, operation__isnull=False)
    pairs = list(rows.values_list("expert_id", "operation_id"))
    tags = OperationTag.objects.standing().filter(operation__in={pair[1] for pair in pairs})
    told = list(tags.values_list("operation_id", "incident_id"))
    stopped = held((incident for _operation, incident in told), side)
    operations = {operation for operation, incident in told if incident in stopped}
    return {expert for expert, operation in pairs if operation in operations}


def due_experts(
    side: str, period: RetentionPeriod, pk: int | None = None
) -> list[tuple[Expert, date]]:
    """Guests of whom the side keeps something longer than its period, or of them the one `pk`; none
    who is still needed, nor whom a legal hold of the side keeps."""
    rows = kept_by(side).exclude(pk__in=still_needed(Expert.objects.all()).values("pk"))
    rows = rows if pk is None else rows.filter(pk=pk)
    found = over(((one, _start(one, side)) for one in rows.order_by("pk")), side, period)
    stopped = _held([one for one, _last in found], side)
    return [(one, last) for one, last in found if one.pk not in stopped]
