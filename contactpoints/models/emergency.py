"""Emergency sessions (break-glass) and what the auditors of both sides said about them."""

import uuid
from datetime import datetime, timedelta
from typing import Any

import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Coalesce, Length, Trim
from django.db.models.lookups import GreaterThanOrEqual
from django.utils.timezone import now
from django.utils.translation import pgettext_lazy

REVIEWING = ("LV", "BY")
LONGEST = timedelta(minutes=60)
SHORTEST_REASON, LONGEST_REASON, LONGEST_REVIEW = 20, 1000, 2000


class BreakGlassQuerySet(models.QuerySet["BreakGlass"]):
    def visible_to(self, user: Any) -> "BreakGlassQuerySet":
        """An officer's own; for those who audit a whole side, those of both sides."""
        from ..access import audited_side

        return self if audited_side(user) else self.filter(officer_id=user.pk)

    def running(self) -> "BreakGlassQuerySet":
        return self.filter(opened_at__lte=now(), ended_at=None, expires_at__gt=now())

    def not_reviewed_by(self, side: str) -> "BreakGlassQuerySet":
        return self.exclude(reviews__side=side)

    def whole(self) -> "BreakGlassQuerySet":
        return self.select_related("officer").prefetch_related("reviews__reviewer")


class BreakGlass(models.Model):
    """An officer reads the whole own side for at most an hour, because something could not wait.

    Holds only in the signed-in session in which it was opened. `side` is the officer's. Over at
    `ended_at` where somebody ended it, else at `expires_at`. Nothing of it is changed later.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="emergencies"
    )
    side = models.CharField(max_length=2)
    reason = models.TextField(max_length=LONGEST_REASON)
    opened_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects = BreakGlassQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="emergency_lasts_an_hour_at_most",
                condition=Q(expires_at__gt=F("opened_at"))
                & Q(expires_at__lte=F("opened_at") + LONGEST),
            ),
            models.CheckConstraint(
                name="emergency_ends_within_its_time",
                condition=Q(ended_at=None)
                | Q(ended_at__gte=F("opened_at"), ended_at__lte=F("expires_at")),
            ),
            models.CheckConstraint(
                name="emergency_has_a_reason",
                condition=GreaterThanOrEqual(Length(Trim("reason")), SHORTEST_REASON),
            ),
            models.CheckConstraint(
                name="emergency_side_is_reviewed", condition=Q(side__in=REVIEWING)
            ),
            ExclusionConstraint(
                name="one_emergency_at_a_time",
                expressions=[
                    ("officer", RangeOperators.EQUAL),
                    (
                        Func(
                            F("opened_at"),
                            Coalesce("ended_at", "expires_at"),
                            Value("[)"),
                            function="tstzrange",
                            output_field=DateTimeRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="emergency_is_never_extended",
                fields=["uid", "officer", "side", "reason", "opened_at", "expires_at"],
            ),
            pgtrigger.Protect(
                name="emergency_ends_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__ended_at__isnull=False),
            ),
            pgtrigger.Protect(name="emergency_is_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.officer_id} {self.opened_at:%Y-%m-%d %H:%M}"

    @property
    def ref(self) -> str:
        return f"emergency:{self.uid}"

    @property
    def over_at(self) -> datetime:
        """When it was or will be over."""
        return self.ended_at or self.expires_at

    @property
    def is_over(self) -> bool:
        return self.over_at <= now()

    def review_of(self, side: str) -> "EmergencyReview | None":
        return next((review for review in self.reviews.all() if review.side == side), None)


class EmergencyReview(models.Model):
    """What an auditor of one side found. One for each side, never by the officer, never changed."""

    class Verdict(models.TextChoices):
        IN_ORDER = "in_order", pgettext_lazy("review", "In order")
        NOT_IN_ORDER = "not_in_order", pgettext_lazy("review", "Not in order")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    emergency = models.ForeignKey(BreakGlass, on_delete=models.PROTECT, related_name="reviews")
    side = models.CharField(max_length=2)
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    verdict = models.CharField(max_length=12, choices=Verdict.choices)
    text = models.TextField(max_length=LONGEST_REVIEW)
    reviewed_at = models.DateTimeField(default=now)

    class Meta:
        ordering = ["reviewed_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["emergency", "side"], name="one_emergency_review_for_each_side"
            ),
            models.CheckConstraint(
                name="emergency_review_is_of_a_side", condition=Q(side__in=REVIEWING)
            ),
            models.CheckConstraint(
                name="emergency_verdict_is_known",
                condition=Q(verdict__in=["in_order", "not_in_order"]),
            ),
            models.CheckConstraint(name="emergency_review_says_why", condition=~Q(text="")),
        ]
        triggers = [
            pgtrigger.Protect(
                name="emergency_review_stands", operation=pgtrigger.Update | pgtrigger.Delete
            ),
            pgtrigger.Trigger(
                name="reviewer_is_never_the_officer",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func="""
                IF EXISTS (SELECT 1 FROM contactpoints_breakglass
                           WHERE id = NEW.emergency_id AND officer_id = NEW.reviewer_id) THEN
                    RAISE EXCEPTION 'reviewer_is_never_the_officer: %', NEW.reviewer_id;
                END IF;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.side} {self.verdict}"
