"""Ring at a unit: whoever listens there looks again. A ring carries no content, ever."""

import json
from collections.abc import Iterable

from django.db import connection

CHANNEL = "live"


def ring(topic: str) -> None:
    """Ring at one unit, by its code, when the caller's transaction commits; not if it rolls back.

    One statement. The same ring twice in one transaction is one ring.
    """
    ring_many([topic])


def ring_many(topics: Iterable[str]) -> None:
    """Ring at several units with one statement."""
    notes = [json.dumps({"topic": topic, "kind": "change"}) for topic in sorted(set(topics))]
    if notes:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, note) FROM unnest(%s) AS note", [CHANNEL, notes])
