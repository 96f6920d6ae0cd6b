"""What incidents and information requests add to the figures of what crossed. Reads only.

Releases and recalls count the deliveries of their alerts; a category that never crosses has none.
"""

from typing import Any

from django.db import connection

from contactpoints.ledger import Crossed, crossed_of, deliveries

# The desk that asked counts when the request ended; the one that was asked, its first answer.
DECIDED = """a.status = 'actual' AND EXISTS (
    SELECT 1 FROM {table} r WHERE r.alert_id = a.id AND r.desk_id = d.desk_id
)"""
ASKED = """
SELECT s.code, u.code, 'request', count(*),
       count(*) FILTER (WHERE r.state IN ('answered', 'refused')),
       count(*) FILTER (WHERE COALESCE(r.ended_at, %(at)s) > r.due_at),
       count(*), count(first.at),
       count(*) FILTER (WHERE COALESCE(first.at, r.ended_at, %(at)s) > r.due_at)
FROM incidents_informationrequest r
JOIN contactpoints_unit s ON s.id = r.desk_id
JOIN contactpoints_unit u ON u.id = r.to_id
LEFT JOIN LATERAL (
    SELECT min(a.at) AS at FROM incidents_requestanswer a WHERE a.asked_id = r.id
) first ON true
WHERE r.asked_at >= %(since)s AND r.asked_at < %(until)s AND NOT r.exercise
  AND (%(unit)s IS NULL OR s.id = %(unit)s OR u.id = %(unit)s)
GROUP BY s.code, u.code
"""


def crossed(values: dict[str, Any]) -> list[Crossed]:
    """Releases, recalls and requests between the two services, for `contactpoints.ledger.crossed`.
    Three statements."""
    found = []
    for kind, table in (("release", "incidents_release"), ("recall", "incidents_recall")):
        found += deliveries(values, kind=f"'{kind}'", where=DECIDED.format(table=table))
    with connection.cursor() as cursor:
        cursor.execute(ASKED, values)
        return [*found, *(crossed_of(row) for row in cursor.fetchall())]
