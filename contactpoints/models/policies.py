"""How an alert climbs at a desk, and whom a sender asked by name to acknowledge."""

import uuid
from typing import Any

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.timezone import now
from django.utils.translation import pgettext_lazy

from .tree import Desk


class Who(models.TextChoices):
    """Whom a step of an escalation tells."""

    PRIMARY = "primary", pgettext_lazy("escalation", "Duty officer")
    DEPUTY = "deputy", pgettext_lazy("escalation", "Deputy")
    HEAD = "head", pgettext_lazy("escalation", "Head of point")
    POINT = "point", pgettext_lazy("escalation", "Another point")
    HEADQUARTERS = "headquarters", pgettext_lazy("escalation", "Headquarters")


# The only priorities whose mails and other personal messages quiet hours may hold.
HELD = ("P3", "P4")
# A wait that lasts to the end of the primary's shift.
NEXT_SHIFT = "next_shift"


class EscalationPolicy(models.Model):
    """One version of a desk's escalation policy. The one with the highest number is in force.

    steps: list of {"who", "at" (code of another desk of the side, with "point" only), "channels",
    "wait" (priority -> seconds, or "next_shift"; none in the last)}. quiet_from, quiet_until: times
    of the desk's own wall between which personal messages of the priorities `quiet_for` are held.
    note_within: priority -> seconds within which an acknowledged alert needs a sign of progress,
    null for never; those of P3 and P4 count in working hours. A version is never changed.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    desk = models.ForeignKey(
        Desk, on_delete=models.PROTECT, related_name="policies", db_index=False
    )
    number = models.PositiveIntegerField()
    steps = models.JSONField()
    quiet_from = models.TimeField(null=True)
    quiet_until = models.TimeField(null=True)
    quiet_for = ArrayField(models.CharField(max_length=2), default=list)
    note_within = models.JSONField(default=dict)
    why = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField(default=now)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["desk", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["desk", "number"], name="one_policy_for_each_number"),
            models.CheckConstraint(
                name="quiet_hours_never_hold_an_emergency",
                condition=Q(quiet_for__contained_by=list(HELD)),
            ),
            models.CheckConstraint(
                name="quiet_hours_have_two_ends",
                condition=Q(quiet_from=None, quiet_until=None, quiet_for=[])
                | Q(quiet_from__isnull=False, quiet_until__isnull=False)
                & ~Q(quiet_from=F("quiet_until"))
                & ~Q(quiet_for=[]),
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="version_of_a_policy_is_append_only",
                operation=pgtrigger.Update | pgtrigger.Delete,
            ),
            pgtrigger.Trigger(
                name="policy_ends_at_headquarters",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                declare=[("step", "jsonb"), ("priority", "text"), ("wait", "jsonb")],
                func="""
                IF jsonb_typeof(NEW.steps) IS DISTINCT FROM 'array'
                   OR NEW.steps -> (-1) ->> 'who' IS DISTINCT FROM 'headquarters' THEN
                    RAISE EXCEPTION 'policy_ends_at_headquarters'
                        USING ERRCODE = 'check_violation';
                END IF;
                FOR place IN 0 .. jsonb_array_length(NEW.steps) - 1 LOOP
                    step := NEW.steps->place;
                    IF NOT COALESCE(step->'channels' ? 'live', false) THEN
                        RAISE EXCEPTION 'the_screen_is_never_quiet'
                            USING ERRCODE = 'check_violation';
                    END IF;
                    CONTINUE WHEN place = jsonb_array_length(NEW.steps) - 1;
                    FOREACH priority IN ARRAY ARRAY['P1', 'P2', 'P3', 'P4'] LOOP
                        wait := step->'wait'->priority;
                        IF COALESCE(jsonb_typeof(wait) = 'number'
                                    AND (wait #>> '{}')::numeric BETWEEN 60 AND 172800, false)
                           OR COALESCE(wait = '"next_shift"' AND priority IN ('P3', 'P4'), false)
                        THEN CONTINUE; END IF;
                        RAISE EXCEPTION 'every_step_but_the_last_has_a_wait'
                            USING ERRCODE = 'check_violation';
                    END LOOP;
                END LOOP;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.desk_id} {self.number}"

    @property
    def said(self) -> dict[str, Any]:
        """What of it an officer sets."""
        return {
            "steps": self.steps,
            "quiet_from": self.quiet_from,
            "quiet_until": self.quiet_until,
            "quiet_for": list(self.quiet_for),
            "note_within": self.note_within,
        }


class AskedByNameQuerySet(models.QuerySet["AskedByName"]):
    def missing(self) -> "AskedByNameQuerySet":
        return self.filter(acknowledged_at=None, excused_at=None)


class AskedByName(models.Model):
    """An officer whom the sender asked by name to acknowledge a delivery.

    `acknowledged_by` is that officer, or whoever stood in. `excused_at` is when the officer could
    not answer at the desk any more.
    """

    delivery = models.ForeignKey(
        "contactpoints.Delivery", on_delete=models.PROTECT, related_name="named", db_index=False
    )
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    line = models.CharField(max_length=500, blank=True)
    said = models.JSONField(null=True)
    excused_at = models.DateTimeField(null=True)

    objects = AskedByNameQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["delivery", "officer"], name="asked_by_name_once"),
            models.CheckConstraint(
                name="asked_by_name_ends_once",
                condition=Q(acknowledged_at=None) | Q(excused_at=None),
            ),
            models.CheckConstraint(
                name="acknowledged_by_name_has_a_person",
                condition=Q(acknowledged_at=None, acknowledged_by=None)
                | Q(acknowledged_at__isnull=False, acknowledged_by__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["officer"],
                name="asked_by_name_missing",
                condition=Q(acknowledged_at=None, excused_at=None),
            )
        ]
        triggers = [pgtrigger.Protect(name="asked_by_name_is_kept", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.officer_id} for {self.delivery_id}"

    @property
    def is_missing(self) -> bool:
        return self.acknowledged_at is None and self.excused_at is None
