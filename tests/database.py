"""The test database as it was loaded, and the way back to it after a test with real commits.

Django would truncate every table, make its own rows anew and leave the rest to us: a second and
more after each such test. A copy beside the tables brings back the rows of those that the test has
written to, in a tenth of it.
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


def _states(cursor, tables):
    """By table how many rows it has and which transaction wrote the last one: no row is inserted,
    changed or deleted without a difference."""
    each = (
        f"SELECT '{table}', count(*), max(xmin::text::bigint) FROM public.\"{table}\""
        for table in tables
    )
    cursor.execute(" UNION ALL ".join(each))
    return {table: state for table, *state in cursor.fetchall()}


def keep():
    """Remember every row that is there now, and go back to them after tests with real commits."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA IF EXISTS {KEPT} CASCADE")
        cursor.execute(f"CREATE SCHEMA {KEPT}")
        tables, back = _tables(cursor), {}
        states = _states(cursor, tables)
        for table, (rows, _last) in states.items():
            if rows:
                columns = _columns(cursor, table)
                cursor.execute(
                    f'CREATE TABLE {KEPT}."{table}" AS SELECT {columns} FROM public."{table}"'
                )
                # Rows that a trigger has written beside those of another table are there already.
                back[table] = (
                    f'INSERT INTO public."{table}" ({columns}) OVERRIDING SYSTEM VALUE'
                    f' SELECT {columns} FROM {KEPT}."{table}" ON CONFLICT DO NOTHING'
                )

    def put_back(self):
        with transaction.atomic(), connection.cursor() as cursor:
            found = _states(cursor, tables)
            written = [table for table in tables if found[table] != states[table]]
            if not written:
                return
            # Foreign keys are deferred, so the order of the tables does not matter. Triggers forbid
            # to delete what happened, and write what follows from a row.
            turn = "; ".join(f'ALTER TABLE public."{table}" {{}} TRIGGER USER' for table in written)
            delete = "; ".join(f'DELETE FROM public."{table}"' for table in written)
            insert = "; ".join(back[table] for table in written if table in back)
            cursor.execute(
                f"SET CONSTRAINTS ALL DEFERRED; {turn.format(*['DISABLE'] * len(written))};"
                f" {delete}; {insert or 'SELECT 1'}; SET CONSTRAINTS ALL IMMEDIATE;"
                f" {turn.format(*['ENABLE'] * len(written))}"
            )
            states.update(_states(cursor, written))

    TransactionTestCase._fixture_teardown = put_back
