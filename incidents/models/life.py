"""What was decided about a report, and how far it is to be believed. Kept for ever."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import pgettext_lazy

from bordercoop.reference.sides import Side

from .incident import Incident
from .words import Ground, State


class Impact(models.TextChoices):
    """Impact levels of Regulation (EU) 2019/1896, Article 34(1) and (2)."""

    LOW = "low", pgettext_lazy("impact", "Low")
    MEDIUM = "medium", pgettext_lazy("impact", "Medium")
    HIGH = "high", pgettext_lazy("impact", "High")
    CRITICAL = "critical", pgettext_lazy("impact", "Critical")


class Scale(models.TextChoices):
    """In which words source and information are graded; the letters mean different things."""

    FOUR = "4x4", pgettext_lazy("scale", "4x4 (Europol)")
    SIX = "6x6", pgettext_lazy("scale", "6x6 (Admiralty)")


class Validation(models.TextChoices):
    """How far the report itself was checked."""

    UNVERIFIED = "unverified", pgettext_lazy("validation status", "Unverified")
    VERIFIED = "verified", pgettext_lazy("validation status", "Verified by the unit")
    VALIDATED = "validated", pgettext_lazy("validation status", "Validated")


class Confidence(models.TextChoices):
    """Made of the criteria of Regulation (EU) 2021/581, Article 16; the levels are a proposal,
    since the Regulation names none."""

    UNCONFIRMED = "unconfirmed", pgettext_lazy("confidence", "Unconfirmed")
    POSSIBLE = "possible", pgettext_lazy("confidence", "Possible")
    PROBABLE = "probable", pgettext_lazy("confidence", "Probable")
    CONFIRMED = "confirmed", pgettext_lazy("confidence", "Confirmed")


class Decision(models.Model):
    """One step in the life of a report: which side took it, on which version, and why.

    `before` is the state that it ended. `reason` is an officer's text: that of a return stays with
    the side of the incident, those of a withdrawal and a reopening are for all who hold a copy.
    """

    class Deed(models.TextChoices):
        VERIFIED = "verified", pgettext_lazy("decision", "Verified")
        VALIDATED = "validated", pgettext_lazy("decision", "Validated")
        RETURNED = "returned", pgettext_lazy("decision", "Returned")
        RESUBMITTED = "resubmitted", pgettext_lazy("decision", "Submitted again")
        WITHDRAWN = "withdrawn", pgettext_lazy("decision", "Withdrawn")
        PART_CLOSED = "part_closed", pgettext_lazy("decision", "Part closed")
        REOPENED = "reopened", pgettext_lazy("decision", "Reopened")

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="decisions")
    deed = models.CharField(max_length=12, choices=Deed.choices)
    side = models.CharField(max_length=2, choices=Side.choices)
    before = models.CharField(max_length=10, choices=State.choices)
    version = models.PositiveIntegerField()
    reason = models.TextField(blank=True)
    ground = models.CharField(max_length=40, choices=Ground.choices, blank=True)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="turning_back_has_a_reason",
                condition=~Q(deed__in=["returned", "withdrawn", "reopened"]) | ~Q(reason=""),
            ),
            models.CheckConstraint(
                name="closing_has_a_ground", condition=~Q(deed="part_closed") | ~Q(ground="")
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="decision_is_kept", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} {self.deed}"


class Grading(models.Model):
    """Impact and grading that the owner gives a report; a later one replaces none before.

    `scale`, `source` and `information` are all empty when it was not graded. `confidence` is what
    followed from them on that day. `reason` says why an impact was revised.
    """

    incident = models.ForeignKey(
        Incident, on_delete=models.PROTECT, related_name="gradings", db_index=False
    )
    number = models.PositiveIntegerField()
    impact = models.CharField(max_length=8, choices=Impact.choices)
    scale = models.CharField(max_length=3, choices=Scale.choices, blank=True)
    source = models.CharField(max_length=1, blank=True)
    information = models.CharField(max_length=1, blank=True)
    validation = models.CharField(max_length=10, choices=Validation.choices)
    confidence = models.CharField(max_length=11, choices=Confidence.choices, blank=True)
    reason = models.TextField(blank=True)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["incident", "number"], name="grading_counted_once"),
            models.CheckConstraint(
                name="grading_is_whole_or_absent",
                condition=Q(scale="", source="", information="", confidence="")
                | (~Q(scale="") & ~Q(source="") & ~Q(information="") & ~Q(confidence="")),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="grading_is_kept", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} {self.impact} {self.scale}"
