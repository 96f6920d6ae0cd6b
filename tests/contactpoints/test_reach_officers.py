"""Alerts by officers' own channels, to real receivers: what leaves, once, and what if it fails."""

import threading
import time
import uuid
from datetime import UTC, datetime

import pytest
from django.db import connections
from django.utils.timezone import now

from bordercoop.audit.models import Entry
from bordercoop.errors import Refused
from bordercoop.outbox.models import Message
from bordercoop.outbox.relay import relay_due
from contactpoints import actions
from contactpoints.models import Attempt, Channel, EscalationPolicy, Trouble
from contactpoints.reaching.posting import next_digest
from contactpoints.reaching.sealed import mark_of, seal
from contactpoints.reaching.transport import Undelivered, send_text
from tests.receivers import Browser, browser, provider, push_service

__all__ = ["browser", "provider", "push_service"]
pytestmark = pytest.mark.django_db


def reset(change):
    """Every desk has its policy in a newer version, each step as `change(place, step)` has it."""
    for policy in list(EscalationPolicy.objects.order_by("desk", "-number").distinct("desk")):
        policy.steps = [change(place, step) for place, step in enumerate(policy.steps)]
        policy.pk, policy.uid, policy.number = None, uuid.uuid4(), policy.number + 1
        policy.save(force_insert=True)


def with_waits(step, **waits):
    return {**step, "wait": {**step["wait"], **waits}} if step["wait"] else step


NUMBER = "+375290000017"
SECRETS = ("Eight people", "214", "control strip", "LV-2026", "27.301", "UBC")


@pytest.fixture
def reached(people):
    """Give an officer a channel that was tested."""

    def make(kind, address=NUMBER, officer=None):
        officer = officer or people.pol_duty
        officer.language = "en"
        officer.save(update_fields=["language"])
        return Channel.objects.create(
            officer=officer, kind=kind, address=seal(address), mark=mark_of(kind, address),
            name="x", state="on", confirmed_at=now(),
        )  # fmt: skip

    return make


def outcomes(delivery, kind):
    rows = Attempt.objects.of(delivery).filter(kind=kind)
    return [(row.outcome, row.reason) for row in rows]


def test_a_push_says_that_something_waits_and_nothing_of_it(
    released, reached, browser, push_service, carry_out, mailbox
):
    reached("push", browser.as_json)
    case, delivery = released()
    carry_out()
    (shown,) = browser.shown
    assert shown["body"] == "An alert waits: P2 Urgent"
    assert shown["path"] == "/console/"
    assert set(shown) == {"title", "body", "tag", "path"}
    said = str(shown)
    for secret in (*SECRETS, case.number, str(case.uid), str(delivery.uid), "Polotsk", "DESK"):
        assert secret not in said
    ((_path, headers, body),) = push_service.got
    assert headers["Authorization"].startswith("vapid t=")
    assert (headers["Urgency"], headers["Content-Encoding"]) == ("high", "aes128gcm")
    assert b"waits" not in body
    assert outcomes(delivery, "push") == [("sent", "")]
    assert len(mailbox.letters) == 1


def test_a_text_names_priority_and_desk_in_the_officers_language(
    released, reached, provider, carry_out, mailbox
):
    channel = reached("sms")
    channel.officer.language = "be"
    channel.officer.save(update_fields=["language"])
    case, delivery = released()
    carry_out()
    ((to, said),) = provider.texts
    assert to == NUMBER
    assert "P2" in said
    for secret in (*SECRETS, case.number):
        assert secret not in said
    Message.objects.filter(channel="sms").update(done_at=None, due_at=now())
    carry_out()
    assert len(provider.got) == 1, "the same alert, step and channel goes once"
    assert outcomes(delivery, "sms") == [("sent", "")]


def test_each_step_tells_by_its_own_channels_and_mail_is_the_floor(
    released, reached, people, provider, carry_out, mailbox, later
):
    reached("sms")
    reached("voice")
    reached("voice", officer=people.pol_head)
    reset(lambda place, step: {**step, "channels": ["live", "sms" if place == 0 else "voice"]})
    _case, delivery = released()
    carry_out()
    assert len(provider.got) == 1
    assert [letter["To"] for letter in mailbox.letters] == [people.pol_duty.email]
    later(minutes=15, seconds=1)
    actions.escalate_due()
    carry_out()
    assert len(provider.got) == 2
    assert [letter["To"] for letter in mailbox.letters][1:] == [people.pol_head.email]
    kinds = [(row.step, row.kind) for row in Attempt.objects.of(delivery).order_by("step", "kind")]
    assert kinds == [(0, "live"), (0, "mail"), (0, "sms"), (1, "live"), (1, "mail"), (1, "voice")]


def test_what_was_acknowledged_switched_off_or_no_longer_posted_is_not_sent(
    released, reached, people, provider, carry_out, mailbox
):
    channel = reached("sms")
    _case, delivery = released()
    actions.acknowledge_delivery(delivery, line="On it.", by=people.pol_duty)
    released()
    actions.switch_channel(channel, on=False, by=people.pol_duty)
    carry_out()
    assert provider.got == []
    assert not Message.objects.open().exists()


def test_a_push_address_that_is_gone_is_switched_off_and_both_are_told(
    released, reached, people, browser, push_service, carry_out, mailbox, signed_in, later
):
    people.pol_head.language = "en"
    people.pol_head.save(update_fields=["language"])
    channel = reached("push", browser.as_json)
    push_service.status = 410
    _case, delivery = released()
    carry_out()
    channel.refresh_from_db()
    assert (channel.state, channel.failure) == ("failed", Trouble.GONE)
    assert outcomes(delivery, "push") == [("ended", "gone")]
    delivery.refresh_from_db()
    assert (delivery.state, delivery.failed_at) == ("delivered", None)
    assert not Message.objects.open().exists()
    about = [
        letter for letter in mailbox.letters if "Notification on a device" in letter["Subject"]
    ]
    assert {letter["To"] for letter in about} == {people.pol_duty.email, people.pol_head.email}
    for letter in about:
        assert "127.0.0.1:" + str(push_service.port) not in letter.get_content()
    (entry,) = Entry.objects.filter(verb="reach.failed")
    assert entry.facts["reason"] == "gone"
    page = signed_in(people.pol_duty)
    assert "was switched off" in page.get("/").content.decode()
    assert "was switched off" not in signed_in(people.pol_head).get("/").content.decode()
    actions.fail_channel(channel, reason="gone")
    assert Entry.objects.filter(verb="reach.failed").count() == 1
    push_service.status = 201
    later(minutes=1)
    actions.test_channel(channel, by=people.pol_duty)
    carry_out()
    actions.answer_test(channel, arrived=True, by=people.pol_duty)
    assert "was switched off" not in page.get("/").content.decode()


@pytest.mark.parametrize(
    ("status", "reason", "ends"),
    [(400, "refused", True), (404, "gone", True), (403, "refused", False), 
     (429, "slow_down", False),      (500, "receiver", False), (302, "unreachable", False)],
)  # fmt: skip
def test_a_provider_that_does_not_take_it(
    status, reason, ends, released, reached, provider, carry_out, mailbox
):
    channel = reached("sms")
    provider.status, provider.headers = status, {"Location": "http://127.0.0.1:1/"}
    _case, delivery = released()
    carry_out()
    channel.refresh_from_db()
    assert (channel.state == "failed") is ends
    (outcome,) = outcomes(delivery, "sms")
    assert outcome[0] == ("ended" if ends else "failed")
    if status != 302:
        assert outcome[1] == reason
    message = Message.objects.get(channel="sms")
    assert "127.0.0.1" not in message.last_error
    assert NUMBER not in message.last_error
    assert (message.done_at is not None) is ends


def test_a_killed_provider_is_tried_again_and_at_the_end_the_channel_is_off(
    released, reached, provider, carry_out, mailbox, later, caplog
):
    channel = reached("sms")
    provider.close()
    _case, delivery = released(priority="P3")
    carry_out()
    channel.refresh_from_db()
    assert (channel.state, channel.failures) == ("on", 1)
    for _attempt in range(6):
        later(minutes=16)
        carry_out()
    channel.refresh_from_db()
    assert (channel.state, channel.failures) == ("failed", 6)
    assert outcomes(delivery, "sms") == [("failed", "unreachable")] * 5 + [("ended", "unreachable")]
    for secret in (NUMBER, "SECRET-KEY", str(provider.port)):
        assert secret not in caplog.text
    delivery.refresh_from_db()
    assert delivery.failed_at is None


def test_a_success_forgets_the_failures_before_it(
    released, reached, provider, carry_out, mailbox, later
):
    channel = reached("sms")
    provider.status = 503
    released()
    carry_out()
    provider.status = 200
    later(seconds=6)
    carry_out()
    channel.refresh_from_db()
    assert (channel.state, channel.failures) == ("on", 0)
    assert channel.last_success_at is not None


def test_an_error_names_neither_provider_nor_number(provider):
    provider.status = 500
    with pytest.raises(Undelivered) as found:
        send_text("sms", NUMBER, "x")
    assert str(found.value) == "sms: receiver"
    assert found.value.__cause__ is None


def test_a_flood_becomes_one_message_and_p1_waits_seconds_at_most(
    released, reached, provider, carry_out, mailbox, later
):
    reached("sms")
    for _alert in range(6):
        released(priority="P3")
    carry_out()
    assert len(provider.got) == 3
    later(seconds=2)
    first = released(priority="P1")[1]
    for _alert in range(2):
        released(priority="P1")
    carry_out()
    assert len(provider.got) == 3
    later(seconds=6)
    carry_out()
    assert len(provider.got) == 4
    assert provider.texts[-1][1].startswith("BorderCoop: 6 alerts wait, 3 of them P1.")
    later(seconds=70)
    carry_out()
    assert len(provider.got) == 4, "the minute's own message found nothing left to tell"
    assert outcomes(first, "sms") == [("grouped", ""), ("sent", "")]
    released(priority="P3")
    carry_out()
    assert len(provider.got) == 5


def test_a_flood_without_p1_is_told_at_the_end_of_the_minute(
    released, reached, browser, carry_out, mailbox, later, people
):
    reached("push", browser.as_json)
    made = [released(priority="P3")[1] for _alert in range(6)]
    carry_out()
    actions.acknowledge_delivery(made[-1], by=people.pol_duty)
    assert len(browser.shown) == 3
    later(seconds=62)
    carry_out()
    assert browser.shown[-1]["body"] == "2 alerts wait."


@pytest.fixture
def at_noon(time_machine):
    """12:00 in Minsk; the digest comes at 19:30."""
    time_machine.move_to(datetime(2027, 2, 17, 9, 0, tzinfo=UTC), tick=False)


def test_p4_rings_no_telephone_and_comes_in_one_mail(
    at_noon, released, reached, people, provider, carry_out, mailbox, time_machine
):
    people.pol_duty.language = "en"
    people.pol_duty.save(update_fields=["language"])
    reset(lambda place, step: with_waits(step, P4=12 * 3600, P3=3600))
    reached("sms")
    made = [released(priority="P4", severity=1)[1] for _alert in range(3)]
    carry_out()
    assert (provider.got, mailbox.letters) == ([], [])
    actions.acknowledge_delivery(made[0], by=people.pol_duty)
    time_machine.move_to(datetime(2027, 2, 17, 16, 29, tzinfo=UTC), tick=False)
    carry_out()
    assert mailbox.letters == []
    time_machine.move_to(datetime(2027, 2, 17, 16, 31, tzinfo=UTC), tick=False)
    carry_out()
    (letter,) = mailbox.letters
    assert letter["Subject"].strip() == "2 alerts of priority P4 wait"
    assert outcomes(made[1], "mail") == [("gathered", ""), ("sent", "")]
    made[1].refresh_from_db()
    assert made[1].state == "delivered"


def test_a_digest_comes_before_the_alert_climbs_and_who_is_asked_then_gets_a_mail(
    released, people, carry_out, mailbox, later
):
    people.pol_head
    reset(lambda place, step: with_waits(step, P4=1200))
    released(priority="P4", severity=1)
    later(minutes=14)
    carry_out()
    assert mailbox.letters == []
    later(minutes=1, seconds=1)
    carry_out()
    assert len(mailbox.letters) == 1
    later(minutes=5)
    actions.escalate_due()
    carry_out()
    assert [letter["To"] for letter in mailbox.letters][1:] == [people.pol_head.email]


def test_the_digest_hour_is_that_of_the_officers_own_clock(people, settings):
    settings.DIGEST_AT = ["07:30", "19:30"]
    at = datetime(2027, 2, 17, 5, 0, tzinfo=UTC)  # 07:00 in Riga, 08:00 in Minsk
    assert next_digest(people.dgp_duty, at) == datetime(2027, 2, 17, 5, 30, tzinfo=UTC)
    assert next_digest(people.pol_duty, at) == datetime(2027, 2, 17, 16, 30, tzinfo=UTC)


def test_the_log_tells_the_own_side_who_and_the_other_side_only_what(
    released, reached, people, provider, carry_out, mailbox, signed_in, api
):
    reached("sms")
    people.dgp_duty.language = "en"
    people.dgp_duty.save(update_fields=["language"])
    _case, delivery = released()
    carry_out()
    path = f"/deliveries/{delivery.uid}/attempts/"
    own = signed_in(people.pol_duty).get(path).content.decode()
    theirs = signed_in(people.dgp_duty).get(path).content.decode()
    log = theirs.split('id="log"')[1].split("</section>")[0]
    assert "SMS" in own
    assert "SMS" in log
    name = people.pol_duty.name_for("en")
    assert name in own.split('id="log"')[1].split("</section>")[0]
    assert name not in log
    assert signed_in(people.rix_duty).get(path).status_code == 404
    assert signed_in(people.stranger).get(path).status_code == 404
    rows = api(people.dgp_duty).get(f"/api/v1{path}").json()["attempts"]
    assert {row["officer"] for row in rows} == {None}
    assert {row["kind"] for row in rows} == {"live", "mail", "sms"}
    rows = api(people.pol_duty).get(f"/api/v1{path}").json()["attempts"]
    assert str(people.pol_duty) in {row["officer"] for row in rows}
    for text in (own, theirs):
        assert NUMBER not in text


def test_two_browsers_of_one_officer_are_both_told_and_one_that_fails_holds_no_other(
    released, reached, push_service, browser, carry_out, mailbox
):
    other = Browser(push_service, "two")
    reached("push", other.as_json.replace(other.path, "/gone"))
    reached("push", browser.as_json)
    reached("push", other.as_json)
    released()
    carry_out()
    assert len(browser.shown) == len(other.shown) == 1


@pytest.mark.django_db(transaction=True)
def test_at_the_same_time_each_thing_happens_once_and_slow_holds_no_other(
    released, reached, provider, browser, mailbox
):
    reached("sms")
    browsers = reached("push", browser.as_json)
    provider.slow = 1.5
    released(priority="P3")

    def run(channel):
        try:
            while relay_due(channel=channel):
                pass
        finally:
            connections.close_all()

    def add():
        try:
            channel = actions.add_channel("voice", "+37120000055", by=officer)
            actions.test_channel(channel, by=officer)
        except Refused:
            pass  # the other test is on its way
        finally:
            connections.close_all()

    officer = browsers.officer
    adding = [threading.Thread(target=add) for _officer in range(3)]
    for thread in adding:
        thread.start()
    for thread in adding:
        thread.join()
    (voice,) = Channel.objects.filter(kind="voice")
    assert Message.objects.filter(channel="voice").count() == 1
    assert (voice.state, Entry.objects.filter(verb="reach.added").count()) == ("tested", 1)

    begun = time.monotonic()
    slow = [threading.Thread(target=run, args=("sms",)) for _relay in range(2)]
    for thread in slow:
        thread.start()
    run("push")
    assert len(browser.shown) == 1
    assert time.monotonic() - begun < 1.2
    released(priority="P1")
    urgent = threading.Thread(target=run, args=("sms_p1",))
    urgent.start()
    for thread in (*slow, urgent):
        thread.join()
    assert len(provider.got) == 2
