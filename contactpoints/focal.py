"""What the page of a focal point shows, and who may do what there. Reads only."""

from dataclasses import dataclass, field
from typing import Any

from django.utils.timezone import now

from bordercoop.reference.models import Term, terms

from .access import may, may_call, roles_of, units_for
from .directory import ends_of
from .models import ContactPoint, ExpertiseRequest, FocalDeployment, FocalExpert, Unit
from .roles import CODENAMES
from .watch import on_duty

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
    may_withdraw: bool = False
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
    """Whether the officer heads a point of either side, or headquarters."""
    return user.side in SERVICES and any(
        unit.kind == Unit.Kind.DESK for unit in units_for(user, "set_rota")
    )


def asks_for(user: Any, desk: Unit) -> Unit | None:
    """The unit for which the officer asks the focal point at `desk` for expertise: the own desk at
    which they are on duty and whose rota they set, else the unit of the posting that lets them ask.
    None for whoever may set the rota of that very desk alone: a desk does not ask itself."""
    desks = [unit for unit in units_for(user, "set_rota") if unit.kind == Unit.Kind.DESK]
    others = [unit for unit in desks if unit.pk != desk.pk]
    if not asks(user) or not others:
        return None
    there = on_duty([unit.pk for unit in others])
    for unit in others:
        if any(shift.officer.pk == user.pk for shift in there.get(unit.pk, [])):
            return unit
    posts = (unit for role, unit in roles_of(user) if "set_rota" in CODENAMES[role])
    return next((unit for unit in posts if unit.pk != desk.pk), None)


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
        may_ask=any(asks_for(user, desk) for desk in ends_of(user, point)),
        may_withdraw=asks(user),
        may_call=calls,
    )
