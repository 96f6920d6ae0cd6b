"""Who runs, judges and watches an exercise."""

from __future__ import annotations

from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import pgettext_lazy

from .exercises import Exercise
from .injects import AHEAD_ONLY


class ExercisePart(models.TextChoices):
    DIRECTOR = "director", pgettext_lazy("exercise", "Director")
    EVALUATOR = "evaluator", pgettext_lazy("exercise", "Evaluator")
    OBSERVER = "observer", pgettext_lazy("exercise", "Observer")


class ExercisePeople(models.QuerySet["ExercisePerson"]):
    def standing(self) -> Self:
        return self.filter(removed_at=None)

    def of(self, user: Any, *parts: str) -> Self:
        rows = self.standing().filter(officer=user)
        return rows.filter(part__in=parts) if parts else rows


class ExercisePerson(models.Model):
    """An officer of either service has a part in an exercise; directors run it, evaluators judge
    it, observers note what they see. All of them read the scenario."""

    exercise = models.ForeignKey(Exercise, on_delete=models.PROTECT, related_name="people")
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    part = models.CharField(max_length=9, choices=ExercisePart.choices)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    removed_at = models.DateTimeField(null=True)

    objects = ExercisePeople.as_manager()

    class Meta:
        ordering = ["part", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["exercise", "officer"],
                condition=Q(removed_at=None),
                name="an_officer_has_one_part_in_an_exercise",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="part_in_an_exercise_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="people_of_an_exercise_are_named_before",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                func=AHEAD_ONLY.format(rule="people_of_an_exercise_are_named_before"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.exercise_id} {self.officer_id} {self.part}"
