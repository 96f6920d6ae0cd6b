"""At which units an officer may do what. The only place that reads grants."""

import time
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.access.models import User
from bordercoop.errors import NotAllowed
from bordercoop.reference.models import Place
from bordercoop.reference.sides import Side

from .models import Posting, Role, Unit, UnitGroupGrant, root_of, units

NOWHERE: frozenset[int] = frozenset()
Grants = dict[str, frozenset[int]]
# Asked by every request, so in plain SQL: building it anew each time cost more than running it.
HELD_NOW = """
    SELECT posting.group_id, posting.role || '@' || posting.unit_id
    FROM contactpoints_posting posting
    JOIN access_user_groups member
      ON member.user_id = posting.officer_id AND member.group_id = posting.group_id
    WHERE posting.officer_id = %(officer)s AND posting.starts_at <= %(now)s
      AND (posting.ends_at IS NULL OR posting.ends_at > %(now)s)
      AND (posting.ended_at IS NULL OR posting.ended_at > %(now)s)
"""
_groups: tuple[float, dict[int, Grants]] = (0.0, {})


def _grants_of_groups(wanted: set[int]) -> dict[int, Grants]:
    """What each role group holds: group id -> codename -> ids of units.

    Changes only with the tree and the table of rights, so it is remembered like the units: in
    this process, for 60 seconds. A group that is not among them is new, and all are read again.
    """
    global _groups
    if time.monotonic() - _groups[0] > 60 or not wanted <= _groups[1].keys():
        held: dict[int, dict[str, set[int]]] = {group: {} for group in wanted}
        for group, codename, unit in UnitGroupGrant.objects.values_list(
            "group_id", "permission__codename", "content_object_id"
        ):
            held.setdefault(group, {}).setdefault(codename, set()).add(unit)
        _groups = (
            time.monotonic(),
            {
                group: {codename: frozenset(at) for codename, at in grants.items()}
                for group, grants in held.items()
            },
        )
    return _groups[1]


def forget_groups() -> None:
    """Read what the role groups hold anew next time; after their grants changed."""
    global _groups
    _groups = (0.0, {})


def _read(user: Any) -> None:
    """Remember the grants of this user object and the roles they come from, by one statement.

    A grant counts only through a posting that is in force at this moment, so access ends on time
    even when nobody tidied the groups.
    """
    held: list[tuple[int, str]] = []
    if user.is_authenticated and user.is_active:
        with connection.cursor() as cursor:
            cursor.execute(HELD_NOW, {"officer": user.pk, "now": now()})
            held = cursor.fetchall()
    groups = _grants_of_groups({group for group, _role in held}) if held else {}
    grants: Grants = {}
    for group, _role in held:
        for codename, at in groups[group].items():
            grants[codename] = grants.get(codename, NOWHERE) | at
    user.__dict__["_grants"] = grants
    user.__dict__["_roles"] = {role for _group, role in held}


def grants_of(user: Any) -> Grants:
    """Codename -> ids of the units at which `user` holds it now; one statement a user object."""
    if "_grants" not in user.__dict__:
        _read(user)
    known: Grants = user.__dict__["_grants"]
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


def officers_with(codename: str, unit: Unit) -> list[User]:
    """The officers who hold `codename` at `unit` by a posting in force now, in order of name."""
    holding = Posting.objects.active().filter(
        officer=OuterRef("pk"),
        group__unitgroupgrant__permission__codename=codename,
        group__unitgroupgrant__content_object=unit,
    )
    return list(User.objects.filter(Exists(holding), is_active=True).order_by("name_latin", "pk"))


def may_record_status(user: Any, place: Place) -> bool:
    """Whether `user` may say for its side whether `place` is open: whoever sets the rota or keeps
    the lists at a unit that works there, or, where the side has none, at the head of its tree."""
    own = [unit for unit in units().values() if unit.side == user.side and unit.retired_at is None]
    at = [unit for unit in own if unit.place_id == place.pk] or [
        unit for unit in own if unit.parent_id is None
    ]
    return user.side in (Side.LV, Side.BY) and any(
        may(user, codename, unit) for unit in at for codename in ("set_rota", "administer_lists")
    )


def may_propose(user: Any) -> bool:
    """Whether `user` decides for its side about the common lists."""
    root = root_of(user.side) if user.side in (Side.LV, Side.BY) else None
    return root is not None and may(user, "administer_lists", root)


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
