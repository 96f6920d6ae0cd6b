"""How long one waits at a crossing point, as each side says."""

import uuid
from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.timezone import now
from django.utils.translation import pgettext_lazy

from bordercoop.reference.models import Place
from bordercoop.reference.sides import Side

LONGEST_WAIT = 4320  # three days, in minutes
MOST_WAITING = 100_000


class Direction(models.TextChoices):
    """Seen from the side that says it."""

    ENTRY = "entry", pgettext_lazy("crossing point", "Entry")
    EXIT = "exit", pgettext_lazy("crossing point", "Exit")


class Lane(models.TextChoices):
    CARS = "cars", pgettext_lazy("crossing point", "Cars")
    BUSES = "buses", pgettext_lazy("crossing point", "Buses")
    TRUCKS = "trucks", pgettext_lazy("crossing point", "Trucks")
    PEDESTRIANS = "pedestrians", pgettext_lazy("crossing point", "Pedestrians")
    TRAIN = "train", pgettext_lazy("crossing point", "Train passengers")
    AIR = "air", pgettext_lazy("crossing point", "Air passengers")


# What goes through a place, by its mode.
LANES_OF: dict[str, tuple[Lane, ...]] = {
    "road": (Lane.CARS, Lane.BUSES, Lane.TRUCKS, Lane.PEDESTRIANS),
    "rail": (Lane.TRAIN,),
    "air": (Lane.AIR,),
}


class WaitingTimes(models.QuerySet["WaitingTime"]):
    def standing(self) -> "WaitingTimes":
        """What still holds of what was said: not corrected, and not taken back."""
        return self.filter(corrected_by=None).exclude(minutes=None, waiting=None)

    def newest_of_lanes(self) -> "WaitingTimes":
        """The newest of each place, side, direction and lane."""
        newest = ("place_id", "side", "direction", "lane")
        return self.order_by(*newest, "-observed_at", "-pk").distinct(*newest)

    def whole(self) -> "WaitingTimes":
        return self.select_related("place", "recorded_by", "corrects", "corrected_by")


class WaitingTime(models.Model):
    """What one side says: at `observed_at` one waited so long in a lane, and so many waited.

    `minutes` from 0 to three days; `waiting` counts vehicles, in lanes of people persons. One of
    them may be unknown. Nothing is changed afterwards: a wrong row is corrected by another one that
    names it and says why, and that says nothing at all where the first is only taken back. That
    there is no row means that the side has said nothing, never that nobody waits.
    """

    class Via(models.TextChoices):
        PAGE = "page", pgettext_lazy("crossing point", "By an officer")
        API = "api", pgettext_lazy("crossing point", "By a system")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # The index below begins with it.
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+", db_index=False)
    side = models.CharField(max_length=2, choices=Side.choices)
    direction = models.CharField(max_length=5, choices=Direction.choices)
    lane = models.CharField(max_length=12, choices=Lane.choices)
    minutes = models.PositiveSmallIntegerField(null=True)
    waiting = models.PositiveIntegerField(null=True)
    observed_at = models.DateTimeField()
    note = models.CharField(max_length=300, blank=True, default="")
    corrects = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="corrected_by"
    )
    reason = models.CharField(max_length=300, blank=True, default="")
    via = models.CharField(max_length=4, choices=Via.choices, default=Via.PAGE)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField(default=now)
    client_ref = models.UUIDField(default=uuid.uuid4)

    objects = WaitingTimes.as_manager()

    class Meta:
        ordering = ["-observed_at", "-pk"]
        indexes = [
            models.Index(
                fields=["place", "side", "direction", "lane", "-observed_at"],
                name="waiting_of_a_lane",
            ),
            models.Index(fields=["place", "-observed_at"], name="waiting_of_a_place"),
        ]
        constraints = [
            models.UniqueConstraint(
                name="what_is_sent_twice_is_one_waiting_time",
                fields=["recorded_by", "client_ref", "direction", "lane"],
            ),
            models.CheckConstraint(
                name="only_the_two_sides_say_how_long_one_waits", condition=Q(side__in=("LV", "BY"))
            ),
            models.CheckConstraint(
                name="a_waiting_time_says_something",
                condition=Q(minutes__isnull=False)
                | Q(waiting__isnull=False)
                | Q(corrects__isnull=False),
            ),
            models.CheckConstraint(
                name="one_waits_at_most_three_days",
                condition=Q(minutes=None) | Q(minutes__lte=LONGEST_WAIT),
            ),
            models.CheckConstraint(
                name="so_many_cannot_wait",
                condition=Q(waiting=None) | Q(waiting__lte=MOST_WAITING),
            ),
            models.CheckConstraint(
                name="a_waiting_time_has_its_direction_and_lane",
                condition=Q(direction__in=Direction.values, lane__in=Lane.values),
            ),
            models.CheckConstraint(
                name="a_correction_has_a_reason",
                condition=Q(corrects=None, reason="") | (Q(corrects__isnull=False) & ~Q(reason="")),
            ),
            models.CheckConstraint(
                name="a_waiting_time_was_seen_before_it_is_said",
                condition=Q(observed_at__lte=F("recorded_at")),
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="a_waiting_time_stays_as_it_was_said",
                operation=pgtrigger.Update | pgtrigger.Delete,
            ),
            pgtrigger.Trigger(
                name="a_side_says_only_its_own_waiting_times",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func="""
                IF NEW.side IS DISTINCT FROM (
                    SELECT side FROM access_user WHERE id = NEW.recorded_by_id
                ) THEN
                    RAISE EXCEPTION 'a_side_says_only_its_own_waiting_times'
                        USING ERRCODE = 'check_violation';
                END IF;
                IF NEW.corrects_id IS NOT NULL AND NOT EXISTS (
                    SELECT FROM contactpoints_waitingtime WHERE id = NEW.corrects_id
                    AND (place_id, side, direction, lane)
                        = (NEW.place_id, NEW.side, NEW.direction, NEW.lane)
                ) THEN
                    RAISE EXCEPTION 'a_correction_is_of_the_same_lane'
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place_id} {self.side} {self.direction} {self.lane}"

    @property
    def ref(self) -> str:
        return f"waiting:{self.uid}"

    @property
    def taken_back(self) -> bool:
        """Whether it only says that what it corrects does not hold."""
        return self.minutes is None and self.waiting is None

    @property
    def seconds(self) -> int | None:
        return None if self.minutes is None else self.minutes * 60

    def told(self) -> dict[str, Any]:
        """For the trail."""
        return {
            "direction": self.direction,
            "lane": self.lane,
            "minutes": self.minutes,
            "waiting": self.waiting,
            "observed_at": self.observed_at,
        }
