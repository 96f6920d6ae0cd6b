import re

import pytest
from django.core import mail

from bordercoop.access.actions import send_password_reset
from bordercoop.audit.models import Entry
from bordercoop.outbox.models import Message
from tests.kernel.people import PASSWORD

pytestmark = pytest.mark.django_db
NEW = "a quite different long password"


def deliver():
    """What the relay does with the queued letters."""
    for message in Message.objects.filter(channel="password_reset", done_at=None):
        send_password_reset(message.payload, key=message.key)


@pytest.fixture
def ask(client):
    def ask(email):
        answer = client.post("/accounts/password/reset/", {"email": email})
        deliver()
        return answer

    return ask


def link():
    return re.search(r"http://127\.0\.0\.1:8000(/\S+)", mail.outbox[-1].body)[1]


def test_the_link_sets_a_new_password(ask, officer, client, sign_in):
    officer("dgp.duty", language="en")
    assert ask("dgp.duty@test.example").url == "/accounts/password/reset/done/"
    assert mail.outbox[0].to == ["dgp.duty@test.example"]
    assert "Your user name is dgp.duty." in mail.outbox[0].body
    form = client.get(link(), follow=True)
    assert client.post(form.request["PATH_INFO"], {"password1": NEW, "password2": NEW}).url == (
        "/accounts/password/reset/key/done/"
    )
    assert sign_in("dgp.duty", NEW).status_code == 302
    assert "account.password_set" in Entry.objects.values_list("verb", flat=True)


def test_the_link_works_once(ask, officer, client):
    officer("dgp.duty", language="en")
    ask("dgp.duty@test.example")
    address = link()
    form = client.get(address, follow=True).request["PATH_INFO"]
    client.post(form, {"password1": NEW, "password2": NEW})
    client.logout()
    assert "no longer valid" in client.get(address, follow=True).content.decode()


def test_an_unknown_address_gets_the_same_answer_and_no_letter(ask, officer):
    known, unknown = ask("dgp.duty@test.example"), ask("nobody@test.example")
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    assert mail.outbox == []


def test_the_letter_speaks_the_language_of_the_account(ask, officer, client):
    officer("pol.duty", side="BY")
    client.cookies["language"] = "en"
    ask("pol.duty@test.example")
    assert "І. Кавалёў" in mail.outbox[0].body, "and names the officer as she writes it"


def test_no_row_of_the_outbox_holds_a_link(ask, officer, client):
    user = officer("dgp.duty")
    ask("dgp.duty@test.example")
    assert Message.objects.get().payload == {"account": user.pk}


def test_the_link_names_the_portal_and_not_the_host_of_the_request(ask, officer, client, settings):
    settings.ALLOWED_HOSTS = ["*"]
    officer("dgp.duty")
    client.post(
        "/accounts/password/reset/", {"email": "dgp.duty@test.example"}, HTTP_HOST="evil.example"
    )
    deliver()
    assert "evil.example" not in mail.outbox[0].body


def test_a_suspended_account_gets_no_letter(ask, officer):
    officer("dgp.duty", is_active=False)
    ask("dgp.duty@test.example")
    assert mail.outbox == []


def test_a_short_password_is_refused(ask, officer, client):
    user = officer("dgp.duty", language="en")
    ask("dgp.duty@test.example")
    form = client.get(link(), follow=True).request["PATH_INFO"]
    assert client.post(form, {"password1": "short", "password2": "short"}).status_code == 200
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_asking_again_and_again_is_slowed_down(client, officer):
    officer("dgp.duty")
    answers = [
        client.post("/accounts/password/reset/", {"email": "dgp.duty@test.example"}).status_code
        for _ in range(7)
    ]
    assert answers[-1] == 429
