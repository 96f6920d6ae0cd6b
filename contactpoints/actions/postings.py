"""Who is posted where, and the grants that follow from it."""

from datetime import datetime
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.audit.models import record
from bordercoop.errors import Refused

from ..access import forget_grants, forget_groups, require
from ..models import Posting, Role, Unit, UnitGroupGrant
from ..roles import CODENAMES, reach


def _group(unit: Unit, role: Role | str) -> Group:
    """The group that holds the rights of `role` at `unit`; made with its grants when new."""
    group, new = Group.objects.get_or_create(name=f"{role}@{unit.code}")
    if new:
        _grant(group, Role(role), unit, list(Unit.objects.select_related("parent")))
    return group


def _grant(group: Group, role: Role, unit: Unit, tree: list[Unit]) -> None:
    permissions = Permission.objects.filter(
        content_type__app_label="contactpoints",
        content_type__model="unit",
        codename__in=CODENAMES[role],
    )
    wanted = {(p.pk, u.pk) for p in permissions for u in reach(unit, tree)}
    held = {
        (g.permission_id, g.content_object_id): g.pk
        for g in UnitGroupGrant.objects.filter(group=group)
    }
    UnitGroupGrant.objects.filter(pk__in=[held[k] for k in held.keys() - wanted]).delete()
    UnitGroupGrant.objects.bulk_create(
        [
            UnitGroupGrant(group=group, permission_id=permission, content_object_id=at)
            for permission, at in sorted(wanted - held.keys())
        ],
        ignore_conflicts=True,
    )
    forget_groups()


@transaction.atomic
def grant_roles() -> int:
    """Make every role group's grants what `roles.py` and the tree say; returns how many groups.

    Runs after the unit tree or the table of rights changed; running it twice changes nothing.
    """
    tree = {unit.code: unit for unit in Unit.objects.select_related("parent")}
    groups = 0
    for group in Group.objects.filter(name__contains="@"):
        role, code = group.name.split("@", 1)
        if code in tree:
            _grant(group, Role(role), tree[code], list(tree.values()))
            groups += 1
    return groups


@transaction.atomic
def post_officer(
    officer: Any,
    *,
    unit: Unit,
    role: Role | str,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    by: Any,
) -> Posting:
    """Put an officer at a unit of the officer's own side in a role; the same twice is once."""
    require(by, "administer_accounts", unit)
    if officer.side != unit.side:
        raise Refused(
            _("%(officer)s belongs to another side than %(unit)s. Choose a unit of the same side.")
            % {"officer": officer.display_name, "unit": unit.name},
            code="other_side",
        )
    group = _group(unit, role)
    posting, new = Posting.objects.get_or_create(
        officer=officer,
        unit=unit,
        role=role,
        ended_at=None,
        ends_at=ends_at,
        defaults={"group": group, "starts_at": starts_at or now(), "posted_by": by},
    )
    if new:
        group.user_set.add(officer)
        forget_grants(officer)
        record(
            "posting.started",
            f"user:{officer.username}",
            by=by,
            trail=officer.side,
            unit=unit.code,
            role=str(role),
        )
    return posting


@transaction.atomic
def end_posting(posting: Posting, *, by: Any) -> Posting:
    """End a posting now. Every right that came from it is gone with the commit."""
    posting = Posting.objects.select_for_update(no_key=True, of=("self",)).get(pk=posting.pk)
    require(by, "administer_accounts", posting.unit)
    if posting.ended_at is None:
        posting.ended_at = now()
        posting.save(update_fields=["ended_at"])
        others = Posting.objects.filter(officer=posting.officer_id, group=posting.group_id)
        # One that begins later needs the group too.
        if not others.filter(ended_at=None).exclude(ends_at__lte=now()).exists():
            posting.group.user_set.remove(posting.officer_id)
        forget_grants(posting.officer)
        record(
            "posting.ended",
            f"user:{posting.officer.username}",
            by=by,
            trail=posting.officer.side,
            unit=posting.unit.code,
            role=posting.role,
        )
    return posting
