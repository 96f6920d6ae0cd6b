"""At which units an officer may do what. The only place that reads grants."""

from typing import Any

from django.db import connection
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.errors import NotAllowed

from .models import Role, Unit, units

NOWHERE: frozenset[int] = frozenset()
# Asked by every request, so in plain SQL: building it anew each time cost more than running it.
GRANTS = """
    SELECT permission.codename, array_agg(DISTINCT held.content_object_id),
           array_agg(DISTINCT posting.role || '@' || posting.unit_id)
    FROM contactpoints_posting posting
    JOIN access_user_groups member
      ON member.user_id = posting.officer_id AND member.group_id = posting.group_id
    JOIN contactpoints_unitgroupgrant held ON held.group_id = posting.group_id
    JOIN auth_permission permission ON permission.id = held.permission_id
    WHERE posting.officer_id = %(officer)s AND posting.starts_at <= %(now)s
      AND (posting.ends_at IS NULL OR posting.ends_at > %(now)s)
      AND (posting.ended_at IS NULL OR posting.ended_at > %(now)s)
    GROUP BY permission.codename
"""


def _read(user: Any) -> None:
    """Remember the grants of this user object and the roles they come from, by one statement.

    A grant counts only through a posting that is in force at this moment, so access ends on time
    even when nobody tidied the groups.
    """
    rows: list[tuple[str, list[int], list[str]]] = []
    if user.is_authenticated and user.is_active:
        with connection.cursor() as cursor:
            cursor.execute(GRANTS, {"officer": user.pk, "now": now()})
            rows = cursor.fetchall()
    user.__dict__["_grants"] = {codename: frozenset(at) for codename, at, _roles in rows}
    user.__dict__["_roles"] = {role for _codename, _at, roles in rows for role in roles}


def grants_of(user: Any) -> dict[str, frozenset[int]]:
    """Codename -> ids of the units at which `user` holds it now; one statement a user object."""
    if "_grants" not in user.__dict__:
        _read(user)
    known: dict[str, frozenset[int]] = user.__dict__["_grants"]
    return known


def roles_of(user: Any) -> list[tuple[Role, Unit]]:
    """In which roles `user` is posted where now, desks first; costs nothing beyond the grants."""
    grants_of(user)
    held = [role.split("@", 1) for role in user.__dict__["_roles"]]
    by_id = {str(unit.pk): unit for unit in units().values()}
    found = [(Role(role), by_id[unit_id]) for role, unit_id in held]
    return sorted(
        found, key=lambda held: (held[1].kind != Unit.Kind.DESK, held[1].order, held[0].value)
    )


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
    user.__dict__.pop("_roles", None)


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


def role_name(user: Any) -> str:
    """The officer's first role in the language of the page, "" without a posting."""
    roles = roles_of(user)
    return str(roles[0][0].label) if roles else ""
