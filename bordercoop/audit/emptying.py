"""No table whose rows are kept is emptied: TRUNCATE passes by every trigger of a row.

After each `migrate` every table with a trigger that refuses DELETE gets one that refuses TRUNCATE,
so a new table has it as well, whichever app it is of.
"""

from typing import Any

from django.db import connections

LACKING = """
SELECT DISTINCT t.tgrelid::regclass::text FROM pg_trigger t
JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid
-- tgtype: 1 of a row, 2 before, 8 of DELETE, 32 of TRUNCATE.
WHERE NOT t.tgisinternal AND c.relnamespace = 'public'::regnamespace
  AND t.tgtype & 11 = 11 AND p.prosrc LIKE '%RAISE EXCEPTION%'
  AND NOT EXISTS (SELECT 1 FROM pg_trigger o
                  WHERE o.tgrelid = t.tgrelid AND o.tgtype & 32 = 32)
ORDER BY 1
"""
REFUSE = """
CREATE OR REPLACE FUNCTION public.audit_kept_is_not_emptied() RETURNS trigger
LANGUAGE plpgsql AS $refuse$
BEGIN
    RAISE EXCEPTION 'append-only: % cannot be emptied', TG_TABLE_NAME
        USING ERRCODE = 'check_violation';
END;
$refuse$
"""


def forbid_emptying(using: str = "default", **_signal: Any) -> None:
    """Of all tables, whatever was migrated; once done it changes nothing.

    Each table in a transaction of its own: whoever locks all of them at once waits in a circle with
    processes that write while the portal is upgraded.
    """
    with connections[using].cursor() as cursor:
        cursor.execute(LACKING)
        tables = [table for (table,) in cursor.fetchall()]
        if not tables:
            return
        cursor.execute(REFUSE)
        for table in tables:
            # The name comes quoted from regclass.
            cursor.execute(
                f"CREATE OR REPLACE TRIGGER kept_is_not_emptied BEFORE TRUNCATE ON {table}"
                " FOR EACH STATEMENT EXECUTE FUNCTION public.audit_kept_is_not_emptied()"
            )
