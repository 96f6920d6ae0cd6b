"""Materials: added, in a new version, scanned, downloaded, taken away."""

import uuid
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.access.models import Language, User
from bordercoop.audit.actions import record_export
from bordercoop.audit.models import record
from bordercoop.errors import Invalid, NotAllowed, Refused
from bordercoop.files import scanning, store
from bordercoop.files.intake import Taken, Upload, take_in
from bordercoop.files.kinds import BY_CODE
from bordercoop.outbox.relay import post
from bordercoop.reference.models import terms
from bordercoop.reference.wording import worded
from incidents.actions.files import Download, may_leave
from incidents.actions.once import written_before
from incidents.models import Scan

from ..models import Course, Material, MaterialVersion
from .activity_kit import wrong
from .courses import require_coordinator


def _said(
    *, title: str, language: str, joint: bool, topics: Iterable[str], course: Course | None, by: Any
) -> dict[str, Any]:
    if language not in Language.values:
        raise wrong("language", _("Choose the language of the material."))
    found = sorted({str(topic) for topic in topics or []})
    if set(found) - set(terms("training_topic")):
        raise wrong("topics", _("Choose topics from the list."))
    if course is not None and not Course.objects.visible_to(by).filter(pk=course.pk).exists():
        raise wrong("course", _("There is no such course."))
    if joint and course is not None and course.put_at is None:
        raise wrong(
            "course",
            _(
                "The other side does not read this course yet. Agree to the course first, or keep "
                "the material to your side."
            ),
        )
    return {
        "title": worded(
            title, "title", most=160, one_line=True, empty=_("Say in one line what it is about.")
        ),
        "language": language, "joint": bool(joint), "topics": found, "course": course,
    }  # fmt: skip


def _locked(material: Material, by: Any) -> Material:
    """The own side's material under its lock. Raises Refused (404) unless `by` reads it."""
    Material.objects.filter(pk=material.pk).select_for_update(no_key=True).values_list("pk").get()
    found = Material.objects.visible_to(by).filter(pk=material.pk).first()
    if found is None:
        raise Refused(_("There is no such material."), code="not_found", status=404)
    if found.side != by.side:
        raise NotAllowed(_("The side that added this material changes it."))
    return found


def add_material(
    upload: Upload,
    *,
    title: str,
    language: str,
    joint: bool = True,
    topics: Iterable[str] = (),
    course: Course | None = None,
    client_ref: uuid.UUID | None = None,
    by: Any,
) -> Material:
    """Add a material with its first version. The same `client_ref` is one material. Raises Invalid
    for what is not taken, Refused (413) for what is too large."""
    require_coordinator(by)
    said = _said(title=title, language=language, joint=joint, topics=topics, course=course, by=by)
    taken = take_in(upload)
    ref = client_ref or uuid.uuid4()
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).values_list("pk").get(pk=by.pk)
        if known := written_before(Material.objects.filter(by=by), ref):
            return known
        material = Material.objects.create(side=by.side, client_ref=ref, by=by, **said)
        record("material.added", material.ref, by=by)
        _write(material, taken, by)
    return material


@transaction.atomic
def change_material(material: Material, *, by: Any, **said: Any) -> Material:
    """Say anew what it is and who reads it. The same again changes nothing."""
    material = _locked(material, by)
    require_coordinator(by)
    wanted = _said(by=by, **said)
    changes = [name for name, value in wanted.items() if getattr(material, name) != value]
    if changes:
        if "joint" in changes and wanted["joint"]:
            for row in material.versions.all():
                _require_plain(row.kind, row.rendition_sha256, row.name)
        for name in changes:
            setattr(material, name, wanted[name])
        material.save(update_fields=changes)
        record("material.changed", material.ref, by=by, fields=sorted(changes))
    return material


def _require_plain(kind: str, rendition: str, name: str) -> None:
    if BY_CODE[kind].picture and not rendition:
        sentence = _(
            "%(name)s is too large for a copy without metadata, so the other side cannot have it."
        ) % {"name": name}
        raise Invalid(sentence, code="no_plain_copy", fields={"file": [sentence]})


def add_material_version(material: Material, upload: Upload, *, by: Any) -> MaterialVersion:
    """Add the next version; those before it are kept. The bytes of the newest are no new one."""
    require_coordinator(by)
    taken = take_in(upload)
    with transaction.atomic():
        material = _locked(material, by)
        if material.removed_at is not None:
            raise Refused(_("This material was taken from the library."), code="wrong_state")
        return _write(material, taken, by)


def _write(material: Material, taken: Taken, by: Any) -> MaterialVersion:
    newest = material.versions.first()
    if newest is not None and newest.sha256 == taken.sha256:
        return newest
    if material.joint:
        _require_plain(taken.kind, taken.rendition_sha256, taken.name)
    row = MaterialVersion.objects.create(
        material=material, number=newest.number + 1 if newest else 1, name=taken.name,
        kind=taken.kind, size=taken.size, sha256=taken.sha256,
        rendition_sha256=taken.rendition_sha256, rendition_size=taken.rendition_size, by=by,
        scan=Scan.WAITING if scanning.configured() else Scan.NOT_CONFIGURED,
    )  # fmt: skip
    record("material.version_added", material.ref, by=by, number=row.number, sha256=row.sha256)
    if row.scan == Scan.WAITING:
        post("material_scan", f"material_scan:{row.uid}", {"file": str(row.uid)})
    return row


@transaction.atomic
def mark_material_version(
    version: MaterialVersion, *, state: Scan | str, finding: str = ""
) -> MaterialVersion:
    """Write down what the scanner said. What was found infected stays infected."""
    row = MaterialVersion.objects.select_for_update(no_key=True).get(pk=version.pk)
    if row.scan in (Scan.INFECTED, Scan.CLEAN, Scan.NOT_CONFIGURED) or row.scan == state:
        return row
    row.scan, row.finding, row.scanned_at = str(state), finding[:120], now()
    row.save(update_fields=["scan", "finding", "scanned_at"])
    if state == Scan.INFECTED:
        material = row.material
        record("file.infected", material.ref, by=None, trail=material.side, finding=row.finding)
    return row


@transaction.atomic
def remove_material(material: Material, *, by: Any) -> Material:
    """Take a material from the library; its versions are kept. Twice is once."""
    material = _locked(material, by)
    require_coordinator(by)
    if material.removed_at is None:
        material.removed_at = now()
        material.save(update_fields=["removed_at"])
        record("material.removed", material.ref, by=by)
    return material


def download_material(version: MaterialVersion, *, by: Any) -> Download:
    """Open a version that the officer reads; recorded as an export. Refused while it waits for the
    scan and when a virus was found."""
    rows = MaterialVersion.objects.visible_to(by).filter(pk=version.pk)
    row = rows.select_related("material").first()
    if row is None:
        raise Refused(_("There is no such file."), code="not_found", status=404)
    may_leave(row.scan)
    original = row.material.side == by.side or not row.rendition_sha256
    found = store.open_stored(row.sha256 if original else row.rendition_sha256)
    record_export(
        "file", by=by, rows=1,
        filter={"file": row.uid, "material": str(row.material.uid), "original": original},
    )  # fmt: skip
    return Download(found, row.name, BY_CODE[row.kind].mime)
