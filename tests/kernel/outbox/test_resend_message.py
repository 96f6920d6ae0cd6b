from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils.timezone import now

from bordercoop.audit.models import Entry
from bordercoop.errors import NotAllowed, Refused
from bordercoop.outbox.actions import resend_message
from bordercoop.outbox.models import Message
from bordercoop.outbox.relay import post, relay_due

pytestmark = pytest.mark.django_db


@pytest.fixture
def given_up(mailbox):
    post("mail", "mail:1", {"id": 1, "port": mailbox.port})
    Message.objects.update(given_up_at=now(), attempts=6, last_error="SMTP: 451")
    return Message.objects.get()


def test_an_operator_sends_a_given_up_message_again(given_up, mailbox, make_user):
    assert relay_due() == 0
    resend_message(given_up, by=make_user("operator"))
    assert relay_due() == 1
    assert mailbox.keys == ["mail:1"]
    assert not Message.objects.given_up().exists()


def test_sending_again_begins_with_the_first_attempt(given_up, make_user):
    assert resend_message(given_up, by=make_user("operator")).attempts == 0


def test_sending_again_is_audited_with_what_went_wrong(given_up, make_user):
    operator = make_user("operator")
    resend_message(given_up, by=operator)
    entry = Entry.objects.get()
    assert (entry.verb, entry.about, entry.actor) == ("message.resent", "message:mail:1", operator)
    assert entry.facts["last_error"] == "SMTP: 451"


def test_nobody_else_may_send_again(given_up, make_user):
    with pytest.raises(NotAllowed) as refusal:
        resend_message(given_up, by=make_user("dgp.officer"))
    assert refusal.value.status == 403
    assert Message.objects.given_up().exists()
    assert not Entry.objects.exists()


def test_a_message_that_was_not_given_up_is_not_sent_again(given_up, make_user):
    operator = make_user("operator")
    resend_message(given_up, by=operator)
    with pytest.raises(Refused) as refusal:
        resend_message(given_up, by=operator)
    assert (refusal.value.code, refusal.value.status) == ("not_given_up", 409)
    assert Entry.objects.count() == 1


def test_the_command_lists_what_was_given_up_and_sends_it_again(given_up, make_user):
    make_user("operator")
    out = StringIO()
    call_command("messages", stdout=out)
    assert "mail:1" in out.getvalue()
    assert "SMTP: 451" in out.getvalue()
    call_command("messages", "--resend", "mail:1", "--by", "operator", stdout=out)
    assert not Message.objects.given_up().exists()


@pytest.mark.parametrize(
    "words", [["--by", "nobody"], ["--by", "stranger"], ["--resend", "no:such", "--by", "operator"]]
)
def test_the_command_refuses_with_a_sentence(given_up, make_user, words):
    make_user("operator")
    make_user("stranger")
    with pytest.raises(CommandError):
        call_command("messages", "--resend", "mail:1", *words, stdout=StringIO())
    assert Message.objects.given_up().exists()
