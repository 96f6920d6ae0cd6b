"""Units, contact points and desks; who is posted and on duty; alerts and their deliveries."""

import time
import uuid
from itertools import combinations
from typing import Any

import pgtrigger
from django.conf import settings
from django.contrib.auth.models import Group
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from bordercoop.reference.models import Named, Place
from bordercoop.reference.sides import ZONE, Side


class Unit(Named):
    """An organisational unit of a side. Rights are granted on units; incidents belong to them."""

    class Kind(models.TextChoices):
        HEADQUARTERS = "headquarters", _("Headquarters")
        REGIONAL = "regional", _("Regional unit")
        LOCAL = "local", _("Local unit")
        CROSSING = "crossing", _("Crossing point unit")
        DESK = "desk", _("Contact point desk")
        COLLEGE = "college", _("College")
        AGENCY = "agency", _("Agency")

    code = models.CharField(max_length=40, unique=True)
    side = models.CharField(max_length=2, choices=Side.choices)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    kind = models.CharField(max_length=12, choices=Kind.choices)
    path = models.CharField(max_length=200, db_index=True)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, null=True, blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "code"]
        permissions = [
            ("view_incidents", "Read the incidents of this unit and those released to it"),
            ("report_incidents", "Log incidents and add supplements for this unit"),
            ("annotate_incidents", "Write notes and measures of this unit"),
            ("verify_incidents", "Verify what others of this unit reported"),
            ("validate_incidents", "Validate verified incidents of this unit"),
            ("release_incidents", "Release incidents of this unit to desks"),
            ("close_incidents", "Close the own side's part of an incident"),
            ("view_alerts", "See the alerts of this desk"),
            ("acknowledge_alerts", "Acknowledge, accept or decline alerts of this desk"),
            ("set_rota", "Set who is on duty at this desk"),
            ("import_open_source", "Import open-source records for this unit"),
            ("administer_accounts", "Post, transfer and suspend people of this unit"),
            ("operate_portal", "See and re-send messages that were given up"),
            ("read_audit", "Read the audit of this unit's side"),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def zone(self) -> str:
        """IANA time zone of the unit's side."""
        return ZONE[self.side]

    @property
    def root_code(self) -> str:
        return str(self.path.split("/", 1)[0])


_known: tuple[float, dict[str, Unit]] = (0.0, {})


def units() -> dict[str, Unit]:
    """Every unit by code, retired ones too, in order; remembered in this process for 60 seconds."""
    global _known
    if time.monotonic() - _known[0] > 60 or not _known[1]:
        rows = Unit.objects.select_related("parent", "place", "desk", "desk__point")
        _known = (time.monotonic(), {unit.code: unit for unit in rows})
    return _known[1]


def forget_units() -> None:
    """Drop what `units()` remembers; after a change of the tree."""
    global _known
    _known = (0.0, {})


class UnitUserGrant(UserObjectPermissionBase):
    content_object = models.ForeignKey(Unit, on_delete=models.CASCADE)


class UnitGroupGrant(GroupObjectPermissionBase):
    content_object = models.ForeignKey(Unit, on_delete=models.CASCADE)


class ContactPoint(Named):
    """One of the three points through which the services reach each other."""

    class Kind(models.TextChoices):
        COMMON = "common_contact_point", _("Common contact point")
        FOCAL = "focal_point", _("Focal point")

    class Border(models.TextChoices):
        AIR = "air", _("Air border")
        LAND = "land", _("Land border")

    code = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    border = models.CharField(max_length=4, choices=Border.choices)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "code"]

    def __str__(self) -> str:
        return self.code


class Desk(models.Model):
    """The end of a contact point that a unit staffs. Alerts go to desks."""

    unit = models.OneToOneField(Unit, on_delete=models.PROTECT, primary_key=True)
    point = models.ForeignKey(ContactPoint, on_delete=models.PROTECT, related_name="desks")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, null=True)
    languages = ArrayField(models.CharField(max_length=2))
    hours = models.CharField(max_length=40)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)

    def __str__(self) -> str:
        return self.unit.code


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
    ADMINISTRATOR = "administrator", pgettext_lazy("role", "Administrator")


class PostingQuerySet(models.QuerySet["Posting"]):
    def active(self, moment: Any = None) -> "PostingQuerySet":
        """Postings in force at `moment` (now by default)."""
        moment = moment or now()
        return self.filter(ACTIVE("", moment))


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


class RotaRule(models.Model):
    """A repeating shift: `officer` serves at `unit` each day from `start` to `end`, local time.

    An `end` at or before `start` is on the next day. Times are wall time of the unit's zone, so a
    shift over a clock change is an hour longer or shorter and leaves no gap.
    """

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT)
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    rank = models.CharField(max_length=8)
    start = models.TimeField()
    end = models.TimeField()
    first_day = models.DateField()
    last_day = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "officer", "start"], name="rota_rule_once")
        ]

    def __str__(self) -> str:
        return f"{self.officer_id} at {self.unit_id} {self.start}-{self.end}"


class DutyShiftQuerySet(models.QuerySet["DutyShift"]):
    def current(self, moment: Any = None) -> "DutyShiftQuerySet":
        """Shifts that stand and cover `moment` (now by default)."""
        return self.filter(cancelled_at=None, period__contains=moment or now())


class DutyShift(models.Model):
    """A booked turn of duty at a desk or headquarters. One primary at a time."""

    class Rank(models.TextChoices):
        PRIMARY = "primary", pgettext_lazy("duty", "Primary")
        BACKUP = "backup", pgettext_lazy("duty", "Backup")

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


class EscalationStep(models.Model):
    """One step of a desk's escalation policy: who is told, how, and how long they have.

    `wait` maps each priority to seconds until the next step, or to "next_shift" (the end of the
    primary's shift). The last step is the side's headquarters duty officer and waits for nobody.
    """

    class Who(models.TextChoices):
        PRIMARY = "primary", pgettext_lazy("escalation", "Duty officer")
        HEAD = "head", pgettext_lazy("escalation", "Head of point")
        HEADQUARTERS = "headquarters", pgettext_lazy("escalation", "Headquarters")

    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="steps")
    order = models.PositiveSmallIntegerField()
    who = models.CharField(max_length=12, choices=Who.choices)
    channels = ArrayField(models.CharField(max_length=10))
    wait = models.JSONField(default=dict)

    class Meta:
        ordering = ["desk", "order"]
        constraints = [
            models.UniqueConstraint(fields=["desk", "order"], name="one_escalation_step_per_order")
        ]

    def __str__(self) -> str:
        return f"{self.desk_id}/{self.order} {self.who}"


class Priority(models.TextChoices):
    P1 = "P1", pgettext_lazy("priority", "Emergency")
    P2 = "P2", pgettext_lazy("priority", "Urgent")
    P3 = "P3", pgettext_lazy("priority", "Routine")
    P4 = "P4", pgettext_lazy("priority", "Information")


BY_SEVERITY = {4: Priority.P1, 3: Priority.P2, 2: Priority.P3, 1: Priority.P4}
URGENT = (Priority.P1, Priority.P2)


class AlertQuerySet(models.QuerySet["Alert"]):
    def about(self, ref: str) -> "AlertQuerySet":
        return self.filter(about=ref)


class Alert(models.Model):
    """Desks are asked to acknowledge something.

    `about` names the subject ("incident:<uid>"); `card` is language-neutral and holds released
    fields only: number, headline, severity, category, place, lat, lon, happened_at (ISO 8601 UTC),
    happened_precision, version, side, unverified, exercise. Absent keys were not released.
    """

    class Kind(models.TextChoices):
        ALERT = "alert", pgettext_lazy("alert", "Alert")
        UPDATE = "update", pgettext_lazy("alert", "Update")
        CANCEL = "cancel", pgettext_lazy("alert", "Cancel")

    class Status(models.TextChoices):
        ACTUAL = "actual", pgettext_lazy("alert", "Actual")
        EXERCISE = "exercise", pgettext_lazy("alert", "Exercise")
        TEST = "test", pgettext_lazy("alert", "Test")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    about = models.CharField(max_length=80, db_index=True)
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.ALERT)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.ACTUAL)
    priority = models.CharField(max_length=2, choices=Priority.choices)
    card = models.JSONField()
    sender = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    references = models.ForeignKey("self", on_delete=models.PROTECT, null=True)
    raised_at = models.DateTimeField(default=now)
    raised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = AlertQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.priority} {self.about}"

    @property
    def ref(self) -> str:
        return f"alert:{self.uid}"


class DeliveryState(models.TextChoices):
    QUEUED = "queued", pgettext_lazy("delivery", "Queued")
    SENT = "sent", pgettext_lazy("delivery", "Sent")
    DELIVERED = "delivered", pgettext_lazy("delivery", "Delivered")
    OPENED = "opened", pgettext_lazy("delivery", "Opened")
    ACKNOWLEDGED = "acknowledged", pgettext_lazy("delivery", "Acknowledged")
    ACCEPTED = "accepted", pgettext_lazy("delivery", "Accepted")
    DECLINED = "declined", pgettext_lazy("delivery", "Declined")


# Any forward move is allowed; accepted and declined are two ends of one road.
MOVES = [
    (before.value, after.value)
    for before, after in combinations(list(DeliveryState), 2)
    if before != DeliveryState.ACCEPTED
]


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def visible_to(self, user: Any) -> "DeliveryQuerySet":
        """Deliveries at a desk where `user` sees alerts, or sent by a unit of theirs."""
        from .access import units_where

        mine = units_where(user, "view_alerts")
        return self.filter(Q(desk_id__in=mine) | Q(alert__sender_id__in=mine))

    def at(self, unit_ids: Any) -> "DeliveryQuerySet":
        return self.filter(desk_id__in=unit_ids)

    def open(self) -> "DeliveryQuerySet":
        """Those that still wait for an acknowledgement."""
        return self.filter(acknowledged_at=None)

    def about(self, ref: str) -> "DeliveryQuerySet":
        return self.filter(alert__about=ref)

    def whole(self) -> "DeliveryQuerySet":
        """With everything a card shows, in one statement."""
        return self.select_related(
            "alert", "alert__sender", "alert__raised_by", "desk",
            "opened_by", "acknowledged_by", "accepted_by", "declined_by",
        )  # fmt: skip


class Delivery(models.Model):
    """An alert at one desk: how far it came, when, and through whom.

    `steps` is the escalation policy as it stood when the alert was raised: a list of
    {"who", "channels", "wait" (seconds or null)}; `step` is the index of the one now told.
    `priority` repeats the alert's, for the constraints below.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # Neither needs an index of its own: one below begins with it.
    alert = models.ForeignKey(
        Alert, on_delete=models.PROTECT, related_name="deliveries", db_index=False
    )
    desk = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="deliveries", db_index=False
    )
    priority = models.CharField(max_length=2, choices=Priority.choices)
    state = models.CharField(
        max_length=12, choices=DeliveryState.choices, default=DeliveryState.QUEUED
    )
    queued_at = models.DateTimeField(default=now)
    sent_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    line = models.CharField(max_length=500, blank=True)
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    declined_at = models.DateTimeField(null=True)
    declined_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    reason = models.CharField(max_length=500, blank=True)
    failed_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=200, blank=True)
    step = models.PositiveSmallIntegerField(default=0)
    steps = models.JSONField()
    escalate_at = models.DateTimeField(null=True)
    escalated_at = models.DateTimeField(null=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["alert", "desk"], name="one_delivery_per_alert_and_desk"
            ),
            models.CheckConstraint(
                name="acknowledged_stops_escalation",
                condition=Q(acknowledged_at=None) | Q(escalate_at=None),
            ),
            models.CheckConstraint(
                name="acknowledged_has_a_person",
                condition=Q(acknowledged_at=None, acknowledged_by=None)
                | Q(acknowledged_at__isnull=False, acknowledged_by__isnull=False),
            ),
            models.CheckConstraint(
                name="answered_means_acknowledged",
                condition=~Q(state__in=["acknowledged", "accepted", "declined"])
                | Q(acknowledged_at__isnull=False),
            ),
            models.CheckConstraint(
                name="urgent_acknowledgement_has_a_line",
                condition=Q(acknowledged_at=None) | Q(priority__in=["P3", "P4"]) | ~Q(line=""),
            ),
            models.CheckConstraint(
                name="declined_has_a_reason", condition=~Q(state="declined") | ~Q(reason="")
            ),
        ]
        indexes = [
            models.Index(
                fields=["escalate_at"], name="delivery_due", condition=Q(acknowledged_at=None)
            ),
            models.Index(
                fields=["desk", "-id"], name="delivery_open", condition=Q(acknowledged_at=None)
            ),
            models.Index(fields=["desk", "-id"], name="delivery_by_desk"),
            models.Index(fields=["desk", "-acknowledged_at"], name="delivery_answered"),
            models.Index(fields=["-queued_at"], name="delivery_newest"),
        ]
        triggers = [pgtrigger.FSM(name="delivery_moves", field="state", transitions=MOVES)]

    def __str__(self) -> str:
        return f"{self.alert_id} at {self.desk_id}: {self.state}"

    @property
    def ref(self) -> str:
        return f"delivery:{self.uid}"

    @property
    def needs_line(self) -> bool:
        return self.priority in URGENT
