"""At which units an officer may do what. The only place that reads grants."""

from functools import partial
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.errors import NotAllowed

from .models import ACTIVE, Posting, Unit, UnitGroupGrant, units

NOWHERE: frozenset[int] = frozenset()


def grants_of(user: Any) -> dict[str, frozenset[int]]:
    """Codename -> ids of the units at which `user` holds it now; one statement a user object.

    A grant counts only through a posting that is in force at this moment, so access ends on time
    even when nobody tidied the groups.
    """
    if "_grants" not in user.__dict__:
        rows: Any = ()
        if user.is_authenticated and user.is_active:
            rows = (
                UnitGroupGrant.objects.filter(
                    ACTIVE("group__postings__", now()),
                    group__user=user.pk,
                    group__postings__officer=user.pk,
                )
                .values("permission__codename")
                .annotate(at=ArrayAgg("content_object_id", distinct=True))
                .values_list("permission__codename", "at")
            )
        user.__dict__["_grants"] = {codename: frozenset(at) for codename, at in rows}
    known: dict[str, frozenset[int]] = user.__dict__["_grants"]
    return known


def units_where(user: Any, codename: str) -> frozenset[int]:
    """Ids of the units at which `user` holds `codename` now."""
    return grants_of(user).get(codename, NOWHERE)


def may(user: Any, codename: str, unit: Unit | int) -> bool:
    unit_id = unit.pk if isinstance(unit, Unit) else unit
    return unit_id in units_where(user, codename)


def require(user: Any, codename: str, unit: Unit) -> None:
    """Raise NotAllowed, with a sentence, unless `user` holds `codename` at `unit`.

    `user` None is the system itself, which may do everything.
    """
    if user is not None and not may(user, codename, unit):
        raise NotAllowed(
            _(
                "Your posting does not allow this at %(unit)s. "
                "Ask your administrator which role it needs."
            )
            % {"unit": unit.name}
        )


def forget_grants(user: Any) -> None:
    """Read the grants of this user object anew next time; after its postings changed."""
    user.__dict__.pop("_grants", None)
    user.__dict__.pop("_postings", None)


def postings_of(user: Any) -> list[Posting]:
    """Postings of `user` in force now, desks first; one statement a user object."""
    if "_postings" not in user.__dict__:
        rows = Posting.objects.active().filter(officer=user.pk).select_related("unit")
        user.__dict__["_postings"] = sorted(
            rows, key=lambda p: (p.unit.kind != Unit.Kind.DESK, p.unit.order, p.unit.code)
        )
    held: list[Posting] = user.__dict__["_postings"]
    return held


def units_for(user: Any, codename: str) -> list[Unit]:
    """The same units as objects, in the order of the tree."""
    ids = units_where(user, codename)
    return [unit for unit in units().values() if unit.pk in ids and unit.retired_at is None]


def topics_of(user: Any) -> set[str]:
    """Codes of the units whose doorbell `user` may hear now."""
    ids = units_where(user, "view_alerts") | units_where(user, "view_incidents")
    return {unit.code for unit in units().values() if unit.pk in ids}


def may_operate(user: Any) -> bool:
    """Whether `user` may see and re-send messages that were given up."""
    return bool(units_where(user, "operate_portal"))


can_release = partial(units_for, codename="release_incidents")
