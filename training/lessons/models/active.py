"""What is done on an active contingency plan: its phases begin, its tasks are ticked
(docs/contingency-plans.md)."""

from __future__ import annotations

import uuid
from typing import Self

import pgtrigger
from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Q
from django.utils.timezone import now

from bordercoop.reference.sides import Side

from .contingency import ContingencyActivation


class ContingencyPhaseStart(models.Model):
    """A phase of an active plan began: who, when. The first begins with the activation.
    Append-only."""

    activation = models.ForeignKey(
        ContingencyActivation, on_delete=models.PROTECT, related_name="begun"
    )
    phase = models.CharField(max_length=12)
    side = models.CharField(max_length=2, choices=Side.choices)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["activation", "phase"], name="a_phase_begins_once")
        ]
        triggers = [
            pgtrigger.Protect(
                name="begin_of_a_phase_is_kept", operation=pgtrigger.Update | pgtrigger.Delete
            ),
            pgtrigger.Trigger(
                name="a_phase_of_an_active_plan_begins",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func="""
                IF NOT EXISTS (
                    SELECT 1 FROM public.lessons_contingencyactivation a
                    JOIN public.lessons_contingencyversion v ON v.id = a.version_id
                    WHERE a.id = NEW.activation_id AND a.stood_down_at IS NULL
                      AND v.said::jsonb -> 'phases'
                          @> jsonb_build_array(jsonb_build_object('code', NEW.phase))
                ) THEN
                    RAISE EXCEPTION 'a_phase_of_an_active_plan_begins: %', NEW.phase
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.activation_id} {self.phase}"


class ContingencyTicks(models.QuerySet["ContingencyTick"]):
    def standing(self) -> Self:
        """Not taken back."""
        return self.filter(taken_back_at=None)


class ContingencyTick(models.Model):
    """A task of an active plan is done: who, when, and what to say of it. It may be taken back
    once, with who, when and why; then the task is open again, and both are kept."""

    uid = models.UUIDField(default=uuid.uuid4, db_default=RandomUUID(), unique=True, editable=False)
    activation = models.ForeignKey(
        ContingencyActivation, on_delete=models.PROTECT, related_name="ticks"
    )
    task = models.CharField(max_length=12)
    note = models.CharField(max_length=500, blank=True)
    side = models.CharField(max_length=2, choices=Side.choices)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    taken_back_at = models.DateTimeField(null=True)
    taken_back_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+",
        db_index=False,
    )  # fmt: skip
    reason = models.CharField(max_length=500, blank=True, default="", db_default="")

    objects = ContingencyTicks.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["activation", "task"],
                condition=Q(taken_back_at=None),
                name="a_task_is_ticked_once",
            ),
            models.CheckConstraint(
                name="a_tick_taken_back_says_who_and_why",
                condition=Q(taken_back_at=None, taken_back_by=None, reason="")
                | Q(taken_back_at__isnull=False, taken_back_by__isnull=False) & ~Q(reason=""),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="contingency_tick_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="a_tick_is_only_taken_back",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.taken_back_at IS NOT NULL OR (OLD.uid, OLD.activation_id, OLD.task,"
                    " OLD.note, OLD.side, OLD.at, OLD.by_id) IS DISTINCT FROM (NEW.uid,"
                    " NEW.activation_id, NEW.task, NEW.note, NEW.side, NEW.at, NEW.by_id)"
                ),
            ),
            pgtrigger.Trigger(
                name="a_task_of_an_active_plan_is_ticked",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                func="""
                IF NOT EXISTS (
                    SELECT 1 FROM public.lessons_contingencyactivation a
                    JOIN public.lessons_contingencyversion v ON v.id = a.version_id
                    WHERE a.id = NEW.activation_id AND a.stood_down_at IS NULL
                      AND v.said::jsonb -> 'tasks'
                          @> jsonb_build_array(jsonb_build_object('code', NEW.task))
                ) THEN
                    RAISE EXCEPTION 'a_task_of_an_active_plan_is_ticked: %', NEW.task
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.activation_id} {self.task}"
