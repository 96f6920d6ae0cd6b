"""What is looked to in each phase of a public event, and who ticked it."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import pgettext_lazy

from bordercoop.access.models import Language
from bordercoop.reference.sides import Side
from contactpoints.models import Unit

from ..wordings import Said, said
from .events import EventPhase, PublicEvent


class EventItems(models.QuerySet["EventItem"]):
    def standing(self) -> Self:
        """Without those that were left out."""
        return self.filter(left_out_at=None)

    def open(self) -> Self:
        """Neither ticked nor left out."""
        return self.filter(left_out_at=None, ticked_at=None)

    def overdue(self, today: date) -> Self:
        """Open on the day after the one it was wanted by, of an event that is held. Only what is
        due can be late."""
        return self.open().filter(due_on__lt=today, event__called_off_at=None)

    def of_present(self) -> Self:
        """Of the phase that the event is in."""
        return self.filter(phase=models.F("event__phase"))


class CountedFrom(models.TextChoices):
    FIRST = "first", pgettext_lazy("day of an item", "First day of the event")
    LAST = "last", pgettext_lazy("day of an item", "Last day of the event")


class EventItem(models.Model):
    """One thing that a side looks to in a phase: for one of its units, or for whoever gets to it.

    `code` is that of the shipped set, "" for one that an officer added; `texts` has the languages
    that are known of it, `language` the one that was written first. `due_on` is a day in UTC:
    fixed, or `due_days` after the day of the event that `counted_from` names, and moved with it.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    client_ref = models.UUIDField(default=uuid.uuid4)
    event = models.ForeignKey(PublicEvent, on_delete=models.PROTECT, related_name="items")
    phase = models.CharField(max_length=24, choices=EventPhase.choices)
    side = models.CharField(max_length=2, choices=Side.choices)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    code = models.CharField(max_length=40, blank=True)
    texts = models.JSONField()
    language = models.CharField(max_length=2, choices=Language.choices)
    due_on = models.DateField(null=True)
    counted_from = models.CharField(max_length=5, choices=CountedFrom.choices, blank=True)
    due_days = models.SmallIntegerField(null=True)
    ticked_at = models.DateTimeField(null=True)
    ticked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )
    left_out_at = models.DateTimeField(null=True)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    objects = EventItems.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["by", "client_ref"], name="event_item_added_once"),
            models.UniqueConstraint(
                fields=["event", "side", "code"],
                condition=~Q(code=""),
                name="a_shipped_item_stands_once_for_each_side",
            ),
            models.CheckConstraint(
                name="the_two_sides_look_to_events", condition=Q(side__in=["LV", "BY"])
            ),
            models.CheckConstraint(
                name="a_day_is_counted_from_one_of_the_event",
                condition=Q(counted_from="", due_days=None)
                | Q(due_days__isnull=False, due_on__isnull=False) & ~Q(counted_from=""),
            ),
            models.CheckConstraint(
                name="a_tick_has_its_time_and_officer",
                condition=Q(ticked_at=None, ticked_by=None)
                | Q(ticked_at__isnull=False, ticked_by__isnull=False),
            ),
            models.CheckConstraint(
                name="what_is_ticked_is_not_left_out",
                condition=Q(ticked_at=None) | Q(left_out_at=None),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="an_event_item_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="an_event_item_stays_what_it_is",
                fields=[
                    "uid",
                    "client_ref",
                    "event",
                    "phase",
                    "side",
                    "unit",
                    "code",
                    "texts",
                    "language",
                    "counted_from",
                    "due_days",
                ],
            ),
            pgtrigger.Trigger(
                name="the_day_of_an_item_moves_with_the_event",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition("OLD.due_on IS DISTINCT FROM NEW.due_on"),
                func="""
                IF NEW.due_on IS NULL OR NEW.due_days IS NULL OR NEW.due_on <> (
                    SELECT NEW.due_days + CASE NEW.counted_from
                        WHEN 'first' THEN starts_on ELSE ends_on END
                    FROM riskanalysis_publicevent WHERE id = NEW.event_id
                ) THEN
                    RAISE EXCEPTION 'the_day_of_an_item_moves_with_the_event'
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
            pgtrigger.Trigger(
                name="what_was_left_out_of_an_event_stays_so",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition("OLD.left_out_at IS NOT NULL"),
                func="""
                RAISE EXCEPTION 'what_was_left_out_of_an_event_stays_so'
                    USING ERRCODE = 'check_violation';
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event_id} {self.side} {self.code or self.pk}"

    @property
    def what(self) -> Said:
        return said(self.texts, self.language)


class ItemMove(models.TextChoices):
    TICKED = "ticked", pgettext_lazy("public event", "Ticked")
    UNTICKED = "unticked", pgettext_lazy("public event", "Tick taken back")
    LEFT_OUT = "left_out", pgettext_lazy("public event", "Left out")


class EventItemMove(models.Model):
    """An item was ticked, the tick was taken back, or it was left out. Kept as it was written."""

    item = models.ForeignKey(EventItem, on_delete=models.PROTECT, related_name="moves")
    move = models.CharField(max_length=10, choices=ItemMove.choices)
    reason = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="a_tick_is_taken_back_with_a_reason",
                condition=Q(move="ticked") | ~Q(reason=""),
            )
        ]
        triggers = [
            pgtrigger.Protect(
                name="a_move_of_an_event_item_is_kept",
                operation=pgtrigger.Update | pgtrigger.Delete,
            )
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.move}"
