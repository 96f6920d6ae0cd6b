"""The register of recommendations: what is to be done after something taught a lesson, who owns it,
what it changed (docs/lessons.md)."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.timezone import now
from django.utils.translation import pgettext_lazy

from bordercoop.access.models import Language
from bordercoop.reference.models import Place, ProcedureVersion, utc_today
from bordercoop.reference.sides import Side
from contactpoints.access import SERVICES, units_where
from contactpoints.models import Unit
from incidents.models import GIVEN, Scan
from training.models import Activity, Course

SOON = timedelta(days=14)


class LessonSource(models.TextChoices):
    FRONTEX = "frontex", pgettext_lazy("source of a recommendation", "Frontex")
    EVALUATION = (
        "evaluation",
        pgettext_lazy("source of a recommendation", "Evaluation of an activity"),
    )
    EXERCISE = "exercise", pgettext_lazy("source of a recommendation", "Exercise")
    OPERATION = "operation", pgettext_lazy("source of a recommendation", "Joint operation")
    VISIT = "visit", pgettext_lazy("source of a recommendation", "Study visit or good practice")
    INVESTIGATION = (
        "investigation",
        pgettext_lazy("source of a recommendation", "Joint investigation"),
    )
    OWN = "own", pgettext_lazy("source of a recommendation", "Own observation")


class RecommendationState(models.TextChoices):
    OPEN = "open", pgettext_lazy("recommendation", "Open")
    IN_HAND = "in_hand", pgettext_lazy("recommendation", "In hand")
    DONE = "done", pgettext_lazy("recommendation", "Done, to be confirmed")
    CONFIRMED = "confirmed", pgettext_lazy("recommendation", "Confirmed")
    NOT_ACCEPTED = "not_accepted", pgettext_lazy("recommendation", "Not accepted")


RECOMMENDATION_MOVES = [
    ("open", "in_hand"),
    ("open", "not_accepted"),
    ("in_hand", "done"),
    ("in_hand", "not_accepted"),
    ("done", "confirmed"),
    ("done", "open"),
    ("confirmed", "open"),
    ("not_accepted", "open"),
]
# Those whose day counts.
UNDER_WAY = (RecommendationState.OPEN, RecommendationState.IN_HAND)


class RegisterRows(models.QuerySet["Recommendation"]):
    def visible_to(self, user: Any) -> Self:
        """Joint ones, and the own side's, for whoever reads activities."""
        if user.side not in SERVICES or not units_where(user, "view_activities"):
            return self.none()
        return self.filter(Q(joint=True) | Q(side=user.side))

    def under_way(self) -> Self:
        return self.filter(state__in=UNDER_WAY)

    def overdue(self) -> Self:
        """Their day, in UTC, is over."""
        return self.under_way().filter(due_on__lt=utc_today())

    def answered_by(self, user: Any) -> Self:
        """Those whose owner `user` acts for."""
        return self.filter(owner_unit__in=units_where(user, "answer_recommendations"))


class Recommendation(models.Model):
    """What is recommended, in the writer's language. `side` raised it, and both read a joint one.

    `about` says what it comes from as "kind:ref", such as "activity:ACT-2026-00003"; "" for
    nothing in the portal. A unit of either side owns it, and may name an officer of it; `due_on`
    is a day in UTC.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.CharField(max_length=20, unique=True)
    client_ref = models.UUIDField(default=uuid.uuid4)
    side = models.CharField(max_length=2, choices=Side.choices)
    joint = models.BooleanField(default=True)
    source = models.CharField(max_length=13, choices=LessonSource.choices)
    about = models.CharField(max_length=80, blank=True)
    title = models.CharField(max_length=160)
    text = models.TextField(blank=True)
    language = models.CharField(max_length=2, choices=Language.choices)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, null=True, related_name="+")
    owner_unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="recommendations_owned"
    )
    owner_officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    due_on = models.DateField()
    state = models.CharField(
        max_length=12, choices=RecommendationState.choices, default=RecommendationState.OPEN
    )
    edition = models.PositiveIntegerField(default=1)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+",
        db_index=False,
    )  # fmt: skip
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+",
        db_index=False,
    )  # fmt: skip
    # What the search looks into: `training.listing.holding`.
    words = models.TextField(blank=True, editable=False)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    objects = RegisterRows.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        indexes = [
            models.Index(fields=["state", "due_on"], name="recommendations_by_day"),
            models.Index(fields=["about"], name="recommendations_by_source"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["by", "client_ref"], name="recommended_once"),
            models.CheckConstraint(
                name="a_recommendation_is_of_the_two_services", condition=Q(side__in=SERVICES)
            ),
            models.CheckConstraint(
                name="what_is_done_says_who_did_it",
                condition=Q(state__in=["done", "confirmed"], done_by__isnull=False)
                | Q(done_by=None) & ~Q(state__in=["done", "confirmed"]),
            ),
            models.CheckConstraint(
                name="who_did_it_does_not_confirm_it",
                condition=Q(confirmed_by=None) & ~Q(state="confirmed")
                | Q(state="confirmed", confirmed_by__isnull=False)
                & ~Q(confirmed_by=F("done_by"))
                & (Q(owner_officer=None) | ~Q(confirmed_by=F("owner_officer"))),
            ),
        ]
        triggers = [
            pgtrigger.FSM(
                name="recommendation_moves", field="state", transitions=RECOMMENDATION_MOVES
            ),
            pgtrigger.Protect(name="recommendation_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="a_recommendation_stays_whose_it_is",
                fields=["uid", "number", "client_ref", "side", "joint", "by", "at"],
            ),
            pgtrigger.Trigger(
                name="the_side_that_raised_it_confirms_it",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition("NEW.state = 'confirmed'"),
                func="""
                IF (SELECT u.side FROM public.access_user u WHERE u.id = NEW.confirmed_by_id)
                   IS DISTINCT FROM NEW.side THEN
                    RAISE EXCEPTION 'the_side_that_raised_it_confirms_it'
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
            # One side's own matter is not given to the other to do.
            pgtrigger.Trigger(
                name="the_owner_reads_what_it_owns",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition("NOT NEW.joint"),
                func="""
                IF (SELECT t.side FROM public.contactpoints_unit t WHERE t.id = NEW.owner_unit_id)
                   IS DISTINCT FROM NEW.side THEN
                    RAISE EXCEPTION 'the_owner_reads_what_it_owns'
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def ref(self) -> str:
        return f"recommendation:{self.uid}"

    @property
    def overdue(self) -> bool:
        return self.state in UNDER_WAY and self.due_on < utc_today()

    @property
    def sides(self) -> tuple[str, ...]:
        other = tuple(side for side in SERVICES if side != self.side)
        return (self.side, *other) if self.joint else (self.side,)


class RecommendationMove(models.Model):
    """It went from one state to the next: who, when, and what was said. Append-only."""

    recommendation = models.ForeignKey(
        Recommendation, on_delete=models.PROTECT, related_name="moves"
    )
    before = models.CharField(max_length=12, choices=RecommendationState.choices)
    after = models.CharField(max_length=12, choices=RecommendationState.choices)
    said = models.TextField(blank=True)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="evidence_or_reason_is_said",
                condition=~Q(after__in=["done", "not_accepted", "open"]) | ~Q(said=""),
            )
        ]
        triggers = [
            pgtrigger.Protect(
                name="move_of_a_recommendation_is_kept",
                operation=pgtrigger.Update | pgtrigger.Delete,
            )
        ]

    def __str__(self) -> str:
        return f"{self.recommendation_id} {self.before} {self.after}"


class ChangeKind(models.TextChoices):
    """What a recommendation may change."""

    PROCEDURE = "procedure", pgettext_lazy("change", "Procedure")
    PLAN = "plan", pgettext_lazy("change", "Contingency plan")
    ACTIVITY = "activity", pgettext_lazy("change", "Activity")
    COURSE = "course", pgettext_lazy("change", "Course")
    EQUIPMENT = "equipment", pgettext_lazy("change", "Equipment")


# Which of its columns names the thing, by kind.
TARGET = {
    "procedure": "procedure_version",
    "plan": "plan_version",
    "activity": "activity",
    "course": "course",
}
NO_TARGET = dict.fromkeys(TARGET.values())


def _one_target() -> Q:
    found = Q(kind="equipment", **NO_TARGET) & ~Q(words="")
    for kind, column in TARGET.items():
        others = {name: None for name in TARGET.values() if name != column}
        found |= Q(kind=kind, **{f"{column}__isnull": False}, **others)
    return found


class RecommendationChanges(models.QuerySet["RecommendationChange"]):
    def visible_to(self, user: Any) -> Self:
        return self.filter(recommendation__in=Recommendation.objects.visible_to(user))

    def standing(self) -> Self:
        return self.filter(removed_at=None)

    def files_for(self, user: Any) -> Self:
        """Those with a file that `user` may have; of the other side's only what was found clean."""
        given = Q(side=user.side) | Q(scan__in=GIVEN)
        return self.visible_to(user).standing().filter(given).exclude(sha256="")


class RecommendationChange(models.Model):
    """What a recommendation changed, with the evidence: words, a file or both. Equipment is what
    `words` say. A tie that was wrong is taken away and stays written."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    client_ref = models.UUIDField(default=uuid.uuid4)
    recommendation = models.ForeignKey(
        Recommendation, on_delete=models.PROTECT, related_name="changes"
    )
    kind = models.CharField(max_length=9, choices=ChangeKind.choices)
    procedure_version = models.ForeignKey(
        ProcedureVersion, on_delete=models.PROTECT, null=True, related_name="+"
    )
    plan_version = models.ForeignKey(
        "lessons.ContingencyVersion", on_delete=models.PROTECT, null=True, related_name="+"
    )
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, null=True, related_name="+")
    course = models.ForeignKey(Course, on_delete=models.PROTECT, null=True, related_name="+")
    words = models.TextField(blank=True)
    name = models.CharField(max_length=120, blank=True)
    file_kind = models.CharField(max_length=8, blank=True)
    size = models.PositiveIntegerField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    rendition_sha256 = models.CharField(max_length=64, blank=True)
    rendition_size = models.PositiveIntegerField(null=True)
    scan = models.CharField(max_length=14, choices=Scan.choices, blank=True)
    finding = models.CharField(max_length=120, blank=True)
    scanned_at = models.DateTimeField(null=True)
    side = models.CharField(max_length=2, choices=Side.choices)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    removed_at = models.DateTimeField(null=True)

    objects = RecommendationChanges.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["by", "client_ref"], name="change_tied_once"),
            models.CheckConstraint(name="a_change_names_one_thing", condition=_one_target()),
            models.CheckConstraint(
                name="a_change_has_evidence", condition=~Q(words="") | ~Q(sha256="")
            ),
            models.CheckConstraint(
                name="file_of_a_change_is_named_by_its_sum",
                condition=Q(sha256="", scan="")
                | Q(sha256__regex=r"^[0-9a-f]{64}$", size__isnull=False) & ~Q(scan=""),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="change_that_was_tied_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="a_change_stays_as_it_was_tied",
                fields=[
                    "uid", "client_ref", "recommendation", "kind", "procedure_version",
                    "plan_version", "activity", "course", "words", "name", "file_kind", "size",
                    "sha256", "rendition_sha256", "rendition_size", "side", "at", "by",
                ],
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.recommendation_id} {self.kind}"


class OwnerReminder(models.Model):
    """The owner was told of a day that comes near or is over: once for each day it had."""

    recommendation = models.ForeignKey(
        Recommendation, on_delete=models.PROTECT, related_name="reminders"
    )
    overdue = models.BooleanField()
    due_on = models.DateField()
    at = models.DateTimeField(default=now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["recommendation", "overdue", "due_on"], name="owner_is_reminded_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.recommendation_id} {self.due_on}"


class LessonSeries(models.Model):
    """The last number given in a year: of recommendations REC, of contingency plans CPL."""

    kind = models.CharField(max_length=3)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "year"], name="one_series_of_lessons_a_year")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.year} {self.last}"


def day_of_letter() -> date:
    """Up to which day owners are reminded now."""
    return utc_today() + SOON


def kept_evidence() -> models.QuerySet[RecommendationChange]:
    """What the daily sweep of the store leaves alone (settings.FILE_KEEPERS)."""
    return RecommendationChange.objects.exclude(sha256="")
