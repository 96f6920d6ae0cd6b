"""How long a side keeps personal data, what stops their end, and what is left of it."""

import uuid

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import pgettext_lazy

from bordercoop.reference.sides import Side

from .incident import Incident


class Kept(models.TextChoices):
    """Kinds of what holds personal data, each with a period of its own."""

    SEALED = "sealed", pgettext_lazy("kept", "Sealed personal part")
    COPY = "copy", pgettext_lazy("kept", "Personal data released to desks")
    FILE = "file", pgettext_lazy("kept", "Files")
    NOTE = "note", pgettext_lazy("kept", "Internal notes and measures")
    READING = "reading", pgettext_lazy("kept", "Reasons in the log of readings")
    REQUEST = "request", pgettext_lazy("kept", "Information requests and answers")
    BROADCAST = "broadcast", pgettext_lazy("kept", "Words of emergency broadcasts")
    CAP = "cap", pgettext_lazy("kept", "CAP messages that came in")
    ABSENCE = "absence", pgettext_lazy("kept", "Grounds of absences")
    PART = "part", pgettext_lazy("kept", "Particulars of who took part in activities")
    TRAVEL = "travel", pgettext_lazy("kept", "Travel to activities")
    TRAINER = "trainer", pgettext_lazy("kept", "Who left the trainers' pool")
    EXPERT = "expert", pgettext_lazy("kept", "Guests in the pool of experts")


# What belongs to an incident and counts from its end; the rest counts from its own.
OF_INCIDENTS = (Kept.SEALED, Kept.COPY, Kept.FILE, Kept.NOTE, Kept.READING)


class RetentionPeriod(models.Model):
    """From `starts_on` on (a day of the side) it keeps this kind for `days` after the clock began.

    The latest row whose day has come is in force; of two for one day the later one. Append-only.
    Nothing is purged under a period that is not `confirmed`.
    """

    side = models.CharField(max_length=2, choices=Side.choices)
    kind = models.CharField(max_length=10, choices=Kept.choices)
    days = models.PositiveIntegerField()
    starts_on = models.DateField()
    ground = models.CharField(max_length=500)
    source = models.CharField(max_length=500, blank=True)
    confirmed = models.BooleanField(default=False)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )

    class Meta:
        constraints = [
            models.CheckConstraint(name="retention_names_its_ground", condition=~Q(ground="")),
            models.CheckConstraint(
                name="retention_is_a_day_to_a_century",
                condition=Q(days__gte=1, days__lte=36_525),
            ),
        ]
        indexes = [
            models.Index(fields=["side", "kind", "-starts_on", "-id"], name="retention_in_force")
        ]
        triggers = [
            pgtrigger.Protect(
                name="retention_is_append_only", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return f"{self.side} {self.kind} {self.days} from {self.starts_on}"


class LegalHold(models.Model):
    """Nothing that `side` keeps of the incident is purged while this stands.

    `until` is its last day (of the side), null for no end. An end that came has no `lift_reason`.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="+")
    side = models.CharField(max_length=2, choices=Side.choices)
    reason = models.CharField(max_length=500)
    until = models.DateField(null=True)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )
    lift_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="hold_says_why", condition=~Q(reason="")),
            models.CheckConstraint(
                name="lifting_a_hold_says_why",
                condition=Q(lifted_at=None) | ~Q(lift_reason="") | Q(until__isnull=False),
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="hold_stands_as_placed",
                fields=["uid", "incident", "side", "reason", "until", "at", "by"],
            ),
            pgtrigger.Protect(
                name="lifted_hold_stays_lifted",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__lifted_at__isnull=False),
            ),
            pgtrigger.Protect(name="hold_is_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} {self.side} {self.at}"


class PurgeQuerySet(models.QuerySet["Purge"]):
    def of_side(self, side: str) -> "PurgeQuerySet":
        """The certificates of a side: its purges that have ended."""
        return self.filter(side=side, finished_at__isnull=False)


class Purge(models.Model):
    """One purge of a side, and with `finished_at` its certificate.

    `digest` follows from `previous`, the digest of the side's certificate before, and from
    everything the certificate says (retention.digest_of). One purge of a side is open at a time:
    what was stopped half-way is gone on with.
    """

    class Process(models.TextChoices):
        SCHEDULE = "schedule", pgettext_lazy("purge", "Daily run of the portal")
        COMMAND = "command", pgettext_lazy("purge", "Command of an operator")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    side = models.CharField(max_length=2, choices=Side.choices)
    process = models.CharField(max_length=8, choices=Process.choices)
    at = models.DateTimeField(default=now)
    finished_at = models.DateTimeField(null=True)
    number = models.PositiveIntegerField(null=True)
    previous = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64, blank=True)

    objects = PurgeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["side"], condition=Q(finished_at=None), name="one_purge_of_a_side_is_open"
            ),
            models.UniqueConstraint(fields=["side", "number"], name="certificate_counted_once"),
            models.CheckConstraint(
                name="certificate_is_whole",
                condition=Q(finished_at=None, number=None, digest="")
                | Q(
                    finished_at__isnull=False,
                    number__isnull=False,
                    digest__regex=r"^[0-9a-f]{64}$",
                ),
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(name="purge_stands", fields=["uid", "side", "process", "at"]),
            pgtrigger.Protect(
                name="certificate_stands",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__finished_at__isnull=False),
            ),
            pgtrigger.Protect(name="purge_is_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.side} {self.number or self.uid}"


class PurgeLine(models.Model):
    """What a purge blanked of one kind of one incident, or of one other thing (`incident` is null):
    how many rows, never what they held.

    `number`, `days`, `ground` and `kept_until` stand as they were on that day.
    """

    purge = models.ForeignKey(Purge, on_delete=models.PROTECT, related_name="lines")
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, null=True, related_name="+")
    number = models.CharField(max_length=30)
    kind = models.CharField(max_length=10, choices=Kept.choices)
    rows = models.PositiveIntegerField()
    days = models.PositiveIntegerField()
    ground = models.CharField(max_length=500)
    kept_until = models.DateField()
    at = models.DateTimeField(default=now)

    class Meta:
        triggers = [
            pgtrigger.Trigger(
                name="certificate_is_closed",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="""
                IF EXISTS (SELECT 1 FROM public.incidents_purge p
                           WHERE p.id = NEW.purge_id AND p.finished_at IS NOT NULL) THEN
                    RAISE EXCEPTION 'certificate_is_closed: the purge has ended'
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
            pgtrigger.Protect(
                name="purge_line_is_append_only", operation=pgtrigger.Update | pgtrigger.Delete
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purge_id} {self.number} {self.kind} {self.rows}"


class SubjectSearchQuerySet(models.QuerySet["SubjectSearch"]):
    def of_side(self, side: str) -> "SubjectSearchQuerySet":
        return self.filter(side=side).select_related("officer")


class SubjectSearch(models.Model):
    """Somebody asked what is kept of a person. Append-only, without the person.

    `criteria` names the fields that were asked for; `mark` is a keyed hash of what was asked: the
    same person asked for twice shows, and who it was does not.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    side = models.CharField(max_length=2, choices=Side.choices)
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    case_ref = models.CharField(max_length=80)
    reason = models.CharField(max_length=500)
    criteria = models.JSONField()
    mark = models.CharField(max_length=64)
    hits = models.PositiveIntegerField()
    exported = models.BooleanField(default=False)
    at = models.DateTimeField(default=now)

    objects = SubjectSearchQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="subject_search_says_why", condition=~Q(case_ref="") & ~Q(reason="")
            ),
        ]
        indexes = [
            models.Index(fields=["side", "-at", "-id"], name="subject_searches_of_side"),
            models.Index(fields=["officer", "at"], name="subject_searches_of_officer"),
        ]
        triggers = [
            pgtrigger.Protect(
                name="subject_search_is_append_only",
                operation=pgtrigger.Update | pgtrigger.Delete,
            )
        ]

    def __str__(self) -> str:
        return f"{self.side} {self.case_ref} {self.at}"
