"""Letters about deployments: an offer, a briefing that is due, an end that is near, and an
accreditation that runs out. Each goes once."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.utils.timezone import now

from bordercoop.outbox.relay import post, posting_together

from ...access import coordinators
from ...actions.rounds import alone
from ..access import askers_of
from ..models import Accreditation, Deployment
from ..models.deployments import THERE

BRIEFING_BEFORE, EXPIRES_WITHIN, ROUND = timedelta(days=2), timedelta(days=30), 200


def tell_deployment(deployment: Deployment, what: str, once: str, to: Iterable[Any]) -> None:
    """Post a letter to each; `once` is what makes it the same letter. Looked up when it is sent."""
    with posting_together():
        for officer in to:
            key = f"deployment:{deployment.uid}:{once}:{officer.pk}"
            payload = {"deployment": str(deployment.uid), "to": officer.pk, "what": what}
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
    for pk in rows.order_by("pk").values_list("pk", flat=True)[:ROUND]:
        with alone("remind_of_accreditations", pk):
            _tell_accreditation(Accreditation.objects.select_related("expert").get(pk=pk))
            count += 1
    return count


def _due() -> list[tuple[str, int]]:
    found = []
    near = now().date() + BRIEFING_BEFORE + timedelta(days=1)
    rows = Deployment.objects.filter(state="committed", first_day__lte=near)
    for one in rows.select_related("unit").order_by("pk")[:ROUND]:
        if one.first_day <= one.today + BRIEFING_BEFORE and one.last_day >= one.today:
            found.append(("brief", one.pk))
    rows = Deployment.objects.filter(state__in=THERE, last_day__lte=near)
    for one in rows.select_related("unit").order_by("pk")[:ROUND]:
        if one.last_day == one.today + timedelta(days=1):
            found.append(("ends", one.pk))
    return found


def _tell_accreditation(row: Accreditation) -> None:
    with posting_together():
        for officer in coordinators(row.side):
            key = f"accreditation:{row.uid}:expires:{officer.pk}"
            post("accreditation_letter", key, {"accreditation": str(row.uid), "to": officer.pk})
