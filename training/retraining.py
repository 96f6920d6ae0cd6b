"""Who must be trained again: in an older version, or too long ago. Reads only; each question is one
statement however many were trained."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils.timezone import now

from bordercoop.reference.models import Procedure, utc_today
from contactpoints.access import SERVICES, units_where

# What holds, and for each course the oldest version that is enough for it: the newest one that the
# side did not waive. An officer who is enough trained once is enough trained. Of several postings
# of an officer the first counts; whoever serves nowhere is not asked for. Materialized, so that no
# plan sorts the postings anew for each officer.
WANTED = """
    WITH holding AS (
        SELECT id, procedure_id, number FROM reference_procedureversion
        WHERE state IN ('in_force', 'under_review')
    ), taught AS MATERIALIZED (
        SELECT t.course_id, v.procedure_id, v.number, t.until, t.id, p.officer_id,
               lower(a.period) AS held_at
        FROM training_trained t
        JOIN reference_procedureversion v ON v.id = t.version_id
        JOIN training_participation p ON p.id = t.participation_id AND p.side = %(side)s
        JOIN training_activity a ON a.id = p.activity_id
        WHERE t.voided_at IS NULL {procedure}
    ), needed AS MATERIALIZED (
        SELECT k.course_id, h.procedure_id, h.number AS holds, max(v.number) AS least
        FROM (SELECT DISTINCT course_id, procedure_id FROM taught) k
        JOIN holding h ON h.procedure_id = k.procedure_id
        LEFT JOIN reference_procedureversion v
            ON v.procedure_id = h.procedure_id AND v.in_force_at IS NOT NULL
            AND v.number <= h.number
            AND NOT EXISTS (SELECT 1 FROM training_sametraining s
                            WHERE s.course_id = k.course_id AND s.version_id = v.id
                              AND s.side = %(side)s)
        GROUP BY 1, 2, 3
    ), again AS MATERIALIZED (
        SELECT t.officer_id, t.procedure_id,
               max(n.holds) AS holds, max(t.number) AS number,
               (array_agg(t.course_id ORDER BY t.held_at DESC, t.id DESC))[1] AS course_id,
               max(t.held_at) AS held_at,
               bool_or(t.number >= coalesce(n.least, 0)) AS expired
        FROM taught t
        JOIN needed n ON n.course_id = t.course_id AND n.procedure_id = t.procedure_id
        GROUP BY 1, 2
        HAVING NOT bool_or(t.number >= coalesce(n.least, 0)
                           AND (t.until IS NULL OR t.until >= %(today)s))
    ), posted AS MATERIALIZED (
        SELECT DISTINCT ON (p.officer_id) p.officer_id, p.unit_id
        FROM contactpoints_posting p
        JOIN access_user u ON u.id = p.officer_id AND u.is_active AND u.side = %(side)s
        WHERE p.unit_id = ANY(%(units)s) AND p.starts_at <= %(now)s
          AND (p.ends_at IS NULL OR p.ends_at > %(now)s)
          AND (p.ended_at IS NULL OR p.ended_at > %(now)s)
        ORDER BY p.officer_id, p.id
    ), rows AS (
        SELECT g.*, o.unit_id,
               (SELECT max(a.number) FROM training_listed l
                JOIN training_activity a ON a.id = l.activity_id
                JOIN training_taught k ON k.course_id = a.course_id
                                      AND k.procedure_id = g.procedure_id
                WHERE l.officer_id = g.officer_id
                  AND a.state NOT IN ('held', 'evaluated', 'reported', 'cancelled')) AS planned
        FROM again g JOIN posted o ON o.officer_id = g.officer_id
    )
"""
EACH = """
    SELECT r.officer_id, u.name_local, u.name_latin, u.uid, r.unit_id, t.code, r.number, r.holds,
           r.held_at, r.expired, coalesce(r.planned, ''), c.title
    FROM rows r JOIN access_user u ON u.id = r.officer_id
    JOIN contactpoints_unit t ON t.id = r.unit_id
    JOIN training_course c ON c.id = r.course_id
    ORDER BY t."order", t.code, u.name_latin, r.officer_id
"""
COUNTED = """
    SELECT r.procedure_id, p.code, r.holds, r.unit_id, t.code, count(*), count(r.planned)
    FROM rows r JOIN reference_procedure p ON p.id = r.procedure_id
    JOIN contactpoints_unit t ON t.id = r.unit_id
    GROUP BY r.procedure_id, p.code, p."order", r.holds, r.unit_id, t.code, t."order"
    ORDER BY p."order", p.code, t."order", t.code
"""


@dataclass(frozen=True)
class Again:
    """An officer to be trained again. `number` is the newest version of a training, `holds` the one
    in force; `expired`: the version is enough, but its time is over; `planned` is the number of the
    activity on whose list the officer is, "" for none."""

    officer_id: int
    name_local: str
    name_latin: str
    uid: Any
    unit_id: int
    unit: str
    number: int
    holds: int
    held_at: Any
    expired: bool
    planned: str
    course: str


@dataclass(frozen=True)
class Counted:
    """How many of a unit must be trained again in a procedure; `planned` of them are on a list."""

    procedure_id: int
    code: str
    holds: int
    unit_id: int
    unit: str
    count: int
    planned: int

    @property
    def left(self) -> int:
        return self.count - self.planned


def reads_retraining(user: Any) -> bool:
    return bool(_units(user))


def _units(user: Any) -> list[int]:
    """The units of whose people the officer reads this: those it plans or nominates for."""
    if user.side not in SERVICES:
        return []
    return sorted(units_where(user, "plan_activities") | units_where(user, "nominate"))


def _asked(user: Any, end: str, procedure: Procedure | None = None) -> list[tuple[Any, ...]]:
    units = _units(user)
    if not units:
        return []
    given = {"side": user.side, "units": units, "today": utc_today(), "now": now(),
             "procedure": procedure.pk if procedure else 0}  # fmt: skip
    only = "AND v.procedure_id = %(procedure)s" if procedure else ""
    with connection.cursor() as cursor:
        cursor.execute(WANTED.format(procedure=only) + end, given)
        return list(cursor.fetchall())


def to_train(user: Any, procedure: Procedure) -> list[Again]:
    """Officers of the reader's units, by unit and name."""
    return [Again(*row) for row in _asked(user, EACH, procedure)]


def counted(user: Any) -> list[Counted]:
    """By procedure and unit."""
    return [Counted(*row) for row in _asked(user, COUNTED)]
