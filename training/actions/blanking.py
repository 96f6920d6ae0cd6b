"""What is left of participants when their period of retention has passed."""

from django.db import transaction
from django.utils.timezone import now

from ..models import Activity, AttendanceMark, Evaluation, Participation, PartMove


@transaction.atomic
def blank_parts(activity: Activity, side: str) -> int:
    """Leave of the side's participants who, from which unit, at what level and how far, and neither
    sex nor note nor the reasons of their moves, nor who
    marked on which day they came; returns how many held anything. Asked by the purge
    alone."""
    rows = Participation.objects.filter(activity=activity, side=side, blanked_at=None)
    held = rows.exclude(sex="", note="") | rows.filter(
        moves__in=PartMove.objects.exclude(reason="")
    )
    parts = list(rows.order_by("pk").select_for_update(no_key=True).values_list("pk", flat=True))
    count = held.distinct().count()
    moves = PartMove.objects.filter(participation__in=parts).exclude(reason="")
    moves.update(reason="")
    answers = Evaluation.objects.filter(activity=activity, side=side)
    answers.update(participation=None, words="")
    AttendanceMark.objects.filter(participation__in=parts).update(by=None, how="")
    Participation.objects.filter(pk__in=parts).update(sex="", note="", blanked_at=now())
    return count
