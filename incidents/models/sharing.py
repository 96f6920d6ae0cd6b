"""The copy that each unit reads, and the decision that gave it."""

import uuid
from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.fields.json import KeyTransform
from django.utils.module_loading import import_string
from django.utils.timezone import now

from bordercoop.reference.sides import ZONE, Side
from contactpoints.access import units_where
from contactpoints.guests import is_expert_alone
from contactpoints.models import Alert, Unit

from .incident import Incident
from .life import Impact, Validation
from .marked import Marked, marked_rules
from .words import Ground, Precision, State


class ShareQuerySet(models.QuerySet["Share"]):
    def visible_to(self, user: Any) -> "ShareQuerySet":
        """The copies that `user` reads, each incident once.

        Seen through several units, the owner's copy comes before a released one and a later
        version before an earlier one. A guest who is here as an expert reads those of the own
        operation alone.
        """
        ids = sorted(units_where(user, "view_incidents"))
        mine = self.filter(unit_id__in=ids)
        if is_expert_alone(user):
            mine = mine.filter(incident__in=import_string(settings.GUEST_INCIDENTS)(user))
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


class Share(Marked):
    """What one unit may read of one incident: its own copy.

    The owner's copy (`own`) follows every version and has every field, the internal note
    included; a released copy is frozen at its release. Lists, search, counts, maps, the API and
    mail read these rows only, so what was not released cannot leak. `fields` has the keys of
    `content.FIELDS` that this unit may read; the other columns repeat them for lists. A copy with
    `passed_by` did not come from the originator: that unit, which holds one, passed it on.
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
    # What the texts among them say in other languages: by language {headline, narrative, mark,
    # version, stale, at}, with the keys that this unit may read.
    texts = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
    released_at = models.DateTimeField(null=True)
    passed_by = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
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
    # What the originator says of the report beside its text. It follows the copy by itself:
    # `grading` holds scale, source, information; `outcome` is the originator's ground of a closed
    # record.
    validated_at = models.DateTimeField(null=True)
    impact = models.CharField(max_length=8, choices=Impact.choices, blank=True)
    grading = models.JSONField(null=True)
    outcome = models.CharField(max_length=40, choices=Ground.choices, blank=True)

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
            *marked_rules("share"),
            models.CheckConstraint(
                name="the_owner_s_copy_is_not_passed_on", condition=Q(own=False) | Q(passed_by=None)
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
            # Counted and found among many records that simply were over.
            models.Index(
                fields=["outcome", "-reported_at", "-incident"],
                name="share_outcome",
                condition=~Q(outcome=""),
            ),
            # What may be the same event as one that is being typed.
            models.Index(fields=["category", "happened_at"], name="share_near"),
            models.Index(KeyTransform("public_event", "fields"), name="share_public_event"),
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
            ),
            # What the marking leaves to the originator was asked of it: RED of nobody. Fields may
            # always be taken away.
            pgtrigger.Trigger(
                name="passed_on_within_its_marking",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                condition=pgtrigger.Condition("NEW.passed_by_id IS NOT NULL"),
                func="""
                IF TG_OP = 'UPDATE' THEN
                    IF OLD.passed_by_id = NEW.passed_by_id AND OLD.unit_id = NEW.unit_id
                       AND OLD.version = NEW.version AND NOT EXISTS (
                           SELECT 1 FROM jsonb_each(NEW.fields) f
                           WHERE OLD.fields -> f.key IS DISTINCT FROM f.value
                       ) THEN
                        RETURN NEW;
                    END IF;
                END IF;
                IF NEW.tlp = 'RED' OR NOT (
                    NEW.handling IN ('H0', 'H1') AND (NEW.tlp = 'CLEAR' OR NEW.tlp = 'GREEN' AND (
                        SELECT a.side = b.side FROM contactpoints_unit a, contactpoints_unit b
                        WHERE a.id = NEW.unit_id AND b.id = NEW.passed_by_id
                    ))
                    OR EXISTS (
                        SELECT 1 FROM incidents_consent c
                        WHERE c.incident_id = NEW.incident_id AND c.unit_id = NEW.passed_by_id
                          AND c.to_id = NEW.unit_id AND c.version = NEW.version
                          AND c.state = 'given'
                    )
                ) THEN
                    RAISE EXCEPTION 'passed_on_within_its_marking: the originator has not consented'
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} v{self.version} at {self.unit_id}"

    def held_by_a_guest(self, reader: Any) -> bool:
        """Whether it was passed on to neither side: it is read without what they say beside."""
        holder = self.passed_by
        return holder is not None and reader.side not in (self.side, holder.side)

    @property
    def unverified(self) -> bool:
        """Whether every screen must still say so: until headquarters validates, and again after a
        return or a reopening."""
        return self.origin == Incident.Origin.SERVICE and self.validated_at is None

    @property
    def validation(self) -> Validation:
        if self.validated_at is not None:
            return Validation.VALIDATED
        return Validation.VERIFIED if self.state == State.VERIFIED else Validation.UNVERIFIED

    @property
    def zone(self) -> str:
        """IANA time zone of the originator: a time known to the day is a day of its calendar."""
        return ZONE[self.side]

    @property
    def uid(self) -> uuid.UUID:
        return self.incident.uid


class Release(Marked):
    """The decision that a version, with these fields, goes to a desk. Kept for ever.

    `backlog` says whether a desk that is told late also reads what both sides wrote before.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    incident = models.ForeignKey(
        Incident, on_delete=models.PROTECT, related_name="releases", db_index=False
    )
    desk = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField()
    fields = models.JSONField()
    backlog = models.BooleanField(default=True, db_default=True)
    alert = models.ForeignKey(Alert, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints = marked_rules("release")
        indexes = [models.Index(fields=["incident", "desk", "-id"], name="release_latest")]
        triggers = [
            pgtrigger.Protect(name="release_is_kept", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} v{self.version} to {self.desk_id}"
