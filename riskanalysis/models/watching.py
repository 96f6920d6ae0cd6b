"""The watch-list: what to look out for, described by what the indicators count, and by no person.

Source of "never by nationality alone": EU Agency for Fundamental Rights, Preventing unlawful
profiling today and in the future: a guide (2018), which asks for behaviour and facts of the case.
"""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.timezone import now
from django.utils.translation import pgettext_lazy

from bordercoop.access.models import Language
from bordercoop.reference.sides import Side
from contactpoints.access import SERVICES
from contactpoints.models import Unit
from incidents.retention import today

from ..register_access import reads_own, reads_shared
from .reports import RiskReport
from .risks import Risk

ANY_EVENT = "any"


class WatchState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("watch-list", "Draft")
    IN_FORCE = "in_force", pgettext_lazy("watch-list", "In force")
    WITHDRAWN = "withdrawn", pgettext_lazy("watch-list", "Withdrawn")


class WatchLevel(models.TextChoices):
    OPERATIONAL = "operational", pgettext_lazy("watch-list", "Operational")
    STRATEGIC = "strategic", pgettext_lazy("watch-list", "Strategic")


class WatchStanding(models.TextChoices):
    """How an entry stands on a day: its state and its dates together."""

    IN_FORCE = "in_force", pgettext_lazy("watch-list", "In force")
    COMING = "coming", pgettext_lazy("watch-list", "Approved, begins later")
    DRAFT = "draft", pgettext_lazy("watch-list", "Draft")
    EXPIRED = "expired", pgettext_lazy("watch-list", "Expired")
    WITHDRAWN = "withdrawn", pgettext_lazy("watch-list", "Withdrawn")


class WatchEntries(models.QuerySet["WatchEntry"]):
    def visible_to(self, user: Any) -> Self:
        """Those put to both sides, those that an approver of the own side let come into force, and
        with `read_risks` the drafts of the own side as well."""
        if not reads_shared(user):
            return self.none()
        if reads_own(user):
            return self.filter(Q(shared_at__isnull=False) | Q(side=user.side))
        approved = Q(side=user.side, holding__isnull=False)
        return self.filter(Q(shared_at__isnull=False) | approved)

    def in_force(self) -> Self:
        """Those whose days are on, each on the clock of its side."""
        on = Q()
        for side in SERVICES:
            day = today(side)
            on |= Q(side=side, holding__valid_from__lte=day, holding__review_by__gte=day)
        return self.filter(on, state=WatchState.IN_FORCE)

    def going_on(self) -> Self:
        """Drafts, what is or comes into force, and what was expired and is to be renewed."""
        on = Q(holding=None) | ~Q(holding__number=F("edition"))
        for side in SERVICES:
            on |= Q(side=side, holding__review_by__gte=today(side))
        return self.filter(on).exclude(state=WatchState.WITHDRAWN)

    def waiting(self) -> Self:
        """Those of which a text waits for its approval."""
        rows = self.exclude(state=WatchState.WITHDRAWN)
        return rows.filter(Q(holding=None) | ~Q(holding__number=F("edition")))


class WatchEntry(models.Model):
    """One entry, such as W-LV-3. `holding` is the version that an approver let come into force, and
    `edition` the number of the newest one, which may still wait."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    own_number = models.PositiveIntegerField()
    client_ref = models.UUIDField(default=uuid.uuid4)
    side = models.CharField(max_length=2, choices=Side.choices)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    state = models.CharField(max_length=9, choices=WatchState.choices, default=WatchState.DRAFT)
    holding = models.ForeignKey(
        "WatchVersion", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    edition = models.PositiveIntegerField(default=1)
    shared_at = models.DateTimeField(null=True)
    shared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )
    reason = models.CharField(max_length=500, blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )

    objects = WatchEntries.as_manager()

    class Meta:
        ordering = ["side", "own_number"]
        constraints = [
            models.UniqueConstraint(fields=["by", "client_ref"], name="watch_entry_written_once"),
            models.UniqueConstraint(
                fields=["side", "own_number"], name="watch_entry_of_a_side_counted_once"
            ),
            models.CheckConstraint(
                name="watch_entry_is_of_the_two_services", condition=Q(side__in=SERVICES)
            ),
            models.CheckConstraint(
                name="a_watch_entry_in_force_has_what_holds",
                condition=Q(state="draft", holding=None)
                | Q(state="in_force", holding__isnull=False)
                | Q(state="withdrawn"),
            ),
            models.CheckConstraint(
                name="a_withdrawn_watch_entry_says_why",
                condition=(Q(state="withdrawn", ended_at__isnull=False) & ~Q(reason=""))
                | (~Q(state="withdrawn") & Q(ended_at=None, reason="")),
            ),
        ]
        triggers = [
            pgtrigger.FSM(
                name="watch_entry_moves",
                field="state",
                transitions=[
                    ("draft", "in_force"), ("draft", "withdrawn"), ("in_force", "withdrawn"),
                ],
            ),
            pgtrigger.Protect(name="watch_entry_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="watch_entry_stays_whose_it_is",
                fields=["uid", "own_number", "client_ref", "side", "unit", "at", "by"],
            ),
            pgtrigger.Trigger(
                name="a_shared_watch_entry_stays_shared",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition(
                    "OLD.shared_at IS NOT NULL AND (OLD.shared_at, OLD.shared_by_id) "
                    "IS DISTINCT FROM (NEW.shared_at, NEW.shared_by_id)"
                ),
                func="""
                RAISE EXCEPTION 'a_shared_watch_entry_stays_shared'
                    USING ERRCODE = 'check_violation';
                """,
            ),
            pgtrigger.Trigger(
                name="what_holds_of_a_watch_entry_is_approved",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition("NEW.holding_id IS NOT NULL"),
                func="""
                IF NOT EXISTS (
                    SELECT FROM public.riskanalysis_watchversion v WHERE v.id = NEW.holding_id
                        AND v.entry_id = NEW.id AND v.approved_at IS NOT NULL
                        AND (v.given_at IS NOT NULL OR NEW.shared_at IS NULL)
                ) THEN
                    RAISE EXCEPTION 'what_holds_of_a_watch_entry_is_approved'
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.code

    @property
    def ref(self) -> str:
        return f"watch:{self.uid}"

    @property
    def code(self) -> str:
        return f"W-{self.side}-{self.own_number}"

    @property
    def waits(self) -> bool:
        """Whether its newest text waits for an approver."""
        return self.state != WatchState.WITHDRAWN and (
            self.holding is None or self.holding.number != self.edition
        )

    def standing(self, on: date | None = None) -> WatchStanding:
        """How it stands, today on the clock of its side without a day."""
        if self.state != WatchState.IN_FORCE or self.holding is None:
            return WatchStanding(self.state)
        day = on or today(self.side)
        if day < self.holding.valid_from:
            return WatchStanding.COMING
        over = day > self.holding.review_by
        return WatchStanding.EXPIRED if over else WatchStanding.IN_FORCE


class WatchVersions(models.QuerySet["WatchVersion"]):
    def visible_to(self, user: Any) -> Self:
        """With the entry: what was given to both, what held at home, and with `read_risks` every
        text of the own side."""
        if not reads_shared(user):
            return self.none()
        given = Q(given_at__isnull=False)
        own = Q(entry__side=user.side)
        return self.filter(given | own if reads_own(user) else given | own & ~Q(approved_at=None))


class WatchVersion(models.Model):
    """What an entry says. Never changes: a change is another version, and the old one is kept.

    Incidents match that have everything that is said here; what is empty says nothing. `category`
    or one below it; one of `sections`, `days` (0 is Monday), `means`, `groups`; a time between the
    full hours (`hour_from` belongs to it, `hour_to` does not, over midnight too); the countries of
    `route`, such as IRQ>BLR, in this order, others between them or not; `event`, or any.
    Both dates belong to the days in which it is in force.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    entry = models.ForeignKey(
        WatchEntry, on_delete=models.PROTECT, related_name="versions", db_index=False
    )
    number = models.PositiveIntegerField()
    level = models.CharField(max_length=11, choices=WatchLevel.choices)
    title = models.CharField(max_length=200)
    text = models.CharField(max_length=4_000)
    why = models.CharField(max_length=2_000, blank=True)
    todo = models.CharField(max_length=500)
    language = models.CharField(max_length=2, choices=Language.choices)
    category = models.CharField(max_length=40, blank=True)
    sections = ArrayField(models.CharField(max_length=3), default=list)
    days = ArrayField(models.PositiveSmallIntegerField(), default=list)
    hour_from = models.PositiveSmallIntegerField(null=True)
    hour_to = models.PositiveSmallIntegerField(null=True)
    means = ArrayField(models.CharField(max_length=40), default=list)
    groups = ArrayField(models.CharField(max_length=10), default=list)
    route = models.CharField(max_length=60, blank=True)
    event = models.CharField(max_length=40, blank=True)
    valid_from = models.DateField()
    review_by = models.DateField()
    risk = models.ForeignKey(
        Risk, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    report = models.ForeignKey(
        RiskReport, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    given_at = models.DateTimeField(null=True)
    approved_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )

    objects = WatchVersions.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["entry", "number"], name="version_of_a_watch_entry_counted_once"
            ),
            models.CheckConstraint(
                name="a_profile_is_not_by_nationality_alone",
                condition=~Q(category="")
                | Q(sections__len__range=(1, 9))
                | Q(days__len__range=(1, 6))
                | Q(hour_from__isnull=False)
                | Q(means__len__gt=0)
                | ~Q(route="")
                | (Q(groups__len=0) & ~Q(event="")),
            ),
            models.CheckConstraint(
                name="watched_hours_begin_and_end",
                condition=Q(hour_from=None, hour_to=None)
                | (Q(hour_from__lte=23, hour_to__lte=23) & ~Q(hour_from=F("hour_to"))),
            ),
            models.CheckConstraint(
                name="a_watch_entry_ends_after_it_began",
                condition=Q(review_by__gte=F("valid_from")),
            ),
            models.CheckConstraint(
                name="a_watch_entry_of_what_never_crosses_stays",
                condition=Q(given_at=None)
                | (~Q(category__startswith="ASY") & ~Q(category__startswith="SIR")),
            ),
            models.CheckConstraint(
                name="nobody_approves_an_own_watch_text",
                condition=Q(approved_at=None, approved_by=None)
                | (
                    Q(approved_at__isnull=False, approved_by__isnull=False)
                    & ~Q(approved_by=F("by"))
                ),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="version_of_a_watch_entry_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="version_of_a_watch_entry_never_changes",
                exclude=["given_at", "approved_at", "approved_by"],
            ),
            pgtrigger.Trigger(
                name="what_was_said_of_a_watch_text_stays",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition(
                    "OLD.given_at IS NOT NULL AND OLD.given_at IS DISTINCT FROM NEW.given_at "
                    "OR OLD.approved_at IS NOT NULL AND (OLD.approved_at, OLD.approved_by_id) "
                    "IS DISTINCT FROM (NEW.approved_at, NEW.approved_by_id)"
                ),
                func="""
                RAISE EXCEPTION 'what_was_said_of_a_watch_text_stays'
                    USING ERRCODE = 'check_violation';
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.number}"
