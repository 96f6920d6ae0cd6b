"""Owners hear by letter of a day that comes near, and of one that is over."""

from bordercoop.outbox.relay import post
from bordercoop.reference.models import utc_today
from training.actions.rounds import alone

from ..access import officers_of_owner
from ..models import OwnerReminder, Recommendation
from ..models.recommendations import day_of_letter

ROUND = 200


def remind_owners() -> int:
    """Remind owners 14 days before the day, or at once where fewer were given, and when it is over;
    returns how many. Once each for every day that a recommendation was given."""
    count = 0
    for overdue in (False, True):
        for pk in _to_remind(overdue):
            with alone("remind_owners", pk):
                count += _remind(pk, overdue)
    return count


def _to_remind(overdue: bool) -> list[int]:
    """One statement."""
    rows = Recommendation.objects.under_way()
    if overdue:
        rows = rows.overdue()
    else:
        rows = rows.filter(due_on__gte=utc_today(), due_on__lte=day_of_letter())
    told = OwnerReminder.objects.filter(overdue=overdue)
    known = set(told.filter(recommendation__in=rows).values_list("recommendation", "due_on"))
    found = rows.order_by("due_on", "pk").values_list("pk", "due_on")
    return [pk for pk, day in found if (pk, day) not in known][:ROUND]


def _remind(pk: int, overdue: bool) -> int:
    row = Recommendation.objects.get(pk=pk)
    _row, fresh = OwnerReminder.objects.get_or_create(
        recommendation=row, overdue=overdue, due_on=row.due_on
    )
    if not fresh:
        return 0
    able = officers_of_owner(row.owner_unit)
    # A named officer who left owns nothing any more: then all hear who can answer for the unit.
    told = [one for one in able if one.pk == row.owner_officer_id] or able
    for officer in told:
        key = f"recommendation:{row.uid}:{row.due_on}:{'over' if overdue else 'near'}:{officer.pk}"
        post("lesson_letter", key, {"recommendation": str(row.uid), "to": officer.pk})
    return 1
