"""The pool of experts: who may be deployed, in what, when, and who lets them work on its territory.

Of an expert no more is kept than who it is, profiles, languages and days (docs/deployments.md).
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

from bordercoop.reference.sides import Side
from contactpoints.access import SERVICES

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
        """To whoever plans: those in the pool, and who left it of the own side and of Frontex."""
        if not planning_units(user):
            return self.none()
        return self.filter(Q(left_at=None) | Q(side__in=(user.side, Side.EU)))

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
                | Q(officer=None, side=Side.EU) & ~Q(name="") & ~Q(service=""),
            ),
            models.CheckConstraint(name="an_expert_has_a_profile", condition=~Q(profiles=[])),
            models.CheckConstraint(
                name="somebody_takes_an_expert_out",
                condition=Q(left_at=None, left_by=None)
                | Q(left_at__isnull=False, left_by__isnull=False),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="expert_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="an_expert_stays_who_it_is",
                fields=[
                    "uid", "number", "side", "client_ref", "officer", "name", "service", "at", "by",
                ],
            ),
            pgtrigger.Protect(
                name="an_expert_who_left_has_left",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__left_at__isnull=False),
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
        return f"{self.name}, {self.service}"


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


class AccreditationKind(models.TextChoices):
    """`service`: to work beside the host's border service, without which nobody deploys; `area`: a
    pass for a restricted area, such as an airport's."""

    SERVICE = "service", pgettext_lazy("accreditation", "Work with the border service")
    AREA = "area", pgettext_lazy("accreditation", "Pass for a restricted area")


class Accreditations(models.QuerySet["Accreditation"]):
    def visible_to(self, user: Any) -> Self:
        return self.filter(expert__in=Expert.objects.visible_to(user))

    def standing(self) -> Self:
        return self.filter(withdrawn_at=None)

    def covering(self, expert: Any, side: str, first_day: date, last_day: date) -> Self:
        """Those with which the expert may work on the territory of a side all these days."""
        return self.standing().filter(
            expert=expert,
            side=side,
            kind=AccreditationKind.SERVICE,
            valid_from__lte=first_day,
            valid_until__gte=last_day,
        )


class Accreditation(models.Model):
    """The host `side` lets an expert work on its territory from and until a day, both included. An
    officer of that side grants it and may withdraw it, saying why."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    client_ref = models.UUIDField(default=uuid.uuid4)
    expert = models.ForeignKey(Expert, on_delete=models.PROTECT, related_name="accreditations")
    kind = models.CharField(max_length=8, choices=AccreditationKind.choices)
    number = models.CharField(max_length=60)
    side = models.CharField(max_length=2, choices=Side.choices)
    valid_from = models.DateField()
    valid_until = models.DateField()
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+",
        db_index=False,
    )  # fmt: skip
    reason = models.CharField(max_length=500, blank=True)

    objects = Accreditations.as_manager()

    class Meta:
        ordering = ["-valid_until", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["by", "client_ref"], name="accreditation_granted_once"),
            models.UniqueConstraint(
                fields=["side", "kind", "number"], name="an_accreditation_has_its_number"
            ),
            models.CheckConstraint(
                name="the_two_sides_accredit",
                condition=Q(side__in=SERVICES) & ~Q(number=""),
            ),
            models.CheckConstraint(
                name="an_accreditation_ends_after_it_begins",
                condition=Q(valid_until__gte=F("valid_from")),
            ),
            models.CheckConstraint(
                name="a_withdrawn_accreditation_says_by_whom_and_why",
                condition=Q(withdrawn_at=None, withdrawn_by=None, reason="")
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(reason=""),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="accreditation_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="an_accreditation_stays_as_granted",
                fields=[
                    "uid", "client_ref", "expert", "kind", "number", "side", "valid_from",
                    "valid_until", "at", "by",
                ],
            ),
            pgtrigger.Protect(
                name="a_withdrawn_accreditation_stays_so",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__withdrawn_at__isnull=False),
            ),
            # Granted and withdrawn on the territory's own side; nobody works elsewhere than abroad.
            pgtrigger.Trigger(
                name="the_host_side_accredits",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                func="""
                IF (SELECT u.side FROM public.access_user u
                    WHERE u.id = COALESCE(NEW.withdrawn_by_id, NEW.by_id)) <> NEW.side
                   OR (SELECT e.side FROM public.deployments_expert e WHERE e.id = NEW.expert_id)
                      = NEW.side THEN
                    RAISE EXCEPTION 'the_host_side_accredits' USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
            pgtrigger.Trigger(
                name="a_deployed_expert_stays_accredited",
                operation=pgtrigger.Update,
                when=pgtrigger.After,
                condition=pgtrigger.Condition("NEW.withdrawn_at IS NOT NULL"),
                func="""
                IF EXISTS (
                    SELECT 1 FROM public.deployments_deployment d
                    WHERE d.expert_id = NEW.expert_id AND d.side = NEW.side
                      AND d.state IN ('deployed', 'extended')
                      AND NOT EXISTS (
                        SELECT 1 FROM public.deployments_accreditation a
                        WHERE a.expert_id = d.expert_id AND a.side = d.side
                          AND a.kind = 'service' AND a.withdrawn_at IS NULL
                          AND a.valid_from <= d.first_day AND a.valid_until >= d.last_day)) THEN
                    RAISE EXCEPTION 'a_deployed_expert_stays_accredited'
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.side} {self.number}"

    @property
    def ref(self) -> str:
        return f"accreditation:{self.uid}"

    @property
    def over(self) -> bool:
        return self.valid_until < now().date()
