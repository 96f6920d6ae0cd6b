"""The test database as it was loaded, and the way back to it after a test with real commits.

Django would truncate every table, make its own rows anew and leave the rest to us: a second and
more after each such test. A copy beside the tables brings all rows back in a fraction of it.
"""

from django.db import connection, transaction
from django.test import TransactionTestCase

KEPT = "kept"


def _tables(cursor):
    """Tables that Django would truncate: those of models."""
    found = connection.introspection.django_table_names(only_existing=True, include_views=False)
    return sorted(set(found))


def _columns(cursor, table):
    """What can be written, quoted: generated columns follow by themselves."""
    cursor.execute(
        "SELECT quote_ident(attname) FROM pg_attribute WHERE attrelid = to_regclass(%s)"
        " AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attnum",
        [f'public."{table}"'],
    )
    return ", ".join(name for (name,) in cursor.fetchall())


def keep():
    """Remember every row that is there now, and go back to them after tests with real commits."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA IF EXISTS {KEPT} CASCADE")
        cursor.execute(f"CREATE SCHEMA {KEPT}")
        tables, filled = _tables(cursor), []
        for table in tables:
            cursor.execute(f'SELECT EXISTS (SELECT 1 FROM public."{table}")')
            if cursor.fetchone()[0]:
                columns = _columns(cursor, table)
                cursor.execute(
                    f'CREATE TABLE {KEPT}."{table}" AS SELECT {columns} FROM public."{table}"'
                )
                filled.append((table, columns))

    names = ", ".join(f'public."{table}"' for table in tables)
    # Foreign keys are deferred, so the order of the tables does not matter; rows that a trigger has
    # written beside those of another table are there already.
    back = "; ".join(
        f'INSERT INTO public."{table}" ({columns}) OVERRIDING SYSTEM VALUE'
        f' SELECT {columns} FROM {KEPT}."{table}" ON CONFLICT DO NOTHING'
        for table, columns in filled
    )

    def put_back(self):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {names}; SET CONSTRAINTS ALL DEFERRED; {back}")

    TransactionTestCase._fixture_teardown = put_back
