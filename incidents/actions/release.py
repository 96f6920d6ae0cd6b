"""Letting the other side read a version, and asking it to acknowledge."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.audit.models import record
from bordercoop.errors import Invalid, Refused, Stale
from bordercoop.live.doorbell import ring_many
from contactpoints.access import require
from contactpoints.actions import narrow_cards, raise_alert
from contactpoints.models import BY_SEVERITY, Alert, Priority, Unit

from .. import handling
from ..access import sender_for
from ..content import crosses, release_names, released, utc_text
from ..files import files_to_give, lacking
from ..handling import Marking
from ..models import (
    RELEASABLE_STATES,
    Attachment,
    AttachmentCopy,
    CustodyEntry,
    Incident,
    Part,
    Release,
    Share,
)
from ..texts import going
from .shares import locked, make_share

CARD = (
    "headline",
    "severity",
    "category",
    "place",
    "lat",
    "lon",
    "happened_at",
    "happened_precision",
)


def card_of(share: Share) -> dict[str, Any]:
    """The language-neutral card of an alert: released fields only, and the copy's marking."""
    fields = share.fields
    texts = {
        language: {"headline": text["headline"], "mark": text["mark"]}
        for language, text in share.texts.items()
        if text.get("headline")
    }
    return {
        "number": share.number,
        "side": share.side,
        "version": share.version,
        "unverified": share.unverified,
        "exercise": share.exercise,
        "reported_at": utc_text(share.reported_at),
        "handling": share.handling,
        "tlp": share.tlp,
        **({"restriction": share.restriction} if share.restriction else {}),
        **{key: fields[key] for key in CARD if fields.get(key) not in (None, "")},
        **({"language": fields.get("language"), "texts": texts} if texts else {}),
    }


def released_copy(
    incident: Incident,
    desk: Unit,
    content: Mapping[str, Any],
    names: Iterable[str],
    marking: Marking | None = None,
    *,
    own: Share | None = None,
    held: Share | None = None,
) -> Share:
    """The unsaved copy that `desk` would hold: exactly what the other side will read.

    `own` is the owner's copy, whose translations go with their texts; `held` what the desk has now.
    """
    fields = released(content, names)
    copy = make_share(incident, desk, fields, own=False, released_at=now(), marking=marking)
    if own is not None:
        copy.texts = going(incident, own, fields, held)
    return copy


def _refuse_what_stays(incident: Incident, desks: list[Unit]) -> None:
    if not desks:
        sentence = _("Choose at least one desk.")
        raise Invalid(sentence, fields={"desks": [sentence]})
    for desk in desks:
        # Asked before a copy is written: the owner's own unit holds one that must stay.
        if desk.kind != Unit.Kind.DESK:
            sentence = _("%(unit)s is not a desk of a contact point. Choose a desk.") % {
                "unit": desk.name
            }
            raise Refused(sentence, code="not_a_desk", fields={"desks": [sentence]})
    if any(desk.side != incident.side for desk in desks) and not crosses(incident.category.code):
        raise Refused(
            _("Incidents of this category never leave their side. It was not released."),
            code="never_released",
            status=403,
        )
    if incident.origin != Incident.Origin.SERVICE:
        raise Refused(
            _("An open-source record is public already and raises no alert."),
            code="open_source",
        )
    if incident.state not in RELEASABLE_STATES:
        raise Refused(
            _("%(number)s is not submitted now, so it cannot be released.")
            % {"number": incident.number},
            code="not_releasable",
        )


@transaction.atomic
def release_incident(
    incident: Incident,
    *,
    desks: Iterable[Unit],
    fields: Iterable[str] | None = None,
    files: Mapping[Any, bool] | None = None,
    priority: Priority | str | None = None,
    version: int | None = None,
    backlog: bool = True,
    marking: Marking | None = None,
    named: Iterable[Any] = (),
    by: Any,
) -> Alert:
    """Let desks read the present version with these fields, and ask each to acknowledge it.

    `fields` None means every releasable field; the internal note is never one. `files` names what
    goes along, public id -> whether the original goes and not the picture without metadata; none
    when left out, and what a desk was given before it keeps. `priority` None
    follows the severity. `version` is the one that was previewed: Stale when it is not the present
    one. The copies go out under `marking`, at least as strict as the incident's own, or under
    that. A desk that already holds the same version with the same fields, translations and marking
    is not alerted again; one that got its copy from another holder is. Fewer fields than before
    take the others from the desk at once, from earlier alerts as well. `named` are public ids of
    officers at these desks who all have to acknowledge. `backlog` says whether a
    desk that is told only now reads what both sides shared before. Refused for applications for
    protection and serious incidents, and when nobody is on duty.
    """
    incident = locked(incident)
    require(by, "release_incidents", incident.unit)
    desks = sorted(set(desks), key=lambda desk: desk.pk)
    _refuse_what_stays(incident, desks)
    last = incident.versions.get(number=incident.version)
    if version is not None and version != incident.version:
        raise Stale(
            _(
                "Version %(current)s was saved after your preview of version %(yours)s. "
                "Preview it again before you release."
            )
            % {"current": incident.version, "yours": version},
            current=last,
        )
    names = release_names(fields)
    marking = marking or handling.of(incident)
    handling.require_covers(marking, handling.of(incident))
    chosen = Priority(priority) if priority else BY_SEVERITY[last.content["severity"]]
    shares = list(incident.shares.all())
    own = next(share for share in shares if share.own)
    copies_held = {share.unit_id: share for share in shares if not share.own}
    held = {pk: share for pk, share in copies_held.items() if share.passed_by_id is None}
    latest = {
        release.desk_id: release
        for release in incident.releases.filter(desk__in=desks)
        .order_by("pk")
        .select_related("alert")
    }
    copies = {
        desk.pk: released_copy(
            incident, desk, last.content, names, marking, own=own, held=held.get(desk.pk)
        )
        for desk in desks
    }
    more = lacking(desks, files_to_give(incident, files or {}))
    new = [
        desk
        for desk in desks
        if desk.pk not in held or more.get(desk.pk) or not _same(held[desk.pk], copies[desk.pk])
    ]
    if not new:
        return latest[desks[-1].pk].alert
    for desk in new:
        for name in ("impact", "grading", "outcome"):
            setattr(copies[desk.pk], name, getattr(own, name))
        _hand_over(incident, copies[desk.pk], copies_held.get(desk.pk))
    # A desk from which it was recalled holds nothing that this could be an update of.
    before = [latest[desk.pk].alert for desk in new if desk.pk in held]
    alert = raise_alert(
        incident.ref,
        card=card_of(copies[new[0].pk]),
        priority=chosen,
        to=new,
        sender=sender_for(by, incident),
        kind=Alert.Kind.UPDATE if len(before) == len(new) else Alert.Kind.ALERT,
        status=Alert.Status.EXERCISE if incident.exercise else Alert.Status.ACTUAL,
        references=before[-1] if before else None,
        named=named,
        by=by,
    )
    releases = Release.objects.bulk_create(
        Release(
            incident=incident,
            desk=desk,
            version=incident.version,
            fields=names,
            backlog=latest[desk.pk].backlog if desk.pk in held else backlog,
            alert=alert,
            by=by,
            **marking.columns,
        )
        for desk in new
    )
    for release in releases:
        _give_files(release, more.get(release.desk_id, []))
    Part.objects.bulk_create(
        [
            Part(incident=incident, side=side)
            for side in sorted({incident.side, *(desk.side for desk in new)})
        ],
        ignore_conflicts=True,
    )
    along: dict[str, Any] = {"files": sorted(str(uid) for uid in files)} if files else {}
    record(
        "incident.released",
        incident.ref,
        by=by,
        version=incident.version,
        desks=[desk.code for desk in new],
        fields=names,
        handling=marking.handling,
        tlp=marking.tlp,
        **along,
    )
    ring_many([incident.unit.code])
    return alert


def _same(held: Share, copy: Share) -> bool:
    said = ("version", "fields", "texts", "handling", "tlp", "restriction")
    return all(getattr(held, name) == getattr(copy, name) for name in said)


def _hand_over(incident: Incident, copy: Share, held: Share | None) -> None:
    if held is not None:
        copy.pk = held.pk
        copy.save(force_update=True)
        if away := held.fields.keys() - copy.fields.keys():
            if "headline" in away:
                away |= {"language", "texts"}
            narrow_cards(incident.ref, desk=copy.unit, away=away)
    else:
        copy.save(force_insert=True)


def _give_files(release: Release, files: list[tuple[Attachment, bool]]) -> None:
    if not files:
        return
    AttachmentCopy.objects.bulk_create(
        [
            AttachmentCopy(attachment=row, desk=release.desk, release=release, original=original)
            for row, original in files
        ],
        update_conflicts=True,
        unique_fields=["attachment", "desk"],
        update_fields=["original", "release", "at"],
    )
    CustodyEntry.objects.bulk_create(
        CustodyEntry(
            attachment=row,
            deed=CustodyEntry.Deed.RELEASED,
            unit=row.unit,
            desk=release.desk,
            purpose="original" if original else "",
            sha256=row.sha256 if original else row.rendition_sha256 or row.sha256,
            by=release.by,
        )
        for row, original in files
    )
