"""Changes of the common lists: proposed by one side, decided by the other."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.timezone import now
from django.utils.translation import pgettext_lazy

from ..sides import Side


class Proposals(models.QuerySet["Proposal"]):
    def open(self) -> Self:
        """Not decided yet."""
        return self.filter(state="open")

    def for_side(self, side: str) -> Self:
        """Open ones that an administrator of `side` has to decide."""
        return self.open().filter(side__in=("LV", "BY")).exclude(side=side)

    def answered(self, side: str, *, within: timedelta) -> Self:
        """Of `side`, decided by the other one lately and waiting for nothing; the last first."""
        ended = self.filter(side=side, state__in=("applied", "declined", "lapsed"))
        return ended.filter(decided_at__gte=now() - within).order_by("-decided_at", "-pk")

    def due(self) -> Self:
        """Confirmed, and their day has begun in UTC."""
        return self.filter(state="confirmed", effective_on__lte=utc_today())

    def about(self, listed: str, code: str) -> Self:
        """Everything that was ever proposed for one row, newest first."""
        return self.filter(listed=listed, code=code)


def utc_today() -> date:
    """The day on which changes take effect now. A change takes effect at 00:00 UTC of its day,
    when that day has already begun on both sides' calendars (02:00 or 03:00)."""
    return now().astimezone(UTC).date()


class Proposal(models.Model):
    """One change of one row of a common list, with everything that it was decided on.

    `before` and `after` are all values of the row, as `lists.values` gives them: {} before
    something is added. `version` is the row's version that the proposal was written on, 0 for a
    new row. Never changed afterwards but by the moves of its state: this table is the history.
    """

    class Deed(models.TextChoices):
        ADD = "add", pgettext_lazy("proposal", "Add")
        CHANGE = "change", pgettext_lazy("proposal", "Change")
        RETIRE = "retire", pgettext_lazy("proposal", "Retire")
        RESTORE = "restore", pgettext_lazy("proposal", "Offer again")

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("proposal", "Waits for the other side")
        CONFIRMED = "confirmed", pgettext_lazy("proposal", "Confirmed, waits for its day")
        APPLIED = "applied", pgettext_lazy("proposal", "In effect")
        DECLINED = "declined", pgettext_lazy("proposal", "Declined")
        WITHDRAWN = "withdrawn", pgettext_lazy("proposal", "Withdrawn")
        LAPSED = "lapsed", pgettext_lazy("proposal", "Lapsed")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    listed = models.CharField(max_length=20)
    code = models.CharField(max_length=40)
    deed = models.CharField(max_length=8, choices=Deed.choices)
    version = models.PositiveIntegerField()
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    reason = models.CharField(max_length=500)
    effective_on = models.DateField()
    side = models.CharField(max_length=2, choices=Side.choices)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    proposed_at = models.DateTimeField(default=now)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    decided_side = models.CharField(max_length=2, choices=Side.choices, blank=True, default="")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    decision = models.CharField(max_length=500, blank=True, default="")
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True)
    applied_at = models.DateTimeField(null=True)

    objects = Proposals.as_manager()

    class Meta:
        ordering = ["-proposed_at", "-pk"]
        indexes = [
            models.Index(fields=["listed", "code", "-id"], name="proposal_history"),
            models.Index(
                fields=["effective_on"], name="proposal_due", condition=Q(state="confirmed")
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="the_other_side_decides",
                condition=Q(decided_side="") | ~Q(decided_side=F("side")),
            ),
            models.CheckConstraint(
                name="only_the_two_sides_propose_and_decide",
                condition=Q(side__in=("LV", "BY")) & Q(decided_side__in=("", "LV", "BY")),
            ),
            models.CheckConstraint(
                name="a_decision_has_officer_side_and_time",
                condition=Q(
                    state__in=("open", "withdrawn"),
                    decided_at=None,
                    decided_by=None,
                    decided_side="",
                )
                | (
                    Q(state__in=("confirmed", "applied", "declined", "lapsed"))
                    & Q(decided_at__isnull=False, decided_by__isnull=False)
                    & ~Q(decided_side="")
                ),
            ),
            models.CheckConstraint(
                name="a_proposal_is_declined_with_a_reason",
                condition=~Q(state="declined") | ~Q(decision=""),
            ),
            models.CheckConstraint(
                name="withdrawn_has_officer_and_time",
                condition=Q(
                    state="withdrawn", withdrawn_at__isnull=False, withdrawn_by__isnull=False
                )
                | (~Q(state="withdrawn") & Q(withdrawn_at=None, withdrawn_by=None)),
            ),
            models.CheckConstraint(
                name="applied_has_a_time",
                condition=Q(state="applied", applied_at__isnull=False)
                | (~Q(state="applied") & Q(applied_at=None)),
            ),
            models.CheckConstraint(name="a_proposal_says_why", condition=~Q(reason="")),
            models.UniqueConstraint(
                name="a_side_has_one_open_proposal_for_a_row",
                fields=["listed", "code", "side"],
                condition=Q(state="open"),
            ),
            models.UniqueConstraint(
                name="one_confirmed_change_waits_for_its_day",
                fields=["listed", "code"],
                condition=Q(state="confirmed"),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="a_proposal_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="a_proposal_stays_as_it_was_made",
                fields=[
                    "uid", "listed", "code", "deed", "version", "before", "after", "reason",
                    "effective_on", "side", "proposed_by", "proposed_at",
                ],
            ),
            pgtrigger.FSM(
                name="a_proposal_is_decided_once",
                field="state",
                transitions=[
                    ("open", "confirmed"),
                    ("open", "applied"),
                    ("open", "declined"),
                    ("open", "withdrawn"),
                    ("confirmed", "applied"),
                    ("confirmed", "lapsed"),
                ],
            ),
            # What the check above compares is where the two officers really belong.
            pgtrigger.Trigger(
                name="sides_of_a_proposal_are_those_of_its_officers",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                func="""
                SELECT side INTO NEW.side FROM access_user WHERE id = NEW.proposed_by_id;
                IF NEW.decided_by_id IS NOT NULL THEN
                    SELECT side INTO NEW.decided_side FROM access_user WHERE id = NEW.decided_by_id;
                END IF;
                IF NEW.withdrawn_by_id IS NOT NULL AND NEW.side <> (
                    SELECT side FROM access_user WHERE id = NEW.withdrawn_by_id
                ) THEN
                    RAISE EXCEPTION 'the_proposing_side_withdraws'
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
            pgtrigger.Trigger(
                name="no_proposal_lets_a_kept_category_cross",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                condition=pgtrigger.Q(new__listed="categories"),
                func="""
                IF EXISTS (
                    SELECT 1 FROM reference_term
                    WHERE vocabulary = 'incident_category' AND facts @> '{"crosses": false}'
                      AND (code = NEW.code OR code = NEW.after->>'parent')
                ) AND (NEW.deed = 'retire' OR NOT NEW.after @> '{"crosses": false}') THEN
                    RAISE EXCEPTION 'no_proposal_lets_a_kept_category_cross'
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.deed} {self.listed} {self.code}"

    @property
    def ref(self) -> str:
        return f"proposal:{self.uid}"

    @property
    def effective_at(self) -> datetime:
        """The instant from which the change holds, unless it was confirmed later."""
        day: Any = self.effective_on
        return datetime(day.year, day.month, day.day, tzinfo=UTC)
