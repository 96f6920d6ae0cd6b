"""The files of an incident as a reader has them. Reads only."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from bordercoop.errors import Invalid, Refused
from bordercoop.files.kinds import BY_CODE

from .models import GIVEN, Attachment, AttachmentCopy, CustodyEntry, Incident, Share, SignPhoto


@dataclass
class Held:
    """One file in a reader's hands. `mine`: the reader's side attached it and sees all about it;
    `original`: what the reader downloads is the original and not a picture without metadata."""

    attachment: Attachment
    mine: bool
    original: bool
    copies: list[AttachmentCopy] = field(default_factory=list)
    custody: list[CustodyEntry] = field(default_factory=list)

    @property
    def ready(self) -> bool:
        return not self.attachment.blocked and self.attachment.withdrawn_at is None

    @property
    def plain(self) -> bool:
        """Whether there is a picture without metadata as well."""
        return bool(self.attachment.rendition_sha256)

    @property
    def sha256(self) -> str:
        """Of what the reader downloads."""
        return self.attachment.sha256 if self.original else self.attachment.rendition_sha256

    @property
    def mime(self) -> str:
        return BY_CODE[self.attachment.kind].mime

    @property
    def picture(self) -> bool:
        return BY_CODE[self.attachment.kind].picture

    @property
    def size(self) -> int:
        """Bytes of what the reader downloads."""
        return self.attachment.size if self.original else self.attachment.rendition_size or 0


def held_files(user: Any, incident: Incident, share: Share, *, whole: bool = False) -> list[Held]:
    """What `user` has of the files through `share`, in their order; `whole` with custody logs."""
    rows = list(
        Attachment.objects.visible_to(user, incident, share).select_related(
            "by", "unit", "withdrawn_by"
        )
    )
    if not rows:
        return []
    copies: dict[int, list[AttachmentCopy]] = {}
    known = AttachmentCopy.objects.filter(attachment__in=rows).select_related("desk")
    for copy in known.order_by("desk__order", "pk"):
        copies.setdefault(copy.attachment_id, []).append(copy)
    found = [_held(user, share, row, copies.get(row.pk, [])) for row in rows]
    if whole:
        lines = CustodyEntry.objects.visible_to(user, share).filter(attachment__in=rows)
        by_file = {held.attachment.pk: held for held in found}
        for line in lines.select_related("by", "unit", "desk"):
            by_file[line.attachment_id].custody.append(line)
    return found


def _held(user: Any, share: Share, row: Attachment, copies: list[AttachmentCopy]) -> Held:
    if row.side == user.side and (share.own or not row.own):
        return Held(row, mine=True, original=True, copies=copies)
    given = next((copy for copy in copies if copy.desk_id == share.unit_id), None)
    as_original = given.original if given else row.evidence
    return Held(row, mine=False, original=as_original or not BY_CODE[row.kind].picture)


def without_metadata_or_refused(attachment: Attachment) -> None:
    """Raise Invalid for a picture of which only the original exists."""
    if BY_CODE[attachment.kind].picture and not attachment.rendition_sha256:
        sentence = _(
            "%(name)s is too large for a copy without metadata. It can only go as the original, "
            "as evidence."
        ) % {"name": attachment.name}
        raise Invalid(sentence, code="no_plain_copy", fields={"files": [sentence]})


def files_to_give(incident: Incident, asked: Mapping[Any, bool]) -> list[tuple[Attachment, bool]]:
    """What a release was asked to give, as (file, whether the original), in their order.

    `asked`: public id of a file -> whether the original goes. Raises Invalid for what is not the
    owner's to give, is withdrawn, or is not known to be free of viruses.
    """
    if not asked:
        return []
    rows = Attachment.objects.filter(incident=incident, own=True, withdrawn_at=None)
    found = {str(row.uid): row for row in rows.order_by("number")}
    wanted = {str(uid): bool(original) for uid, original in asked.items()}
    if set(wanted) - set(found):
        sentence = _("A file that you ticked is not there any more. Look at the files again.")
        raise Invalid(sentence, code="no_such_file", fields={"files": [sentence]})
    chosen = [(row, wanted[uid]) for uid, row in found.items() if uid in wanted]
    for row, original in chosen:
        if row.scan not in GIVEN:
            sentence = _("%(name)s cannot be released: %(state)s.") % {
                "name": row.name,
                "state": row.get_scan_display(),
            }
            raise Invalid(sentence, code="not_scanned", fields={"files": [sentence]})
        if not original:
            without_metadata_or_refused(row)
    return chosen


def lacking(
    desks: Iterable[Any], given: list[tuple[Attachment, bool]]
) -> dict[int, list[tuple[Attachment, bool]]]:
    """Id of a desk -> what of `given` it does not hold yet, or holds without metadata only."""
    if not given:
        return {}
    held = {
        (copy.attachment_id, copy.desk_id): copy.original
        for copy in AttachmentCopy.objects.filter(attachment__in=[row for row, _o in given])
    }
    return {
        desk.pk: [
            (row, original)
            for row, original in given
            if (row.pk, desk.pk) not in held or (original and not held[row.pk, desk.pk])
        ]
        for desk in desks
    }


def found_file(user: Any, incident: Incident, uid: Any, share: Share) -> Held:
    """One file in the hands of the reader of `share`; Refused (404) for one not seen."""
    rows = Attachment.objects.visible_to(user, incident, share).select_related("by", "unit")
    row = rows.filter(uid=uid).first()
    if row is None:
        raise Refused(_("There is no such file."), code="not_found", status=404)
    row.incident = incident
    return _held(user, share, row, list(row.copies.all()))


def release_files(incident: Incident, ticked: Mapping[str, bool]) -> list[dict[str, Any]]:
    """The owner's files to tick at a release: `attachment`, `ticked`, `original` (ticked as that),
    `picture`, `plain` (can go without metadata), `ready`, `desks` (that were given it)."""
    rows = Attachment.objects.filter(incident=incident, own=True, withdrawn_at=None)
    return [
        {
            "attachment": row,
            "ticked": str(row.uid) in ticked,
            "original": ticked.get(str(row.uid), False),
            "picture": BY_CODE[row.kind].picture,
            "plain": bool(row.rendition_sha256),
            "ready": row.scan in GIVEN,
            "desks": [copy.desk for copy in row.copies.all()],
        }
        for row in rows.order_by("number").prefetch_related("copies__desk")
    ]


def named_sums() -> set[str]:
    """Names in the store of what rows other than the files of incidents still need."""
    return set(SignPhoto.objects.values_list("sha256", flat=True))
