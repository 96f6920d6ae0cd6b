"""What happens in a joint operation: shifts, tagged incidents, the report of each day."""

from __future__ import annotations

import json
import uuid
from datetime import datetime, timedelta
from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.timezone import now

from bordercoop.access.models import Language
from bordercoop.reference.sides import Side
from contactpoints.access import SERVICES
from contactpoints.models import Booking
from incidents.models import Incident

from .operations import CORRECTED_IN, JointOperation


class OperationShifts(models.QuerySet["OperationShift"]):
    def standing(self) -> Self:
        return self.filter(cancelled_at=None)


class OperationShift(models.Model):
    """An officer of a side at a place of the operation for a time. The booking is what nobody else
    may overlap; its side alone sets and cancels it."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    client_ref = models.UUIDField(default=uuid.uuid4)
    operation = models.ForeignKey(JointOperation, on_delete=models.PROTECT, related_name="shifts")
    side = models.CharField(max_length=2, choices=Side.choices)
    booking = models.OneToOneField(
        Booking, on_delete=models.PROTECT, related_name="operation_shift"
    )
    # A code among the places or the sections of the operation.
    place = models.CharField(max_length=40)
    task = models.CharField(max_length=160, blank=True)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    cancelled_at = models.DateTimeField(null=True)

    objects = OperationShifts.as_manager()

    class Meta:
        ordering = ["booking__period", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["by", "client_ref"], name="shift_of_an_operation_set_once"
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="shift_of_an_operation_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="a_shift_of_an_operation_stays",
                fields=["uid", "client_ref", "operation", "side", "booking", "at", "by"],
            ),
            pgtrigger.Trigger(
                name="a_shift_lies_within_its_operation",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func="""
                IF NOT EXISTS (
                    SELECT 1 FROM public.joint_operations_jointoperation o,
                                  public.contactpoints_booking b
                    JOIN public.access_user u ON u.id = b.officer_id
                    WHERE o.id = NEW.operation_id AND b.id = NEW.booking_id
                      AND b.kind = 'deployment' AND u.side = NEW.side AND b.period <@ o.period
                ) THEN
                    RAISE EXCEPTION 'a_shift_lies_within_its_operation'
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.operation_id} {self.place} {self.booking_id}"

    @property
    def officer(self) -> Any:
        return self.booking.officer

    @property
    def starts_at(self) -> datetime:
        return self.booking.period.lower

    @property
    def ends_at(self) -> datetime:
        return self.booking.period.upper


class OperationTags(models.QuerySet["OperationTag"]):
    def standing(self) -> Self:
        return self.filter(removed_at=None)

    def visible_to(self, user: Any) -> Self:
        """Of the operations and of the incidents that `user` reads: a tag of the other side shows
        only on what it released."""
        return self.filter(
            operation__in=JointOperation.objects.visible_to(user),
            incident__in=Incident.objects.visible_to(user),
        )


class OperationTag(models.Model):
    """An incident belongs to an operation, as an officer of `side` says who reads it."""

    operation = models.ForeignKey(JointOperation, on_delete=models.PROTECT, related_name="tags")
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="+")
    side = models.CharField(max_length=2, choices=Side.choices)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    removed_at = models.DateTimeField(null=True)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+",
        db_index=False,
    )  # fmt: skip

    objects = OperationTags.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["operation", "incident"],
                condition=Q(removed_at=None),
                name="an_incident_is_tagged_with_an_operation_once",
            ),
            models.CheckConstraint(
                name="the_two_sides_tag_incidents", condition=Q(side__in=SERVICES)
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="tag_of_an_operation_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="a_tag_is_taken_away_and_nothing_else",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.removed_at IS NOT NULL OR (OLD.operation_id, OLD.incident_id, OLD.side,"
                    " OLD.at, OLD.by_id) IS DISTINCT FROM (NEW.operation_id, NEW.incident_id,"
                    " NEW.side, NEW.at, NEW.by_id)"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.operation_id} {self.incident_id}"


LATE_AFTER = timedelta(hours=24)


class OperationDays(models.QuerySet["OperationDay"]):
    def visible_to(self, user: Any) -> Self:
        """Those of the own side, and what the other side has approved: approving gives it. A
        correction that was not finished in time is left out: what was approved stands."""
        rows = self.filter(operation__in=JointOperation.objects.visible_to(user))
        rows = rows.exclude(
            Q(approved_at=None, number__gt=1) & ~Q(operation__state__in=CORRECTED_IN)
        )
        return rows.filter(Q(side=user.side) | Q(approved_at__isnull=False))

    def open(self) -> Self:
        return self.filter(approved_at=None)

    def given(self) -> Self:
        """What counts: of each side and day the last version that was approved."""
        rows = self.exclude(approved_at=None)
        later = OperationDay.objects.exclude(approved_at=None).filter(
            operation=OuterRef("operation"), side=OuterRef("side"), day=OuterRef("day"),
            number__gt=OuterRef("number"),
        )  # fmt: skip
        return rows.exclude(Exists(later))


class OperationDay(models.Model):
    """The report of a side on a day, 00:00 to 24:00 of the operation's zone.

    Until it is approved its figures are drawn anew by whoever reads it; approving writes them down
    in `said` (canonical JSON, `sha256` over these bytes) and gives it to both sides. `due_at` is
    the day's end and 24 hours.

    What was approved is corrected by a version of the next `number` with its `reason`, which is
    approved anew; the ones before stay readable.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    operation = models.ForeignKey(JointOperation, on_delete=models.PROTECT, related_name="days")
    side = models.CharField(max_length=2, choices=Side.choices)
    day = models.DateField()
    number = models.PositiveSmallIntegerField(default=1, db_default=1)
    reason = models.CharField(max_length=500, blank=True, default="", db_default="")
    due_at = models.DateTimeField()
    language = models.CharField(max_length=2, choices=Language.choices)
    text = models.CharField(max_length=8_000, blank=True)
    edition = models.PositiveIntegerField(default=1)
    editors = ArrayField(models.BigIntegerField(), default=list)
    drafted_at = models.DateTimeField(default=now)
    written_at = models.DateTimeField(null=True)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+",
        db_index=False,
    )  # fmt: skip
    said = models.TextField(blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    approved_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+",
        db_index=False,
    )  # fmt: skip

    objects = OperationDays.as_manager()

    class Meta:
        ordering = ["-day", "side", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["operation", "side", "day", "number"], name="one_report_of_a_side_and_day"
            ),
            models.UniqueConstraint(
                fields=["operation", "side", "day"],
                condition=Q(approved_at=None),
                name="one_version_of_a_day_is_open",
            ),
            models.CheckConstraint(
                name="a_corrected_day_says_why",
                condition=Q(number=1, reason="") | Q(number__gt=1) & ~Q(reason=""),
            ),
            models.CheckConstraint(
                name="the_two_sides_report_days", condition=Q(side__in=SERVICES)
            ),
            models.CheckConstraint(
                name="an_approved_day_has_words_and_a_sum",
                condition=Q(approved_at=None, approved_by=None, said="", sha256="")
                | Q(approved_at__isnull=False, approved_by__isnull=False)
                & ~Q(said="")
                & ~Q(sha256="")
                & ~Q(text=""),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="day_of_an_operation_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="a_day_stays_whose_it_is",
                fields=[
                    "uid",
                    "operation",
                    "side",
                    "day",
                    "number",
                    "reason",
                    "due_at",
                    "drafted_at",
                ],
            ),
            pgtrigger.Protect(
                name="an_approved_day_stands",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition("OLD.approved_at IS NOT NULL"),
            ),
            pgtrigger.Trigger(
                name="an_approved_day_is_corrected",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition("NEW.number > 1"),
                func="""
                IF NOT EXISTS (
                    SELECT 1 FROM public.joint_operations_operationday d
                    WHERE d.operation_id = NEW.operation_id AND d.side = NEW.side
                      AND d.day = NEW.day AND d.number = NEW.number - 1
                      AND d.approved_at IS NOT NULL
                ) THEN
                    RAISE EXCEPTION 'an_approved_day_is_corrected'
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
            pgtrigger.Trigger(
                name="a_day_is_over_before_it_is_approved",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition("NEW.approved_at IS NOT NULL"),
                func="""
                IF NEW.approved_at < (
                    SELECT (NEW.day + 1)::timestamp AT TIME ZONE o.zone
                    FROM public.joint_operations_jointoperation o WHERE o.id = NEW.operation_id
                ) THEN
                    RAISE EXCEPTION 'a_day_is_over_before_it_is_approved'
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
            pgtrigger.Trigger(
                name="who_wrote_a_day_does_not_approve_it",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition("NEW.approved_at IS NOT NULL"),
                func="""
                IF NEW.approved_by_id = ANY (NEW.editors)
                   OR NEW.sha256 <> encode(sha256(convert_to(NEW.said, 'UTF8')), 'hex') THEN
                    RAISE EXCEPTION 'who_wrote_a_day_does_not_approve_it'
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.operation_id} {self.side} {self.day}"

    @property
    def ref(self) -> str:
        return f"operation_day:{self.uid}"

    @property
    def late(self) -> bool:
        """Whether it was not given in time, or is not yet and should be. A correction has no day
        until which it is given."""
        return self.number == 1 and (self.approved_at or now()) > self.due_at

    @property
    def content(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.said) if self.said else {}
        return found
