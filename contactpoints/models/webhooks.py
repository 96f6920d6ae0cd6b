"""Systems of a side that are told by HTTP what happens at its desks."""

import uuid
from datetime import timedelta
from typing import Any

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import pgettext_lazy

from bordercoop.reference.sides import Side

from .reaching import Trouble


class WebhookState(models.TextChoices):
    ON = "on", pgettext_lazy("webhook", "On")
    PAUSED = "paused", pgettext_lazy("webhook", "Paused")
    # By the portal itself: the address is gone, or took nothing for days.
    OFF = "off", pgettext_lazy("webhook", "Switched off")


class WebhookQuerySet(models.QuerySet["Webhook"]):
    def visible_to(self, user: Any) -> "WebhookQuerySet":
        """Those of the own side whose desks `user` administers, every one of them."""
        from ..access import administered

        return self.filter(side=user.side, desks__contained_by=sorted(administered(user)))

    def following(self, *events: str) -> "WebhookQuerySet":
        """Those that are on and want to hear of one of these events."""
        return self.filter(state=WebhookState.ON, events__overlap=list(events))


class Webhook(models.Model):
    """A system of one side to which the portal posts what happens at some of the side's desks.

    `events` are codes of webhooks.catalogue; `desks` are ids of units. `failing_since` is the first
    failure since the last success. Until `resting_until` no attempt is made: the receiver was slow,
    or did not answer, and others shall not wait behind it; `rests` counts that in a row.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    side = models.CharField(max_length=2, choices=Side.choices)
    name = models.CharField(max_length=60)
    address = models.CharField(max_length=500)
    desks = ArrayField(models.BigIntegerField())
    events = ArrayField(models.CharField(max_length=40))
    state = models.CharField(max_length=6, choices=WebhookState.choices, default=WebhookState.ON)
    added_at = models.DateTimeField(default=now)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    off_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=12, choices=Trouble.choices, blank=True)
    tested_at = models.DateTimeField(null=True)
    last_success_at = models.DateTimeField(null=True)
    last_failure_at = models.DateTimeField(null=True)
    failing_since = models.DateTimeField(null=True)
    resting_until = models.DateTimeField(null=True)
    rests = models.PositiveSmallIntegerField(default=0)

    objects = WebhookQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["side", "address"], name="one_webhook_per_side_and_address"
            ),
            models.CheckConstraint(
                name="webhook_follows_something", condition=~Q(desks=[]) & ~Q(events=[])
            ),
            models.CheckConstraint(
                name="webhook_off_says_why_and_when",
                condition=~Q(state="off") | (Q(off_at__isnull=False) & ~Q(trouble="")),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="webhook_hears_desks_of_its_side_only",
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("desks", "side"),
                when=pgtrigger.Before,
                func="""
                IF EXISTS (SELECT 1 FROM unnest(NEW.desks) AS wanted
                           LEFT JOIN public.contactpoints_unit unit ON unit.id = wanted
                           WHERE unit.id IS NULL OR unit.side <> NEW.side
                              OR unit.kind <> 'desk') THEN
                    RAISE EXCEPTION 'webhook_hears_desks_of_its_side_only'
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
            pgtrigger.ReadOnly(
                name="webhook_stays_with_its_side", fields=["uid", "side", "added_at", "added_by"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.side} {self.name}: {self.state}"

    @property
    def ref(self) -> str:
        return f"webhook:{self.uid}"

    @property
    def key(self) -> str:
        """How the keys of its messages in the outbox begin."""
        return f"webhook:{self.uid}:"


class WebhookSecret(models.Model):
    """A secret that signs what is posted, sealed (reaching.sealed). One has no end; those before it
    sign as well until `ends_at`."""

    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="secrets")
    sealed = models.TextField()
    made_at = models.DateTimeField(default=now)
    ends_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["webhook"],
                condition=Q(ends_at=None),
                name="one_present_secret_per_webhook",
            ),
        ]

    def __str__(self) -> str:
        return f"secret of {self.webhook_id}"


KEPT = timedelta(days=30)


class WebhookAttempt(models.Model):
    """One attempt to post to a webhook, as it ended; kept for 30 days. `key` is the webhook-id, the
    same in each attempt; `status` is null where no answer came."""

    class Outcome(models.TextChoices):
        SENT = "sent", pgettext_lazy("attempt", "Sent")
        FAILED = "failed", pgettext_lazy("attempt", "Failed, will be tried again")
        ENDED = "ended", pgettext_lazy("attempt", "Failed for good")

    webhook = models.ForeignKey(
        Webhook, on_delete=models.CASCADE, related_name="attempts", db_index=False
    )
    key = models.CharField(max_length=120)
    event = models.CharField(max_length=40)
    at = models.DateTimeField(default=now)
    outcome = models.CharField(max_length=8, choices=Outcome.choices)
    status = models.PositiveSmallIntegerField(null=True)
    took_ms = models.PositiveIntegerField(default=0)
    trouble = models.CharField(max_length=12, choices=Trouble.choices, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="failed_webhook_attempt_says_why",
                condition=Q(outcome="sent") | ~Q(trouble=""),
            ),
        ]
        indexes = [
            models.Index(fields=["webhook", "-at"], name="webhook_attempts"),
            models.Index(fields=["at"], name="webhook_attempt_age"),
        ]
        triggers = [
            pgtrigger.Protect(name="webhook_attempt_stays", operation=pgtrigger.Update),
        ]

    def __str__(self) -> str:
        return f"{self.webhook_id} {self.event}: {self.outcome}"
