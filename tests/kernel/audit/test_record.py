import uuid
from datetime import UTC, datetime

import pytest

from bordercoop.audit.context import request_id
from bordercoop.audit.models import Entry, record
from tests.kernel.machinery import rolled_back

pytestmark = pytest.mark.django_db


def test_an_entry_costs_one_insert(make_user, django_assert_num_queries):
    officer = make_user()
    with django_assert_num_queries(1) as asked:
        record("incident.reported", "incident:1", by=officer)
    assert asked[0]["sql"].startswith("INSERT")


def test_an_entry_keeps_who_on_which_side_and_in_which_request(make_user):
    officer = make_user("pol.duty", side="BY")
    token = request_id.set("7f3a")
    try:
        entry = record("alert.acknowledged", "delivery:2", by=officer, line="Patrol sent")
    finally:
        request_id.reset(token)
    entry.refresh_from_db()
    assert (entry.actor, entry.side, entry.request_id) == (officer, "BY", "7f3a")
    assert entry.facts == {"line": "Patrol sent"}


def test_the_system_acts_without_an_officer_and_without_a_side():
    entry = record("alert.escalated", "delivery:2", by=None)
    assert (entry.actor, entry.side, entry.request_id) == (None, "", "")


def test_facts_may_hold_times_and_public_ids():
    uid, at = uuid.uuid4(), datetime(2026, 11, 22, 2, 7, tzinfo=UTC)
    entry = record("incident.reported", f"incident:{uid}", by=None, uid=uid, happened_at=at)
    entry.refresh_from_db()
    assert entry.facts == {"uid": str(uid), "happened_at": "2026-11-22T02:07:00Z"}


def test_an_entry_goes_with_the_fact_that_was_rolled_back():
    with rolled_back():
        record("incident.reported", "incident:1", by=None)
    assert not Entry.objects.exists()


def test_newest_entries_come_first():
    first, second = (record("note.added", "incident:1", by=None) for _ in range(2))
    assert list(Entry.objects.all()) == [second, first]
