"""Incidents, their versions, and the copy that each unit reads."""

import uuid
from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bordercoop.reference.models import Term
from bordercoop.reference.sides import ZONE, Side
from contactpoints.access import units_where
from contactpoints.models import Alert, Unit

OWN = 1_000_000


class State(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("incident", "Draft")
    SUBMITTED = "submitted", pgettext_lazy("incident", "Submitted")
    VERIFIED = "verified", pgettext_lazy("incident", "Verified by the unit")
    VALIDATED = "validated", pgettext_lazy("incident", "Validated")
    RETURNED = "returned", pgettext_lazy("incident", "Returned")
    WITHDRAWN = "withdrawn", pgettext_lazy("incident", "Withdrawn")
    MERGED = "merged", pgettext_lazy("incident", "Merged")
    CLOSED = "closed", pgettext_lazy("incident", "Closed")
    REOPENED = "reopened", pgettext_lazy("incident", "Reopened")


OPEN_MOVES = ["returned", "withdrawn", "merged", "closed"]
MOVES = [
    ("draft", "submitted"),
    ("returned", "submitted"),
    ("returned", "withdrawn"),
    ("submitted", "verified"),
    ("verified", "validated"),
    ("closed", "reopened"),
    ("reopened", "verified"),
    *[("submitted", after) for after in OPEN_MOVES],
    *[("verified", after) for after in OPEN_MOVES],
    *[("validated", after) for after in OPEN_MOVES],
    *[("reopened", after) for after in OPEN_MOVES],
    *[("merged", before) for before in ("submitted", "verified", "validated", "reopened")],
]
RELEASABLE_STATES = {
    State.SUBMITTED, State.VERIFIED, State.VALIDATED, State.REOPENED, State.CLOSED,
}  # fmt: skip


class Ground(models.TextChoices):
    """Why a side closes its part; the first two after Regulation (EU) 2021/581, Article 9(7)."""

    DID_NOT_OCCUR = "did_not_occur", _("It did not occur")
    NO_IMPACT = "impact_does_not_justify_reporting", _("Its impact does not justify reporting")
    OVER = "event_over_response_complete", _("The event is over and the response complete")


class Precision(models.TextChoices):
    MINUTE = "minute", pgettext_lazy("precision", "To the minute")
    DAY = "day", pgettext_lazy("precision", "Day only")
    MONTH = "month", pgettext_lazy("precision", "Month only")


class IncidentQuerySet(models.QuerySet["Incident"]):
    def visible_to(self, user: Any) -> "IncidentQuerySet":
        """Incidents of which a unit within the reach of `user` holds a copy; no other way in."""
        ids = units_where(user, "view_incidents")
        return self.filter(Exists(Share.objects.filter(incident=OuterRef("pk"), unit_id__in=ids)))


class Incident(models.Model):
    """Something that happened at the border, owned by the side that reported it.

    What it says lies in its versions; who may read what of it lies in its shares. `client_ref`
    is made by the form or program that reports, so that the same report sent twice is one.
    """

    class Origin(models.TextChoices):
        SERVICE = "service", pgettext_lazy("origin", "Border service")
        OPEN_SOURCE = "open_source", pgettext_lazy("origin", "Open source")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # Every report pays for every index, so there is one only where something is looked up or must
    # be unique; lists ask the shares.
    number = models.CharField(max_length=30, null=True)
    client_ref = models.UUIDField(default=uuid.uuid4)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="incidents")
    side = models.CharField(max_length=2, choices=Side.choices)
    category = models.ForeignKey(Term, on_delete=models.PROTECT, related_name="+", db_index=False)
    origin = models.CharField(max_length=12, choices=Origin.choices, default=Origin.SERVICE)
    source_ref = models.CharField(max_length=80, null=True)
    exercise = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    version = models.PositiveIntegerField(default=1)
    reported_at = models.DateTimeField(default=now)
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,  # incident_reported_once begins with it
    )
    verified_at = models.DateTimeField(null=True)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )
    validated_at = models.DateTimeField(null=True)
    validated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )
    closed_at = models.DateTimeField(null=True)
    own_share: "Share"

    objects = IncidentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["reported_by", "client_ref"], name="incident_reported_once"
            ),
            models.UniqueConstraint(fields=["number"], name="number_given_once"),
            models.UniqueConstraint(
                fields=["source_ref"],
                condition=Q(source_ref__isnull=False),
                name="source_recorded_once",
            ),
            models.CheckConstraint(
                name="reporter_may_not_verify",
                condition=Q(verified_by=None)
                | Q(reported_by=None)
                | ~Q(verified_by=models.F("reported_by")),
            ),
            models.CheckConstraint(
                name="submitted_has_a_number", condition=Q(state="draft") | ~Q(number=None)
            ),
            models.CheckConstraint(
                name="no_service_is_author_of_an_open_source_record",
                condition=~Q(origin="open_source") | Q(reported_by=None),
            ),
        ]
        triggers = [
            pgtrigger.FSM(name="incident_moves", field="state", transitions=MOVES),
            pgtrigger.Protect(name="incident_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="released_never_turns_unreleasable",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("category_id"),
                func="""
                IF EXISTS (SELECT 1 FROM reference_term t
                           WHERE t.id = NEW.category_id AND t.code ~ '^(ASY|SIR)(-|$)')
                   AND EXISTS (SELECT 1 FROM incidents_share s
                               JOIN contactpoints_unit u ON u.id = s.unit_id
                               WHERE s.incident_id = NEW.id AND u.side <> NEW.side) THEN
                    RAISE EXCEPTION 'never_released: the other side holds this incident'
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.number or str(self.uid)

    @property
    def ref(self) -> str:
        return f"incident:{self.uid}"


class NumberSeries(models.Model):
    """The last number given at a regional unit in a year of the side's own time zone."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, db_index=False)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "year"], name="one_series_per_unit_and_year")
        ]

    def __str__(self) -> str:
        return f"{self.unit_id}-{self.year}: {self.last}"


class IncidentVersion(models.Model):
    """What an incident said at one version. Never changed: a supplement adds the next one.

    `content` has the keys of `content.FIELDS`; times are ISO 8601 UTC strings.
    """

    incident = models.ForeignKey(
        Incident, on_delete=models.PROTECT, related_name="versions", db_index=False
    )
    number = models.PositiveIntegerField()
    content = models.JSONField()
    changed = models.JSONField(default=list)
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
            models.UniqueConstraint(fields=["incident", "number"], name="version_counted_once")
        ]
        triggers = [
            pgtrigger.Protect(name="version_is_kept", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} v{self.number}"


class ShareQuerySet(models.QuerySet["Share"]):
    def visible_to(self, user: Any) -> "ShareQuerySet":
        """The copies that `user` reads, each incident once.

        Seen through several units, the owner's copy comes before a released one and a later
        version before an earlier one.
        """
        ids = sorted(units_where(user, "view_incidents"))
        mine = self.filter(unit_id__in=ids)
        if len(ids) < 2:
            return mine
        better = Share.objects.filter(
            Q(precedence__gt=OuterRef("precedence"))
            | Q(precedence=OuterRef("precedence"), pk__gt=OuterRef("pk")),
            incident=OuterRef("incident"),
            unit_id__in=ids,
        )
        return mine.filter(~Exists(better))

    def newest(self) -> "ShareQuerySet":
        return self.order_by("-reported_at", "-incident_id")


class Share(models.Model):
    """What one unit may read of one incident: its own copy.

    The owner's copy (`own`) follows every version and has every field, the internal note
    included; a released copy is frozen at its release. Lists, search, counts, maps, the API and
    mail read these rows only, so what was not released cannot leak. `fields` has the keys of
    `content.FIELDS` that this unit may read; the other columns repeat them for lists.
    """

    # Neither needs an index of its own: one below begins with it.
    incident = models.ForeignKey(
        Incident, on_delete=models.PROTECT, related_name="shares", db_index=False
    )
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="shares", db_index=False)
    own = models.BooleanField()
    precedence = models.PositiveIntegerField()
    version = models.PositiveIntegerField()
    fields = models.JSONField()
    released_at = models.DateTimeField(null=True)
    number = models.CharField(max_length=30)
    side = models.CharField(max_length=2, choices=Side.choices)
    origin = models.CharField(max_length=12, choices=Incident.Origin.choices)
    exercise = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State.choices)
    category = models.CharField(max_length=40)
    severity = models.PositiveSmallIntegerField()
    headline = models.CharField(max_length=200, blank=True)
    place = models.CharField(max_length=40, blank=True)
    lat = models.FloatField(null=True)
    lon = models.FloatField(null=True)
    happened_at = models.DateTimeField(null=True)
    happened_precision = models.CharField(
        max_length=6, choices=Precision.choices, default=Precision.MINUTE
    )
    reported_at = models.DateTimeField()

    objects = ShareQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["incident", "unit"], name="one_copy_per_unit"),
            models.UniqueConstraint(
                fields=["incident"], condition=Q(own=True), name="one_owner_per_incident"
            ),
            models.CheckConstraint(name="severity_is_1_to_4", condition=Q(severity__range=(1, 4))),
            models.CheckConstraint(
                name="position_is_on_earth",
                condition=Q(lat=None, lon=None)
                | Q(
                    lat__isnull=False,
                    lon__isnull=False,
                    lat__range=(-90, 90),
                    lon__range=(-180, 180),
                ),
            ),
        ]
        indexes = [
            models.Index(fields=["-reported_at", "-incident"], name="share_newest"),
            models.Index(fields=["unit", "-reported_at", "-incident"], name="share_newest_of_unit"),
            # What a filter may find seldom or never is found without reading every row.
            models.Index(fields=["category", "-reported_at", "-incident"], name="share_category"),
            models.Index(fields=["state", "-reported_at", "-incident"], name="share_state"),
            models.Index(
                fields=["place", "-reported_at", "-incident"],
                name="share_place",
                condition=~Q(place=""),
            ),
            models.Index(
                fields=["-reported_at", "-incident"],
                name="share_open_source",
                condition=Q(origin="open_source"),
            ),
            models.Index(fields=["number"], name="share_number", opclasses=["varchar_pattern_ops"]),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="never_released",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                # The owner's whole copy never lies with another side, whatever the category.
                func="""
                IF EXISTS (SELECT 1 FROM incidents_incident i
                           JOIN reference_term t ON t.id = i.category_id
                           JOIN contactpoints_unit u ON u.id = NEW.unit_id
                           WHERE i.id = NEW.incident_id AND u.side <> i.side
                             AND (NEW.own OR t.code ~ '^(ASY|SIR)(-|$)')) THEN
                    RAISE EXCEPTION 'never_released: this category stays with its side'
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            )
        ]

    def __str__(self) -> str:
        return f"{self.number} v{self.version} at {self.unit_id}"

    @property
    def unverified(self) -> bool:
        """Whether every screen must still say so."""
        if self.origin != Incident.Origin.SERVICE or self.state == State.VALIDATED:
            return False
        return self.state != State.CLOSED or self.incident.validated_at is None

    @property
    def zone(self) -> str:
        """IANA time zone of the originator: a time known to the day is a day of its calendar."""
        return ZONE[self.side]

    @property
    def uid(self) -> uuid.UUID:
        return self.incident.uid


class Release(models.Model):
    """The decision that a version, with these fields, goes to a desk. Kept for ever."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    incident = models.ForeignKey(
        Incident, on_delete=models.PROTECT, related_name="releases", db_index=False
    )
    desk = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField()
    fields = models.JSONField()
    alert = models.ForeignKey(Alert, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        indexes = [models.Index(fields=["incident", "desk", "-id"], name="release_latest")]
        triggers = [
            pgtrigger.Protect(name="release_is_kept", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} v{self.version} to {self.desk_id}"


class Audience(models.TextChoices):
    OWN = "own", pgettext_lazy("audience", "Own side only")
    SHARED = "shared", pgettext_lazy("audience", "Both sides")


class Remark(models.Model):
    """Something an officer added beside the report, for the own side or for all who hold it."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="%(class)ss")
    side = models.CharField(max_length=2, choices=Side.choices)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    audience = models.CharField(max_length=6, choices=Audience.choices)
    text = models.TextField()
    client_ref = models.UUIDField(default=uuid.uuid4)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(fields=["by", "client_ref"], name="%(class)s_written_once")
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} {self.side} {self.at}"


class Note(Remark):
    """An entry that an officer wrote into the timeline."""


class Measure(Remark):
    """What a side has done or will do, and when. `due_at` is null for a measure already taken."""

    done_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)


class Part(models.Model):
    """A side's part of an incident, which that side alone closes."""

    incident = models.ForeignKey(
        Incident, on_delete=models.PROTECT, related_name="parts", db_index=False
    )
    side = models.CharField(max_length=2, choices=Side.choices)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    ground = models.CharField(max_length=40, choices=Ground.choices, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["incident", "side"], name="one_part_per_side"),
            models.CheckConstraint(
                name="closed_part_has_a_ground", condition=Q(closed_at=None) | ~Q(ground="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} {self.side}"
