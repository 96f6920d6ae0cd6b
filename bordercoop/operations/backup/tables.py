"""The rows of the database, out of one snapshot and back into empty tables.

COPY instead of pg_dump: it needs no client programs of the server's version, only SELECT to read,
and one transaction on either side.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection
from psycopg2 import sql

from .archive import Part, Pieces

# As pg_dump sets them: what COPY writes must read the same under any server's own settings.
PLAIN = """
    SET LOCAL search_path TO public;
    SET LOCAL DateStyle TO 'ISO, YMD';
    SET LOCAL IntervalStyle TO 'postgres';
    SET LOCAL TimeZone TO 'UTC';
    SET LOCAL extra_float_digits TO 3;
    SET LOCAL statement_timeout TO 0;
    SET LOCAL idle_in_transaction_session_timeout TO 0;
    SET LOCAL lock_timeout TO '60s';
"""
TABLES = """
    SELECT c.oid::regclass::text, c.relname,
           array_agg(a.attname::text ORDER BY a.attnum),
           array_agg(format_type(a.atttypid, a.atttypmod) ORDER BY a.attnum)
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
      AND a.attgenerated = ''
    WHERE c.relkind = 'r'
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass
                      AND d.objid = c.oid AND d.deptype = 'e')
    GROUP BY c.oid, c.relname ORDER BY c.relname
"""
SEQUENCES = """
    SELECT c.relname FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'
    WHERE c.relkind = 'S' ORDER BY c.relname
"""
FOREIGN_KEYS = """
    SELECT t.relname, k.conname, pg_get_constraintdef(k.oid) FROM pg_constraint k
    JOIN pg_class t ON t.oid = k.conrelid
    JOIN pg_namespace n ON n.oid = t.relnamespace AND n.nspname = 'public'
    WHERE k.contype = 'f' AND t.relkind = 'r' AND k.conparentid = 0 ORDER BY t.relname, k.conname
"""


@dataclass(frozen=True)
class Table:
    """A table with the columns that hold values of their own (generated ones are left out)."""

    name: str
    columns: list[str]
    types: list[str]

    def copy(self, direction: str) -> sql.Composed:
        columns = sql.SQL(", ").join(map(sql.Identifier, self.columns))
        return sql.SQL("COPY public.{} ({}) {}").format(
            sql.Identifier(self.name), columns, sql.SQL(direction)
        )


@contextmanager
def snapshot() -> Iterator[Any]:
    """A cursor that sees the database as it stands now, whatever is written meanwhile.

    On a connection of its own, so the caller's transaction is left alone. No table can be changed
    in its shape before the end; rows can.
    """
    reading = connection.copy()
    try:
        reading.ensure_connection()
        raw = reading.connection
        raw.autocommit = False
        raw.set_session(isolation_level="REPEATABLE READ", readonly=True)
        with raw.cursor() as cursor:
            cursor.execute(PLAIN)
            for table in tables(cursor):
                name = sql.Identifier(table.name)
                cursor.execute(sql.SQL("LOCK TABLE public.{} IN ACCESS SHARE MODE").format(name))
            yield cursor
        raw.rollback()
    finally:
        reading.close()


def tables(cursor: Any) -> list[Table]:
    """Every table of the portal, by name."""
    cursor.execute(TABLES)
    return [Table(name, columns, types) for _, name, columns, types in cursor.fetchall()]


def sequences(cursor: Any) -> dict[str, list[Any]]:
    """Name -> [last value, whether it was given out]. Never behind the rows of the snapshot."""
    cursor.execute(SEQUENCES)
    found = {}
    for (name,) in cursor.fetchall():
        cursor.execute(sql.SQL("SELECT last_value, is_called FROM {}").format(sql.Identifier(name)))
        found[name] = list(cursor.fetchone())
    return found


def migrations(cursor: Any) -> list[list[str]]:
    """[[app, name], ...] in order; empty where there is no portal yet."""
    cursor.execute("SELECT to_regclass('public.django_migrations')")
    if cursor.fetchone()[0] is None:
        return []
    cursor.execute("SELECT app, name FROM public.django_migrations ORDER BY app, name")
    return [list(row) for row in cursor.fetchall()]


def write_rows(cursor: Any, table: Table, pieces: Pieces) -> None:
    cursor.copy_expert(table.copy("TO STDOUT"), pieces)


def read_rows(cursor: Any, table: Table, part: Part) -> None:
    cursor.copy_expert(table.copy("FROM STDIN"), part)


def rows_in(cursor: Any, name: str) -> int:
    cursor.execute(sql.SQL("SELECT count(*) FROM public.{}").format(sql.Identifier(name)))
    return int(cursor.fetchone()[0])


@contextmanager
def without_guards(cursor: Any, found: Sequence[Table]) -> Iterator[None]:
    """In the caller's transaction: empty tables without foreign keys and without our triggers.

    Rows come back table by table, so a key may point at what is not there yet, and an append-only
    trail may not refuse its own past. At the end every trigger is on again and every foreign key
    has been made anew, which checks each row; constraints and unique indexes hold all along.
    Asks for the owner of the tables.
    """
    cursor.execute(FOREIGN_KEYS)
    keys = cursor.fetchall()
    for table, key, _ in keys:
        cursor.execute(
            sql.SQL("ALTER TABLE public.{} DROP CONSTRAINT {}").format(
                sql.Identifier(table), sql.Identifier(key)
            )
        )
    for table in found:
        name = sql.Identifier(table.name)
        cursor.execute(sql.SQL("ALTER TABLE public.{} DISABLE TRIGGER USER").format(name))
        cursor.execute(sql.SQL("DELETE FROM public.{}").format(name))
    yield
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for table in found:
        name = sql.Identifier(table.name)
        cursor.execute(sql.SQL("ALTER TABLE public.{} ENABLE TRIGGER USER").format(name))
    for table, key, definition in keys:
        cursor.execute(
            sql.SQL("ALTER TABLE public.{} ADD CONSTRAINT {} {}").format(
                sql.Identifier(table), sql.Identifier(key), sql.SQL(definition)
            )
        )


def set_sequence(cursor: Any, name: str, last: int, called: bool) -> None:
    cursor.execute("SELECT setval(%s::regclass, %s, %s)", [f"public.{name}", last, called])
