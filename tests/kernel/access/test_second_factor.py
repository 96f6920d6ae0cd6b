"""The second factor through the pages, as a person meets it, and every door that demands it."""

import base64
import hashlib
import hmac
import re
import struct
import time
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings as django_settings
from django.core.management import call_command
from django.db import connection

from bordercoop.access import sessions
from bordercoop.access.second_factor import FactorAdapter, keys, remove_factors
from bordercoop.audit.models import Entry
from bordercoop.outbox.models import Message
from tests.kernel.people import PASSWORD

pytestmark = pytest.mark.django_db
START = "2026-11-22T00:00:10Z"
TWO_FACTOR = "/accounts/2fa"


def code_of(secret, steps=0):
    """RFC 6238 as any app does it."""
    counter = struct.pack(">Q", int(time.time()) // 30 + steps)
    digest = hmac.new(base64.b32decode(secret), counter, hashlib.sha1).digest()
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at : at + 4])[0] & 0x7FFFFFFF) % 10**6:06}"


@pytest.fixture(autouse=True)
def _demanded(settings):
    settings.SECOND_FACTOR = "required"
    # Signing in is what these tests repeat; how hard a password is to guess is not their matter.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    """Do something as if its transaction had been committed."""

    def committed(do):
        with django_capture_on_commit_callbacks(execute=True):
            return do()

    return committed


@pytest.fixture
def browser(client, officer, sign_in, time_machine, committed):
    """An officer's browser with the steps of setting up and signing in; `user`, `secret`."""
    time_machine.move_to(START, tick=False)
    client.user = officer("dgp.duty", language="en")
    client.later = lambda **how: time_machine.shift(timedelta(**how))

    def confirm():
        address = "/accounts/reauthenticate/"
        assert client.post(address, {"password": PASSWORD}).status_code == 302

    def set_up():
        sign_in("dgp.duty")
        confirm()
        page = client.get(f"{TWO_FACTOR}/totp/activate/").content.decode()
        client.secret = re.search(r"data-totp-key>([A-Z2-7]+)<", page)[1]
        answer = committed(
            lambda: client.post(f"{TWO_FACTOR}/totp/activate/", {"code": code_of(client.secret)})
        )
        assert answer.url == f"{TWO_FACTOR}/recovery-codes/"
        return client

    def prove(code):
        return client.post(f"{TWO_FACTOR}/authenticate/", {"code": code})

    client.confirm, client.set_up, client.prove = confirm, set_up, prove
    client.sign_in = lambda: sign_in("dgp.duty")
    return client


def verbs():
    return list(Entry.objects.order_by("pk").values_list("verb", flat=True))


def test_an_app_is_set_up_and_then_its_code_signs_in(browser):
    browser.set_up()
    assert "account.factor_added" in verbs()
    assert browser.get("/page/").status_code == 200, "this session goes on"
    browser.post("/accounts/logout/")
    browser.later(minutes=1)
    assert browser.sign_in().url == f"{TWO_FACTOR}/authenticate/"
    assert browser.get("/page/").status_code == 302, "the password alone is nothing yet"
    assert browser.prove(code_of(browser.secret)).status_code == 302
    assert browser.get("/page/").status_code == 200
    assert Entry.objects.filter(verb="account.factor_used", facts__kind="totp").exists()


@pytest.mark.parametrize(("steps", "taken"), [(-1, True), (1, True), (-2, False), (2, False)])
def test_a_clock_may_differ_by_one_step_and_no_more(browser, steps, taken):
    browser.set_up()
    browser.post("/accounts/logout/")
    browser.later(minutes=5)
    browser.sign_in()
    browser.prove(code_of(browser.secret, steps))
    assert (browser.get("/page/").status_code == 200) is taken


@pytest.mark.parametrize("later", [1, 31, 45])
def test_a_code_is_not_taken_twice_while_it_could_still_be_right(browser, later):
    browser.set_up()
    browser.later(minutes=5)
    code = code_of(browser.secret, 1)
    for expected in (200, 302):
        browser.post("/accounts/logout/")
        browser.sign_in()
        browser.prove(code)
        assert browser.get("/page/").status_code == expected
        browser.later(seconds=later)
    assert Entry.objects.filter(verb="account.factor_failed").exists()


def test_the_code_of_the_set_up_does_not_sign_in(browser):
    browser.set_up()
    browser.post("/accounts/logout/")
    browser.sign_in()
    browser.prove(code_of(browser.secret))
    assert browser.get("/page/").status_code == 302


def test_a_recovery_code_signs_in_once(browser):
    browser.set_up()
    page = browser.get(f"{TWO_FACTOR}/recovery-codes/").content.decode()
    codes = re.findall(r"<li>(\d{8})</li>", page)
    assert len(codes) == 10
    for expected in (200, 302):
        browser.post("/accounts/logout/")
        browser.sign_in()
        browser.prove(codes[0])
        assert browser.get("/page/").status_code == expected
    used = Entry.objects.get(verb="account.factor_used", facts__kind="recovery_codes")
    assert used.facts["codes_left"] == 9


def test_five_wrong_codes_lock_the_sixth_out_even_if_it_is_right(browser):
    browser.set_up()
    browser.post("/accounts/logout/")
    browser.later(minutes=10)
    browser.sign_in()
    answers = [browser.prove("000000").content.decode() for _ in range(4)]
    assert "This is not right, or it was used already." in answers[0]
    locked = browser.prove(code_of(browser.secret))
    assert "There were too many wrong codes" in locked.content.decode()
    assert "account.factor_locked_out" in verbs()
    browser.later(minutes=6)
    browser.sign_in()
    assert browser.prove(code_of(browser.secret)).status_code == 302


def test_whatever_is_typed_as_a_code_is_a_sentence(browser):
    browser.set_up()
    browser.post("/accounts/logout/")
    browser.sign_in()
    for bad in ("", "x" * 100_000, "12\x0034", "１２３４５６", "not a code"):
        answer = browser.prove(bad)
        assert answer.status_code == 200
        assert 'class="err"' in answer.content.decode()


HOSTILE = [
    "", "[]", "null", "7", '{"id": 7}', '{"response": {"userHandle": []}}', '{"a": "\\u0000"}',
    '{"id": "AA", "rawId": "AA", "type": "public-key", "response": {"userHandle": "MQ"}}',
    "{" * 2000, "x" * 30_000,
]  # fmt: skip


@pytest.mark.parametrize("door", ["authenticate", "webauthn/login", "webauthn/add"])
def test_whatever_a_browser_sends_as_a_passkey_is_refused_and_breaks_nothing(browser, door):
    browser.set_up()
    if door == "webauthn/add":
        browser.confirm()
    else:
        browser.post("/accounts/logout/")
    if door == "authenticate":
        browser.sign_in()
    elif door == "webauthn/login":
        browser.get(f"{TWO_FACTOR}/{door}/", headers={"Accept": "application/json"})
    for bad in HOSTILE:
        answer = browser.post(f"{TWO_FACTOR}/{door}/", {"credential": bad, "name": "a"})
        assert answer.status_code in (200, 302, 429)
    assert not Authenticator.objects.filter(type="webauthn").exists()
    assert (browser.get("/page/").status_code == 200) is (door == "webauthn/add")


# --- who owes it can do nothing else


@pytest.mark.parametrize("path", ["/", "/page/", "/framed/", "/profile/", "/accounts/sessions/"])
def test_without_a_factor_every_page_leads_to_setting_one_up(browser, path):
    browser.sign_in()
    assert browser.get(path).url == f"{TWO_FACTOR}/"
    page = browser.get(f"{TWO_FACTOR}/").content.decode()
    assert "This portal needs a second factor of every account." in page
    assert "data-user" not in page, "no live stream, no menu"


def test_a_part_of_a_page_is_refused_with_a_sentence(browser):
    browser.sign_in()
    answer = browser.get("/page/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Redirect"]) == (403, f"{TWO_FACTOR}/")
    assert answer.json()["code"] == "second_factor_required"


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Basic x"}])
def test_the_api_by_session_is_refused(browser, headers):
    browser.sign_in()
    answer = browser.get("/api/v1/things/", headers=headers)
    assert answer.status_code == 403
    assert answer.json()["code"] == "second_factor_required"


def test_the_live_stream_is_refused(browser):
    browser.sign_in()
    key = browser.cookies[django_settings.SESSION_COOKIE_NAME].value
    assert sessions.user_of(key) is None
    browser.post("/accounts/logout/")
    browser.set_up()
    key = browser.cookies[django_settings.SESSION_COOKIE_NAME].value
    assert sessions.user_of(key) == browser.user


def test_a_program_with_a_token_goes_on(api, officer):
    assert api(officer("a.program", language="en")).get("/api/v1/things/").status_code == 200


def test_language_theme_and_signing_out_stay_open(browser):
    browser.sign_in()
    assert browser.post("/profile/language/", {"language": "lv"}).status_code == 302
    assert browser.post("/profile/theme/", {"theme": "dark"}).status_code == 302
    assert browser.post("/accounts/logout/").url == "/accounts/login/"


def test_in_a_demo_the_password_is_enough(browser, settings):
    settings.SECOND_FACTOR = "optional"
    browser.sign_in()
    assert browser.get("/page/").status_code == 200


def test_a_session_older_than_the_factor_proves_it_first(browser, client_class, committed):
    elsewhere = client_class()
    elsewhere.post("/accounts/login/", {"login": "dgp.duty", "password": PASSWORD})
    browser.set_up()
    there = elsewhere.get("/page/")
    assert there.url == f"{TWO_FACTOR}/reauthenticate/?next=%2Fpage%2F"
    assert elsewhere.get(f"{TWO_FACTOR}/totp/deactivate/").url.startswith(there.url.split("?")[0])
    browser.later(minutes=2)
    elsewhere.post(there.url, {"code": code_of(browser.secret)})
    assert elsewhere.get("/page/").status_code == 200


def test_a_factor_proved_for_one_account_counts_for_no_other(browser, officer, sign_in):
    officer("pol.duty", side="BY", language="en")
    browser.get("/accounts/login/")
    kept = browser.session
    kept[sessions.FACTOR] = str(browser.user.pk)
    kept.save()
    sign_in("pol.duty")
    assert browser.get("/page/").url == f"{TWO_FACTOR}/"


@pytest.fixture
def client_class():
    from django.test import Client

    return Client


# --- changing factors


@pytest.mark.parametrize(
    "path", ["totp/deactivate/", "recovery-codes/", "recovery-codes/generate/", "webauthn/add/",
             "recovery-codes/download/"],
)  # fmt: skip
def test_changing_or_showing_anything_asks_again_who_it_is(browser, path):
    browser.set_up()
    browser.later(minutes=6)
    assert browser.get(f"{TWO_FACTOR}/{path}").url.startswith("/accounts/reauthenticate/")
    browser.confirm()
    assert browser.get(f"{TWO_FACTOR}/{path}").status_code == 200


def test_removing_the_last_factor_ends_the_other_sessions_and_leads_to_a_new_one(
    browser, client_class, committed
):
    browser.set_up()
    elsewhere = client_class()
    browser.later(minutes=2)
    elsewhere.post("/accounts/login/", {"login": "dgp.duty", "password": PASSWORD})
    elsewhere.post(f"{TWO_FACTOR}/authenticate/", {"code": code_of(browser.secret)})
    assert elsewhere.get("/page/").status_code == 200
    browser.confirm()
    committed(lambda: browser.post(f"{TWO_FACTOR}/totp/deactivate/"))
    assert browser.get("/page/").url == f"{TWO_FACTOR}/"
    assert elsewhere.get("/page/").url.startswith("/accounts/login/")
    assert "account.factor_removed" in verbs()


def test_a_reset_takes_everything_and_tells_the_officer(browser):
    browser.set_up()
    assert remove_factors(browser.user, by=None) == 1
    assert remove_factors(browser.user, by=None) == 0, "a second call finds nothing"
    assert not Authenticator.objects.exists()
    assert browser.get("/page/").url.startswith("/accounts/login/")
    assert Message.objects.filter(channel="factor_reset").count() == 1
    assert verbs().count("account.factors_reset") == 1


def test_the_letter_of_a_reset_is_in_the_officers_language(officer, mailoutbox, settings):
    from bordercoop.access.second_factor import send_reset_letter

    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    user = officer("dgp.duty", language="en")
    send_reset_letter({"account": user.pk}, key="a")
    letter = mailoutbox[0]
    assert letter.to == [user.email]
    assert letter.subject == "BorderCoop: your second factor was reset"
    assert "/accounts/2fa/" in letter.body


# --- what the database holds


def test_no_secret_lies_in_the_database_in_the_clear(browser):
    browser.set_up()
    with connection.cursor() as cursor:
        cursor.execute("SELECT data::text FROM mfa_authenticator ORDER BY type")
        codes, totp = (row[0] for row in cursor.fetchall())
    assert browser.secret not in totp
    row = Authenticator.objects.get(type="totp")
    assert FactorAdapter().decrypt(row.data["secret"]) == browser.secret
    seed = FactorAdapter().decrypt(Authenticator.objects.get(type="recovery_codes").data["seed"])
    assert seed not in codes
    assert browser.secret not in str(dict(browser.session)), "nor in the session any more"


def test_a_former_key_opens_until_everything_is_sealed_anew(browser, settings, capsys):
    browser.set_up()
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "a new key", [settings.SECRET_KEY]
    row = Authenticator.objects.get(type="totp")
    assert FactorAdapter().decrypt(row.data["secret"]) == browser.secret
    call_command("reseal_factors")
    assert "Factors sealed anew: 2" in capsys.readouterr().out
    settings.SECRET_KEY_FALLBACKS = []
    row.refresh_from_db()
    assert keys().decrypt(row.data["secret"].encode()).decode() == browser.secret


# --- the pages


def test_the_picture_is_an_own_svg_that_nobody_keeps(browser):
    browser.sign_in()
    assert browser.get(f"{TWO_FACTOR}/totp/qr.svg").status_code == 404, "nothing is set up yet"
    browser.confirm()
    browser.get(f"{TWO_FACTOR}/totp/activate/")
    picture = browser.get(f"{TWO_FACTOR}/totp/qr.svg")
    assert picture["Content-Type"] == "image/svg+xml"
    assert "no-store" in picture["Cache-Control"]
    assert picture.content.startswith(b"<?xml")


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_passkeys_are_offered_under_a_name_and_not_under_a_bare_address(client, db, host):
    page = client.get("/accounts/login/", headers={"Host": host}).content.decode()
    assert ("Sign in with a passkey" in page) is (host == "localhost")
    assert ("webauthn.js" in page) is (host == "localhost")


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_the_list_of_passkeys_offers_none_under_a_bare_address(browser, host):
    browser.set_up()
    page = browser.get(f"{TWO_FACTOR}/webauthn/", headers={"Host": host}).content.decode()
    assert ("webauthn/add/" in page) is (host == "localhost")
    assert ("bare IP address" in page) is (host != "localhost")


@pytest.mark.parametrize("path", ["", "totp/activate/", "webauthn/add/", "reauthenticate/"])
def test_no_page_of_it_runs_anything_inline(browser, path):
    browser.set_up()
    browser.confirm()
    page = browser.get(f"{TWO_FACTOR}/{path}", headers={"Host": "localhost"}, follow=True)
    text = page.content.decode()
    for script in re.findall(r"<script[^>]*>", text):
        assert "src=" in script or 'type="application/json"' in script, script
    assert "style=" not in text
    assert "data:image" not in text
