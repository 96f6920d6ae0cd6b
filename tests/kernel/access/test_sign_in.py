import pytest
from django.conf import settings

from bordercoop.access.models import User
from bordercoop.audit.models import Entry
from tests.kernel.people import PASSWORD

pytestmark = pytest.mark.django_db


def verbs():
    return list(Entry.objects.order_by("pk").values_list("verb", flat=True))


def test_an_officer_signs_in_with_user_name_and_password(sign_in, officer, client):
    officer("dgp.duty")
    assert sign_in("dgp.duty").status_code == 302
    assert client.get("/page/").content == b"a page"
    entry = Entry.objects.get()
    assert (entry.verb, entry.side, entry.facts["address"]) == (
        "account.signed_in",
        "LV",
        "127.0.0.1",
    )


def test_the_user_name_may_be_typed_in_any_case(sign_in, officer):
    officer("dgp.duty")
    assert sign_in("DGP.Duty").status_code == 302


def test_after_signing_in_the_officer_is_where_she_wanted_to_go(client, officer):
    officer("dgp.duty")
    there = client.get("/page/")
    assert there.url == "/accounts/login/?next=/page/"
    page = client.get(there.url)
    assert 'name="next" value="/page/"' in page.content.decode()
    form = {"login": "dgp.duty", "password": PASSWORD, "next": "/page/"}
    assert client.post("/accounts/login/", form).url == "/page/"


def test_next_never_leads_to_another_site(client, officer):
    officer("dgp.duty")
    form = {"login": "dgp.duty", "password": PASSWORD, "next": "https://elsewhere.example/"}
    assert client.post("/accounts/login/", form).url == "/"


def test_a_wrong_password_and_an_unknown_name_answer_alike(sign_in, officer):
    officer("dgp.duty")
    wrong = sign_in("dgp.duty", "not this one").content.decode()
    unknown = sign_in("nobody", "not this one").content.decode()
    assert "The user name or the password is not right." in wrong
    assert "The user name or the password is not right." in unknown
    assert verbs() == ["account.sign_in_failed"] * 2
    assert set(Entry.objects.values_list("about", flat=True)) == {
        "user:dgp.duty",
        "user:unknown",
    }


def test_the_password_is_kept_as_argon2(officer):
    assert officer().password.startswith("argon2$argon2id$")


def test_many_failures_lock_the_name_and_the_right_password_does_not_help(sign_in, officer):
    officer("dgp.duty")
    for _ in range(3):
        sign_in("dgp.duty", "wrong")
    locked = sign_in("dgp.duty")
    assert locked.status_code == 200
    assert "signing in is locked for five minutes" in locked.content.decode()
    assert verbs()[-1] == "account.locked_out"


def test_a_lock_ends_by_itself(sign_in, officer, time_machine):
    time_machine.move_to("2026-11-22T02:00:00Z", tick=False)
    officer("dgp.duty")
    for _ in range(4):
        sign_in("dgp.duty", "wrong")
    time_machine.move_to("2026-11-22T02:05:01Z", tick=False)
    assert sign_in("dgp.duty").status_code == 302


def test_one_locked_name_does_not_lock_another(sign_in, officer):
    officer("dgp.duty")
    officer("pol.duty", side="BY")
    for _ in range(4):
        sign_in("dgp.duty", "wrong")
    assert sign_in("pol.duty").status_code == 302


def test_successful_sign_ins_do_not_use_up_the_attempts(sign_in, officer, client):
    officer("dgp.duty")
    for _ in range(6):
        assert sign_in("dgp.duty").status_code == 302
        client.logout()


def test_many_failures_from_one_address_lock_the_address(sign_in, officer, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login": "1000/m/ip", "login_failed": "4/m/ip"}
    officer("dgp.duty")
    for number in range(4):
        sign_in(f"guess{number}", "wrong")
    assert sign_in("dgp.duty").status_code == 200
    elsewhere = sign_in("dgp.duty", REMOTE_ADDR="10.9.8.7")
    assert elsewhere.status_code == 302


def test_a_forwarded_address_is_not_believed_unless_a_proxy_is_trusted(sign_in, officer, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login": "1000/m/ip", "login_failed": "2/m/ip"}
    officer("dgp.duty")
    for number in range(3):
        sign_in("dgp.duty", "wrong", HTTP_X_FORWARDED_FOR=f"10.0.0.{number}")
    assert sign_in("dgp.duty", HTTP_X_FORWARDED_FOR="10.0.0.99").status_code == 200


def test_limits_and_sessions_live_in_the_database(settings):
    assert settings.CACHES["default"]["BACKEND"].endswith("DatabaseCache")
    assert settings.SESSION_ENGINE == "django.contrib.sessions.backends.db"


def test_nobody_registers(client):
    assert client.get("/accounts/signup/").status_code == 404
    assert client.get("/accounts/email/").status_code == 404


def test_a_suspended_account_gets_no_session(sign_in, officer, client):
    officer("dgp.duty", is_active=False)
    assert "/inactive/" in sign_in("dgp.duty").url
    assert client.get("/page/").status_code == 302
    assert "suspended" in client.get("/accounts/inactive/").content.decode()


def test_signing_out_ends_the_session_and_is_audited(sign_in, officer, client):
    officer("dgp.duty")
    sign_in("dgp.duty")
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    client.get("/accounts/logout/")
    assert client.get("/page/").status_code == 200, "looking at the page signs nobody out"
    assert client.post("/accounts/logout/").url == "/accounts/login/"
    assert client.get("/page/").status_code == 302
    client.cookies[settings.SESSION_COOKIE_NAME] = key
    assert client.get("/page/").status_code == 302, "the old cookie opens nothing"
    assert verbs() == ["account.signed_in", "account.signed_out"]


def test_nul_in_the_sign_in_form_is_a_sentence(sign_in):
    answer = sign_in("dgp\0duty", "a\0b")
    assert answer.status_code == 200
    assert 'class="err"' in answer.content.decode()


def test_the_session_cookie_cannot_be_read_by_scripts(sign_in, officer, client):
    officer("dgp.duty")
    sign_in("dgp.duty")
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert not cookie["max-age"], "it ends with the browser"


def test_the_list_of_sessions_ends_the_others(sign_in, officer, client):
    from django.test import Client

    officer("dgp.duty", language="en")
    sign_in("dgp.duty")
    other = Client()
    other.post("/accounts/login/", {"login": "dgp.duty", "password": PASSWORD})
    page = client.get("/accounts/sessions/").content.decode()
    assert page.count("127.0.0.1") == 2
    assert "Sign out everywhere else" in page
    client.post("/accounts/sessions/")
    assert other.get("/page/").status_code == 302
    assert client.get("/page/").status_code == 200


def test_a_changed_password_ends_the_other_sessions(sign_in, officer, client):
    from django.test import Client

    officer("dgp.duty")
    sign_in("dgp.duty")
    other = Client()
    other.post("/accounts/login/", {"login": "dgp.duty", "password": PASSWORD})
    new = "another long enough one"
    form = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert client.post("/accounts/password/change/", form).status_code == 302
    assert client.get("/page/").status_code == 200
    assert other.get("/page/").status_code == 302
    assert User.objects.get().check_password(new)
    assert "account.password_set" in verbs()
