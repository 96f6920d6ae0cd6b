from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session

from bordercoop.access import sessions
from bordercoop.access.models import User
from bordercoop.audit.models import Entry

pytestmark = pytest.mark.django_db
START = "2026-11-22T00:00:00Z"


@pytest.fixture
def signed_in(client, officer, time_machine):
    """An officer who signed in at midnight: the client; `client.later(minutes=...)` moves on."""
    time_machine.move_to(START, tick=False)
    client.user = officer("dgp.duty", language="en")
    client.force_login(client.user)
    client.later = lambda **time: time_machine.shift(timedelta(**time))
    return client


def test_an_hour_without_a_request_ends_the_session(signed_in):
    signed_in.later(minutes=60, seconds=1)
    there = signed_in.get("/page/?a=1")
    assert there.url == "/accounts/login/?next=/page/%3Fa%3D1"
    page = signed_in.get(there.url).content.decode()
    assert "You were signed out because nothing was done for 60 minutes." in page
    assert 'value="/page/?a=1"' in page, "and leads back to the page"
    assert not Session.objects.filter(session_key__startswith="x").exists()
    assert Entry.objects.filter(verb="account.session_ended", facts={"why": "idle"}).exists()


def test_requests_keep_a_session_alive(signed_in):
    for _ in range(5):
        signed_in.later(minutes=55)
        assert signed_in.get("/page/").status_code == 200


def test_no_session_outlives_the_shift(signed_in):
    for _ in range(14):
        signed_in.later(minutes=59)
        assert signed_in.get("/page/").status_code == 200
    signed_in.later(minutes=15)
    there = signed_in.get("/page/")
    assert there.status_code == 302
    assert "a session lasts at most 14 hours" in signed_in.get(there.url).content.decode()


def test_a_page_costs_session_and_user_and_nothing_else(signed_in, django_assert_num_queries):
    with django_assert_num_queries(2):
        assert signed_in.get("/page/").status_code == 200


def test_the_time_of_the_last_request_is_written_once_a_minute(
    signed_in, django_assert_num_queries, django_assert_max_num_queries
):
    signed_in.later(seconds=59)
    with django_assert_num_queries(2):
        signed_in.get("/page/")
    signed_in.later(seconds=1)
    with django_assert_max_num_queries(5):
        signed_in.get("/page/")
    with django_assert_num_queries(2):
        signed_in.get("/page/")


def test_htmx_hears_that_it_is_signed_out_instead_of_getting_the_sign_in_page(signed_in):
    signed_in.later(hours=2)
    answer = signed_in.get(
        "/page/",
        headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/console/?desk=A"},
    )
    assert answer.status_code == 401
    assert answer["X-Signed-Out"] == "/accounts/login/?next=/console/%3Fdesk%3DA"
    assert "You are signed out." in answer.content.decode()
    assert "<form" not in answer.content.decode()


def test_a_script_hears_it_as_json(signed_in):
    signed_in.later(hours=2)
    answer = signed_in.get("/page/", headers={"X-Requested-With": "XMLHttpRequest"})
    assert answer.status_code == 401
    assert answer.json()["code"] == "not_authenticated"
    assert answer["X-Signed-Out"].startswith("/accounts/login/")


def test_an_ended_session_is_401_for_the_api(signed_in):
    signed_in.later(hours=2)
    assert signed_in.get("/api/v1/things/").status_code == 401


def test_a_suspended_officer_is_out_at_the_next_request(signed_in):
    User.objects.update(is_active=False)
    assert signed_in.get("/page/").status_code == 302


def test_an_open_stream_counts_as_presence(signed_in):
    key = signed_in.cookies[settings.SESSION_COOKIE_NAME].value
    for _ in range(3):
        signed_in.later(minutes=50)
        sessions.keep_alive(key)
    assert signed_in.get("/page/").status_code == 200


def test_a_stream_revives_no_session_that_has_ended(signed_in):
    key = signed_in.cookies[settings.SESSION_COOKIE_NAME].value
    signed_in.later(hours=2)
    sessions.keep_alive(key)
    assert sessions.user_of(key) is None
    assert signed_in.get("/page/").status_code == 302


def test_a_session_names_its_officer_to_doors_without_middleware(signed_in):
    key = signed_in.cookies[settings.SESSION_COOKIE_NAME].value
    assert sessions.user_of(key) == signed_in.user
    signed_in.user.set_password("something else entirely")
    signed_in.user.save()
    assert sessions.user_of(key) is None, "a new password ends it"
    assert sessions.user_of("no-such-session") is None
