"""Information requests at the change of shift and in the duty journal. Reads only.

Named by the settings OPEN_AT_DESK, CALLED_AT_DESK and JOURNAL_OF_DESK.
"""

from collections.abc import Iterator
from typing import Any

from django.conf import settings

from contactpoints.handovers import item_of
from contactpoints.journal import Line, Span
from contactpoints.models import Unit

from ..models import AnswerKind, InformationRequest, RequestAnswer

SUBJECT = "information_request"


def open_items(unit: Unit, *, by: Any) -> list[dict[str, Any]]:
    """What the desk has to answer, and what it asked and has no whole answer to; the soonest due
    first."""
    rows = InformationRequest.objects.open().order_by("due_at", "pk")
    return [
        item_of(kind, asked.ref, about=asked.ref, number=asked.number, at=asked.due_at)
        for kind, found in (
            ("to_answer", rows.filter(to=unit)),
            ("unanswered", rows.filter(desk=unit)),
        )
        for asked in found
    ]


def titles(user: Any, refs: list[str]) -> dict[str, str]:
    """What these requests are about, to those who read them, by reference."""
    uids = [uid for kind, _, uid in (ref.partition(":") for ref in refs) if kind == SUBJECT]
    if not uids:
        return {}
    rows = InformationRequest.objects.visible_to(user).filter(uid__in=uids)
    return {asked.ref: asked.subject or asked.number for asked in rows}


def events(span: Span) -> Iterator[Line]:
    """What the desk asked and answered, and what it was answered. That it was asked comes as an
    alert."""
    seen = InformationRequest.objects.visible_to(span.user)
    asked_here = seen.filter(desk=span.unit, asked_at__gte=span.starts, asked_at__lt=span.ends)
    for asked in asked_here.select_related("by", "to"):
        yield _line("asked", asked, asked.asked_at, officer=asked.by, unit=asked.to)
    answers = RequestAnswer.objects.filter(at__gte=span.starts, at__lt=span.ends)
    answers = answers.select_related("by", "asked__to")
    for answer in answers.filter(asked__in=seen.filter(to=span.unit)):
        yield _line("answered", answer.asked, answer.at, officer=answer.by, answer=_said(answer))
    for answer in answers.filter(asked__in=seen.filter(desk=span.unit)):
        unit = answer.asked.to
        yield _line("answered_there", answer.asked, answer.at, unit=unit, answer=_said(answer))


def _said(answer: RequestAnswer) -> AnswerKind:
    return AnswerKind(answer.kind)


def _line(kind: str, asked: InformationRequest, at: Any, **facts: Any) -> Line:
    return Line(
        at,
        kind,
        {"number": asked.number, **facts},
        link=settings.ABOUT_LINKS[SUBJECT].format(uid=asked.uid),
        exercise=asked.exercise,
    )
