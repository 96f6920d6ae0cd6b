"""Webhooks: what leaves to a real receiver, signed how, and what follows when it is not taken."""

import json
import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import DatabaseError, transaction
from django.utils.timezone import now
from standardwebhooks import Webhook as Verifier
from standardwebhooks import WebhookVerificationError

from bordercoop.audit.models import Entry
from bordercoop.errors import Invalid, NotAllowed, Refused
from bordercoop.outbox import relay
from bordercoop.outbox.models import Message
from contactpoints import actions
from contactpoints.models import Delivery, Webhook, WebhookAttempt, WebhookSecret, units
from contactpoints.webhooks import transport
from contactpoints.webhooks.addresses import allowed
from contactpoints.webhooks.catalogue import EVENTS, events_of
from contactpoints.webhooks.queueing import queue_event
from contactpoints.webhooks.sending import secrets_of, signatures
from tests.receivers import Receiver

pytestmark = pytest.mark.django_db
ALL = list(EVENTS)


@pytest.fixture
def receiver(settings):
    made = Receiver()
    made.status = 200
    settings.WEBHOOK_HOSTS = [made.origin, "hooks.example.org", "*.border.example"]
    yield made
    made.close()


@pytest.fixture
def registered(people, receiver):
    """A webhook of DESK-POL, or of the desk named, and its secret."""

    def make(desk="DESK-POL", path="/in", events=ALL, by=None, origin=None):
        by = by or (people.by_admin if units()[desk].side == "BY" else people.lv_admin)
        by.language = "en"
        by.save(update_fields=["language"])
        return actions.register_webhook(
            f"System {path}", f"{origin or receiver.origin}{path}", desks=[units()[desk]],
            events=events, by=by,
        )  # fmt: skip

    return make


def told(receiver, path="/in"):
    return [json.loads(body) for at, _headers, body in receiver.got if at == path]


def types(receiver, path="/in"):
    return [said["type"] for said in told(receiver, path)]


# --- the scheme


def test_signatures_are_those_of_the_public_test_vectors():
    """Vectors that every library of the scheme is tested by: standard-webhooks/standard-webhooks,
    libraries (e.g. javascript/src/index.test.ts, python/tests), taken over from Svix."""
    vectors = [
        (
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1614265330,
            '{"test": 2432232314}',
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        ),
    ]
    for secret, key, stamp, body, expected in vectors:
        at = datetime.fromtimestamp(stamp, tz=UTC)
        assert signatures([secret], key, at, body) == expected
        assert signatures([secret.removeprefix("whsec_")], key, at, body) == expected
        assert signatures([secret, secret], key, at, body) == f"{expected} {expected}"


def test_a_release_is_told_to_both_ends_signed_and_with_the_card_of_the_desk(
    released, registered, receiver, carry_out, mailbox, people
):
    _mine, secret = registered()
    _theirs, other = registered("DESK-DGP", "/lv")
    _case, delivery = released()
    carry_out()
    assert types(receiver) == types(receiver, "/lv")
    assert types(receiver)[0] == "alert.raised"
    assert {"delivery.sent", "delivery.delivered"} <= {*types(receiver)}
    for path, headers, body in receiver.got:
        Verifier(secret if path == "/in" else other).verify(body, headers)
        with pytest.raises(WebhookVerificationError):
            Verifier(other if path == "/in" else secret).verify(body, headers)
        assert headers["Content-Type"] == "application/json"
    said = told(receiver)[0]
    assert set(said) == {"type", "timestamp", "data"}
    shown = said["data"]["delivery"]
    assert shown["alert"]["card"] == json.loads(json.dumps(delivery.card))
    assert (shown["uid"], shown["desk"]) == (str(delivery.uid), "DESK-POL")
    assert len({headers["Webhook-Id"] for _p, headers, _b in receiver.got}) == len(receiver.got)
    receiver.got.clear()
    actions.mark_opened(delivery, by=people.pol_duty)
    actions.acknowledge_delivery(delivery, line="Патруль выехаў.", by=people.pol_duty)
    actions.accept_delivery(delivery, by=people.pol_duty)
    carry_out()
    assert types(receiver) == ["delivery.opened", "delivery.acknowledged", "delivery.accepted"]
    everything = b"".join(body for _p, _h, body in receiver.got).decode()
    assert people.pol_duty.name_latin not in everything, "no officer is named to a machine"


def test_a_webhook_hears_its_own_desks_and_events_only(
    released, registered, receiver, carry_out, mailbox, people
):
    registered("DESK-MSQ", "/msq")
    registered("DESK-POL", "/ack", events=["delivery.acknowledged"])
    _case, delivery = released()
    carry_out()
    assert receiver.got == []
    actions.acknowledge_delivery(delivery, line="On it.", by=people.pol_duty)
    carry_out()
    assert types(receiver, "/ack") == ["delivery.acknowledged"]
    assert types(receiver, "/msq") == []


def test_alerts_that_are_acknowledged_together_are_told_one_by_one(
    registered, released, receiver, carry_out, people
):
    registered("DESK-POL", events=["delivery.acknowledged", "delivery.handed_back"])
    rows = [released()[1] for _ in range(3)]
    actions.acknowledge_many([row.uid for row in rows], line="A patrol goes.", by=people.pol_duty)
    actions.hand_back_delivery(rows[0], reason="No car.", by=people.pol_duty)
    carry_out()
    assert sorted(types(receiver)) == ["delivery.acknowledged"] * 3 + ["delivery.handed_back"]


def test_a_card_is_read_when_it_is_sent_and_gone_when_it_was_recalled(
    released, registered, receiver, carry_out, mailbox, people
):
    registered(events=["alert.raised", "delivery.recalled"])
    case, delivery = released()
    actions.narrow_cards(f"incident:{case.uid}", desk=delivery.desk, away=["headline"])
    carry_out()
    assert "headline" not in told(receiver)[0]["data"]["delivery"]["alert"]["card"]
    receiver.got.clear()
    released()
    second = Delivery.objects.order_by("-pk").first()
    actions.cancel_deliveries(second.alert.about, desks=[second.desk], by=people.dgp_head)
    carry_out()
    assert types(receiver) == ["alert.raised", "delivery.recalled"]
    for said in told(receiver):
        assert said["data"]["delivery"]["alert"]["card"] is None


# --- secrets


def test_both_secrets_sign_during_the_overlap_and_the_old_one_then_ends(
    registered, receiver, carry_out, later, people, settings
):
    webhook, first = registered()
    second = actions.rotate_webhook_secret(webhook, by=people.by_admin)
    assert first != second
    assert first not in str(list(WebhookSecret.objects.values()))
    actions.test_webhook(webhook, by=people.by_admin)
    carry_out()
    (_path, headers, body) = receiver.got.pop()
    assert len(headers["Webhook-Signature"].split()) == 2
    for secret in (first, second):
        assert Verifier(secret).verify(body, headers)["type"] == "webhook.test"
    later(hours=settings.WEBHOOK_OVERLAP_HOURS, seconds=1)
    actions.test_webhook(webhook, by=people.by_admin)
    carry_out()
    (_path, headers, body) = receiver.got.pop()
    assert Verifier(second).verify(body, headers)
    with pytest.raises(WebhookVerificationError):
        Verifier(first).verify(body, headers)
    third = actions.rotate_webhook_secret(webhook, at_once=True, by=people.by_admin)
    assert secrets_of(webhook) == [third]
    for _ in range(3):
        actions.rotate_webhook_secret(webhook, by=people.by_admin)
    with pytest.raises(Refused) as refused:
        actions.rotate_webhook_secret(webhook, by=people.by_admin)
    assert refused.value.code == "too_many"
    assert Entry.objects.filter(verb="webhook.secret_renewed", about=webhook.ref).count() == 5
    assert "whsec_" not in str(list(Entry.objects.filter(about=webhook.ref).values()))
    assert "whsec_" not in str(list(Message.objects.values()))


def test_secrets_are_sealed_anew_with_a_new_key(registered, settings):
    webhook, secret = registered()
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another key " * 4
    call_command("reseal_channels", stdout=open("/dev/null", "w"))  # noqa: SIM115
    settings.SECRET_KEY_FALLBACKS = []
    assert secrets_of(webhook) == [secret]


# --- when it is not taken


def test_a_fault_is_tried_again_under_the_same_id(registered, receiver, carry_out, later, people):
    webhook, secret = registered()
    actions.test_webhook(webhook, by=people.by_admin)
    receiver.status = 500
    carry_out()
    receiver.status = 200
    later(seconds=6)
    carry_out()
    first, second = receiver.got
    assert first[1]["Webhook-Id"] == second[1]["Webhook-Id"]
    assert int(second[1]["Webhook-Timestamp"]) > int(first[1]["Webhook-Timestamp"])
    assert first[2] == second[2]
    Verifier(secret).verify(second[2], second[1])
    rows = webhook.attempts.order_by("pk").values_list("outcome", "status", "trouble")
    assert list(rows) == [("failed", 500, "receiver"), ("sent", 200, "")]
    webhook.refresh_from_db()
    assert webhook.failing_since is None
    assert webhook.last_failure_at < webhook.last_success_at


def test_a_process_that_dies_after_sending_leads_to_a_repeat_under_the_same_id(
    registered, receiver, carry_out, later, people
):
    webhook, _secret = registered()
    actions.test_webhook(webhook, by=people.by_admin)
    (message,) = relay.claim("webhook")
    from contactpoints.webhooks.sending import send_webhook

    send_webhook(message.payload, key=message.key)  # and nobody writes down that it was done
    carry_out()
    assert len(receiver.got) == 1, "the lease holds"
    later(seconds=relay.LEASE.total_seconds() + 1)
    carry_out()
    assert len(receiver.got) == 2
    assert len({headers["Webhook-Id"] for _path, headers, _body in receiver.got}) == 1
    assert len({body for _path, _headers, body in receiver.got}) == 1


def test_a_receiver_that_hangs_costs_one_attempt_and_holds_nobody_up(
    registered, receiver, carry_out, later, people, monkeypatch, settings
):
    monkeypatch.setattr(transport, "WHOLE_SECONDS", 0.3)
    hanging, _secret = registered("DESK-POL", "/hangs", events=["delivery.acknowledged"])
    quick, _secret = registered("DESK-POL", "/quick", events=["delivery.acknowledged"])
    for webhook in (hanging, quick):
        webhook.refresh_from_db()
    stuck = Receiver()
    stuck.slow = 1.0
    settings.WEBHOOK_HOSTS.append(stuck.origin)
    actions.change_webhook(
        hanging, name="x", address=f"{stuck.origin}/hangs", desks=[units()["DESK-POL"]],
        events=["delivery.acknowledged"], by=people.by_admin,
    )  # fmt: skip
    for _ in range(6):
        for webhook in (hanging, quick):
            queue_event(webhook, "line.missed", "line_check:x", {})
    carry_out()
    assert len(told(receiver, "/quick")) == 6
    assert len(stuck.got) == 1
    hanging.refresh_from_db()
    assert hanging.resting_until > now()
    (row,) = hanging.attempts.all()
    assert (row.outcome, row.status, row.trouble) == ("failed", None, "timed_out")
    waiting = Message.objects.open().filter(key__startswith=hanging.key)
    assert sorted(waiting.values_list("attempts", flat=True)) == [0] * 5 + [1]
    stuck.slow = 0
    later(seconds=16)
    carry_out()
    assert len(stuck.got) == 7
    assert not waiting.exists()
    stuck.close()


def test_headers_that_drip_end_in_time(receiver, settings, monkeypatch):
    import socket

    monkeypatch.setattr(transport, "WHOLE_SECONDS", 0.4)
    server = socket.create_server(("127.0.0.1", 0))

    def drip():
        line, _address = server.accept()
        try:
            line.sendall(b"HTTP/1.1 200 OK\r\n")
            for _ in range(30):
                line.sendall(b"X: y\r\n")
                time.sleep(0.1)
        except OSError:
            pass
        line.close()

    threading.Thread(target=drip, daemon=True).start()
    origin = f"http://127.0.0.1:{server.getsockname()[1]}"
    settings.WEBHOOK_HOSTS = [origin]
    began = time.monotonic()
    assert transport.post(f"{origin}/", b"{}", {}).trouble == "timed_out"
    assert time.monotonic() - began < 1.5
    server.close()


def test_a_webhook_that_is_gone_is_switched_off_at_once_and_administrators_are_told(
    registered, receiver, carry_out, mailbox, people, released
):
    webhook, _secret = registered()
    receiver.status = 410
    actions.test_webhook(webhook, by=people.by_admin)
    carry_out()
    webhook.refresh_from_db()
    assert (webhook.state, webhook.trouble) == ("off", "gone")
    assert len(receiver.got) == 1
    assert not Message.objects.open().exists()
    (letter,) = mailbox.letters
    assert letter["To"] == people.by_admin.email
    assert "whsec_" not in letter.as_string()
    released()
    assert not Message.objects.filter(channel="webhook", done_at=None).exists()
    receiver.status = 200
    actions.switch_webhook(webhook, on=True, by=people.by_admin)
    released()
    carry_out()
    assert "alert.raised" in types(receiver)


def test_days_without_one_success_switch_it_off_and_a_success_begins_anew(
    registered, receiver, carry_out, later, mailbox, people, settings
):
    webhook, _secret = registered()
    receiver.status = 500
    for _ in range(2):
        actions.test_webhook(webhook, by=people.by_admin)
        carry_out()
        later(days=settings.WEBHOOK_FAILING_DAYS - 1)
    webhook.refresh_from_db()
    assert webhook.state == "on"
    actions.test_webhook(webhook, by=people.by_admin)
    carry_out()
    webhook.refresh_from_db()
    assert (webhook.state, webhook.trouble) == ("off", "receiver")
    assert [letter["To"] for letter in mailbox.letters] == [people.by_admin.email]
    with pytest.raises(DatabaseError), transaction.atomic():
        Webhook.objects.filter(pk=webhook.pk).update(trouble="")


def test_a_given_up_message_is_shown_as_such_and_sent_again_under_its_id(
    registered, receiver, carry_out, later, people
):
    webhook, _secret = registered()
    key = actions.test_webhook(webhook, by=people.by_admin)
    receiver.status = 403
    for wait in (*relay.BACKOFF, 1):
        carry_out()
        later(seconds=wait + 1)
    message = Message.objects.given_up().get(key=key)
    assert webhook.attempts.order_by("-pk").first().outcome == "ended"
    assert receiver.origin not in message.last_error
    receiver.status = 204
    receiver.got.clear()
    with pytest.raises(NotAllowed):
        actions.resend_webhook(webhook, key, by=people.lv_admin)
    actions.resend_webhook(webhook, key, by=people.by_admin)
    with pytest.raises(Refused):
        actions.resend_webhook(webhook, key, by=people.by_admin)
    carry_out()
    assert [headers["Webhook-Id"] for _path, headers, _body in receiver.got] == [key]
    with pytest.raises(Refused):
        actions.resend_webhook(webhook, "webhook:x", by=people.by_admin)


def test_what_the_receiver_asks_to_wait_it_waits_and_redirects_are_not_followed(
    registered, receiver, carry_out, later, people
):
    webhook, _secret = registered()
    receiver.status, receiver.headers = 302, {"Location": f"{receiver.origin}/elsewhere"}
    actions.test_webhook(webhook, by=people.by_admin)
    carry_out()
    assert [path for path, _headers, _body in receiver.got] == ["/in"]
    receiver.status, receiver.headers = 429, {"Retry-After": "120"}
    later(seconds=6)
    carry_out()
    webhook.refresh_from_db()
    assert webhook.resting_until - now() > timedelta(seconds=110)


def test_while_paused_nothing_is_queued_or_sent_and_removed_is_forgotten(
    registered, receiver, carry_out, people, released, mailbox
):
    webhook, _secret = registered()
    released()
    actions.switch_webhook(webhook, on=False, by=people.by_admin)
    actions.switch_webhook(webhook, on=False, by=people.by_admin)
    before = Message.objects.filter(channel="webhook").count()
    released()
    assert Message.objects.filter(channel="webhook").count() == before
    carry_out()
    assert receiver.got == []
    actions.switch_webhook(webhook, on=True, by=people.by_admin)
    released()
    actions.remove_webhook(webhook, by=people.by_admin)
    actions.remove_webhook(webhook, by=people.by_admin)
    carry_out()
    assert receiver.got == []
    assert not Message.objects.open().exists()
    assert Entry.objects.filter(verb="webhook.removed").count() == 1


def test_the_log_is_forgotten_after_thirty_days(registered, receiver, carry_out, later, people):
    webhook, _secret = registered()
    actions.test_webhook(webhook, by=people.by_admin)
    carry_out()
    with pytest.raises(DatabaseError), transaction.atomic():
        WebhookAttempt.objects.update(outcome="failed")
    later(days=29)
    assert actions.forget_webhook_attempts() == 0
    later(days=2)
    assert actions.forget_webhook_attempts() == 1
    assert actions.forget_webhook_attempts() == 0


# --- what may be registered


def test_addresses_are_those_of_the_settings_alone(receiver, settings):
    good = [
        f"{receiver.origin}/in?x=1", "https://hooks.example.org/a", "https://a.border.example",
        "https://hooks.example.org:443/",
    ]  # fmt: skip
    bad = [
        "http://hooks.example.org/", "https://hooks.example.org:8443/", "https://border.example/",
        "https://hooks.example.org.evil.example/", "https://hooks.example.org@evil.example/",
        "https://evil.example/hooks.example.org", "https://127.0.0.1/", "https://[::1]/",
        "http://127.0.0.1:1/", "https://hooks.example.org\\@evil.example/", "ftp://hooks.example.org/",
        "https://hooks.example.org/a b", "https://hooks.example.org/\r\nX: y", "", "x" * 100_000,
        "https://hooks.example.org:99999/", "https://169.254.169.254/", "https://hooks.example.org/\x00",
    ]  # fmt: skip
    assert [address for address in good if not allowed(address)] == []
    assert [address for address in bad if allowed(address)] == []


def test_a_name_that_leads_into_the_own_network_is_not_called(settings, monkeypatch):
    """What a name leads to is asked at the moment of sending, and all of it must be public."""
    import ipaddress
    import socket

    settings.WEBHOOK_HOSTS = ["hooks.example.org"]
    answers = []
    monkeypatch.setattr(
        socket, "getaddrinfo",
        lambda *a, **k: [(2, 1, 6, "", (one, 443)) for one in answers],
    )  # fmt: skip
    called = []

    def connect(address, **more):
        called.append(address)
        raise OSError

    monkeypatch.setattr(socket, "create_connection", connect)
    for inside in (
        ["127.0.0.1"], ["10.1.2.3"], ["192.168.0.1"], ["169.254.169.254"], ["::1"], ["fd00::1"],
        ["::ffff:127.0.0.1"], ["0.0.0.0"], ["224.0.0.1"], ["100.64.0.1"], ["8.8.8.8", "10.1.2.3"],
    ):  # fmt: skip
        answers[:] = inside
        assert transport.post("https://hooks.example.org/", b"", {}).trouble == "refused", inside
    assert called == []
    settings.WEBHOOK_NETWORKS = [ipaddress.ip_network("10.1.0.0/16")]
    answers[:] = ["10.1.2.3"]
    assert transport.post("https://hooks.example.org/", b"", {}).trouble == "unreachable"
    assert called == [("10.1.2.3", 443)]


def test_only_who_administers_the_desks_registers_and_only_for_desks_of_the_own_side(
    registered, people, receiver
):
    desks = units()
    address = f"{receiver.origin}/x"
    for by, codes, error in (
        (people.by_admin, ["DESK-DGP"], NotAllowed),
        (people.pol_head, ["DESK-POL"], NotAllowed),
        (people.by_admin, ["DESK-POL", "DESK-DGP"], NotAllowed),
        (people.by_admin, [], Invalid),
        (people.by_admin, ["BY-GPK"], Invalid),
    ):
        with pytest.raises(error):
            actions.register_webhook(
                "x", address, desks=[desks[code] for code in codes], events=ALL, by=by
            )
    for name, events in (("", ALL), ("\x00", ALL), ("x" * 100, ALL), ("x", []), ("x", ["no"])):
        with pytest.raises(Invalid):
            actions.register_webhook(
                name, address, desks=[desks["DESK-POL"]], events=events, by=people.by_admin
            )
    webhook, _secret = registered()
    with pytest.raises(Refused) as twice:
        registered()
    assert twice.value.code == "known_already"
    other, _secret = registered(path="/two")
    with pytest.raises(Refused), transaction.atomic():
        actions.change_webhook(
            other, name="x", address=webhook.address, desks=[desks["DESK-POL"]], events=ALL,
            by=people.by_admin,
        )  # fmt: skip
    assert not Webhook.objects.visible_to(people.lv_admin).exists()
    assert not Webhook.objects.visible_to(people.pol_head).exists()
    assert Webhook.objects.visible_to(people.by_admin).count() == 2
    for wrong in ({"desks": [desks["DESK-DGP"].pk]}, {"desks": []}, {"desks": [10**9]}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Webhook.objects.filter(pk=webhook.pk).update(**wrong)


def test_the_catalogue_and_the_followers_name_the_same_verbs(settings):
    followed = [verb for verb, who in settings.FOLLOWERS.items() if ".webhooks." in who]
    assert {event for verb in followed for event in events_of(verb)} == {*EVENTS}
    assert all(events_of(verb) for verb in followed)
