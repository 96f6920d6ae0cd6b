"""Saying that one looks at an incident: renewed while the page is open, forgotten after it."""

from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.utils.timezone import now

from ..access import share_for
from ..models import Incident, IncidentPresence

GONE = timedelta(seconds=45)


@transaction.atomic
def be_present(incident: Incident, *, editing: bool = False, by: Any) -> None:
    """The officer reads the incident now, or edits it. Raises Refused (404) without a copy.

    Not recorded anywhere else. What is older than 45 seconds is deleted on the way.
    """
    share = share_for(by, incident)
    at = now()
    with connection.cursor() as cursor:
        cursor.execute(
            """
            DELETE FROM incidents_incidentpresence WHERE id IN (
                SELECT id FROM incidents_incidentpresence WHERE seen_at < %s
                FOR UPDATE SKIP LOCKED)
            """,
            [at - GONE],
        )
        cursor.execute(
            """
            INSERT INTO incidents_incidentpresence AS p
                (incident_id, user_id, unit_id, editing, since, seen_at)
            VALUES (%(incident)s, %(user)s, %(unit)s, %(editing)s, %(at)s, %(at)s)
            ON CONFLICT (incident_id, user_id) DO UPDATE SET
                unit_id = excluded.unit_id, editing = excluded.editing, seen_at = excluded.seen_at,
                since = CASE WHEN p.seen_at < %(gone)s OR p.editing <> excluded.editing
                        THEN excluded.since ELSE p.since END
            """,
            {
                "incident": incident.pk,
                "user": by.pk,
                "unit": share.unit_id,
                "editing": editing,
                "at": at,
                "gone": at - GONE,
            },
        )


@transaction.atomic
def leave(incident: Incident, *, by: Any) -> None:
    """The page was closed. Leaving twice is leaving once."""
    IncidentPresence.objects.filter(incident=incident, user=by).delete()
