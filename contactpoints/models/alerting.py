"""Alerts, and their delivery to each desk."""

import uuid
from datetime import datetime

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import pgettext_lazy

from .tree import Unit


class Priority(models.TextChoices):
    P1 = "P1", pgettext_lazy("priority", "Emergency")
    P2 = "P2", pgettext_lazy("priority", "Urgent")
    P3 = "P3", pgettext_lazy("priority", "Routine")
    P4 = "P4", pgettext_lazy("priority", "Information")


BY_SEVERITY = {4: Priority.P1, 3: Priority.P2, 2: Priority.P3, 1: Priority.P4}
URGENT = (Priority.P1, Priority.P2)


# What a desk may still read of a card whose subject was taken back from it.
NUMBER_ONLY = ["number", "side", "exercise"]
# What every desk reads that holds more than that: what became of the alert itself.
FOLLOWS = {"called_off", "chain", "purged"}
# Words of a card, which go by a purge; number, side, severity, category, place and time stay.
CARD_WORDS = [
    "headline", "language", "texts", "text", "line", "line_language", "said", "reason",
    "restriction",
]  # fmt: skip
# A cancel after a recall. One that says that a report was withdrawn, or that an alert was called
# off, leaves the copy where it is.
STAYS = ("withdrawn", "called_off")
TAKES_BACK = Q(kind="cancel") & ~Q(card__has_any_keys=STAYS)


class AlertQuerySet(models.QuerySet["Alert"]):
    def about(self, ref: str) -> "AlertQuerySet":
        return self.filter(about=ref)


class Alert(models.Model):
    """Desks are asked to acknowledge something.

    `about` names the subject ("incident:<uid>"); `card` is language-neutral and holds released
    fields only: number, headline, severity, category, place, lat, lon, happened_at (ISO 8601 UTC),
    happened_precision, version, side, unverified, exercise, and, with a headline, its language and
    `texts`, by language what it says there (headline, mark). Absent keys were not released. A desk
    may read less of it later: readers take `Delivery.card`. What is not an incident says in `event`
    what happened to it (board.EVENTS). The card of a cancel that takes a copy
    back has number, side, exercise and reason.

    An update or a cancel `references` the alert that it changes. All cards of such a chain have
    `chain`: of each alert of it, oldest first, uid, kind, priority and `at`; and `called_off` once
    the sender cancelled it. The `line` of an update or cancel that the sender wrote, with its
    `line_language`, or as `said` (contactpoints.phrases), is on that one's card. On the card of
    what a pause held stands when it was decided (`decided_at`, ISO 8601 UTC), and `overtaken` where
    the desk was told something newer before it came. A card whose words a purge took is `purged`.
    """

    class Kind(models.TextChoices):
        ALERT = "alert", pgettext_lazy("alert", "Alert")
        UPDATE = "update", pgettext_lazy("alert", "Update")
        CANCEL = "cancel", pgettext_lazy("alert", "Cancel")

    class Status(models.TextChoices):
        ACTUAL = "actual", pgettext_lazy("alert", "Actual")
        EXERCISE = "exercise", pgettext_lazy("alert", "Exercise")
        TEST = "test", pgettext_lazy("alert", "Test")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    about = models.CharField(max_length=80, db_index=True)
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.ALERT)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.ACTUAL)
    priority = models.CharField(max_length=2, choices=Priority.choices)
    card = models.JSONField()
    sender = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    references = models.ForeignKey("self", on_delete=models.PROTECT, null=True)
    raised_at = models.DateTimeField(default=now)
    raised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = AlertQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="an_update_or_cancel_refers_to_what_it_changes",
                condition=Q(kind="alert", references=None)
                | ~Q(kind="alert") & Q(references__isnull=False),
            ),
            models.UniqueConstraint(
                name="an_alert_is_called_off_once",
                fields=["references"],
                condition=Q(kind="cancel", card__has_key="called_off"),
            ),
            models.CheckConstraint(
                name="a_purged_card_has_no_words",
                condition=~Q(card__has_key="purged") | ~Q(card__has_any_keys=CARD_WORDS),
            ),
        ]
        # A console asks for the last one; the others are nearly all there are.
        indexes = [
            models.Index(fields=["id"], name="alert_tests", condition=Q(status="test")),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="an_update_or_cancel_is_about_the_same",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Q(new__references__isnull=False),
                func="""
                IF NEW.references_id = NEW.id OR NEW.about IS DISTINCT FROM (
                    SELECT a.about FROM public.contactpoints_alert a WHERE a.id = NEW.references_id
                ) THEN
                    RAISE EXCEPTION 'an_update_or_cancel_is_about_the_same: %', NEW.uid
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.priority} {self.about}"

    @property
    def ref(self) -> str:
        return f"alert:{self.uid}"

    @property
    def said_at(self) -> datetime:
        """When its sender decided it: before it was raised where a pause held it."""
        decided_at = self.card.get("decided_at")
        return datetime.fromisoformat(decided_at) if decided_at else self.raised_at

    @property
    def takes_back(self) -> bool:
        """Whether the desk's copy went, and its card says nothing of it."""
        return self.kind == Alert.Kind.CANCEL and not any(key in self.card for key in STAYS)
