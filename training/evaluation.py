"""Evaluation: the questions, who answers what now, the results. Reads only."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.reference.models import terms
from contactpoints.access import may, units_where
from contactpoints.models import Unit

from .attendance import takes_for
from .models import Activity, Evaluation, Participation
from .models.activities import OVER

# Of fewer answers neither figures nor words are shown.
FEWEST = 3
CAME = ("attended", "certified")
# What those who took part answered is complete.
CLOSED = ("evaluated", "reported")
# Heads are asked three months later, for three months.
BEHAVIOUR_FROM, BEHAVIOUR_UNTIL = timedelta(days=90), timedelta(days=180)


def questions(activity: Activity, asked: str) -> list[tuple[str, str]]:
    """(code, sentence), each answered from 1 to 5."""
    if asked == "behaviour":
        return [("behaviour", _("The officers use in their work what they learned."))]
    if asked == "results":
        return [("results", _("The activity brought what it was planned for."))]
    known = terms("training_topic")
    topics = [(code, str(known[code].name)) for code in activity.topics if code in known]
    return [
        ("content", _("The content was right for my work.")),
        ("speakers", _("The speakers explained well.")),
        ("organisation", _("It was organised well.")),
        ("exchange", _("I could speak with colleagues of the other side.")),
        ("whole", _("I would advise a colleague to take part.")),
        *((f"before.{code}", _("%(topic)s: what I knew before") % {"topic": name})
          for code, name in topics),
        *((f"after.{code}", _("%(topic)s: what I know now") % {"topic": name})
          for code, name in topics),
    ]  # fmt: skip


def own_part(activity: Activity, user: Any) -> Participation | None:
    rows = Participation.objects.filter(activity=activity, officer=user.pk, state__in=CAME)
    return rows.select_related("activity").first()


def units_to_answer(activity: Activity, user: Any) -> list[Unit]:
    """Units of which `user` is a head and somebody attended, while heads are asked."""
    if activity.state not in OVER:
        return []
    if not activity.ends_at + BEHAVIOUR_FROM <= now() <= activity.ends_at + BEHAVIOUR_UNTIL:
        return []
    parts = Participation.objects.filter(activity=activity, state__in=CAME, side=user.side)
    rows = Unit.objects.filter(pk__in=parts.values("unit")).order_by("order", "code")
    return [unit for unit in rows if may(user, "approve_nominations", unit)]


def answers_now(activity: Activity, user: Any) -> list[tuple[str, Unit | None]]:
    """What `user` may answer now: (of whom it is asked, unit)."""
    found: list[tuple[str, Unit | None]] = []
    part = own_part(activity, user) if activity.state == "held" else None
    # What was blanked may hold an answer that is nobody's any more.
    if part is not None and part.blanked_at is None:
        found.append(("took_part", None))
    found.extend(("behaviour", unit) for unit in units_to_answer(activity, user))
    if activity.state in ("held", "evaluated") and user.side in takes_for(user, activity):
        found.append(("results", None))
    return found


def held_of(activity: Activity, user: Any, asked: str, unit: Unit | None) -> Evaluation | None:
    rows = Evaluation.objects.filter(activity=activity, asked=asked)
    if asked == "took_part":
        part = own_part(activity, user)
        return rows.filter(participation=part).first() if part else None
    return rows.filter(unit=unit).first() if unit else rows.filter(side=user.side).first()


@dataclass
class Figure:
    """`mean` is None while it may be answered still, or fewer than three answered."""

    code: str
    question: str
    count: int
    mean: float | None


@dataclass
class Result:
    asked: str
    label: str
    count: int
    settled: bool = True
    figures: list[Figure] = field(default_factory=list)
    words: list[Evaluation] = field(default_factory=list)

    @property
    def enough(self) -> bool:
        return self.count >= FEWEST


def is_settled(activity: Activity, asked: str) -> bool:
    """Whether nobody answers any more: else two readings would tell what came between them."""
    if asked == "took_part":
        return activity.state in CLOSED
    return asked != "behaviour" or activity.ends_at + BEHAVIOUR_UNTIL < now()


def results_of(activity: Activity) -> list[Result]:
    """Counts, means and words, of both sides together, when nobody answers any more; nobody's name
    nor language. What both coordinators say of
    the results is theirs and is shown from the first answer on."""
    found = []
    rows = list(Evaluation.objects.filter(activity=activity).order_by("words", "pk"))
    for asked, label in Evaluation._meta.get_field("asked").choices or ():
        answers = [row for row in rows if row.asked == asked]
        result = Result(asked, str(label), len(answers), is_settled(activity, asked))
        fewest = 1 if asked == "results" else FEWEST
        for code, question in questions(activity, asked):
            marks = [row.marks[code] for row in answers if code in row.marks]
            shown = result.settled and len(marks) >= fewest
            mean = round(sum(marks) / len(marks), 1) if shown else None
            result.figures.append(Figure(code, question, len(marks), mean))
        if result.settled and len(answers) >= fewest:
            result.words = [row for row in answers if row.words]
        found.append(result)
    return found


def to_evaluate(user: Any) -> list[Activity]:
    """Activities at which the officer was and of which nothing was answered yet; and those of which
    a head is asked now what changed."""
    done = Evaluation.objects.filter(participation__officer=user.pk).values("participation")
    parts = Participation.objects.filter(
        officer=user.pk, state__in=CAME, activity__state="held", blanked_at=None
    ).exclude(pk__in=done)
    found = [part.activity for part in parts.select_related("activity").order_by("pk")[:50]]
    if at := units_where(user, "approve_nominations"):
        moment = now()
        rows = Participation.objects.filter(
            unit__in=at, state__in=CAME, activity__state__in=OVER,
            activity__period__endswith__gte=moment - BEHAVIOUR_UNTIL,
            activity__period__endswith__lte=moment - BEHAVIOUR_FROM,
        )  # fmt: skip
        said = set(
            Evaluation.objects.filter(asked="behaviour", unit__in=at).values_list(
                "activity_id", "unit_id"
            )
        )
        for part in rows.select_related("activity").order_by("pk")[:200]:
            if (part.activity_id, part.unit_id) not in said and part.activity not in found:
                found.append(part.activity)
    return found
