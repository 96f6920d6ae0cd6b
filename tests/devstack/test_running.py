"""What is there while `make run` is up: one toy portal for all these tests."""

import os
import signal
import smtplib
import stat
import urllib.request
from email import message_from_bytes, policy
from email.message import EmailMessage

import psycopg2
import pytest
import redis

from tests.devstack.checkout import ALL, env_of, wait_until


def page(checkout):
    with urllib.request.urlopen(f"http://127.0.0.1:{checkout.port}/", timeout=10) as answer:
        return answer.read()


def test_one_command_starts_everything_and_says_where_it_is(running):
    assert set(running.children()) == ALL
    assert f"http://127.0.0.1:{running.port}" in running.said(running.started[0])
    assert "dgp.duty" in running.said(running.started[0])
    assert page(running) == b"the portal"


def test_the_environment_file_leads_another_terminal_to_the_same_servers(running):
    env = env_of(running)
    for private in (running.run / "env", running.run / "secret"):
        assert stat.S_IMODE(private.stat().st_mode) == 0o600
    with psycopg2.connect(env["DATABASE_URL"]) as link, link.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False,)
    assert redis.Redis.from_url(env["REDIS_URL"]).ping()
    assert env["DEMO"] == "1"
    assert env["BASE_URL"] == f"http://127.0.0.1:{running.port}"


def test_other_users_of_the_machine_are_not_let_in(running):
    env = env_of(running)
    address = env["DATABASE_URL"].split("@")[1]
    with pytest.raises(psycopg2.OperationalError, match="no password"):
        psycopg2.connect(f"postgres://postgres@{address}")
    broker = env["REDIS_URL"].split("@")[1]
    with pytest.raises(redis.AuthenticationError):
        redis.Redis.from_url(f"redis://{broker}").ping()


def test_mail_is_received_by_a_real_server_and_kept_as_a_file(running):
    host, port = env_of(running)["EMAIL_URL"].removeprefix("smtp://").split(":")
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "a@example.org", "b@example.org", "Мяжа"
    mail.set_content("Robeža")
    with smtplib.SMTP(host, int(port)) as link:
        link.send_message(mail)
    (kept,) = (running.run / "mail").glob("*.eml")
    received = message_from_bytes(kept.read_bytes(), policy=policy.default)
    assert (received["Subject"], received.get_content().strip()) == ("Мяжа", "Robeža")
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


def test_a_second_supervisor_is_refused(running):
    refused = running.launch()
    assert refused.wait(20) == 1
    first = running.started[0]
    sentence = f"already runs at http://127.0.0.1:{running.port} (process {first.pid})"
    assert sentence in running.said(refused)
    assert first.poll() is None


def test_what_runs_is_not_cleaned_away(running):
    cleaning = running.launch("clean")
    assert cleaning.wait(20) == 1
    assert "The portal is running" in running.said(cleaning)
    assert page(running) == b"the portal"


def test_a_child_that_dies_is_named_and_started_again(running):
    before = running.children()
    os.kill(before["relay"], signal.SIGKILL)
    wait_until(lambda: "relay runs again" in running.said(running.started[0]), "the relay is back")
    assert "relay ended (killed by SIGKILL)" in running.said(running.started[0])
    after = running.children()
    assert after["relay"] != before["relay"]
    assert {n: p for n, p in after.items() if n != "relay"} == {
        n: p for n, p in before.items() if n != "relay"
    }


def test_a_database_that_dies_comes_back_at_the_same_address(running):
    address = env_of(running)["DATABASE_URL"]
    os.kill(running.children()["postgres"], signal.SIGKILL)
    wait_until(
        lambda: "postgres runs again" in running.said(running.started[0]), "PostgreSQL is back"
    )
    with psycopg2.connect(address) as link, link.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM starts")
        assert cursor.fetchone() == (1,)
