"""Alerts that a desk forwarded to posts of its own side."""

import uuid
from datetime import datetime, timedelta
from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.timezone import now

from .alerting import Priority
from .delivering import Delivery
from .tree import Unit

# How long a post has to acknowledge, by priority of the alert.
FORWARD_WITHIN = {
    Priority.P1: timedelta(minutes=5),
    Priority.P2: timedelta(minutes=15),
    Priority.P3: timedelta(hours=1),
    Priority.P4: timedelta(hours=8),
}
# To which units a desk forwards: where officers go out from.
POSTS = (Unit.Kind.LOCAL, Unit.Kind.CROSSING, Unit.Kind.REGIONAL)


class ForwardQuerySet(models.QuerySet["Forward"]):
    def visible_to(self, user: Any) -> "ForwardQuerySet":
        """Those of desks whose alerts `user` sees, and those to units where `user` is posted."""
        from ..access import posts_of_officer, units_where

        mine = units_where(user, "view_alerts")
        at = [unit.pk for unit in posts_of_officer(user)]
        return self.filter(Q(delivery__desk_id__in=mine) | Q(unit_id__in=at))

    def at(self, unit_ids: Any) -> "ForwardQuerySet":
        return self.filter(unit_id__in=unit_ids)

    def waiting(self) -> "ForwardQuerySet":
        """Those that nobody at the post has acknowledged and that still stand."""
        return self.filter(acknowledged_at=None, withdrawn_at=None, recalled_at=None)

    def unheard(self) -> "ForwardQuerySet":
        """Those whose recall nobody at the post has seen."""
        return self.filter(recalled_at__isnull=False, recall_seen_at=None, withdrawn_at=None)

    def whole(self) -> "ForwardQuerySet":
        """With everything that a page shows, in one statement."""
        return self.select_related(
            "delivery__alert__sender", "delivery__desk", "unit", "by", "acknowledged_by",
            "withdrawn_by", "recall_seen_by",
        )  # fmt: skip


class Forward(models.Model):
    """An alert at a desk, forwarded to a unit of the desk's own side, which acknowledges it.

    `line` is what the desk asks for, `answer` what the post said; `said` keeps the standard phrases
    of which they hold the English wording. Of the alert the post reads what
    the desk may still read (`Delivery.card`). `due_at` is by when it should acknowledge;
    `recalled_at` since when the sender wants nothing of it any more: the post says that it knows
    (`recall_seen_at`). `withdrawn_at`: the desk took it back. `failed_at`: a letter about it was
    given up. The other side reads only how many there are and how many acknowledged.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    delivery = models.ForeignKey(
        Delivery, on_delete=models.PROTECT, related_name="forwards", db_index=False
    )
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    line = models.CharField(max_length=500)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    due_at = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    answer = models.CharField(max_length=500, blank=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    recalled_at = models.DateTimeField(null=True)
    recall_seen_at = models.DateTimeField(null=True)
    recall_seen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    failed_at = models.DateTimeField(null=True)
    said = models.JSONField(null=True)

    objects = ForwardQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["delivery", "unit"],
                condition=Q(withdrawn_at=None),
                name="forwarded_once_to_a_post",
            ),
            models.CheckConstraint(name="a_forward_says_what_for", condition=~Q(line="")),
            models.CheckConstraint(
                name="a_post_that_acknowledged_has_a_person",
                condition=Q(acknowledged_at=None, acknowledged_by=None)
                | Q(acknowledged_at__isnull=False, acknowledged_by__isnull=False),
            ),
            models.CheckConstraint(
                name="who_took_a_forward_back_is_known",
                condition=Q(withdrawn_at=None, withdrawn_by=None)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
            ),
            models.CheckConstraint(
                name="only_what_was_recalled_is_seen_recalled",
                condition=Q(recall_seen_at=None, recall_seen_by=None)
                | Q(
                    recalled_at__isnull=False,
                    recall_seen_at__isnull=False,
                    recall_seen_by__isnull=False,
                ),
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "-id"], name="forward_of_post"),
            models.Index(fields=["delivery"], name="forward_of_delivery"),
        ]
        triggers = [
            pgtrigger.Protect(name="a_forward_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="what_was_forwarded_stands",
                fields=["uid", "delivery", "unit", "line", "at", "by", "due_at"],
            ),
            pgtrigger.Protect(
                name="a_forward_keeps_its_phrase",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.said -> 'line' IS DISTINCT FROM NEW.said -> 'line'"
                ),
            ),
            pgtrigger.Protect(
                name="a_post_acknowledges_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.acknowledged_at IS NOT NULL AND (OLD.acknowledged_at, "
                    "OLD.acknowledged_by_id, OLD.answer, OLD.said -> 'answer') IS DISTINCT FROM "
                    "(NEW.acknowledged_at, NEW.acknowledged_by_id, NEW.answer, "
                    "NEW.said -> 'answer')"
                ),
            ),
            pgtrigger.Trigger(
                name="a_desk_forwards_within_its_side",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func="""
                IF NOT EXISTS (
                    SELECT 1 FROM public.contactpoints_delivery d
                    JOIN public.contactpoints_unit desk ON desk.id = d.desk_id
                    JOIN public.contactpoints_unit post ON post.id = NEW.unit_id
                    WHERE d.id = NEW.delivery_id AND d.recalled_at IS NULL
                      AND post.side = desk.side AND post.kind IN ('local', 'crossing', 'regional')
                ) THEN
                    RAISE EXCEPTION 'a_desk_forwards_within_its_side'
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.delivery_id} to {self.unit_id}"

    @property
    def ref(self) -> str:
        return f"forward:{self.uid}"

    @property
    def waits(self) -> bool:
        return (self.acknowledged_at, self.withdrawn_at, self.recalled_at) == (None, None, None)

    @property
    def is_past(self) -> bool:
        """Recalled because what the alert asked for is over or was replaced; the sender took
        nothing back from the desk."""
        taken = {"called_off", "withdrawn"} & self.delivery.card.keys()
        return self.recalled_at is not None and self.delivery.recalled_at is None and not taken

    @property
    def recall_waits(self) -> bool:
        """Whether the post has not said yet that it knows of the recall."""
        return (
            self.recalled_at is not None
            and self.recall_seen_at is None
            and self.withdrawn_at is None
        )

    @property
    def is_late(self) -> bool:
        """Whether the post acknowledged late, or has not and should have."""
        if self.acknowledged_at is not None:
            return self.acknowledged_at > self.due_at
        return self.waits and self.due_at <= now()

    @property
    def after_s(self) -> float | None:
        """Seconds until the post acknowledged."""
        at: datetime | None = self.acknowledged_at
        return (at - self.at).total_seconds() if at else None
