"""What belongs to one deployment: briefing, debriefing, extensions, the time and the posting that
it takes."""

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
from contactpoints.models import Booking, Posting

from .deployments import Deployment
from .words import words_go_alone

KEPT = pgtrigger.Update | pgtrigger.Delete
TOLD = ("id", "deployment_id", "language", "at", "by_id")


class Briefing(models.Model):
    """The expert was briefed before the deployment: when, by whom, on what, and whom to turn to."""

    deployment = models.OneToOneField(Deployment, on_delete=models.PROTECT, related_name="briefing")
    held_at = models.DateTimeField()
    given_by = models.CharField(max_length=120)
    text = models.CharField(max_length=4_000)
    contact = models.CharField(max_length=200)
    language = models.CharField(max_length=2, choices=Language.choices)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_briefing_says_on_what_and_by_whom",
                condition=~Q(text="") & ~Q(given_by="") & ~Q(contact="")
                | Q(text="", given_by="", contact=""),
            )
        ]
        triggers = [
            pgtrigger.Protect(name="briefing_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="a_briefing_begins_with_words",
                operation=pgtrigger.Insert,
                condition=pgtrigger.Condition("NEW.text = ''"),
            ),
            words_go_alone(
                "a_briefing_loses_its_words_alone",
                blank={"text": "''", "given_by": "''", "contact": "''"},
                kept=(*TOLD, "held_at"),
            ),
        ]

    def __str__(self) -> str:
        return f"briefing {self.deployment_id}"


class Debriefing(models.Model):
    """What the deployment was worth: a report, and lessons, a sentence each."""

    deployment = models.OneToOneField(
        Deployment, on_delete=models.PROTECT, related_name="debriefing"
    )
    report = models.CharField(max_length=8_000)
    lessons = ArrayField(models.CharField(max_length=500), default=list)
    language = models.CharField(max_length=2, choices=Language.choices)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_debriefing_reports", condition=~Q(report="") | Q(lessons=[])
            )
        ]
        triggers = [
            pgtrigger.Protect(name="debriefing_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="a_debriefing_begins_with_words",
                operation=pgtrigger.Insert,
                condition=pgtrigger.Condition("NEW.report = ''"),
            ),
            words_go_alone(
                "a_debriefing_loses_its_words_alone",
                blank={"report": "''", "lessons": "'{}'"},
                kept=TOLD,
            ),
        ]

    def __str__(self) -> str:
        return f"debriefing {self.deployment_id}"


class Extensions(models.QuerySet["Extension"]):
    def open(self) -> Self:
        return self.filter(answered_at=None)


class Extension(models.Model):
    """The host asks for the expert for longer, until `last_day`; the sending side agrees or not."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    client_ref = models.UUIDField(default=uuid.uuid4)
    deployment = models.ForeignKey(Deployment, on_delete=models.PROTECT, related_name="extensions")
    last_day = models.DateField()
    reason = models.CharField(max_length=500)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    agreed = models.BooleanField(null=True)
    answer = models.CharField(max_length=500, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+",
        db_index=False,
    )  # fmt: skip

    objects = Extensions.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["by", "client_ref"], name="extension_asked_once"),
            models.UniqueConstraint(
                fields=["deployment"],
                condition=Q(answered_at=None),
                name="one_extension_of_a_deployment_waits",
            ),
            models.CheckConstraint(
                name="an_extension_is_answered_by_somebody",
                condition=Q(agreed=None, answered_at=None, answered_by=None, answer="")
                | Q(agreed=True, answered_at__isnull=False, answered_by__isnull=False)
                | Q(agreed=False, answered_at__isnull=False, answered_by__isnull=False)
                & (~Q(answer="") | Q(reason="")),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="extension_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="an_extension_says_why",
                operation=pgtrigger.Insert,
                condition=pgtrigger.Condition("NEW.reason = ''"),
            ),
            words_go_alone(
                "an_answered_extension_stays_so",
                blank={"reason": "''", "answer": "''"},
                kept=(
                    "id",
                    "uid",
                    "client_ref",
                    "deployment_id",
                    "last_day",
                    "at",
                    "by_id",
                    "agreed",
                    "answered_at",
                    "answered_by_id",
                ),
                when="OLD.answered_at IS NOT NULL OR NEW.reason = ''",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.deployment_id} {self.last_day}"


class DeployedTime(models.Model):
    """A booking that a deployment made of an officer's time."""

    deployment = models.ForeignKey(Deployment, on_delete=models.PROTECT, related_name="times")
    booking = models.OneToOneField(Booking, on_delete=models.PROTECT, related_name="deployed_by")

    class Meta:
        triggers = [pgtrigger.Protect(name="deployed_time_is_kept", operation=KEPT)]

    def __str__(self) -> str:
        return f"{self.deployment_id} {self.booking_id}"


class ExpertPosting(models.Model):
    """The posting that a guest's account has while the deployment lasts."""

    deployment = models.ForeignKey(Deployment, on_delete=models.PROTECT, related_name="postings")
    posting = models.OneToOneField(Posting, on_delete=models.PROTECT, related_name="+")

    class Meta:
        triggers = [pgtrigger.Protect(name="posting_of_an_expert_is_kept", operation=KEPT)]

    def __str__(self) -> str:
        return f"{self.deployment_id} {self.posting_id}"
