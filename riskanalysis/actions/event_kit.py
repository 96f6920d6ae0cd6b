"""What the verbs about public events share."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from bordercoop.errors import Invalid, KeyReused, NotAllowed
from bordercoop.live.doorbell import ring_many
from bordercoop.reference.models import utc_today
from contactpoints.access import SERVICES, require
from contactpoints.models import Unit, units

from ..models import PublicEvent
from ..register_access import coordinating_units, reads_shared, ticks_for, writing_units

LONGEST = timedelta(days=366)
EARLIEST, AHEAD = date(2000, 1, 1), timedelta(days=3653)


def wrong(field: str, sentence: str) -> Invalid:
    return Invalid(sentence, fields={field: [sentence]})


def same_again(known: Any, **said: Any) -> None:
    """Raises KeyReused where what was written under a `client_ref` says something else."""
    if any(getattr(known, field) != value for field, value in said.items()):
        raise KeyReused(
            _("This client_ref was used for something else. Take a new one and send it again.")
        )


def require_analyst(by: Any) -> None:
    found = writing_units(by)
    if not found:
        raise NotAllowed(_("Analysts of the two services assess public events."))
    require(by, "write_risks", found[0])


def require_event_runner(by: Any) -> None:
    """Analysts and coordinators of the two services."""
    if not reads_shared(by) or not (writing_units(by) or coordinating_units(by)):
        raise NotAllowed(_("Analysts and coordinators of the two services run public events."))


def require_item_ticker(item: Any, by: Any) -> None:
    """Whoever is at work on the side that an item is for, at its unit where it names one."""
    if not ticks_for(by, item):
        raise NotAllowed(_("Officers at work on the side that this is for tick it."))


def locked_event(event: PublicEvent) -> PublicEvent:
    rows = PublicEvent.objects.filter(pk=event.pk)
    found: PublicEvent = rows.select_for_update(no_key=True).get()
    return found


def require_event_days(starts_on: date, ends_on: date) -> None:
    """Days that an event may have. Raises Invalid."""
    if not EARLIEST <= starts_on <= utc_today() + AHEAD:
        raise wrong("starts_on", _("Give a day from the year 2000 on, at most ten years ahead."))
    if not starts_on <= ends_on <= starts_on + LONGEST:
        raise wrong("ends_on", _("It ends on its first day or later, within a year."))


def within(event: PublicEvent, day: date, field: str) -> date:
    """A day that has to do with the event. Raises Invalid."""
    if abs((day - event.starts_on).days) > 730:
        raise wrong(field, _("This day lies further than two years from the event."))
    return day


def own_unit(code: str, by: Any) -> Unit:
    """A unit of the own side that is in use. Raises Invalid."""
    found = units().get(code)
    if found is None or found.side != by.side or found.retired_at is not None:
        raise wrong("unit", _("Choose a unit of your side."))
    return found


def ring_at_event() -> None:
    """Every screen of the two services that shows an event looks again."""
    ring_many(unit.code for unit in units().values()
              if unit.side in SERVICES and unit.retired_at is None)  # fmt: skip
