"""Line checks between desks, and the breaks of a line that they found."""

import uuid
from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.timezone import now
from django.utils.translation import pgettext_lazy

from .alerting import Alert
from .tree import Unit


class LineCheckQuerySet(models.QuerySet["LineCheck"]):
    def visible_to(self, user: Any) -> "LineCheckQuerySet":
        """Checks of lines at one end of which `user` sees alerts; both sides read the same."""
        from ..access import units_where

        mine = units_where(user, "view_alerts")
        return self.filter(Q(caller_id__in=mine) | Q(answerer_id__in=mine))

    def waiting(self) -> "LineCheckQuerySet":
        return self.filter(state=LineCheck.State.WAITING)

    def of_line(self, caller: Unit, answerer: Unit) -> "LineCheckQuerySet":
        return self.filter(caller_id=caller.pk, answerer_id=answerer.pk)

    def whole(self) -> "LineCheckQuerySet":
        return self.select_related("caller", "answerer", "asked_by", "heard_by", "screen_by")


class LineCheck(models.Model):
    """A test call from one desk to another: did it reach a screen, did an officer answer.

    `period` is the beginning (UTC) of the period for which the scheduler made it, null where an
    officer asked for it. `screen_at` is when a signed-in browser drew it; `heard_at` when an
    officer of the answering desk said that it was heard, which may also come after `missed_at`.
    `missed` says what was wanting then.
    """

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("line check", "Waiting for the answer")
        HEARD = "heard", pgettext_lazy("line check", "Answered")
        MISSED = "missed", pgettext_lazy("line check", "Missed")
        UNMANNED = "unmanned", pgettext_lazy("line check", "Nobody on duty there")
        PAUSED = "paused", pgettext_lazy("line check", "Exchange paused")
        DOWN = "down", pgettext_lazy("line check", "The portal was down")

    class Missed(models.TextChoices):
        SCREEN = "screen", pgettext_lazy("line check", "It reached no screen")
        ANSWER = "answer", pgettext_lazy("line check", "No officer answered")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # Neither end needs an index of its own: one below begins with it.
    caller = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    answerer = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    period = models.DateTimeField(null=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    at = models.DateTimeField(default=now)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    screen_at = models.DateTimeField(null=True)
    screen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    heard_at = models.DateTimeField(null=True)
    heard_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    missed_at = models.DateTimeField(null=True)
    missed = models.CharField(max_length=6, choices=Missed.choices, blank=True)

    objects = LineCheckQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["caller", "answerer", "period"],
                condition=Q(period__isnull=False),
                name="one_check_per_line_and_period",
            ),
            models.UniqueConstraint(
                fields=["caller", "answerer"],
                condition=Q(period=None, state="waiting"),
                name="one_asked_check_at_a_time",
            ),
            models.CheckConstraint(name="line_has_two_ends", condition=~Q(caller=F("answerer"))),
            models.CheckConstraint(
                name="asked_check_has_a_person",
                condition=Q(period=None, asked_by__isnull=False)
                | Q(period__isnull=False, asked_by=None),
            ),
            models.CheckConstraint(
                name="heard_check_has_a_person",
                condition=Q(heard_at=None, heard_by=None)
                | Q(heard_at__isnull=False, heard_by__isnull=False),
            ),
            models.CheckConstraint(
                name="answered_check_was_heard_in_time",
                condition=~Q(state="heard") | Q(heard_at__isnull=False, missed_at=None),
            ),
            models.CheckConstraint(
                name="missed_check_says_what_was_missed",
                condition=Q(
                    state="missed", missed_at__isnull=False, missed__in=["screen", "answer"]
                )
                | Q(~Q(state="missed"), missed_at=None, missed=""),
            ),
            models.CheckConstraint(
                name="open_check_was_not_heard",
                condition=~Q(state__in=["waiting", "unmanned", "paused", "down"])
                | Q(heard_at=None),
            ),
        ]
        indexes = [
            models.Index(fields=["caller", "answerer", "-id"], name="line_check_of_line"),
            models.Index(fields=["answerer", "-id"], name="line_check_at_desk"),
            models.Index(fields=["at"], name="line_check_waiting", condition=Q(state="waiting")),
            models.Index(fields=["period"], name="line_check_period"),
        ]
        triggers = [
            pgtrigger.FSM(
                name="line_check_is_settled_once",
                field="state",
                transitions=[
                    ("waiting", end) for end in ("heard", "missed", "unmanned", "paused", "down")
                ],
            ),
            pgtrigger.ReadOnly(
                name="line_check_stands",
                fields=["uid", "caller", "answerer", "period", "asked_by", "at"],
            ),
            pgtrigger.Protect(name="line_check_is_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.caller_id}>{self.answerer_id} {self.at:%Y-%m-%d %H:%M} {self.state}"

    @property
    def ref(self) -> str:
        return f"line_check:{self.uid}"

    @property
    def screen_s(self) -> float | None:
        """Seconds until it was drawn on a screen of the answering desk."""
        return (self.screen_at - self.at).total_seconds() if self.screen_at else None

    @property
    def heard_s(self) -> float | None:
        """Seconds until an officer answered; None too while nobody has."""
        return (self.heard_at - self.at).total_seconds() if self.heard_at else None


class LineBreak(models.Model):
    """From the first missed check of a line to the next one that was answered.

    Each end is told once: `caller_alert` and `answerer_alert` are null until somebody there could
    be. `tried_at` is when that was tried last.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    caller = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    answerer = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    check_missed = models.OneToOneField(LineCheck, on_delete=models.PROTECT, related_name="broke")
    since = models.DateTimeField(default=now)
    caller_alert = models.ForeignKey(Alert, on_delete=models.PROTECT, null=True, related_name="+")
    answerer_alert = models.ForeignKey(Alert, on_delete=models.PROTECT, null=True, related_name="+")
    tried_at = models.DateTimeField(null=True)
    repaired_at = models.DateTimeField(null=True)
    repaired_by = models.ForeignKey(
        LineCheck, on_delete=models.PROTECT, null=True, related_name="repaired"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["caller", "answerer"],
                condition=Q(repaired_at=None),
                name="one_break_of_a_line_at_a_time",
            ),
            models.CheckConstraint(
                name="repaired_by_an_answered_check",
                condition=Q(repaired_at=None, repaired_by=None)
                | Q(repaired_at__isnull=False, repaired_by__isnull=False),
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="line_break_ends_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__repaired_at__isnull=False),
            ),
            pgtrigger.Protect(name="line_break_is_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.caller_id}>{self.answerer_id} since {self.since:%Y-%m-%d %H:%M}"

    @property
    def ref(self) -> str:
        return f"line:{self.uid}"
