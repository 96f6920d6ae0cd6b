"""What the verbs of this room share."""

from datetime import UTC
from typing import Any

from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.audit.models import record
from bordercoop.errors import Invalid, NotAllowed
from bordercoop.live.doorbell import ring_many
from contactpoints.models import root_of

from ...actions.numbering import next_in
from ..access import keeps_lessons
from ..models import LessonSeries


def wrong(field: str, sentence: str) -> Invalid:
    return Invalid(sentence, fields={field: [sentence]})


def next_number(kind: str) -> str:
    """Such as REC-2026-00001. Holds the year's series until the end of the transaction."""
    year = now().astimezone(UTC).year
    return f"{kind}-{year}-{next_in(LessonSeries, kind=kind, year=year):05d}"


def require_keeper(by: Any) -> None:
    """Raise NotAllowed unless `by` coordinates for one of the two sides."""
    if not keeps_lessons(by):
        raise NotAllowed(_("Coordinators of the two services do this."))


def keep(thing: Any, deed: str, *, by: Any, **facts: Any) -> None:
    """The entry in the audit trail: `recommendation.…`, `contingency.…`, `activation.…`."""
    kind = thing.ref.partition(":")[0]
    record(f"{kind}.{deed}", thing.ref, by=by, trail=by.side, **facts)


def ring_sides(sides: Any) -> None:
    """Pages of the sides hear of it."""
    ring_many(sorted(root.code for root in map(root_of, sides) if root is not None))
