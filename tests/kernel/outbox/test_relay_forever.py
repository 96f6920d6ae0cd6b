"""`manage.py relay --forever`, as a real process with no broker anywhere."""

import http.server
import signal
import threading
import time

import pytest
from django.db import connection

from bordercoop.outbox.models import Message, Pulse
from bordercoop.outbox.relay import post
from tests.kernel.machinery import eventually

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.fault]


def live(number):
    Message.objects.create(channel="live", key=f"live:{number}", payload={"topic": "DESK-POL"})


def done(key):
    return Message.objects.filter(key=key, done_at__isnull=False).exists()


@pytest.fixture
def gate():
    """An address that answers only when `open` is set; `asked` is set when somebody asks."""

    class Gate(http.server.BaseHTTPRequestHandler):
        open, asked = threading.Event(), threading.Event()

        def do_GET(self):
            Gate.asked.set()
            Gate.open.wait(20)
            self.send_response(204)
            self.end_headers()

        def log_message(self, *words):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Gate)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    Gate.url = f"http://127.0.0.1:{server.server_port}/"
    yield Gate
    Gate.open.set()
    server.shutdown()
    server.server_close()


def test_it_carries_out_messages_and_ticks_without_a_broker(relay_process, mailbox):
    relay_process()
    live(1)
    Message.objects.create(channel="mail", key="mail:1", payload={"id": 1, "port": mailbox.port})
    eventually(lambda: done("live:1") and done("mail:1"), 5)
    assert mailbox.keys == ["mail:1"]
    assert Pulse.objects.filter(process="tick").exists()


def test_a_tick_that_fails_stops_neither_the_others_nor_the_process(relay_process):
    process = relay_process()
    first = Pulse.objects.get(process="tick").at
    eventually(lambda: Pulse.objects.get(process="tick").at > first)
    assert "this tick always fails" in process.output()
    assert process.alive()


def test_what_is_quick_does_not_wait_for_the_round_of_the_others(relay_process):
    relay_process(every="30")
    first = eventually(lambda: Pulse.objects.filter(process="quick").first())
    eventually(lambda: Pulse.objects.get(process="quick").at > first.at, 5)


def test_a_hanging_mail_server_does_not_delay_the_live_channel(relay_process, hanging_receiver):
    relay_process()
    for number in range(20):
        payload = {"id": number, "port": hanging_receiver.port}
        Message.objects.create(channel="mail", key=f"mail:{number}", payload=payload)
    eventually(lambda: hanging_receiver.callers, 5)
    began = time.perf_counter()
    live(1)
    eventually(lambda: done("live:1"), 3)
    assert time.perf_counter() - began < 5


def test_sigterm_lets_the_current_message_come_to_its_end(relay_process, mailbox, gate):
    process = relay_process()
    for number in (1, 2):
        payload = {"id": number, "port": mailbox.port, "then": gate.url, "timeout": 20}
        Message.objects.create(channel="mail", key=f"mail:{number}", payload=payload)
    assert gate.asked.wait(10)
    process.signal(signal.SIGTERM)
    gate.open.set()
    assert process.child.wait(10) == 0
    assert done("mail:1")
    assert mailbox.keys == ["mail:1"]
    assert Message.objects.due().count() == 1


def test_a_channel_with_nothing_to_do_holds_no_connection(relay_process):
    def held():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                " AND pid <> pg_backend_pid() AND state IS NOT NULL"
            )
            return cursor.fetchone()[0]

    before = held()
    relay_process()
    for number in range(20):
        live(number)
    eventually(lambda: done("live:19"), 10)
    # One for the rounds, one for what is quick, one that looks for work.
    eventually(lambda: held() - before == 3, 10)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_an_idle_relay_ends_at_once(relay_process, number):
    assert relay_process(every="30").end(number, seconds=5) == 0


def test_it_outlives_a_restart_of_postgresql(relay_process, wire):
    process = relay_process()
    wire.cut()
    eventually(lambda: "The database does not answer" in process.output(), 10)
    live(1)
    wire.mend()
    eventually(lambda: done("live:1"), 10)
    assert process.alive()
    assert process.end() == 0


def test_what_was_sent_while_postgresql_restarted_is_not_sent_twice(
    relay_process, wire, mailbox, gate
):
    relay_process(OUTBOX_LEASE="2")
    payload = {"id": 1, "port": mailbox.port, "then": gate.url, "timeout": 20}
    Message.objects.create(channel="mail", key="mail:1", payload=payload)
    assert gate.asked.wait(10)
    wire.cut()
    gate.open.set()
    threading.Timer(0.5, wire.mend).start()
    eventually(lambda: done("mail:1"), 10)
    assert mailbox.keys == ["mail:1"]


def test_a_relay_killed_between_sending_and_marking_is_made_good_by_the_next(
    relay_process, mailbox, gate
):
    """The mail goes out a second time under the same key: at least once, and told apart by key."""
    first = relay_process(OUTBOX_LEASE="2")
    payload = {"id": 1, "port": mailbox.port, "then": gate.url}
    post("mail", "mail:1", payload)
    assert gate.asked.wait(10)
    first.end(signal.SIGKILL)
    gate.open.set()
    relay_process(OUTBOX_LEASE="2")
    eventually(lambda: done("mail:1"), 15)
    assert mailbox.keys == ["mail:1", "mail:1"]
    assert Message.objects.get().attempts == 2
