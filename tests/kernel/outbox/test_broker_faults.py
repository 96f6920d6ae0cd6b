"""A broker that is dead or frozen costs speed, never work and never a hanging request."""

import os
import signal
import subprocess
import sys
import time

import pytest
from django.utils.timezone import now

from bordercoop.outbox.models import Message, Pulse
from tests.kernel.machinery import ROOT, answers, eventually, manage

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.fault]

KNOCKS = """
import time
import django
django.setup()
from bordercoop.outbox.relay import knock
import sys
knock("live")
print("ready", flush=True)
sys.stdin.readline()
for _ in range(20):
    began = time.perf_counter()
    knock("live")
    print(time.perf_counter() - began, flush=True)
"""


@pytest.fixture
def knocks_of_a_web_process(environment, valkey):
    """Seconds that each of 20 knocks takes, in a process whose first knock was heard."""

    def knocks(then):
        env = {**os.environ, **environment, "REDIS_URL": valkey.url}
        child = subprocess.Popen(
            [sys.executable, "-c", KNOCKS],
            env=env,
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert child.stdout.readline() == "ready\n"
        then(valkey)
        out, _ = child.communicate("go\n", timeout=30)
        return [float(line) for line in out.split()]

    return knocks


def test_a_frozen_broker_holds_one_request_for_half_a_second_and_no_other(knocks_of_a_web_process):
    seconds = knocks_of_a_web_process(lambda broker: broker.process.signal(signal.SIGSTOP))
    assert len(seconds) == 20
    assert seconds[0] < 5
    assert max(seconds[1:]) < 0.4  # below the time limit of one knock


def test_a_dead_broker_holds_no_request(knocks_of_a_web_process):
    seconds = knocks_of_a_web_process(lambda broker: broker.process.kill())
    assert max(seconds) < 0.4  # below the time limit of one knock


def test_without_a_broker_the_fact_is_saved_and_nothing_raises(start):
    code = "import bordercoop.outbox.relay as o; o.post('live', 'delivery:1', {'topic': 'X'})"
    child = start(*manage("shell", "-c", code), REDIS_URL="redis://127.0.0.1:1/0")
    assert child.child.wait(20) == 0
    assert "The broker does not answer" in child.output()
    assert Message.objects.due().count() == 1


def test_the_worker_carries_out_what_was_posted_without_waiting_for_a_tick(worker, valkey, spread):
    worker()
    assert spread(valkey)[-1] < 5


def test_the_worker_goes_on_after_the_broker_was_killed_and_came_back(worker, valkey, spread):
    process = worker()
    valkey.process.kill()
    eventually(lambda: "Connection to broker lost" in process.output(), 10)
    valkey.restart()
    eventually(lambda: process.output().count("Connected to redis") >= 2, 30)
    assert process.alive()
    assert spread(valkey, 3)


def test_the_worker_goes_on_after_the_broker_was_frozen(worker, valkey, spread):
    process = worker()
    valkey.process.signal(signal.SIGSTOP)
    time.sleep(1.5)  # longer than the time-out of 0.5 s: this is the fault itself
    valkey.process.signal(signal.SIGCONT)
    assert spread(valkey, 3, within=30)
    assert process.alive()


def test_the_worker_goes_on_after_postgresql_was_restarted(worker, valkey, wire, spread):
    process = worker()
    assert spread(valkey, 2)
    wire.cut()
    knock(valkey)
    eventually(lambda: "raised unexpected" in process.output(), 10)
    wire.mend()
    assert spread(valkey, 3)
    assert process.alive()


def test_a_hanging_mail_server_does_not_delay_the_live_channel_in_the_worker(
    worker, valkey, spread, hanging_receiver
):
    worker()
    for number in range(20):
        post_to(valkey, "mail", f"mail:{number}", {"id": number, "port": hanging_receiver.port})
    eventually(lambda: hanging_receiver.callers, 10)
    assert spread(valkey)[-1] < 5
    assert not Message.objects.filter(channel="mail", done_at__isnull=False).exists()


def test_a_tick_runs_every_tick_and_shows_that_the_worker_lives(worker, valkey):
    """The first of the ticks fails each time; the second runs all the same."""
    worker()
    Message.objects.create(channel="live", key="delivery:old", payload={"topic": "DESK-POL"})
    send(valkey, "bordercoop.outbox.tasks.tick", ())
    eventually(lambda: Pulse.objects.filter(process="worker").exists())
    assert Pulse.objects.filter(process="tick").exists()
    eventually(lambda: Message.objects.filter(done_at__isnull=False).exists())


def test_beat_goes_on_after_its_broker_and_postgresql_were_restarted(start, valkey, wire):
    command = (sys.executable, "-m", "celery", "-A", "bordercoop.celery", "beat")
    process = start(*command, "-l", "info", "--pidfile=", REDIS_URL=valkey.url)

    def beats():
        valkey.client().delete("celery")
        eventually(lambda: valkey.client().llen("celery"), 30)

    beats()
    wire.cut()
    valkey.process.kill()
    eventually(lambda: not answers(valkey.port))
    time.sleep(2.5)  # so that beat runs into the fault, whose sign in its log varies
    valkey.restart()
    wire.mend()
    beats()
    assert process.alive()


def send(valkey, name, arguments):
    from celery import Celery

    sender = Celery(broker=valkey.url, set_as_current=False)
    sender.conf.broker_transport_options = {"max_retries": 3}
    with sender.connection_for_write() as line:
        sender.send_task(name, arguments, connection=line, expires=30)


def knock(valkey, channel="live"):
    send(valkey, "bordercoop.outbox.tasks.relay", (channel,))


def post_to(valkey, channel, key, payload):
    Message.objects.create(channel=channel, key=key, payload=payload)
    knock(valkey, channel)


@pytest.fixture
def spread():
    """Post live messages one by one; the seconds from post to done, in ascending order."""

    def spread(valkey, number=20, within=10):
        seconds = []
        for turn in range(number):
            key = f"spread:{now().timestamp()}:{turn}"
            began = time.perf_counter()
            post_to(valkey, "live", key, {"topic": "DESK-POL"})
            done = Message.objects.filter(key=key, done_at__isnull=False)
            eventually(done.exists, within, every=0.005)
            seconds.append(time.perf_counter() - began)
        return sorted(seconds)

    return spread
