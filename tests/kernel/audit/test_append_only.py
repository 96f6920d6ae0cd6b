import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from bordercoop.audit.emptying import forbid_emptying
from bordercoop.audit.models import NO_TRUNCATE, Entry, record

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry():
    return record("incident.reported", "incident:1", by=None, number="LV-DGP-2026-00001")


def refused(work, because="Cannot update or delete"):
    with pytest.raises(DatabaseError, match=because), transaction.atomic():
        work()


def test_an_entry_cannot_be_changed(entry):
    refused(lambda: Entry.objects.filter(pk=entry.pk).update(verb="nothing.happened"))
    entry.verb = "nothing.happened"
    refused(lambda: entry.save(update_fields=["verb"]))
    entry.refresh_from_db()
    assert entry.verb == "incident.reported"


def test_an_entry_cannot_be_deleted(entry):
    refused(entry.delete)
    refused(lambda: Entry.objects.filter(pk=entry.pk)._raw_delete("default"))
    assert Entry.objects.filter(pk=entry.pk).exists()


def test_the_trail_cannot_be_emptied_by_truncate(entry):
    def truncate():
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE audit_entry")

    refused(truncate, because="append-only")
    assert Entry.objects.filter(pk=entry.pk).exists()
    NO_TRUNCATE.uninstall(Entry)
    truncate()
    assert not Entry.objects.exists()


@pytest.mark.parametrize("table", ["audit_seal", "audit_sealpart"])
def test_seals_cannot_be_emptied_by_truncate(table):
    def truncate():
        with connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {table} CASCADE")

    refused(truncate, because="append-only")


@pytest.mark.parametrize("table", ["audit_entry", "audit_seal", "audit_sealpart"])
def test_the_migrations_install_both_locks(table):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname, tgenabled FROM pg_trigger WHERE tgrelid = %s::regclass"
            " AND NOT tgisinternal ORDER BY tgname",
            [table],
        )
        found = [(name.rsplit("_", 1)[0], enabled) for name, enabled in cursor.fetchall()]
    assert found == [("pgtrigger_append_only", "O"), ("pgtrigger_no_truncate", "O")]


def test_each_migrate_locks_only_tables_that_can_still_be_emptied():
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER kept_is_not_emptied ON riskanalysis_reporttext")
    for altered in (["riskanalysis_reporttext"], []):
        with CaptureQueriesContext(connection) as said:
            forbid_emptying()
        ddl = [one["sql"].split() for one in said if one["sql"].startswith("CREATE OR REPLACE T")]
        assert [words[words.index("ON") + 1] for words in ddl] == altered


def test_no_table_whose_rows_are_kept_can_be_emptied():
    """Every table with a trigger that refuses to delete a row, of whichever app."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT t.tgrelid::regclass::text FROM pg_trigger t"
            " JOIN pg_proc p ON p.oid = t.tgfoid WHERE NOT t.tgisinternal"
            " AND t.tgtype & 11 = 11 AND p.prosrc LIKE '%RAISE EXCEPTION%' ORDER BY 1"
        )
        tables = [table for (table,) in cursor.fetchall()]
    assert len(tables) > 120
    assert {"audit_entry", "incidents_incidentversion", "riskanalysis_reporttext"} <= {*tables}
    for table in tables:

        def truncate(table=table):
            with connection.cursor() as cursor:
                cursor.execute(f"TRUNCATE {table} CASCADE")

        refused(truncate, because="cannot be emptied")
