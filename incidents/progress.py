"""Whether a desk did something about an incident after it acknowledged the alert. Reads only."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from contactpoints.models import Unit, units

from .models import Incident, Measure, Note, Part, TaskStep

Asked = tuple[str, Unit, datetime]


def noted(asked: Sequence[Asked]) -> set[int]:
    """The places in `asked` (public id, desk, since) of those that were followed by progress: a
    note, a measure, a step of a task by the desk or by units under the same roof, or the closing of
    the side's part. At most five statements.
    """
    earliest = min((since for _uid, _desk, since in asked), default=None)
    if earliest is None:
        return set()
    ids = dict(
        Incident.objects.filter(uid__in={uid for uid, _desk, _since in asked}).values_list(
            "uid", "pk"
        )
    )
    known = {str(uid): pk for uid, pk in ids.items()}
    deeds: dict[int, list[tuple[int | None, str, datetime]]] = defaultdict(list)
    for incident, unit, side, at in _deeds(known.values(), earliest):
        deeds[incident].append((unit, side, at))
    found = set()
    for place, (uid, desk, since) in enumerate(asked):
        near = _near(desk)
        for unit, side, at in deeds.get(known.get(uid, 0), []):
            if at >= since and side == desk.side and (unit is None or unit in near):
                found.add(place)
                break
    return found


def _near(desk: Unit) -> set[int]:
    """The ids of the desk and of the unit that staffs it with everything below, other desks
    excepted."""
    at = units()[desk.code]
    roof = at.parent.path if at.parent and at.parent.parent_id else at.path
    return {
        unit.pk
        for unit in units().values()
        if unit.pk == desk.pk or (unit.path.startswith(roof) and unit.kind != Unit.Kind.DESK)
    }


def _deeds(ids: Iterable[int], since: datetime) -> Iterable[tuple[int, int | None, str, datetime]]:
    """(incident, unit or None for the whole side, side, when)."""
    ids = list(ids)
    for kind in (Note, Measure):
        rows = kind.objects.filter(incident_id__in=ids, at__gte=since)
        yield from rows.values_list("incident_id", "unit_id", "side", "at")
    steps = TaskStep.objects.filter(task__incident_id__in=ids, at__gte=since)
    yield from steps.values_list("task__incident_id", "task__unit_id", "task__side", "at")
    parts = Part.objects.filter(incident_id__in=ids, closed_at__gte=since)
    for incident, side, at in parts.values_list("incident_id", "side", "closed_at"):
        if at is not None:
            yield incident, None, side, at
