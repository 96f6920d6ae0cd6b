"""What is put to both sides in versions and approved by them: yearly plans, papers of operations,
contingency plans. The rules stand as triggers beside each table."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.timezone import now

from bordercoop.reference.sides import Side


class PutVersion(models.Model):
    """A version as it was put. `said` is canonical JSON and `sha256` the sum of exactly these
    bytes. Since `signed_at` all approved it, and it stands; `voided_at`: it was changed before
    that."""

    number = models.PositiveSmallIntegerField()
    edition = models.PositiveIntegerField()
    said = models.TextField()
    sha256 = models.CharField(max_length=64)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    signed_at = models.DateTimeField(null=True)
    voided_at = models.DateTimeField(null=True)

    # By what name it has its approvals.
    GIVEN = "approvals"

    class Meta:
        abstract = True

    @property
    def content(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.said)
        return found

    @property
    def standing(self) -> list[Any]:
        """The approvals that stand, in the order in which they were given."""
        return [one for one in getattr(self, self.GIVEN).all() if one.voided_at is None]


class GivenForASide(models.Model):
    """An approver approved or signed a version for a side, by its sum. Voided when what it is of
    changes before all have."""

    side = models.CharField(max_length=2, choices=Side.choices)
    sha256 = models.CharField(max_length=64)
    # As they stood that day.
    name_latin = models.CharField(max_length=150)
    name_local = models.CharField(max_length=150, blank=True)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    voided_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True
