"""At which units an officer may do what. The only place that reads grants."""

import time
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.access.models import User
from bordercoop.errors import NotAllowed
from bordercoop.reference.models import OPENABLE, Place
from bordercoop.reference.sides import Side

from .models import POSTS, ContactPoint, Posting, Role, Unit, UnitGroupGrant, root_of, units
from .roles import CODENAMES

NOWHERE: frozenset[int] = frozenset()
# The emergency session that was opened in a signed-in session, as this one remembers it.
EMERGENCY = "emergency"
SERVICES = (Side.LV, Side.BY)
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
# Asked by the same statement, so that the warning on every page costs none of its own.
UNREACHED = """
UNION ALL
    SELECT NULL, 'unreached' WHERE EXISTS (
        SELECT 1 FROM contactpoints_channel
        WHERE officer_id = %(officer)s AND state = 'failed'
    )
"""
# The same statement for a session that has opened an emergency session (docs/sign-in.md).
HELD_IN_EMERGENCY = "UNION ALL".join(
    (
        HELD_NOW.replace("posting.unit_id\n", "posting.unit_id, NULL::timestamptz\n")
        + UNREACHED.replace("'unreached'", "'unreached', NULL::timestamptz"),
        """
    SELECT NULL, emergency.uid::text, emergency.expires_at
    FROM contactpoints_breakglass emergency
    WHERE emergency.uid = %(emergency)s AND emergency.officer_id = %(officer)s
      AND emergency.opened_at <= %(now)s AND emergency.expires_at > %(now)s
      AND emergency.ended_at IS NULL
""",
    )
)
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
    unreached = False
    emergency: dict[str, Any] | None = None
    if user.is_authenticated and user.is_active:
        opened = _opened_in(user.__dict__.get("_session"))
        facts = {"officer": user.pk, "now": now(), "emergency": opened}
        with connection.cursor() as cursor:
            cursor.execute(HELD_IN_EMERGENCY if opened else HELD_NOW + UNREACHED, facts)
            rows = cursor.fetchall()
        held = [(group, role) for group, role, *_rest in rows if group is not None]
        unreached = any(group is None and rest[0] == "unreached" for group, *rest in rows)
        for group, uid, expires_at in rows if opened else []:
            if group is None and expires_at is not None:
                emergency = {"uid": uid, "expires_at": expires_at}
    groups = _grants_of_groups({group for group, _role in held}) if held else {}
    grants: Grants = {}
    for group, _role in held:
        for codename, at in groups[group].items():
            grants[codename] = grants.get(codename, NOWHERE) | at
    if "break_glass" not in grants:
        emergency = None  # the posting that allowed it has ended meanwhile
    if emergency:
        for codename, at in _widened(user.side).items():
            grants[codename] = grants.get(codename, NOWHERE) | at
    user.__dict__["_grants"] = grants
    user.__dict__["_emergency"] = emergency
    user.__dict__["_unreached"] = unreached
    user.__dict__["_roles"] = {role for _group, role in held}


def _opened_in(session: Any) -> str | None:
    """The uid of the emergency session that this signed-in session has opened, if any."""
    kept = session.get(EMERGENCY) if session is not None else None
    try:
        return str(UUID(kept)) if kept else None
    except (ValueError, AttributeError, TypeError):
        return None


def _widened(side: str) -> Grants:
    """What an emergency session adds: reading the whole own side, answering at its desks."""
    own = [unit for unit in units().values() if unit.side == side]
    everywhere = frozenset(unit.pk for unit in own)
    desks = frozenset(unit.pk for unit in own if unit.kind == Unit.Kind.DESK)
    return {
        "view_incidents": everywhere,
        "view_alerts": everywhere,
        "acknowledge_alerts": desks,
    }


def emergency_of(user: Any) -> dict[str, Any] | None:
    """`uid` and `expires_at` of the emergency session in force for this request, or None.

    Costs nothing in a session that has not opened one.
    """
    if _opened_in(user.__dict__.get("_session")) is None:
        return None
    grants_of(user)
    known: dict[str, Any] | None = user.__dict__["_emergency"]
    return known


def unreached(user: Any) -> bool:
    """Whether an own channel of `user` was switched off because nothing gets through; costs
    nothing beyond the grants."""
    grants_of(user)
    return bool(user.__dict__["_unreached"])


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


def still_posted(user: Any) -> bool:
    """Whether the account may be signed in: a posting of it is in force, or it never had one.

    Costs nothing beyond the grants for whoever is posted.
    """
    return bool(roles_of(user)) or not Posting.objects.filter(officer=user.pk).exists()


def units_where(user: Any, codename: str) -> frozenset[int]:
    """Ids of the units at which `user` holds `codename` now."""
    return grants_of(user).get(codename, NOWHERE)


def may(user: Any, codename: str, unit: Unit | int) -> bool:
    unit_id = unit.pk if isinstance(unit, Unit) else unit
    return unit_id in units_where(user, codename)


def reads_delivery(user: Any, delivery: Any) -> bool:
    """Whether `user` sees the alerts of its desk, or of another point's desk that it climbed to."""
    return any(
        may(user, "view_alerts", pk) for pk in (delivery.desk_id, *(delivery.passed_to or []))
    )


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


def posts_of_officer(user: Any) -> list[Unit]:
    """The posts at which `user` is posted and acknowledges what a desk forwards there."""
    held = dict.fromkeys(unit for _role, unit in roles_of(user) if unit.kind in POSTS)
    return [unit for unit in held if may(user, "annotate_incidents", unit)]


def require_posted(user: Any, unit: Unit) -> None:
    """Raise NotAllowed unless `user` is posted at that very post and writes there.

    `user` None is the system itself, which may do everything.
    """
    if user is not None and unit not in posts_of_officer(user):
        raise NotAllowed(
            _("Only an officer who is posted at %(unit)s acknowledges for it.")
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


def may_record_waiting(user: Any, place: Place) -> bool:
    """Whether `user` may say for its side how long one waits at `place`: whoever reports for a unit
    of the side that works there, or, at a crossing point where it has none, for the head of its
    tree. At the other side's airport a side has nothing to say."""
    own = [unit for unit in units().values() if unit.side == user.side and unit.retired_at is None]
    at = [unit for unit in own if unit.place_id == place.pk]
    if not at and place.kind == Place.Kind.CROSSING:
        at = [unit for unit in own if unit.parent_id is None]
    opens = place.kind in OPENABLE and user.side in (Side.LV, Side.BY)
    return opens and any(may(user, "report_incidents", unit) for unit in at)


def may_propose(user: Any) -> bool:
    """Whether `user` decides for its side about the common lists."""
    root = root_of(user.side) if user.side in (Side.LV, Side.BY) else None
    return root is not None and may(user, "administer_lists", root)


def forget_grants(user: Any) -> None:
    """Read the grants of this user object anew next time; after its postings changed."""
    user.__dict__.pop("_grants", None)
    user.__dict__.pop("_roles", None)


def administered(user: Any) -> frozenset[int]:
    """Ids of the units whose people `user` invites, posts, transfers and suspends."""
    return units_where(user, "administer_accounts")


def people_of(user: Any) -> QuerySet[User]:
    """The accounts that `user` may look after: those of the own side, for its administrators."""
    sides = {unit.side for unit in units().values() if unit.pk in administered(user)}
    return User.objects.filter(side__in=sides)


def people_of_side(side: str) -> list[User]:
    """The officers of a side who are posted now, by name."""
    posted = Posting.objects.active().filter(officer=OuterRef("pk"))
    rows = User.objects.filter(Exists(posted), side=side, is_active=True)
    return list(rows.order_by("name_latin", "pk"))


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


def operators() -> list[int]:
    """The ids of those who may operate the portal by a posting in force now."""
    holding = Posting.objects.active().filter(
        officer=OuterRef("pk"), group__unitgroupgrant__permission__codename="operate_portal"
    )
    users = User.objects.filter(Exists(holding), is_active=True).order_by("pk")
    return list(users.values_list("pk", flat=True))


def may_audit(user: Any) -> bool:
    """Whether `user` may read the audit trail of its own side, whatever unit it is posted at."""
    return bool(units_where(user, "read_audit"))


def audited_side(user: Any) -> str:
    """LV or BY when `user` may read that side's whole audit, "" without such a posting."""
    ids = units_where(user, "read_audit")
    if not ids:
        return ""
    roots = (unit for unit in units().values() if unit.parent_id is None and unit.side in SERVICES)
    return next((unit.side for unit in roots if unit.pk in ids), "")


def auditors() -> list[Any]:
    """Accounts of both sides that may read the whole audit of their side now."""
    roots = [unit for unit in units().values() if unit.parent_id is None and unit.side in SERVICES]
    roles = [role for role, codenames in CODENAMES.items() if "read_audit" in codenames]
    posted = Posting.objects.active().filter(
        role__in=roles, unit__in=roots, officer__is_active=True
    )
    found = {posting.officer_id: posting.officer for posting in posted.select_related("officer")}
    return [found[pk] for pk in sorted(found)]


def serious_handlers(side: str) -> list[Any]:
    """Who handles the serious incidents of a side now, the first handler first: those posted at
    its root, longest there."""
    root = root_of(side) if side in SERVICES else None
    roles = [role for role, codenames in CODENAMES.items() if "handle_serious" in codenames]
    posted = Posting.objects.active().filter(role__in=roles, unit=root, officer__is_active=True)
    rows = posted.select_related("officer").order_by("starts_at", "pk")
    return list({posting.officer_id: posting.officer for posting in rows}.values())


def may_call(user: Any) -> bool:
    """Whether `user` may read telephone numbers and addresses of persons: an officer of one of the
    two services who sees alerts somewhere. Numbers of desks are for everybody signed in."""
    return user.side in SERVICES and bool(units_where(user, "view_alerts"))


def may_name(user: Any, unit: Unit) -> bool:
    """Whether `user` may read who is on duty at `unit` or heads it.

    Officers of the two services may, everywhere. A guest sees what the operation needs: the own
    agency and the focal point.
    """
    if user.side in SERVICES or user.side == unit.side:
        return True
    return hasattr(unit, "desk") and unit.desk.point.kind == ContactPoint.Kind.FOCAL


def role_name(user: Any) -> str:
    """The officer's first role in the language of the page, "" without a posting."""
    roles = roles_of(user)
    return str(roles[0][0].label) if roles else ""
