"""Who is posted where, and the grants that follow from it."""

from datetime import datetime
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.access.actions import end_access
from bordercoop.access.models import User
from bordercoop.audit.models import record
from bordercoop.errors import Invalid, Refused

from ..access import forget_grants, forget_groups, require
from ..administering import refuse_last_administrator, require_other
from ..models import Posting, Role, Unit, UnitGroupGrant
from ..roles import CODENAMES, reach
from .channels import forget_reach
from .displays import end_displays_of, end_lost_displays


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
    """Put an officer at a unit of the officer's own side in a role; the same twice is once.

    Times are aware; without `starts_at` it begins now. Nobody posts the own account.
    """
    require(by, "administer_accounts", unit)
    require_other(by, officer)
    if officer.side != unit.side:
        raise Refused(
            _("%(officer)s belongs to another side than %(unit)s. Choose a unit of the same side.")
            % {"officer": officer.display_name, "unit": unit.name},
            code="other_side",
        )
    # Two who post the same officer wait for each other, and so does whoever retires the unit.
    list(User.objects.select_for_update(no_key=True).filter(pk=officer.pk).values_list("pk"))
    rows = Unit.objects.select_for_update(no_key=True, of=("self",)).select_related("parent")
    unit = rows.get(pk=unit.pk)
    if unit.retired_at is not None:
        raise Refused(
            _("%(unit)s is no longer in use. Choose another unit.") % {"unit": unit.name},
            code="retired",
        )
    begins = starts_at or now()
    if ends_at is not None and ends_at <= max(begins, now()):
        sentence = _("The posting would be over already. Check both days.")
        raise Invalid(sentence, fields={"ends_at": [sentence]})
    group = _group(unit, role)
    posting, new = Posting.objects.get_or_create(
        officer=officer,
        unit=unit,
        role=role,
        ended_at=None,
        ends_at=ends_at,
        defaults={"group": group, "starts_at": begins, "posted_by": by},
    )
    if new:
        group.user_set.add(officer)
        forget_grants(officer)
        record(
            "posting.started",
            officer.ref,
            by=by,
            trail=officer.side,
            unit=unit.code,
            role=str(role),
            starts_at=begins.isoformat(),
            **({"ends_at": ends_at.isoformat()} if ends_at else {}),
        )
    return posting


def _locked(posting: Posting) -> Posting:
    rows = Posting.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("officer", "unit", "group").get(pk=posting.pk)


@transaction.atomic
def end_posting(posting: Posting, *, by: Any) -> Posting:
    """End a posting now. Every right that came from it is gone with the commit; with the last one
    every session, stream and token ends."""
    posting = _locked(posting)
    require(by, "administer_accounts", posting.unit)
    require_other(by, posting.officer)
    if posting.ended_at is None:
        if by is not None:
            refuse_last_administrator(posting)
        _end(posting, now(), by=by)
    return posting


def _end(posting: Posting, at: datetime, *, by: Any) -> None:
    posting.ended_at = at
    posting.save(update_fields=["ended_at"])
    others = Posting.objects.filter(officer=posting.officer_id, ended_at=None)
    others = others.exclude(ends_at__lte=now())
    # One that begins later needs the group too.
    if not others.filter(group=posting.group_id).exists():
        posting.group.user_set.remove(posting.officer_id)
    forget_grants(posting.officer)
    record(
        "posting.ended",
        posting.officer.ref,
        by=by,
        trail=posting.officer.side,
        unit=posting.unit.code,
        role=posting.role,
    )
    end_displays_of(posting.officer, by=by)
    if not others.filter(starts_at__lte=now()).exists():
        forget_reach(posting.officer)
        end_access(posting.officer, why="posting", by=by)


@transaction.atomic
def transfer_officer(
    posting: Posting,
    *,
    unit: Unit,
    role: Role | str,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    by: Any,
) -> Posting:
    """Move an officer to another unit or role: the old posting ends when the new one begins.

    With both in one transaction nobody is without a place or in two. Transferred twice is
    transferred once.
    """
    posting = _locked(posting)
    require(by, "administer_accounts", posting.unit)
    require_other(by, posting.officer)
    if posting.ended_at is not None:
        raise Refused(
            _("This posting has ended already. Post the officer anew."), code="posting_ended"
        )
    begins = starts_at or now()
    refuse_last_administrator(posting)
    new = post_officer(
        posting.officer, unit=unit, role=role, starts_at=begins, ends_at=ends_at, by=by
    )
    if new.pk == posting.pk:
        return new
    if begins <= now():
        _end(posting, now(), by=by)
    else:
        set_posting_end(posting, ends_at=begins, by=by)
    return new


@transaction.atomic
def set_posting_end(posting: Posting, *, ends_at: datetime | None, by: Any) -> Posting:
    """Let a posting end at a later or an earlier time to come, or (None) at no set time."""
    posting = _locked(posting)
    require(by, "administer_accounts", posting.unit)
    require_other(by, posting.officer)
    if posting.ended_at is not None:
        raise Refused(
            _("This posting has ended already. Post the officer anew."), code="posting_ended"
        )
    if ends_at is not None and ends_at <= max(now(), posting.starts_at):
        sentence = _("The posting would be over already. Check both days.")
        raise Invalid(sentence, fields={"ends_at": [sentence]})
    if posting.ends_at != ends_at:
        if ends_at is not None:
            refuse_last_administrator(posting)
        posting.ends_at = ends_at
        posting.save(update_fields=["ends_at"])
        record(
            "posting.end_set",
            posting.officer.ref,
            by=by,
            trail=posting.officer.side,
            unit=posting.unit.code,
            role=posting.role,
            ends_at=ends_at.isoformat() if ends_at else None,
        )
    return posting


@transaction.atomic
def end_due_postings(limit: int = 100) -> int:
    """Write down the end of postings whose time is up; returns how many.

    Their rights were gone at that moment already, since every request asks. This takes the
    sessions, tokens and groups away, also without Celery.
    """
    due = (
        Posting.objects.filter(ended_at=None, ends_at__lte=now())
        .select_for_update(skip_locked=True, no_key=True, of=("self",))
        .select_related("officer", "unit", "group")
        .order_by("ends_at", "pk")[:limit]
    )
    for posting in (ended := list(due)):
        _end(posting, posting.ends_at or now(), by=None)
    end_lost_displays()
    return len(ended)
