"""The library of materials: files with versions, of which the old ones are kept."""

from __future__ import annotations

import uuid
from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.timezone import now

from bordercoop.access.models import Language
from bordercoop.reference.sides import Side
from contactpoints.access import SERVICES, units_where
from incidents.models import GIVEN, Scan

from .courses import Course


class Materials(models.QuerySet["Material"]):
    def visible_to(self, user: Any) -> Self:
        """The own side's for whoever reads activities, and what the other gives to both once no
        virus was found in a version of it."""
        if user.side not in SERVICES or not units_where(user, "view_activities"):
            return self.none()
        given = MaterialVersion.objects.filter(scan__in=GIVEN).values("material")
        return self.filter(Q(side=user.side) | Q(joint=True, removed_at=None, pk__in=given))

    def standing(self) -> Self:
        return self.filter(removed_at=None)


class Material(models.Model):
    """A material of a side; with `joint` both sides read it. `removed_at` takes it from the
    library; its versions are kept."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    client_ref = models.UUIDField(default=uuid.uuid4)
    side = models.CharField(max_length=2, choices=Side.choices)
    joint = models.BooleanField(default=True)
    title = models.CharField(max_length=160)
    language = models.CharField(max_length=2, choices=Language.choices)
    topics = ArrayField(models.CharField(max_length=40), default=list)
    course = models.ForeignKey(
        Course, on_delete=models.PROTECT, null=True, related_name="materials"
    )
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    removed_at = models.DateTimeField(null=True)

    objects = Materials.as_manager()

    class Meta:
        ordering = ["title", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["by", "client_ref"], name="material_added_once"),
            models.CheckConstraint(
                name="the_two_sides_add_materials", condition=Q(side__in=SERVICES)
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="a_material_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="a_material_stays_whose_it_is",
                fields=["uid", "side", "client_ref", "by", "at"],
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def ref(self) -> str:
        return f"material:{self.uid}"


class MaterialVersions(models.QuerySet["MaterialVersion"]):
    def visible_to(self, user: Any) -> Self:
        given = Q(material__side=user.side) | Q(scan__in=GIVEN)
        return self.filter(given, material__in=Material.objects.visible_to(user))


class MaterialVersion(models.Model):
    """A version of a material. The other side gets a picture without its metadata."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    material = models.ForeignKey(
        Material, on_delete=models.PROTECT, related_name="versions", db_index=False
    )
    number = models.PositiveIntegerField()
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

    objects = MaterialVersions.as_manager()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["material", "number"], name="material_counted_once"),
            models.CheckConstraint(
                name="version_of_a_material_is_named_by_its_sum",
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="version_of_a_material_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="version_of_a_material_never_changes",
                fields=[
                    "uid", "material", "number", "name", "kind", "size", "sha256",
                    "rendition_sha256", "rendition_size", "by", "at",
                ],
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.material_id} {self.number}"


def kept_materials() -> models.QuerySet[MaterialVersion]:
    """What the daily sweep of the store leaves alone (settings.FILE_KEEPERS)."""
    return MaterialVersion.objects.all()
