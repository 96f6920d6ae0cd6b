"""Real emergencies at the desks that play an exercise. Reads only."""

from __future__ import annotations

from contactpoints.models import Alert, Delivery, Priority, Unit, units

from .models import Exercise


def playing_desks(exercise: Exercise) -> list[Unit]:
    """The desks to which injects go, in the order of the tree."""
    codes = exercise.injects.standing().desk_codes()
    return [unit for code, unit in units().items() if code in codes]


def real_emergency(exercise: Exercise) -> Delivery | None:
    """An emergency alert that is no exercise at a desk that plays: one that waits, or one that came
    since the clock last began to run."""
    desks = [unit.pk for unit in playing_desks(exercise)]
    rows = Delivery.objects.reaching(desks).filter(
        priority=Priority.P1, alert__status=Alert.Status.ACTUAL
    )
    rows = rows.exclude(alert__kind=Alert.Kind.CANCEL).select_related("desk")
    found = rows.open().order_by("pk").first()
    if found is None and exercise.ticking_since is not None:
        found = rows.filter(queued_at__gte=exercise.ticking_since).order_by("pk").first()
    return found
