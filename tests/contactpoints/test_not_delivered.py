"""Whoever sent an alert sees what could not be delivered, why, and has it sent again."""

import pytest
from django.utils.timezone import now

from bordercoop.audit.models import Entry
from bordercoop.errors import NotAllowed, Refused
from bordercoop.outbox.actions import send_again
from bordercoop.outbox.models import Message
from contactpoints import actions
from contactpoints.channels import give_up as give_up_delivery
from contactpoints.dead_letters import UNKNOWN, count_of, dead_letters, in_words
from contactpoints.models import Delivery

pytestmark = pytest.mark.django_db
ERROR = "SMTPRecipientsRefused: {'pol.duty@by.example': (550, b'No such person')}"


def give_up(delivery, error=ERROR, channel="mail"):
    """Every attempt of the delivery's mails failed, as the relay leaves it."""
    rows = Message.objects.filter(payload__delivery=str(delivery.uid), channel=channel)
    rows.update(given_up_at=now(), attempts=6, last_error=error)
    actions.mark_failed(delivery, failure=error)


@pytest.fixture
def lost(released, people):
    def make(**how):
        case, delivery = released(**how)
        give_up(delivery)
        return case, delivery

    return make


def test_the_sender_sees_why_in_plain_words_and_sends_it_again_once(
    lost, people, signed_in, carry_out, mailbox
):
    people.dgp_duty.language = "en"
    people.dgp_duty.save(update_fields=["language"])
    _case, delivery = lost()
    duty = signed_in(people.dgp_duty)
    assert "was not delivered as it should" in duty.get("/console/").content.decode()
    page = duty.get("/console/not-delivered/").content.decode()
    assert "The mail server does not accept the address of the officer." in page
    assert "Polotsk" in page
    assert "6 attempts" in page
    assert "@by.example" not in page  # the text of the error is the operator's
    assert "pol.duty" not in page  # whom it was for is the other side's
    for _time in range(2):
        answer = duty.post(f"/deliveries/{delivery.uid}/resend/")
        assert answer.status_code == 302
    assert Entry.objects.filter(verb="message.resent", actor=people.dgp_duty).count() == 1
    assert Entry.objects.filter(verb="delivery.resent").count() == 1
    assert count_of(people.dgp_duty) == 0
    carry_out()
    carry_out()
    assert len(mailbox.to(people.pol_duty)) == 1
    with pytest.raises(Refused, match="No message of this alert"):
        actions.resend_delivery(delivery, by=people.dgp_duty)


def test_only_the_sender_and_only_while_the_desk_waits(lost, people):
    _case, delivery = lost()
    for by in (people.pol_duty, people.dgp_officer, people.lv_admin):
        with pytest.raises(NotAllowed):
            actions.resend_delivery(delivery, by=by)
    assert count_of(people.pol_duty) == 0  # what comes to a desk is not what it sent
    assert dead_letters(people.dgp_duty)[0].delivery == delivery
    actions.acknowledge_delivery(delivery, line="Seen on the screen.", by=people.pol_duty)
    assert count_of(people.dgp_duty) == 0
    with pytest.raises(Refused, match="waits for nothing"):
        actions.resend_delivery(delivery, by=people.dgp_duty)


def test_what_an_earlier_turn_could_not_send_is_listed_and_sent_no_more(
    lost, people, signed_in, carry_out, mailbox
):
    _case, delivery = lost()
    actions.acknowledge_delivery(delivery, line="On it.", by=people.pol_duty)
    actions.hand_back_delivery(delivery, reason="No patrol.", by=people.pol_duty)
    delivery.refresh_from_db()
    old = list(Message.objects.given_up().filter(payload__turn=0))
    assert old
    assert count_of(people.dgp_duty) == 0
    assert dead_letters(people.dgp_duty) == []
    assert actions.resend_delivery(delivery, by=people.dgp_duty) == 0  # the new turn is on its way
    carry_out()
    before = len(mailbox.raw)
    for message in old:  # the operator sends it again: it says nothing any more
        send_again(message, by=people.lv_hq)
        give_up_delivery(message.payload, failure=ERROR)
    carry_out()
    assert len(mailbox.raw) == before
    delivery.refresh_from_db()
    assert delivery.failed_at is None
    # What the present turn could not send is listed, without that of the earlier one; nor is what a
    # side's own system was not told.
    rows = Message.objects.filter(payload__delivery=str(delivery.uid), payload__turn=1)
    rows.filter(channel="mail").update(done_at=None, given_up_at=now(), last_error=ERROR)
    told = Message.objects.create(
        channel="webhook", key="w:1", payload={"delivery": str(delivery.uid)}, given_up_at=now()
    )
    (letter,) = dead_letters(people.dgp_duty)
    assert len(letter.lost) == rows.filter(channel="mail").count() > 0
    assert actions.resend_delivery(delivery, by=people.dgp_duty) == len(letter.lost)
    told.refresh_from_db()
    assert told.given_up_at


def test_every_error_has_words_that_name_nobody():
    assert "does not answer" in in_words("ConnectionRefusedError: [Errno 111] 10.0.0.7")
    assert "does not answer" in in_words("ReceiverAway: ConnectionRefusedError: [Errno 111]")
    assert in_words("Undelivered: sms unreachable") != str(UNKNOWN)
    assert in_words("KeyError: 'x'") == str(UNKNOWN)
    assert in_words("") == str(UNKNOWN)


def test_each_door(lost, people, signed_in, api):
    _case, delivery = lost()
    assert signed_in(people.dgp_officer).get("/console/not-delivered/").status_code == 404
    assert signed_in(people.pol_duty).get("/console/not-delivered/").context["rows"] == []
    for again in ("x", "9" * 99, "²", "-1"):
        page = signed_in(people.dgp_duty).get("/console/not-delivered/", {"again": again})
        assert page.context["again"] is None
    address = f"/api/v1/deliveries/{delivery.uid}/resend/"
    ours, theirs = api(people.dgp_duty), api(people.pol_duty)
    assert theirs.get("/api/v1/dead-letters/").json() == []
    assert api(people.dgp_officer).get("/api/v1/dead-letters/").status_code == 404
    (row,) = ours.get("/api/v1/dead-letters/").json()
    assert row["delivery"]["uid"] == str(delivery.uid)
    assert row["messages"][0]["attempts"] == 6
    assert theirs.post(address).status_code == 403
    assert api(people.msq_duty).post(address).status_code == 404
    assert ours.post(address).json()["messages"] == len(row["messages"])
    assert ours.post(address).json()["messages"] == 0
    assert Delivery.objects.get().failed_at is None
