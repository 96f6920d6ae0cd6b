from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from knox.models import AuthToken
from rest_framework.test import APIClient

from bordercoop.access.actions import forget_expired
from bordercoop.audit.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def issue(officer, capsys):
    officer("dgp.duty")

    def issue(*args):
        call_command("issue_token", "dgp.duty", *args)
        return capsys.readouterr().out.splitlines()[-1]

    return issue


def get(token):
    return APIClient().get("/api/v1/things/", headers={"Authorization": f"Token {token}"})


def test_the_last_printed_line_is_a_token_that_works(issue):
    assert get(issue()).status_code == 200


def test_a_token_is_kept_only_hashed_and_the_audit_does_not_know_it(issue):
    token = issue()
    row = AuthToken.objects.get()
    assert token not in (row.digest, row.token_key)
    assert token not in str(Entry.objects.get(verb="account.token_issued").facts)


def test_a_token_expires(issue, time_machine):
    time_machine.move_to("2026-11-22T00:00:00Z", tick=False)
    token = issue("--days", "3")
    time_machine.shift(timedelta(days=3, seconds=1))
    assert get(token).status_code == 401
    assert AuthToken.objects.exists(), "a reader removes nothing"
    forget_expired()
    assert not AuthToken.objects.exists()


def test_revoked_tokens_open_nothing(issue):
    token = issue()
    call_command("revoke_tokens", "dgp.duty")
    assert get(token).status_code == 401
    assert Entry.objects.filter(verb="account.tokens_revoked", facts={"count": 1}).exists()


def test_the_token_of_a_suspended_account_opens_nothing(issue):
    token = issue()
    AuthToken.objects.get().user.__class__.objects.update(is_active=False)
    assert get(token).status_code == 401


@pytest.mark.parametrize("token", ["", "x", "nonsense" * 8, "a b", "ÿþ", "é" * 64])
def test_nonsense_in_place_of_a_token_is_401(token, db):
    answer = get(token)
    assert answer.status_code == 401
    assert answer.json()["code"]
    assert answer["WWW-Authenticate"] == "Token"


def test_a_token_costs_one_statement(issue, django_assert_num_queries):
    token = issue()
    with django_assert_num_queries(2):
        get(token)  # the token with its account; the list


@pytest.mark.parametrize(
    "args", [("nobody",), ("dgp.duty", "--days", "0"), ("dgp.duty", "--days", "9999")]
)
def test_a_token_that_cannot_be_is_refused_with_a_sentence(args, officer):
    officer("dgp.duty")
    with pytest.raises(CommandError):
        call_command("issue_token", *args)
    assert not AuthToken.objects.exists()
