"""`make run`: one supervisor starts everything, and everything ends with it."""

import os
import signal
import socket
import subprocess

import pytest

from bordercoop.devstack.postgres import common_ground
from bordercoop.devstack.processes import started_at
from tests.devstack.checkout import ALL, env_of, wait_until


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_ctrl_c_a_signal_or_a_closed_terminal_leave_nothing_running(checkout, ending):
    supervisor = checkout.start()
    os.kill(supervisor.pid, ending)
    assert supervisor.wait(30) == 0
    assert checkout.alive() == []
    assert not (checkout.run / "env").exists()


def test_a_terminal_that_is_closed_without_a_signal_ends_it_too(checkout):
    ours, theirs = os.openpty()
    supervisor = subprocess.Popen(
        [".venv/bin/python", "bordercoop/devstack", "run"],
        cwd=checkout.folder,
        env=checkout.environment(),
        stdout=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    shown = b""
    while b"Ctrl-C ends" not in shown:
        shown += os.read(ours, 4096)
    os.close(ours)
    assert supervisor.wait(30) == 0
    assert checkout.alive() == []


def test_it_ends_before_it_has_fully_started_too(checkout):
    supervisor = checkout.launch()
    wait_until(lambda: "PostgreSQL" in checkout.said(), "the database runs")
    supervisor.send_signal(signal.SIGINT)
    assert supervisor.wait(30) == 0
    assert checkout.alive() == []


def test_a_second_start_keeps_the_data(checkout):
    checkout.start()
    secret = env_of(checkout)["SECRET_KEY"]
    checkout.started[0].send_signal(signal.SIGINT)
    checkout.started[0].wait(30)
    checkout.start()
    assert "start number 2" in checkout.said()
    assert env_of(checkout)["SECRET_KEY"] == secret


def test_a_killed_supervisor_takes_everything_with_it(checkout):
    checkout.start().kill()
    wait_until(lambda: not checkout.alive(), "the kernel has ended the others", patience=15)


def test_a_start_right_after_a_kill_works_on_the_same_data(checkout):
    checkout.start().kill()
    checkout.start()
    assert "start number 2" in checkout.said()
    assert set(checkout.children()) == ALL
    one_postgres = [line for line in checkout.alive() if "bin/postgres -D" in line]
    assert len(one_postgres) == 1


def test_a_web_process_that_cannot_start_ends_the_start_with_its_own_words(checkout):
    (checkout.folder / "bordercoop/asgi.py").write_text("raise ValueError('no such thing')")
    supervisor = checkout.launch()
    assert supervisor.wait(60) == 1
    assert "no such thing" in checkout.said()
    assert checkout.alive() == []


def test_a_busy_port_is_said_in_a_sentence(checkout):
    with socket.socket() as other:
        other.bind(("127.0.0.1", checkout.port))
        other.listen()
        assert checkout.launch().wait(20) == 1
    assert f"make run PORT={checkout.port + 1}" in checkout.said()
    assert "Traceback" not in checkout.said()


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"PORT": "http"}, "a port is a number"),
        ({"BIND": "0.0.0.0"}, "Demo mode has known passwords"),
        ({"BIND": "192.0.2.1", "DEMO": "0"}, "cannot be served"),
    ],
)
def test_what_cannot_be_is_said_before_anything_starts(checkout, settings, sentence):
    assert checkout.launch(**settings).wait(20) == 1
    assert sentence in checkout.said()
    assert "Traceback" not in checkout.said()
    assert "PostgreSQL" not in checkout.said()


def test_servers_of_ones_own_are_used_and_nothing_embedded_starts(checkout, servers_of_others):
    database, broker = servers_of_others
    checkout.start(DATABASE_URL=database, REDIS_URL=broker, EMAIL_URL="smtp://127.0.0.1:1")
    assert set(checkout.children()) == {"web", "relay", "worker", "beat", "telephone"}
    assert env_of(checkout)["DATABASE_URL"] == database
    assert "PostgreSQL" not in checkout.said()


def test_clean_removes_all_that_a_start_made(checkout):
    checkout.start().send_signal(signal.SIGINT)
    checkout.started[0].wait(30)
    assert checkout.launch("clean").wait(20) == 0
    assert not checkout.run.exists()
    assert not common_ground(checkout.run).exists()


def test_a_process_that_only_has_the_number_of_an_old_one_is_spared(checkout):
    stranger = subprocess.Popen(["sleep", "60"])
    (checkout.run / "supervisor.json").write_text(
        '{"state": "running", "processes": '
        f'[{{"name": "relay", "pid": {stranger.pid}, "started": "another boot 1"}}]}}'
    )
    try:
        checkout.start()
        assert started_at(stranger.pid)
    finally:
        stranger.kill()
        stranger.wait()


def test_what_the_kernel_did_not_end_is_ended_by_the_next_start(checkout):
    left = subprocess.Popen(["sleep", "60"], cwd=checkout.folder, start_new_session=True)
    (checkout.run / "supervisor.json").write_text(
        '{"state": "running", "processes": '
        f'[{{"name": "relay", "pid": {left.pid}, "started": "{started_at(left.pid)}"}}]}}'
    )
    checkout.start()
    assert left.wait(5) == -signal.SIGTERM
    assert "Ended what an earlier start left running: relay." in checkout.said()
