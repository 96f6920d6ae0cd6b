"""Where an officer is signed in: what the list says, and that ending a session ends it at once."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client

from bordercoop.access import sessions
from bordercoop.access.session_list import device_words
from bordercoop.audit.models import Entry
from tests.kernel.people import PASSWORD

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0"
CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36"
EDGE = CHROME + " Edg/130.0"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Safari/604.1"


@pytest.fixture
def places(officer, time_machine, settings):
    """Two browsers of one officer: (here, there); here signed in a quarter of an hour later."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    time_machine.move_to("2026-11-22T08:00:00Z", tick=False)
    officer("dgp.duty", language="en")
    there, here = Client(headers={"User-Agent": PHONE}), Client(headers={"User-Agent": FIREFOX})
    for browser in (there, here):
        browser.post("/accounts/login/", {"login": "dgp.duty", "password": PASSWORD})
        time_machine.shift(timedelta(minutes=15))
    return here, there


def key_of(browser):
    return browser.cookies[settings.SESSION_COOKIE_NAME].value


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, "Firefox on Windows"),
        (CHROME, "Chrome on Linux"),
        (EDGE, "Edge on Linux"),
        (PHONE, "Safari on iPhone"),
        ("curl/8.5", "An unknown device"),
        ("", "An unknown device"),
        ("Firefox", "Firefox"),
    ],
)
def test_a_device_is_named_in_words(agent, words):
    assert device_words(agent) == words


def test_the_list_says_which_where_and_when_in_both_clocks(places):
    here, there = places
    page = here.get("/accounts/sessions/").content.decode()
    assert page.index("Firefox on Windows") < page.index("Safari on iPhone"), "this one first"
    assert page.count("This one") == 1
    assert "Mozilla" not in page
    assert "10:15 Riga" in page
    assert "11:15 Minsk" in page
    assert key_of(here) not in page
    assert key_of(there) not in page


def test_ending_one_session_leaves_the_others(places):
    here, there = places
    row = there.session.session_key
    from allauth.usersessions.models import UserSession

    listed = UserSession.objects.get(session_key=row)
    assert here.post(f"/accounts/sessions/{listed.pk}/end/").status_code == 302
    assert there.get("/page/").url.startswith("/accounts/login/")
    assert sessions.user_of(row) is None, "and its live stream ends at the next check"
    assert here.get("/page/").status_code == 200
    assert Entry.objects.filter(verb="account.session_revoked").count() == 1
    assert here.post(f"/accounts/sessions/{listed.pk}/end/").status_code == 404, "it is gone"


def test_ending_all_others_keeps_this_one(places):
    here, there = places
    assert here.post("/accounts/sessions/").status_code == 302
    assert "1 other session was ended." in here.get("/accounts/sessions/").content.decode()
    assert there.get("/page/").status_code == 302
    assert here.get("/page/").status_code == 200


def test_ending_this_one_signs_out(places):
    from allauth.usersessions.models import UserSession

    here, _there = places
    own = UserSession.objects.get(session_key=here.session.session_key)
    assert here.post(f"/accounts/sessions/{own.pk}/end/").url == "/accounts/login/"
    assert here.get("/page/").status_code == 302


def test_nobody_ends_the_session_of_another_officer(places, officer):
    from allauth.usersessions.models import UserSession

    here, _there = places
    officer("pol.duty", side="BY")
    stranger = Client()
    stranger.post("/accounts/login/", {"login": "pol.duty", "password": PASSWORD})
    theirs = UserSession.objects.get(session_key=stranger.session.session_key)
    assert here.post(f"/accounts/sessions/{theirs.pk}/end/").status_code == 404
    assert stranger.get("/page/").status_code == 200


def test_the_list_costs_the_same_for_two_sessions_and_for_five(places):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    here, _there = places
    here.get("/accounts/sessions/")
    counts = []
    for more in (0, 3):
        for _ in range(more):
            Client().post("/accounts/login/", {"login": "dgp.duty", "password": PASSWORD})
        with CaptureQueriesContext(connection) as queries:
            assert here.get("/accounts/sessions/").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
