"""Courses: what they teach, both sides' agreement, who was trained in which version
(docs/courses.md)."""

from __future__ import annotations

import uuid
from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.timezone import now
from django.utils.translation import pgettext_lazy

from bordercoop.access.models import Language
from bordercoop.reference.models import Procedure, ProcedureVersion
from bordercoop.reference.sides import Side
from contactpoints.access import SERVICES, units_where
from contactpoints.models import Unit

from .activities import Activity
from .people import Participation

ATTENDED = ("attended", "certified")


class CourseState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("course", "Not agreed")
    AGREED = "agreed", pgettext_lazy("course", "Agreed by both sides")
    RETIRED = "retired", pgettext_lazy("course", "Not given any more")


class Courses(models.QuerySet["Course"]):
    def visible_to(self, user: Any) -> Self:
        """The own side's for whoever reads activities, and those that were put to both sides."""
        if user.side not in SERVICES or not units_where(user, "view_activities"):
            return self.none()
        return self.filter(Q(side=user.side) | Q(put_at__isnull=False))

    def agreed(self) -> Self:
        """With `agreed_lv` and `agreed_by`: whether that side agreed to what it says now."""
        return self.annotate(
            **{
                f"agreed_{side.lower()}": Exists(
                    CourseAgreement.objects.filter(
                        course=OuterRef("pk"), side=side, voided_at=None,
                        edition=OuterRef("edition"),
                    )
                )
                for side in SERVICES
            }
        )  # fmt: skip


class Course(models.Model):
    """A course that both sides use. `procedures` are what it teaches, in the version in force when
    it is held. The other side reads it since `put_at`. `edition` grows with every change of what
    both agree to. `valid_months` is null where a training holds until the next version."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    client_ref = models.UUIDField(default=uuid.uuid4)
    side = models.CharField(max_length=2, choices=Side.choices)
    state = models.CharField(max_length=8, choices=CourseState.choices, default=CourseState.DRAFT)
    title = models.CharField(max_length=160)
    language = models.CharField(max_length=2, choices=Language.choices)
    about = models.CharField(max_length=4_000, blank=True)
    procedures = models.ManyToManyField(Procedure, related_name="+", db_table="training_taught")
    levels = ArrayField(models.CharField(max_length=8), default=list)
    topics = ArrayField(models.CharField(max_length=40), default=list)
    hours = models.PositiveSmallIntegerField()
    valid_months = models.PositiveSmallIntegerField(null=True)
    edition = models.PositiveIntegerField(default=1)
    put_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    objects = Courses.as_manager()

    class Meta:
        ordering = ["title", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["by", "client_ref"], name="course_drafted_once"),
            models.CheckConstraint(
                name="a_course_is_of_the_two_services", condition=Q(side__in=SERVICES)
            ),
            models.CheckConstraint(
                name="a_course_has_its_length", condition=Q(hours__range=(1, 400))
            ),
            models.CheckConstraint(
                name="a_training_is_valid_for_one_to_120_months",
                condition=Q(valid_months=None) | Q(valid_months__range=(1, 120)),
            ),
            models.CheckConstraint(
                name="a_course_ends_with_a_reason", condition=~Q(state="retired") | ~Q(reason="")
            ),
        ]
        triggers = [
            pgtrigger.FSM(
                name="course_moves", field="state",
                transitions=[("draft", "agreed"), ("agreed", "draft"), ("draft", "retired"),
                             ("agreed", "retired")],
            ),
            pgtrigger.Protect(name="a_course_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="a_course_stays_whose_it_is", fields=["uid", "side", "client_ref", "by", "at"]
            ),
            pgtrigger.Trigger(
                name="an_agreed_course_is_agreed_by_both",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition("NEW.state = 'agreed'"),
                func="""
                IF (SELECT count(DISTINCT a.side) FROM public.training_courseagreement a
                    WHERE a.course_id = NEW.id AND a.voided_at IS NULL
                      AND a.edition = NEW.edition) < 2 THEN
                    RAISE EXCEPTION 'an_agreed_course_is_agreed_by_both'
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title

    @property
    def ref(self) -> str:
        return f"course:{self.uid}"


class CourseAgreement(models.Model):
    """A side agrees to a course as it stands: `sha256` is over what it says in `edition`."""

    course = models.ForeignKey(
        Course, on_delete=models.PROTECT, related_name="agreements", db_index=False
    )
    side = models.CharField(max_length=2, choices=Side.choices)
    edition = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    voided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["course", "side"], condition=Q(voided_at=None),
                name="a_side_agrees_to_a_course_once",
            ),
            models.CheckConstraint(
                name="the_two_sides_agree_to_courses", condition=Q(side__in=SERVICES)
            ),
        ]  # fmt: skip
        triggers = [
            pgtrigger.Protect(name="agreement_to_a_course_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="agreement_to_a_course_is_voided_alone",
                fields=["course", "side", "edition", "sha256", "at", "by"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.course_id} {self.side} {self.edition}"


class Trainings(models.QuerySet["Trained"]):
    def of_side(self, side: str) -> Self:
        """Standing ones of the officers of a side."""
        return self.filter(participation__side=side, voided_at=None)


class Trained(models.Model):
    """Who attended was trained in a version: the one in force when the activity began. `until` is
    the last day on which that holds, null without an end. `voided_at`: the list of who came was
    mended."""

    participation = models.ForeignKey(
        Participation, on_delete=models.PROTECT, related_name="trained", db_index=False
    )
    course = models.ForeignKey(
        Course, on_delete=models.PROTECT, related_name="trained", db_index=False
    )
    version = models.ForeignKey(ProcedureVersion, on_delete=models.PROTECT, related_name="+")
    until = models.DateField(null=True)
    at = models.DateTimeField(default=now)
    voided_at = models.DateTimeField(null=True)

    objects = Trainings.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["participation", "version"], condition=Q(voided_at=None),
                name="trained_once_in_a_version",
            )
        ]  # fmt: skip
        triggers = [
            pgtrigger.Protect(name="a_training_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="a_training_stays_what_it_is",
                fields=["participation", "course", "version", "until", "at"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.participation_id} {self.version_id}"


class SameTraining(models.Model):
    """A version for which whoever took the course before need not be trained again, and why."""

    course = models.ForeignKey(
        Course, on_delete=models.PROTECT, related_name="same", db_index=False
    )
    version = models.ForeignKey(ProcedureVersion, on_delete=models.PROTECT, related_name="+")
    side = models.CharField(max_length=2, choices=Side.choices)
    reason = models.CharField(max_length=500)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["course", "version", "side"], name="a_version_is_waived_once_by_a_side"
            ),
            models.CheckConstraint(name="a_waiver_has_a_reason", condition=~Q(reason="")),
        ]
        triggers = [
            pgtrigger.Protect(
                name="a_waiver_is_kept", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return f"{self.course_id} {self.version_id} {self.side}"


class Listings(models.QuerySet["Listed"]):
    def reached_by(self, user: Any) -> Self:
        """Of the units that `user` nominates or plans for."""
        at = units_where(user, "plan_activities") | units_where(user, "nominate")
        return self.filter(side=user.side, unit__in=at)

    def to_nominate(self) -> Self:
        """Who does not take part yet, the units in their order."""
        parts = Participation.objects.filter(
            activity=OuterRef("activity"), officer=OuterRef("officer")
        ).exclude(state="withdrawn")
        rows = self.filter(~Exists(parts)).select_related("officer", "unit")
        return rows.order_by("unit__order", "unit__code", "officer__name_latin", "pk")


class Listed(models.Model):
    """An officer on the list of whom an activity is to train again; `unit` is to nominate."""

    activity = models.ForeignKey(
        Activity, on_delete=models.PROTECT, related_name="listed", db_index=False
    )
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    side = models.CharField(max_length=2, choices=Side.choices)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")

    objects = Listings.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["activity", "officer"], name="listed_once")]
        triggers = [
            pgtrigger.Protect(
                name="who_was_listed_is_kept", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return f"{self.activity_id} {self.officer_id}"
