"""Numbers for Prometheus: for a machine of ours that knows the token, and for nobody else."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from bordercoop.outbox.models import Message, Pulse

pytestmark = pytest.mark.django_db
TOKEN = "a token of this test"


@pytest.fixture
def scrape(client, settings):
    settings.METRICS_TOKEN = TOKEN

    def scrape(token=TOKEN, **more):
        return client.get("/metrics", headers={"Authorization": f"Bearer {token}"}, **more)

    return scrape


def values(answer):
    lines = [line for line in answer.content.decode().splitlines() if line[0] != "#"]
    return {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in lines}


def test_business_numbers_are_measured_when_they_are_asked_for(scrape, released):
    released()
    Message.objects.update(due_at=now() - timedelta(seconds=90))
    Message.objects.create(channel="mail", key="k", payload={}, given_up_at=now())
    Pulse.objects.create(process="relay", at=now() - timedelta(seconds=30))
    answer = scrape()
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain")
    found = values(answer)
    assert 90 <= found["bordercoop_outbox_oldest_due_seconds"] < 100
    assert found["bordercoop_outbox_given_up_messages"] == 1
    assert 0 <= found["bordercoop_alerts_oldest_unacknowledged_seconds"] < 60
    assert found["bordercoop_broker_up"] == 1
    assert found['bordercoop_process_silent_seconds{process="relay"}'] >= 30
    assert 0 < found['bordercoop_disk_free_percent{folder="data"}'] <= 100
    assert found["bordercoop_problems"] >= 2


def test_requests_are_counted_by_view_and_never_by_address(scrape, client):
    client.get("/health/?q=something-secret")
    client.get("/something-secret/")
    text = scrape().content.decode()
    assert 'status="200",view="health"' in text
    assert "something-secret" not in text


def test_a_visitor_cannot_invent_labels(scrape, client):
    for number in range(5):
        client.generic(f"INVENTED{number}", "/health/")
    assert "INVENTED" not in scrape().content.decode()


def test_a_length_that_is_no_number_breaks_nothing(client):
    assert client.get("/health/", CONTENT_LENGTH="many").status_code == 200


@pytest.mark.parametrize("token", ["", "wrong", "Ā"])
def test_without_the_token_the_address_does_not_exist(scrape, token):
    assert scrape(token).status_code == 404


def test_where_no_token_is_set_the_address_does_not_exist(scrape, settings):
    settings.METRICS_TOKEN = ""
    assert scrape("").status_code == 404
    assert scrape().status_code == 404


@pytest.mark.parametrize(
    ("address", "status"),
    [("127.0.0.1", 200), ("::1", 200), ("10.1.2.3", 200), ("8.8.8.8", 404), ("", 404)],
)
def test_only_the_private_network_may_ask(scrape, address, status):
    assert scrape(REMOTE_ADDR=address).status_code == status


def test_whoever_comes_through_the_proxy_is_outside(client, settings):
    settings.METRICS_TOKEN = TOKEN
    head = {"Authorization": f"Bearer {TOKEN}", "X-Forwarded-For": "10.0.0.1"}
    assert client.get("/metrics", headers=head).status_code == 404
