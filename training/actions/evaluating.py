"""Evaluation: answered, changed while it is open, and cut from who answered."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.access.models import Language
from bordercoop.audit.models import record
from bordercoop.errors import NotAllowed
from bordercoop.reference.wording import worded
from contactpoints.models import Unit

from ..evaluation import answers_now, held_of, own_part, questions
from ..models import Activity, Asked, Evaluation
from .activity_kit import locked_activity, wrong


@transaction.atomic
def answer_evaluation(
    activity: Activity,
    *,
    asked: str = Asked.TOOK_PART,
    marks: Mapping[str, int],
    words: str = "",
    unit: Unit | None = None,
    by: Any,
) -> Evaluation:
    """Say what an activity was worth, each question from 1 to 5: as who took part, as the head of
    `unit` three months later, or as a coordinator of the side. Answered again it is changed, while
    the evaluation is open. The audit trail holds that somebody answered, never who nor what."""
    activity = locked_activity(activity, by)
    if (asked, unit) not in answers_now(activity, by):
        raise NotAllowed(_("You are not asked about this activity, or not at this time."))
    known = [code for code, _question in questions(activity, asked)]
    if set(marks) - set(known):
        raise wrong("marks", _("This question is not asked."))
    missing = [code for code in known if code not in marks]
    for code in known:
        mark = marks.get(code)
        if code in missing or isinstance(mark, bool) or mark not in (1, 2, 3, 4, 5):
            raise wrong("marks", _("Answer each question from 1 to 5."))
    said = {
        "marks": {code: int(marks[code]) for code in known},
        "words": worded(words, "words", most=2_000),
        "language": by.language if by.language in Language.values else "en",
    }
    held = held_of(activity, by, asked, unit)
    if held is not None:
        if all(getattr(held, name) == value for name, value in said.items()):
            return held
        for name, value in said.items():
            setattr(held, name, value)
        held.at = now()
        held.save(update_fields=[*said, "at"])
    else:
        part = own_part(activity, by) if asked == Asked.TOOK_PART else None
        held = Evaluation.objects.create(
            activity=activity, asked=asked, side=by.side, participation=part, unit=unit, **said
        )
    record("activity.evaluation_answered", activity.ref, by=None, trail=by.side)
    return held


def cut_answers(activity: Activity) -> None:
    """Nobody knows any more whose answers these are, nor when they came. The activity's lock is
    the caller's."""
    Evaluation.objects.filter(activity=activity, asked=Asked.TOOK_PART).update(
        participation=None, at=activity.ends_at
    )
