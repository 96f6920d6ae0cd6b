"""A joint operation: its number, its state, where and when it is (docs/joint-operations.md)."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any, Self
from zoneinfo import ZoneInfo

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField
from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import pgettext_lazy

from bordercoop.access.models import Language
from bordercoop.reference.sides import Side
from contactpoints.access import SERVICES, units_where
from contactpoints.models import Unit
from training.models import Activity


class OperationState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("operation", "Draft")
    PROPOSED = "proposed", pgettext_lazy("operation", "Proposed")
    APPROVED = "approved", pgettext_lazy("operation", "Approved")
    RUNNING = "running", pgettext_lazy("operation", "Running")
    ENDED = "ended", pgettext_lazy("operation", "Ended")
    EVALUATED = "evaluated", pgettext_lazy("operation", "Evaluated")
    CANCELLED = "cancelled", pgettext_lazy("operation", "Cancelled")


ROAD = ("draft", "proposed", "approved", "running", "ended", "evaluated")
# Before it began: its facts can be changed, and it can be given up.
AHEAD = ("draft", "proposed", "approved")
OPERATION_MOVES = [
    *pairwise(ROAD),
    # A change of what both sides approved.
    ("approved", "proposed"),
    *((state, "cancelled") for state in AHEAD),
]
# In these an approved daily report is corrected; later its figures are in what both approved.
CORRECTED_IN = ("running", "ended")
# In these an incident is tagged with it.
TAGGED_IN = ("approved", "running", "ended")
# In these officers are put on its shifts.
SHIFTS_IN = ("proposed", "approved", "running")
LONGEST = timedelta(days=366)


class JointOperations(models.QuerySet["JointOperation"]):
    def visible_to(self, user: Any) -> Self:
        """Everything of the own side for whoever reads activities there, and what was proposed to
        both."""
        if user.side not in SERVICES or not units_where(user, "view_activities"):
            return self.none()
        return self.filter(Q(side=user.side) | Q(proposed_at__isnull=False))

    def going_on(self) -> Self:
        """Neither evaluated nor given up."""
        return self.exclude(state__in=("evaluated", "cancelled"))

    def taggable(self) -> Self:
        return self.filter(state__in=TAGGED_IN)


class JointOperation(models.Model):
    """One joint operation, such as JOP-2026-00001.

    `unit` of the side that plans it coordinates it; the other side reads it since `proposed_at`.
    `period` holds UTC moments; `zone` is the IANA zone whose days its daily reports are of.
    `places` are codes of crossing points and airports, `sections` those of border sections.
    `edition` grows with every change of the plan, `report_edition` with every change of the final
    evaluation report: what both sides approve is bound to it.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.CharField(max_length=20, unique=True)
    client_ref = models.UUIDField(default=uuid.uuid4)
    side = models.CharField(max_length=2, choices=Side.choices)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(
        max_length=9, choices=OperationState.choices, default=OperationState.DRAFT
    )
    title = models.CharField(max_length=160)
    language = models.CharField(max_length=2, choices=Language.choices)
    zone = models.CharField(max_length=40)
    period = DateTimeRangeField()
    places = ArrayField(models.CharField(max_length=40), default=list)
    sections = ArrayField(models.CharField(max_length=10), default=list)
    activity = models.OneToOneField(
        Activity, on_delete=models.PROTECT, null=True, related_name="joint_operation"
    )
    proposed_at = models.DateTimeField(null=True)
    edition = models.PositiveIntegerField(default=1)
    report_edition = models.PositiveIntegerField(default=1)
    # Why it was cancelled.
    reason = models.CharField(max_length=500, blank=True)
    # Number and title as the search compares them, a space at both ends.
    words = models.TextField(blank=True, editable=False)
    # Whoever wrote the facts above, by id: none of them approves the plan.
    editors = ArrayField(models.BigIntegerField(), default=list)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    objects = JointOperations.as_manager()

    class Meta:
        ordering = ["-period", "-pk"]
        indexes = [
            GistIndex(fields=["period"], name="operations_by_period"),
            models.Index(fields=["state"], name="operations_by_state"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["by", "client_ref"], name="operation_begun_once"),
            models.CheckConstraint(
                name="an_operation_is_of_the_two_services", condition=Q(side__in=SERVICES)
            ),
            models.CheckConstraint(
                name="an_operation_takes_time",
                condition=Q(
                    period__isempty=False, period__lower_inf=False, period__upper_inf=False
                ),
            ),
            models.CheckConstraint(
                name="a_cancelled_operation_says_why",
                condition=~Q(state="cancelled") | ~Q(reason=""),
            ),
            models.CheckConstraint(
                name="more_than_a_draft_was_proposed",
                condition=Q(state__in=("draft", "cancelled")) | Q(proposed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="an_operation_has_an_area",
                condition=Q(state__in=("draft", "cancelled"))
                | ~Q(places__len=0)
                | ~Q(sections__len=0),
            ),
        ]
        triggers = [
            pgtrigger.FSM(name="operation_moves", field="state", transitions=OPERATION_MOVES),
            pgtrigger.Protect(name="operation_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="an_operation_stays_whose_it_is",
                fields=["uid", "number", "side", "client_ref", "by", "at"],
            ),
            pgtrigger.Protect(
                name="what_an_operation_counts_never_falls",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "NEW.edition < OLD.edition OR NEW.report_edition < OLD.report_edition"
                    " OR OLD.proposed_at IS NOT NULL"
                    " AND OLD.proposed_at IS DISTINCT FROM NEW.proposed_at"
                ),
            ),
            pgtrigger.Protect(
                name="facts_of_an_operation_change_with_its_edition",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "((OLD.title, OLD.zone, OLD.period, OLD.places, OLD.sections)"
                    " IS DISTINCT FROM (NEW.title, NEW.zone, NEW.period, NEW.places, NEW.sections)"
                    " AND (NEW.edition = OLD.edition"
                    " OR OLD.state NOT IN ('draft', 'proposed', 'approved')))"
                ),
            ),
            # Of this very edition, by both sides.
            pgtrigger.Trigger(
                name="an_operation_goes_on_as_both_approved",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition("NEW.state IN ('approved', 'evaluated')"),
                func="""
                IF NOT EXISTS (
                    SELECT 1 FROM public.joint_operations_operationversion v
                    WHERE v.operation_id = NEW.id AND v.signed_at IS NOT NULL
                      AND CASE NEW.state
                          WHEN 'approved' THEN v.paper = 'plan' AND v.edition = NEW.edition
                          ELSE v.paper = 'report' AND v.edition = NEW.report_edition END
                ) THEN
                    RAISE EXCEPTION 'an_operation_goes_on_as_both_approved'
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def ref(self) -> str:
        return f"joint_operation:{self.uid}"

    @property
    def starts_at(self) -> datetime:
        return self.period.lower

    @property
    def ends_at(self) -> datetime:
        return self.period.upper

    @property
    def first_day(self) -> date:
        return self.starts_at.astimezone(ZoneInfo(self.zone)).date()

    @property
    def last_day(self) -> date:
        """The last day of its zone in which any of it lies."""
        return (self.ends_at - timedelta(microseconds=1)).astimezone(ZoneInfo(self.zone)).date()

    def edition_of(self, paper: str) -> int:
        return self.edition if paper == "plan" else self.report_edition


class OperationSeries(models.Model):
    """The last number given in a year."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.year} {self.last}"


class OperationMove(models.Model):
    """An operation went from one state to the next: who, when, why. Append-only."""

    operation = models.ForeignKey(JointOperation, on_delete=models.PROTECT, related_name="moves")
    before = models.CharField(max_length=9, choices=OperationState.choices)
    after = models.CharField(max_length=9, choices=OperationState.choices)
    reason = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+",
        db_index=False,
    )  # fmt: skip

    class Meta:
        ordering = ["at", "pk"]
        triggers = [
            pgtrigger.Protect(
                name="move_of_an_operation_is_kept",
                operation=pgtrigger.Update | pgtrigger.Delete,
            )
        ]

    def __str__(self) -> str:
        return f"{self.operation_id} {self.before} {self.after}"
