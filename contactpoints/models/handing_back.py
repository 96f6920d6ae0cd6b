"""An alert that a desk had acknowledged and handed back."""

import uuid
from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.timezone import now


class HandBack(models.Model):
    """A desk cannot do what it had acknowledged or accepted, and says why. Written once.

    `turn` is the turn of the delivery that ended by it (`Delivery.wakes` as it was). The answer
    that stood until then is kept here with its persons, times and words. `said` keeps the standard
    phrases of which `reason` and `line` hold the English wording.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    delivery = models.ForeignKey(
        "contactpoints.Delivery", on_delete=models.PROTECT, related_name="hand_backs",
        db_index=False,
    )  # fmt: skip
    turn = models.PositiveSmallIntegerField()
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=500)
    acknowledged_at = models.DateTimeField()
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    line = models.CharField(max_length=500, blank=True)
    said = models.JSONField(null=True)
    phoned = models.CharField(max_length=80, blank=True)
    phoned_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["delivery", "turn"], name="an_acknowledgement_is_handed_back_once"
            ),
            models.CheckConstraint(name="handing_back_has_a_reason", condition=~Q(reason="")),
        ]
        triggers = [
            pgtrigger.Protect(
                name="handing_back_is_kept", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return f"{self.delivery_id} turn {self.turn}"

    @property
    def answered(self) -> dict[str, Any]:
        """The answer that it ended: what the delivery itself would say of it."""
        return {
            name: getattr(self, name)
            for name in (
                "acknowledged_at", "acknowledged_by", "line", "phoned", "accepted_at",
                "accepted_by",
            )
        }  # fmt: skip
