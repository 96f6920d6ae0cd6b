import threading
from datetime import timedelta

import pytest
from django.db import connection

from bordercoop.api.idempotency import forget_old_keys
from bordercoop.api.models import IdempotencyKey
from bordercoop.audit.models import Entry

pytestmark = pytest.mark.django_db


def made():
    return Entry.objects.filter(verb="thing.made").count()


def post(client, name="x", key="k-1", **more):
    headers = {"Idempotency-Key": key} if key is not None else {}
    return client.post("/api/v1/things/", {"name": name} | more, headers=headers)


def test_the_same_request_happens_once_and_gets_the_first_answer(api):
    client = api()
    first, again = post(client), post(client)
    assert made() == 1
    assert (
        (again.status_code, again.json())
        == (first.status_code, first.json())
        == (201, again.json())
    )
    assert again["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first


def test_the_order_of_names_in_the_body_does_not_matter(api):
    client = api()
    for body in ('{"name": "x", "kind": "a"}', '{ "kind":"a","name":"x" }'):
        answer = client.generic(
            "POST", "/api/v1/things/", body, content_type="application/json",
            headers={"Idempotency-Key": "k-1"},
        )  # fmt: skip
        assert answer.status_code == 201
    assert made() == 1


def test_the_same_key_for_another_body_is_422(api):
    client = api()
    post(client)
    answer = post(client, name="y")
    assert (answer.status_code, answer.json()["code"]) == (422, "key_reused")
    assert made() == 1


def test_a_key_belongs_to_its_account(api, officer):
    post(api(officer("dgp.duty")))
    assert post(api(officer("pol.duty", side="BY"))).status_code == 201
    assert made() == 2


def test_without_a_key_twice_is_twice(api, django_assert_num_queries):
    client = api()
    with django_assert_num_queries(2):  # the token; the verb: no statement for an absent key
        post(client, key=None)
    post(client, key=None)
    assert made() == 2
    assert not IdempotencyKey.objects.exists()


@pytest.mark.parametrize("name", ["refused", "nothing", "broken"])
def test_a_refused_request_leaves_neither_fact_nor_key(api, name):
    client = api()
    assert post(client, name=name).status_code in (400, 409, 500)
    assert made() == 0
    assert not IdempotencyKey.objects.exists()
    assert post(client).status_code == 201, "the key is free for the corrected request"


@pytest.mark.parametrize("key", ["", "x" * 101, "a\tb", "a\nb"])
def test_a_key_that_cannot_be_one_is_refused(api, key):
    answer = post(api(), key=key)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert made() == 0


def test_a_key_is_forgotten_after_thirty_days(api, time_machine):
    time_machine.move_to("2026-10-01T00:00:00Z", tick=False)
    post(api())
    time_machine.shift(timedelta(days=29))
    assert forget_old_keys() == 0
    time_machine.shift(timedelta(days=2))
    assert forget_old_keys() == 1


@pytest.mark.django_db(transaction=True)
def test_twins_that_arrive_together_make_one_thing_and_hear_one_answer(api, officer):
    user = officer()
    clients = [api(user) for _ in range(6)]
    start, answers = threading.Barrier(6), []

    def send(client):
        start.wait(10)
        try:
            answer = post(client)
            answers.append((answer.status_code, answer.json()))
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=[client]) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert made() == 1
    assert len(answers) == 6
    assert all(answer == answers[0] for answer in answers)


@pytest.mark.django_db(transaction=True)
def test_the_twin_of_a_refused_request_has_its_own_try(api):
    client = api()
    assert post(client, name="refused").status_code == 409
    assert post(client, name="fine").status_code == 201
    assert made() == 1
