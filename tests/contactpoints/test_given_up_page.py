"""Messages that were given up: an operator sees them and sends them again."""

import pytest
from django.utils.timezone import now

from bordercoop.audit.models import Entry
from bordercoop.outbox.models import Message

pytestmark = pytest.mark.django_db


@pytest.fixture
def message():
    return Message.objects.create(
        channel="mail", key="k:1", payload={"delivery": "secret"}, given_up_at=now(), attempts=6
    )


def test_an_operator_sees_a_given_up_message_without_its_content(message, people, signed_in):
    page = signed_in(people.lv_admin).get("/messages/")
    assert "k:1" in page.content.decode()
    assert "secret" not in page.content.decode()


def test_an_operator_sends_it_again_and_the_audit_says_so(message, people, signed_in):
    assert signed_in(people.lv_admin).post(f"/messages/{message.pk}/resend/").status_code == 302
    message.refresh_from_db()
    assert message.given_up_at is None
    assert Entry.objects.get(verb="message.resent").actor == people.lv_admin


def test_to_others_the_page_does_not_exist(message, people, signed_in):
    assert signed_in(people.dgp_duty).get("/messages/").status_code == 404
    assert signed_in(people.dgp_duty).post(f"/messages/{message.pk}/resend/").status_code == 404
