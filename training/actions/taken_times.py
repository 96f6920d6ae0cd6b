"""Whose time an activity takes: bookings, so that the database keeps nobody in two places."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.access.models import User
from bordercoop.errors import Refused
from contactpoints.actions.duty import one_at_a_time
from contactpoints.models import Booking

from ..clashes import clashes_of, in_words
from ..models import Activity, ProgrammeSession, TakenTime

Times = list[tuple[datetime, datetime]]


def wanted_times(activity: Activity, officer: Any) -> Times:
    """What it takes of an officer's time (UTC, in order): all of it with a seat, else the sessions
    in which the officer speaks or interprets, those that touch one another as one."""
    if activity.state in ("postponed", "cancelled"):
        return []
    if activity.participations.seated().filter(officer=officer).exists():
        return [(activity.starts_at, activity.ends_at)]
    rows = ProgrammeSession.objects.standing().filter(activity=activity)
    rows = rows.filter(speaker=officer) | rows.filter(interpreter=officer)
    found: Times = []
    for period in rows.order_by("period").values_list("period", flat=True):
        if found and period.lower <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], period.upper))
        else:
            found.append((period.lower, period.upper))
    return found


def keep_times(activity: Activity, officers: Iterable[Any], *, side: str = "") -> None:
    """Bring the bookings of these officers into line with what the activity takes of their time.

    Raises Refused, naming to officers of the own `side` with what it clashes, when somebody is
    elsewhere then.
    """
    people = sorted({officer.pk: officer for officer in officers}.values(), key=lambda o: o.pk)
    one_at_a_time([officer.pk for officer in people], [])
    for officer in people:
        wanted = wanted_times(activity, officer)
        rows = Booking.objects.filter(
            taken_by__activity=activity, officer=officer, cancelled_at=None
        )
        for booking in rows:
            times = (booking.period.lower, booking.period.upper)
            if times in wanted:
                wanted.remove(times)
            else:
                booking.cancelled_at = now()
                booking.save(update_fields=["cancelled_at"])
        for starts_at, ends_at in wanted:
            _take(activity, officer, DateTimeTZRange(starts_at, ends_at), side)


def _take(activity: Activity, officer: Any, period: DateTimeTZRange, side: str) -> None:
    try:
        with transaction.atomic():
            booking = Booking.objects.create(
                officer=officer, kind=Booking.Kind.TRAINING, period=period
            )
    except IntegrityError as clash:
        if "nobody_in_two_places_at_once" not in str(clash):
            raise
        raise clashing(officer, period, side) from clash
    TakenTime.objects.create(activity=activity, booking=booking)


def clashing(officer: Any, period: DateTimeTZRange, side: str) -> Refused:
    """The refusal that says what takes an officer's time; to the other side only that something
    does, since its rota and its ideas are its own."""
    if officer.side != side:
        sentence = _("%(officer)s is not free then. Choose another officer or time.") % {
            "officer": officer.display_name
        }
        return Refused(sentence, code="booked_elsewhere", fields={"officer": [sentence]})
    sentence = _("%(officer)s is not free then: %(clashes)s. Choose another officer or time.") % {
        "officer": officer.display_name,
        "clashes": "; ".join(in_words(one) for one in clashes_of(officer, period)),
    }
    return Refused(sentence, code="booked_elsewhere", fields={"officer": [sentence]})


def require_free(activity: Activity, officer: Any, *, side: str) -> None:
    """Refused, naming with what it clashes, unless the officer is free all the time of the
    activity, or it is the activity itself that takes it."""
    period = activity.period
    if clashes_of(officer, period, apart_from=activity):
        raise clashing(officer, period, side)


def _all_of(activity: Activity) -> list[Any]:
    seated = activity.participations.seated().values("officer")
    rows = ProgrammeSession.objects.standing().filter(activity=activity)
    held = Booking.objects.filter(taken_by__activity=activity, cancelled_at=None)
    return list(
        User.objects.filter(pk__in=seated)
        | User.objects.filter(pk__in=rows.values("speaker"))
        | User.objects.filter(pk__in=rows.values("interpreter"))
        | User.objects.filter(pk__in=held.values("officer"))
    )


def hold_people(activity: Activity) -> None:
    """Whoever books somebody whose time it takes, or who waits for a seat of it, waits: all of them
    at once, since two activities that take them in turns would else end in a deadlock."""
    line = activity.participations.waiting().values_list("officer_id", flat=True)
    one_at_a_time({*line, *(officer.pk for officer in _all_of(activity))}, [])


def fit_times(activity: Activity, *, side: str = "") -> None:
    """The activity moved: so does everybody's time. `side` is that of who moves it."""
    keep_times(activity, _all_of(activity), side=side)


def free_times(activity: Activity) -> None:
    """The activity was put off or given up."""
    keep_times(activity, _all_of(activity))
