"""The two papers of a joint operation that both sides approve: its plan in eight parts and its
final evaluation report under eight headings."""

from __future__ import annotations

import uuid
from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import pgettext_lazy

from bordercoop.access.models import Language
from bordercoop.reference.sides import Side
from contactpoints.access import SERVICES
from training.models.put import GivenForASide, PutVersion

from .operations import JointOperation

# Nothing under a version that waits is changed: the verb voids it first.
UNDER_A_SIGNATURE = """
    IF EXISTS (SELECT 1 FROM public.joint_operations_operationversion v
               WHERE v.operation_id = NEW.operation_id AND v.paper = %s
                 AND v.signed_at IS NULL AND v.voided_at IS NULL) THEN
        RAISE EXCEPTION 'no_operation_changes_under_a_signature: void it first'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""


class Paper(models.TextChoices):
    PLAN = "plan", pgettext_lazy("operation", "Operational plan")
    REPORT = "report", pgettext_lazy("operation", "Final evaluation report")


class OperationResource(models.Model):
    """People or equipment that a side puts in, such as 12 officers of document control."""

    class Kind(models.TextChoices):
        OFFICERS = "officers", pgettext_lazy("resource", "Officers")
        EXPERTS = "experts", pgettext_lazy("resource", "Experts")
        DOGS = "dogs", pgettext_lazy("resource", "Dog teams")
        VEHICLES = "vehicles", pgettext_lazy("resource", "Vehicles")
        DEVICES = "devices", pgettext_lazy("resource", "Technical equipment")
        DRONES = "drones", pgettext_lazy("resource", "Unmanned aircraft")
        BOATS = "boats", pgettext_lazy("resource", "Boats")
        OTHER = "other", pgettext_lazy("resource", "Other")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    client_ref = models.UUIDField(default=uuid.uuid4)
    operation = models.ForeignKey(
        JointOperation, on_delete=models.PROTECT, related_name="resources"
    )
    side = models.CharField(max_length=2, choices=Side.choices)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    count = models.PositiveIntegerField()
    note = models.CharField(max_length=160, blank=True)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    removed_at = models.DateTimeField(null=True)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+",
        db_index=False,
    )  # fmt: skip

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["by", "client_ref"], name="resource_of_an_operation_added_once"
            ),
            models.CheckConstraint(
                name="a_resource_is_of_the_two_services", condition=Q(side__in=SERVICES)
            ),
            models.CheckConstraint(name="a_resource_is_counted", condition=Q(count__gt=0)),
        ]
        triggers = [
            pgtrigger.Protect(name="resource_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="a_resource_is_taken_out_and_nothing_else",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.removed_at IS NOT NULL OR (OLD.operation_id, OLD.side, OLD.kind,"
                    " OLD.count, OLD.note, OLD.at, OLD.by_id) IS DISTINCT FROM (NEW.operation_id,"
                    " NEW.side, NEW.kind, NEW.count, NEW.note, NEW.at, NEW.by_id)"
                ),
            ),
            pgtrigger.Trigger(
                name="no_resource_changes_under_a_signature",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                func=UNDER_A_SIGNATURE % "'plan'",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.operation_id} {self.side} {self.kind}"


class OperationText(models.Model):
    """What stands in one part of a paper: `section` is its code (oplan_sections.yaml). A text is
    owned by a side, which alone changes it, or with `owner` "" by both."""

    operation = models.ForeignKey(JointOperation, on_delete=models.PROTECT, related_name="texts")
    paper = models.CharField(max_length=6, choices=Paper.choices)
    section = models.CharField(max_length=20)
    owner = models.CharField(max_length=2, choices=Side.choices, blank=True)
    language = models.CharField(max_length=2, choices=Language.choices)
    text = models.CharField(max_length=12_000, blank=True)
    edition = models.PositiveIntegerField(default=1)
    at = models.DateTimeField(default=now)
    # Who wrote it last, None where the portal drafted it.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+",
        db_index=False,
    )  # fmt: skip
    # Whoever changed it, by id: none of them approves it.
    editors = ArrayField(models.BigIntegerField(), default=list)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["operation", "paper", "section", "owner"], name="one_text_of_each_owner"
            ),
            models.CheckConstraint(
                name="a_text_is_of_a_side_or_joint", condition=Q(owner__in=("", *SERVICES))
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="text_of_an_operation_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="a_text_of_an_operation_stays_whose_it_is",
                fields=["operation", "paper", "section", "owner"],
            ),
            pgtrigger.Trigger(
                name="no_text_changes_under_a_signature",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                func=UNDER_A_SIGNATURE % "NEW.paper",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.operation_id} {self.paper} {self.section} {self.owner}"


class OperationVersions(models.QuerySet["OperationVersion"]):
    def visible_to(self, user: Any) -> Self:
        return self.filter(operation__in=JointOperation.objects.visible_to(user))

    def open(self) -> Self:
        """Put to both, and not approved by both yet."""
        return self.filter(signed_at=None, voided_at=None)


class OperationVersion(PutVersion):
    """A paper as it was put to both sides.

    `said` is canonical JSON and `sha256` the sum of exactly these bytes. Since `signed_at` both
    sides have approved it, and it stands; `voided_at`: it was changed before that.
    """

    operation = models.ForeignKey(JointOperation, on_delete=models.PROTECT, related_name="versions")
    paper = models.CharField(max_length=6, choices=Paper.choices)

    objects = OperationVersions.as_manager()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["operation", "paper", "number"],
                name="versions_of_an_operation_are_numbered",
            ),
            models.UniqueConstraint(
                fields=["operation", "paper"],
                condition=Q(signed_at=None, voided_at=None),
                name="one_version_of_an_operation_waits",
            ),
            models.CheckConstraint(
                name="what_both_approved_of_an_operation_is_not_void",
                condition=Q(signed_at=None) | Q(voided_at=None),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="version_of_an_operation_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="a_version_of_an_operation_stays",
                fields=["operation", "paper", "number", "edition", "said", "sha256", "at", "by"],
            ),
            pgtrigger.Trigger(
                name="a_version_of_an_operation_is_named_by_its_sum",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                func="""
                IF NEW.sha256 <> encode(sha256(convert_to(NEW.said, 'UTF8')), 'hex') THEN
                    RAISE EXCEPTION 'a_version_of_an_operation_is_named_by_its_sum'
                        USING ERRCODE = 'check_violation';
                END IF;
                IF TG_OP = 'UPDATE' THEN
                    IF OLD.signed_at IS NOT NULL OR OLD.voided_at IS NOT NULL THEN
                        RAISE EXCEPTION 'what_both_approved_stands'
                            USING ERRCODE = 'check_violation';
                    END IF;
                END IF;
                IF NEW.signed_at IS NOT NULL AND
                   (SELECT count(*) FROM public.joint_operations_operationapproval s
                    WHERE s.version_id = NEW.id AND s.voided_at IS NULL
                      AND s.sha256 = NEW.sha256) <> 2 THEN
                    RAISE EXCEPTION 'both_sides_approve_an_operation'
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.operation_id} {self.paper} v{self.number}"


class OperationApproval(GivenForASide):
    """An approver approved the version with this sum for a side. Voided when the paper changes
    before both have approved."""

    version = models.ForeignKey(
        OperationVersion, on_delete=models.PROTECT, related_name="approvals"
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "side"],
                condition=Q(voided_at=None),
                name="a_side_approves_an_operation_once",
            ),
            models.CheckConstraint(
                name="the_two_sides_approve_operations", condition=Q(side__in=SERVICES)
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="approval_of_an_operation_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="an_approval_of_an_operation_stays",
                fields=["version", "side", "sha256", "name_latin", "name_local", "at", "by"],
            ),
            pgtrigger.Trigger(
                name="both_sides_approve_the_same_operation",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                func="""
                IF EXISTS (SELECT 1 FROM public.joint_operations_operationversion v
                           WHERE v.id = NEW.version_id
                             AND (v.sha256 <> NEW.sha256 OR v.signed_at IS NOT NULL
                                  OR TG_OP = 'INSERT' AND v.voided_at IS NOT NULL)) THEN
                    RAISE EXCEPTION 'both_sides_approve_the_same_operation'
                        USING ERRCODE = 'check_violation';
                END IF;
                IF NEW.side <> (SELECT u.side FROM public.access_user u WHERE u.id = NEW.by_id) THEN
                    RAISE EXCEPTION 'an_operation_is_approved_for_the_own_side'
                        USING ERRCODE = 'check_violation';
                END IF;
                IF TG_OP = 'INSERT' AND (
                    EXISTS (SELECT 1 FROM public.joint_operations_operationtext t
                            JOIN public.joint_operations_operationversion v ON v.id = NEW.version_id
                            WHERE t.operation_id = v.operation_id AND t.paper = v.paper
                              AND NEW.by_id = ANY (t.editors))
                ) THEN
                    RAISE EXCEPTION 'who_wrote_an_operation_does_not_approve_it'
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version_id} {self.side}"
