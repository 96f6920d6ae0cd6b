"""The scales and the matrix, in versions that both sides agree on."""

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

from bordercoop.reference.models import utc_today
from bordercoop.reference.sides import Side


class MatrixState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("risk matrix", "Draft")
    PROPOSED = "proposed", pgettext_lazy("risk matrix", "Put to both sides")
    AGREED = "agreed", pgettext_lazy("risk matrix", "Agreed")
    IN_FORCE = "in_force", pgettext_lazy("risk matrix", "In force")
    SUPERSEDED = "superseded", pgettext_lazy("risk matrix", "Superseded")
    WITHDRAWN = "withdrawn", pgettext_lazy("risk matrix", "Withdrawn")


MATRIX_MOVES = [
    ("draft", "proposed"),
    ("draft", "withdrawn"),
    ("proposed", "agreed"),
    ("proposed", "withdrawn"),
    ("agreed", "in_force"),
    ("agreed", "withdrawn"),
    ("in_force", "superseded"),
]
CHANGEABLE = (MatrixState.DRAFT, MatrixState.PROPOSED)


class MatrixVersions(models.QuerySet["MatrixVersion"]):
    def readable_by(self, side: str) -> Self:
        """Everything but what the other side has drafted and never put to both."""
        return self.filter(Q(shown_at__isnull=False) | Q(side=side))

    def in_force(self) -> Self:
        """The one by which both sides assess now."""
        return self.filter(state=MatrixState.IN_FORCE)

    def prepared(self) -> Self:
        """Those on the way to both approvals."""
        return self.filter(state__in=(*CHANGEABLE, MatrixState.AGREED))

    def due(self) -> Self:
        """Agreed ones whose day has begun in UTC."""
        return self.filter(state=MatrixState.AGREED, effective_on__lte=utc_today())


class MatrixVersion(models.Model):
    """One version of the scales. `content` is what `scales.cleaned` lets through.

    `number` comes when it is put to both sides, so that no gap betrays a draft. Both approve one
    revision by the sum of its content and day; nothing of it changes once it is agreed. `side`
    prepares it; "" came with the portal and holds until the sides agree on another one, `writers`
    are those who wrote any of it and never approve it.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.PositiveIntegerField(null=True, unique=True)
    state = models.CharField(max_length=10, choices=MatrixState.choices, default=MatrixState.DRAFT)
    content = models.JSONField()
    sha256 = models.CharField(max_length=64)
    revision = models.PositiveIntegerField(default=1)
    note = models.CharField(max_length=500, blank=True)
    source = models.CharField(max_length=500, blank=True)
    verified = models.BooleanField(default=False)
    side = models.CharField(max_length=2, choices=Side.choices, blank=True)
    writers = ArrayField(models.BigIntegerField(), default=list)
    client_ref = models.UUIDField(default=uuid.uuid4)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )
    at = models.DateTimeField(default=now)
    shown_at = models.DateTimeField(null=True)
    # A day in UTC: it holds from 00:00 UTC, or from the second approval where that comes later.
    effective_on = models.DateField(null=True)
    in_force_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=500, blank=True)

    objects = MatrixVersions.as_manager()

    class Meta:
        ordering = [models.F("number").desc(nulls_first=True), "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["by", "client_ref"], name="matrix_drafted_once"),
            models.UniqueConstraint(
                fields=["state"], condition=Q(state="in_force"), name="one_matrix_holds"
            ),
            models.UniqueConstraint(
                fields=["side"], condition=Q(state="draft"), name="a_side_drafts_one_matrix"
            ),
            models.CheckConstraint(
                name="matrix_is_named_by_its_sum", condition=Q(sha256__regex=r"^[0-9a-f]{64}$")
            ),
            models.CheckConstraint(
                name="a_matrix_has_its_number_once_it_was_shown",
                condition=Q(shown_at=None, number=None)
                | Q(shown_at__isnull=False, number__isnull=False),
            ),
            models.CheckConstraint(
                name="what_is_no_draft_of_a_matrix_was_shown",
                condition=Q(state__in=["draft", "withdrawn"]) | Q(shown_at__isnull=False),
            ),
            models.CheckConstraint(
                name="an_agreed_matrix_has_its_day",
                condition=Q(state__in=["draft", "proposed", "withdrawn"])
                | Q(effective_on__isnull=False),
            ),
            models.CheckConstraint(
                name="a_matrix_that_holds_has_its_time",
                condition=~Q(state__in=["in_force", "superseded"]) | Q(in_force_at__isnull=False),
            ),
            models.CheckConstraint(
                name="a_withdrawn_matrix_has_a_reason",
                condition=~Q(state="withdrawn") | ~Q(reason=""),
            ),
        ]
        triggers = [
            pgtrigger.FSM(name="matrix_moves", field="state", transitions=MATRIX_MOVES),
            pgtrigger.Protect(name="matrix_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="a_matrix_stays_whose_it_is", fields=["uid", "side", "client_ref", "by", "at"]
            ),
            pgtrigger.Trigger(
                name="an_agreed_matrix_never_changes",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition(
                    "OLD.state NOT IN ('draft', 'proposed') AND (OLD.content, OLD.sha256, "
                    "OLD.number, OLD.revision, OLD.effective_on) IS DISTINCT FROM (NEW.content, "
                    "NEW.sha256, NEW.number, NEW.revision, NEW.effective_on)"
                ),
                func="""
                RAISE EXCEPTION 'an_agreed_matrix_never_changes: write a new version'
                    USING ERRCODE = 'check_violation';
                """,
            ),
            pgtrigger.Trigger(
                name="every_change_of_a_matrix_is_counted",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition(
                    "NEW.revision <= OLD.revision AND (OLD.content, OLD.sha256, OLD.effective_on) "
                    "IS DISTINCT FROM (NEW.content, NEW.sha256, NEW.effective_on)"
                ),
                func="""
                RAISE EXCEPTION 'every_change_of_a_matrix_is_counted'
                    USING ERRCODE = 'check_violation';
                """,
            ),
            pgtrigger.Trigger(
                name="who_wrote_of_a_matrix_stays_its_writer",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition("NOT NEW.writers @> OLD.writers"),
                func="""
                RAISE EXCEPTION 'who_wrote_of_a_matrix_stays_its_writer'
                    USING ERRCODE = 'check_violation';
                """,
            ),
            # What came with the portal holds without them: nobody could assess otherwise.
            pgtrigger.Trigger(
                name="both_sides_approve_the_same_matrix",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition(
                    "NEW.state IN ('agreed', 'in_force') AND NOT (NEW.side = '' AND NEW.number = 1)"
                ),
                func="""
                IF (SELECT count(DISTINCT a.side) FROM public.riskanalysis_matrixapproval a
                    WHERE a.version_id = NEW.id AND a.sha256 = NEW.sha256
                      AND a.revision = NEW.revision) < 2 THEN
                    RAISE EXCEPTION 'both_sides_approve_the_same_matrix: % %', NEW.id, NEW.sha256
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"matrix {self.number or self.uid}"

    @property
    def ref(self) -> str:
        return f"matrix:{self.uid}"

    @property
    def shipped(self) -> bool:
        """Whether it came with the portal and was agreed by nobody there."""
        return self.side == ""


class MatrixApproval(models.Model):
    """A side approved the revision with this sum. Append-only; void once there is another one."""

    version = models.ForeignKey(MatrixVersion, on_delete=models.PROTECT, related_name="approvals")
    side = models.CharField(max_length=2, choices=Side.choices)
    sha256 = models.CharField(max_length=64)
    revision = models.PositiveIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=now)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "side", "revision"], name="a_side_approves_a_matrix_once"
            ),
            models.CheckConstraint(
                name="the_two_sides_approve_a_matrix", condition=Q(side__in=["LV", "BY"])
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="approval_of_a_matrix_is_kept", operation=pgtrigger.Update | pgtrigger.Delete
            ),
            pgtrigger.Trigger(
                name="an_approval_is_of_the_officer_and_the_matrix",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func="""
                IF NEW.side IS DISTINCT FROM (
                    SELECT side FROM public.access_user WHERE id = NEW.by_id
                ) OR NOT EXISTS (
                    SELECT 1 FROM public.riskanalysis_matrixversion v
                    WHERE v.id = NEW.version_id AND v.sha256 = NEW.sha256
                      AND v.revision = NEW.revision AND NOT NEW.by_id = ANY (v.writers)
                ) THEN
                    RAISE EXCEPTION 'an_approval_is_of_the_officer_and_the_matrix'
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version_id} {self.side}"


def matrix_in_force() -> MatrixVersion | None:
    """The version by which both sides assess now; None before the reference data is loaded."""
    rows: Any = MatrixVersion.objects.in_force()
    found: MatrixVersion | None = rows.first()
    return found
