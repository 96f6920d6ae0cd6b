"""What the page of a focal point shows, and who may do what there. Reads only."""

from dataclasses import dataclass, field
from typing import Any

from django.utils.timezone import now

from bordercoop.reference.models import Term, terms

from .access import may, may_call, roles_of, units_for
from .directory import ends_of
from .models import ContactPoint, ExpertiseRequest, FocalDeployment, FocalExpert, Unit

SERVICES = ("LV", "BY")
MOST = 200


@dataclass
class Focal:
    """A focal point as one reader has it. `experts` and `deployments`: going on and to come;
    `asked`: the open requests first. Each has its `term` (profile) beside it where it has one."""

    point: ContactPoint
    desks: list[Unit]
    experts: list[FocalExpert] = field(default_factory=list)
    deployments: list[FocalDeployment] = field(default_factory=list)
    asked: list[ExpertiseRequest] = field(default_factory=list)
    leads: bool = False
    may_ask: bool = False
    may_call: bool = False


def reads_focal(user: Any) -> bool:
    """Everybody who is posted somewhere; the guests of the focal point among them."""
    return bool(roles_of(user))


def focal_points() -> list[ContactPoint]:
    return list(ContactPoint.objects.filter(kind=ContactPoint.Kind.FOCAL, retired_at=None))


def leads(user: Any, point: ContactPoint) -> bool:
    """Whether the officer heads the point, or its headquarters' duty officer stands in."""
    return any(may(user, "set_rota", desk) for desk in ends_of(user, point))


def asks(user: Any) -> bool:
    """Whether the officer heads a point of either side and may ask for expertise."""
    return user.side in SERVICES and any(
        unit.kind == Unit.Kind.DESK for unit in units_for(user, "set_rota")
    )


def profile_of(code: str) -> Term | None:
    return terms("deployment_profile").get(code)


def focal(user: Any, point: ContactPoint) -> Focal:
    """Everything on the page of a point; telephones are left out for whoever may not read them."""
    day, calls = now().date(), may_call(user)
    experts = list(FocalExpert.objects.filter(point=point).standing(day)[:MOST])  # type: ignore[attr-defined]
    asked = list(
        ExpertiseRequest.objects.filter(point=point).select_related("by", "ended_by")[:MOST]
    )
    for row in (*experts, *asked):
        row.term = profile_of(row.profile)  # type: ignore[attr-defined]
    for expert in experts:
        expert.phone = expert.phone if calls else ""
    return Focal(
        point=point,
        desks=ends_of(user, point),
        experts=experts,
        deployments=list(FocalDeployment.objects.filter(point=point).standing(day)[:MOST]),  # type: ignore[attr-defined]
        asked=sorted(asked, key=lambda row: row.state != "open"),
        leads=leads(user, point),
        may_ask=asks(user),
        may_call=calls,
    )
