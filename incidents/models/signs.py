"""The register of border signs: what patrols saw at each, alone or together, and who repairs it.

A sign itself is a place of the common list (`reference.Place` of kind `sign`): its names and
position are facts of both sides. What is recorded here both sides read; each writes its own.
"""

import uuid
from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import pgettext_lazy

from bordercoop.reference.models import Place
from bordercoop.reference.sides import Side
from contactpoints.access import units_where
from contactpoints.models import Unit

from .incident import Incident
from .investigation import SERVICES


class Condition(models.TextChoices):
    """What state a sign is in. Source: the services' practice; see docs/signs.md."""

    GOOD = "good", pgettext_lazy("border sign", "Good")
    WORN = "worn", pgettext_lazy("border sign", "Worn")
    DAMAGED = "damaged", pgettext_lazy("border sign", "Damaged")
    MOVED = "moved", pgettext_lazy("border sign", "Moved")
    MISSING = "missing", pgettext_lazy("border sign", "Missing")


# What opens an incident.
BROKEN = (Condition.DAMAGED, Condition.MOVED, Condition.MISSING)


def today() -> Any:
    """The day in UTC, by which both sides count what is due."""
    return now().date()


class RegisterQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: Any) -> Self:
        """Everything of the register, for whoever reads incidents of either service."""
        reads = user.side in SERVICES and units_where(user, "view_incidents")
        return self if reads else self.none()


class SignInspection(models.Model):
    """What was seen at a sign at a time. Append-only. With a `line` both sides saw it together.

    `unit` recorded it and, where the sign was broken, owns the `incident` that this opened: an
    incident of its side until it is released, whose number nobody reads without a copy.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    client_ref = models.UUIDField(default=uuid.uuid4)
    sign = models.ForeignKey(
        Place, on_delete=models.PROTECT, related_name="inspections", db_index=False
    )
    line = models.ForeignKey(
        "incidents.LineInspection",
        on_delete=models.PROTECT,
        null=True,
        related_name="inspections",
    )
    side = models.CharField(max_length=2, choices=Side.choices)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    condition = models.CharField(max_length=8, choices=Condition.choices)
    seen = models.CharField(max_length=2_000, blank=True)
    language = models.CharField(max_length=2)
    incident = models.OneToOneField(
        Incident, on_delete=models.PROTECT, null=True, related_name="sign_inspection"
    )
    recorded_at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = RegisterQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["sign", "-at", "-id"], name="inspections_of_a_sign")]
        constraints = [
            models.UniqueConstraint(fields=["by", "client_ref"], name="inspection_recorded_once"),
            models.UniqueConstraint(
                fields=["line", "sign"],
                condition=Q(line__isnull=False),
                name="a_sign_is_inspected_once_on_a_line",
            ),
            models.CheckConstraint(
                name="inspection_side_is_a_service", condition=Q(side__in=SERVICES)
            ),
            models.CheckConstraint(
                name="sign_that_is_not_good_says_what",
                condition=Q(condition="good") | ~Q(seen=""),
            ),
            models.CheckConstraint(
                name="broken_sign_has_its_incident",
                condition=Q(condition__in=["good", "worn"], incident=None)
                | Q(condition__in=["damaged", "moved", "missing"], incident__isnull=False),
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="inspection_of_a_sign_is_append_only",
                operation=pgtrigger.Update | pgtrigger.Delete,
            ),
            pgtrigger.Trigger(
                name="an_inspection_is_of_a_sign_by_its_own_side",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func="""
                IF (SELECT kind FROM public.reference_place WHERE id = NEW.sign_id) <> 'sign' THEN
                    RAISE EXCEPTION 'only_border_signs_are_inspected: %', NEW.sign_id
                        USING ERRCODE = 'check_violation';
                END IF;
                IF NEW.side <> (SELECT side FROM public.contactpoints_unit WHERE id = NEW.unit_id)
                   OR NEW.side <> (SELECT side FROM public.access_user WHERE id = NEW.by_id)
                   OR NEW.side <> (SELECT side FROM public.incidents_incident
                                   WHERE id = NEW.incident_id) THEN
                    RAISE EXCEPTION 'an_inspection_is_of_its_own_side: %', NEW.side
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sign_id} {self.at:%Y-%m-%d} {self.condition}"

    @property
    def ref(self) -> str:
        return f"sign_inspection:{self.uid}"

    @property
    def broken(self) -> bool:
        return self.condition in BROKEN


class PhotoQuerySet(models.QuerySet["SignPhoto"]):
    def visible_to(self, user: Any) -> Self:
        """Photos of inspections that `user` reads."""
        return self.filter(inspection__in=SignInspection.objects.visible_to(user))


class SignPhoto(models.Model):
    """A picture of an inspection as both sides see it: its pixels written anew, without place,
    device or owner. `sha256` names its bytes in the store (bordercoop/files); `original_sha256`
    the file that came, which is not kept."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    inspection = models.ForeignKey(
        SignInspection, on_delete=models.PROTECT, related_name="photos", db_index=False
    )
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=8)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64, db_index=True)
    original_sha256 = models.CharField(max_length=64)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = PhotoQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["inspection", "number"], name="photo_of_a_sign_counted_once"
            ),
            models.UniqueConstraint(
                fields=["inspection", "original_sha256"], name="same_photo_once_an_inspection"
            ),
            models.CheckConstraint(
                name="photo_is_named_by_its_sum", condition=Q(sha256__regex=r"^[0-9a-f]{64}$")
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="photo_of_a_sign_is_append_only",
                operation=pgtrigger.Update | pgtrigger.Delete,
            )
        ]

    def __str__(self) -> str:
        return f"{self.inspection_id} {self.name}"


class Repairs(RegisterQuerySet):
    def overdue(self) -> Self:
        """Those that should have been done by yesterday, in UTC."""
        return self.filter(state="planned", due__lt=today())


class SignRepair(models.Model):
    """What a side mends at a sign, by when, and when it was done. Only that side changes it."""

    class State(models.TextChoices):
        PLANNED = "planned", pgettext_lazy("repair", "Planned")
        DONE = "done", pgettext_lazy("repair", "Done")
        DROPPED = "dropped", pgettext_lazy("repair", "Dropped")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    client_ref = models.UUIDField(default=uuid.uuid4)
    sign = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="repairs")
    inspection = models.ForeignKey(
        SignInspection,
        on_delete=models.PROTECT,
        null=True,
        related_name="repairs",
        db_index=False,
    )
    side = models.CharField(max_length=2, choices=Side.choices)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    what = models.CharField(max_length=500)
    language = models.CharField(max_length=2)
    due = models.DateField(null=True)
    state = models.CharField(max_length=7, choices=State.choices, default=State.PLANNED)
    done_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )

    objects = Repairs.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["by", "client_ref"], name="repair_planned_once"),
            models.CheckConstraint(name="repair_side_is_a_service", condition=Q(side__in=SERVICES)),
            models.CheckConstraint(
                name="done_repair_has_its_time",
                condition=Q(state="done", done_at__isnull=False)
                | (~Q(state="done") & Q(done_at=None)),
            ),
            models.CheckConstraint(
                name="dropping_a_repair_has_a_reason",
                condition=~Q(state="dropped") | ~Q(note=""),
            ),
        ]
        triggers = [
            pgtrigger.FSM(
                name="repair_moves",
                field="state",
                transitions=[("planned", "done"), ("planned", "dropped")],
            ),
            pgtrigger.Protect(name="repair_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="repair_stays_with_its_side",
                fields=["uid", "sign", "side", "unit", "what", "by", "at"],
            ),
            pgtrigger.Trigger(
                name="a_repair_is_of_its_own_side",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                func="""
                IF NEW.side <> (SELECT side FROM public.contactpoints_unit WHERE id = NEW.unit_id)
                   OR EXISTS (SELECT 1 FROM public.access_user a
                              WHERE a.id IN (NEW.by_id, NEW.ended_by_id) AND a.side <> NEW.side)
                THEN
                    RAISE EXCEPTION 'a_repair_is_of_its_own_side: %', NEW.side
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sign_id} {self.what}"

    @property
    def ref(self) -> str:
        return f"sign_repair:{self.uid}"

    @property
    def overdue(self) -> bool:
        return self.state == self.State.PLANNED and self.due is not None and self.due < today()
