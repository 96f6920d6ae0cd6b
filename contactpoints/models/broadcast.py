"""Emergency broadcasts: one alert to every desk of every point (docs/broadcast.md)."""

import uuid
from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import pgettext_lazy

from bordercoop.reference.sides import Side

from .alerting import Alert
from .tree import Unit


class Emergency(models.TextChoices):
    """What happened, in words that every reader has in the own language."""

    VIOLENCE = "violence", pgettext_lazy("emergency", "Violence or weapons at the border")
    CROWD = "crowd", pgettext_lazy("emergency", "Many people move towards the line")
    CLOSED = "closed", pgettext_lazy("emergency", "A crossing point is closed or evacuated")
    DISASTER = (
        "disaster",
        pgettext_lazy("emergency", "Fire, flood, accident or dangerous substance"),
    )
    RESCUE = "rescue", pgettext_lazy("emergency", "People are in danger of their lives")
    OUTAGE = "outage", pgettext_lazy("emergency", "The portal or the lines are about to fail")
    OTHER = "other", pgettext_lazy("emergency", "Another emergency: read the text")


class BroadcastQuerySet(models.QuerySet["Broadcast"]):
    def visible_to(self, user: Any) -> Self:
        """All of them, for whoever reads the alerts of a unit that sent or was sent one."""
        from ..access import units_where

        mine = units_where(user, "view_alerts")
        heard = Alert.objects.filter(deliveries__desk__in=mine).values("pk")
        return self.filter(Q(sender__in=mine) | Q(alert__in=heard))

    def open(self) -> Self:
        """Those that still go on to desks that have not acknowledged."""
        return self.filter(ended_at=None)

    def whole(self) -> Self:
        return self.select_related("sender", "by", "ended_by", "alert")


class Broadcast(models.Model):
    """An alert P1 to every desk of every point, such as EB-2026-0001, repeated until each has
    acknowledged. As a `drill` it is an exercise: watermarked, and no step further than the desks.

    `text` is what the sender adds, in `language`; `said` keeps the standard phrases of which `text`
    and `outcome` hold the English wording. `rounds` is how often it was sent so far, and
    `repeat_at` when it goes out again. It ends by itself with the last acknowledgement (`ended_by`
    is null then), or is ended by the side that sent it, with a reason in `outcome`.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.CharField(max_length=20, unique=True)
    client_ref = models.UUIDField(default=uuid.uuid4)
    side = models.CharField(max_length=2, choices=Side.choices)
    sender = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    alert = models.OneToOneField(Alert, on_delete=models.PROTECT, related_name="broadcast")
    what = models.CharField(max_length=10, choices=Emergency.choices)
    text = models.CharField(max_length=500, blank=True)
    language = models.CharField(max_length=2)
    drill = models.BooleanField(default=False)
    sent_at = models.DateTimeField(default=now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    rounds = models.PositiveIntegerField(default=1)
    repeat_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    outcome = models.CharField(max_length=500, blank=True)
    said = models.JSONField(null=True)
    # Since when its words are kept no longer.
    purged_at = models.DateTimeField(null=True)

    objects = BroadcastQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["repeat_at"], name="broadcast_due", condition=Q(ended_at=None))
        ]
        constraints = [
            models.UniqueConstraint(fields=["by", "client_ref"], name="broadcast_sent_once"),
            models.UniqueConstraint(
                fields=["sender", "drill"],
                condition=Q(ended_at=None),
                name="one_broadcast_goes_on_at_a_unit",
            ),
            models.CheckConstraint(
                name="another_emergency_has_words",
                condition=~Q(what="other") | ~Q(text="") | Q(purged_at__isnull=False),
            ),
            models.CheckConstraint(
                name="a_broadcast_repeats_until_it_ends",
                condition=Q(ended_at=None, repeat_at__isnull=False, ended_by=None)
                | Q(ended_at__isnull=False, repeat_at=None),
            ),
            models.CheckConstraint(
                name="who_ends_a_broadcast_says_why",
                condition=Q(ended_by=None) | ~Q(outcome="") | Q(purged_at__isnull=False),
            ),
            models.CheckConstraint(
                name="a_purged_broadcast_is_over_and_without_words",
                condition=Q(purged_at=None)
                | Q(ended_at__isnull=False, text="", outcome="", said__isnull=True),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="a_broadcast_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="a_broadcast_stays_as_it_was_sent",
                fields=[
                    "uid", "number", "side", "sender", "alert", "what", "language",
                    "drill", "sent_at", "by",
                ],
            ),
            pgtrigger.Protect(
                name="a_broadcast_keeps_its_phrase",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.said -> 'text' IS DISTINCT FROM NEW.said -> 'text'"
                    " AND (NEW.purged_at IS NULL OR OLD.purged_at IS NOT NULL)"
                ),
            ),
            pgtrigger.Protect(
                name="words_of_a_broadcast_go_by_a_purge_alone",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "NEW.text IS DISTINCT FROM OLD.text"
                    " AND (NEW.purged_at IS NULL OR OLD.purged_at IS NOT NULL)"
                ),
            ),
            pgtrigger.Protect(
                name="a_broadcast_ends_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.ended_at IS NOT NULL AND (OLD.purged_at IS NOT NULL"
                    " OR NEW.purged_at IS NULL OR (NEW.rounds, NEW.ended_at, NEW.ended_by_id)"
                    " IS DISTINCT FROM (OLD.rounds, OLD.ended_at, OLD.ended_by_id))"
                ),
            ),
            pgtrigger.Trigger(
                name="a_drill_is_no_actual_alert",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func="""
                IF NEW.drill = (SELECT a.status = 'actual' FROM public.contactpoints_alert a
                                WHERE a.id = NEW.alert_id) THEN
                    RAISE EXCEPTION 'a_drill_is_no_actual_alert: %', NEW.number
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.number

    @property
    def ref(self) -> str:
        return f"broadcast:{self.uid}"
