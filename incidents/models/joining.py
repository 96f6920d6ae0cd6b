"""What holds incidents together: a merge into another record, and links between two."""

import uuid

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.timezone import now
from django.utils.translation import pgettext_lazy

from bordercoop.reference.sides import Side

from .incident import Incident
from .remarks import Audience
from .words import State


class Merge(models.Model):
    """The decision that `source` is the same event as `into`, which lives on. Kept for ever.

    `before` is the state of `source` that taking it back gives again. Both are of one side.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    source = models.ForeignKey(
        Incident, on_delete=models.PROTECT, related_name="merges", db_index=False
    )
    into = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="absorbed")
    before = models.CharField(max_length=10, choices=State.choices)
    reason = models.CharField(max_length=500)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    undone_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source"], condition=Q(undone_at=None), name="merged_into_one_at_a_time"
            ),
            models.CheckConstraint(name="not_merged_into_itself", condition=~Q(source=F("into"))),
            models.CheckConstraint(name="merge_has_a_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="undone_merge_has_a_reason", condition=Q(undone_at=None) | ~Q(undone_reason="")
            ),
        ]
        indexes = [models.Index(fields=["source", "-id"], name="merge_latest")]
        triggers = [
            pgtrigger.Protect(name="merge_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="merge_stands_as_decided",
                fields=["uid", "source", "into", "before", "reason", "at", "by"],
            ),
            pgtrigger.Trigger(
                name="merge_stays_with_its_side",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="""
                IF (SELECT count(DISTINCT side) FROM incidents_incident
                    WHERE id IN (NEW.source_id, NEW.into_id)) <> 1 THEN
                    RAISE EXCEPTION 'merge_stays_with_its_side: records of two sides are paired'
                        USING ERRCODE = 'check_violation';
                END IF;
                IF EXISTS (
                    WITH RECURSIVE onward(id) AS (
                        SELECT NEW.into_id
                        UNION
                        SELECT m.into_id FROM incidents_merge m
                        JOIN onward o ON m.source_id = o.id WHERE m.undone_at IS NULL
                    ) SELECT 1 FROM onward WHERE id = NEW.source_id
                ) THEN
                    RAISE EXCEPTION 'merge_never_in_a_circle: it would lead back to itself'
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} into {self.into_id}"


class LinkKind(models.TextChoices):
    SAME_GROUP = "same_group", pgettext_lazy("link", "Same group of people")
    SAME_VEHICLE = "same_vehicle", pgettext_lazy("link", "Same vehicle")
    FOLLOW_UP = "follow_up_of", pgettext_lazy("link", "Follow-up of")
    SAME_METHOD = "same_method", pgettext_lazy("link", "Same method")
    DUPLICATE = "possible_duplicate", pgettext_lazy("link", "Possible double entry")
    PAIRED = "paired", pgettext_lazy("link", "Both sides' reports of one event")


class LinkQuerySet(models.QuerySet["Link"]):
    def about(self, incident: Incident) -> "LinkQuerySet":
        """Links with this incident at either end, newest first."""
        return self.filter(Q(first=incident) | Q(second=incident)).order_by("-pk")

    def readable_by(self, side: str) -> "LinkQuerySet":
        """Those of the side's own audience. A reader must see both ends besides."""
        return self.filter(Q(side=side) | Q(audience=Audience.SHARED))


class Link(models.Model):
    """What two incidents have in common, as an officer of `side` says. Kept when taken away.

    Only `follow_up_of` has a direction: `first` follows `second`; otherwise `first` is the older
    row. `dismissed_at`: at the form the second looked like the first and was logged as another
    event. Shown only to readers who hold a copy of both.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    first = models.ForeignKey(
        Incident, on_delete=models.PROTECT, related_name="links", db_index=False
    )
    second = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="linked")
    kind = models.CharField(max_length=20, choices=LinkKind.choices)
    side = models.CharField(max_length=2, choices=Side.choices)
    audience = models.CharField(max_length=6, choices=Audience.choices, default=Audience.OWN)
    note = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    dismissed_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    removed_reason = models.CharField(max_length=500, blank=True)

    objects = LinkQuerySet.as_manager()

    class Meta:
        constraints = [
            # By side: what one side linked says nothing to the other, not even by a refusal.
            models.UniqueConstraint(
                fields=["first", "second", "kind", "side"],
                condition=Q(removed_at=None),
                name="linked_once_by_a_side",
            ),
            models.CheckConstraint(name="not_linked_to_itself", condition=~Q(first=F("second"))),
            models.CheckConstraint(
                name="dismissed_is_a_possible_duplicate",
                condition=Q(dismissed_at=None) | Q(kind=LinkKind.DUPLICATE),
            ),
            models.CheckConstraint(
                name="removed_link_has_a_reason",
                condition=Q(removed_at=None) | ~Q(removed_reason=""),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="link_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="link_stands_as_written",
                fields=["uid", "first", "second", "kind", "side", "audience", "note", "at", "by"],
            ),
            pgtrigger.Trigger(
                name="paired_across_the_sides",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                condition=pgtrigger.Q(new__kind="paired"),
                func="""
                IF (SELECT count(DISTINCT side) FROM incidents_incident
                    WHERE id IN (NEW.first_id, NEW.second_id)) <> 2 THEN
                    RAISE EXCEPTION 'paired_across_the_sides: one report of each side'
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} {self.kind} {self.second_id}"


def merged_into(ids: set[int]) -> dict[int, int]:
    """Where each of these incidents lives on: id of the last record of its chain, itself if free.

    One statement for each step of the longest chain.
    """
    ends = {pk: pk for pk in ids}
    while ends:
        step = dict(
            Merge.objects.filter(source_id__in=set(ends.values()), undone_at=None).values_list(
                "source_id", "into_id"
            )
        )
        if not step:
            break
        ends = {pk: step.get(end, end) for pk, end in ends.items()}
    return ends


def absorbed_by(incident: Incident) -> list[Merge]:
    """The merges in force that ended in this incident, over all steps, newest first."""
    found: dict[int, Merge] = {}
    layer = {incident.pk}
    while layer:
        rows = Merge.objects.filter(into_id__in=layer, undone_at=None).select_related(
            "source__unit", "source__category", "into", "by"
        )
        fresh = {merge.pk: merge for merge in rows if merge.pk not in found}
        found |= fresh
        layer = {merge.source_id for merge in fresh.values()}
    return sorted(found.values(), key=lambda merge: merge.pk, reverse=True)
