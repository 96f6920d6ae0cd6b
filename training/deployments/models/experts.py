"""The pool of experts: who may be deployed, in what, when, and who lets them work on its territory.

Of an expert no more is kept than who it is, profiles, languages and days (docs/deployments.md).
"""

from __future__ import annotations

import uuid
from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.timezone import now

from bordercoop.reference.sides import Side

from ...access import planning_units


class LanguageLevel(models.TextChoices):
    """Of the Common European Framework of Reference for Languages."""

    A1 = "A1", "A1"
    A2 = "A2", "A2"
    B1 = "B1", "B1"
    B2 = "B2", "B2"
    C1 = "C1", "C1"
    C2 = "C2", "C2"


class Experts(models.QuerySet["Expert"]):
    def visible_to(self, user: Any) -> Self:
        """To whoever plans: those in the pool, and who left it of the own side and of Frontex, as
        long as it is kept who it was."""
        if not planning_units(user):
            return self.none()
        seen = Q(left_at=None) | Q(side__in=(user.side, Side.EU))
        return self.filter(seen, blanked_at=None)

    def standing(self) -> Self:
        return self.filter(left_at=None)


class Expert(models.Model):
    """Who may be deployed, such as EXP-00001: an officer of a service, or a person of Frontex, by
    the account where there is one, else by `name` and `service`. `profiles` are codes of
    `deployment_profile`."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.CharField(max_length=12, unique=True)
    client_ref = models.UUIDField(default=uuid.uuid4)
    side = models.CharField(max_length=2, choices=Side.choices)
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    name = models.CharField(max_length=120, blank=True)
    service = models.CharField(max_length=120, blank=True)
    profiles = ArrayField(models.CharField(max_length=40))
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    left_at = models.DateTimeField(null=True)
    left_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+",
        db_index=False,
    )  # fmt: skip
    # Since when nothing is kept of who it was: guests of Frontex alone.
    blanked_at = models.DateTimeField(null=True)

    objects = Experts.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["by", "client_ref"], name="pool_expert_added_once"),
            models.UniqueConstraint(
                fields=["officer"], condition=Q(left_at=None), name="an_officer_is_one_expert"
            ),
            models.UniqueConstraint(
                fields=["name", "service"],
                condition=Q(left_at=None, officer=None),
                name="a_guest_is_one_expert",
            ),
            models.CheckConstraint(
                name="an_expert_has_an_account_or_a_name",
                condition=Q(officer__isnull=False, name="", service="")
                | Q(officer=None, side=Side.EU) & ~Q(name="") & ~Q(service="")
                | Q(officer=None, side=Side.EU, name="", service="", blanked_at__isnull=False),
            ),
            models.CheckConstraint(
                name="a_blanked_expert_is_nobody_and_left",
                condition=Q(blanked_at=None)
                | Q(officer=None, name="", service="", left_at__isnull=False),
            ),
            models.CheckConstraint(name="an_expert_has_a_profile", condition=~Q(profiles=[])),
            models.CheckConstraint(
                name="somebody_takes_an_expert_out",
                condition=Q(left_at=None, left_by=None)
                | Q(left_at__isnull=False, left_by__isnull=False)
                | Q(left_at__isnull=False, blanked_at__isnull=False),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="expert_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="an_expert_stays_who_it_is",
                fields=["uid", "number", "side", "client_ref", "at", "by"],
            ),
            pgtrigger.Protect(
                name="an_expert_keeps_the_name",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "NEW.blanked_at IS NULL AND (OLD.officer_id, OLD.name, OLD.service)"
                    " IS DISTINCT FROM (NEW.officer_id, NEW.name, NEW.service)"
                ),
            ),
            pgtrigger.Protect(
                name="an_expert_who_left_has_left",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.left_at IS NOT NULL AND"
                    " (OLD.blanked_at IS NOT NULL OR NEW.blanked_at IS NULL)"
                ),
            ),
            # Whom a deployment names is somebody, and so is whom a side has accredited.
            pgtrigger.Trigger(
                name="an_expert_who_is_named_is_not_blanked",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition("NEW.blanked_at IS NOT NULL"),
                func="""
                IF EXISTS (SELECT 1 FROM public.deployments_deployment d
                           WHERE d.expert_id = NEW.id)
                   OR EXISTS (SELECT 1 FROM public.deployments_accreditation a
                              WHERE a.expert_id = NEW.id AND a.number <> '') THEN
                    RAISE EXCEPTION 'an_expert_who_is_named_is_not_blanked'
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
            pgtrigger.Trigger(
                name="an_expert_is_of_the_side_of_the_account",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition("NEW.officer_id IS NOT NULL"),
                func="""
                IF (SELECT u.side FROM public.access_user u WHERE u.id = NEW.officer_id)
                   <> NEW.side THEN
                    RAISE EXCEPTION 'an_expert_is_of_the_side_of_the_account'
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.number

    @property
    def ref(self) -> str:
        return f"expert:{self.uid}"

    @property
    def label(self) -> str:
        if self.officer is not None:
            return str(self.officer.display_name)
        return f"{self.name}, {self.service}" if self.blanked_at is None else self.number


class ExpertLanguage(models.Model):
    """A language that an expert speaks, two letters, and how well."""

    expert = models.ForeignKey(Expert, on_delete=models.PROTECT, related_name="languages")
    code = models.CharField(max_length=2)
    level = models.CharField(max_length=2, choices=LanguageLevel.choices)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(
                fields=["expert", "code"], name="an_expert_speaks_a_language_at_one_level"
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.level}"


class AvailablePeriods(models.QuerySet["AvailablePeriod"]):
    def standing(self) -> Self:
        return self.filter(removed_at=None)


class AvailablePeriod(models.Model):
    """Days from and until which an expert can be deployed, both included."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    client_ref = models.UUIDField(default=uuid.uuid4)
    expert = models.ForeignKey(Expert, on_delete=models.PROTECT, related_name="periods")
    first_day = models.DateField()
    last_day = models.DateField()
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    removed_at = models.DateTimeField(null=True)

    objects = AvailablePeriods.as_manager()

    class Meta:
        ordering = ["first_day", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["by", "client_ref"], name="availability_stated_once"),
            models.CheckConstraint(
                name="availability_ends_after_it_begins", condition=Q(last_day__gte=F("first_day"))
            ),
        ]
        triggers = [pgtrigger.Protect(name="availability_is_kept", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.first_day} {self.last_day}"
