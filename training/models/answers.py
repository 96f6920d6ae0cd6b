"""Answers to invitations that came by letter, and reminders that went (docs/invitations.md)."""

from __future__ import annotations

import uuid
from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models
from django.db.models import F, Q
from django.db.models.lookups import IsNull
from django.utils.timezone import now
from django.utils.translation import get_language, pgettext_lazy

from bordercoop.reference.sides import Side

from ..access import agrees
from .activities import Activity
from .people import SEATED, Participation


class Outcome(models.TextChoices):
    """What a letter came to."""

    ANSWERED = "answered", pgettext_lazy("letter", "An answer")
    PROPOSED = "proposed", pgettext_lazy("letter", "Another time was proposed")
    OUTDATED = "outdated", pgettext_lazy("letter", "An answer to an earlier time")
    REFUSED = "refused", pgettext_lazy("letter", "An answer that was not possible any more")
    UNREAD = "unread", pgettext_lazy("letter", "Could not be read")


class AnswerLetters(models.QuerySet["AnswerLetter"]):
    def unread_by(self, user: Any) -> Self:
        """Those kept aside that nobody has looked after, for coordinators of the side; of whom it
        came is not known of some, and both sides' coordinators see those."""
        return self.kept_for(user).filter(settled_at=None)

    def kept_for(self, user: Any) -> Self:
        """The same, with those that were looked after; those of an invitation first, then the
        newest."""
        if not agrees(user):
            return self.none()
        kept = self.filter(outcome__in=("unread", "refused"))
        kept = kept.filter(Q(side=user.side) | Q(side=""))
        return kept.order_by(IsNull(F("participation"), True), "-at", "-pk")


class AnswerLetter(models.Model):
    """A letter to the answers address. `identity` is the SHA-256 of its Message-ID and body, so
    that one that is delivered twice is taken once. Its words are nowhere in the database: what
    could not be read lies in the folder of the Maildir as `file`, with the `line` to blame and the
    `reason`, a sentence by language.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    identity = models.CharField(max_length=64, unique=True)
    participation = models.ForeignKey(
        Participation, on_delete=models.PROTECT, null=True, related_name="letters"
    )
    side = models.CharField(max_length=2, choices=Side.choices, blank=True)
    outcome = models.CharField(max_length=8, choices=Outcome.choices)
    reason = models.JSONField(default=dict)
    line = models.PositiveIntegerField(null=True)
    file = models.CharField(max_length=255, blank=True)
    at = models.DateTimeField(default=now)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+",
        db_index=False,
    )  # fmt: skip

    objects = AnswerLetters.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="a_letter_kept_aside_says_why",
                condition=~Q(outcome__in=["unread", "refused"]) | ~Q(reason={}),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="answer_letter_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="an_answer_letter_stays_as_it_came", fields=["uid", "identity", "at"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.outcome}"

    @property
    def why(self) -> str:
        """The reason in the active language."""
        return str(self.reason.get(get_language() or "en") or self.reason.get("en", ""))


class TimeProposals(models.QuerySet["TimeProposal"]):
    def open(self) -> Self:
        """Undecided, and about the time that the activity has now."""
        return self.filter(decided_at=None, sequence=F("participation__activity__sequence"))

    def visible_to(self, user: Any) -> Self:
        """For coordinators of the sides that are in the activity: of the other side those who have
        a seat, whose names they read anyway."""
        if not agrees(user):
            return self.none()
        rows = self.filter(participation__activity__in=Activity.objects.visible_to(user))
        return rows.filter(Q(participation__side=user.side) | Q(participation__state__in=SEATED))


class TimeProposal(models.Model):
    """An invited officer proposed another time by letter (COUNTER of RFC 5546). `period` holds UTC
    moments, `sequence` is that of the invitation that it answers."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    participation = models.ForeignKey(
        Participation, on_delete=models.PROTECT, related_name="proposals"
    )
    letter = models.OneToOneField(AnswerLetter, on_delete=models.PROTECT, related_name="+")
    period = DateTimeRangeField()
    comment = models.CharField(max_length=500, blank=True)
    sequence = models.PositiveIntegerField()
    at = models.DateTimeField(default=now)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+",
        db_index=False,
    )  # fmt: skip

    objects = TimeProposals.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="a_proposed_time_is_one",
                condition=Q(
                    period__isempty=False, period__lower_inf=False, period__upper_inf=False
                ),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="time_proposal_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="a_time_proposal_stays_as_it_came",
                fields=["uid", "participation", "letter", "period", "sequence", "at"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.participation_id} {self.period}"

    @property
    def ref(self) -> str:
        return f"time_proposal:{self.uid}"


class Ahead(models.TextChoices):
    WEEK = "week", pgettext_lazy("reminder", "A week before")
    DAY = "day", pgettext_lazy("reminder", "A day before")


class Reminder(models.Model):
    """An officer was reminded. An activity that moves is another moment to be reminded of."""

    participation = models.ForeignKey(
        Participation, on_delete=models.PROTECT, related_name="reminders", db_index=False
    )
    ahead = models.CharField(max_length=4, choices=Ahead.choices)
    starts_at = models.DateTimeField()
    at = models.DateTimeField(default=now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["participation", "ahead", "starts_at"], name="reminded_once"
            )
        ]
        triggers = [
            pgtrigger.Protect(
                name="reminder_is_kept", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return f"{self.participation_id} {self.ahead}"
