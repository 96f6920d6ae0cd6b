"""What the sides approve of a procedure: each revision of a version, and who approved it."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.timezone import now

from ..sides import Side
from .procedures import ProcedureVersion


class ProcedureRevision(models.Model):
    """What a version said after a change, and who changed it. Append-only."""

    version = models.ForeignKey(
        ProcedureVersion, on_delete=models.PROTECT, related_name="revisions", db_index=False
    )
    number = models.PositiveIntegerField()
    content = models.JSONField()
    sha256 = models.CharField(max_length=64)
    note = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    at = models.DateTimeField(default=now)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "number"], name="revision_of_a_version_counted_once"
            )
        ]
        triggers = [
            pgtrigger.Protect(
                name="revision_is_append_only", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return f"{self.version_id} {self.number}"


class ProcedureApproval(models.Model):
    """A side approved the revision with this sum. Append-only; void once there is another one."""

    version = models.ForeignKey(
        ProcedureVersion, on_delete=models.PROTECT, related_name="approvals"
    )
    side = models.CharField(max_length=2, choices=Side.choices)
    sha256 = models.CharField(max_length=64)
    revision = models.PositiveIntegerField(default=1)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    at = models.DateTimeField(default=now)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "side", "revision"], name="a_side_approves_a_text_once"
            ),
            models.CheckConstraint(
                name="the_two_sides_approve", condition=Q(side__in=["LV", "BY"])
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="approval_is_append_only", operation=pgtrigger.Update | pgtrigger.Delete
            ),
            pgtrigger.Trigger(
                name="an_approval_is_of_the_officer_and_the_text",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func="""
                IF NEW.side IS DISTINCT FROM (
                    SELECT side FROM public.access_user WHERE id = NEW.by_id
                ) THEN
                    RAISE EXCEPTION 'an_approval_is_of_the_officers_side'
                        USING ERRCODE = 'check_violation';
                END IF;
                IF NOT EXISTS (SELECT 1 FROM public.reference_procedureversion
                               WHERE id = NEW.version_id AND sha256 = NEW.sha256
                                 AND revision = NEW.revision) THEN
                    RAISE EXCEPTION 'an_approval_is_of_the_present_text'
                        USING ERRCODE = 'check_violation';
                END IF;
                IF NOT EXISTS (SELECT 1 FROM public.reference_procedurerevision
                               WHERE version_id = NEW.version_id AND number = NEW.revision
                                 AND sha256 = NEW.sha256) THEN
                    RAISE EXCEPTION 'an_approval_is_of_what_somebody_wrote'
                        USING ERRCODE = 'check_violation';
                END IF;
                IF EXISTS (SELECT 1 FROM public.reference_procedurerevision
                           WHERE version_id = NEW.version_id AND by_id = NEW.by_id) THEN
                    RAISE EXCEPTION 'nobody_approves_what_they_wrote'
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version_id} {self.side}"
