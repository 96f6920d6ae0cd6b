"""Files beside a report: what was attached, which desk was given it, and whose hands it was in."""

import uuid
from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import pgettext_lazy

from bordercoop.reference.sides import Side
from contactpoints.models import Unit

from .incident import Incident
from .purging import blanked_by_a_purge_alone
from .remarks import Audience
from .sharing import Release, Share

KEPT = (
    "NEW.incident_id, NEW.unit_id, NEW.side, NEW.own, NEW.number, NEW.kind, NEW.size, "
    "NEW.sha256, NEW.evidence, NEW.audience, NEW.at, NEW.by_id, "
    "NEW.rendition_sha256, NEW.rendition_size"
)


class Scan(models.TextChoices):
    """What is known of viruses in a file."""

    NOT_CONFIGURED = "not_configured", pgettext_lazy("virus scan", "Not scanned: no scanner here")
    WAITING = "waiting", pgettext_lazy("virus scan", "Waits for the virus scan")
    CLEAN = "clean", pgettext_lazy("virus scan", "No virus found")
    INFECTED = "infected", pgettext_lazy("virus scan", "Infected: locked away")
    FAILED = "failed", pgettext_lazy("virus scan", "Not scanned: the scanner did not answer")


# What another unit may be given.
GIVEN = (Scan.NOT_CONFIGURED, Scan.CLEAN)


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def visible_to(
        self, user: Any, incident: Incident, share: Share | None = None
    ) -> "AttachmentQuerySet":
        """The files of an incident that `user` reads through its copy (`share`, read when None).

        The owner's copy: all of the own side, and what others attached for both sides. A released
        copy: what was given to its desk, what units of the own side that were told attached, and
        what others attached for both sides; a guest, to whom neither side's copy was passed on,
        nothing of that last. Withdrawn files and those that may carry a virus are seen by the
        side that attached them alone.
        """
        share = share or Share.objects.visible_to(user).filter(incident=incident).first()
        if share is None:
            return self.none()
        told = Q(own=False, audience=Audience.SHARED, scan__in=GIVEN, withdrawn_at=None)
        if share.own:
            seen = Q(side=user.side) | told
        else:
            given = AttachmentCopy.objects.filter(desk=share.unit_id).values("attachment")
            seen = Q(pk__in=given, scan__in=GIVEN, withdrawn_at=None)
            seen |= Q(own=False, side=user.side)
            if not share.held_by_a_guest(user):
                seen |= told
        return self.filter(seen, incident=incident).order_by("number")


class Attachment(models.Model):
    """A file that an officer added to an incident, as it came in. Never changed, never deleted.

    `own` says whether the owner's unit attached it; such a file goes to a desk by a release only.
    `sha256` names the bytes in the store (bordercoop/files); `rendition_sha256` those of a picture
    without its metadata, "" where there is none. `number` counts the files of an incident. A purge
    withdraws it and takes name and description; `bytes_gone_at` says when the disk followed.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    incident = models.ForeignKey(
        Incident, on_delete=models.PROTECT, related_name="attachments", db_index=False
    )
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    side = models.CharField(max_length=2, choices=Side.choices)
    own = models.BooleanField()
    number = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=8)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    rendition_sha256 = models.CharField(max_length=64, blank=True)
    rendition_size = models.PositiveIntegerField(null=True)
    description = models.CharField(max_length=500, blank=True)
    evidence = models.BooleanField(default=False)
    audience = models.CharField(max_length=6, choices=Audience.choices)
    scan = models.CharField(max_length=14, choices=Scan.choices)
    finding = models.CharField(max_length=120, blank=True)
    scanned_at = models.DateTimeField(null=True)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )
    withdrawn_reason = models.CharField(max_length=500, blank=True)
    purge = models.ForeignKey(
        "incidents.Purge", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    bytes_gone_at = models.DateTimeField(null=True)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        constraints = [
            # A side that adds what the other one has must not learn of it.
            models.UniqueConstraint(
                fields=["incident", "side", "own", "sha256"],
                condition=Q(purge=None),
                name="same_bytes_are_one_file",
            ),
            models.UniqueConstraint(
                fields=["incident", "side", "number"], name="file_counted_once"
            ),
            models.CheckConstraint(
                name="withdrawn_file_has_a_reason",
                condition=Q(withdrawn_at=None) | ~Q(withdrawn_reason="") | Q(purge__isnull=False),
            ),
            models.CheckConstraint(
                name="only_a_purge_takes_bytes_away",
                condition=Q(bytes_gone_at=None) | Q(purge__isnull=False),
            ),
            models.CheckConstraint(
                name="files_of_the_owner_go_by_release_only",
                condition=Q(own=False) | Q(audience=Audience.OWN),
            ),
            models.CheckConstraint(
                name="file_is_named_by_its_sum", condition=Q(sha256__regex=r"^[0-9a-f]{64}$")
            ),
        ]
        indexes = [
            models.Index(
                fields=["scan"],
                name="attachment_infected",
                condition=Q(scan="infected", withdrawn_at=None),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="file_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="file_never_changes",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func=f"""
                IF ROW({KEPT}) IS DISTINCT FROM ROW({KEPT.replace("NEW.", "OLD.")}) THEN
                    RAISE EXCEPTION 'file_never_changes: attach another one'
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
            blanked_by_a_purge_alone(
                "file_ends_by_a_purge",
                columns=["name", "description"],
                blank="NEW.name = '' AND NEW.description = '' AND NEW.withdrawn_reason = ''"
                " AND NEW.withdrawn_at IS NOT NULL",
                incident="NEW.incident_id",
                side="NEW.side",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} {self.side} {self.number} {self.name}"

    @property
    def ref(self) -> str:
        return f"file:{self.uid}"

    @property
    def blocked(self) -> bool:
        """Whether nobody may have it: infected, or not known yet."""
        return self.scan in (Scan.INFECTED, Scan.WAITING)


class AttachmentCopy(models.Model):
    """A desk was given a file by a release: the picture without metadata, or the `original`."""

    attachment = models.ForeignKey(
        Attachment, on_delete=models.PROTECT, related_name="copies", db_index=False
    )
    desk = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="files")
    original = models.BooleanField()
    at = models.DateTimeField(default=now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["attachment", "desk"], name="desk_is_given_a_file_once")
        ]
        triggers = [
            pgtrigger.Trigger(
                name="file_never_released",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                # A file goes where a copy of its incident lies, and never with what stays at home.
                func="""
                IF EXISTS (SELECT 1 FROM incidents_attachment a
                           JOIN incidents_incident i ON i.id = a.incident_id
                           JOIN reference_term t ON t.id = i.category_id
                           JOIN contactpoints_unit u ON u.id = NEW.desk_id
                           WHERE a.id = NEW.attachment_id AND (
                               (u.side <> i.side AND t.code ~ '^(ASY|SIR)(-|$)')
                               OR NOT EXISTS (SELECT 1 FROM incidents_share s
                                              WHERE s.incident_id = i.id
                                                AND s.unit_id = NEW.desk_id))) THEN
                    RAISE EXCEPTION 'file_never_released: the desk may not hold this file'
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            )
        ]

    def __str__(self) -> str:
        return f"{self.attachment_id} at {self.desk_id}"


class CustodyQuerySet(models.QuerySet["CustodyEntry"]):
    def visible_to(self, user: Any, share: Share) -> "CustodyQuerySet":
        """What a reader of `share` knows of the hands a file was in: the owner all of its side's
        log, a desk that was told its own lines and that it was given the file."""
        if share.own:
            return self.filter(unit__side=user.side).order_by("pk")
        return self.filter(Q(unit=share.unit_id) | Q(desk=share.unit_id)).order_by("pk")


class CustodyEntry(models.Model):
    """One line of a file's custody log: what happened to it, in whose hands it is. Append-only."""

    class Deed(models.TextChoices):
        RECEIVED = "received", pgettext_lazy("custody", "Received")
        HANDED_OVER = "handed_over", pgettext_lazy("custody", "Handed over")
        RELEASED = "released", pgettext_lazy("custody", "Released")
        WITHDRAWN = "withdrawn", pgettext_lazy("custody", "Withdrawn")

    attachment = models.ForeignKey(Attachment, on_delete=models.PROTECT, related_name="custody")
    deed = models.CharField(max_length=12, choices=Deed.choices)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    desk = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    to = models.CharField(max_length=200, blank=True)
    purpose = models.CharField(max_length=500, blank=True)
    sha256 = models.CharField(max_length=64)
    client_ref = models.UUIDField(default=uuid.uuid4)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = CustodyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["attachment", "client_ref"], name="hand_over_written_once"
            ),
            models.CheckConstraint(
                name="hand_over_names_receiver_and_purpose",
                condition=~Q(deed="handed_over") | (~Q(to="") & ~Q(purpose="")),
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="custody_is_append_only", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return f"{self.attachment_id} {self.deed} {self.at}"
