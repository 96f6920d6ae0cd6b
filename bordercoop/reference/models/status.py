"""Whether a place is open, as each side says, with its history."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any, cast

import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from ..sides import Side
from .vocabulary import Place

# Kinds of place that open and close.
OPENABLE = (Place.Kind.CROSSING, Place.Kind.AIRPORT, Place.Kind.STATION)


class PlaceStatuses(models.QuerySet["PlaceStatus"]):
    def current(self) -> PlaceStatuses:
        """What each side says now: at most one for a place and side."""
        return self.filter(period__upper_inf=True)


class PlaceStatus(models.Model):
    """What one side says about the opening of a place, from `period.lower` until it says otherwise.

    An end that is open is the present status. Nothing is changed afterwards but that end, and the
    absence of a row means that the side has said nothing: never that the place is open. Recorded
    by an officer of that side, or read in a `source` that says whose decision it was.
    """

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("place", "Open")
        RESTRICTED = "restricted", pgettext_lazy("place", "Open with restrictions")
        CLOSED = "closed", pgettext_lazy("place", "Closed")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="statuses")
    side = models.CharField(max_length=2, choices=Side.choices)
    state = models.CharField(max_length=10, choices=State.choices)
    period = DateTimeRangeField()
    reason = models.CharField(max_length=500, blank=True, default="")
    expected_on = models.DateField(null=True, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    recorded_at = models.DateTimeField()
    source = models.CharField(max_length=300, blank=True, default="")

    objects = PlaceStatuses.as_manager()

    class Meta:
        ordering = ["-period", "-pk"]
        constraints = [
            ExclusionConstraint(
                name="a_side_says_one_thing_about_a_place_at_a_time",
                expressions=[
                    ("place", RangeOperators.EQUAL),
                    ("side", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                name="a_status_begins_at_a_time",
                condition=Q(period__isempty=False, period__lower_inf=False),
            ),
            models.CheckConstraint(
                name="a_status_comes_from_an_officer_or_a_source",
                condition=Q(recorded_by__isnull=False) | ~Q(source=""),
            ),
            models.CheckConstraint(
                name="only_the_two_sides_say_what_is_open", condition=Q(side__in=("LV", "BY"))
            ),
            models.CheckConstraint(
                name="only_what_is_not_open_is_expected_to_reopen",
                condition=Q(expected_on=None) | ~Q(state="open"),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="a_status_is_not_deleted", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="a_status_is_only_ended", exclude=["period"]),
            pgtrigger.Trigger(
                name="a_status_is_ended_once",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition("OLD.period IS DISTINCT FROM NEW.period"),
                func="""
                IF NOT upper_inf(OLD.period) OR lower(NEW.period) <> lower(OLD.period) THEN
                    RAISE EXCEPTION 'a_status_is_ended_once' USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
            pgtrigger.Trigger(
                name="a_side_records_only_its_own_view",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition("NEW.recorded_by_id IS NOT NULL"),
                func="""
                IF NEW.side IS DISTINCT FROM (
                    SELECT side FROM access_user WHERE id = NEW.recorded_by_id
                ) THEN
                    RAISE EXCEPTION 'a_side_records_only_its_own_view'
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place_id} {self.side} {self.state}"

    @property
    def since(self) -> datetime:
        period: Any = self.period
        return cast(datetime, period.lower)

    @property
    def until(self) -> datetime | None:
        """None while it is the present status."""
        period: Any = self.period
        return cast("datetime | None", period.upper)


def views_of(places: Any) -> dict[int, dict[str, PlaceStatus]]:
    """Place id -> side -> what that side says now; a side that has said nothing is absent."""
    found: dict[int, dict[str, PlaceStatus]] = {}
    rows = PlaceStatus.objects.current().filter(place__in=places)
    for status in rows.select_related("recorded_by"):
        found.setdefault(status.place_id, {})[status.side] = status
    return found
