"""The trainers' pool: who is in it, what each gave, who is free. Reads only."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from bordercoop.reference.models import terms

from .clashes import clashes_at
from .evaluation_read import speakers_marks
from .models import Activity, Course, ProgrammeSession, Trainer
from .models.activities import OVER
from .staff import asked_about


@dataclass
class Given:
    """What a trainer gave in activities that are over: `mean` is of the question about the
    speakers in `answers` answers, over all who spoke there; None where none may be shown."""

    sessions: list[ProgrammeSession] = field(default_factory=list)
    answers: int = 0
    mean: float | None = None

    @property
    def hours(self) -> float:
        length = sum((one.ends_at - one.starts_at for one in self.sessions), timedelta())
        return round(length.total_seconds() / 3600, 1)


@dataclass
class PoolLine:
    trainer: Trainer
    topics: list[str]
    courses: list[Course]
    given: Given


def pool(user: Any, *, topic: str = "", language: str = "", side: str = "") -> list[PoolLine]:
    """The pool that `user` reads, the own side first; statements do not grow with it."""
    rows = Trainer.objects.visible_to(user).standing()
    if topic:
        rows = rows.filter(topics__contains=[topic])
    if language:
        rows = rows.filter(languages__contains=[language])
    if side:
        rows = rows.filter(side=side)
    return sorted(
        lines_of(user, rows), key=lambda one: (one.trainer.side != user.side, one.trainer.label)
    )


def lines_of(user: Any, rows: Any) -> list[PoolLine]:
    trainers = list(rows.serving().select_related("officer"))
    known = terms("training_topic")
    courses = _courses(user, trainers)
    given = _given(user, trainers)
    return [
        PoolLine(
            one,
            [str(known[code].name) for code in one.topics if code in known],
            courses.get(one.pk, []),
            given[one.pk],
        )
        for one in trainers
    ]


def _courses(user: Any, trainers: list[Trainer]) -> dict[int, list[Course]]:
    """Of those that the reader reads: a draft of the other side is none of them."""
    ties = Trainer.courses.through.objects.filter(
        trainer__in=trainers, course__in=Course.objects.visible_to(user)
    )
    found: dict[int, list[Course]] = {}
    for tie in ties.select_related("course").order_by("course__title"):
        found.setdefault(tie.trainer_id, []).append(tie.course)
    return found


def _given(user: Any, trainers: list[Trainer]) -> dict[int, Given]:
    """Officers by who they are, others as the programme names them; of activities that the reader
    reads alone."""
    found = {one.pk: Given() for one in trainers}
    by_officer = {one.officer_id: found[one.pk] for one in trainers if one.officer_id}
    by_name: dict[str, list[Given]] = {}
    for one in trainers:
        if one.officer_id is None:
            by_name.setdefault(one.label, []).append(found[one.pk])
    rows = ProgrammeSession.objects.standing().filter(
        Q(speaker__in=by_officer) | Q(speaker=None, speaker_name__in=by_name),
        activity__in=Activity.objects.visible_to(user),
        activity__state__in=OVER,
    )
    for session in rows.select_related("activity").order_by("-period", "pk"):
        mine = (
            [by_officer[session.speaker_id]]
            if session.speaker_id
            else by_name[session.speaker_name]
        )
        for given in mine:
            given.sessions.append(session)
    marks = speakers_marks({row.activity_id for one in found.values() for row in one.sessions})
    for given in found.values():
        said = [marks[pk] for pk in {row.activity_id for row in given.sessions} if pk in marks]
        given.answers = sum(count for count, _sum in said)
        if given.answers:
            given.mean = round(sum(total for _count, total in said) / given.answers, 1)
    return found


@dataclass(frozen=True)
class Offered:
    """A trainer as the form of the programme offers one: `hint` is empty where nothing speaks
    against it; `may_choose` is False for officers of the other side, which chooses them itself."""

    trainer: Trainer
    hint: list[Any]
    fits: bool
    may_choose: bool


def offered_to(
    user: Any, activity: Activity, period: DateTimeTZRange | None = None
) -> list[Offered]:
    """Trainers for an item of the programme at `period`, or at any time of the activity; those who
    teach its topics first. Of the own officers it says what takes their time, where the reader may
    ask; of others that they are not free. Those of the other side are measured at the activity's
    own time alone, and where both take part: else whoever types times would read their rota."""
    rows = Trainer.objects.visible_to(user).standing().who_serve().select_related("officer")
    trainers = list(rows)
    own = {one.officer_id for one in trainers if one.officer_id and one.side == user.side}
    theirs = {one.officer_id for one in trainers if one.officer_id} - own
    if not (activity.joint and activity.put_at):
        theirs = set()
    taken = clashes_at(own, period or activity.period, apart_from=activity)
    taken |= clashes_at(theirs, activity.period, apart_from=activity)
    may_ask = set(asked_about(user).filter(pk__in=own).values_list("pk", flat=True))
    found = [
        Offered(
            one,
            _hints(one, taken.get(one.officer_id or 0, []), one.officer_id in may_ask),
            bool(set(one.topics) & set(activity.topics)),
            one.officer_id is None or one.side == user.side,
        )
        for one in trainers
    ]
    return sorted(found, key=lambda one: (not one.fits, one.trainer.side != user.side,
                                          one.trainer.label))  # fmt: skip


def _hints(trainer: Trainer, clashes: list[Any], names_them: bool) -> list[Any]:
    found = []
    if clashes and names_them:
        found.append(_("not free: %(what)s") % {"what": clashes[0].words})
    elif clashes:
        found.append(_("not free"))
    if trainer.expired and trainer.valid_until:
        day = date_format(trainer.valid_until, "SHORT_DATE_FORMAT")
        found.append(_("qualification ended %(day)s") % {"day": day})
    return found
