"""A decision to release on its way: the copies, the alert, and what is written down."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.timezone import now

from bordercoop.audit.models import record
from bordercoop.live.doorbell import ring_many
from contactpoints.actions import narrow_cards, raise_alert
from contactpoints.models import Alert, Priority, Unit
from contactpoints.policies import nameable

from ..content import facts_of, released, utc_text
from ..files import files_to_give, lacking
from ..handling import Marking
from ..letters import tell_narrowed
from ..models import (
    Attachment,
    AttachmentCopy,
    CustodyEntry,
    Incident,
    Part,
    Release,
    Share,
)
from ..texts import going, headlines_of, left_of
from .shares import make_share, share_columns

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
    texts = headlines_of(share)
    spoken = fields.get("language") and (texts or fields.get("headline"))
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
        **({"language": fields["language"]} if spoken else {}),
        **({"texts": texts} if texts else {}),
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


@dataclass
class Sending:
    """A decision to release a version of an incident, on its way to desks. The caller holds the
    incident's lock and has asked the permission."""

    incident: Incident
    number: int
    content: Mapping[str, Any]
    names: list[str]
    marking: Marking
    priority: Priority
    files: dict[Any, bool]
    backlog: bool
    sender: Unit
    by: Any
    named: list[Any] = field(default_factory=list)
    held_since: datetime | None = None

    def __post_init__(self) -> None:
        shares = list(self.incident.shares.all())
        self.own = next(share for share in shares if share.own)
        self.copies_held = {share.unit_id: share for share in shares if not share.own}
        self.held = {k: s for k, s in self.copies_held.items() if s.passed_by_id is None}
        self.latest: dict[int, Release] = {}
        self.copies: dict[int, Share] = {}
        self.more: dict[int, list[tuple[Attachment, bool]]] = {}

    @property
    def decision(self) -> dict[str, Any]:
        """What carries it out later; no content of the incident."""
        return {
            "version": self.number,
            "fields": self.names,
            "files": {str(uid): original for uid, original in self.files.items()},
            "priority": str(self.priority),
            "backlog": self.backlog,
            "marking": self.marking.columns,
            "sender": self.sender.code,
            "named": [str(uid) for uid in self.named],
        }

    def asked_at(self, desks: list[Unit]) -> list[str]:
        """Public ids of those asked by name who are at one of the desks."""
        if not self.named:
            return []
        asked = {str(uid) for uid in self.named}
        here = [str(one.officer.uid) for some in nameable(self.by, desks).values() for one in some]
        return [uid for uid in here if uid in asked]

    def news_for(self, desks: list[Unit]) -> list[Unit]:
        """Those of the desks that do not hold exactly this yet."""
        self.latest = {
            release.desk_id: release
            for release in self.incident.releases.filter(desk__in=desks)
            .order_by("pk")
            .select_related("alert")
        }
        self.copies = {desk.pk: self._copy(desk) for desk in desks}
        self.more = lacking(desks, files_to_give(self.incident, self.files))
        return [
            desk
            for desk in desks
            if desk.pk not in self.held
            or self.more.get(desk.pk)
            or not _same(self.held[desk.pk], self.copies[desk.pk])
        ]

    def _copy(self, desk: Unit) -> Share:
        copy = released_copy(
            self.incident,
            desk,
            self.content,
            self.names,
            self.marking,
            own=self.own,
            held=self.held.get(desk.pk),
        )
        if self.number != self.incident.version:
            # Decided on before the supplement: nobody has said that this text is validated.
            copy.version = copy.precedence = self.number
            copy.validated_at = None
        return copy

    def send(self, new: list[Unit]) -> Alert:
        """Give the copies to these desks of `news_for` and ask each to acknowledge."""
        incident, by = self.incident, self.by
        for desk in new:
            for name in ("impact", "grading", "outcome"):
                setattr(self.copies[desk.pk], name, getattr(self.own, name))
            _hand_over(incident, self.copies[desk.pk], self.copies_held.get(desk.pk))
        # A desk from which it was recalled holds nothing that this could be an update of.
        # Neither is what comes after an alert that was called off.
        before = [self.latest[desk.pk].alert for desk in new if desk.pk in self.held]
        before = [alert for alert in before if "called_off" not in alert.card]
        alert = raise_alert(
            incident.ref,
            card=self._card(new),
            priority=self.priority,
            to=new,
            sender=self.sender,
            kind=Alert.Kind.UPDATE if len(before) == len(new) else Alert.Kind.ALERT,
            status=Alert.Status.EXERCISE if incident.exercise else Alert.Status.ACTUAL,
            references=before[-1] if len(before) == len(new) else None,
            named=self.asked_at(new),
            by=by,
        )
        releases = Release.objects.bulk_create(
            Release(
                incident=incident,
                desk=desk,
                version=self.number,
                fields=self.names,
                backlog=self.latest[desk.pk].backlog if desk.pk in self.held else self.backlog,
                alert=alert,
                by=by,
                **self.marking.columns,
            )
            for desk in new
        )
        for release in releases:
            _give_files(release, self.more.get(release.desk_id, []))
        Part.objects.bulk_create(
            [
                Part(incident=incident, side=side)
                for side in sorted({incident.side, *(desk.side for desk in new)})
            ],
            ignore_conflicts=True,
        )
        onward = self._narrow_passed_on(new)
        for copy in onward:
            tell_narrowed(copy, alert.uid)
        self._record(new, onward)
        ring_many(sorted({incident.unit.code, *(copy.unit.code for copy in onward)}))
        return alert

    def _card(self, new: list[Unit]) -> dict[str, Any]:
        card = card_of(self.copies[new[0].pk])
        if self.held_since is None:
            return card
        return {**card, "decided_at": self.held_since.isoformat()}

    def _narrow_passed_on(self, new: list[Unit]) -> list[Share]:
        """What these desks were not given this time goes from the copies that they passed on, from
        holder to holder; returns the copies that lost something."""
        behind = {desk.pk for desk in new}
        while more := {
            pk
            for pk, copy in self.copies_held.items()
            if pk not in behind and copy.passed_by_id in behind
        }:
            behind |= more
        passed_on = self.incident.shares.filter(unit__in=behind - {desk.pk for desk in new})
        narrowed = []
        for copy in passed_on.select_related("unit").order_by("pk"):
            fields = released(copy.fields, self.names)
            if fields == copy.fields:
                continue
            gone = copy.fields.keys() - fields.keys()
            columns = {**share_columns(fields), "texts": left_of(copy.texts, fields)}
            for name, value in columns.items():
                setattr(copy, name, value)
            copy.save(update_fields=list(columns))
            copy.incident = self.incident
            # A headline that an older card kept may say a field that was taken: all of it goes.
            away = {*gone, "headline", "language", "texts"}
            narrow_cards(self.incident.ref, desk=copy.unit, away=away)
            narrowed.append(copy)
        return narrowed

    def _record(self, new: list[Unit], onward: list[Share]) -> None:
        along: dict[str, Any] = {}
        if onward:
            along["onward"] = [copy.unit.code for copy in onward]
        if self.files:
            along["files"] = sorted(str(uid) for uid in self.files)
        if self.held_since is not None:
            along["held_since"] = self.held_since.isoformat()
        record(
            "incident.released",
            self.incident.ref,
            by=self.by,
            trail=self.incident.side,
            version=self.number,
            desks=[desk.code for desk in new],
            fields=self.names,
            handling=self.marking.handling,
            tlp=self.marking.tlp,
            **along,
        )


def _same(held: Share, copy: Share) -> bool:
    said = ("version", "fields", "texts", "handling", "tlp", "restriction")
    return all(getattr(held, name) == getattr(copy, name) for name in said)


def _hand_over(incident: Incident, copy: Share, held: Share | None) -> None:
    if held is not None:
        copy.pk = held.pk
        copy.save(force_update=True)
        away = held.fields.keys() - copy.fields.keys()
        if away:
            # A headline that this desk was ever told may say what is not there any more, also
            # where the present one does not.
            given = incident.releases.filter(desk=copy.unit).values("version")
            told = incident.versions.filter(number__in=given).values_list("content", flat=True)
            said = [made for one in told if (made := one.get("headline_template"))]
            said += [made] if (made := held.fields.get("headline_template")) else []
            if "headline" in away or any(set(facts_of(one)) - copy.fields.keys() for one in said):
                away |= {"headline", "language", "texts"}
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
