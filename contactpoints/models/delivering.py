"""The delivery of an alert to one desk."""

import uuid
from itertools import combinations
from typing import Any

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.timezone import now
from django.utils.translation import pgettext_lazy

from .alerting import FOLLOWS, NUMBER_ONLY, URGENT, Alert, Priority
from .policies import HELD, EscalationPolicy
from .tree import Unit


class DeliveryState(models.TextChoices):
    QUEUED = "queued", pgettext_lazy("delivery", "Queued")
    SENT = "sent", pgettext_lazy("delivery", "Sent")
    DELIVERED = "delivered", pgettext_lazy("delivery", "Delivered")
    OPENED = "opened", pgettext_lazy("delivery", "Opened")
    ACKNOWLEDGED = "acknowledged", pgettext_lazy("delivery", "Acknowledged")
    ACCEPTED = "accepted", pgettext_lazy("delivery", "Accepted")
    DECLINED = "declined", pgettext_lazy("delivery", "Declined")


# Any forward move is allowed; accepted and declined are two ends of one road.
MOVES = [
    (before.value, after.value)
    for before, after in combinations(list(DeliveryState), 2)
    if before != DeliveryState.ACCEPTED
]
# A desk hands back what it cannot do, and the alert is open at it again.
REOPENS = [
    (before.value, after.value)
    for before in (DeliveryState.ACKNOWLEDGED, DeliveryState.ACCEPTED)
    for after in (DeliveryState.DELIVERED, DeliveryState.OPENED)
]


WAITS = Q(acknowledged_at=None) | Q(woken_at__isnull=False)


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def visible_to(self, user: Any) -> "DeliveryQuerySet":
        """Deliveries at a desk where `user` sees alerts, or sent by a unit of theirs."""
        from ..access import units_where

        mine = units_where(user, "view_alerts")
        return self.filter(
            Q(desk_id__in=mine) | Q(alert__sender_id__in=mine) | Q(passed_to__overlap=list(mine))
        )

    def at(self, unit_ids: Any) -> "DeliveryQuerySet":
        return self.filter(desk_id__in=unit_ids)

    def reaching(self, unit_ids: Any) -> "DeliveryQuerySet":
        """Those at these desks, and those that climbed to them from another point."""
        ids = list(unit_ids)
        return self.filter(Q(desk_id__in=ids) | Q(passed_to__overlap=ids))

    def open(self) -> "DeliveryQuerySet":
        """Those that still wait for an acknowledgement, or woke up again because nothing followed
        it; what was recalled waits for nobody."""
        return self.filter(WAITS, recalled_at=None)

    def about(self, ref: str) -> "DeliveryQuerySet":
        return self.filter(alert__about=ref)

    def bare(self) -> "DeliveryQuerySet":
        """With what the verbs need. The many joins of `whole` take longer to plan than to run."""
        return self.select_related("alert__sender", "desk")

    def whole(self) -> "DeliveryQuerySet":
        """With everything a card shows, in one statement."""
        return self.select_related(
            "alert", "alert__sender", "alert__raised_by", "desk",
            "opened_by", "acknowledged_by", "accepted_by", "declined_by", "handed_back__by",
        ).prefetch_related("named__officer", "named__acknowledged_by")  # fmt: skip


class Delivery(models.Model):
    """An alert at one desk: how far it came, when, and through whom.

    `steps` is the escalation policy as it stood when the alert was raised: a list of
    {"who", "channels", "wait" (seconds or null)}; `step` is the index of the one now told.
    `priority` repeats the alert's, for the constraints below. `kept` names the keys of the alert's
    card that the desk may still read; null for all of them. `recalled_at` is when the sender took
    back what the alert was about. `policy` is the version that `steps` come from, and
    `note_within` its limit in seconds for this alert, null where nobody expects progress;
    `note_by` is when an acknowledged one wakes up, `woken_at` since when it is awake, and `wakes`
    how often its steps began anew: it woke up, or was handed back, the last time by `handed_back`.
    `forwarded` is to how many posts of the own side it stands forwarded, `forwards_heard` how many
    of them acknowledged, and `forward_due` when the first of the others is late. `asked` is how
    many were asked by name. `passed_to` are the ids of desks of other points to which it climbed.
    `held_until` is until when quiet hours hold the personal messages of the present step.
    `said` keeps the standard phrases of which `line` and `reason` hold the English wording
    (contactpoints.phrases).
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # Neither needs an index of its own: one below begins with it.
    alert = models.ForeignKey(
        Alert, on_delete=models.PROTECT, related_name="deliveries", db_index=False
    )
    desk = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="deliveries", db_index=False
    )
    priority = models.CharField(max_length=2, choices=Priority.choices)
    state = models.CharField(
        max_length=12, choices=DeliveryState.choices, default=DeliveryState.QUEUED
    )
    queued_at = models.DateTimeField(default=now)
    sent_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    line = models.CharField(max_length=500, blank=True)
    # Who said so by telephone; `acknowledged_by` wrote it down then.
    phoned = models.CharField(max_length=80, blank=True)
    # When it was said, where that was written down later, as after an outage.
    phoned_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    declined_at = models.DateTimeField(null=True)
    declined_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    reason = models.CharField(max_length=500, blank=True)
    failed_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=200, blank=True)
    step = models.PositiveSmallIntegerField(default=0)
    steps = models.JSONField()
    escalate_at = models.DateTimeField(null=True)
    escalated_at = models.DateTimeField(null=True)
    kept = ArrayField(models.CharField(max_length=30), null=True)
    recalled_at = models.DateTimeField(null=True)
    policy = models.ForeignKey(
        EscalationPolicy, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    note_within = models.PositiveIntegerField(null=True)
    note_by = models.DateTimeField(null=True)
    woken_at = models.DateTimeField(null=True)
    wakes = models.PositiveSmallIntegerField(default=0, db_default=0)
    asked = models.PositiveSmallIntegerField(default=0, db_default=0)
    passed_to = ArrayField(models.BigIntegerField(), null=True)
    held_until = models.DateTimeField(null=True)
    handed_back = models.ForeignKey(
        "contactpoints.HandBack",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )
    forwarded = models.PositiveSmallIntegerField(default=0, db_default=0)
    forwards_heard = models.PositiveSmallIntegerField(default=0, db_default=0)
    forward_due = models.DateTimeField(null=True)
    said = models.JSONField(null=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["alert", "desk"], name="one_delivery_per_alert_and_desk"
            ),
            models.CheckConstraint(
                name="acknowledged_stops_escalation",
                condition=Q(acknowledged_at=None) | Q(escalate_at=None) | Q(woken_at__isnull=False),
            ),
            models.CheckConstraint(
                name="recalled_stops_escalation",
                condition=Q(recalled_at=None) | Q(escalate_at=None, note_by=None, woken_at=None),
            ),
            models.CheckConstraint(
                name="recalled_keeps_no_whole_card",
                condition=Q(recalled_at=None) | Q(kept__isnull=False),
            ),
            models.CheckConstraint(
                name="acknowledged_has_a_person",
                condition=Q(acknowledged_at=None, acknowledged_by=None)
                | Q(acknowledged_at__isnull=False, acknowledged_by__isnull=False),
            ),
            models.CheckConstraint(
                name="answered_means_acknowledged",
                condition=~Q(state__in=["acknowledged", "accepted", "declined"])
                | Q(acknowledged_at__isnull=False),
            ),
            models.CheckConstraint(
                name="urgent_acknowledgement_has_a_line",
                condition=Q(acknowledged_at=None) | Q(priority__in=["P3", "P4"]) | ~Q(line=""),
            ),
            models.CheckConstraint(
                name="only_the_acknowledged_wake_up",
                condition=Q(woken_at=None, note_by=None)
                | Q(acknowledged_at__isnull=False) & (Q(woken_at=None) | Q(note_by=None)),
            ),
            models.CheckConstraint(
                name="urgent_is_never_held",
                condition=Q(held_until=None) | Q(priority__in=HELD),
            ),
            models.CheckConstraint(
                name="declined_has_a_reason", condition=~Q(state="declined") | ~Q(reason="")
            ),
            models.CheckConstraint(
                name="a_phrase_has_its_line",
                condition=Q(said=None)
                | Q(acknowledged_at__isnull=False) & (~Q(line="") | ~Q(reason="")),
            ),
            models.CheckConstraint(
                name="what_was_said_by_phone_is_acknowledged",
                condition=Q(phoned="") | Q(acknowledged_at__isnull=False),
            ),
            models.CheckConstraint(
                name="no_more_posts_acknowledge_than_were_told",
                condition=Q(forwards_heard__lte=F("forwarded")),
            ),
            models.CheckConstraint(
                name="said_by_phone_before_it_was_written",
                condition=Q(phoned_at=None)
                | ~Q(phoned="") & Q(acknowledged_at__gte=models.F("phoned_at")),
            ),
        ]
        indexes = [
            models.Index(
                fields=["escalate_at"],
                name="delivery_due",
                condition=Q(escalate_at__isnull=False),
            ),
            models.Index(fields=["desk", "-id"], name="delivery_open", condition=WAITS),
            models.Index(
                fields=["note_by"], name="delivery_note_by", condition=Q(note_by__isnull=False)
            ),
            models.Index(
                fields=["woken_at"], name="delivery_woken", condition=Q(woken_at__isnull=False)
            ),
            GinIndex(
                fields=["passed_to"],
                name="delivery_passed",
                condition=Q(passed_to__isnull=False),
            ),
            models.Index(fields=["desk", "-id"], name="delivery_by_desk"),
            models.Index(fields=["desk", "-acknowledged_at"], name="delivery_answered"),
            models.Index(fields=["-queued_at"], name="delivery_newest"),
        ]
        triggers = [
            pgtrigger.FSM(name="delivery_moves", field="state", transitions=[*MOVES, *REOPENS]),
            pgtrigger.Trigger(
                name="all_asked_by_name_acknowledge",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Q(
                    new__asked__gt=0,
                    old__acknowledged_at__isnull=True,
                    new__acknowledged_at__isnull=False,
                ),
                func="""
                IF EXISTS (SELECT 1 FROM public.contactpoints_askedbyname named
                           WHERE named.delivery_id = NEW.id
                             AND named.acknowledged_at IS NULL AND named.excused_at IS NULL) THEN
                    RAISE EXCEPTION 'all_asked_by_name_acknowledge'
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
            pgtrigger.Trigger(
                name="only_a_hand_back_opens_again",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition(
                    "OLD.acknowledged_at IS NOT NULL AND (NEW.acknowledged_at IS NULL "
                    "OR NEW.state NOT IN ('acknowledged', 'accepted', 'declined'))"
                ),
                func="""
                IF NEW.acknowledged_at IS NOT NULL OR NEW.recalled_at IS NOT NULL
                   OR NEW.wakes <> OLD.wakes + 1 OR NOT EXISTS (
                       SELECT 1 FROM public.contactpoints_handback given
                       WHERE given.id = NEW.handed_back_id AND given.delivery_id = NEW.id
                         AND given.turn = OLD.wakes
                   ) THEN
                    RAISE EXCEPTION 'only_a_hand_back_opens_again: %', NEW.uid
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
            pgtrigger.Trigger(
                name="an_exercise_climbs_no_step",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition("NEW.escalate_at IS NOT NULL OR NEW.step > 0"),
                func="""
                IF (SELECT a.status FROM public.contactpoints_alert a
                    WHERE a.id = NEW.alert_id) <> 'actual' THEN
                    RAISE EXCEPTION 'an_exercise_climbs_no_step: %', NEW.uid
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.alert_id} at {self.desk_id}: {self.state}"

    @property
    def ref(self) -> str:
        return f"delivery:{self.uid}"

    @property
    def card(self) -> dict[str, Any]:
        """The alert's card as far as this desk may still read it."""
        whole: dict[str, Any] = self.alert.card
        if self.kept is None:
            return whole
        kept = {*self.kept} if set(self.kept) <= set(NUMBER_ONLY) else {*self.kept, *FOLLOWS}
        return {key: value for key, value in whole.items() if key in kept}

    @property
    def waits(self) -> bool:
        """Whether it waits for an acknowledgement, or woke up again."""
        awake = self.acknowledged_at is None or self.woken_at is not None
        return awake and self.recalled_at is None

    @property
    def is_over(self) -> bool:
        """Whether nothing is to be done about it any more: the sender took it back, called it off
        or withdrew what it is about."""
        return (
            self.recalled_at is not None
            or self.alert.kind == Alert.Kind.CANCEL
            or bool(self.alert.card.get("called_off") or self.alert.card.get("withdrawn"))
        )

    @property
    def may_be_handed_back(self) -> bool:
        """Whether the desk's answer may be taken back: it acknowledged or accepted something to do,
        and the sender has not taken it back since."""
        return (
            self.acknowledged_at is not None
            and not self.is_over
            and self.state != DeliveryState.DECLINED
            and not self.alert.about.startswith(("broadcast:", "exercise:"))
        )

    @property
    def forward_is_late(self) -> bool:
        """Whether a post to which it was forwarded should have acknowledged and has not."""
        return self.forward_due is not None and self.forward_due <= now()

    @property
    def head_stands_in(self) -> bool:
        """Whether the head of the point may acknowledge for those asked by name who miss: once it
        climbed, and at once for an exercise, which climbs nowhere."""
        return self.escalated_at is not None or self.alert.status != Alert.Status.ACTUAL

    @property
    def needs_line(self) -> bool:
        return self.priority in URGENT
