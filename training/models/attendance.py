"""Who came to an activity, on which day (docs/attendance-and-certificates.md)."""

from __future__ import annotations

from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import pgettext_lazy

from .people import Participation


class How(models.TextChoices):
    LIST = "list", pgettext_lazy("attendance", "By the list")
    CODE = "code", pgettext_lazy("attendance", "By the code at the door")


class Marks(models.QuerySet["AttendanceMark"]):
    def visible_to(self, user: Any) -> Self:
        return self.filter(participation__in=Participation.objects.visible_to(user))

    def standing(self) -> Self:
        return self.filter(superseded_at=None)

    def came(self) -> Self:
        return self.standing().filter(present=True)


class AttendanceMark(models.Model):
    """A participant was or was not there on a day of the place. A correction is a row of its own:
    what it corrects is kept with `superseded_at`. A purge takes away who marked it, and how."""

    participation = models.ForeignKey(
        Participation, on_delete=models.PROTECT, related_name="marks", db_index=False
    )
    day = models.DateField()
    present = models.BooleanField()
    how = models.CharField(max_length=4, choices=How.choices, blank=True)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+",
        db_index=False,
    )  # fmt: skip
    superseded_at = models.DateTimeField(null=True)

    objects = Marks.as_manager()

    class Meta:
        ordering = ["day", "at", "pk"]
        indexes = [models.Index(fields=["participation", "day"], name="marks_of_a_participation")]
        constraints = [
            models.UniqueConstraint(
                fields=["participation", "day"],
                condition=Q(superseded_at=None),
                name="a_day_is_marked_once",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="attendance_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="a_mark_is_superseded_and_nothing_else",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.superseded_at IS NOT NULL AND OLD.superseded_at IS DISTINCT FROM"
                    " NEW.superseded_at OR (NEW.by_id IS NOT NULL AND OLD.by_id IS DISTINCT FROM"
                    " NEW.by_id) OR (NEW.how <> '' AND OLD.how <> NEW.how) OR"
                    " (OLD.participation_id, OLD.day, OLD.present, OLD.at) IS DISTINCT FROM"
                    " (NEW.participation_id, NEW.day, NEW.present, NEW.at)"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.participation_id} {self.day} {self.present}"
