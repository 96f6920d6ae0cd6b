"""What belongs to an advance notice: its translations, the incidents it meets, its numbers."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import pgettext_lazy

from bordercoop.reference.sides import Side

from .incident import Incident
from .notices import AdvanceNotice, NoticeVersion


class NoticeText(models.Model):
    """A version's words in another language, translated by an officer of either side."""

    version = models.ForeignKey(
        NoticeVersion, on_delete=models.PROTECT, related_name="texts", db_index=False
    )
    language = models.CharField(max_length=2)
    headline = models.CharField(max_length=160)
    text = models.TextField(blank=True)
    side = models.CharField(max_length=2, choices=Side.choices)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["language"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "language"], name="a_notice_is_translated_once_a_language"
            ),
            models.CheckConstraint(
                name="translated_notice_has_a_headline", condition=~Q(headline="")
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="translation_of_a_notice_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="translation_of_a_notice_stays_whose_it_is",
                fields=["version", "language", "side"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version_id} {self.language}"


class NoticeMatch(models.Model):
    """What one side's officers say of a notice and an incident: that it belongs to it, or not. Each
    side has its own row, which the other never reads."""

    class State(models.TextChoices):
        LINKED = "linked", pgettext_lazy("notice and incident", "Belongs to it")
        DISMISSED = "dismissed", pgettext_lazy("notice and incident", "Does not belong to it")

    notice = models.ForeignKey(
        AdvanceNotice, on_delete=models.PROTECT, related_name="matches", db_index=False
    )
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="notice_matches")
    side = models.CharField(max_length=2, choices=Side.choices)
    state = models.CharField(max_length=9, choices=State.choices)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["notice", "incident", "side"], name="a_side_matches_once"
            )
        ]
        triggers = [
            pgtrigger.Protect(name="match_of_a_notice_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="a_side_matches_what_it_holds",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                func="""
                IF NEW.side <> (SELECT a.side FROM public.access_user a WHERE a.id = NEW.by_id)
                   OR NOT EXISTS (
                       SELECT 1 FROM public.incidents_share s
                       JOIN public.contactpoints_unit u ON u.id = s.unit_id
                       WHERE s.incident_id = NEW.incident_id AND u.side = NEW.side) THEN
                    RAISE EXCEPTION 'a_side_matches_what_it_holds: %', NEW.side
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.notice_id} {self.incident_id} {self.side} {self.state}"


class NoticeSeries(models.Model):
    """The last number that a side gave in a year, as in N-LV-2026-00012."""

    side = models.CharField(max_length=2, choices=Side.choices)
    year = models.PositiveIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["side", "year"], name="one_series_of_notices_a_year")
        ]

    def __str__(self) -> str:
        return f"{self.side} {self.year} {self.last}"
