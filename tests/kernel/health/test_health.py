import http.client
import json
import signal
import time
from datetime import timedelta

import pytest
from django.utils.timezone import now

from bordercoop.outbox.models import Message, Pulse
from tests.kernel.machinery import eventually

pytestmark = pytest.mark.django_db


@pytest.fixture
def health(client):
    def health():
        answer = client.get("/health/")
        return answer.status_code, answer.json()

    return health


def message(**facts):
    facts = {"channel": "mail", "key": f"mail:{facts}", "payload": {}, **facts}
    return Message.objects.create(**facts)


def test_all_is_well(health):
    status, facts = health()
    assert status == 200
    assert facts["status"] == "ok"
    assert facts["database"] is True
    assert facts["broker"] is True
    assert facts["oldest_due_message_s"] is None
    assert facts["given_up_messages"] == 0
    assert abs(facts["clock_skew_s"]) < 1


def test_it_is_never_kept_by_a_cache(client):
    assert "no-store" in client.get("/health/")["Cache-Control"]


def test_the_apps_add_their_numbers(health):
    assert health()[1]["oldest_unacknowledged_s"] == 42


def test_the_age_of_the_oldest_due_message_is_told(health):
    message(due_at=now() - timedelta(seconds=20))
    message(due_at=now() - timedelta(seconds=5))
    message(due_at=now() + timedelta(seconds=60), attempts=2)
    status, facts = health()
    assert 20 <= facts["oldest_due_message_s"] < 25
    assert facts["retrying_messages"] == 1
    assert (status, facts["status"]) == (200, "ok")


def test_a_message_that_nobody_carries_out_degrades(health):
    message(due_at=now() - timedelta(seconds=90))
    assert health()[1]["status"] == "degraded"


def test_a_message_that_was_given_up_degrades_until_it_is_sent_again(health):
    given_up = message(given_up_at=now())
    status, facts = health()
    assert (status, facts["status"], facts["given_up_messages"]) == (200, "degraded", 1)
    Message.objects.filter(pk=given_up.pk).update(given_up_at=None, done_at=now())
    assert health()[1]["status"] == "ok"


def test_it_tells_how_long_ago_each_process_worked(health):
    Pulse.beat("relay")
    Pulse.objects.create(process="live", at=now() - timedelta(seconds=30))
    processes = health()[1]["processes"]
    assert processes["relay"] < 5
    assert 30 <= processes["live"] < 35


def test_a_pulse_is_kept_once_and_renewed(django_assert_num_queries):
    Pulse.beat("relay")
    with django_assert_num_queries(1):
        Pulse.beat("relay")
    assert Pulse.objects.count() == 1


def test_a_dead_broker_degrades(health, settings):
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    status, facts = health()
    assert (status, facts["status"], facts["broker"]) == (200, "degraded", False)


def test_a_frozen_broker_degrades_and_holds_the_answer_for_half_a_second(health, settings, valkey):
    settings.CELERY_BROKER_URL = valkey.url
    valkey.process.signal(signal.SIGSTOP)
    began = time.perf_counter()
    assert health()[1]["status"] == "degraded"
    assert time.perf_counter() - began < 5


def test_a_check_of_an_app_that_fails_is_named(health, settings):
    settings.HEALTH_CHECKS = ["tests.kernel.outside.failing_checks", "tests.kernel.outside.checks"]
    status, facts = health()
    assert (status, facts["status"]) == (200, "degraded")
    assert facts["failed_checks"] == ["tests.kernel.outside.failing_checks"]
    assert facts["oldest_unacknowledged_s"] == 42


@pytest.mark.django_db(transaction=True)
def test_without_the_database_it_answers_503_and_recovers_by_itself(portal, wire):
    _, port = portal()

    def ask():
        page = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        page.request("GET", "/health/")
        answer = page.getresponse()
        status, facts = answer.status, json.loads(answer.read())
        page.close()
        return status, facts

    # Every thread of the server gets a database connection that the restart will break.
    for _ in range(10):
        assert ask()[0] == 200
    wire.cut()
    status, facts = ask()
    assert (status, facts["status"], facts["database"]) == (503, "down", False)
    wire.mend()
    eventually(lambda: ask()[0] == 200)
    assert [ask()[0] for _ in range(10)] == [200] * 10
