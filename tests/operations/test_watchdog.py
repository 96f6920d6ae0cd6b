"""Processes that fall silent are noticed by those that go on, told once, and taken back."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils.timezone import now

from bordercoop.operations import watchdog
from bordercoop.operations.models import Silence
from bordercoop.outbox.models import Message, Pulse
from bordercoop.outbox.schedule import Scheduler
from tests.incidents.doors import later
from tests.smtp import mailbox

__all__ = ["later", "mailbox"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def watching(monkeypatch):
    """This process has watched for long, and goes on doing so."""
    watch = watchdog._Watch()
    monkeypatch.setattr(watchdog, "_watch", watch)
    monkeypatch.setattr(watch, "look", lambda: 3600.0)


def silent_for(process, seconds):
    at = now() - timedelta(seconds=seconds)
    Pulse.objects.update_or_create(process=process, defaults={"at": at})


def open_silences():
    return sorted(Silence.objects.open().values_list("process", flat=True))


def test_beat_and_relay_are_missed_after_two_ticks_and_not_before(watching):
    for process in ("beat", "relay"):
        silent_for(process, 8)
    assert watchdog.watch_processes() == 0
    for process in ("beat", "relay"):
        silent_for(process, 11)
    assert watchdog.watch_processes() == 2
    assert watchdog.watch_processes() == 0
    assert open_silences() == ["beat", "relay"]


def test_the_worker_is_missed_only_while_beat_has_something_for_it(watching):
    silent_for("worker", 61)
    silent_for("beat", 11)
    watchdog.watch_processes()
    assert open_silences() == ["beat"]
    Pulse.beat("beat")
    watchdog.watch_processes()
    assert open_silences() == ["worker"]


def test_a_process_that_never_ran_is_not_missed(watching):
    Pulse.beat("relay")
    assert watchdog.watch_processes() == 0


def test_who_begins_to_watch_alarms_nobody_about_the_past(monkeypatch):
    """As in the first tick after an outage of the whole server, and after a machine stood still."""
    silent_for("beat", 3600)
    clock = [1000.0]
    monkeypatch.setattr(watchdog, "_watch", watchdog._Watch())
    monkeypatch.setattr(watchdog.time, "monotonic", lambda: clock[0])
    for _round in range(5):
        assert watchdog.watch_processes() == 0
        clock[0] += 2
    clock[0] += 30
    for _round in range(5):
        assert watchdog.watch_processes() == 0
        clock[0] += 2
    assert watchdog.watch_processes() == 1


def test_the_health_page_and_the_operators_page_are_red_until_it_is_back(
    watching, client, signed_in, people
):
    people.lv_admin.language = "en"
    people.lv_admin.save(update_fields=["language"])
    silent_for("beat", 12)
    watchdog.watch_processes()
    facts = client.get("/health/").json()
    assert (facts["status"], facts["silent"], facts["problems"]) == (
        "degraded", ["beat"], ["processes"],
    )  # fmt: skip
    page = signed_in(people.lv_admin).get("/operations/").content.decode()
    assert "Last sign of life 12 s ago." in page
    assert "Restart it and look into its log." in page
    Pulse.beat("beat")
    assert watchdog.watch_processes() == 1
    facts = client.get("/health/").json()
    assert (facts["silent"], facts["problems"]) == ([], [])


def test_operators_of_both_sides_get_one_letter_and_one_when_it_is_over(
    watching, people, mailbox, carry_out, later
):
    told = [people.lv_admin, people.by_admin]
    people.dgp_duty, people.lv_hq
    for one in told:
        one.language = "en"
        one.save(update_fields=["language"])
    silent_for("relay", 12)
    watchdog.watch_processes()
    carry_out()
    assert mailbox.letters == []
    later(minutes=2)
    for _round in range(2):
        watchdog.watch_processes()
        carry_out()
    assert {letter["To"] for letter in mailbox.letters} == {one.email for one in told}
    assert len(mailbox.letters) == 2
    text = mailbox.letters[0].get_content()
    assert "the process relay of the portal gives no sign of life." in text
    assert "Silent since: " in text
    assert "/operations/" in text
    Pulse.beat("relay")
    for _round in range(2):
        watchdog.watch_processes()
        carry_out()
    assert len(mailbox.letters) == 4
    assert mailbox.letters[-1]["Subject"] == "The portal's process relay works again"
    assert "Works again since: " in mailbox.letters[-1].get_content()


def test_a_restart_writes_to_nobody(watching, people, mailbox, carry_out, later):
    people.lv_admin
    silent_for("beat", 12)
    watchdog.watch_processes()
    Pulse.beat("beat")
    watchdog.watch_processes()
    later(minutes=2)
    carry_out()
    assert mailbox.letters == []
    assert not Message.objects.open().exists()


def test_the_database_holds_one_silence_of_a_process(watching):
    silent_for("beat", 11)
    watchdog.watch_processes()
    with pytest.raises(IntegrityError, match="one_silence"), transaction.atomic():
        Silence.objects.create(process="beat", since=now())


def test_it_costs_two_statements_while_all_is_well(watching, django_assert_num_queries):
    Pulse.beat("relay")
    with django_assert_num_queries(2):
        watchdog.watch_processes()


def test_beat_marks_its_ticks_itself(monkeypatch):
    """Whether or not a broker takes what it sends."""
    from django_celery_beat.schedulers import DatabaseScheduler

    monkeypatch.setattr(DatabaseScheduler, "tick", lambda self: 5.0)
    scheduler = Scheduler.__new__(Scheduler)
    assert scheduler.tick() <= 2
    first = Pulse.objects.get(process="beat").at
    scheduler.tick()
    assert Pulse.objects.get(process="beat").at == first, "one mark for several looks"
    scheduler._marked -= 3
    scheduler.tick()
    assert Pulse.objects.get(process="beat").at > first


def test_a_pulse_knows_since_when_it_goes_without_a_break(later):
    assert Pulse.up_since() is None
    Pulse.beat("relay")
    began = Pulse.objects.get().since
    later(seconds=25)
    Pulse.beat("relay")
    assert Pulse.objects.get().since == began
    assert Pulse.up_since() == began
    later(minutes=5)
    assert Pulse.up_since() > began + timedelta(minutes=5), "nobody worked until now"
    Pulse.beat("live")
    Pulse.beat("relay")
    assert Pulse.objects.get(process="relay").since > began + timedelta(minutes=5)
