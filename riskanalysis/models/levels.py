"""The impact level of each border section, as each side sees it, with its history."""

from __future__ import annotations

import uuid
from typing import Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.timezone import now
from django.utils.translation import pgettext_lazy

from bordercoop.access.models import Language
from bordercoop.reference.models import utc_today
from bordercoop.reference.sides import Side

LEVELS = ("low", "medium", "high", "critical")


class SectionLevels(models.QuerySet["SectionLevel"]):
    def current(self) -> Self:
        """What each side says now: at most one for a section and side."""
        return self.filter(ended_at=None)

    def run_out(self) -> Self:
        """Present ones whose last day is over in UTC: their side has to say what holds now."""
        return self.current().filter(until__lt=utc_today())


class SectionLevel(models.Model):
    """What a side says of a section of the line, from `at` until it says something else.

    A critical level is temporary: it has a last day, `until`, in UTC. When that is over the level
    is shown as run out, and nothing is put in its place by itself.
    """

    class Level(models.TextChoices):
        LOW = "low", pgettext_lazy("impact level", "Low")
        MEDIUM = "medium", pgettext_lazy("impact level", "Medium")
        HIGH = "high", pgettext_lazy("impact level", "High")
        CRITICAL = "critical", pgettext_lazy("impact level", "Critical")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    section = models.CharField(max_length=3)
    side = models.CharField(max_length=2, choices=Side.choices)
    level = models.CharField(max_length=8, choices=Level.choices)
    why = models.CharField(max_length=1_000)
    language = models.CharField(max_length=2, choices=Language.choices)
    until = models.DateField(null=True)
    client_ref = models.UUIDField(default=uuid.uuid4)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    ended_at = models.DateTimeField(null=True)

    objects = SectionLevels.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["by", "client_ref"], name="section_level_set_once"),
            models.UniqueConstraint(
                fields=["section", "side"],
                condition=Q(ended_at=None),
                name="a_side_says_one_level_of_a_section",
            ),
            models.CheckConstraint(
                name="the_two_sides_set_levels", condition=Q(side__in=["LV", "BY"])
            ),
            models.CheckConstraint(
                name="a_critical_level_has_its_last_day",
                condition=~Q(level="critical") | Q(until__isnull=False),
            ),
            models.CheckConstraint(
                name="a_level_ends_after_it_began",
                condition=Q(ended_at=None) | Q(ended_at__gte=F("at")),
            ),
            models.CheckConstraint(name="a_level_says_why", condition=~Q(why="")),
        ]
        triggers = [
            pgtrigger.Protect(name="section_level_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="a_section_level_is_only_ended", exclude=["ended_at"]),
            pgtrigger.Trigger(
                name="a_section_level_is_ended_once",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition(
                    "OLD.ended_at IS NOT NULL AND OLD.ended_at IS DISTINCT FROM NEW.ended_at"
                ),
                func="""
                RAISE EXCEPTION 'a_section_level_is_ended_once' USING ERRCODE = 'check_violation';
                """,
            ),
            pgtrigger.Trigger(
                name="a_side_sets_only_its_own_level",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func="""
                IF NEW.side IS DISTINCT FROM (
                    SELECT side FROM public.access_user WHERE id = NEW.by_id
                ) THEN
                    RAISE EXCEPTION 'a_side_sets_only_its_own_level'
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.section} {self.side} {self.level}"

    @property
    def ref(self) -> str:
        return f"section_level:{self.uid}"

    @property
    def severity(self) -> int:
        """1 to 4, for its shape and its colours."""
        return LEVELS.index(self.level) + 1

    @property
    def ran_out(self) -> bool:
        return self.ended_at is None and self.until is not None and self.until < utc_today()
