"""The mail server is away for an hour: alerts go on by other ways, and no letter is lost."""

from collections import Counter
from datetime import timedelta

import pytest
from django.utils.timezone import now

from bordercoop.outbox.models import Message
from bordercoop.outbox.relay import carry_out_next, post
from contactpoints import actions
from contactpoints.models import Channel
from contactpoints.reaching.sealed import mark_of, seal
from tests.incidents.doors import later
from tests.receivers import provider
from tests.smtp import mailbox

__all__ = ["later", "mailbox", "provider"]
pytestmark = [pytest.mark.fault, pytest.mark.django_db]


def settled(delivery):
    delivery.refresh_from_db()
    return delivery


def told(delivery, step=0):
    rows = Message.objects.filter(key__startswith=f"delivery:{delivery.uid}:{step}:")
    return {row.channel: row for row in rows}


def test_after_an_hour_without_a_mail_server_every_letter_goes_out_once(
    released, people, unit, carry_out, mailbox, provider, later
):
    number = "+37120000000"
    Channel.objects.create(
        officer=people.pol_duty, kind="sms", address=seal(number), mark=mark_of("sms", number),
        name="x", state="on", confirmed_at=now(),
    )  # fmt: skip
    people.pol_head
    mailbox.leave()
    urgent = released(priority="P1")[1]
    plain = [released(priority="P3")[1] for _ in range(3)]
    carry_out()
    # The screens ring and the telephone gets its text at once; the sender sees them as sent.
    for one in (urgent, *plain):
        assert told(one)["live"].done_at is not None
        assert settled(one).state == "sent"
    assert provider.texts[0][0] == number

    for _minute in range(12):
        later(minutes=5)
        actions.escalate_due()
        carry_out()
    # P1 has climbed to headquarters, P3 to the head of the point.
    assert settled(urgent).steps[urgent.step]["who"] == "headquarters"
    assert all(settled(one).step >= 1 for one in plain)
    assert all(one.failed_at for one in (urgent, *plain)), "the sender sees red"
    assert not Message.objects.given_up().exists()
    waiting = Message.objects.open().filter(channel__in=("mail", "mail_p1"))
    keys = {message.key for message in waiting}
    assert len(keys) >= 3 + 2 * 3

    mailbox.come_back()
    later(minutes=1)
    carry_out()
    assert not waiting.filter(channel="mail_p1").exists(), "P1 waits a minute at most"
    later(minutes=5)
    carry_out()
    assert not waiting.all().exists()
    names = Counter(letter["Message-ID"] for letter in mailbox.letters)
    assert set(names.values()) == {1}
    sent = {name.strip(" <>").split("@")[0] for name in names}
    assert sent == {key.replace(":", ".") for key in keys}
    for one in (urgent, *plain):
        assert (settled(one).state, one.failed_at) == ("delivered", None)


def test_acknowledged_while_the_mail_server_was_away_sends_nothing_afterwards(
    released, people, carry_out, mailbox, later
):
    mailbox.leave()
    _case, delivery = released(priority="P1")
    carry_out()
    actions.acknowledge_delivery(delivery, line="On it.", by=people.pol_duty)
    mailbox.come_back()
    later(minutes=5)
    carry_out()
    assert mailbox.letters == []
    assert not Message.objects.open().exists()


def test_a_letter_waits_a_day_for_its_server_and_no_longer(released, carry_out, mailbox, later):
    mailbox.leave()
    _case, delivery = released()
    carry_out()
    Message.objects.update(created_at=now() - timedelta(hours=24), attempts=5)
    later(minutes=15)
    carry_out()
    assert told(delivery)["mail"].given_up_at


def test_a_letter_of_p1_passes_ten_thousand_that_wait(released, mailbox):
    """Each lane has a thread of its own in the relay and in a worker."""
    Message.objects.bulk_create(
        [
            Message(channel="mail", key=f"backlog:{n}", payload={}, due_at=now() - timedelta(1))
            for n in range(10_000)
        ]
    )
    _case, delivery = released(priority="P1")
    assert carry_out_next("mail_p1")
    (letter,) = mailbox.letters
    assert str(delivery.uid) in letter["Message-ID"]
    assert Message.objects.due().filter(channel="mail").count() == 10_000


def test_every_letter_of_a_broadcast_goes_by_the_lane_of_p1(people, unit, both_sides_on_duty):
    sent = actions.send_broadcast(unit("DESK-DGP"), what="crowd", by=people.dgp_duty)
    sent.repeat_at = now()
    sent.save(update_fields=["repeat_at"])
    assert actions.repeat_broadcasts() == 1
    lanes = Message.objects.exclude(channel="live").values_list("channel", flat=True)
    assert set(lanes) == {"mail_p1"}
    assert lanes.count() > 4


def test_an_unknown_lane_is_refused():
    with pytest.raises(LookupError):
        post("mail_p9", "k", {})
