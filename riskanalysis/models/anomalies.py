"""Anomaly reports: a week outside the usual range, and what came of it."""

import uuid
from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import pgettext_lazy

from bordercoop.reference.sides import Side
from contactpoints.access import SERVICES, units_where
from contactpoints.models import Unit

WORDS_MOST = 4000


class AnomalyQuerySet(models.QuerySet["Anomaly"]):
    def visible_to(self, user: Any) -> "AnomalyQuerySet":
        """Those of units within reach; of the other side those that were put to both."""
        units = units_where(user, "view_incidents")
        if user.side not in SERVICES or not units:
            return self.none()
        return self.filter(Q(unit_id__in=units) | (~Q(side=user.side) & Q(shared_at__isnull=False)))

    def open(self) -> "AnomalyQuerySet":
        return self.exclude(state=Anomaly.State.CLOSED)


class Anomaly(models.Model):
    """A week whose count lay outside its usual range, reported by an analyst with the series.

    `series` is frozen as its unit reads it. `common` is the same of what the other side holds too,
    counted through its units, and the only one that it ever reads; `digest` is the SHA-256 of both
    and shown to nobody.
    """

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("anomaly", "Open")
        ASSESSED = "assessed", pgettext_lazy("anomaly", "Assessed")
        CLOSED = "closed", pgettext_lazy("anomaly", "Closed")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    client_ref = models.UUIDField(default=uuid.uuid4)
    side = models.CharField(max_length=2, choices=Side.choices)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    week = models.DateField()
    filters = models.JSONField()
    series = models.JSONField()
    common = models.JSONField()
    digest = models.CharField(max_length=64)
    words = models.CharField(max_length=WORDS_MOST)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    shared_at = models.DateTimeField(null=True)

    objects = AnomalyQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["by", "client_ref"], name="anomaly_filed_once"),
            models.CheckConstraint(name="anomaly_has_words", condition=~Q(words="")),
            models.CheckConstraint(
                name="anomaly_is_of_a_service", condition=Q(side__in=["LV", "BY"])
            ),
            models.CheckConstraint(
                name="anomaly_of_what_never_crosses_stays",
                condition=Q(shared_at=None)
                | ~Q(filters__category__startswith="ASY") & ~Q(filters__category__startswith="SIR"),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="anomaly_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="anomaly_is_frozen",
                fields=[
                    "uid", "client_ref", "side", "unit", "week", "filters", "series", "common",
                    "digest", "words", "at", "by",
                ],
            ),
            pgtrigger.FSM(
                name="anomaly_moves",
                field="state",
                transitions=[("open", "assessed"), ("open", "closed"), ("assessed", "closed")],
            ),
            pgtrigger.Trigger(
                name="a_shared_anomaly_stays_shared",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition(
                    "OLD.shared_at IS NOT NULL AND OLD.shared_at IS DISTINCT FROM NEW.shared_at"
                ),
                func="""
                RAISE EXCEPTION 'a_shared_anomaly_stays_shared' USING ERRCODE = 'check_violation';
                """,
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.side} {self.week} {self.uid}"

    @property
    def ref(self) -> str:
        return f"anomaly:{self.uid}"

    @property
    def edition(self) -> int:
        """Grows with every step, so that it names what somebody read. One statement."""
        return 1 + self.steps.count()


class AnomalyStep(models.Model):
    """What was done about an anomaly, by whom and in which words. Never changed."""

    class Deed(models.TextChoices):
        SHARED = "shared", pgettext_lazy("anomaly", "Put to both sides")
        ASSESSED = "assessed", pgettext_lazy("anomaly", "Assessed")
        CLOSED = "closed", pgettext_lazy("anomaly", "Closed")

    anomaly = models.ForeignKey(Anomaly, on_delete=models.PROTECT, related_name="steps")
    deed = models.CharField(max_length=8, choices=Deed.choices)
    words = models.CharField(max_length=WORDS_MOST, blank=True)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["anomaly", "deed"], name="anomaly_step_taken_once"),
        ]
        triggers = [
            pgtrigger.Protect(
                name="anomaly_step_is_kept", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return f"{self.anomaly_id} {self.deed}"
