"""Whose part of a joint investigation is whose: units, teams, the incidents that are named."""

import uuid

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import pgettext_lazy

from bordercoop.reference.sides import Side
from contactpoints.models import Unit

from .incident import Incident
from .investigation import SERVICES, Investigation


class CaseSide(models.Model):
    """A side's part in a case: who leads it, which unit and desk it hangs on.

    Alerts about the case go to `desk`. The side that was asked has no `representative` until it
    agrees. `closed_at` once the side has closed its part; the case closes with the second.
    """

    investigation = models.ForeignKey(
        Investigation, on_delete=models.PROTECT, related_name="sides", db_index=False
    )
    side = models.CharField(max_length=2, choices=Side.choices)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    desk = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    representative = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )
    ground = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["investigation", "side"], name="a_side_has_one_part"),
            models.CheckConstraint(name="part_is_of_a_service", condition=Q(side__in=SERVICES)),
            models.CheckConstraint(
                name="closing_a_part_of_a_case_has_a_ground",
                condition=Q(closed_at=None) | ~Q(ground=""),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="part_of_a_case_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="units_and_representatives_are_of_the_side",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                func="""
                IF EXISTS (SELECT 1 FROM public.contactpoints_unit u
                           WHERE u.id IN (NEW.unit_id, NEW.desk_id) AND u.side <> NEW.side)
                   OR EXISTS (SELECT 1 FROM public.access_user a
                              WHERE a.id IN (NEW.representative_id, NEW.closed_by_id)
                                AND a.side <> NEW.side) THEN
                    RAISE EXCEPTION 'units_and_representatives_are_of_the_side: %', NEW.side
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.investigation_id} {self.side}"


class CaseMember(models.Model):
    """Somebody of a side's team. With an `officer` the person reads the case and writes the side's
    part; `name` alone is somebody without an account, such as a dog handler or an interpreter."""

    class Function(models.TextChoices):
        LEADER = "leader", pgettext_lazy("member of a team", "Leads the team")
        MEMBER = "member", pgettext_lazy("member of a team", "Member")
        EXPERT = "expert", pgettext_lazy("member of a team", "Expert")
        INTERPRETER = "interpreter", pgettext_lazy("member of a team", "Interpreter")
        OBSERVER = "observer", pgettext_lazy("member of a team", "Observer")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    investigation = models.ForeignKey(
        Investigation, on_delete=models.PROTECT, related_name="members", db_index=False
    )
    side = models.CharField(max_length=2, choices=Side.choices)
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    name = models.CharField(max_length=120)
    function = models.CharField(max_length=12, choices=Function.choices)
    languages = models.CharField(max_length=40, blank=True)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["investigation", "officer"],
                condition=Q(ended_at=None, officer__isnull=False),
                name="an_officer_is_in_a_team_once",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="member_of_a_team_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="a_team_is_of_its_side",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                func="""
                IF EXISTS (SELECT 1 FROM public.access_user a
                           WHERE a.id = NEW.officer_id AND a.side <> NEW.side) THEN
                    RAISE EXCEPTION 'a_team_is_of_its_side: %', NEW.side
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.investigation_id} {self.side} {self.name}"


class CaseIncident(models.Model):
    """An incident that a case is about, named by its own side. The other side reads the number only
    where it holds a copy of the incident."""

    investigation = models.ForeignKey(
        Investigation, on_delete=models.PROTECT, related_name="cited", db_index=False
    )
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="+")
    side = models.CharField(max_length=2, choices=Side.choices)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["investigation", "incident", "side"], name="a_side_cites_an_incident_once"
            )
        ]
        triggers = [
            pgtrigger.Protect(
                name="citation_is_kept", operation=pgtrigger.Update | pgtrigger.Delete
            ),
            pgtrigger.Trigger(
                name="no_case_cites_what_never_crosses",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func="""
                IF EXISTS (SELECT 1 FROM public.incidents_incident i
                           JOIN public.reference_term t ON t.id = i.category_id
                           WHERE i.id = NEW.incident_id
                             AND (t.code ~ '^(ASY|SIR)(-|$)' OR t.facts @> '{"crosses": false}'))
                THEN
                    RAISE EXCEPTION 'no_case_cites_what_never_crosses'
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.investigation_id} {self.incident_id}"
