"""The focal point: experts who are there, expertise that is asked for, deployments as a plain list.

Of an expert no more is kept than name, service, profile, languages and the telephone at the point
(docs/focal-point.md).
"""

import uuid
from datetime import date
from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.timezone import now
from django.utils.translation import pgettext_lazy

from bordercoop.reference.sides import Side

from .tree import ContactPoint


class Spans(models.QuerySet[Any]):
    def standing(self, day: date) -> Self:
        """Those that are going on or still to come on this day and were not ended."""
        return self.filter(ended_at=None, ends_on__gte=day)


class FocalPiece(models.Model):
    """What stands at a focal point from one day to another, both included."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    client_ref = models.UUIDField(default=uuid.uuid4)
    point = models.ForeignKey(ContactPoint, on_delete=models.PROTECT, related_name="+")
    starts_on = models.DateField()
    ends_on = models.DateField()
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    objects = Spans.as_manager()

    class Meta:
        abstract = True

    @property
    def begun(self) -> bool:
        return self.starts_on <= now().date()


class FocalExpert(FocalPiece):
    """An expert at the point. Without `executive_ground` the expert has no executive powers.

    `service` is the side that sends the expert, EU for Frontex; `profile` a code of
    `deployment_profile`; `languages` codes of two letters.
    """

    name = models.CharField(max_length=120)
    service = models.CharField(max_length=2, choices=Side.choices)
    profile = models.CharField(max_length=40)
    languages = ArrayField(models.CharField(max_length=2))
    phone = models.CharField(max_length=60, blank=True)
    legal_basis = models.CharField(max_length=300)
    executive_ground = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["starts_on", "name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["by", "client_ref"], name="expert_entered_once"),
            models.CheckConstraint(
                name="expert_leaves_after_coming", condition=Q(ends_on__gte=F("starts_on"))
            ),
            models.CheckConstraint(
                name="no_expert_without_a_legal_basis",
                condition=~Q(legal_basis="") & ~Q(name="") & ~Q(profile=""),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="expert_is_ended_not_deleted", operation=pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.profile} {self.service}"

    @property
    def ref(self) -> str:
        return f"focal_expert:{self.uid}"


class FocalDeployment(FocalPiece):
    """A deployment as a line of a list, in words of the focal point's head."""

    what = models.CharField(max_length=200)
    place = models.CharField(max_length=120)

    class Meta:
        ordering = ["starts_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["by", "client_ref"], name="deployment_entered_once"),
            models.CheckConstraint(
                name="deployment_ends_after_it_begins", condition=Q(ends_on__gte=F("starts_on"))
            ),
            models.CheckConstraint(name="deployment_says_what", condition=~Q(what="")),
        ]
        triggers = [
            pgtrigger.Protect(name="deployment_is_ended_not_deleted", operation=pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return self.what

    @property
    def ref(self) -> str:
        return f"focal_deployment:{self.uid}"


class ExpertiseState(models.TextChoices):
    OPEN = "open", pgettext_lazy("request for expertise", "Open")
    ANSWERED = "answered", pgettext_lazy("request for expertise", "Answered")
    WITHDRAWN = "withdrawn", pgettext_lazy("request for expertise", "Taken back")


class ExpertiseRequest(FocalPiece):
    """Expertise that a point asks for at the focal point. `by` asked, for `side`."""

    side = models.CharField(max_length=2, choices=Side.choices)
    profile = models.CharField(max_length=40)
    place = models.CharField(max_length=120)
    reason = models.TextField()
    language = models.CharField(max_length=2)
    state = models.CharField(
        max_length=10, choices=ExpertiseState.choices, default=ExpertiseState.OPEN
    )
    answer = models.TextField(blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["by", "client_ref"], name="expertise_asked_once"),
            models.CheckConstraint(
                name="expertise_ends_after_it_begins", condition=Q(ends_on__gte=F("starts_on"))
            ),
            models.CheckConstraint(name="expertise_has_a_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="an_answer_stands_with_its_time_and_person",
                condition=Q(state="open", answer="", ended_at=None, ended_by=None)
                | Q(state="withdrawn", answer="", ended_at__isnull=False, ended_by__isnull=False)
                | Q(state="answered", ended_at__isnull=False, ended_by__isnull=False)
                & ~Q(answer=""),
            ),
        ]
        triggers = [
            pgtrigger.FSM(
                name="expertise_moves",
                field="state",
                transitions=[("open", "answered"), ("open", "withdrawn")],
            ),
            pgtrigger.Protect(name="asked_expertise_is_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.side} {self.profile} {self.state}"

    @property
    def ref(self) -> str:
        return f"expertise:{self.uid}"
