"""The trainers' pool: whom each side offers to teach, and in what."""

from __future__ import annotations

import uuid
from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.timezone import localdate, now

from bordercoop.access.models import Language
from contactpoints.access import SERVICES
from contactpoints.models import Posting

from ..access import planning_units
from .courses import Course


class Trainers(models.QuerySet["Trainer"]):
    def visible_to(self, user: Any) -> Self:
        """To whoever plans activities: those in the pool of both sides, and who left that of the
        own."""
        if not planning_units(user):
            return self.none()
        return self.filter(Q(left_at=None) | Q(side=user.side))

    def standing(self) -> Self:
        return self.filter(left_at=None)

    def serving(self) -> Self:
        """With `serves`: outside persons, and officers with a posting now."""
        return self.annotate(
            serves=models.Case(models.When(_serves_now(), then=True), default=False)
        )

    def who_serve(self) -> Self:
        return self.filter(_serves_now())


def _serves_now() -> Q:
    posts = Posting.objects.active().filter(officer=OuterRef("officer"))
    return Q(officer=None) | Q(Exists(posts), officer__is_active=True)


class Trainer(models.Model):
    """Who teaches for a side: an officer of it, or somebody outside by `name` and `organisation`.
    Both stay; who is somebody else leaves and is added anew. `topics` are of the vocabulary
    `training_topic`; `valid_until` is the last day of the qualification, None without an end. The
    other side never reads `note`. `language` is that of the texts."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    client_ref = models.UUIDField(default=uuid.uuid4)
    side = models.CharField(max_length=2)
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    name = models.CharField(max_length=58, blank=True)
    organisation = models.CharField(max_length=58, blank=True)
    topics = ArrayField(models.CharField(max_length=40))
    courses = models.ManyToManyField(Course, related_name="+", db_table="training_trainer_of")
    languages = ArrayField(models.CharField(max_length=2))
    qualification = models.CharField(max_length=200, blank=True)
    valid_until = models.DateField(null=True)
    note = models.CharField(max_length=1_000, blank=True)
    language = models.CharField(max_length=2, choices=Language.choices)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    left_at = models.DateTimeField(null=True)
    left_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+",
        db_index=False,
    )  # fmt: skip

    objects = Trainers.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["by", "client_ref"], name="trainer_added_once"),
            models.UniqueConstraint(
                fields=["officer"], condition=Q(left_at=None), name="an_officer_is_once_in_the_pool"
            ),
            models.UniqueConstraint(
                fields=["side", "name", "organisation"],
                condition=Q(left_at=None, officer=None),
                name="an_outside_trainer_is_once_in_a_pool",
            ),
            models.CheckConstraint(
                name="a_pool_is_of_the_two_services", condition=Q(side__in=SERVICES)
            ),
            models.CheckConstraint(
                name="a_trainer_is_an_officer_or_somebody_outside",
                condition=Q(officer__isnull=False, name="", organisation="")
                | Q(officer=None) & ~Q(name="") & ~Q(organisation=""),
            ),
            models.CheckConstraint(
                name="a_trainer_teaches_something_in_a_language",
                condition=~Q(topics=[]) & ~Q(languages=[]),
            ),
            models.CheckConstraint(
                name="somebody_takes_a_trainer_out",
                condition=Q(left_at=None, left_by=None)
                | Q(left_at__isnull=False, left_by__isnull=False),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="a_trainer_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="a_trainer_stays_who_it_is",
                fields=["uid", "side", "client_ref", "officer", "name", "organisation", "at", "by"],
            ),
            pgtrigger.Protect(
                name="who_left_the_pool_left",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__left_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def ref(self) -> str:
        return f"trainer:{self.uid}"

    @property
    def label(self) -> str:
        """As the programme names the trainer."""
        if self.officer is not None:
            return str(self.officer.display_name)
        return f"{self.name}, {self.organisation}"

    @property
    def expired(self) -> bool:
        return self.valid_until is not None and self.valid_until < localdate()


class AskedToEvaluate(models.Model):
    """Whoever attended was asked to say what it was worth: once, and with `again` reminded. Written
    for everybody alike, whether they answered or not, so that it tells nothing."""

    participation = models.ForeignKey(
        "training.Participation", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    again = models.BooleanField()
    at = models.DateTimeField(default=now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["participation", "again"], name="asked_to_evaluate_once"
            )
        ]
        triggers = [
            pgtrigger.Protect(
                name="who_was_asked_is_kept", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return f"{self.participation_id} {self.again}"
