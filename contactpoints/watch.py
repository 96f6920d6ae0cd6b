"""Who is there: on duty now and next, whom an escalation step tells. Reads only."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Exists, F, OuterRef
from django.utils.timezone import now

from .models import DutyRank, DutyShift, Posting, Role, Unit, Who, units


def on_duty(unit_ids: Any, moment: datetime | None = None) -> dict[int, list[DutyShift]]:
    """Unit id -> shifts that cover `moment`, the primary first. Units without one are absent."""
    found: dict[int, list[DutyShift]] = defaultdict(list)
    # A rota reaches weeks ahead; who left or was suspended meanwhile cannot answer an alert.
    shifts = DutyShift.objects.current(moment).filter(
        Exists(_answering(moment)), unit_id__in=unit_ids
    )
    for shift in shifts.select_related("booking__officer").order_by("-rank", "pk"):
        found[shift.unit_id].append(shift)
    return dict(found)


def _answering(moment: Any) -> Any:
    """The postings that let the officer of a shift answer alerts at its unit at `moment`."""
    return Posting.objects.active(moment).filter(
        officer=OuterRef("booking__officer"),
        officer__is_active=True,
        group__unitgroupgrant__content_object=OuterRef("unit"),
        group__unitgroupgrant__permission__codename="acknowledge_alerts",
    )


def next_on_duty(unit_ids: Any, moment: datetime | None = None) -> dict[int, DutyShift]:
    """Unit id -> the primary's shift that starts next after `moment`, of an officer who may answer
    there then: whoever is transferred away before it begins does not come."""
    found: dict[int, DutyShift] = {}
    shifts = DutyShift.objects.filter(
        Exists(_answering(OuterRef("period__startswith"))),
        unit_id__in=unit_ids,
        cancelled_at=None,
        rank=DutyShift.Rank.PRIMARY,
        period__startswith__gt=moment or now(),
    )
    shifts = shifts.select_related("booking__officer").order_by("unit_id", "period")
    for shift in shifts.distinct("unit_id"):
        found[shift.unit_id] = shift
    return found


def heads(
    unit_ids: Any, roles: Iterable[Role] = (Role.HEAD_OF_POINT,), moment: datetime | None = None
) -> dict[int, list[Any]]:
    """Unit id -> officers posted there at `moment` (now by default) in one of `roles`, heads of
    point by default."""
    found: dict[int, list[Any]] = defaultdict(list)
    postings = Posting.objects.active(moment).filter(
        unit_id__in=unit_ids, role__in=list(roles), officer__is_active=True
    )
    for posting in postings.select_related("officer").order_by("pk"):
        found[posting.unit_id].append(posting.officer)
    return dict(found)


def posted_at(unit_ids: Iterable[int]) -> dict[int, list[Any]]:
    """Unit id -> officers posted at that very unit who write there, by name. Units without one are
    absent."""
    found: dict[int, list[Any]] = defaultdict(list)
    postings = Posting.objects.active().filter(
        unit_id__in=list(unit_ids),
        officer__is_active=True,
        group__unitgroupgrant__permission__codename="annotate_incidents",
        group__unitgroupgrant__content_object=F("unit"),
    )
    for posting in postings.select_related("officer").order_by("officer__name_latin", "pk"):
        if posting.officer not in found[posting.unit_id]:
            found[posting.unit_id].append(posting.officer)
    return dict(found)


def headquarters_of(unit: Unit) -> Unit:
    """The root of a unit's side, whose duty officer is the last step of every escalation."""
    return units()[unit.root_code]


def told_at(step: dict[str, Any], desk: Unit, moment: datetime | None = None) -> list[Any]:
    """The officers whom an escalation step tells at `moment`, now by default; whoever is not there
    is not in it. A step for the duty officer alone tells whoever is there when no primary is."""
    if step["who"] == Who.HEAD:
        return heads([desk.pk], moment=moment).get(desk.pk, [])
    at = told_unit(step, desk)
    shifts = on_duty([at.pk], moment).get(at.pk, [])
    if step["who"] == Who.DEPUTY:
        shifts = [shift for shift in shifts if shift.rank == DutyRank.BACKUP]
    elif step.get("alone"):
        shifts = [shift for shift in shifts if shift.rank == DutyRank.PRIMARY] or shifts
    return [shift.officer for shift in shifts]


def told_unit(step: dict[str, Any], desk: Unit) -> Unit:
    """The unit at which an escalation step tells somebody."""
    if step["who"] == Who.HEADQUARTERS:
        return headquarters_of(desk)
    return units()[step["at"]] if step["who"] == Who.POINT else desk


def partner_desks(unit: Unit) -> list[Unit]:
    """The other side's desks at the contact points that `unit`'s region hosts; else all of them."""
    desks = [u for u in units().values() if u.kind == Unit.Kind.DESK and u.retired_at is None]
    points = {
        desk.desk.point_id
        for desk in desks
        if desk.side == unit.side and desk.parent and unit.path.startswith(desk.parent.path)
    }
    others = [desk for desk in desks if desk.side != unit.side]
    return [desk for desk in others if desk.desk.point_id in points] or others
