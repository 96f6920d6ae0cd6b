"""What is left of participants and trainers when their period of retention has passed."""

from django.db import transaction
from django.utils.timezone import now

from ..models import Activity, AttendanceMark, Evaluation, Participation, PartMove, Trainer


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


@transaction.atomic
def blank_trainers(trainer: Trainer, side: str) -> int:
    """Leave of who left the pool when they came and went, and of an officer who it was, which the
    programmes say as well. Asked by the purge alone."""
    gone = {"name": "", "organisation": "", "note": "", "qualification": ""}
    rows = Trainer.objects.filter(pk=trainer.pk, side=side, blanked_at=None)
    return rows.exclude(left_at=None).update(**gone, blanked_at=now())
