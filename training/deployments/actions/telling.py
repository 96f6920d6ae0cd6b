"""Letters about deployments: an offer, a briefing that is due, an end that is near, and an
accreditation that runs out. Each goes once."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q, TextField
from django.db.models import Value as V
from django.db.models.functions import Cast, Concat
from django.utils.timezone import now

from bordercoop.outbox.models import Message
from bordercoop.outbox.relay import post, posting_together
from bordercoop.reference.sides import ZONE
from contactpoints.access import SERVICES

from ...access import coordinators
from ...actions.rounds import alone
from ..access import askers_of
from ..models import Accreditation, Deployment
from ..models.deployments import THERE

BRIEFING_BEFORE, EXPIRES_WITHIN, ROUND = timedelta(days=2), timedelta(days=30), 200


def tell_deployment(
    deployment: Deployment, what: str, once: str, to: Iterable[Any], **more: Any
) -> None:
    """Post a letter to each; `once` is what makes it the same letter, `more` what else it is looked
    up by when it is sent."""
    with posting_together():
        for officer in to:
            key = f"deployment:{deployment.uid}:{once}:{officer.pk}"
            payload = {"deployment": str(deployment.uid), "to": officer.pk, "what": what, **more}
            post("deployment_letter", key, payload)


def remind_of_deployments() -> int:
    """Tell whose expert is to be briefed within two days, who is deployed until tomorrow, and whose
    accreditation ends within 30 days; returns how many were looked at. Safe twice and at once:
    each letter has its key."""
    count = 0
    for what, pk in _due():
        with alone("remind_of_deployments", pk):
            one = Deployment.objects.select_related("unit", "expert__officer").get(pk=pk)
            to = list(askers_of(one.unit))
            if what == "ends" and one.expert is not None and one.expert.officer is not None:
                to.append(one.expert.officer)
            day = one.first_day if what == "brief" else one.last_day
            tell_deployment(one, what, f"{what}:{day}", {each.pk: each for each in to}.values())
            count += 1
    today = now().date()
    rows = Accreditation.objects.standing().filter(
        valid_until__gte=today, valid_until__lte=today + EXPIRES_WITHIN, expert__left_at=None
    )
    rows = rows.exclude(_told(Concat(V("accreditation:"), _text("uid"), V(":expires:"))))
    for pk in rows.order_by("pk").values_list("pk", flat=True)[:ROUND]:
        with alone("remind_of_accreditations", pk):
            _tell_accreditation(Accreditation.objects.select_related("expert").get(pk=pk))
            count += 1
    return count


def _due() -> list[tuple[str, int]]:
    """(what, key) of those of whom nobody was told yet, by the day at the host's."""
    briefed, ending = Q(), Q()
    for side in SERVICES:
        today = now().astimezone(ZoneInfo(ZONE[side])).date()
        briefed |= Q(side=side, first_day__lte=today + BRIEFING_BEFORE, last_day__gte=today)
        ending |= Q(side=side, last_day=today + timedelta(days=1))
    found = []
    for what, day, rows in (
        ("brief", "first_day", Deployment.objects.filter(briefed, state="committed")),
        ("ends", "last_day", Deployment.objects.filter(ending, state__in=THERE)),
    ):
        key = Concat(V("deployment:"), _text("uid"), V(f":{what}:"), _text(day), V(":"))
        left = rows.exclude(_told(key)).order_by("pk").values_list("pk", flat=True)
        found += [(what, pk) for pk in left[:ROUND]]
    return found


def _text(field: str) -> Cast:
    return Cast(OuterRef(field), TextField())


def _told(key: Any) -> Exists:
    """Whether a letter whose key begins like this was posted."""
    return Exists(Message.objects.filter(key__startswith=key))


def _tell_accreditation(row: Accreditation) -> None:
    with posting_together():
        for officer in coordinators(row.side):
            key = f"accreditation:{row.uid}:expires:{officer.pk}"
            post("accreditation_letter", key, {"accreditation": str(row.uid), "to": officer.pk})
