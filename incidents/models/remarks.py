"""What stands beside a report: notes, measures, and each side's closing part."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import pgettext_lazy

from bordercoop.reference.sides import Side
from contactpoints.models import Unit

from .incident import Incident
from .purging import blanked_by_a_purge_alone
from .words import Ground


class Audience(models.TextChoices):
    OWN = "own", pgettext_lazy("audience", "Own side only")
    SHARED = "shared", pgettext_lazy("audience", "Both sides")


class Remark(models.Model):
    """Something an officer added beside the report, for the own side or for all who hold it.

    A purge empties those for the own side. `said` keeps the standard phrase of which `text` holds
    the English wording (contactpoints.phrases).
    """

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="%(class)ss")
    side = models.CharField(max_length=2, choices=Side.choices)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    audience = models.CharField(max_length=6, choices=Audience.choices)
    text = models.TextField()
    said = models.JSONField(null=True)
    client_ref = models.UUIDField(default=uuid.uuid4)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    purge = models.ForeignKey(
        "incidents.Purge", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(fields=["by", "client_ref"], name="%(class)s_written_once")
        ]
        indexes = [
            # A month of the exchange.
            models.Index(fields=["at"], name="%(class)s_shared_at", condition=Q(audience="shared"))
        ]
        triggers = [
            blanked_by_a_purge_alone(
                "remark_ends_by_a_purge",
                columns=["text", "said"],
                blank="NEW.text = '' AND NEW.said IS NULL AND NEW.audience = 'own'",
                incident="NEW.incident_id",
                side="NEW.side",
            )
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} {self.side} {self.at}"


class Note(Remark):
    """An entry that an officer wrote into the timeline, perhaps in reply to another one."""

    reply_to = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )


class Measure(Remark):
    """What a side has done or will do, and when. `due_at` is null for a measure already taken."""

    done_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)


class Part(models.Model):
    """A side's part of an incident, which that side alone closes."""

    incident = models.ForeignKey(
        Incident, on_delete=models.PROTECT, related_name="parts", db_index=False
    )
    side = models.CharField(max_length=2, choices=Side.choices)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    ground = models.CharField(max_length=40, choices=Ground.choices, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["incident", "side"], name="one_part_per_side"),
            models.CheckConstraint(
                name="closed_part_has_a_ground", condition=Q(closed_at=None) | ~Q(ground="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} {self.side}"
