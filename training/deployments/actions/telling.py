"""Letters about deployments: an offer, a briefing that is due, an end that is near, and an
accreditation that runs out. Each goes once."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q
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
    each letter has its key, and what was told is not looked at again."""
    count = 0
    for what, pk in _untold(_deployments_due()):
        with alone("remind_of_deployments", pk):
            one = Deployment.objects.select_related("unit", "expert__officer").get(pk=pk)
            tell_deployment(one, what, _once(one, what), _readers(one, what, {}))
            count += 1
    for _what, pk in _untold(_accreditations_due()):
        with alone("remind_of_accreditations", pk):
            _tell_accreditation(Accreditation.objects.select_related("expert").get(pk=pk))
            count += 1
    return count


Due = dict[tuple[str, int], set[str]]


def _deployments_due() -> Due:
    """(what, id) of what is to be told by the day at the host's: the keys of its letters."""
    briefed, ending = Q(), Q()
    for side in SERVICES:
        today = now().astimezone(ZoneInfo(ZONE[side])).date()
        briefed |= Q(side=side, first_day__lte=today + BRIEFING_BEFORE, last_day__gte=today)
        ending |= Q(side=side, last_day=today + timedelta(days=1))
    found: Due = {}
    known: dict[int, list[Any]] = {}
    for what, rows in (
        ("brief", Deployment.objects.filter(briefed, state="committed")),
        ("ends", Deployment.objects.filter(ending, state__in=THERE)),
    ):
        for one in rows.select_related("unit", "expert__officer").order_by("pk"):
            start = f"deployment:{one.uid}:{_once(one, what)}"
            found[what, one.pk] = {f"{start}:{to.pk}" for to in _readers(one, what, known)}
    return found


def _accreditations_due() -> Due:
    today = now().date()
    rows = Accreditation.objects.standing().filter(
        valid_until__gte=today, valid_until__lte=today + EXPIRES_WITHIN, expert__left_at=None
    )
    told: dict[str, list[Any]] = {side: coordinators(side) for side in SERVICES}
    return {
        ("expires", row.pk): {
            f"accreditation:{row.uid}:expires:{officer.pk}" for officer in told.get(row.side, [])
        }
        for row in rows.order_by("pk")
    }


def _untold(due: Mapping[tuple[str, int], set[str]]) -> list[tuple[str, int]]:
    """Those of whom a letter is still to be posted, a round at most."""
    keys = {key for own in due.values() for key in own}
    posted = set(Message.objects.filter(key__in=keys).values_list("key", flat=True))
    return [one for one, own in due.items() if own - posted][:ROUND]


def _once(one: Deployment, what: str) -> str:
    return f"{what}:{one.first_day if what == 'brief' else one.last_day}"


def _readers(one: Deployment, what: str, known: dict[int, list[Any]]) -> list[Any]:
    """Who is told; `known` are the askers of units that were asked for."""
    if one.unit_id not in known:
        known[one.unit_id] = list(askers_of(one.unit))
    to = list(known[one.unit_id])
    if what == "ends" and one.expert is not None and one.expert.officer is not None:
        to.append(one.expert.officer)
    return list({each.pk: each for each in to}.values())


def _tell_accreditation(row: Accreditation) -> None:
    with posting_together():
        for officer in coordinators(row.side):
            key = f"accreditation:{row.uid}:expires:{officer.pk}"
            post("accreditation_letter", key, {"accreditation": str(row.uid), "to": officer.pk})
