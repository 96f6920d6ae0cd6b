"""Deployments: an expert is asked for, offered, committed, briefed, deployed, debriefed."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta
from typing import Any, Self
from zoneinfo import ZoneInfo

import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import (
    ArrayField,
    DateRangeField,
    RangeBoundary,
    RangeOperators,
)
from django.db import models
from django.db.models import F, Func, Q
from django.utils.timezone import now
from django.utils.translation import pgettext_lazy

from bordercoop.access.models import Language
from bordercoop.reference.sides import ZONE, Side
from contactpoints.access import SERVICES
from contactpoints.models import Unit

from ...joint_operations.models import JointOperation
from ..access import agrees, reads_deployments
from .experts import Expert, LanguageLevel


class DeploymentState(models.TextChoices):
    """Source: the message pairs of OASIS EDXL-RM, with briefing and debriefing as the operational
    plans of joint operations ask for them (docs/deployments.md)."""

    NEED = "need", pgettext_lazy("deployment", "Need")
    REQUESTED = "requested", pgettext_lazy("deployment", "Requested")
    ASSESSED = "assessed", pgettext_lazy("deployment", "Assessed")
    OFFERED = "offered", pgettext_lazy("deployment", "Offered")
    ACCEPTED = "accepted", pgettext_lazy("deployment", "Accepted")
    COMMITTED = "committed", pgettext_lazy("deployment", "Committed")
    BRIEFED = "briefed", pgettext_lazy("deployment", "Briefed")
    DEPLOYED = "deployed", pgettext_lazy("deployment", "Deployed")
    EXTENDED = "extended", pgettext_lazy("deployment", "Extended")
    DEBRIEFED = "debriefed", pgettext_lazy("deployment", "Debriefed")
    ENDED = "ended", pgettext_lazy("deployment", "Ended")
    DECLINED = "declined", pgettext_lazy("deployment", "Declined")
    CANCELLED = "cancelled", pgettext_lazy("deployment", "Cancelled")


ROAD = [
    "need", "requested", "assessed", "offered", "accepted", "committed", "briefed", "deployed",
    "extended", "debriefed", "ended",
]  # fmt: skip
THERE = ("deployed", "extended")
# The expert is bound, and reads the own page.
BOUND = ("committed", "briefed", *THERE, "debriefed")
WITHOUT_EXPERT = ("need", "requested", "assessed")
OVER = ("ended", "declined", "cancelled")
# What the other side sent an expert for is read there since the need was found right.
SENDER_READS = tuple(
    state for state in DeploymentState.values if state not in ("need", "requested")
)
DEPLOYMENT_MOVES = [
    ("need", "requested"), ("requested", "assessed"), ("assessed", "offered"),
    ("offered", "accepted"), ("accepted", "committed"), ("committed", "briefed"),
    ("briefed", "deployed"), ("deployed", "extended"), ("deployed", "debriefed"),
    ("extended", "debriefed"), ("debriefed", "ended"),
    ("declined", "offered"),  # another expert, where it was an offer that was declined
    *((state, "declined") for state in ("requested", "assessed", "offered", "accepted")),
    *((state, "cancelled") for state in ROAD[:9]),
]  # fmt: skip
PAIRS = ", ".join(
    f"('{before}', '{after}')"
    for before, after in [("", "need"), *DEPLOYMENT_MOVES, ("extended", "extended")]
)


class Deployments(models.QuerySet["Deployment"]):
    def visible_to(self, user: Any) -> Self:
        """Those to the own side, for who asks for or plans them; those for which the own side is
        asked for an expert, for who offers one."""
        if not reads_deployments(user):
            return self.none()
        seen = Q(side=user.side)
        if agrees(user):
            past = Q(state__in=("declined", "cancelled"), assessed_at=None)
            seen |= Q(sender=user.side, state__in=SENDER_READS) & ~past
        return self.filter(seen)

    def own_of(self, user: Any) -> Self:
        """The officer's own that are still to be done: nothing once they ended."""
        return self._alive().filter(expert__officer=user.pk, state__in=BOUND)

    def _alive(self) -> Self:
        days = Q()
        for side in SERVICES:
            days |= Q(side=side, last_day__gte=now().astimezone(ZoneInfo(ZONE[side])).date())
        return self.filter(days)

    def out_of_time(self) -> Self:
        """Experts who are there though the last day is over."""
        alive = self.filter(state__in=(*THERE, "debriefed"), access_ended_at=None)
        return alive.exclude(pk__in=alive._alive().values("pk"))

    def going_on(self) -> Self:
        return self.exclude(state__in=OVER)


class Deployment(models.Model):
    """One deployment, such as DEP-2026-00001, at `unit` of the host `side`; `sender` is the side
    that is asked for the expert, EU for Frontex. Days are those of the host side, both included.

    Without `powers_ground`, which says by what they were granted, the expert has no executive
    powers. `access_ended_at`: since when the expert sees nothing of it any more.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.CharField(max_length=20, unique=True)
    client_ref = models.UUIDField(default=uuid.uuid4)
    side = models.CharField(max_length=2, choices=Side.choices)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    sender = models.CharField(max_length=2, choices=Side.choices)
    state = models.CharField(
        max_length=9, choices=DeploymentState.choices, default=DeploymentState.NEED
    )
    profile = models.CharField(max_length=40)
    languages = ArrayField(models.CharField(max_length=2), default=list)
    level = models.CharField(max_length=2, choices=LanguageLevel.choices, default=LanguageLevel.B1)
    first_day = models.DateField()
    last_day = models.DateField()
    language = models.CharField(max_length=2, choices=Language.choices)
    purpose = models.CharField(max_length=1_000)
    tasks = models.CharField(max_length=4_000)
    legal_basis = models.CharField(max_length=300)
    powers_ground = models.CharField(max_length=300, blank=True)
    powers_at = models.DateTimeField(null=True)
    powers_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+",
        db_index=False,
    )  # fmt: skip
    expert = models.ForeignKey(
        Expert, on_delete=models.PROTECT, null=True, related_name="deployments"
    )
    operation = models.ForeignKey(
        JointOperation, on_delete=models.PROTECT, null=True, related_name="deployments"
    )
    # Why it was declined or cancelled.
    reason = models.CharField(max_length=500, blank=True)
    assessed_at = models.DateTimeField(null=True)
    access_ended_at = models.DateTimeField(null=True)
    # Since when nothing is kept of who the guest was and what was said of the guest.
    blanked_at = models.DateTimeField(null=True)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    objects = Deployments.as_manager()

    class Meta:
        ordering = ["-first_day", "-pk"]
        indexes = [models.Index(fields=["side", "state"], name="deployments_by_state")]
        constraints = [
            models.UniqueConstraint(fields=["by", "client_ref"], name="need_noted_once"),
            models.CheckConstraint(
                name="a_deployment_goes_to_the_other_side",
                condition=Q(side__in=SERVICES) & ~Q(sender=F("side")),
            ),
            models.CheckConstraint(
                name="a_deployment_takes_days", condition=Q(last_day__gte=F("first_day"))
            ),
            models.CheckConstraint(
                name="a_deployment_says_its_legal_basis",
                condition=~Q(legal_basis="") & ~Q(purpose="") & ~Q(tasks="") & ~Q(profile=""),
            ),
            models.CheckConstraint(
                name="executive_powers_have_a_ground",
                condition=Q(powers_ground="", powers_at=None, powers_by=None)
                | Q(powers_at__isnull=False, powers_by__isnull=False) & ~Q(powers_ground=""),
            ),
            models.CheckConstraint(
                name="executive_powers_are_of_an_accepted_expert",
                condition=Q(powers_at=None) | ~Q(state__in=(*WITHOUT_EXPERT, "offered")),
            ),
            models.CheckConstraint(
                name="what_is_offered_is_an_expert",
                condition=Q(state__in=(*WITHOUT_EXPERT, "declined", "cancelled"))
                | Q(expert__isnull=False)
                | Q(blanked_at__isnull=False),
            ),
            models.CheckConstraint(
                name="a_deployment_given_up_says_why",
                condition=~Q(state__in=["declined", "cancelled"])
                | ~Q(reason="")
                | Q(blanked_at__isnull=False),
            ),
            models.CheckConstraint(
                name="a_blanked_deployment_is_over_and_names_nobody",
                condition=Q(blanked_at=None)
                | Q(sender=Side.EU, state__in=OVER, expert=None, reason=""),
            ),
            ExclusionConstraint(
                name="an_expert_is_deployed_at_one_place",
                expressions=[
                    ("expert", RangeOperators.EQUAL),
                    (
                        Func(
                            F("first_day"), F("last_day"), RangeBoundary(True, True),
                            function="DATERANGE", output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(state__in=BOUND),
            ),
        ]  # fmt: skip
        triggers = [
            pgtrigger.FSM(name="deployment_moves", field="state", transitions=DEPLOYMENT_MOVES),
            pgtrigger.Protect(name="deployment_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="a_blanked_deployment_stays_so",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__blanked_at__isnull=False),
            ),
            pgtrigger.ReadOnly(
                name="a_deployment_stays_whose_it_is",
                fields=["uid", "number", "side", "unit", "sender", "client_ref", "by", "at"],
            ),
            pgtrigger.Protect(
                name="a_deployment_begins_as_a_need",
                operation=pgtrigger.Insert,
                condition=pgtrigger.Condition("NEW.state <> 'need'"),
            ),
            pgtrigger.Trigger(
                name="each_step_of_a_deployment_is_written",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition("NEW.state <> OLD.state"),
                func="""
                IF (SELECT m.before || '>' || m.after FROM public.deployments_deploymentmove m
                    WHERE m.deployment_id = NEW.id ORDER BY m.id DESC LIMIT 1)
                   IS DISTINCT FROM OLD.state || '>' || NEW.state THEN
                    RAISE EXCEPTION 'each_step_of_a_deployment_is_written'
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
            pgtrigger.Trigger(
                name="the_side_that_is_asked_sends_its_own",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition("NEW.expert_id IS NOT NULL"),
                func="""
                IF (SELECT e.side FROM public.deployments_expert e WHERE e.id = NEW.expert_id)
                   <> NEW.sender THEN
                    RAISE EXCEPTION 'the_side_that_is_asked_sends_its_own'
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
            pgtrigger.Trigger(
                name="nobody_deploys_unbriefed_or_unaccredited",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition("NEW.state IN ('deployed', 'extended')"),
                func="""
                IF NOT EXISTS (SELECT 1 FROM public.deployments_briefing b
                               WHERE b.deployment_id = NEW.id) THEN
                    RAISE EXCEPTION 'nobody_deploys_unbriefed' USING ERRCODE = 'check_violation';
                END IF;
                PERFORM 1 FROM public.deployments_accreditation a
                    WHERE a.expert_id = NEW.expert_id AND a.side = NEW.side
                      AND a.kind = 'service' AND a.withdrawn_at IS NULL
                      AND a.valid_from <= NEW.first_day AND a.valid_until >= NEW.last_day
                    FOR SHARE;
                IF NOT FOUND THEN
                    RAISE EXCEPTION 'nobody_deploys_unaccredited'
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
            pgtrigger.Trigger(
                name="a_deployment_ends_with_a_debriefing",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition("NEW.state IN ('debriefed', 'ended')"),
                func="""
                IF NOT EXISTS (SELECT 1 FROM public.deployments_debriefing b
                               WHERE b.deployment_id = NEW.id) THEN
                    RAISE EXCEPTION 'a_deployment_ends_with_a_debriefing'
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
        return f"deployment:{self.uid}"

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(ZONE[self.side])

    @property
    def starts_at(self) -> datetime:
        return midnight(self.first_day, self.zone)

    @property
    def ends_at(self) -> datetime:
        """The midnight after the last day, at the host's."""
        return midnight(self.last_day + timedelta(days=1), self.zone)

    @property
    def today(self) -> date:
        return now().astimezone(self.zone).date()

    @property
    def out_of_time(self) -> bool:
        """The last day is over, and it waits for its debriefing or its end."""
        return self.state in (*THERE, "debriefed") and self.last_day < self.today

    @property
    def offer_declined(self) -> bool:
        """An offer was declined or taken back, not the request: another expert may be offered."""
        last = self.moves.last() if self.state == "declined" else None  # type: ignore[attr-defined]
        again = last is not None and last.before in ("offered", "accepted")
        return again and self.blanked_at is None

    @property
    def offers_made(self) -> int:
        """How many experts were offered until now."""
        return self.moves.filter(after="offered").count()  # type: ignore[attr-defined,no-any-return]

    @property
    def offers(self) -> str:
        """The side that offers and commits: for Frontex the host writes down what it answered."""
        return self.side if self.sender == Side.EU else self.sender


def midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone)
