"""Who hears of an activity by letter: whoever has a seat, of a change and that it is called off;
reminders of who is asked and who comes."""

from datetime import datetime, timedelta

from django.db.models import Exists, F, OuterRef, Value
from django.utils.timezone import now

from bordercoop.outbox.relay import post, posting_together

from ..letters import REMINDED
from ..models import Activity, Ahead, Participation, PartMove, Reminder
from .rounds import alone

# The longest first: whoever was reminded a day before is not reminded of a week after that.
AHEAD = ((Ahead.WEEK, timedelta(days=7)), (Ahead.DAY, timedelta(days=1)))
ROUND = 200


def tell_seated(activity: Activity) -> None:
    """A letter to everybody with a seat: a change under the new SEQUENCE, or that it is called off.
    Once for each SEQUENCE."""
    with posting_together():
        for uid in activity.participations.seated().values_list("uid", flat=True):
            key = f"activity_letter:{uid}:{activity.sequence}:changed"
            post("activity_letter", key, {"participation": str(uid), "changed": True})


def remind_due() -> int:
    """Remind those who are asked and silent, and those who come, a week and a day before; returns
    how many. Once each for every beginning; whoever got the seat later than that was told then."""
    count, moment = 0, now()
    for ahead, lasts in AHEAD:
        for pk in _to_remind(ahead, moment, lasts):
            with alone("remind_due", pk):
                count += _remind(pk, ahead)
    return count


def _to_remind(ahead: str, moment: datetime, lasts: timedelta) -> list[int]:
    """One statement; the days ahead are found by the index of the times."""
    later = timedelta() if ahead == Ahead.DAY else AHEAD[-1][1]
    starts_at = F("activity__period__startswith")
    given = PartMove.objects.filter(
        participation=OuterRef("pk"), after="invited",
        at__gt=OuterRef("activity__period__startswith") - Value(lasts),
    )  # fmt: skip
    known = Reminder.objects.filter(
        participation=OuterRef("pk"), ahead=ahead,
        starts_at=OuterRef("activity__period__startswith"),
    )  # fmt: skip
    rows = Participation.objects.filter(
        activity__in=Activity.objects.between(moment, moment + lasts).filter(
            state__in=("nominations", "confirmed")
        ),
        state__in=REMINDED,
    )
    rows = rows.annotate(starts_at=starts_at).filter(
        starts_at__gt=moment + later, starts_at__lte=moment + lasts
    )
    rows = rows.filter(~Exists(given), ~Exists(known))
    return list(rows.order_by("pk").values_list("pk", flat=True)[:ROUND])


def _remind(pk: int, ahead: str) -> int:
    part = Participation.objects.select_related("activity").get(pk=pk)
    starts_at = part.activity.starts_at
    _row, fresh = Reminder.objects.get_or_create(
        participation=part, ahead=ahead, starts_at=starts_at
    )
    if fresh:
        key = f"activity_letter:{part.uid}:{ahead}:{starts_at:%Y%m%d%H%M}"
        post("activity_letter", key, {"participation": str(part.uid), "remind": str(ahead)})
    return int(fresh)
