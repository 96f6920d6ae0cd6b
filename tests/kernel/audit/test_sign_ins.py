"""Sign-ins, their failures and the ends of sessions are in the trail of the account's side."""

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.utils.timezone import now

from bordercoop.access.actions import forget_expired
from bordercoop.audit.models import Entry
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db


def sign_in(client, username, password=PASSWORD):
    return client.post("/accounts/login/", {"login": username, "password": password})


def of(verb):
    return Entry.objects.filter(verb=verb).order_by("pk")


def test_a_failed_sign_in_is_in_the_trail_of_the_account(client, people):
    people.pol_duty
    sign_in(client, "pol.duty", "wrong")
    sign_in(client, "nobody.known", "wrong")
    known, unknown = of("account.sign_in_failed")
    assert (known.side, known.about, known.actor) == ("BY", "user:pol.duty", None)
    assert (unknown.side, unknown.about) == ("", "user:unknown")
    assert known.facts["address"] == "127.0.0.1"


def test_a_lock_out_is_in_the_trail_of_the_account(client, people):
    people.pol_duty
    for _ in range(6):
        sign_in(client, "pol.duty", "wrong")
    assert of("account.sign_in_failed").count() == 5
    assert of("account.locked_out").get().side == "BY"


def test_a_suspended_officer_with_the_right_password_is_a_failed_sign_in(client, people):
    people.pol_duty.is_active = False
    people.pol_duty.save()
    sign_in(client, "pol.duty")
    entry = of("account.sign_in_failed").get()
    assert (entry.side, entry.about) == ("BY", "user:pol.duty")
    assert entry.facts == {"why": "suspended", "address": "127.0.0.1"}


def test_signing_in_and_out_leaves_two_rows(client, people):
    people.dgp_duty
    sign_in(client, "dgp.duty")
    client.post("/accounts/logout/")
    assert of("account.signed_in").get().actor == people.dgp_duty
    assert of("account.signed_out").get().actor == people.dgp_duty
    forget_expired()
    assert not of("account.session_ended").exists()


def test_a_wrong_password_when_asked_again_is_a_failure_too(client, people):
    people.dgp_duty
    sign_in(client, "dgp.duty")
    client.post("/accounts/reauthenticate/", {"password": "wrong"})
    assert of("account.sign_in_failed").get().about == "user:dgp.duty"


def test_an_officer_who_ends_other_sessions_leaves_a_row_for_each(client, people, client_factory):
    people.dgp_duty
    for browser in (client_factory(), client_factory(), client):
        sign_in(browser, "dgp.duty")
    assert UserSession.objects.count() == 3
    client.post("/accounts/sessions/")
    ended = of("account.session_revoked")
    assert len(ended) == 2
    assert {row.actor for row in ended} == {people.dgp_duty}
    assert Session.objects.count() == 1


def test_a_session_nobody_came_back_to_ends_with_a_row_once(client, people):
    people.pol_duty
    sign_in(client, "pol.duty")
    Session.objects.update(expire_date=now() - timedelta(minutes=1))
    for _ in range(2):
        forget_expired()
    entry = of("account.session_ended").get()
    assert (entry.side, entry.about, entry.actor) == ("BY", "user:pol.duty", None)
    assert entry.facts == {"why": "expired"}
    assert not UserSession.objects.exists()


@pytest.fixture
def client_factory():
    from django.test import Client

    return Client


@pytest.fixture(autouse=True)
def _no_limits_left(db):
    from django.core.cache import cache

    cache.clear()
    yield
    cache.clear()
