"""What an exercise is for, what was seen of it, and what it showed."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import pgettext_lazy

from bordercoop.access.models import Language
from contactpoints.models import Unit

from .exercises import Exercise
from .injects import AHEAD_ONLY, Inject

OVER_ONLY = """
IF (SELECT e.state FROM public.exercises_exercise e WHERE e.id = NEW.exercise_id)
   NOT IN ('running', 'paused', 'stopped') THEN
    RAISE EXCEPTION '{rule}' USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;
"""


class TiedKind(models.TextChoices):
    RECOMMENDATION = "recommendation", pgettext_lazy("objective", "Recommendation")
    PLAN = "plan", pgettext_lazy("objective", "Contingency plan")


class ExerciseObjectives(models.QuerySet["ExerciseObjective"]):
    def standing(self) -> Self:
        return self.filter(removed_at=None)


class ExerciseObjective(models.Model):
    """What the exercise is to show. `tied_kind` and `tied_ref` name the recommendation
    or plan that it tries, by its number; settings.TIED_THINGS says what it is called and where it
    is read."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    client_ref = models.UUIDField(default=uuid.uuid4)
    exercise = models.ForeignKey(Exercise, on_delete=models.PROTECT, related_name="objectives")
    text = models.CharField(max_length=300)
    language = models.CharField(max_length=2, choices=Language.choices)
    tied_kind = models.CharField(max_length=14, choices=TiedKind.choices, blank=True)
    tied_ref = models.CharField(max_length=60, blank=True)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    removed_at = models.DateTimeField(null=True)

    objects = ExerciseObjectives.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["by", "client_ref"], name="objective_added_once"),
            models.CheckConstraint(
                name="an_objective_is_tied_to_something_named",
                condition=Q(tied_kind="", tied_ref="") | ~Q(tied_kind="") & ~Q(tied_ref=""),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="objective_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="objectives_are_set_before",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                func=AHEAD_ONLY.format(rule="objectives_are_set_before"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.exercise_id}: {self.text}"


class Reached(models.TextChoices):
    FULLY = "fully", pgettext_lazy("objective", "Reached")
    PARTLY = "partly", pgettext_lazy("objective", "Partly reached")
    NOT = "not", pgettext_lazy("objective", "Not reached")
    NOT_TRIED = "not_tried", pgettext_lazy("objective", "Not tried")


class ObjectiveMark(models.Model):
    """What an evaluator says of an objective; said anew, it replaces what that one said before,
    until the exercise is reported."""

    objective = models.ForeignKey(ExerciseObjective, on_delete=models.PROTECT, related_name="marks")
    mark = models.CharField(max_length=9, choices=Reached.choices)
    words = models.CharField(max_length=1_000, blank=True)
    language = models.CharField(max_length=2, choices=Language.choices)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["objective", "by"], name="an_evaluator_marks_an_objective_once"
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="mark_of_an_objective_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="what_was_played_is_marked",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                func="""
                IF (SELECT e.state FROM public.exercises_exercise e
                    JOIN public.exercises_exerciseobjective o ON o.exercise_id = e.id
                    WHERE o.id = NEW.objective_id) NOT IN ('running', 'paused', 'stopped') THEN
                    RAISE EXCEPTION 'what_was_played_is_marked' USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.objective_id} {self.mark}"


class ExerciseNote(models.Model):
    """What somebody of the exercise saw, and when by its clock. Append-only."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    client_ref = models.UUIDField(default=uuid.uuid4)
    exercise = models.ForeignKey(Exercise, on_delete=models.PROTECT, related_name="notes")
    inject = models.ForeignKey(
        Inject, on_delete=models.PROTECT, null=True, related_name="notes", db_index=False
    )
    clock = models.DurationField(default=timedelta)
    text = models.CharField(max_length=1_000)
    language = models.CharField(max_length=2, choices=Language.choices)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["by", "client_ref"], name="exercise_noted_once"),
        ]
        triggers = [
            pgtrigger.Protect(
                name="note_of_an_exercise_is_kept", operation=pgtrigger.Update | pgtrigger.Delete
            ),
            pgtrigger.Trigger(
                name="what_is_played_is_noted",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func=OVER_ONLY.format(rule="what_is_played_is_noted"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.exercise_id} {self.clock}"

    @property
    def clock_s(self) -> float:
        """What the clock showed, in seconds."""
        return self.clock.total_seconds()


class StepTick(models.Model):
    """A desk did an expected step of an inject: number `step` of its `steps`, from 0; ticked by the
    desk, or by an evaluator who saw it. Append-only, the first one stands."""

    inject = models.ForeignKey(Inject, on_delete=models.PROTECT, related_name="ticks")
    desk = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    step = models.PositiveSmallIntegerField()
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    class Meta:
        ordering = ["step", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["inject", "desk", "step"], name="a_step_is_ticked_once_by_a_desk"
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="tick_of_a_step_is_kept", operation=pgtrigger.Update | pgtrigger.Delete
            ),
            pgtrigger.Trigger(
                name="a_step_is_of_an_inject_that_went_out",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func="""
                IF NOT EXISTS (
                    SELECT 1 FROM public.exercises_inject i
                    JOIN public.exercises_injectrelease r ON r.inject_id = i.id
                    JOIN public.contactpoints_unit u ON u.id = NEW.desk_id
                    WHERE i.id = NEW.inject_id AND r.alert_id IS NOT NULL
                      AND u.code = ANY (i.desks) AND NEW.step < cardinality(i.steps)) THEN
                    RAISE EXCEPTION 'a_step_is_of_an_inject_that_went_out'
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.inject_id} {self.desk_id} {self.step}"


class DebriefKind(models.TextChoices):
    WELL = "well", pgettext_lazy("debrief", "Went well")
    NOT_WELL = "not_well", pgettext_lazy("debrief", "Did not go well")
    LESSON = "lesson", pgettext_lazy("debrief", "Lesson")


class DebriefLine(models.Model):
    """One sentence of the hot debrief. A lesson may become a recommendation: its public id is what
    the register of recommendations refers to. Append-only."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    client_ref = models.UUIDField(default=uuid.uuid4)
    exercise = models.ForeignKey(Exercise, on_delete=models.PROTECT, related_name="debrief")
    kind = models.CharField(max_length=8, choices=DebriefKind.choices)
    text = models.CharField(max_length=500)
    language = models.CharField(max_length=2, choices=Language.choices)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["by", "client_ref"], name="debriefed_once"),
        ]
        triggers = [
            pgtrigger.Protect(
                name="debrief_is_kept", operation=pgtrigger.Update | pgtrigger.Delete
            ),
            pgtrigger.Trigger(
                name="what_was_played_is_debriefed",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func=OVER_ONLY.format(rule="what_was_played_is_debriefed"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.exercise_id} {self.kind}"
