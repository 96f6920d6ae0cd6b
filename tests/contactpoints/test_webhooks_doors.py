"""Webhooks through their pages and their API: what is shown once, and what nobody else sees."""

import uuid

import pytest

from bordercoop.api.models import IdempotencyKey
from bordercoop.outbox.models import Message
from contactpoints import actions
from contactpoints.models import Webhook, units
from contactpoints.webhooks.catalogue import EVENTS
from contactpoints.webhooks.sending import secrets_of
from tests.contactpoints.test_webhooks import receiver, registered

__all__ = ["receiver", "registered"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def form(receiver):
    return {
        "name": "Dispatch", "address": f"{receiver.origin}/in", "desks": ["DESK-POL"],
        "events": ["alert.raised", "delivery.acknowledged"],
    }  # fmt: skip


def english(user):
    user.language = "en"
    user.save(update_fields=["language"])
    return user


def test_an_administrator_registers_tests_and_rotates_on_the_page(
    people, signed_in, form, receiver, carry_out
):
    client = signed_in(english(people.by_admin))
    assert b"No system of your side" in client.get("/webhooks/").content
    assert client.get("/webhooks/new/").status_code == 200
    made = client.post("/webhooks/new/", form)
    webhook = Webhook.objects.get()
    (first,) = secrets_of(webhook)
    assert first in made.content.decode()
    assert "no-store" in made["Cache-Control"]
    page = f"/webhooks/{webhook.uid}/"
    assert first not in client.get(page).content.decode()
    again = client.post("/webhooks/new/", form)
    assert again.status_code == 409
    assert "leads to this address already" in again.content.decode()
    assert 'value="Dispatch"' in again.content.decode()
    assert client.post(f"{page}test/").status_code == 302
    receiver.status = 500
    carry_out()
    shown = client.get(page).content.decode()
    assert "the receiver had a fault of its own" in shown
    assert "HTTP 500" in shown
    assert "Takes nothing now" in client.get("/webhooks/").content.decode()
    Message.objects.filter(channel="webhook").update(given_up_at=webhook.added_at)
    key = Message.objects.get(channel="webhook").key
    assert key in client.get(page).content.decode()
    assert client.post(f"{page}resend/", {"key": key}).status_code == 302
    assert client.post(f"{page}resend/", {"key": key}).status_code == 409
    assert client.post(f"{page}resend/", {"key": "\x00" * 200}).status_code == 409
    renewed = client.post(f"{page}secret/")
    assert secrets_of(webhook)[0] in renewed.content.decode()
    assert len(secrets_of(webhook)) == 2
    client.post(f"{page}secret/", {"at_once": "yes"})
    assert len(secrets_of(webhook)) == 1
    client.post(f"{page}switch/", {"on": "no"})
    webhook.refresh_from_db()
    assert webhook.state == "paused"
    assert "nothing is sent or kept" in client.get(page).content.decode()
    assert client.post(f"{page}switch/", {"on": "x"}).status_code == 404
    change = client.get(f"{page}change/").content.decode()
    assert form["address"] in change
    done = client.post(f"{page}change/", {**form, "name": "Other", "events": list(EVENTS)})
    assert done.status_code == 302
    webhook.refresh_from_db()
    assert (webhook.name, webhook.events) == ("Other", list(EVENTS))
    assert client.post(f"{page}remove/").status_code == 302
    assert client.get(page).status_code == 404


def test_what_cannot_be_right_is_said_at_its_field_and_stays_typed(people, signed_in, form):
    client = signed_in(english(people.by_admin))
    for name, value, said in (
        ("address", "https://evil.example/", "The portal does not send to this address"),
        ("address", "http://hooks.example.org/", "begins with https://"),
        ("address", "x" * 100_000, "too long"),
        ("name", "\x00", "character"),
        ("name", "", "Fill this in."),
        ("desks", [], "Choose at least one desk."),
        ("desks", ["DESK-DGP"], "DESK-DGP"),
        ("events", ["no.such"], "no.such"),
        ("events", [], "Choose at least one event."),
    ):
        answer = client.post("/webhooks/new/", {**form, name: value})
        assert answer.status_code == 400, (name, value)
        assert said in answer.content.decode(), (name, value)
    assert not Webhook.objects.exists()


def test_nobody_but_who_administers_the_desks_sees_a_webhook(people, signed_in, registered, form):
    webhook, _secret = registered()
    page, api = f"/webhooks/{webhook.uid}/", f"/api/v1/webhooks/{webhook.uid}/"
    for user in (people.lv_admin, people.pol_duty, people.pol_head, people.by_hq, people.stranger):
        client = signed_in(user)
        assert client.get(page).status_code == 404
        assert client.get(api).status_code == 404
        assert client.delete(api).status_code == 404
        for verb in ("test", "switch", "secret", "resend", "remove", "change"):
            assert client.post(f"{page}{verb}/", {"on": "yes"}).status_code == 404, verb
        for verb in ("test", "switch", "secret", "resend"):
            answer = client.post(f"{api}{verb}/", {"on": True}, content_type="application/json")
            assert answer.status_code == 404, verb
        listed = client.get("/webhooks/")
        if user == people.lv_admin:
            assert webhook.name not in listed.content.decode()
            assert client.get("/api/v1/webhooks/").json() == []
        else:
            assert listed.status_code == 404
            assert client.get("/api/v1/webhooks/").status_code == 403
    assert Webhook.objects.count() == 1


def test_the_api_registers_and_no_answer_with_a_secret_is_kept(people, signed_in, form, carry_out):
    client = signed_in(english(people.by_admin))

    def send(method, path, body=None, **headers):
        return getattr(client, method)(
            f"/api/v1/webhooks/{path}", body or {}, content_type="application/json", headers=headers
        )

    made = send("post", "", form, **{"Idempotency-Key": "one"})
    assert made.status_code == 201
    secret, shown = made.json()["secret"], made.json()["webhook"]
    assert secret.startswith("whsec_")
    assert (shown["desks"], shown["state"], shown["pending"]) == (["DESK-POL"], "on", 0)
    twice = send("post", "", form, **{"Idempotency-Key": "one"})
    assert (twice.status_code, twice.json()["code"]) == (409, "known_already")
    one = f"{shown['uid']}/"
    assert send("post", f"{one}secret/", {"at_once": True}).json()["secret"] != secret
    test = send("post", f"{one}test/", **{"Idempotency-Key": "two"}).json()
    assert send("post", f"{one}test/", **{"Idempotency-Key": "two"}).json() == test
    carry_out()
    log = send("get", f"{one}attempts/").json()
    assert [(line["id"], line["status"]) for line in log["attempts"]] == [(test["id"], 200)]
    changed = send("put", one, {**form, "name": "Other", "events": list(EVENTS)})
    assert changed.json()["name"] == "Other"
    assert send("post", f"{one}switch/", {"on": False}).json()["state"] == "paused"
    assert send("post", f"{one}resend/", {"id": test["id"]}).status_code == 409
    for wrong, field in (
        ({**form, "desks": ["NO"]}, "desks"),
        ({**form, "desks": [{"a": 1}]}, "desks"),
        ({**form, "desks": "DESK-POL"}, "desks"),
        ({**form, "events": ["no"]}, "events"),
        ({**form, "events": 10**30}, "events"),
        ({**form, "address": "https://evil.example/"}, "address"),
        ({**form, "address": "x" * 100_000}, "address"),
        ({**form, "name": "a\x00b"}, ""),
        ({}, "name"),
    ):
        answer = send("put", one, wrong)
        assert answer.status_code == 400, wrong
        assert field in str(answer.json()["fields"]), wrong
    assert send("post", "", {**form, "desks": ["DESK-DGP"]}).status_code in (400, 403)
    assert send("get", f"{uuid.uuid4()}/").status_code == 404
    names = {row["code"] for row in client.get("/api/v1/webhook-events/").json()}
    assert names == set(EVENTS)
    assert send("delete", one).status_code == 204
    assert send("delete", one).status_code == 404
    assert "whsec_" not in str(list(IdempotencyKey.objects.values()))


def test_the_list_costs_the_same_however_many_there_are(
    people, signed_in, registered, django_assert_max_num_queries
):
    client = signed_in(people.by_admin)
    for number in range(5):
        webhook, _secret = registered(path=f"/{number}")
        actions.test_webhook(webhook, by=people.by_admin)
    client.get("/webhooks/")
    with django_assert_max_num_queries(9):
        page = client.get("/webhooks/")
    assert [row.pending for row in page.context["rows"]] == [1] * 5


def test_nobody_following_costs_one_statement(
    released, people, registered, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    _case, delivery = released()
    with CaptureQueriesContext(
        connection,
    ) as alone:
        actions.mark_opened(delivery, by=people.pol_duty)
    asked = [query["sql"] for query in alone if "contactpoints_webhook" in query["sql"]]
    assert len(asked) == 1
    assert units()  # the tree is read once a minute, not here
