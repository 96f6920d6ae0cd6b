"""How a side sees a risk, again and again: assessments never change, the newest one stands."""

from __future__ import annotations

import uuid
from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import pgettext_lazy

from bordercoop.access.models import Language
from bordercoop.reference.sides import Side
from incidents.models import Incident, Share

from ..register_access import reads_own
from .matrix import MatrixVersion
from .risks import Risk


class Probability(models.TextChoices):
    """The seven steps of estimative language, in percent.

    Source: the taxonomy `estimative-language` of MISP.
    """

    ALMOST_NO_CHANCE = "almost_no_chance", pgettext_lazy("probability", "Almost no chance (1–5 %)")
    VERY_UNLIKELY = "very_unlikely", pgettext_lazy("probability", "Very unlikely (5–20 %)")
    UNLIKELY = "unlikely", pgettext_lazy("probability", "Unlikely (20–45 %)")
    EVEN = "even", pgettext_lazy("probability", "Roughly even chance (45–55 %)")
    LIKELY = "likely", pgettext_lazy("probability", "Likely (55–80 %)")
    VERY_LIKELY = "very_likely", pgettext_lazy("probability", "Very likely (80–95 %)")
    ALMOST_CERTAIN = "almost_certain", pgettext_lazy("probability", "Almost certain (95–99 %)")


class Confidence(models.TextChoices):
    """How far the analyst trusts what the judgement rests on; source as above."""

    LOW = "low", pgettext_lazy("analytic confidence", "Low")
    MODERATE = "moderate", pgettext_lazy("analytic confidence", "Moderate")
    HIGH = "high", pgettext_lazy("analytic confidence", "High")


class Assessments(models.QuerySet["Assessment"]):
    def visible_to(self, user: Any) -> Self:
        """Of the risks that `user` reads: those given to both sides, and with `read_risks` all of
        the own side."""
        rows = self.filter(risk__in=Risk.objects.visible_to(user))
        given = Q(given_at__isnull=False)
        return rows.filter(given | Q(side=user.side) if reads_own(user) else given)

    def newest_of_each(self) -> Self:
        """What each side says of each risk by the last of these."""
        return self.order_by("risk_id", "side", "-at", "-pk").distinct("risk_id", "side")


class Assessment(models.Model):
    """What a side said of a risk at a moment, by the scales that held then.

    Levels are numbers from 1 on `matrix`; `impact` is by domain. `row`, `column`, `score` and
    `band` are what `scales.place` made of them. `given_at` is when the other side could read it.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    risk = models.ForeignKey(
        Risk, on_delete=models.PROTECT, related_name="assessments", db_index=False
    )
    side = models.CharField(max_length=2, choices=Side.choices)
    matrix = models.ForeignKey(MatrixVersion, on_delete=models.PROTECT, related_name="+")
    likelihood = models.PositiveSmallIntegerField()
    magnitude = models.PositiveSmallIntegerField()
    vulnerability = models.PositiveSmallIntegerField()
    impact = models.JSONField()
    row = models.PositiveSmallIntegerField()
    column = models.PositiveSmallIntegerField()
    score = models.PositiveSmallIntegerField()
    band = models.CharField(max_length=8)
    why = models.CharField(max_length=4_000)
    language = models.CharField(max_length=2, choices=Language.choices)
    probability = models.CharField(max_length=16, choices=Probability.choices)
    confidence = models.CharField(max_length=8, choices=Confidence.choices)
    given_at = models.DateTimeField(null=True)
    client_ref = models.UUIDField(default=uuid.uuid4)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )

    objects = Assessments.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["by", "client_ref"], name="assessment_made_once"),
            models.CheckConstraint(
                name="an_assessment_is_of_the_two_services", condition=Q(side__in=["LV", "BY"])
            ),
            models.CheckConstraint(name="an_assessment_says_why", condition=~Q(why="")),
            models.CheckConstraint(
                name="a_score_is_row_by_column",
                condition=Q(score=models.F("row") * models.F("column"), row__gte=1, column__gte=1),
            ),
        ]
        indexes = [models.Index(fields=["risk", "side", "-at"], name="assessment_newest")]
        triggers = [
            pgtrigger.Protect(name="assessment_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="an_assessment_never_changes", exclude=["given_at"]),
            pgtrigger.Trigger(
                name="an_assessment_is_given_once",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition(
                    "OLD.given_at IS NOT NULL AND OLD.given_at IS DISTINCT FROM NEW.given_at"
                ),
                func="""
                RAISE EXCEPTION 'an_assessment_is_given_once' USING ERRCODE = 'check_violation';
                """,
            ),
            pgtrigger.Trigger(
                name="an_assessment_is_made_by_what_holds",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func="""
                IF NOT EXISTS (SELECT 1 FROM public.riskanalysis_matrixversion
                               WHERE id = NEW.matrix_id AND state = 'in_force') THEN
                    RAISE EXCEPTION 'an_assessment_is_made_by_what_holds'
                        USING ERRCODE = 'check_violation';
                END IF;
                IF NEW.side IS DISTINCT FROM (
                    SELECT side FROM public.access_user WHERE id = NEW.by_id
                ) THEN
                    RAISE EXCEPTION 'a_side_assesses_for_itself'
                        USING ERRCODE = 'check_violation';
                END IF;
                IF NOT EXISTS (SELECT 1 FROM public.riskanalysis_risk r
                               WHERE r.id = NEW.risk_id
                                 AND (r.side = NEW.side OR r.shared_at IS NOT NULL)) THEN
                    RAISE EXCEPTION 'nobody_assesses_what_the_other_side_has_not_shown'
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.risk_id} {self.side} {self.score}"


class Citations(models.QuerySet["Citation"]):
    def visible_to(self, user: Any) -> Self:
        """Of incidents of which `user` reads a copy."""
        held = Share.objects.visible_to(user).filter(incident=models.OuterRef("incident"))
        return self.filter(models.Exists(held))


class Citation(models.Model):
    """An incident on which an assessment rests, at the version that was read then."""

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="citations")
    incident = models.ForeignKey(
        Incident, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    version = models.PositiveIntegerField()

    objects = Citations.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "incident"], name="incident_cited_once_in_an_assessment"
            )
        ]
        triggers = [
            pgtrigger.Protect(
                name="citation_is_kept", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return f"{self.assessment_id} {self.incident_id}"
