"""PostgreSQL: can it be reached, is it the right one, are we whom we should be."""

import time
from collections.abc import Iterator

import pgtrigger
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from bordercoop.web.health import SKEW_SECONDS

from . import OK, WARNING, WRONG, Check, Finding
from .installation import production

OLDEST, KNOWN = 140000, 180000
EXTENSIONS = {"btree_gist"}
AS_POSTGRES = "Run as the server's owner in this database: "
# What the role of the running portal needs at every table, and what it must not have.
NEEDED = "SELECT, INSERT, UPDATE, DELETE"
LACKING = """
    SELECT c.relname FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'
    WHERE c.relkind = 'r' AND NOT (
        has_table_privilege(c.oid, 'SELECT') AND has_table_privilege(c.oid, 'INSERT')
        AND has_table_privilege(c.oid, 'UPDATE') AND has_table_privilege(c.oid, 'DELETE'))
    ORDER BY c.relname
"""


def _rows(statement: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())


def database() -> Iterator[Finding]:
    try:
        connection.ensure_connection()
    except Exception as error:
        facts = connection.settings_dict
        says = f"{facts['HOST']}:{facts['PORT'] or 5432} does not let us in: {_reason(error)}."
        mend = "Check DATABASE_URL, and that PostgreSQL runs and can be reached from here."
        yield Finding("database", WRONG, says, mend)
        return
    version = connection.connection.server_version
    shown = f"PostgreSQL {version // 10000}.{version % 10000}"
    if version < OLDEST:
        yield Finding("database", WRONG, f"{shown} is too old.", "Upgrade to PostgreSQL 18.")
    elif version < KNOWN:
        says = f"{shown} answers; the portal is tested with 18."
        yield Finding("database", WARNING, says, "Upgrade when you can.")
    else:
        yield Finding("database", OK, f"{shown} answers.")
    encoding = _rows("SHOW server_encoding")[0][0]
    if encoding != "UTF8":
        mend = "Make the database anew with ENCODING 'UTF8', and restore a backup into it."
        yield Finding("encoding", WRONG, f"It is {encoding}.", mend)


def _reason(error: Exception) -> str:
    """What libpq says after the address: it names no password."""
    said = str(error).strip().split("failed:", 1)[-1].strip().splitlines()
    return said[0].removeprefix("FATAL:").strip() if said else type(error).__name__


def extensions() -> Iterator[Finding]:
    found = {name for (name,) in _rows("SELECT extname FROM pg_extension")}
    if missing := sorted(EXTENSIONS - found):
        statement = "; ".join(f"CREATE EXTENSION {name}" for name in missing)
        says = f"{', '.join(missing)} is missing: bookings could overlap."
        yield Finding("extensions", WRONG, says, f"{AS_POSTGRES}{statement}.")
    else:
        yield Finding("extensions", OK, f"{', '.join(sorted(EXTENSIONS))} is there.")


def role() -> Iterator[Finding]:
    ((name, mighty),) = _rows(
        "SELECT rolname, rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
    )
    owned = _rows(
        "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
        " AND pg_has_role(current_user, tableowner, 'USAGE')"
    )[0][0]
    bad = WRONG if production() else WARNING
    mend = "Let the processes work as the role `portal` of deploy/roles.sh; only `migrate` owns."
    if mighty:
        says = f"{name} may do everything, so no trigger holds it."
        yield Finding("role", bad, says, mend)
    elif owned and production():
        says = f"{name} owns the tables and could switch off what protects them."
        yield Finding("role", WRONG, says, mend)
    else:
        yield Finding("role", OK, f"{name} is no superuser{' and owns nothing' * (not owned)}.")


def rights() -> Iterator[Finding]:
    lacking = [table for (table,) in _rows(LACKING)]
    if lacking:
        says = f"Some of {NEEDED} are missing at {len(lacking)} tables ({lacking[0]})."
        mend = f"As the owner: GRANT {NEEDED} ON ALL TABLES IN SCHEMA public TO the role."
        yield Finding("rights", WRONG, says, mend)
    else:
        yield Finding("rights", OK, "The role may read and write every table.")


def migrations() -> Iterator[Finding]:
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        says = f"{len(plan)} are not applied, from {plan[0][0]} on."
        yield Finding("migrations", WRONG, says, "Run: manage.py prepare (as the owner).")
    else:
        yield Finding("migrations", OK, "All are applied.")


def triggers() -> Iterator[Finding]:
    bad, number = [], 0
    for model, trigger in pgtrigger.registered():
        state, enabled = trigger.get_installation_status(model)
        number += 1
        if state != "INSTALLED" or not enabled:
            word = "switched off" if state == "INSTALLED" else state.lower()
            bad.append(f"{model._meta.db_table}.{trigger.name} is {word}")
    if bad:
        mend = "As the owner: manage.py pgtrigger install, then manage.py pgtrigger enable."
        yield Finding("triggers", WRONG, f"{'; '.join(bad[:3])} ({len(bad)} in all).", mend)
    else:
        yield Finding("triggers", OK, f"All {number} are in place and on.")


def clock() -> Iterator[Finding]:
    asked = time.time()
    stands = _rows("SELECT extract(epoch FROM clock_timestamp())::float8")[0][0]
    skew = stands - (asked + time.time()) / 2
    if abs(skew) > SKEW_SECONDS:
        says = f"The database is {skew:+.1f} s off."
        yield Finding("clock", WRONG, says, "Set both machines by the same time server (NTP).")
    else:
        yield Finding("clock", OK, f"The database is {skew:+.2f} s off.")


CHECKS: list[Check] = [database, extensions, role, rights, migrations, triggers, clock]
