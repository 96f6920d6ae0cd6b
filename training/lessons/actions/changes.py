"""What a recommendation changed: tied with its evidence, taken away; its file scanned, opened."""

import uuid
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Model
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.access.models import User
from bordercoop.audit.actions import record_export
from bordercoop.audit.models import record
from bordercoop.errors import Invalid, NotAllowed, Refused
from bordercoop.files import scanning, store
from bordercoop.files.intake import Taken, Upload, take_in
from bordercoop.files.kinds import BY_CODE
from bordercoop.outbox.relay import post
from bordercoop.reference.models import ProcedureVersion
from bordercoop.reference.wording import worded
from contactpoints.kinds import kinds
from contactpoints.procedures import versions_for
from incidents.actions.files import Download, may_leave
from incidents.actions.once import written_before
from incidents.models import Scan
from training.models import Activity, Course

from ..access import keeps_lessons, owns
from ..models import (
    ChangeKind,
    ContingencyVersion,
    Recommendation,
    RecommendationChange,
    RecommendationState,
)
from ..models.recommendations import TARGET
from .kit import keep, ring_sides, wrong
from .recommendations import locked_recommendation, not_now


def require_tier(recommendation: Recommendation, by: Any) -> None:
    """Raise NotAllowed unless `by` answers for its owner or coordinates for a side in it."""
    if not (owns(by, recommendation) or (by.side in recommendation.sides and keeps_lessons(by))):
        raise NotAllowed(_("Its owner, or a coordinator of a side in it, writes this down."))


def _reads(thing: Model, by: Any) -> bool:
    if isinstance(thing, ProcedureVersion):
        kind = kinds().get(thing.procedure.kind)
        return kind is not None and versions_for(by, kind).filter(pk=thing.pk).exists()
    rows: Any = type(thing)._default_manager
    return bool(rows.visible_to(by).filter(pk=thing.pk).exists())


def _both_read(thing: Model) -> bool:
    if isinstance(thing, ProcedureVersion):
        return thing.shown_at is not None
    if isinstance(thing, Activity):
        return thing.joint and thing.put_at is not None
    if isinstance(thing, Course):
        return thing.put_at is not None
    return isinstance(thing, ContingencyVersion) and thing.plan.joint


def _target(
    recommendation: Recommendation, kind: str, thing: Model | None, by: Any
) -> dict[str, Any]:
    if kind not in ChangeKind.values:
        raise wrong("kind", _("Choose what was changed."))
    if kind == ChangeKind.EQUIPMENT:
        return {}
    if thing is None or not _reads(thing, by):
        raise wrong("thing", _("Choose from the list what was changed."))
    if recommendation.joint and not _both_read(thing):
        raise wrong("thing", _("The other side does not read this yet. Put it to both first."))
    return {TARGET[kind]: thing}


def tie_change(
    recommendation: Recommendation,
    *,
    kind: str,
    thing: ProcedureVersion | ContingencyVersion | Activity | Course | None = None,
    words: str = "",
    upload: Upload | None = None,
    client_ref: uuid.UUID | None = None,
    by: Any,
) -> RecommendationChange:
    """Write down what a recommendation changed, with its evidence: words, a file, or both. `thing`
    is a version of a procedure or of a contingency plan, an activity or a course; equipment is what
    `words` say. The same `client_ref` is one tie. Raises Refused (413) for a file too large."""
    require_tier(recommendation, by)
    empty = ""
    if kind == ChangeKind.EQUIPMENT:
        empty = _("Name the equipment, and what shows that it is there.")
    elif upload is None:
        empty = _("Write what shows it, or add a file.")
    said = worded(words, "words", most=2_000, empty=empty)
    taken = take_in(upload) if upload is not None else None
    return _tie(recommendation, kind, thing, said, taken, client_ref or uuid.uuid4(), by)


def _require_undecided(row: Recommendation) -> None:
    """What was confirmed was confirmed on this evidence: it is reopened first."""
    if row.state in (RecommendationState.CONFIRMED, RecommendationState.NOT_ACCEPTED):
        raise not_now(row)


@transaction.atomic
def _tie(
    recommendation: Recommendation,
    kind: str,
    thing: Any,
    words: str,
    taken: Taken | None,
    ref: uuid.UUID,
    by: Any,
) -> RecommendationChange:
    row = locked_recommendation(recommendation, by)
    require_tier(row, by)
    User.objects.select_for_update(no_key=True).values_list("pk").get(pk=by.pk)
    mine = RecommendationChange.objects.filter(by=by)
    if known := written_before(mine, ref, recommendation=row):
        return known
    _require_undecided(row)
    target = _target(row, kind, thing, by)
    file: dict[str, Any] = {}
    if taken is not None:
        if row.joint and BY_CODE[taken.kind].picture and not taken.picture:
            sentence = _(
                "%(name)s is too large for a copy without metadata, so the other side cannot have "
                "it."
            ) % {"name": taken.name}
            raise Invalid(sentence, code="no_plain_copy", fields={"file": [sentence]})
        file = {
            "name": taken.name, "file_kind": taken.kind, "size": taken.size,
            "sha256": taken.sha256, "rendition_sha256": taken.rendition_sha256,
            "rendition_size": taken.rendition_size,
            "scan": Scan.WAITING if scanning.configured() else Scan.NOT_CONFIGURED,
        }  # fmt: skip
    if row.changes.standing().count() >= settings.FILES_MOST:
        raise Refused(
            _("A recommendation has at most %(most)s changes.") % {"most": settings.FILES_MOST},
            code="full",
        )
    made = RecommendationChange.objects.create(
        recommendation=row, kind=kind, words=words, side=by.side, client_ref=ref, by=by,
        **target, **file,
    )  # fmt: skip
    keep(row, "tied", by=by, kind=kind, sha256=made.sha256)
    ring_sides(row.sides)
    if made.scan == Scan.WAITING:
        post("evidence_scan", f"evidence_scan:{made.uid}", {"file": str(made.uid)})
    return made


@transaction.atomic
def untie_change(change: RecommendationChange, *, by: Any) -> RecommendationChange:
    """Take a tie of the own side away; what was written is kept. Twice is once."""
    row = locked_recommendation(change.recommendation, by)
    require_tier(row, by)
    change = RecommendationChange.objects.get(pk=change.pk)
    if change.side != by.side:
        raise NotAllowed(_("The side that wrote this takes it away."), code="other_side")
    if change.removed_at is None:
        _require_undecided(row)
        change.removed_at = now()
        change.save(update_fields=["removed_at"])
        keep(row, "untied", by=by, kind=change.kind)
        ring_sides(row.sides)
    return change


@transaction.atomic
def mark_evidence(
    change: RecommendationChange, *, state: Scan | str, finding: str = ""
) -> RecommendationChange:
    """Write down what the scanner said of a file. What was found infected stays infected."""
    row = RecommendationChange.objects.select_for_update(no_key=True).get(pk=change.pk)
    if row.scan in (Scan.INFECTED, Scan.CLEAN, Scan.NOT_CONFIGURED) or row.scan == state:
        return row
    row.scan, row.finding, row.scanned_at = str(state), finding[:120], now()
    row.save(update_fields=["scan", "finding", "scanned_at"])
    if state == Scan.INFECTED:
        about = row.recommendation.ref
        record("file.infected", about, by=None, trail=row.side, finding=row.finding)
    return row


def download_evidence(change: RecommendationChange, *, by: Any) -> Download:
    """Open a file that the officer reads; recorded as an export. The other side's picture comes
    without its metadata. Refused while it waits for the scan and when a virus was found."""
    rows = RecommendationChange.objects.files_for(by).filter(pk=change.pk)
    row = rows.select_related("recommendation").first()
    if row is None:
        raise Refused(_("There is no such file."), code="not_found", status=404)
    may_leave(row.scan)
    original = row.side == by.side or not row.rendition_sha256
    found = store.open_stored(row.sha256 if original else row.rendition_sha256)
    about = {"file": row.uid, "recommendation": row.recommendation.number, "original": original}
    record_export("file", by=by, rows=1, filter=about)
    return Download(found, row.name, BY_CODE[row.file_kind].mime)
