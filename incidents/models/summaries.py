"""What a side counted of a day or a month, as it stood then."""

import hashlib
import json
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


def digest_of(content: Any) -> str:
    """SHA-256 of a content, whatever order its keys came in."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


class SummaryQuerySet(models.QuerySet["Summary"]):
    def visible_to(self, user: Any) -> "SummaryQuerySet":
        """For officers of the two services who read incidents: those of the own side, and what the
        other side shared."""
        if user.side not in SERVICES or not units_where(user, "view_incidents"):
            return self.none()
        return self.filter(Q(side=user.side) | Q(audience=Summary.Audience.SHARED))


class Summary(models.Model):
    """Counts of a side's incidents in a day or month of its own calendar. Frozen: never changed.

    `period` is the day, or the first of the month; `starts_at` and `ends_at` are its edges. For
    `shared`, nothing was counted but copies that the other side held when it was made. `content`
    has the keys of `incidents.summing`; `digest` is its SHA-256.
    """

    class Kind(models.TextChoices):
        DAY = "day", pgettext_lazy("summary", "Day")
        MONTH = "month", pgettext_lazy("summary", "Month")

    class Audience(models.TextChoices):
        OWN = "own", pgettext_lazy("summary", "Own side only")
        SHARED = "shared", pgettext_lazy("summary", "Both sides")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=5, choices=Kind.choices)
    audience = models.CharField(max_length=6, choices=Audience.choices)
    side = models.CharField(max_length=2, choices=Side.choices)
    period = models.DateField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )

    objects = SummaryQuerySet.as_manager()

    class Meta:
        ordering = ["-period", "kind", "side", "audience"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "side", "audience", "period"], name="period_is_summed_up_once"
            ),
            models.CheckConstraint(
                name="days_stay_with_their_side", condition=~Q(kind="day") | Q(audience="own")
            ),
            models.CheckConstraint(
                name="summary_follows_its_period", condition=Q(at__gte=models.F("ends_at"))
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="summary_is_frozen", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.period} of {self.side} ({self.audience})"

    @property
    def ref(self) -> str:
        return f"summary:{self.uid}"

    @property
    def intact(self) -> bool:
        """Whether it still says what it said when it was frozen."""
        return digest_of(self.content) == self.digest


class SummaryMail(models.Model):
    """Whether a desk gets the daily summary by mail; one without a row does."""

    desk = models.OneToOneField(Unit, on_delete=models.PROTECT, related_name="+")
    wanted = models.BooleanField()

    def __str__(self) -> str:
        return f"{self.desk_id}: {self.wanted}"
