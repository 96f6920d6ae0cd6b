"""The sealed personal part of an incident: in tables of its own, which nothing else reads.

No relation leads from an incident to these rows, so that no list, search, share, export or printed
form comes upon them by following one.
"""

import uuid
from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.timezone import now
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from bordercoop.reference.models import Term
from bordercoop.reference.sides import Side
from contactpoints.access import units_where
from contactpoints.models import Unit

from .incident import Incident
from .purging import blanked_by_a_purge_alone
from .sharing import Share


class PersonRole(models.TextChoices):
    DETAINED = "detained", pgettext_lazy("person", "Detained")
    WITNESS = "witness", pgettext_lazy("person", "Witness")
    VICTIM = "victim", pgettext_lazy("person", "Victim")
    DRIVER = "driver", pgettext_lazy("person", "Driver")
    PASSENGER = "passenger", pgettext_lazy("person", "Passenger")
    OWNER = "owner", pgettext_lazy("person", "Owner of a vehicle or of goods")
    CONTACT = "contact", pgettext_lazy("person", "Contact person")
    OTHER = "other", pgettext_lazy("person", "Other")


class Sex(models.TextChoices):
    """As in ICAO Doc 9303."""

    FEMALE = "F", pgettext_lazy("sex", "Female")
    MALE = "M", pgettext_lazy("sex", "Male")
    UNSPECIFIED = "X", pgettext_lazy("sex", "Not specified")


class DocumentKind(models.TextChoices):
    PASSPORT = "passport", _("Passport")
    IDENTITY_CARD = "identity_card", _("Identity card")
    RESIDENCE_PERMIT = "residence_permit", _("Residence permit")
    DRIVING_LICENCE = "driving_licence", _("Driving licence")
    TRAVEL_DOCUMENT = "travel_document", _("Travel document")
    OTHER = "other", _("Another document")


class OpeningReason(models.TextChoices):
    """Why an officer opens the sealed part."""

    PROCEDURE = "procedure", _("Work on this incident")
    IDENTITY = "identity", _("Establishing who a person is")
    RESCUE = "rescue", _("Search, rescue or medical help")
    RELEASE = "release", _("Deciding about a release")
    CORRECTION = "correction", _("Adding or correcting")
    SUBJECT = "subject", _("Request of the person concerned")
    CONTROL = "control", _("Supervision or inspection")


class SealedPerson(models.Model):
    """A person (or a vehicle whose driver nobody knows) in the sealed part of an incident.

    What is known lies in its versions; `version` is the number of the present one.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1)
    client_ref = models.UUIDField(default=uuid.uuid4)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["by", "client_ref"], name="sealed_person_written_once")
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="sealed_person_stays_with_its_incident",
                fields=["uid", "incident", "client_ref", "at", "by"],
            ),
            pgtrigger.Protect(name="sealed_person_is_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return str(self.uid)


class SealedVersion(models.Model):
    """What was known of a person at one version. Never changed: a correction adds the next one.

    `content` has the keys of `sealed_content.FIELDS`; `reason` says why it was corrected. A purge
    leaves the row with neither.
    """

    person = models.ForeignKey(
        SealedPerson, on_delete=models.PROTECT, related_name="versions", db_index=False
    )
    number = models.PositiveIntegerField()
    content = models.JSONField()
    reason = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    purge = models.ForeignKey(
        "incidents.Purge", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "number"], name="sealed_version_counted_once"
            ),
            models.CheckConstraint(
                name="sealed_correction_says_why",
                condition=Q(number=1) | ~Q(reason="") | Q(purge__isnull=False),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="sealed_version_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="sealed_version_never_changes", fields=["person", "number", "at", "by"]
            ),
            blanked_by_a_purge_alone(
                "sealed_version_ends_by_a_purge",
                columns=["content", "reason"],
                blank="NEW.content = '{}'::jsonb AND NEW.reason = ''",
                incident="(SELECT p.incident_id FROM public.incidents_sealedperson p"
                " WHERE p.id = NEW.person_id)",
                side="(SELECT i.side FROM public.incidents_sealedperson p"
                " JOIN public.incidents_incident i ON i.id = p.incident_id"
                " WHERE p.id = NEW.person_id)",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} v{self.number}"


class SealedCopyQuerySet(models.QuerySet["SealedCopy"]):
    def about(self, incident: Incident) -> "SealedCopyQuerySet":
        return self.filter(incident=incident)

    def in_force(self) -> "SealedCopyQuerySet":
        """Neither recalled nor replaced, at a desk that still holds the incident itself."""
        held = Share.objects.filter(incident=OuterRef("incident"), unit=OuterRef("desk"), own=False)
        rows = self.filter(Exists(held), recalled_at=None, replaced_at=None, purge=None)
        # A category that became one of these later takes what was released to the own side along.
        return rows.exclude(incident__category__code__regex=r"^(ASY|SIR)(-|$)")

    def at_desks_of(self, user: Any) -> "SealedCopyQuerySet":
        return self.filter(desk_id__in=units_where(user, "open_sealed"))

    def visible_to(self, user: Any) -> "SealedCopyQuerySet":
        """Copies in force at desks where `user` may open sealed parts."""
        return self.in_force().at_desks_of(user)

    def to_acknowledge(self, user: Any) -> "SealedCopyQuerySet":
        """Recalled copies whose recall nobody at the desk has acknowledged yet."""
        return self.at_desks_of(user).filter(recalled_at__isnull=False, acknowledged_at=None)

    def leading(self, user: Any) -> "SealedCopyQuerySet":
        """What the record leads to: copies to open, and recalls to acknowledge."""
        return self.at_desks_of(user).filter(
            Q(recalled_at=None, replaced_at=None)
            | Q(recalled_at__isnull=False, acknowledged_at=None)
        )

    def whole(self) -> "SealedCopyQuerySet":
        return self.select_related(
            "desk", "by", "recalled_by", "acknowledged_by", "legal_basis", "incident"
        )


class SealedCopy(models.Model):
    """The decision that these fields of these people go to a desk, and what the desk reads.

    `people` is frozen: a list of {"uid", "version", "content"} with the released fields only. A
    later decision for the same desk replaces it, a recall ends it; the row itself is kept.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="+")
    desk = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    people = models.JSONField()
    fields = models.JSONField()
    legal_basis = models.ForeignKey(Term, on_delete=models.PROTECT, related_name="+")
    purpose = models.TextField()
    recipient = models.TextField()
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    replaced_at = models.DateTimeField(null=True)
    recalled_at = models.DateTimeField(null=True)
    recalled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    recall_reason = models.TextField(blank=True)
    # Recalled because a retention period ended; then there is no officer's reason.
    expired = models.BooleanField(default=False, db_default=False)
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    purge = models.ForeignKey(
        "incidents.Purge", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )

    objects = SealedCopyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "desk"],
                condition=Q(recalled_at=None, replaced_at=None),
                name="one_sealed_copy_in_force_for_each_desk",
            ),
            models.CheckConstraint(
                name="sealed_release_says_purpose_and_recipient",
                condition=(~Q(purpose="") & ~Q(recipient="")) | Q(purge__isnull=False),
            ),
            models.CheckConstraint(
                name="sealed_recall_says_why",
                condition=Q(recalled_at=None)
                | ~Q(recall_reason="")
                | Q(expired=True)
                | Q(purge__isnull=False),
            ),
            models.CheckConstraint(
                name="only_a_sealed_recall_is_acknowledged",
                condition=Q(acknowledged_at=None) | Q(recalled_at__isnull=False),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="sealed_never_released",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="""
                IF EXISTS (SELECT 1 FROM incidents_incident i
                           JOIN reference_term t ON t.id = i.category_id
                           WHERE i.id = NEW.incident_id AND t.code ~ '^(ASY|SIR)(-|$)') THEN
                    RAISE EXCEPTION 'sealed_never_released: this category stays with its unit'
                        USING ERRCODE = 'check_violation';
                END IF;
                IF NOT EXISTS (SELECT 1 FROM incidents_share s
                               WHERE s.incident_id = NEW.incident_id AND s.unit_id = NEW.desk_id
                                 AND NOT s.own) THEN
                    RAISE EXCEPTION 'sealed_after_the_incident: the desk does not hold it'
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
            pgtrigger.ReadOnly(
                name="sealed_copy_is_frozen",
                fields=["uid", "incident", "desk", "fields", "legal_basis", "at", "by"],
            ),
            blanked_by_a_purge_alone(
                "sealed_copy_ends_by_a_purge",
                columns=["people", "purpose", "recipient"],
                blank="NEW.people = '[]'::jsonb AND NEW.purpose = '' AND NEW.recipient = ''"
                " AND NEW.recall_reason = ''",
                incident="NEW.incident_id",
                side="(SELECT u.side FROM public.contactpoints_unit u WHERE u.id = NEW.desk_id)",
            ),
            pgtrigger.Protect(
                name="sealed_recall_stands",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__recalled_at__isnull=False)
                & pgtrigger.Q(old__recalled_at__df=pgtrigger.F("new__recalled_at")),
            ),
            pgtrigger.Protect(name="sealed_copy_is_kept", operation=pgtrigger.Delete),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.incident_id} sealed at {self.desk_id}"

    @property
    def why_recalled(self) -> str:
        """An officer's words, or that the period ended; "" while it stands."""
        if self.recalled_at is not None and (self.expired or self.purge_id is not None):
            return gettext("The period for which they may be kept has ended.")
        return self.recall_reason


class SealedReadingQuerySet(models.QuerySet["SealedReading"]):
    def of_side(self, side: str) -> "SealedReadingQuerySet":
        """What officers of a side have opened."""
        return self.filter(side=side)

    def of_what_others_opened(self, side: str) -> "SealedReadingQuerySet":
        """What the other side has opened of the side's own incidents."""
        return self.filter(incident__side=side).exclude(side=side)

    def whole(self) -> "SealedReadingQuerySet":
        return self.select_related("incident", "officer", "desk")


class SealedReading(models.Model):
    """An officer opened the sealed part of an incident, or a desk's copy of it, in one hour.

    `hour` is the full hour (UTC) it holds for; `count` how often the content was shown in it;
    `desk` null for the own part.
    """

    incident = models.ForeignKey(
        Incident, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    desk = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    side = models.CharField(max_length=2, choices=Side.choices)
    hour = models.DateTimeField()
    reason = models.CharField(max_length=12, choices=OpeningReason.choices)
    text = models.CharField(max_length=500)
    count = models.PositiveIntegerField(default=0)
    at = models.DateTimeField(default=now)
    last_at = models.DateTimeField(default=now)
    purge = models.ForeignKey(
        "incidents.Purge", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )

    objects = SealedReadingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "desk", "officer", "hour"],
                name="sealed_opened_once_an_hour",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="sealed_opening_says_why", condition=~Q(text="") | Q(purge__isnull=False)
            ),
        ]
        indexes = [models.Index(fields=["side", "-at", "-id"], name="sealed_readings_of_side")]
        triggers = [
            pgtrigger.ReadOnly(
                name="sealed_reading_stands",
                fields=["incident", "desk", "officer", "side", "hour", "reason", "at"],
            ),
            blanked_by_a_purge_alone(
                "sealed_reading_ends_by_a_purge",
                columns=["text"],
                blank="NEW.text = ''",
                incident="NEW.incident_id",
                side="NEW.side",
            ),
            pgtrigger.Protect(
                name="sealed_reading_only_grows",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(new__count__lt=pgtrigger.F("old__count")),
            ),
            pgtrigger.Protect(name="sealed_reading_is_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} by {self.officer_id} at {self.hour:%Y-%m-%d %H}"
