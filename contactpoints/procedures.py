"""Guidelines and procedures as their readers see them: whose right it is, what waits, who has read.

Knows no kind by name, so every kind of procedure goes the same way. Reads only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bordercoop.errors import NotAllowed, Refused
from bordercoop.reference.models import (
    Procedure,
    ProcedureApproval,
    ProcedureComment,
    ProcedureRevision,
    ProcedureVersion,
)

from .access import SERVICES, may, roles_of, units_where
from .kinds import Kind, kinds
from .listing import sides_for
from .models import Posting, Unit, root_of


def kind_of(procedure: Procedure) -> Kind:
    """Raises Refused (404) for a kind that the portal does not offer."""
    try:
        return kinds()[procedure.kind]
    except KeyError as unknown:
        raise missing() from unknown


def missing() -> Refused:
    return Refused(_("There is no such procedure."), code="not_found", status=404)


# --- rights


def may_read(user: Any, kind: Kind) -> bool:
    """Officers of the two services who read incidents anywhere."""
    return user.side in SERVICES and bool(units_where(user, kind.read))


def may_draft(user: Any, kind: Kind) -> bool:
    return may_read(user, kind) and bool(units_where(user, kind.draft))


def may_approve(user: Any, kind: Kind) -> bool:
    """Whoever approves for the whole side is posted at its root."""
    root = root_of(user.side) if may_read(user, kind) else None
    return root is not None and may(user, kind.approve, root)


def prepares(user: Any, version: ProcedureVersion) -> bool:
    """Whether `user` may change the version: drafters of the side that prepares it, of both where
    it came with the portal."""
    return version.side in ("", user.side) and may_draft(user, kind_of(version.procedure))


def require_reader(procedure: Procedure, by: Any) -> Kind:
    """Raise Refused (404) unless `by` reads procedures of this kind."""
    kind = kind_of(procedure)
    if not may_read(by, kind):
        raise missing()
    return kind


def require_drafter(procedure: Procedure, by: Any) -> Kind:
    """Raise NotAllowed unless `by` may draft procedures of this kind."""
    kind = require_reader(procedure, by)
    if not may_draft(by, kind):
        raise NotAllowed(str(kind.who_drafts))
    return kind


def require_preparing(version: ProcedureVersion, by: Any) -> Kind:
    """Raise NotAllowed unless `by` drafts for the side that prepares the version."""
    kind = require_drafter(version.procedure, by)
    if not prepares(by, version):
        raise NotAllowed(
            _("The other side prepares this version. Write a comment; it answers each of them."),
            code="other_side_prepares",
        )
    return kind


def require_approver(procedure: Procedure, by: Any) -> Kind:
    """Raise NotAllowed unless `by` approves procedures of this kind for its side."""
    kind = require_reader(procedure, by)
    if not may_approve(by, kind):
        raise NotAllowed(_("The approver of your side approves this."))
    return kind


# --- versions


def versions_for(user: Any, kind: Kind) -> Any:
    """The versions that `user` may read, with their procedure; none without the right."""
    rows = ProcedureVersion.objects.of_kind(kind.code)
    return rows.readable_by(user.side) if may_read(user, kind) else rows.none()


def holding_of(user: Any, kind: Kind, code: str) -> ProcedureVersion | None:
    """The version of a procedure by which the services work now."""
    found: ProcedureVersion | None = (
        versions_for(user, kind).holding().filter(procedure__code=code).first()
    )
    return found


def prepared_of(user: Any, kind: Kind, code: str) -> ProcedureVersion | None:
    found: ProcedureVersion | None = (
        versions_for(user, kind).prepared().filter(procedure__code=code).first()
    )
    return found


def reads(user: Any, kind: Kind) -> bool:
    """Whether `user` is posted in a role that has to confirm having read what holds."""
    return user.side in SERVICES and any(role in kind.readers for role, _unit in roles_of(user))


def approved_by(version: ProcedureVersion) -> set[str]:
    """The sides whose approval of the present revision stands."""
    return {a.side for a in approvals_of(version)}


def approvals_of(version: ProcedureVersion) -> list[ProcedureApproval]:
    """Those of the present revision; the earlier ones are void."""
    return [
        approval
        for approval in version.approvals.all()
        if (approval.revision, approval.sha256) == (version.revision, version.sha256)
    ]


def with_answers(rows: Any) -> Any:
    """Versions with what their page shows: approvals, comments, who wrote what."""
    return rows.select_related("by", "based_on").prefetch_related(
        Prefetch("approvals", ProcedureApproval.objects.select_related("by")),
        Prefetch("comments", ProcedureComment.objects.select_related("by", "answered_by")),
    )


@dataclass
class Seat:
    """What a side has said to a version: its approval of this revision, and how many are void."""

    side: str
    approval: ProcedureApproval | None
    void: list[ProcedureApproval]


def seats_of(version: ProcedureVersion, user: Any) -> list[Seat]:
    """Both sides, the reader's own first."""
    standing = {approval.side: approval for approval in approvals_of(version)}
    return [
        Seat(
            side,
            standing.get(side),
            [a for a in version.approvals.all() if a.side == side and a is not standing.get(side)],
        )
        for side in sides_for(user)
    ]


def lessons_for(version: ProcedureVersion) -> list[ProcedureComment]:
    """Open proposals, from cases and from readers, to the version that holds now."""
    rows = ProcedureComment.objects.filter(version__procedure=version.procedure_id, state="open")
    rows = rows.exclude(version=version.pk).select_related("by", "version")
    return list(rows.order_by("pk")[:200])


def waits_for_approval(version: ProcedureVersion) -> bool:
    """Whether nothing but approvals is missing: it is in consultation, has its day, and no comment
    on it is open."""
    return (
        version.state == "consultation"
        and version.effective_on is not None
        and not version.comments.filter(state="open").exists()
    )


def wrote(version: ProcedureVersion, user: Any) -> bool:
    """Whether `user` has written a revision of the version, and so may not approve it."""
    return ProcedureRevision.objects.filter(version=version, by=user.pk).exists()


# --- who has read it


def asked_to_read(kind: Kind) -> list[Posting]:
    """The postings whose officers have to confirm having read what holds, by name."""
    posted = Posting.objects.active().filter(role__in=kind.readers, officer__is_active=True)
    posted = posted.filter(officer__side__in=SERVICES).select_related("officer", "unit")
    return list(posted.order_by("officer__name_latin", "officer_id"))


@dataclass
class Reading:
    """How far the officers of a side in one role have come; names of those the reader may know."""

    role: str
    confirmed: int
    missing: int
    confirmed_names: list[str]
    missing_names: list[str]


@dataclass
class Readers:
    side: str
    rows: list[Reading]

    @property
    def confirmed(self) -> int:
        return sum(row.confirmed for row in self.rows)

    @property
    def whole(self) -> int:
        return self.confirmed + sum(row.missing for row in self.rows)


def readers_of(version: ProcedureVersion, user: Any) -> list[Readers]:
    """Who has confirmed having read a version and who has not, by side and role.

    Officers of the own side by name. Of the other side how many, and by name those who answer at
    its desks, whom every officer of the two services may know anyway. Two statements.
    """
    kind = kind_of(version.procedure)
    confirmed = set(version.readings.values_list("officer_id", flat=True))
    language = get_language() or "en"
    seen: dict[tuple[str, str], dict[int, tuple[str, bool]]] = {}
    for posting in asked_to_read(kind):
        side = posting.officer.side
        known = side == user.side or posting.unit.kind == Unit.Kind.DESK
        row = seen.setdefault((side, posting.role), {})
        row[posting.officer_id] = (posting.officer.name_for(language), known)
    found = []
    for side in sides_for(user):
        rows = []
        for role in kind.readers:
            officers = seen.get((side, role.value), {})
            if officers:
                done = {pk for pk in officers if pk in confirmed}
                names = {pk: name for pk, (name, known) in officers.items() if known}
                rows.append(
                    Reading(
                        str(role.label),
                        len(done),
                        len(officers) - len(done),
                        [name for pk, name in names.items() if pk in done],
                        [name for pk, name in names.items() if pk not in done],
                    )
                )
        found.append(Readers(side, rows))
    return found
