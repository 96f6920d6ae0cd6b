"""Who attended is asked by letter to say what it was worth, and reminded once."""

from datetime import timedelta

from django.db.models import Exists, OuterRef
from django.utils.timezone import now

from bordercoop.outbox.relay import post

from ..evaluation import CAME
from ..models import AskedToEvaluate, Participation
from .rounds import alone

AGAIN_AFTER = timedelta(days=7)
ROUND = 200


def ask_for_evaluations() -> int:
    """Ask everybody who attended while the evaluation is open, and remind them seven days later;
    returns how many. Once each. Posted for everybody alike: the letter itself is left out for who
    answered, so that neither these rows nor the outbox tell who did."""
    count = 0
    for again in (False, True):
        for pk in _to_ask(again):
            with alone("ask_for_evaluations", pk):
                count += _ask(pk, again)
    return count


def _to_ask(again: bool) -> list[int]:
    """One statement."""
    asked = AskedToEvaluate.objects.filter(participation=OuterRef("pk"))
    rows = Participation.objects.filter(
        ~Exists(asked.filter(again=again)),
        state__in=CAME, activity__state="held", blanked_at=None,
    )  # fmt: skip
    if again:
        rows = rows.filter(Exists(asked.filter(again=False, at__lte=now() - AGAIN_AFTER)))
    return list(rows.order_by("pk").values_list("pk", flat=True)[:ROUND])


def _ask(pk: int, again: bool) -> int:
    part = Participation.objects.get(pk=pk)
    _row, fresh = AskedToEvaluate.objects.get_or_create(participation=part, again=again)
    if fresh:
        key = f"evaluation_letter:{part.uid}:{'again' if again else 'asked'}"
        post("evaluation_letter", key, {"participation": str(part.uid), "again": again})
    return int(fresh)
