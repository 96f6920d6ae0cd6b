"""How a content becomes a unit's own copy."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from contactpoints.models import Unit

from .. import handling
from ..content import moment_of
from ..handling import Marking
from ..models import OWN, Incident, Precision, Share


def share_columns(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The list columns of a share, made from the fields it holds and from nothing else."""
    return {
        "fields": dict(fields),
        "category": fields["category"],
        "severity": fields["severity"],
        "headline": fields.get("headline") or "",
        "place": fields.get("place") or "",
        "lat": fields.get("lat"),
        "lon": fields.get("lon"),
        "happened_at": moment_of(fields.get("happened_at")),
        "happened_precision": fields.get("happened_precision") or Precision.MINUTE,
    }


def make_share(
    incident: Incident,
    unit: Unit,
    fields: Mapping[str, Any],
    *,
    own: bool,
    released_at: datetime | None = None,
    marking: Marking | None = None,
) -> Share:
    """An unsaved share of the incident's present version for `unit`, marked like the incident
    unless told otherwise."""
    return Share(
        incident=incident,
        unit=unit,
        own=own,
        precedence=incident.version + (OWN if own else 0),
        version=incident.version,
        released_at=released_at,
        number=incident.number or "",
        side=incident.side,
        origin=incident.origin,
        exercise=incident.exercise,
        state=incident.state,
        reported_at=incident.reported_at,
        validated_at=incident.validated_at,
        **(marking or handling.of(incident)).columns,
        **share_columns(fields),
    )


def locked(incident: Incident) -> Incident:
    """The incident under a row lock, as it stands now.

    Locked first and read after: a row that changes its category while a joined read waits for the
    lock fits its old join no more, and PostgreSQL would find no incident.
    """
    rows = Incident.objects.filter(pk=incident.pk)
    rows.select_for_update(no_key=True).values_list("pk").get()
    return rows.select_related("unit", "category").get()
