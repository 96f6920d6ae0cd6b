"""A side pauses the exchange at a point; what was released there meanwhile waits."""

import uuid
from datetime import timedelta

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.timezone import now

from bordercoop.reference.models import terms
from bordercoop.reference.sides import Side

from .tree import ContactPoint, Unit

PAUSE_MOST = timedelta(days=7)
REASON_MOST = 300


class PauseQuerySet(models.QuerySet["ExchangePause"]):
    def standing(self) -> "PauseQuerySet":
        """Those in force now; a pause is over at its time even before a tick says so."""
        return self.filter(ended_at=None, until__gt=now())


class ExchangePause(models.Model):
    """Until `until`, releases from side to side to the desks of `point` wait, but for P1.

    `category` is the code of one group or category of incidents, "" for all. `reason` is read by
    both sides. Only `side` may end it before its time.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    point = models.ForeignKey(ContactPoint, on_delete=models.PROTECT, related_name="pauses")
    side = models.CharField(max_length=2, choices=Side.choices)
    category = models.CharField(max_length=40, blank=True)
    reason = models.CharField(max_length=REASON_MOST)
    starts_at = models.DateTimeField(default=now)
    until = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = PauseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["point", "side", "category"],
                condition=Q(ended_at=None),
                name="one_pause_of_a_side_at_a_time",
            ),
            models.CheckConstraint(
                name="pause_lasts_a_week_at_most",
                condition=Q(until__gt=F("starts_at")) & Q(until__lte=F("starts_at") + PAUSE_MOST),
            ),
            models.CheckConstraint(name="pause_has_a_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="pause_is_of_a_service", condition=Q(side__in=["LV", "BY"])
            ),
            models.CheckConstraint(
                name="pause_ends_within_its_time",
                condition=Q(ended_at=None, ended_by=None)
                | Q(ended_at__gte=F("starts_at"), ended_at__lte=F("until")),
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="pause_stands",
                fields=["uid", "point", "side", "category", "reason", "starts_at", "until", "by"],
            ),
            pgtrigger.Protect(
                name="pause_ends_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__ended_at__isnull=False),
            ),
            pgtrigger.Protect(name="pause_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="only_the_pausing_side_lifts_it",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func="""
                IF EXISTS (SELECT 1 FROM access_user u
                           WHERE u.id IN (NEW.by_id, NEW.ended_by_id) AND u.side <> NEW.side) THEN
                    RAISE EXCEPTION 'only_the_pausing_side_lifts_it: an officer of another side'
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.point_id} by {self.side} until {self.until:%Y-%m-%d %H:%M}"

    @property
    def ref(self) -> str:
        return f"pause:{self.uid}"

    @property
    def category_name(self) -> str:
        """What is paused in the reader's language, "" for everything."""
        term = terms("incident_category").get(self.category)
        return term.name if term else self.category

    def covers(self, category: str) -> bool:
        """Whether it stops incidents of this category."""
        return not self.category or f"{category}-".startswith(f"{self.category}-")


class HeldQuerySet(models.QuerySet["HeldRelease"]):
    def about(self, ref: str) -> "HeldQuerySet":
        return self.filter(about=ref)

    def open(self) -> "HeldQuerySet":
        return self.filter(gone_at=None, dropped_at=None)

    def releases(self) -> "HeldQuerySet":
        return self.filter(what=HeldRelease.What.RELEASE)

    def updates(self) -> "HeldQuerySet":
        return self.filter(what=HeldRelease.What.UPDATE)


class HeldRelease(models.Model):
    """The decision to release something to a desk at a point that is paused, or to update the alert
    that the desk has.

    `about` names it as an alert does; `decision` is what whoever holds it needs to carry it out
    later: of a release no content, of an update its line. It goes out once (`gone_at`) or not at
    all (`dropped_at`, with `why` as a code: recalled, replaced, changed, not_releasable). `try_at`
    is when it may be tried next.
    """

    class What(models.TextChoices):
        RELEASE = "release"
        UPDATE = "update"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    about = models.CharField(max_length=80)
    what = models.CharField(max_length=10, choices=What.choices, default=What.RELEASE)
    desk = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    side = models.CharField(max_length=2, choices=Side.choices)
    category = models.CharField(max_length=40, blank=True)
    decision = models.JSONField()
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    try_at = models.DateTimeField(default=now)
    gone_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True)
    dropped_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    why = models.CharField(max_length=20, blank=True)

    objects = HeldQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["about", "desk"],
                condition=Q(gone_at=None, dropped_at=None, what="release"),
                name="one_held_release_per_desk",
            ),
            models.CheckConstraint(
                name="held_goes_or_is_dropped",
                condition=Q(gone_at=None, dropped_at=None)
                | Q(gone_at__isnull=False, dropped_at=None)
                | Q(gone_at=None, dropped_at__isnull=False),
            ),
            models.CheckConstraint(
                name="dropped_says_why", condition=Q(dropped_at=None, why="") | ~Q(why="")
            ),
        ]
        indexes = [
            models.Index(
                fields=["id"],
                name="held_release_open",
                condition=Q(gone_at=None, dropped_at=None),
            ),
            models.Index(fields=["about"], name="held_release_about"),
        ]
        triggers = [
            pgtrigger.Protect(
                name="held_goes_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__gone_at__isnull=False)
                | pgtrigger.Q(old__dropped_at__isnull=False),
            ),
            pgtrigger.Protect(name="held_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="held_is_for_the_other_side",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="""
                IF EXISTS (SELECT 1 FROM contactpoints_unit u
                           WHERE u.id = NEW.desk_id AND u.side = NEW.side) THEN
                    RAISE EXCEPTION 'held_is_for_the_other_side'
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.about} to {self.desk_id}"

    @property
    def ref(self) -> str:
        return f"held:{self.uid}"

    @property
    def subject(self) -> tuple[str, str]:
        """What it is about: its word, and its public id."""
        word, _colon, uid = self.about.partition(":")
        return word, uid
