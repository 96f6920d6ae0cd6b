"""The officer's own API tokens: made after the password, shown once, revoked one by one."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.utils.timezone import now
from knox.models import AuthToken

from bordercoop.audit.models import Entry
from tests.kernel.people import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture
def confirmed(officer, sign_in, client):
    """An officer who has signed in and typed the password once more."""
    user = officer("dgp.duty")
    sign_in("dgp.duty")
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return user


def test_it_asks_for_the_password_again(officer, sign_in, client):
    officer("dgp.duty")
    sign_in("dgp.duty")
    for answer in (
        client.get("/profile/tokens/"),
        client.post("/profile/tokens/", {"days": "7"}),
    ):
        assert answer.status_code == 302
        assert answer["Location"].startswith("/accounts/reauthenticate/")
    assert not AuthToken.objects.exists()
    client.post("/accounts/reauthenticate/", {"password": "wrong"})
    assert client.get("/profile/tokens/").status_code == 302
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert client.get("/profile/tokens/").status_code == 200
    with time_machine.travel(now() + timedelta(minutes=10), tick=False):
        assert client.get("/profile/tokens/").status_code == 302


def test_a_token_is_shown_once_and_kept_hashed(confirmed, client):
    user = confirmed
    page = client.post("/profile/tokens/", {"days": "30"})
    token = re.search(r"selectable\">([0-9a-f]{40,})<", page.content.decode())[1]
    assert token not in client.get("/profile/tokens/").content.decode()
    assert AuthToken.objects.get(user=user).digest != token
    assert Entry.objects.filter(verb="account.token_issued", actor=user).exists()


def test_a_token_is_revoked_by_its_owner_alone(confirmed, officer, client):
    mine, other = confirmed, officer("pol.duty", side="BY")
    theirs = AuthToken.objects.create(other)[0]
    client.post("/profile/tokens/", {"days": "7"})
    key = AuthToken.objects.get(user=mine).token_key
    client.post("/profile/tokens/revoke/", {"token": theirs.token_key})
    assert AuthToken.objects.filter(user=other).exists()
    for _ in range(2):
        assert client.post("/profile/tokens/revoke/", {"token": key}).status_code == 302
    assert not AuthToken.objects.filter(user=mine).exists()
    assert Entry.objects.filter(verb="account.token_revoked").count() == 1


@pytest.mark.parametrize("days", ["", "0", "9999", "x", "\x00"])
def test_an_odd_length_of_time_is_refused(confirmed, client, days):
    assert client.post("/profile/tokens/", {"days": days}).status_code == 400
    assert not AuthToken.objects.exists()
