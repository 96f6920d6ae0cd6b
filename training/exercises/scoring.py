"""How an exercise went, read from the deliveries of its injects. Reads only."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from statistics import median

from django.utils.timezone import now

from contactpoints.models import Delivery, Unit, units

from .models import Exercise, Inject, InjectRelease, StepTick


@dataclass
class Step:
    """One expected step of an inject at a desk."""

    number: int
    text: str
    tick: StepTick | None


@dataclass
class Answer:
    """How one desk answered one inject; times in seconds from when it was sent to the desk."""

    inject: Inject
    desk: Unit
    delivery: Delivery
    steps: list[Step]
    until: datetime

    def _after(self, moment: datetime | None) -> float | None:
        return (moment - self.delivery.queued_at).total_seconds() if moment else None

    @property
    def delivered_s(self) -> float | None:
        return self._after(self.delivery.delivered_at)

    @property
    def opened_s(self) -> float | None:
        return self._after(self.delivery.opened_at)

    @property
    def acknowledged_s(self) -> float | None:
        return self._after(self.delivery.acknowledged_at)

    @property
    def called_off(self) -> bool:
        """Whether a pause, a jump or the end came before the desk acknowledged."""
        return self.delivery.recalled_at is not None and self.delivery.acknowledged_at is None

    @property
    def waited_s(self) -> float:
        """Until it was acknowledged, called off, or up to now."""
        d = self.delivery
        end = d.acknowledged_at or d.recalled_at or self.until
        return max((end - d.queued_at).total_seconds(), 0.0)

    @property
    def in_time(self) -> bool | None:
        """Whether it was acknowledged within what was expected; None where nothing was expected, or
        it is still time, or it was called off before the time was over."""
        wanted = self.inject.acknowledge_s
        if wanted is None:
            return None
        if self.acknowledged_s is not None:
            return self.acknowledged_s <= wanted
        return False if self.waited_s > wanted else None

    @property
    def would_escalate(self) -> bool:
        """Whether a real alert would have gone to the next step of the desk's policy by then."""
        wait = self.delivery.steps[0]["wait"] if self.delivery.steps else None
        return wait is not None and self.waited_s > wait

    @property
    def done(self) -> int:
        return sum(step.tick is not None for step in self.steps)


@dataclass
class Total:
    """What the answers of a desk, or of all, come to."""

    answers: list[Answer] = field(default_factory=list)

    @property
    def sent(self) -> int:
        return len(self.answers)

    @property
    def acknowledged(self) -> int:
        return sum(one.acknowledged_s is not None for one in self.answers)

    @property
    def median_s(self) -> float | None:
        took = [one.acknowledged_s for one in self.answers if one.acknowledged_s is not None]
        return median(took) if took else None

    @property
    def judged(self) -> int:
        return sum(one.in_time is not None for one in self.answers)

    @property
    def in_time(self) -> int:
        return sum(one.in_time is True for one in self.answers)

    @property
    def steps(self) -> int:
        return sum(len(one.steps) for one in self.answers)

    @property
    def done(self) -> int:
        return sum(one.done for one in self.answers)

    @property
    def would_escalate(self) -> int:
        return sum(one.would_escalate for one in self.answers)

    @property
    def score(self) -> int | None:
        """Of what was expected, acknowledgements in time and steps, how much was met, in percent;
        None where nothing was expected."""
        wanted = self.judged + self.steps
        return round(100 * (self.in_time + self.done) / wanted) if wanted else None


@dataclass
class Score:
    answers: list[Answer]
    desks: list[tuple[Unit, Total]]
    whole: Total
    latest_s: float  # by how much the latest inject left later than it was due
    failed: list[InjectRelease]

    by_inject: dict[int, list[Answer]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        for one in self.answers:
            self.by_inject[one.inject.pk].append(one)

    def of(self, inject: Inject) -> list[Answer]:
        return self.by_inject.get(inject.pk, [])


def score_of(exercise: Exercise) -> Score:
    """The answers in the order of the scenario, and what they come to by desk and as a whole; in
    four statements."""
    rows = InjectRelease.objects.filter(inject__exercise=exercise).select_related("inject")
    releases = list(rows.order_by("inject__offset_s", "inject__number"))
    by_alert = {one.alert_id: one.inject for one in releases if one.alert_id is not None}
    ticks: dict[tuple[int, int], dict[int, StepTick]] = defaultdict(dict)
    for tick in StepTick.objects.filter(inject__exercise=exercise).select_related("by"):
        ticks[tick.inject_id, tick.desk_id][tick.step] = tick
    found: dict[int, list[Delivery]] = defaultdict(list)
    sent = Delivery.objects.filter(alert_id__in=list(by_alert)).select_related(
        "desk", "opened_by", "acknowledged_by"
    )
    for delivery in sent.order_by("desk__order", "desk__code"):
        found[delivery.alert_id].append(delivery)
    until, answers = now(), []
    for alert, inject in by_alert.items():
        for delivery in found[alert]:
            ticked = ticks[inject.pk, delivery.desk_id]
            steps = [
                Step(number, text, ticked.get(number)) for number, text in enumerate(inject.steps)
            ]
            answers.append(Answer(inject, delivery.desk, delivery, steps, until))
    totals: dict[str, Total] = {}
    for answer in answers:
        totals.setdefault(answer.desk.code, Total()).answers.append(answer)
    return Score(
        answers=answers,
        desks=[(unit, totals[code]) for code, unit in units().items() if code in totals],
        whole=Total(answers),
        latest_s=max((one.late_s for one in releases), default=0.0),
        failed=[one for one in releases if one.failure],
    )
