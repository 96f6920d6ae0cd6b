"""What evaluations of activities say, for the report of the programme. Reads only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection
from django.utils.timezone import now

from bordercoop.reference.models import terms

from .evaluation import BEHAVIOUR_UNTIL, FEWEST

LEVELS = ("reaction", "learning", "behaviour", "results")
# What one knew before is no mark of the activity; what one knows after is its second level.
MEANS = """
    SELECT CASE WHEN e.asked = 'behaviour' THEN 3 WHEN e.asked = 'results' THEN 4
                WHEN mark.key LIKE 'after.%%' THEN 2 ELSE 1 END,
           count(DISTINCT e.id), avg(mark.value::numeric)
    FROM (
        SELECT said.*, count(*) OVER (PARTITION BY activity_id, asked) AS answers,
               a.state IN ('evaluated', 'reported') AS closed, upper(a.period) AS ends_at
        FROM training_evaluation said JOIN training_activity a ON a.id = said.activity_id
        WHERE said.activity_id = ANY (%s)
    ) e, jsonb_each_text(e.marks) mark
    WHERE mark.key NOT LIKE 'before.%%'
      AND (e.asked = 'results' OR e.answers >= %s)
      AND (e.asked <> 'took_part' OR e.closed)
      AND (e.asked <> 'behaviour' OR e.ends_at < %s)
    GROUP BY 1 ORDER BY 1
"""


@dataclass(frozen=True)
class LevelMean:
    """One of the four levels: how many answered, and their mean from 1 to 5."""

    level: int
    label: str
    answers: int
    mean: float


def evaluation_of(activities: Iterable[int]) -> list[LevelMean]:
    """The means by level over these activities (their keys), the first level first; one statement.
    Of an activity that may be answered still, or was by fewer than three, nothing, but for what the
    coordinators say of the results."""
    known = terms("evaluation_level")
    labels = [str(known[code].name) if code in known else code for code in LEVELS]
    with connection.cursor() as cursor:
        cursor.execute(MEANS, [list(activities), FEWEST, now() - BEHAVIOUR_UNTIL])
        rows = cursor.fetchall()
    return [
        LevelMean(level, labels[level - 1], answers, float(mean)) for level, answers, mean in rows
    ]


# The question about those who spoke, of activities that nobody answers any more.
SPEAKERS = """
    SELECT e.activity_id, count(*), sum((e.marks ->> 'speakers')::numeric)
    FROM training_evaluation e JOIN training_activity a ON a.id = e.activity_id
    WHERE e.activity_id = ANY (%s) AND e.asked = 'took_part' AND e.marks ? 'speakers'
      AND a.state IN ('evaluated', 'reported')
    GROUP BY 1 HAVING count(*) >= %s
"""


def speakers_marks(activities: Iterable[int]) -> dict[int, tuple[int, float]]:
    """By activity (keys): how many said how well its speakers explained, and the sum of their
    marks, where the results may be shown; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(SPEAKERS, [list(activities), FEWEST])
        return {pk: (count, float(total)) for pk, count, total in cursor.fetchall()}
