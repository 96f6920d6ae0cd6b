"""The kernel with its own addresses, and people of both sides who can sign in."""

import pytest
from django.utils.timezone import now

from bordercoop.access.models import NOTICE, User

PASSWORD = "correct horse battery staple"
NAMES = {
    "LV": ("A. Berzina", "A. Bērziņa", "lv"),
    "BY": ("I. Kavaliou", "І. Кавалёў", "be"),
    "EU": ("J. Kowalska", "", "en"),
}


@pytest.fixture(autouse=True)
def _kernel_alone(settings):
    settings.ROOT_URLCONF = "tests.kernel.doors"
    settings.NAVIGATION = settings.HOME_TILES = []
    settings.STILL_POSTED = "tests.kernel.outside.still_posted"
    settings.ACCOUNT_RATE_LIMITS = {"login": "1000/m/ip", "login_failed": "30/m/ip,3/5m/key"}


@pytest.fixture(autouse=True)
def _no_cache_left(db):
    from django.core.cache import cache

    cache.clear()


@pytest.fixture
def officer(db):
    """Make an officer: `officer("dgp.duty", side="LV")`; names and language follow the side."""

    def officer(username="dgp.duty", side="LV", **facts):
        latin, local, language = NAMES[side]
        home = {"welcomed_at": now(), "notice": NOTICE, "notice_at": now()}
        facts = {"name_latin": latin, "name_local": local, "language": language, **home} | facts
        return User.objects.create_user(
            username, f"{username}@test.example", PASSWORD, side=side, **facts
        )

    return officer


@pytest.fixture
def sign_in(client):
    """Sign in through the page, as a person does; the answer of the page."""

    def sign_in(username, password=PASSWORD, **more):
        return client.post("/accounts/login/", {"login": username, "password": password}, **more)

    return sign_in


@pytest.fixture
def api(officer):
    """A client with an API token: `api(user).get(...)`; without a user one is made."""
    from datetime import timedelta

    from rest_framework.test import APIClient

    from bordercoop.access.actions import issue_token

    def api(user=None, **facts):
        user = user or officer("api.officer", **{"language": "en"} | facts)
        token, _expires_at = issue_token(user, expires_in=timedelta(days=1), by=None)
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"Token {token}")
        client.default_format = "json"
        client.raise_request_exception = False
        client.user = user
        return client

    return api
