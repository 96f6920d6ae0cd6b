"""The next number of a series, such as that of the activities of a year."""

from typing import Any

from django.db import connection
from django.db.models import Model


def next_in(series: type[Model], **key: Any) -> int:
    """Raise `last` of the row with this key and return it; the first is 1. The row is held to the
    end of the transaction, so that the same form sent at once waits here."""
    table, names = series._meta.db_table, ", ".join(key)
    marks = ", ".join(["%s"] * len(key))
    said = (
        f"INSERT INTO {table} ({names}, last) VALUES ({marks}, 1)"  # noqa: S608
        f" ON CONFLICT ({names}) DO UPDATE SET last = {table}.last + 1 RETURNING last"
    )
    with connection.cursor() as cursor:
        cursor.execute(said, list(key.values()))
        return int(cursor.fetchone()[0])
