"""The scenario: timed injects, and their release."""

from __future__ import annotations

import uuid
from typing import Self

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.timezone import now

from bordercoop.access.models import Language
from bordercoop.reference.models import ProcedureVersion
from contactpoints.models import Alert, Unit

from .exercises import Exercise

AHEAD_ONLY = """
IF (SELECT e.state FROM public.exercises_exercise e WHERE e.id = NEW.exercise_id)
   NOT IN ('draft', 'put') THEN
    RAISE EXCEPTION '{rule}' USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;
"""
LATEST_S, LONGEST_S, MOST_INJECTS = 7 * 24 * 3600, 24 * 3600, 1_000


class Injects(models.QuerySet["Inject"]):
    def standing(self) -> Self:
        return self.filter(removed_at=None)

    def desk_codes(self) -> set[str]:
        """The desks to which these go."""
        rows = self.annotate(code=models.Func(models.F("desks"), function="unnest"))
        return set(rows.order_by().values_list("code", flat=True).distinct())

    def waiting(self) -> Self:
        """Neither released nor skipped yet."""
        return self.standing().filter(skipped_at=None, release=None)


class Inject(models.Model):
    """One thing that the players are told, `offset_s` seconds after the exercise began.

    It goes to the desks with the codes `desks` as from `sender`. `headline` is in `language`;
    `headlines` holds it in others, by language. `acknowledge_s`: within how many seconds a desk is
    expected to acknowledge; `steps`: what it is expected to do, of `guideline` where one is named.
    `skipped_at`: a jump went past it; it may still be released by hand.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    client_ref = models.UUIDField(default=uuid.uuid4)
    exercise = models.ForeignKey(Exercise, on_delete=models.PROTECT, related_name="injects")
    number = models.PositiveSmallIntegerField()
    edition = models.PositiveIntegerField(default=1)
    offset_s = models.PositiveIntegerField()
    desks = ArrayField(models.CharField(max_length=40))
    sender = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    headline = models.CharField(max_length=200)
    language = models.CharField(max_length=2, choices=Language.choices)
    headlines = models.JSONField(default=dict)
    text = models.CharField(max_length=500, blank=True)
    severity = models.PositiveSmallIntegerField()
    category = models.CharField(max_length=40)
    place = models.CharField(max_length=40, blank=True)
    acknowledge_s = models.PositiveIntegerField(null=True)
    guideline = models.ForeignKey(
        ProcedureVersion, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    steps = ArrayField(models.CharField(max_length=200), default=list)
    skipped_at = models.DateTimeField(null=True)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    removed_at = models.DateTimeField(null=True)

    objects = Injects.as_manager()

    class Meta:
        ordering = ["offset_s", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["exercise", "number"], name="injects_of_an_exercise_are_numbered"
            ),
            models.UniqueConstraint(fields=["by", "client_ref"], name="inject_added_once"),
            models.CheckConstraint(name="an_inject_goes_to_desks", condition=Q(desks__len__gt=0)),
            models.CheckConstraint(
                name="an_inject_has_a_severity", condition=Q(severity__range=(1, 4))
            ),
            models.CheckConstraint(
                name="an_inject_is_within_a_week", condition=Q(offset_s__lte=LATEST_S)
            ),
            models.CheckConstraint(
                name="an_inject_is_acknowledged_in_time",
                condition=Q(acknowledge_s=None) | Q(acknowledge_s__gt=0),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="inject_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="an_inject_stays_of_its_exercise",
                fields=["uid", "client_ref", "exercise", "number", "by", "at"],
            ),
            pgtrigger.Trigger(
                name="a_scenario_is_written_before_it_is_played",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                # While it is played, an inject may be skipped and nothing else.
                func="""
                IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - 'skipped_at' = to_jsonb(OLD) - 'skipped_at'
                THEN
                    RETURN NEW;
                END IF;
                """
                + AHEAD_ONLY.format(rule="a_scenario_is_written_before_it_is_played"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.exercise_id}/{self.number}"

    @property
    def ref(self) -> str:
        return f"inject:{self.uid}"

    def headline_for(self, language: str) -> tuple[str, str]:
        """(headline, its language) for a reader."""
        known = self.headlines.get(language)
        return (known, language) if known else (self.headline, self.language)


class InjectRelease(models.Model):
    """An inject went out, once: at `due_at` by the clock, or by hand; as `alert`, or, where the
    portal refused it, with `failure`. Append-only."""

    inject = models.OneToOneField(Inject, on_delete=models.PROTECT, related_name="release")
    alert = models.OneToOneField(Alert, on_delete=models.PROTECT, null=True, related_name="+")
    due_at = models.DateTimeField()
    released_at = models.DateTimeField(default=now)
    failure = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+",
        db_index=False,
    )  # fmt: skip

    class Meta:
        ordering = ["released_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="a_released_inject_is_an_alert_or_says_why_not",
                condition=Q(alert__isnull=False, failure="") | Q(alert=None) & ~Q(failure=""),
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="release_of_an_inject_is_kept", operation=pgtrigger.Update | pgtrigger.Delete
            ),
            pgtrigger.Trigger(
                name="an_inject_goes_as_an_exercise",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func="""
                IF NEW.alert_id IS NOT NULL AND NOT EXISTS (
                    SELECT 1 FROM public.contactpoints_alert a
                    JOIN public.exercises_inject i ON i.id = NEW.inject_id
                    JOIN public.exercises_exercise e ON e.id = i.exercise_id
                    WHERE a.id = NEW.alert_id AND a.status = 'exercise'
                      AND a.about = 'exercise:' || e.uid) THEN
                    RAISE EXCEPTION 'an_inject_goes_as_an_exercise'
                        USING ERRCODE = 'check_violation';
                END IF;
                IF NOT EXISTS (
                    SELECT 1 FROM public.exercises_inject i
                    JOIN public.exercises_exercise e ON e.id = i.exercise_id
                    WHERE i.id = NEW.inject_id AND e.state = 'running'
                      AND i.removed_at IS NULL) THEN
                    RAISE EXCEPTION 'injects_go_out_while_an_exercise_runs'
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return str(self.inject_id)

    @property
    def late_s(self) -> float:
        """Seconds from when it was due to when it went."""
        return max((self.released_at - self.due_at).total_seconds(), 0.0)
