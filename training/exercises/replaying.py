"""What each desk knew when, minute by minute. Reads only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import TextChoices
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

from bordercoop.errors import Refused
from contactpoints.models import Delivery, Unit
from incidents.models import Incident, Share, State
from incidents.replaying import replay_entries

from ..access import reads_activities
from .models import Exercise
from .scoring import Score

AN_HOUR = 60


class Learned(TextChoices):
    SENT = "sent", pgettext_lazy("replay", "Sent to the desk")
    DELIVERED = "delivered", pgettext_lazy("replay", "On the screen")
    OPENED = "opened", pgettext_lazy("replay", "Opened")
    ACKNOWLEDGED = "acknowledged", pgettext_lazy("replay", "Acknowledged")
    CALLED_OFF = "called_off", pgettext_lazy("replay", "Called off")


@dataclass
class Beside:
    """The column of what was said beside a report, which all who read it there know."""

    pk: int = 0
    code: str = ""
    side: str = ""

    @property
    def name(self) -> str:
        return pgettext("replay", "Beside the report")


@dataclass
class Moment:
    """Something became known at a desk: `words` say what happened; `number`, and `headline` in
    `language`, to what. Where an officer wrote something, `by` wrote `text`; `own` is for the own
    side alone."""

    at: datetime
    desk: Unit | Beside
    what: str
    words: str
    number: str
    headline: str
    language: str
    key: int
    by: Any = None
    text: str = ""
    own: bool = False
    minute: int = 0


@dataclass
class Minute:
    """A minute in which something happened, with a cell for each desk."""

    number: int
    at: datetime
    desks: Sequence[Unit | Beside]
    cells: list[list[Moment]] = field(default_factory=list)

    @property
    def label(self) -> str:
        return minute_of(self.number)

    @property
    def pairs(self) -> list[tuple[Unit | Beside, list[Moment]]]:
        return list(zip(self.desks, self.cells, strict=True))


@dataclass
class Replay:
    """`minutes` are those in which something happened; `at` is the one looked at, and `known` what
    each desk knew at its end: for each desk the last that happened to each thing."""

    began: datetime
    last: int
    desks: Sequence[Unit | Beside]
    minutes: list[Minute]
    at: int
    known: list[tuple[Unit | Beside, list[Moment]]]

    @property
    def label(self) -> str:
        return minute_of(self.at)

    @property
    def moments(self) -> list[Moment]:
        """All of it, in order of time."""
        found = [one for minute in self.minutes for cell in minute.cells for one in cell]
        return sorted(found, key=lambda one: one.at)

    @property
    def before(self) -> int | None:
        earlier = [one.number for one in self.minutes if one.number < self.at]
        return earlier[-1] if earlier else None

    @property
    def after(self) -> int | None:
        return next((one.number for one in self.minutes if one.number > self.at), None)


def minute_of(number: int) -> str:
    """Hours and minutes after the begin, such as "0:42"."""
    hours, minutes = divmod(number, AN_HOUR)
    return f"{hours}:{minutes:02d}"


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
        Moment(at, delivery.desk, what, str(what.label), number, headline, language, delivery.pk)
        for what, at in stamps.items()
        if at is not None
    ]


def _minute(moment: datetime, began: datetime) -> int:
    return max(int((moment - began).total_seconds() // 60), 0)


def replay_of(
    moments: Iterable[Moment],
    desks: Sequence[Unit | Beside],
    began: datetime,
    ended: datetime,
    at: int | None,
) -> Replay:
    """The replay from `began` on, looked at in minute `at`, the last one by default."""
    order = {desk.pk: place for place, desk in enumerate(desks)}
    found = sorted((one for one in moments if one.desk.pk in order), key=lambda one: one.at)
    last = max([_minute(ended, began), *(_minute(one.at, began) for one in found[-1:])], default=0)
    at = last if at is None else min(max(at, 0), last)
    minutes: dict[int, Minute] = {}
    known: dict[int, dict[int, Moment]] = {desk.pk: {} for desk in desks}
    for one in found:
        number = one.minute = _minute(one.at, began)
        if number not in minutes:
            moment = began + timedelta(minutes=number)
            minutes[number] = Minute(number, moment, desks, [[] for _desk in desks])
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


def replayable(incident: Incident) -> bool:
    return incident.state == State.CLOSED


def closed_copy(user: Any, uid: Any) -> Share:
    """The copy that `user` reads of a closed incident. Raises Http404 for who reads none, Refused
    while it is open."""
    rows = Share.objects.visible_to(user).select_related("incident", "unit", "passed_by")
    found = rows.filter(incident__uid=uid).first() if reads_activities(user) else None
    if found is None:
        raise Http404
    if not replayable(found.incident):
        raise Refused(_("It is replayed once both sides have closed it."), code="not_closed")
    return found


def replay_of_incident(incident: Incident, share: Share, reader: Any, at: int | None) -> Replay:
    """What each desk knew of a closed incident when, and what was said beside it, as far as
    `reader` may read it today."""
    column, desks = Beside(), dict[int, Unit]()
    moments: list[Moment] = []
    for number, entry in enumerate(replay_entries(incident, share, reader)):
        if entry.desk is not None:
            desks[entry.desk.pk] = entry.desk
        moments.append(
            Moment(
                entry.at, entry.desk or column, entry.icon, entry.sentence, entry.number, "", "",
                number, by=entry.by, text=entry.text, own=entry.audience == "own",
            )
        )  # fmt: skip
    known = sorted(desks.values(), key=lambda one: (one.order, one.code))
    columns: list[Unit | Beside] = list(known)
    if any(one.desk is column for one in moments):
        columns.append(column)
    began = moments[0].at if moments else share.reported_at
    ended = moments[-1].at if moments else began
    return replay_of(moments, columns, began, ended, at)


def beside(user: Any, incident: Any) -> dict[str, Any] | None:
    """For the page of a closed incident: where it is replayed (settings BESIDE_INCIDENT)."""
    if not reads_activities(user) or not replayable(incident):
        return None
    address = reverse("replay_of_incident", args=[incident.uid])
    return {"template": "exercises/_beside.html", "address": address}
