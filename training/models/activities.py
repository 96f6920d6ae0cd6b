"""Activities: study visits, meetings, trainings, exercises, operations, and their agreement by both
sides (docs/activities.md)."""

from __future__ import annotations

import uuid
from datetime import datetime
from itertools import pairwise
from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField
from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Exists, F, OuterRef, Q
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bordercoop.access.models import Language
from bordercoop.reference.sides import Side
from contactpoints.access import SERVICES, units_where
from contactpoints.models import Unit


class ActivityKind(models.TextChoices):
    """Source: the project's description, but for meetings of border representatives, which the
    agreement of both states has."""

    STUDY_VISIT = "study_visit", pgettext_lazy("activity", "Study visit")
    BILATERAL_MEETING = "bilateral_meeting", pgettext_lazy("activity", "Bilateral meeting")
    REPRESENTATIVES = (
        "representatives",
        pgettext_lazy("activity", "Meeting of border representatives"),
    )
    TRAINING = "training", pgettext_lazy("activity", "Training")
    WORKSHOP = "workshop", pgettext_lazy("activity", "Expert workshop")
    EXERCISE = "exercise", pgettext_lazy("activity", "Practical exercise")
    OPERATION = "operation", pgettext_lazy("activity", "Joint operation")


class Mode(models.TextChoices):
    """At what kind of crossing point. Source: the project's description."""

    AIR = "air", pgettext_lazy("mode", "Air")
    ROAD = "road", pgettext_lazy("mode", "Road")
    RAIL = "rail", pgettext_lazy("mode", "Railway")


class Level(models.TextChoices):
    """Of the staff an activity is for. Source: the project's description."""

    LOCAL = "local", pgettext_lazy("level of staff", "Local")
    REGIONAL = "regional", pgettext_lazy("level of staff", "Regional")
    CENTRAL = "central", pgettext_lazy("level of staff", "Central")


class Host(models.TextChoices):
    """Countries in which activities take place: the two sides, and the hosts of study visits, which
    the project's description names."""

    LATVIA = "LV", _("Latvia")
    BELARUS = "BY", _("Belarus")
    UKRAINE = "UA", _("Ukraine")
    POLAND = "PL", _("Poland")
    AUSTRIA = "AT", _("Austria")
    SLOVAKIA = "SK", _("Slovakia")


ZONE_OF_HOST = {
    "LV": "Europe/Riga",
    "BY": "Europe/Minsk",
    "UA": "Europe/Kyiv",
    "PL": "Europe/Warsaw",
    "AT": "Europe/Vienna",
    "SK": "Europe/Bratislava",
}


class ActivityState(models.TextChoices):
    IDEA = "idea", pgettext_lazy("activity", "Idea")
    PLANNED = "planned", pgettext_lazy("activity", "Planned")
    INVITED = "invited", pgettext_lazy("activity", "Invitations sent")
    NOMINATIONS = "nominations", pgettext_lazy("activity", "Nominations open")
    CONFIRMED = "confirmed", pgettext_lazy("activity", "Confirmed")
    RUNNING = "running", pgettext_lazy("activity", "Running")
    HELD = "held", pgettext_lazy("activity", "Held")
    EVALUATED = "evaluated", pgettext_lazy("activity", "Evaluated")
    REPORTED = "reported", pgettext_lazy("activity", "Reported")
    POSTPONED = "postponed", pgettext_lazy("activity", "Postponed")
    CANCELLED = "cancelled", pgettext_lazy("activity", "Cancelled")


ROAD = [
    ActivityState.IDEA,
    ActivityState.PLANNED,
    ActivityState.INVITED,
    ActivityState.NOMINATIONS,
    ActivityState.CONFIRMED,
    ActivityState.RUNNING,
    ActivityState.HELD,
    ActivityState.EVALUATED,
    ActivityState.REPORTED,
]
# Before it began: what it is can still be changed, and it can be put off or given up.
AHEAD = ("planned", "invited", "nominations", "confirmed")
CHANGEABLE = ("idea", *AHEAD, "postponed")
OVER = ("held", "evaluated", "reported")
ACTIVITY_MOVES = [
    *((before.value, after.value) for before, after in pairwise(ROAD)),
    *((state, "postponed") for state in AHEAD),
    ("postponed", "planned"),
    # A change of what both sides agreed to.
    ("confirmed", "nominations"),
    *((state, "cancelled") for state in ("idea", *AHEAD, "postponed")),
]


class Activities(models.QuerySet["Activity"]):
    def visible_to(self, user: Any) -> Self:
        """Everything of the own side for whoever reads activities there, and what both sides are
        in once it is more than an idea."""
        if user.side not in SERVICES or not units_where(user, "view_activities"):
            return self.none()
        put = Q(joint=True, put_at__isnull=False)
        return self.filter(Q(side=user.side) | put)

    def between(self, first: datetime, last: datetime) -> Self:
        """Those that take any time from `first` up to `last` (aware)."""
        return self.filter(period__overlap=DateTimeTZRange(first, last))

    def standing(self) -> Self:
        return self.exclude(state__in=("cancelled", "postponed"))

    def going_on(self) -> Self:
        """Neither reported nor given up."""
        return self.exclude(state__in=("reported", "cancelled"))

    def agreed(self) -> Self:
        """With `agreed_lv` and `agreed_by`: whether that side agreed to what it says now."""
        return self.annotate(
            **{
                f"agreed_{side.lower()}": Exists(
                    Agreement.objects.filter(
                        activity=OuterRef("pk"),
                        side=side,
                        voided_at=None,
                        edition=OuterRef("edition"),
                    )
                )
                for side in SERVICES
            }
        )


class Activity(models.Model):
    """One activity, such as ACT-2026-00001.

    `unit` of the side that plans it coordinates it. With `joint` both sides are in it: the other
    one reads it since `put_at` and agrees to it. `period` holds UTC moments; `zone` is the IANA
    zone of the place. `edition` grows with every change of what both sides agree to; `sequence`
    with every change that invited people must hear of (RFC 5546). Money is in euro.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.CharField(max_length=20, unique=True)
    client_ref = models.UUIDField(default=uuid.uuid4)
    side = models.CharField(max_length=2, choices=Side.choices)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    joint = models.BooleanField(default=True)
    put_at = models.DateTimeField(null=True)
    kind = models.CharField(max_length=20, choices=ActivityKind.choices)
    mode = models.CharField(max_length=4, choices=Mode.choices, blank=True)
    state = models.CharField(
        max_length=11, choices=ActivityState.choices, default=ActivityState.IDEA
    )
    title = models.CharField(max_length=160)
    language = models.CharField(max_length=2, choices=Language.choices)
    purpose = models.CharField(max_length=4_000, blank=True)
    host_country = models.CharField(max_length=2, choices=Host.choices)
    host = models.CharField(max_length=200, blank=True)
    place = models.CharField(max_length=200)
    zone = models.CharField(max_length=40)
    period = DateTimeRangeField()
    nominations_until = models.DateTimeField(null=True)
    languages = ArrayField(models.CharField(max_length=2), default=list)
    levels = ArrayField(models.CharField(max_length=8), default=list)
    topics = ArrayField(models.CharField(max_length=40), default=list)
    budget_line = models.CharField(max_length=80, blank=True)
    budget_planned = models.DecimalField(max_digits=10, decimal_places=2, null=True)
    budget_used = models.DecimalField(max_digits=10, decimal_places=2, null=True)
    edition = models.PositiveIntegerField(default=1)
    sequence = models.PositiveIntegerField(default=0)
    # Why it was postponed or cancelled.
    reason = models.CharField(max_length=500, blank=True)
    lessons = models.CharField(max_length=8_000, blank=True)
    # Number, title, place and host as the search compares them, a space at both ends.
    words = models.TextField(blank=True, editable=False)
    course = models.ForeignKey(
        "training.Course", on_delete=models.PROTECT, null=True, related_name="activities"
    )
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+",
        db_index=False,
    )  # fmt: skip

    objects = Activities.as_manager()

    class Meta:
        ordering = ["period", "pk"]
        indexes = [
            GistIndex(fields=["period"], name="activities_by_period"),
            models.Index(fields=["state"], name="activities_by_state"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["by", "client_ref"], name="activity_planned_once"),
            models.CheckConstraint(
                name="an_activity_is_of_the_two_services", condition=Q(side__in=SERVICES)
            ),
            models.CheckConstraint(
                name="an_activity_takes_time",
                condition=Q(
                    period__isempty=False, period__lower_inf=False, period__upper_inf=False
                ),
            ),
            models.CheckConstraint(
                name="an_activity_put_off_says_why",
                condition=~Q(state__in=["postponed", "cancelled"]) | ~Q(reason=""),
            ),
            models.CheckConstraint(
                name="what_was_put_to_both_is_more_than_an_idea",
                condition=Q(put_at=None) | ~Q(state="idea"),
            ),
            models.CheckConstraint(
                name="money_is_not_negative",
                condition=(Q(budget_planned=None) | Q(budget_planned__gte=0))
                & (Q(budget_used=None) | Q(budget_used__gte=0)),
            ),
        ]
        triggers = [
            pgtrigger.FSM(name="activity_moves", field="state", transitions=ACTIVITY_MOVES),
            pgtrigger.Protect(name="activity_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="an_activity_stays_whose_it_is",
                fields=["uid", "number", "side", "client_ref", "by", "at"],
            ),
            pgtrigger.Trigger(
                name="what_an_activity_counts_never_falls",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition(
                    "NEW.edition < OLD.edition OR NEW.sequence < OLD.sequence"
                    " OR OLD.put_at IS NOT NULL AND OLD.put_at IS DISTINCT FROM NEW.put_at"
                ),
                func="""
                RAISE EXCEPTION 'what_an_activity_counts_never_falls'
                    USING ERRCODE = 'check_violation';
                """,
            ),
            # Of each side that is in it, of this very edition.
            pgtrigger.Trigger(
                name="a_confirmed_activity_is_agreed",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition("NEW.state = 'confirmed'"),
                func="""
                IF (SELECT count(DISTINCT a.side) FROM public.training_agreement a
                    WHERE a.activity_id = NEW.id AND a.voided_at IS NULL
                      AND a.edition = NEW.edition AND (NEW.joint OR a.side = NEW.side))
                   < 1 + NEW.joint::int THEN
                    RAISE EXCEPTION 'a_confirmed_activity_is_agreed'
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
        return f"activity:{self.uid}"

    @property
    def starts_at(self) -> datetime:
        return self.period.lower

    @property
    def ends_at(self) -> datetime:
        return self.period.upper

    @property
    def sides(self) -> tuple[str, ...]:
        """The sides that are in it, the planning one first."""
        other = tuple(side for side in SERVICES if side != self.side)
        return (self.side, *other) if self.joint else (self.side,)


class ActivitySeries(models.Model):
    """The last number given in a year."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.year} {self.last}"


class ActivityMove(models.Model):
    """An activity went from one state to the next: who, when, why. Append-only."""

    activity = models.ForeignKey(
        Activity, on_delete=models.PROTECT, related_name="moves", db_index=False
    )
    before = models.CharField(max_length=11, choices=ActivityState.choices)
    after = models.CharField(max_length=11, choices=ActivityState.choices)
    reason = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+",
        db_index=False,
    )  # fmt: skip

    class Meta:
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["activity", "at"], name="moves_of_an_activity")]
        triggers = [
            pgtrigger.Protect(
                name="move_of_an_activity_is_kept", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return f"{self.activity_id} {self.before} {self.after}"


class Agreements(models.QuerySet["Agreement"]):
    def standing(self) -> Self:
        """Those to what the activity says now."""
        return self.filter(voided_at=None, edition=F("activity__edition"))


class Agreement(models.Model):
    """A side agrees to an activity as it stands: `sha256` is over what it says in `edition`. A
    change of that voids it."""

    activity = models.ForeignKey(
        Activity, on_delete=models.PROTECT, related_name="agreements", db_index=False
    )
    side = models.CharField(max_length=2, choices=Side.choices)
    edition = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    voided_at = models.DateTimeField(null=True)

    objects = Agreements.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["activity", "side"],
                condition=Q(voided_at=None),
                name="a_side_agrees_to_an_activity_once",
            ),
            models.CheckConstraint(
                name="the_two_sides_agree_to_activities", condition=Q(side__in=SERVICES)
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="agreement_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="an_agreement_is_voided_and_nothing_else",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.voided_at IS NOT NULL OR (OLD.activity_id, OLD.side, OLD.edition,"
                    " OLD.sha256, OLD.at, OLD.by_id) IS DISTINCT FROM (NEW.activity_id, NEW.side,"
                    " NEW.edition, NEW.sha256, NEW.at, NEW.by_id)"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.activity_id} {self.side} {self.edition}"
