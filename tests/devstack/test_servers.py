"""PostgreSQL and Valkey behind the launcher, on every footing that a machine may offer."""

import os
import signal
import subprocess

import psycopg2
import pytest

from bordercoop.devstack import postgres
from bordercoop.devstack.postgres import Postgres, common_ground
from bordercoop.devstack.processes import Footing, Trouble
from tests.devstack.checkout import wait_until


@pytest.fixture
def server(tmp_path):
    """Below a home that only its owner may enter."""
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    made = Postgres(home / ".run", durable=False)
    yield made
    made.remove()


def answer(server, question):
    with psycopg2.connect(server.url) as link, link.cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchone()[0]


def test_the_portal_gets_an_ordinary_role_that_owns_its_database(server):
    server.start()
    assert answer(server, "SELECT current_user") == "portal"
    assert answer(server, "SELECT rolsuper FROM pg_roles WHERE rolname = 'portal'") is False
    assert answer(server, "SELECT upper('āžў')") == "ĀŽЎ"
    for extension in ("btree_gist", "pg_trgm", "unaccent", "citext"):
        with psycopg2.connect(server.url) as link, link.cursor() as cursor:
            cursor.execute(f"CREATE EXTENSION {extension}")


def test_data_survives_a_kill_and_a_restart_at_the_same_address(server):
    server.start()
    with psycopg2.connect(server.url) as link, link.cursor() as cursor:
        cursor.execute("CREATE TABLE kept AS SELECT 7 AS seven")
    server.process.kill()
    server.restart()
    assert answer(server, "SELECT seven FROM kept") == 7


def test_a_server_that_nobody_stopped_is_ended_before_the_next_one_starts(server):
    server.start()
    forgotten = server.process
    again = Postgres(server.run, durable=False)
    again.start()
    assert forgotten.code is not None
    assert answer(again, "SELECT 1") == 1
    again.stop()


def test_a_lock_that_names_a_stranger_stops_nobody(server):
    server.start()
    server.stop()
    stranger = subprocess.Popen(["sleep", "60"])
    try:
        (server.data / "postmaster.pid").write_text(f"{stranger.pid}\n{server.data}\n0\n0\n\n\n")
        server.start()
        assert answer(server, "SELECT 1") == 1
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_data_of_another_version_is_left_alone_with_a_sentence(server):
    server.start()
    server.stop()
    (server.data / "PG_VERSION").write_text("9\n")
    with pytest.raises(Trouble, match="was made by PostgreSQL 9"):
        server.start()
    (server.data / "PG_VERSION").write_text(f"{server.major}\n")


def test_half_made_data_is_made_anew(server):
    half = server.run / "pg.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    server.start()
    assert answer(server, "SELECT 1") == 1


def test_root_without_namespaces_lends_it_to_nobody_and_keeps_its_data(server, monkeypatch):
    if os.geteuid() != 0:
        pytest.skip("only root needs another user")
    server.start()
    with psycopg2.connect(server.url) as link, link.cursor() as cursor:
        cursor.execute("CREATE TABLE kept AS SELECT 7 AS seven")
    server.stop()
    ground = common_ground(server.run)
    can = Footing.can
    monkeypatch.setattr(
        Footing, "can", lambda self, *test: self.namespace is None and can(self, *test)
    )
    moved = Postgres(server.run, durable=False)
    try:
        moved.start()
        assert moved.data == ground / "pg"
        assert os.stat(f"/proc/{moved.process.pid}").st_uid == moved.footing.user != 0
        assert answer(moved, "SELECT seven FROM kept") == 7
        moved.stop()
        monkeypatch.undo()
        back = Postgres(server.run, durable=False)
        back.start()
        assert answer(back, "SELECT seven FROM kept") == 7
        back.stop()
    finally:
        moved.remove()


def test_programs_of_an_older_package_are_replaced(tmp_path, monkeypatch):
    monkeypatch.setattr(postgres, "COMMON_GROUND", tmp_path)
    server = Postgres(tmp_path / "checkout")
    server.binaries = postgres.find_binaries()
    stale = tmp_path / "programs-older"
    stale.mkdir()
    copied = server._copy_binaries(tmp_path)
    assert not stale.exists()
    shown = subprocess.run([copied / "postgres", "-V"], capture_output=True, text=True)
    assert shown.stdout.startswith("postgres (PostgreSQL)")
    assert server._copy_binaries(tmp_path) == copied


def test_a_task_has_servers_of_its_own_and_nothing_of_a_running_portal(checkout):
    running = {"DATABASE_URL": "postgres://running", "REDIS_URL": "redis://running"}
    other = {"SECRET_KEY": "x", "EMAIL_URL": "smtp://x", "DEMO": "1", "BIND": "x", "BASE_URL": "x"}
    assert checkout.launch("with", "env").wait(60) == 0
    seen = dict(line.split("=", 1) for line in checkout.said().splitlines() if "=" in line)
    for name in {**running, **other}:
        assert seen[name], f"a running portal's {name} would fill the gap"
    assert seen["DEMO"] == "0"
    assert not list(checkout.run.glob("task-*"))


def test_a_killed_task_is_swept_by_the_next(checkout):
    task = checkout.launch("with", "sleep", "60")
    wait_until(lambda: list(checkout.run.glob("task-*.json")), "its servers run")
    task.send_signal(signal.SIGKILL)
    assert checkout.launch("with", "true").wait(60) == 0
    assert not list(checkout.run.glob("task-*"))
    assert [line for line in checkout.alive() if "postgres" in line] == []


def test_a_task_that_is_told_to_end_leaves_nothing(checkout):
    task = checkout.launch("with", "sleep", "60")
    wait_until(lambda: list(checkout.run.glob("task-*.json")), "its servers run")
    task.send_signal(signal.SIGTERM)
    assert task.wait(30) == 128 + signal.SIGTERM
    wait_until(lambda: not checkout.alive(), "all of it has ended", patience=5)
    assert not list(checkout.run.glob("task-*"))
