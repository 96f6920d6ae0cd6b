"""The yearly joint plan: lines of both sides, versions that the approvers of both sign, and which
activity carries out which line (docs/programme-report.md)."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import pgettext_lazy

from bordercoop.access.models import Language
from bordercoop.reference.sides import Side
from contactpoints.access import SERVICES, units_where

from .activities import Activity, ActivityKind, Host
from .put import GivenForASide, PutVersion

FIRST_YEAR, LAST_YEAR = 2020, 2099


class Measure(models.TextChoices):
    """What an indicator counts, of the activities that are tied to its line and were held."""

    ACTIVITIES = "activities", pgettext_lazy("indicator", "Activities held")
    PARTICIPANTS = "participants", pgettext_lazy("indicator", "Participants")
    PEOPLE = "people", pgettext_lazy("indicator", "Different people")
    DAYS = "days", pgettext_lazy("indicator", "Participant-days")


def reads_plans(user: Any) -> bool:
    return user.side in SERVICES and bool(units_where(user, "view_activities"))


class YearPlans(models.QuerySet["YearPlan"]):
    def visible_to(self, user: Any) -> Self:
        """The plan is one of both sides: whoever reads activities reads it, as a draft too."""
        return self.all() if reads_plans(user) else self.none()


class YearPlan(models.Model):
    """What both services mean to do in a year.

    `edition` grows with every change of its lines. The version of this edition that waits for
    signatures is what was put to both; that which both sides signed last is in force.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    year = models.PositiveSmallIntegerField(unique=True)
    edition = models.PositiveIntegerField(default=1)
    # The plan whose lines it began with.
    copied_from = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    objects = YearPlans.as_manager()

    class Meta:
        ordering = ["-year"]
        constraints = [
            models.CheckConstraint(
                name="a_plan_is_of_a_year", condition=Q(year__range=(FIRST_YEAR, LAST_YEAR))
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="plan_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="a_plan_stays_of_its_year", fields=["uid", "year", "copied_from", "by", "at"]
            ),
            pgtrigger.Protect(
                name="editions_of_a_plan_never_fall",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition("NEW.edition < OLD.edition"),
            ),
        ]

    def __str__(self) -> str:
        return str(self.year)

    @property
    def ref(self) -> str:
        return f"year_plan:{self.uid}"


class PlanLines(models.QuerySet["PlanLine"]):
    def visible_to(self, user: Any) -> Self:
        return self.all() if reads_plans(user) else self.none()

    def standing(self) -> Self:
        return self.filter(removed_at=None)


class PlanLine(models.Model):
    """One thing to do. `side` and `by` wrote it, and that side changes it.

    `amount` is in euro. `indicator` names what `target` of `measure` means, such as "staff
    trained"; without a measure there is neither.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    client_ref = models.UUIDField(default=uuid.uuid4)
    plan = models.ForeignKey(YearPlan, on_delete=models.PROTECT, related_name="lines")
    number = models.PositiveSmallIntegerField()
    edition = models.PositiveIntegerField(default=1)
    side = models.CharField(max_length=2, choices=Side.choices)
    kind = models.CharField(max_length=20, choices=ActivityKind.choices)
    title = models.CharField(max_length=160)
    language = models.CharField(max_length=2, choices=Language.choices)
    topic = models.CharField(max_length=40, blank=True)
    quarter = models.PositiveSmallIntegerField()
    host_country = models.CharField(max_length=2, choices=Host.choices)
    seats_lv = models.PositiveSmallIntegerField(default=0)
    seats_by = models.PositiveSmallIntegerField(default=0)
    budget_line = models.CharField(max_length=80, blank=True)
    amount = models.DecimalField(max_digits=10, decimal_places=2, null=True)
    measure = models.CharField(max_length=12, choices=Measure.choices, blank=True)
    indicator = models.CharField(max_length=120, blank=True)
    target = models.PositiveIntegerField(null=True)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    changed_at = models.DateTimeField(null=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+",
        db_index=False,
    )  # fmt: skip
    # Whoever changed it, by id: none of them signs it.
    editors = ArrayField(models.BigIntegerField(), default=list)
    removed_at = models.DateTimeField(null=True)

    objects = PlanLines.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="lines_of_a_plan_are_numbered"),
            models.UniqueConstraint(fields=["by", "client_ref"], name="plan_line_added_once"),
            models.CheckConstraint(
                name="a_year_has_four_quarters", condition=Q(quarter__range=(1, 4))
            ),
            models.CheckConstraint(
                name="a_plan_line_is_of_the_two_services", condition=Q(side__in=SERVICES)
            ),
            models.CheckConstraint(
                name="a_planned_amount_is_not_negative", condition=Q(amount=None) | Q(amount__gte=0)
            ),
            models.CheckConstraint(
                name="an_indicator_has_a_target",
                condition=Q(measure="", indicator="", target=None)
                | ~Q(measure="") & ~Q(indicator="") & Q(target__gt=0),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="plan_line_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="a_plan_line_stays_whose_it_is",
                fields=["uid", "client_ref", "plan", "number", "side", "by", "at"],
            ),
            pgtrigger.Trigger(
                name="no_plan_changes_under_a_signature",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                func="""
                IF EXISTS (SELECT 1 FROM public.training_planversion v
                           WHERE v.plan_id = NEW.plan_id AND v.signed_at IS NULL
                             AND v.voided_at IS NULL) THEN
                    RAISE EXCEPTION 'no_plan_changes_under_a_signature: void it first'
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id}.{self.number}"

    @property
    def ref(self) -> str:
        return f"plan_line:{self.uid}"


class PlanVersions(models.QuerySet["PlanVersion"]):
    def visible_to(self, user: Any) -> Self:
        return self.all() if reads_plans(user) else self.none()

    def open(self) -> Self:
        """Put to both, and not signed by both yet."""
        return self.filter(signed_at=None, voided_at=None)

    def signed(self) -> Self:
        return self.exclude(signed_at=None)


class PlanVersion(PutVersion):
    """The plan as it was put to both sides.

    `said` is canonical JSON and `sha256` the sum of exactly these bytes: `plan` (its number),
    `year`, `version`, and `lines`, a list of what each line says with its `uid`, `side` and the
    `name` of who wrote it; amounts are texts such as "12000.00". Since `signed_at` both sides have
    signed, and it stands; `voided_at`: the plan was changed before that.
    """

    plan = models.ForeignKey(YearPlan, on_delete=models.PROTECT, related_name="versions")
    GIVEN = "signatures"

    objects = PlanVersions.as_manager()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "number"], name="versions_of_a_plan_are_numbered"
            ),
            models.UniqueConstraint(
                fields=["plan"],
                condition=Q(signed_at=None, voided_at=None),
                name="one_version_of_a_plan_waits",
            ),
            models.CheckConstraint(
                name="what_both_signed_is_not_void",
                condition=Q(signed_at=None) | Q(voided_at=None),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="plan_version_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="a_plan_version_stays_as_it_was_put",
                fields=["plan", "number", "edition", "said", "sha256", "at", "by"],
            ),
            pgtrigger.Trigger(
                name="a_plan_is_named_by_its_sum",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                func="""
                IF NEW.sha256 <> encode(sha256(convert_to(NEW.said, 'UTF8')), 'hex') THEN
                    RAISE EXCEPTION 'a_plan_is_named_by_its_sum' USING ERRCODE = 'check_violation';
                END IF;
                IF TG_OP = 'UPDATE' THEN
                    IF OLD.signed_at IS NOT NULL OR OLD.voided_at IS NOT NULL THEN
                        RAISE EXCEPTION 'what_both_signed_stands'
                            USING ERRCODE = 'check_violation';
                    END IF;
                END IF;
                IF NEW.signed_at IS NOT NULL AND
                   (SELECT count(*) FROM public.training_plansignature s
                    WHERE s.version_id = NEW.id AND s.voided_at IS NULL
                      AND s.sha256 = NEW.sha256) <> 2 THEN
                    RAISE EXCEPTION 'both_sides_sign_a_plan' USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id} v{self.number}"


class PlanSignature(GivenForASide):
    """An approver signed the version with this sum for a side. Voided when the plan changes before
    both have signed."""

    version = models.ForeignKey(PlanVersion, on_delete=models.PROTECT, related_name="signatures")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "side"],
                condition=Q(voided_at=None),
                name="a_side_signs_a_plan_once",
            ),
            models.CheckConstraint(name="the_two_sides_sign_plans", condition=Q(side__in=SERVICES)),
        ]
        triggers = [
            pgtrigger.Protect(name="plan_signature_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="a_plan_signature_stays",
                fields=["version", "side", "sha256", "name_latin", "name_local", "at", "by"],
            ),
            pgtrigger.Trigger(
                name="both_sides_sign_the_same_plan",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                func="""
                IF EXISTS (SELECT 1 FROM public.training_planversion v WHERE v.id = NEW.version_id
                           AND (v.sha256 <> NEW.sha256 OR v.signed_at IS NOT NULL
                                OR TG_OP = 'INSERT' AND v.voided_at IS NOT NULL)) THEN
                    RAISE EXCEPTION 'both_sides_sign_the_same_plan'
                        USING ERRCODE = 'check_violation';
                END IF;
                IF NEW.side <> (SELECT u.side FROM public.access_user u WHERE u.id = NEW.by_id) THEN
                    RAISE EXCEPTION 'a_plan_is_signed_for_the_own_side'
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version_id} {self.side}"


class PlanLinks(models.QuerySet["PlanLink"]):
    def standing(self) -> Self:
        return self.filter(removed_at=None)


class PlanLink(models.Model):
    """An activity carries out a line of the plan, one at a time; what it counted for is kept."""

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="plan_links")
    line = models.ForeignKey(PlanLine, on_delete=models.PROTECT, related_name="links")
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    removed_at = models.DateTimeField(null=True)

    objects = PlanLinks.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["activity"],
                condition=Q(removed_at=None),
                name="an_activity_carries_out_one_line",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="plan_link_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="a_plan_link_is_taken_away_and_nothing_else",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.removed_at IS NOT NULL"
                    " OR (OLD.activity_id, OLD.line_id, OLD.at, OLD.by_id)"
                    " IS DISTINCT FROM (NEW.activity_id, NEW.line_id, NEW.at, NEW.by_id)"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.activity_id} {self.line_id}"


def quarter_end(year: int, quarter: int) -> date:
    """The first day after a quarter."""
    return date(year + quarter // 4, quarter % 4 * 3 + 1, 1)
