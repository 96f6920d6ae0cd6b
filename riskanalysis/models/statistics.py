"""What a statistical method found, kept for the pages that show it."""

import uuid

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.timezone import now


class Finding(models.Model):
    """A trend with its usual range, or hot spots, of what certain units hold in a week.

    Asked for by the first reader and computed by a process of its own. `scope` is the digest of
    who reads and of the filters (`indicators.Asked`); `inputs` is what was computed with and
    `digest` its SHA-256, so that a page sees whether the figures still stand.
    """

    class Kind(models.TextChoices):
        TREND = "trend"
        SPOTS = "spots"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=5, choices=Kind.choices)
    scope = models.CharField(max_length=64)
    week = models.DateField()
    units = ArrayField(models.IntegerField())
    filters = models.JSONField()
    asked_at = models.DateTimeField(default=now)
    made_at = models.DateTimeField(null=True)
    inputs = models.JSONField(null=True)
    digest = models.CharField(max_length=64, blank=True)
    result = models.JSONField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["scope", "kind", "week"], name="a_finding_is_made_once_for_whoever_reads"
            ),
            models.CheckConstraint(
                name="a_finding_has_its_inputs",
                condition=Q(made_at=None, result=None, inputs=None, digest="")
                | Q(made_at__isnull=False, result__isnull=False, inputs__isnull=False)
                & ~Q(digest=""),
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="a_finding_stays_with_its_scope",
                fields=["uid", "kind", "scope", "week", "units", "filters"],
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.week} {self.scope[:8]}"
