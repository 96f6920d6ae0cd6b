"""Contingency plans: versions that the approvers of the sides bind to a sum, and what was done when
one was activated (docs/contingency-plans.md)."""

from __future__ import annotations

import uuid
from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.timezone import now

from bordercoop.access.models import Language
from bordercoop.reference.models import Place, utc_today
from bordercoop.reference.sides import Side
from contactpoints.access import SERVICES, units_where
from training.models.put import GivenForASide, PutVersion


def empty_content() -> dict[str, Any]:
    return {"triggers": "", "places": [], "categories": [], "effective_on": None,
            "phases": [], "tasks": [], "contacts": []}  # fmt: skip


def reads_contingency(user: Any) -> bool:
    return user.side in SERVICES and bool(units_where(user, "view_activities"))


class ContingencyPlans(models.QuerySet["ContingencyPlan"]):
    def visible_to(self, user: Any) -> Self:
        """Joint ones, as drafts too, and the own side's."""
        if not reads_contingency(user):
            return self.none()
        return self.filter(Q(joint=True) | Q(side=user.side))


class ContingencyPlan(models.Model):
    """What is done when something goes wrong at a crossing point, as it is being written.

    `content` is plain JSON, in the writer's `language`:

    - `triggers`: text; `places`, `categories`: codes of crossing points and of kinds of incidents
    - `effective_on`: ISO day (UTC) from which an approved version holds, null for at once
    - `phases`: `{"code", "name", "begins"}` in their order
    - `tasks`: `{"code", "phase", "what", "who", "minutes"}`; minutes after the phase began
    - `contacts`: `{"code", "desk", "name", "words"}`: the code of a desk, whose telephone is looked
      up when it is read, or words

    `edition` grows with every change; `editors` are the ids of whoever changed it.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.CharField(max_length=20, unique=True)
    client_ref = models.UUIDField(default=uuid.uuid4)
    side = models.CharField(max_length=2, choices=Side.choices)
    joint = models.BooleanField(default=True)
    title = models.CharField(max_length=160)
    language = models.CharField(max_length=2, choices=Language.choices)
    content = models.JSONField(default=empty_content)
    edition = models.PositiveIntegerField(default=1)
    editors = ArrayField(models.BigIntegerField(), default=list)
    retired_at = models.DateTimeField(null=True)
    retired_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+",
        db_index=False,
    )  # fmt: skip
    reason = models.CharField(max_length=500, blank=True)
    words = models.TextField(blank=True, editable=False)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    objects = ContingencyPlans.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["by", "client_ref"], name="contingency_plan_begun_once"
            ),
            models.CheckConstraint(
                name="a_contingency_plan_is_of_the_two_services", condition=Q(side__in=SERVICES)
            ),
            models.CheckConstraint(
                name="a_plan_that_holds_no_more_says_why",
                condition=Q(retired_at=None) | ~Q(reason="") & Q(retired_by__isnull=False),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="contingency_plan_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="a_contingency_plan_stays_whose_it_is",
                fields=["uid", "number", "client_ref", "side", "joint", "by", "at"],
            ),
            pgtrigger.Trigger(
                name="no_contingency_changes_under_an_approval",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition(
                    "ROW(OLD.content, OLD.title, OLD.language) IS DISTINCT FROM"
                    " ROW(NEW.content, NEW.title, NEW.language)"
                ),
                func="""
                IF NEW.edition <= OLD.edition OR EXISTS (
                    SELECT 1 FROM public.lessons_contingencyversion v
                    WHERE v.plan_id = NEW.id AND v.signed_at IS NULL AND v.voided_at IS NULL
                ) THEN
                    RAISE EXCEPTION 'no_contingency_changes_under_an_approval: void it first'
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
        return f"contingency:{self.uid}"

    @property
    def sides(self) -> tuple[str, ...]:
        other = tuple(side for side in SERVICES if side != self.side)
        return (self.side, *other) if self.joint else (self.side,)


class ContingencyVersions(models.QuerySet["ContingencyVersion"]):
    def visible_to(self, user: Any) -> Self:
        return self.filter(plan__in=ContingencyPlan.objects.visible_to(user))

    def open(self) -> Self:
        """Put to the approvers, and not approved by all yet."""
        return self.filter(signed_at=None, voided_at=None)

    def approved(self) -> Self:
        return self.exclude(signed_at=None)

    def begun(self) -> Self:
        """Approved ones whose day has come, of plans in use: the newest of each is in force."""
        return self.approved().filter(plan__retired_at=None, effective_on__lte=utc_today())


class ContingencyVersion(PutVersion):
    """The plan as it was put to the approvers.

    `said` is canonical JSON and `sha256` the sum of exactly these bytes: `plan` (its number),
    `version`, `title`, `language` and what `ContingencyPlan.content` has. `authors` wrote some of
    it, and none of them approves it. It holds from `effective_on` on, a day in UTC, once every side
    of the plan approved it.
    """

    plan = models.ForeignKey(ContingencyPlan, on_delete=models.PROTECT, related_name="versions")
    authors = ArrayField(models.BigIntegerField())
    effective_on = models.DateField()

    objects = ContingencyVersions.as_manager()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "number"], name="versions_of_a_contingency_plan_are_numbered"
            ),
            models.UniqueConstraint(
                fields=["plan"],
                condition=Q(signed_at=None, voided_at=None),
                name="one_version_of_a_contingency_plan_waits",
            ),
            models.CheckConstraint(
                name="what_was_approved_is_not_void",
                condition=Q(signed_at=None) | Q(voided_at=None),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="contingency_version_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="a_contingency_version_stays_as_it_was_put",
                fields=[
                    "plan", "number", "edition", "said", "sha256", "authors", "effective_on", "at",
                    "by",
                ],
            ),
            pgtrigger.Trigger(
                name="a_plan_is_approved_by_its_sum",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                func="""
                IF NEW.sha256 <> encode(sha256(convert_to(NEW.said, 'UTF8')), 'hex') THEN
                    RAISE EXCEPTION 'a_contingency_version_is_named_by_its_sum'
                        USING ERRCODE = 'check_violation';
                END IF;
                IF TG_OP = 'UPDATE' THEN
                    IF OLD.signed_at IS NOT NULL OR OLD.voided_at IS NOT NULL THEN
                        RAISE EXCEPTION 'what_was_approved_stands'
                            USING ERRCODE = 'check_violation';
                    END IF;
                END IF;
                IF NEW.signed_at IS NOT NULL AND
                   (SELECT count(*) FROM public.lessons_contingencyapproval a
                    WHERE a.version_id = NEW.id AND a.voided_at IS NULL AND a.sha256 = NEW.sha256)
                   < (SELECT 1 + p.joint::int FROM public.lessons_contingencyplan p
                      WHERE p.id = NEW.plan_id) THEN
                    RAISE EXCEPTION 'every_side_approves_a_contingency_plan'
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.plan_id} v{self.number}"


class ContingencyApproval(GivenForASide):
    """An approver approved the version with this sum for a side. Voided when the plan changes
    before every side has."""

    version = models.ForeignKey(
        ContingencyVersion, on_delete=models.PROTECT, related_name="approvals"
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "side"],
                condition=Q(voided_at=None),
                name="a_side_approves_a_contingency_plan_once",
            ),
            models.CheckConstraint(
                name="the_two_sides_approve_contingency_plans", condition=Q(side__in=SERVICES)
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="contingency_approval_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="an_approval_of_a_plan_is_only_voided",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.voided_at IS NOT NULL OR (OLD.version_id, OLD.side, OLD.sha256, OLD.at,"
                    " OLD.by_id, OLD.name_latin, OLD.name_local) IS DISTINCT FROM (NEW.version_id,"
                    " NEW.side, NEW.sha256, NEW.at, NEW.by_id, NEW.name_latin, NEW.name_local)"
                ),
            ),
            pgtrigger.Trigger(
                name="who_wrote_a_plan_does_not_approve_it",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                func="""
                IF TG_OP = 'UPDATE' THEN
                    IF NEW.voided_at IS NOT NULL AND EXISTS (
                        SELECT 1 FROM public.lessons_contingencyversion v
                        WHERE v.id = NEW.version_id AND v.signed_at IS NOT NULL) THEN
                        RAISE EXCEPTION 'what_was_approved_stands'
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                END IF;
                IF NOT EXISTS (
                    SELECT 1 FROM public.lessons_contingencyversion v
                    JOIN public.lessons_contingencyplan p ON p.id = v.plan_id
                    WHERE v.id = NEW.version_id AND v.sha256 = NEW.sha256
                      AND NOT (NEW.by_id = ANY (v.authors)) AND (p.joint OR p.side = NEW.side)
                ) THEN
                    RAISE EXCEPTION 'who_wrote_a_plan_does_not_approve_it'
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version_id} {self.side}"


class ContingencyActivations(models.QuerySet["ContingencyActivation"]):
    def visible_to(self, user: Any) -> Self:
        return self.filter(plan__in=ContingencyPlan.objects.visible_to(user))

    def going_on(self) -> Self:
        return self.filter(stood_down_at=None)


class ContingencyActivation(models.Model):
    """A plan was activated at a crossing point, in earnest or as an exercise, in the version that
    held then."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    client_ref = models.UUIDField(default=uuid.uuid4)
    plan = models.ForeignKey(ContingencyPlan, on_delete=models.PROTECT, related_name="activations")
    version = models.ForeignKey(ContingencyVersion, on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    exercise = models.BooleanField()
    reason = models.CharField(max_length=500)
    side = models.CharField(max_length=2, choices=Side.choices)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    stood_down_at = models.DateTimeField(null=True)
    stood_down_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+",
        db_index=False,
    )  # fmt: skip
    outcome = models.CharField(max_length=1000, blank=True)

    objects = ContingencyActivations.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["by", "client_ref"], name="contingency_activated_once"),
            models.UniqueConstraint(
                fields=["plan", "place", "exercise"],
                condition=Q(stood_down_at=None),
                name="a_contingency_plan_is_active_once_at_a_place",
            ),
            models.CheckConstraint(
                name="an_activation_says_why", condition=~Q(reason="") & Q(side__in=SERVICES)
            ),
            models.CheckConstraint(
                name="what_stood_down_says_how_it_ended",
                condition=Q(stood_down_at=None, stood_down_by=None, outcome="")
                | Q(stood_down_at__isnull=False, stood_down_by__isnull=False) & ~Q(outcome=""),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="contingency_activation_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="an_activation_stays_as_it_began",
                fields=[
                    "uid", "client_ref", "plan", "version", "place", "exercise", "reason", "side",
                    "at", "by",
                ],
            ),
            pgtrigger.Protect(
                name="what_stood_down_stays_so",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition("OLD.stood_down_at IS NOT NULL"),
            ),
            pgtrigger.Trigger(
                name="a_plan_in_force_is_activated",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func="""
                IF NOT EXISTS (
                    SELECT 1 FROM public.lessons_contingencyversion v
                    JOIN public.lessons_contingencyplan p ON p.id = v.plan_id
                    JOIN public.reference_place l ON l.id = NEW.place_id
                    WHERE v.id = NEW.version_id AND p.id = NEW.plan_id
                      AND v.signed_at IS NOT NULL AND p.retired_at IS NULL
                      AND v.effective_on <= (NEW.at AT TIME ZONE 'UTC')::date
                      AND v.said::jsonb -> 'places' ? l.code
                ) THEN
                    RAISE EXCEPTION 'a_plan_in_force_is_activated: % at %', NEW.plan_id,
                        NEW.place_id USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.plan_id} {self.place_id} {self.at}"

    @property
    def ref(self) -> str:
        return f"activation:{self.uid}"
