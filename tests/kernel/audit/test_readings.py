"""Readings of personal data and exports: what changed nothing and is in the trail all the same."""

import threading
from datetime import timedelta

import pytest
from django.db import connections, transaction

from bordercoop.audit.actions import record_export, record_reading, record_readings
from bordercoop.audit.models import Entry

pytestmark = pytest.mark.django_db


def test_a_reading_is_one_row_an_officer_object_and_hour(make_user, time_machine):
    time_machine.move_to("2026-11-22T10:05:00Z", tick=False)
    reader, other = make_user("a"), make_user("b", side="BY")
    for _ in range(3):
        record_reading("user:dgp.head", by=reader)
    record_reading("user:dgp.duty", by=reader)
    record_reading("user:dgp.head", by=other)
    assert Entry.objects.count() == 3
    time_machine.shift(timedelta(minutes=55))
    record_reading("user:dgp.head", by=reader)
    rows = Entry.objects.filter(actor=reader, about="user:dgp.head")
    assert [row.verb for row in rows] == ["personal_data.read"] * 2


def test_several_readings_cost_one_insert(make_user, django_assert_num_queries):
    reader = make_user()
    with django_assert_num_queries(1):
        record_readings(["user:a", "user:b", "user:a"], by=reader)
    assert Entry.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_readings_at_the_same_moment_are_one_row_and_the_next_costs_nothing(
    make_user, django_assert_num_queries
):
    reader = make_user()

    def read():
        record_reading("user:dgp.head", by=reader)
        connections.close_all()

    threads = [threading.Thread(target=read) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert Entry.objects.count() == 1
    with django_assert_num_queries(0):
        record_reading("user:dgp.head", by=reader)


@pytest.mark.django_db(transaction=True)
def test_a_reading_that_was_rolled_back_is_written_the_next_time(make_user):
    reader = make_user()
    with transaction.atomic():
        record_reading("user:dgp.head", by=reader)
        transaction.set_rollback(True)
    assert not Entry.objects.exists()
    record_reading("user:dgp.head", by=reader)
    assert Entry.objects.count() == 1


def test_an_export_says_what_by_which_filter_and_how_many(make_user, django_assert_num_queries):
    officer, filters = make_user(), {"state": "open", "place": "", "n": None}
    with django_assert_num_queries(1):
        entry = record_export("incidents", by=officer, filter=filters, rows=12)
    assert (entry.verb, entry.about) == ("data.exported", "export:incidents")
    assert entry.facts == {"filter": {"state": "open"}, "rows": 12}


def test_the_console_says_whose_numbers_were_shown(
    people, both_sides_on_duty, signed_in, time_machine
):
    browser = signed_in(people.dgp_duty)
    for _ in range(2):
        assert browser.get("/console/").status_code == 200
    rows = Entry.objects.filter(verb="personal_data.read", actor=people.dgp_duty)
    abouts = [row.about for row in rows]
    assert "duty:DESK-POL" in abouts
    assert "duty:DESK-DGP" not in abouts, "the only number there is the reader's own"
    assert len(abouts) == len(set(abouts))
