"""What each desk knew when, minute by minute. Reads only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy

from contactpoints.models import Delivery, Unit

from .models import Exercise
from .scoring import Score


class Learned(TextChoices):
    SENT = "sent", pgettext_lazy("replay", "Sent to the desk")
    DELIVERED = "delivered", pgettext_lazy("replay", "On the screen")
    OPENED = "opened", pgettext_lazy("replay", "Opened")
    ACKNOWLEDGED = "acknowledged", pgettext_lazy("replay", "Acknowledged")
    CALLED_OFF = "called_off", pgettext_lazy("replay", "Called off")


@dataclass
class Moment:
    """Something became known at a desk: `number` and `headline` in `language` name what."""

    at: datetime
    desk: Unit
    what: Learned
    number: str
    headline: str
    language: str
    key: int


@dataclass
class Minute:
    """A minute in which something happened, with a cell for each desk."""

    number: int
    at: datetime
    cells: list[list[Moment]] = field(default_factory=list)


@dataclass
class Replay:
    """`minutes` are those in which something happened; `at` is the one looked at, and `known` what
    each desk knew at its end: for each desk the last that happened to each thing."""

    began: datetime
    last: int
    desks: list[Unit]
    minutes: list[Minute]
    at: int
    known: list[tuple[Unit, list[Moment]]]

    @property
    def before(self) -> int | None:
        earlier = [one.number for one in self.minutes if one.number < self.at]
        return earlier[-1] if earlier else None

    @property
    def after(self) -> int | None:
        return next((one.number for one in self.minutes if one.number > self.at), None)


def moments_of(delivery: Delivery, number: str, headline: str, language: str) -> list[Moment]:
    """What a delivery says of what its desk knew, in order of time."""
    stamps = {
        Learned.SENT: delivery.queued_at,
        Learned.DELIVERED: delivery.delivered_at,
        Learned.OPENED: delivery.opened_at,
        Learned.ACKNOWLEDGED: delivery.acknowledged_at,
        Learned.CALLED_OFF: delivery.recalled_at if delivery.acknowledged_at is None else None,
    }
    return [
        Moment(at, delivery.desk, what, number, headline, language, delivery.pk)
        for what, at in stamps.items()
        if at is not None
    ]


def _minute(moment: datetime, began: datetime) -> int:
    return max(int((moment - began).total_seconds() // 60), 0)


def replay_of(
    moments: Iterable[Moment], desks: list[Unit], began: datetime, ended: datetime, at: int | None
) -> Replay:
    """The replay from `began` on, looked at in minute `at`, the last one by default."""
    order = {desk.pk: place for place, desk in enumerate(desks)}
    found = sorted((one for one in moments if one.desk.pk in order), key=lambda one: one.at)
    last = max([_minute(ended, began), *(_minute(one.at, began) for one in found[-1:])], default=0)
    at = last if at is None else min(max(at, 0), last)
    minutes: dict[int, Minute] = {}
    known: dict[int, dict[int, Moment]] = {desk.pk: {} for desk in desks}
    for one in found:
        number = _minute(one.at, began)
        if number not in minutes:
            moment = began + timedelta(minutes=number)
            minutes[number] = Minute(number, moment, [[] for _desk in desks])
        minutes[number].cells[order[one.desk.pk]].append(one)
        if number <= at:
            known[one.desk.pk][one.key] = one
    return Replay(
        began=began, last=last, desks=desks, minutes=list(minutes.values()), at=at,
        known=[(desk, list(known[desk.pk].values())) for desk in desks],
    )  # fmt: skip


def replay_of_exercise(
    exercise: Exercise, score: Score, language: str, at: int | None
) -> Replay | None:
    """What each desk knew of the exercise when; None before it began."""
    if exercise.started_at is None:
        return None
    moments = []
    for answer in score.answers:
        words, written = answer.inject.headline_for(language)
        number = str(answer.inject.number)
        moments += moments_of(answer.delivery, number, words, written)
    ended = exercise.stopped_at or max((one.at for one in moments), default=exercise.started_at)
    desks = [desk for desk, _total in score.desks]
    return replay_of(moments, desks, exercise.started_at, ended, at)
