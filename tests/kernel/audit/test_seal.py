"""Sealing: each side's day is closed once, after nothing can come to it any more."""

import threading
import tracemalloc
from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, connections, transaction
from django.utils.timezone import now

from bordercoop.audit import sealing
from bordercoop.audit.check_export import Link, row_hash
from bordercoop.audit.models import TRAILS, Entry, Seal, SealPart, record
from bordercoop.audit.sealing import seal_days, seal_when_due
from bordercoop.outbox.ticks import run_ticks
from bordercoop.reference.sides import Side
from tests.kernel.audit.conftest import NOON

pytestmark = pytest.mark.django_db


def test_there_is_a_trail_for_every_side_and_one_for_the_system():
    assert set(TRAILS) == {*Side.values, ""}


def test_a_seal_is_the_digest_of_the_day_before_and_of_the_rows_in_order(trail):
    seal_days()
    first, second, _third = Seal.objects.filter(side="LV")
    assert (first.day, first.count, first.previous) == (date(2026, 11, 20), 3, "")
    assert (first.first_id, first.last_id) == (trail.rows[20][0].pk, trail.rows[20][2].pk)
    link = Link(first.digest, "LV", "2026-11-21")
    for entry in trail.rows[21]:
        link.add(row_hash(sealing.rows_with([entry.pk])[entry.pk]))
    assert (second.previous, second.digest) == (first.digest, link.digest)


def test_each_side_has_a_chain_of_its_own(trail):
    seal_days()
    made = [(seal.side, seal.day.day, seal.count) for seal in Seal.objects.all()]
    assert made == [
        ("", 22, 1),
        *(("BY", day, 1) for day in (20, 21, 22)),
        *(("LV", day, 3) for day in (20, 21, 22)),
    ]


def test_a_day_without_rows_is_sealed_too(trail, time_machine):
    time_machine.move_to(NOON.replace(day=25), tick=False)
    seal_days()
    assert list(Seal.objects.filter(side="LV", count=0).values_list("day__day", flat=True)) == [
        23,
        24,
    ]


def test_a_day_is_not_sealed_before_its_grace_is_over(trail, time_machine):
    time_machine.move_to(NOON.replace(day=23, hour=0, minute=14), tick=False)
    seal_days()
    assert not Seal.objects.filter(day=date(2026, 11, 22)).exists()
    time_machine.shift(timedelta(minutes=1))
    seal_days()
    assert Seal.objects.filter(day=date(2026, 11, 22)).count() == 3


def test_sealing_twice_makes_one_seal(trail):
    assert len(seal_days()) == 7
    assert seal_days() == []


def test_a_tick_seals_a_few_days_and_asks_nothing_once_all_is_done(
    trail, django_assert_num_queries
):
    assert [seal_when_due() for _ in range(3)] == [4, 3, 0]
    with django_assert_num_queries(0):
        assert seal_when_due() == 0


def test_the_ticks_of_the_portal_seal(trail, settings):
    assert "bordercoop.audit.sealing.seal_when_due" in settings.TICKS
    run_ticks()
    assert Seal.objects.exists()


def test_the_command_prints_the_digests_to_be_noted(trail, capsys):
    call_command("seal_audit")
    seal = Seal.objects.get(side="LV", day=date(2026, 11, 22))
    assert f"LV:2026-11-22:{seal.digest}" in capsys.readouterr().out
    call_command("seal_audit")
    assert "No day was due." in capsys.readouterr().out


@pytest.mark.parametrize("model", [Seal, SealPart])
def test_a_seal_cannot_be_changed_or_deleted(model, trail):
    seal_days()
    rows = model.objects.all()
    for work in (lambda: rows.update(id=0), lambda: rows._raw_delete("default")):
        with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
            work()


def test_a_second_seal_of_a_day_and_a_fork_are_refused_by_the_database(trail):
    seal_days()
    first = Seal.objects.filter(side="LV").first()
    for day, rule in ((first.day, "day_is_sealed_once"), (date(2030, 1, 1), "chain_has_no_fork")):
        twin = Seal(side="LV", day=day, previous=first.previous, digest="0" * 64, count=0)
        twin.previous = "f" * 64 if "once" in rule else first.previous
        with pytest.raises(DatabaseError, match=rule), transaction.atomic():
            twin.save(force_insert=True)


def test_many_rows_are_sealed_part_by_part_in_memory_that_stays_small(trail, monkeypatch):
    monkeypatch.setattr(sealing, "PART", 100)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO audit_entry (at, side, verb, about, facts, request_id)"
            " SELECT %s, 'EU', 'incident.reported', 'incident:' || n, '{\"n\": 1}', ''"
            " FROM generate_series(1, 5000) n",
            [NOON],
        )
    tracemalloc.start()
    seal_days()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    seal = Seal.objects.get(side="EU", day=NOON.date())
    assert (seal.count, seal.parts.count()) == (5000, 50)
    assert peak < 3_000_000


def in_thread(work):
    """Run `work` in a thread with a connection of its own; its result by list."""
    found = []

    def run():
        try:
            found.append(work())
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    return thread, found


@pytest.mark.django_db(transaction=True)
def test_concurrent_sealing_makes_one_seal(time_machine):
    time_machine.move_to(now() - timedelta(days=1), tick=False)
    record("rota.extended", "rota", by=None)
    time_machine.move_to(now() + timedelta(days=1, hours=1), tick=False)
    runs = [in_thread(seal_days) for _ in range(4)]
    for thread, _found in runs:
        thread.join(20)
    assert all(found for _thread, found in runs), "nobody failed"
    days = list(Seal.objects.filter(side="").values_list("day", flat=True))
    assert len(days) == len(set(days)) >= 1


@pytest.mark.django_db(transaction=True)
def test_a_day_waits_for_a_row_that_commits_late(time_machine):
    """A transaction that wrote before midnight and commits after it still gets into its day."""
    yesterday = now() - timedelta(days=1)
    record("rota.extended", "rota", by=None)
    wrote, may_commit = threading.Event(), threading.Event()

    def slow():
        with transaction.atomic():
            entry = record("rota.extended", "late", by=None)
            wrote.set()
            may_commit.wait(20)
            return entry.pk

    thread, found = in_thread(slow)
    assert wrote.wait(20)
    time_machine.move_to(yesterday + timedelta(days=3), tick=False)
    assert seal_days() == []
    may_commit.set()
    thread.join(20)
    seal_days()
    sealed = [pk for part in SealPart.objects.all() for pk in part.ids]
    assert found[0] in sealed
    assert set(Entry.objects.values_list("pk", flat=True)) == set(sealed)
