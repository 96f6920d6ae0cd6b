"""Exercises, their clock, and their agreement by both sides (docs/exercises.md)."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.timezone import now
from django.utils.translation import pgettext_lazy

from bordercoop.access.models import Language
from bordercoop.reference.sides import Side
from contactpoints.access import SERVICES, units_where
from contactpoints.models import Unit
from incidents.models import Incident


class ExerciseKind(models.TextChoices):
    """Source: the project's description."""

    SEMINAR = "seminar", pgettext_lazy("exercise", "Seminar")
    TABLETOP = "tabletop", pgettext_lazy("exercise", "Tabletop exercise")
    DRILL = "drill", pgettext_lazy("exercise", "Drill")
    FUNCTIONAL = "functional", pgettext_lazy("exercise", "Functional exercise")
    FULL_SCALE = "full_scale", pgettext_lazy("exercise", "Full-scale exercise")


class ExerciseState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("exercise", "Draft")
    PUT = "put", pgettext_lazy("exercise", "Put to both sides")
    RUNNING = "running", pgettext_lazy("exercise", "Running")
    PAUSED = "paused", pgettext_lazy("exercise", "Paused")
    STOPPED = "stopped", pgettext_lazy("exercise", "Over")
    REPORTED = "reported", pgettext_lazy("exercise", "Reported")
    CANCELLED = "cancelled", pgettext_lazy("exercise", "Cancelled")


AHEAD = ("draft", "put")
PLAYED = ("running", "paused")
OVER = ("stopped", "reported")
# How the reason of a pause by the portal begins; the code of the desk follows.
REAL = "real_alert "
EXERCISE_MOVES = [
    ("draft", "put"),
    ("put", "running"),
    ("running", "paused"),
    ("paused", "running"),
    ("running", "stopped"),
    ("paused", "stopped"),
    ("stopped", "reported"),
    ("draft", "cancelled"),
    ("put", "cancelled"),
]


class Exercises(models.QuerySet["Exercise"]):
    def visible_to(self, user: Any) -> Self:
        """Everything of the own side for whoever reads activities there, and what was put to both
        sides. The scenario is for fewer eyes (`access.sees_scenario`)."""
        if user.side not in SERVICES or not units_where(user, "view_activities"):
            return self.none()
        return self.filter(Q(side=user.side) | Q(put_at__isnull=False))

    def played(self) -> Self:
        """Begun, and not over."""
        return self.filter(state__in=PLAYED)

    def agreed(self) -> Self:
        """With `agreed_lv` and `agreed_by`: whether that side agreed to what it says now."""
        return self.annotate(
            **{
                f"agreed_{side.lower()}": Exists(
                    ExerciseAgreement.objects.filter(
                        exercise=OuterRef("pk"),
                        side=side,
                        voided_at=None,
                        edition=OuterRef("edition"),
                    )
                )
                for side in SERVICES
            }
        )


class Exercise(models.Model):
    """One exercise of both sides, such as EXE-2026-00001.

    `place` and `category` are codes: the crossing point, and the unauthorised activity that is
    practised. `edition` grows with every change of what both sides agree to. Its clock: `played`
    up to when it last stood still, and `ticking_since` while it runs; both are here, so that a
    process which dies takes nothing of it along. `pauses_for_real`: an emergency alert that is no
    exercise, at a desk that plays, pauses it. `reason` says why it was paused or cancelled.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.CharField(max_length=20, unique=True)
    client_ref = models.UUIDField(default=uuid.uuid4)
    side = models.CharField(max_length=2, choices=Side.choices)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=ExerciseKind.choices)
    state = models.CharField(
        max_length=9, choices=ExerciseState.choices, default=ExerciseState.DRAFT
    )
    title = models.CharField(max_length=160)
    language = models.CharField(max_length=2, choices=Language.choices)
    purpose = models.CharField(max_length=4_000, blank=True)
    place = models.CharField(max_length=40)
    category = models.CharField(max_length=40)
    planned_at = models.DateTimeField()
    pauses_for_real = models.BooleanField(default=True)
    edition = models.PositiveIntegerField(default=1)
    put_at = models.DateTimeField(null=True)
    played = models.DurationField(default=timedelta)
    ticking_since = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=500, blank=True)
    # The exercise whose scenario it took, or the closed incident from whose replay it was made.
    copied_from = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    incident = models.ForeignKey(
        Incident, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    objects = Exercises.as_manager()

    class Meta:
        ordering = ["-planned_at", "-pk"]
        indexes = [
            models.Index(fields=["-planned_at"], name="exercises_by_day"),
            models.Index(
                fields=["id"], name="exercises_that_run", condition=Q(state__in=["running"])
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["by", "client_ref"], name="exercise_planned_once"),
            models.CheckConstraint(
                name="an_exercise_is_of_the_two_services", condition=Q(side__in=SERVICES)
            ),
            models.CheckConstraint(
                name="a_clock_ticks_while_an_exercise_runs",
                condition=Q(state="running", ticking_since__isnull=False)
                | ~Q(state="running") & Q(ticking_since=None),
            ),
            models.CheckConstraint(
                name="an_exercise_that_was_played_began",
                condition=~Q(state__in=["running", "paused", "stopped", "reported"])
                | Q(started_at__isnull=False),
            ),
            models.CheckConstraint(
                name="an_exercise_that_is_over_ended",
                condition=~Q(state__in=["stopped", "reported"]) | Q(stopped_at__isnull=False),
            ),
            models.CheckConstraint(
                name="an_exercise_given_up_says_why",
                condition=~Q(state="cancelled") | ~Q(reason=""),
            ),
        ]
        triggers = [
            pgtrigger.FSM(name="exercise_moves", field="state", transitions=EXERCISE_MOVES),
            pgtrigger.Protect(name="exercise_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="an_exercise_stays_whose_it_is",
                fields=["uid", "number", "side", "client_ref", "by", "at", "incident"],
            ),
            pgtrigger.Protect(
                name="a_scenario_is_taken_before_an_exercise_begins",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.copied_from_id IS DISTINCT FROM NEW.copied_from_id"
                    " AND OLD.state NOT IN ('draft', 'put')"
                ),
            ),
            pgtrigger.Protect(
                name="editions_of_an_exercise_never_fall",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition("NEW.edition < OLD.edition"),
            ),
            # The clock never goes back, so that what is past is not released again.
            pgtrigger.Protect(
                name="the_clock_of_an_exercise_never_goes_back",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition("NEW.played < OLD.played"),
            ),
            pgtrigger.Trigger(
                name="an_exercise_that_starts_is_agreed",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition("NEW.state = 'running'"),
                func="""
                IF (SELECT count(DISTINCT a.side) FROM public.exercises_exerciseagreement a
                    WHERE a.exercise_id = NEW.id AND a.voided_at IS NULL
                      AND a.edition = NEW.edition) < 2 THEN
                    RAISE EXCEPTION 'an_exercise_that_starts_is_agreed'
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
        return f"exercise:{self.uid}"

    def clock(self, at: datetime | None = None) -> timedelta:
        """What its clock shows."""
        if self.ticking_since is None:
            return self.played
        return self.played + max((at or now()) - self.ticking_since, timedelta())

    def due_at(self, offset_s: int) -> datetime | None:
        """When its clock reaches an offset, as long as it runs."""
        if self.ticking_since is None:
            return None
        return self.ticking_since + timedelta(seconds=offset_s) - self.played


class ExerciseSeries(models.Model):
    """The last number given in a year."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.year} {self.last}"


class ExerciseMove(models.Model):
    """An exercise went from one state to the next: who, when, why, and what its clock showed.
    Append-only; `by` is None where the portal paused it."""

    exercise = models.ForeignKey(Exercise, on_delete=models.PROTECT, related_name="moves")
    before = models.CharField(max_length=9, choices=ExerciseState.choices)
    after = models.CharField(max_length=9, choices=ExerciseState.choices)
    clock = models.DurationField(default=timedelta)
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
                name="move_of_an_exercise_is_kept", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return f"{self.exercise_id} {self.before} {self.after}"

    @property
    def clock_s(self) -> float:
        """What the clock showed, in seconds."""
        return self.clock.total_seconds()


class ExerciseAgreements(models.QuerySet["ExerciseAgreement"]):
    def standing(self) -> Self:
        """Those to what the exercise says now."""
        return self.filter(voided_at=None, edition=F("exercise__edition"))


class ExerciseAgreement(models.Model):
    """A side agrees to an exercise as it stands: `sha256` is over what it says in `edition`, with
    its people, objectives and scenario. A change of that voids it."""

    exercise = models.ForeignKey(Exercise, on_delete=models.PROTECT, related_name="agreements")
    side = models.CharField(max_length=2, choices=Side.choices)
    edition = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    voided_at = models.DateTimeField(null=True)

    objects = ExerciseAgreements.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["exercise", "side"],
                condition=Q(voided_at=None),
                name="a_side_agrees_to_an_exercise_once",
            ),
            models.CheckConstraint(
                name="the_two_sides_agree_to_exercises", condition=Q(side__in=SERVICES)
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="agreement_to_an_exercise_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="an_agreement_to_an_exercise_stays",
                fields=["exercise", "side", "edition", "sha256", "at", "by"],
            ),
            pgtrigger.Trigger(
                name="an_exercise_is_agreed_to_for_the_own_side",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func="""
                IF NEW.side <> (SELECT u.side FROM public.access_user u WHERE u.id = NEW.by_id) THEN
                    RAISE EXCEPTION 'an_exercise_is_agreed_to_for_the_own_side'
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.exercise_id} {self.side}"
