"""How an officer travels to an activity. docs/nominations.md says who reads what of it."""

from __future__ import annotations

from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import pgettext_lazy

from .people import Participation


class Transport(models.TextChoices):
    CAR = "car", pgettext_lazy("travel", "Service car")
    BUS = "bus", pgettext_lazy("travel", "Bus")
    TRAIN = "train", pgettext_lazy("travel", "Train")
    AIR = "air", pgettext_lazy("travel", "Aircraft")
    FOOT = "foot", pgettext_lazy("travel", "On foot over the crossing point")


class DocumentKind(models.TextChoices):
    """What is shown at the border. The number of it is nowhere in the portal."""

    PASSPORT = "passport", pgettext_lazy("travel", "Passport")
    SERVICE = "service", pgettext_lazy("travel", "Service or diplomatic passport")
    IDENTITY = "identity", pgettext_lazy("travel", "Identity card")


class Travels(models.QuerySet["Travel"]):
    def of_officer(self, user: Any) -> Self:
        return self.filter(participation__officer=user.pk)


class Travel(models.Model):
    """Travel and crossing-pass particulars of one participation, written over with every change.

    `blanked_at`: when the period of retention ended; from then on nothing is in it. Never in the
    audit trail, in lists, exports, letters or search.
    """

    participation = models.OneToOneField(
        Participation, on_delete=models.PROTECT, related_name="travel"
    )
    transport = models.CharField(max_length=8, choices=Transport.choices, blank=True)
    arrives_at = models.DateTimeField(null=True)
    departs_at = models.DateTimeField(null=True)
    pass_number = models.CharField(max_length=40, blank=True)
    document = models.CharField(max_length=8, choices=DocumentKind.choices, blank=True)
    remarks = models.CharField(max_length=500, blank=True)
    written_at = models.DateTimeField(default=now)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+",
        db_index=False,
    )  # fmt: skip
    blanked_at = models.DateTimeField(null=True)

    objects = Travels.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="who_arrives_departs_later",
                condition=Q(arrives_at=None)
                | Q(departs_at=None)
                | Q(departs_at__gt=models.F("arrives_at")),
            ),
            models.CheckConstraint(
                name="travel_that_was_purged_is_empty",
                condition=Q(blanked_at=None)
                | Q(
                    transport="",
                    arrives_at=None,
                    departs_at=None,
                    pass_number="",
                    document="",
                    remarks="",
                ),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="travel_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="purged_travel_stays_purged",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition("OLD.blanked_at IS NOT NULL"),
            ),
        ]

    def __str__(self) -> str:
        return f"travel of {self.participation_id}"
