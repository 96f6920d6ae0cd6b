"""Accreditations: the host side lets an expert work on its territory."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.timezone import now
from django.utils.translation import pgettext_lazy

from bordercoop.reference.sides import Side
from contactpoints.access import SERVICES

from .experts import Expert

# Of a deployment; spelt here, since deployments stand on what is accredited.
OVER = ("ended", "declined", "cancelled")


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
                fields=["side", "kind", "number"],
                condition=~Q(number=""),
                name="an_accreditation_has_its_number",
            ),
            models.CheckConstraint(name="the_two_sides_accredit", condition=Q(side__in=SERVICES)),
            models.CheckConstraint(
                name="an_accreditation_ends_after_it_begins",
                condition=Q(valid_until__gte=F("valid_from")),
            ),
            models.CheckConstraint(
                name="a_withdrawn_accreditation_says_by_whom_and_why",
                condition=Q(withdrawn_at=None, withdrawn_by=None, reason="")
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False)
                & (~Q(reason="") | Q(number="")),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="accreditation_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="an_accreditation_stays_as_granted",
                fields=[
                    "uid", "client_ref", "expert", "kind", "side", "valid_from", "valid_until",
                    "at", "by",
                ],
            ),
            pgtrigger.Protect(
                name="an_accreditation_begins_with_a_number",
                operation=pgtrigger.Insert,
                condition=pgtrigger.Condition("NEW.number = ''"),
            ),
            pgtrigger.Trigger(
                name="an_accreditation_is_blanked_whole",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition("OLD.number IS DISTINCT FROM NEW.number"),
                func=f"""
                IF NEW.number <> '' OR NEW.reason <> ''
                   OR (SELECT e.side FROM public.deployments_expert e WHERE e.id = NEW.expert_id)
                      <> 'EU'
                   OR EXISTS (SELECT 1 FROM public.deployments_deployment d
                              WHERE d.expert_id = NEW.expert_id AND d.state NOT IN {OVER}) THEN
                    RAISE EXCEPTION 'an_accreditation_is_blanked_whole'
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,  # noqa: S608
            ),
            pgtrigger.Protect(
                name="a_withdrawn_accreditation_stays_so",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.withdrawn_at IS NOT NULL AND (OLD.number = '' OR NEW.number <> ''"
                    " OR (OLD.withdrawn_at, OLD.withdrawn_by_id)"
                    " IS DISTINCT FROM (NEW.withdrawn_at, NEW.withdrawn_by_id))"
                ),
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
