"""What an activity was worth, as those answer who took part, their heads and the coordinators."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import pgettext_lazy

from bordercoop.access.models import Language
from bordercoop.reference.sides import Side
from contactpoints.models import Unit

from .activities import Activity
from .people import Participation


class Asked(models.TextChoices):
    """Of whom it is asked. Source: Kirkpatrick's four levels (`evaluation_level`); who took part
    answers two of them at once."""

    TOOK_PART = "took_part", pgettext_lazy("evaluation", "Reaction and learning")
    BEHAVIOUR = "behaviour", pgettext_lazy("evaluation", "Behaviour")
    RESULTS = "results", pgettext_lazy("evaluation", "Results")


class Evaluation(models.Model):
    """One answer: `marks` by question, 1 to 5. Of who took part it holds `participation` while it
    may be changed; closing the evaluation takes that away for good, and nobody knows whose it was.
    """

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="evaluations")
    asked = models.CharField(max_length=9, choices=Asked.choices)
    side = models.CharField(max_length=2, choices=Side.choices)
    participation = models.OneToOneField(
        Participation, on_delete=models.PROTECT, null=True, related_name="+"
    )
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    marks = models.JSONField()
    words = models.CharField(max_length=2_000, blank=True)
    language = models.CharField(max_length=2, choices=Language.choices)
    at = models.DateTimeField(default=now)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["activity", "unit"],
                condition=Q(asked="behaviour"),
                name="a_unit_says_once_what_changed",
            ),
            models.UniqueConstraint(
                fields=["activity", "side"],
                condition=Q(asked="results"),
                name="a_side_says_once_what_came_of_it",
            ),
            models.CheckConstraint(
                name="a_unit_alone_says_what_changed",
                condition=Q(asked="behaviour", unit__isnull=False)
                | ~Q(asked="behaviour") & Q(unit=None),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="evaluation_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="an_evaluation_stays_of_whom_it_is",
                fields=["activity", "asked", "side", "unit"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.activity_id} {self.asked}"
