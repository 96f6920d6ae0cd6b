"""Who is posted where in which role, and who is on duty when."""

import uuid
from typing import Any

import pgtrigger
from django.conf import settings
from django.contrib.auth.models import Group
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F, Q
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .tree import Unit


class Role(models.TextChoices):
    OFFICER = "officer", pgettext_lazy("role", "Officer")
    SHIFT_LEADER = "shift_leader", pgettext_lazy("role", "Shift leader")
    DUTY_OFFICER = "duty_officer", pgettext_lazy("role", "Duty officer")
    HEAD_OF_POINT = "head_of_point", pgettext_lazy("role", "Head of point")
    HEADQUARTERS_OFFICER = "headquarters_officer", pgettext_lazy("role", "Headquarters officer")
    REPRESENTATIVE = "border_representative", pgettext_lazy("role", "Border representative")
    UNIT_HEAD = "unit_head", pgettext_lazy("role", "Unit head")
    INTERPRETER = "interpreter", pgettext_lazy("role", "Interpreter")
    COORDINATOR = "coordinator", pgettext_lazy("role", "Coordinator")
    ANALYST = "analyst", pgettext_lazy("role", "Analyst")
    APPROVER = "approver", pgettext_lazy("role", "Approver")
    EXPERT = "expert", pgettext_lazy("role", "Expert")
    AUDITOR = "auditor", pgettext_lazy("role", "Auditor")
    DATA_PROTECTION = "data_protection_officer", pgettext_lazy("role", "Data-protection officer")
    SERIOUS_HANDLER = (
        "serious_incident_handler",
        pgettext_lazy("role", "Handler of serious incidents"),
    )
    ADMINISTRATOR = "administrator", pgettext_lazy("role", "Administrator")


class PostingQuerySet(models.QuerySet["Posting"]):
    def active(self, moment: Any = None) -> "PostingQuerySet":
        """Postings in force at `moment` (now by default)."""
        moment = moment or now()
        return self.filter(ACTIVE("", moment))

    def not_over(self) -> "PostingQuerySet":
        """Postings in force now, and those to come."""
        moment = now()
        return self.filter(
            Q(ends_at=None) | Q(ends_at__gt=moment), Q(ended_at=None) | Q(ended_at__gt=moment)
        )


def ACTIVE(prefix: str, moment: Any) -> Q:
    """The condition that a posting reached through `prefix` is in force at `moment`."""
    return (
        Q(**{f"{prefix}starts_at__lte": moment})
        & (Q(**{f"{prefix}ends_at": None}) | Q(**{f"{prefix}ends_at__gt": moment}))
        & (Q(**{f"{prefix}ended_at": None}) | Q(**{f"{prefix}ended_at__gt": moment}))
    )


class Posting(models.Model):
    """An officer at a unit in a role, for a period. Its end ends every right it gave."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="postings"
    )
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="postings")
    role = models.CharField(max_length=24, choices=Role.choices)
    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="postings")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    posted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = PostingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["officer", "unit", "role"],
                condition=Q(ended_at=None, ends_at=None),
                name="posted_once_at_a_unit_in_a_role",
            ),
            models.CheckConstraint(
                name="posting_ends_after_it_starts",
                condition=Q(ends_at=None) | Q(ends_at__gt=F("starts_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.officer_id} {self.role} at {self.unit_id}"


class Booking(models.Model):
    """An officer's time, taken. Nobody is in two places at once: the database refuses it."""

    class Kind(models.TextChoices):
        DUTY = "duty", _("Duty")
        TRAINING = "training", _("Training")
        DEPLOYMENT = "deployment", _("Deployment")
        ABSENCE = "absence", _("Absence")

    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="bookings"
    )
    kind = models.CharField(max_length=10, choices=Kind.choices)
    period = DateTimeRangeField()
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="nobody_in_two_places_at_once",
                expressions=[
                    ("officer", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
                condition=Q(cancelled_at=None),
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.period}"


class DutyRank(models.TextChoices):
    PRIMARY = "primary", pgettext_lazy("duty", "Primary")
    BACKUP = "backup", pgettext_lazy("duty", "Backup")


class RotaRule(models.Model):
    """A repeating shift: `officer` serves at `unit` each day from `start` to `end`, local time.

    An `end` at or before `start` is on the next day. Times are wall time of the unit's zone, so a
    shift over a clock change is an hour longer or shorter and leaves no gap. Without `last_day` it
    goes on; a last day before the first means that it was taken back before it began.
    """

    uid = models.UUIDField(default=uuid.uuid4, db_default=RandomUUID(), unique=True, editable=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT)
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    rank = models.CharField(max_length=8, choices=DutyRank.choices)
    start = models.TimeField()
    end = models.TimeField()
    first_day = models.DateField()
    last_day = models.DateField(null=True)

    def __str__(self) -> str:
        return f"{self.officer_id} at {self.unit_id} {self.start}-{self.end}"


class DutyShiftQuerySet(models.QuerySet["DutyShift"]):
    def current(self, moment: Any = None) -> "DutyShiftQuerySet":
        """Shifts that stand and cover `moment` (now by default)."""
        return self.filter(cancelled_at=None, period__contains=moment or now())


class DutyShift(models.Model):
    """A booked turn of duty at a desk or headquarters. One primary at a time."""

    Rank = DutyRank

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    booking = models.OneToOneField(Booking, on_delete=models.PROTECT)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="shifts")
    rank = models.CharField(max_length=8, choices=Rank.choices, default=Rank.PRIMARY)
    rule = models.ForeignKey(RotaRule, on_delete=models.PROTECT, null=True)
    # Copied from the booking by the trigger below: an exclusion constraint sees one table only.
    period = DateTimeRangeField()
    cancelled_at = models.DateTimeField(null=True)

    objects = DutyShiftQuerySet.as_manager()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="one_primary_per_desk",
                expressions=[("unit", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
                condition=Q(cancelled_at=None, rank="primary"),
            )
        ]
        triggers = [
            pgtrigger.Trigger(
                name="shift_follows_booking",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                func="""
                SELECT period, cancelled_at INTO NEW.period, NEW.cancelled_at
                FROM contactpoints_booking WHERE id = NEW.booking_id;
                RETURN NEW;
                """,
            )
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.rank} {self.period}"

    @property
    def officer(self) -> Any:
        return self.booking.officer
