"""Documents of an activity: agendas, lists, presentations."""

from __future__ import annotations

import uuid
from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.timezone import now

from bordercoop.reference.sides import Side
from contactpoints.access import SERVICES
from incidents.models import GIVEN, Scan

from .activities import Activity


class ActivityFiles(models.QuerySet["ActivityFile"]):
    def visible_to(self, user: Any) -> Self:
        """Of activities that `user` reads; of the other side's what no virus was found in."""
        given = Q(side=user.side) | Q(scan__in=GIVEN)
        return self.filter(given, activity__in=Activity.objects.visible_to(user))

    def standing(self) -> Self:
        return self.filter(removed_at=None)


class ActivityFile(models.Model):
    """A document beside an activity, for everybody who reads it. The other side gets a picture
    without its metadata. `removed_at` takes it from the page; the bytes are kept."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    activity = models.ForeignKey(
        Activity, on_delete=models.PROTECT, related_name="files", db_index=False
    )
    side = models.CharField(max_length=2, choices=Side.choices)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=8)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    rendition_sha256 = models.CharField(max_length=64, blank=True)
    rendition_size = models.PositiveIntegerField(null=True)
    scan = models.CharField(max_length=14, choices=Scan.choices)
    finding = models.CharField(max_length=120, blank=True)
    scanned_at = models.DateTimeField(null=True)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    removed_at = models.DateTimeField(null=True)

    objects = ActivityFiles.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["activity", "side", "sha256"],
                condition=Q(removed_at=None),
                name="same_bytes_once_an_activity",
            ),
            models.CheckConstraint(name="the_two_sides_add_files", condition=Q(side__in=SERVICES)),
            models.CheckConstraint(
                name="file_of_an_activity_is_named_by_its_sum",
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="file_of_an_activity_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="file_of_an_activity_never_changes",
                fields=[
                    "uid", "activity", "side", "name", "kind", "size", "sha256",
                    "rendition_sha256", "rendition_size", "by", "at",
                ],
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.activity_id} {self.name}"


def kept_files() -> models.QuerySet[ActivityFile]:
    """What the daily sweep of the store leaves alone (settings.FILE_KEEPERS)."""
    return ActivityFile.objects.all()
