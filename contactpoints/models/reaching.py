"""By what an officer is reached beside the live screen and e-mail, and each attempt to tell one."""

import uuid
from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import pgettext_lazy

from .delivering import Delivery


class ChannelKind(models.TextChoices):
    """The codes that an escalation step names."""

    LIVE = "live", pgettext_lazy("channel", "Live screen")
    MAIL = "mail", pgettext_lazy("channel", "E-mail")
    PUSH = "push", pgettext_lazy("channel", "Notification on a device")
    SMS = "sms", pgettext_lazy("channel", "SMS")
    MESSENGER = "messenger", pgettext_lazy("channel", "Messenger")
    VOICE = "voice", pgettext_lazy("channel", "Telephone call")


# Always there: every step tells by them, and nobody switches them off.
FLOOR = (ChannelKind.LIVE, ChannelKind.MAIL)
# What an officer sets up.
PERSONAL = (ChannelKind.PUSH, ChannelKind.SMS, ChannelKind.MESSENGER, ChannelKind.VOICE)


class ChannelState(models.TextChoices):
    NEW = "new", pgettext_lazy("channel", "Not tested")
    TESTED = "tested", pgettext_lazy("channel", "Test under way")
    ON = "on", pgettext_lazy("channel", "On")
    OFF = "off", pgettext_lazy("channel", "Switched off")
    FAILED = "failed", pgettext_lazy("channel", "Does not work")


class Trouble(models.TextChoices):
    """Why an attempt did not succeed. Names no address and no provider."""

    UNREACHABLE = "unreachable", pgettext_lazy("trouble", "the receiver could not be reached")
    TIMED_OUT = "timed_out", pgettext_lazy("trouble", "the receiver did not answer in time")
    SLOW_DOWN = "slow_down", pgettext_lazy("trouble", "the receiver asked to wait")
    RECEIVER = "receiver", pgettext_lazy("trouble", "the receiver had a fault of its own")
    REFUSED = "refused", pgettext_lazy("trouble", "the receiver refused it")
    GONE = "gone", pgettext_lazy("trouble", "the address is not there any more")
    NO_PROVIDER = "no_provider", pgettext_lazy("trouble", "the portal has no provider for it now")
    NOT_ARRIVED = "not_arrived", pgettext_lazy("trouble", "a test message did not arrive")


State = ChannelState
# A test leads anywhere to an answer; only a confirmed test switches a channel on.
CHANNEL_MOVES = [
    (before.value, after.value)
    for before, afters in {
        State.NEW: (State.TESTED, State.FAILED),
        State.TESTED: (State.ON, State.NEW, State.OFF, State.FAILED),
        State.ON: (State.OFF, State.NEW, State.FAILED),
        State.OFF: (State.ON, State.TESTED, State.FAILED),
        State.FAILED: (State.TESTED, State.OFF),
    }.items()
    for after in afters
]


class ChannelQuerySet(models.QuerySet["Channel"]):
    def visible_to(self, user: Any) -> "ChannelQuerySet":
        """An officer's own. Nobody else reads an address; see `reaching.reading.reach_of_point`."""
        return self.filter(officer_id=user.pk)

    def on(self) -> "ChannelQuerySet":
        return self.filter(state=State.ON)


class Channel(models.Model):
    """A telephone, a messenger or a browser of one officer.

    `address` is sealed (reaching.sealed): a number or handle, or a browser's subscription as JSON.
    `mark` tells equal addresses of one officer apart without opening them. `name` says to its
    officer which it is: the browser, or the last digits. `asked_at`: when the test that waits for
    an answer was ordered; `test_sent_at`: when it left. `failures` counts attempts that failed
    since the last success.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="channels"
    )
    kind = models.CharField(max_length=10, choices=ChannelKind.choices)
    address = models.TextField()
    mark = models.CharField(max_length=64)
    name = models.CharField(max_length=60)
    state = models.CharField(max_length=8, choices=State.choices, default=State.NEW)
    added_at = models.DateTimeField(default=now)
    asked_at = models.DateTimeField(null=True)
    test_sent_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    last_success_at = models.DateTimeField(null=True)
    off_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=12, choices=Trouble.choices, blank=True)
    failures = models.PositiveSmallIntegerField(default=0)

    objects = ChannelQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["officer", "kind", "mark"], name="one_channel_per_address"
            ),
            models.CheckConstraint(
                name="live_and_mail_are_nobodys_choice", condition=Q(kind__in=PERSONAL)
            ),
            models.CheckConstraint(
                name="channel_on_was_confirmed",
                condition=~Q(state="on") | Q(confirmed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="failed_channel_says_why_and_when",
                condition=~Q(state="failed") | (Q(failed_at__isnull=False) & ~Q(failure="")),
            ),
        ]
        indexes = [
            models.Index(fields=["officer"], name="channel_failed", condition=Q(state="failed")),
        ]
        triggers = [
            pgtrigger.FSM(name="channel_moves", field="state", transitions=CHANNEL_MOVES),
            pgtrigger.ReadOnly(
                name="channel_stays_with_its_officer", fields=["uid", "officer", "kind"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.officer_id}: {self.state}"

    @property
    def ref(self) -> str:
        return f"channel:{self.uid}"

    @property
    def waits_for_answer(self) -> bool:
        return self.asked_at is not None


class AttemptQuerySet(models.QuerySet["Attempt"]):
    def of(self, delivery: Delivery) -> "AttemptQuerySet":
        """The log of one delivery, oldest first. Who may see it was asked of the delivery."""
        return self.filter(delivery=delivery).select_related("officer").order_by("at", "pk")


class Attempt(models.Model):
    """One attempt to tell somebody of a delivery, as it ended. Written once, never changed.

    `officer` and `channel` are empty for the live screen, `channel` for e-mail and for one that was
    removed since. `together`: how many alerts one message told of, null for a message of its own.
    """

    class Outcome(models.TextChoices):
        SENT = "sent", pgettext_lazy("attempt", "Sent")
        FAILED = "failed", pgettext_lazy("attempt", "Failed, will be tried again")
        ENDED = "ended", pgettext_lazy("attempt", "Failed for good")
        GROUPED = "grouped", pgettext_lazy("attempt", "Waits for one message with others")
        GATHERED = "gathered", pgettext_lazy("attempt", "Waits for the digest")

    delivery = models.ForeignKey(
        Delivery, on_delete=models.CASCADE, related_name="attempts", db_index=False
    )
    step = models.PositiveSmallIntegerField()
    # How often the alert had woken up by then.
    turn = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField(max_length=10, choices=ChannelKind.choices)
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    channel = models.ForeignKey(
        Channel, on_delete=models.SET_NULL, null=True, related_name="attempts", db_index=False
    )
    at = models.DateTimeField(default=now)
    outcome = models.CharField(max_length=8, choices=Outcome.choices)
    reason = models.CharField(max_length=12, choices=Trouble.choices, blank=True)
    together = models.PositiveSmallIntegerField(null=True)

    objects = AttemptQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["delivery", "step", "turn", "channel"],
                name="one_sending_per_step_and_channel",
                condition=Q(outcome="sent", channel__isnull=False),
            ),
            models.CheckConstraint(
                name="failed_attempt_says_why",
                condition=~Q(outcome__in=["failed", "ended"]) | ~Q(reason=""),
            ),
        ]
        indexes = [
            models.Index(fields=["delivery", "at"], name="attempt_of_delivery"),
            models.Index(
                fields=["channel", "-at"],
                name="attempt_of_channel",
                condition=Q(channel__isnull=False),
            ),
            models.Index(
                fields=["officer", "delivery"],
                name="attempt_gathered",
                condition=Q(outcome="gathered"),
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="attempt_stays_as_it_was",
                fields=["delivery", "step", "turn", "kind", "officer", "at", "outcome", "reason",
                        "together"],
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.delivery_id}/{self.step} {self.kind}: {self.outcome}"
