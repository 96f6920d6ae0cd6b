import threading
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection, transaction
from django.utils.timezone import now

from bordercoop.outbox.models import Message, Pulse
from bordercoop.outbox.relay import BACKOFF, LEASE, claim, post, relay_due
from tests.kernel.machinery import free_port

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def mail(mailbox):
    def mail(number=1, port=None):
        key = f"mail:{number}"
        post("mail", key, {"id": number, "port": port or mailbox.port})
        return Message.objects.get(key=key)

    return mail


def test_a_due_message_reaches_the_receiver_once(mail, mailbox):
    message = mail()
    assert relay_due() == 1
    assert relay_due() == 0
    message.refresh_from_db()
    assert mailbox.keys == ["mail:1"]
    assert message.done_at is not None
    assert (message.attempts, message.last_error) == (1, "")


def test_messages_go_out_oldest_first(mail, mailbox):
    for number in (1, 2, 3):
        mail(number)
    assert relay_due() == 3
    assert mailbox.keys == ["mail:1", "mail:2", "mail:3"]


def test_a_round_carries_out_no_more_than_its_limit(mail, mailbox):
    for number in (1, 2, 3):
        mail(number)
    assert relay_due(limit=2) == 2
    assert mailbox.keys == ["mail:1", "mail:2"]


def test_only_the_named_channel_is_carried_out(mail, mailbox):
    mail()
    assert relay_due(channel="live") == 0
    assert mailbox.keys == []


def test_a_failure_waits_5_15_60_300_900_seconds_and_then_gives_up(mail):
    with time_machine.travel(NOON, tick=False) as clock:
        message = mail(port=free_port())
        waits = []
        for _ in BACKOFF:
            assert relay_due() == 0
            message.refresh_from_db()
            waits.append((message.due_at - now()).total_seconds())
            clock.move_to(message.due_at - timedelta(seconds=1))
            assert claim("mail") == []
            clock.move_to(message.due_at)
        assert relay_due() == 0
        message.refresh_from_db()
        clock.shift(timedelta(days=1))
        assert relay_due() == 0
    assert waits == [5, 15, 60, 300, 900]
    assert message.given_up_at is not None
    assert "ConnectionRefusedError" in message.last_error
    assert list(Message.objects.given_up()) == [message]


def test_giving_up_is_told_to_the_app_that_posted_the_message(mail):
    message = mail(number=7, port=free_port())
    Message.objects.filter(pk=message.pk).update(attempts=5)
    relay_due()
    assert Pulse.objects.filter(process="gaveup:7").exists()


def test_a_message_that_kills_every_process_is_given_up_unsent(mail, mailbox):
    message = mail(number=8)
    Message.objects.filter(pk=message.pk).update(attempts=6)
    relay_due()
    message.refresh_from_db()
    assert message.given_up_at is not None
    assert mailbox.keys == []
    assert Pulse.objects.filter(process="gaveup:8").exists()


def test_a_failing_message_holds_up_no_other(mail, mailbox):
    mail(1, port=free_port())
    mail(2)
    assert relay_due() == 1
    assert mailbox.keys == ["mail:2"]


def test_a_claimed_message_is_left_alone_until_its_lease_ends(mail, mailbox):
    with time_machine.travel(NOON, tick=False) as clock:
        mail()
        assert len(claim("mail")) == 1  # and its process dies here
        assert relay_due() == 0
        clock.shift(LEASE)
        assert relay_due() == 1
    assert mailbox.keys == ["mail:1"]


def test_an_attempt_that_outlived_its_lease_changes_nothing(mail, settings, monkeypatch):
    """Another process took the message meanwhile; its outcome is the one that counts."""
    settings.OUTBOX_CHANNELS = {"mail": f"{__name__}.overtaken"}
    message = mail()
    assert relay_due() == 0
    message.refresh_from_db()
    assert message.last_error == "by the other"
    assert message.attempts == 2


def overtaken(payload, *, key):
    Message.objects.filter(key=key).update(
        attempts=2, due_at=now() + timedelta(seconds=7), last_error="by the other"
    )
    raise RuntimeError("too late")


def test_a_claim_costs_one_statement(mail, django_assert_num_queries):
    mail()
    with django_assert_num_queries(1):
        assert len(claim("mail")) == 1


@pytest.mark.django_db(transaction=True)
def test_processes_that_claim_at_once_never_take_the_same_message():
    with transaction.atomic():
        for number in range(40):
            post("mail", f"mail:{number}", {"port": 1})
    taken, start = [], threading.Barrier(4)

    def take():
        start.wait()
        try:
            while claimed := claim("mail", limit=3):
                taken.extend(message.key for message in claimed)
        finally:
            connection.close()

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == sorted(f"mail:{number}" for number in range(40))


@pytest.mark.django_db(transaction=True)
def test_a_claim_does_not_wait_for_a_locked_message():
    post("mail", "mail:1", {"port": 1})
    post("mail", "mail:2", {"port": 1})
    found = []

    def other():
        found.extend(message.key for message in claim("mail", limit=10))
        connection.close()

    with transaction.atomic():
        Message.objects.select_for_update(no_key=True).get(key="mail:1")
        thread = threading.Thread(target=other)
        thread.start()
        thread.join(5)
    assert found == ["mail:2"]
