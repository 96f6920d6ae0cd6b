from datetime import UTC, datetime

import pytest
from django.db import connection

from bordercoop.audit import actions, sealing
from bordercoop.audit.models import record

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _nothing_remembered(monkeypatch):
    monkeypatch.setattr(sealing, "_sealed_through", None)
    monkeypatch.setattr(actions, "_read", ("", set()))


@pytest.fixture
def trail(time_machine, make_user):
    """Three days of a Latvian and a Belarusian officer, one system row; it is the fourth day.

    `rows[day]` are the Latvian rows of the 20th, 21st and 22nd; nothing is sealed.
    """

    class Trail:
        latvian = make_user("dgp.duty", side="LV")
        belarusian = make_user("pol.duty", side="BY")
        rows = {}

    for day in (20, 21, 22):
        time_machine.move_to(NOON.replace(day=day), tick=False)
        Trail.rows[day] = [
            record("incident.reported", f"incident:{day}-{n}", by=Trail.latvian, number=n, kg=1.5)
            for n in range(3)
        ]
        record("delivery.acknowledged", f"delivery:{day}", by=Trail.belarusian, line="Патруль")
    record("rota.extended", "rota", by=None, shifts=2)
    time_machine.move_to(NOON.replace(day=23), tick=False)
    return Trail


@pytest.fixture
def superuser():
    """Run SQL as the owner of the tables or a superuser can: with the audit's triggers off."""
    tables = ("audit_entry", "audit_seal", "audit_sealpart")

    def run(statement, *values):
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for table in tables:
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            cursor.execute(statement, values)
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for table in tables:
                cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")

    return run
