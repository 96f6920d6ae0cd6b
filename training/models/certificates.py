"""Certificates of who attended, and the share of days that an activity asks for."""

from __future__ import annotations

import uuid
from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import pgettext_lazy

from .activities import Activity
from .people import Participation

SHARE = 80


class CertificateLevel(models.TextChoices):
    """Source: a proposal of the project."""

    ATTENDED = "attended", pgettext_lazy("certificate of training", "Attended")
    PASSED = "passed", pgettext_lazy("certificate of training", "Passed")
    TRAINER = "trainer", pgettext_lazy("certificate of training", "Trainer")


class CertificateRule(models.Model):
    """How large a share of the days of an activity, in per cent, a certificate takes; where there
    is no row it is 80."""

    activity = models.OneToOneField(
        Activity, on_delete=models.PROTECT, related_name="certificate_rule"
    )
    share = models.PositiveSmallIntegerField(default=SHARE)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+",
        db_index=False,
    )  # fmt: skip

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_certificate_takes_a_share_of_the_days",
                condition=Q(share__gte=1, share__lte=100),
            )
        ]

    def __str__(self) -> str:
        return f"{self.activity_id} {self.share}"


class CertificateSeries(models.Model):
    """The last number given in a year."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.year} {self.last}"


class Certificates(models.QuerySet["Certificate"]):
    def visible_to(self, user: Any) -> Self:
        """The own ones, and those of participations that whoever plans activities sees."""
        return self.filter(participation__in=Participation.objects.visible_to(user))

    def standing(self) -> Self:
        return self.filter(revoked_at=None)


class Certificate(models.Model):
    """One certificate, such as CERT-2026-00001. `code` is what its paper has beside the number;
    `content` is what the paper says, in each language, as it was when it was issued."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.CharField(max_length=20, unique=True)
    code = models.CharField(max_length=16)
    participation = models.ForeignKey(
        Participation, on_delete=models.PROTECT, related_name="certificates"
    )
    level = models.CharField(max_length=8, choices=CertificateLevel.choices)
    content = models.JSONField()
    issued_at = models.DateTimeField(default=now)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+",
        db_index=False,
    )  # fmt: skip
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+",
        db_index=False,
    )  # fmt: skip
    reason = models.CharField(max_length=500, blank=True)

    objects = Certificates.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["participation"],
                condition=Q(revoked_at=None),
                name="a_participation_has_one_certificate",
            ),
            models.CheckConstraint(
                name="a_revoked_certificate_says_why",
                condition=Q(revoked_at=None, reason="") | Q(revoked_at__isnull=False),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="certificate_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="a_certificate_stays_as_it_was_issued",
                fields=[
                    "uid",
                    "number",
                    "code",
                    "participation",
                    "level",
                    "content",
                    "issued_at",
                    "issued_by",
                ],
            ),
            pgtrigger.Protect(
                name="a_revoked_certificate_stays_revoked",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.revoked_at IS NOT NULL AND (OLD.revoked_at IS DISTINCT FROM NEW.revoked_at"
                    " OR (NEW.reason <> '' AND OLD.reason <> NEW.reason))"
                ),
            ),
            pgtrigger.Trigger(
                name="a_certificate_is_of_who_attended",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func="""
                IF NOT EXISTS (SELECT 1 FROM public.training_participation p
                               WHERE p.id = NEW.participation_id
                                 AND p.state IN ('attended', 'certified')) THEN
                    RAISE EXCEPTION 'a_certificate_is_of_who_attended'
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def ref(self) -> str:
        return f"certificate:{self.uid}"
