import pytest
from django.utils.html import escape

pytestmark = pytest.mark.django_db


@pytest.fixture
def user(client, officer):
    user = officer("dgp.duty", language="en")
    client.force_login(user)
    return user


def test_the_language_stays_with_the_account(client, user):
    answer = client.post("/profile/language/", {"language": "be", "next": "/page/"})
    assert answer.url == "/page/"
    user.refresh_from_db()
    assert user.language == "be"
    assert client.get("/page/")["Content-Language"] == "be"


def test_before_signing_in_a_cookie_remembers_the_language(client, db):
    answer = client.post("/profile/language/", {"language": "ru", "next": "/accounts/login/"})
    assert answer.url == "/accounts/login/"
    assert client.get("/accounts/login/")["Content-Language"] == "ru"


def test_the_sign_in_page_greets_in_the_language_of_the_last_session(client, user):
    user.language = "lv"
    user.save()
    client.get("/page/")
    client.post("/accounts/logout/")
    assert client.get("/accounts/login/")["Content-Language"] == "lv"


def test_the_theme_stays_with_the_account(client, user):
    client.post("/profile/theme/", {"theme": "night"})
    user.refresh_from_db()
    assert user.theme == "night"
    assert 'data-theme="night"' in client.get("/profile/").content.decode()


def test_single_letter_shortcuts_can_be_turned_off(client, user):
    client.post("/profile/hotkeys/", {})
    user.refresh_from_db()
    assert user.hotkeys is False
    client.post("/profile/hotkeys/", {"hotkeys": "on"})
    user.refresh_from_db()
    assert user.hotkeys is True


@pytest.mark.parametrize("path", ["language", "theme"])
def test_an_unknown_choice_is_refused_and_changes_nothing(client, user, path):
    answer = client.post(f"/profile/{path}/", {path: "klingon"})
    assert answer.status_code == 400
    user.refresh_from_db()
    assert (user.language, user.theme) == ("en", "auto")


@pytest.mark.parametrize(
    "next", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:1"]
)
def test_choosing_never_leads_to_another_site(client, user, next):
    assert client.post("/profile/language/", {"language": "lv", "next": next}).url == "/"


def test_choosing_needs_a_post(client, user):
    assert client.get("/profile/language/").status_code == 405


def test_a_script_that_chooses_is_not_led_anywhere(client, user):
    headers = {"X-Requested-With": "XMLHttpRequest"}
    assert client.post("/profile/theme/", {"theme": "dark"}, headers=headers).status_code == 204


@pytest.mark.parametrize("language", ["lv", "be", "ru", "en"])
@pytest.mark.parametrize(
    "path",
    ["/profile/", "/accounts/sessions/", "/accounts/logout/", "/accounts/password/change/"],
)
def test_the_pages_of_an_account_are_there_in_every_language(client, officer, path, language):
    client.force_login(officer("pol.duty", side="BY", language=language))
    page = client.get(path)
    assert page.status_code == 200
    assert f'<html lang="{language}"' in page.content.decode()
    assert " style=" not in page.content.decode(), "no inline style under the content policy"


@pytest.mark.parametrize(
    "path",
    [
        "/accounts/login/",
        "/accounts/password/reset/",
        "/accounts/password/reset/done/",
        "/accounts/password/reset/key/done/",
        "/accounts/password/reset/key/1-nonsense/",
        "/accounts/inactive/",
    ],
)
def test_the_pages_before_signing_in_are_there(client, db, path):
    page = client.get(path, headers={"Accept-Language": "lv,en;q=0.5"})
    assert page.status_code == 200
    assert page["Content-Language"] == "lv"
    doors = page.content.decode().count('action="/profile/language/"')
    assert doors == 2, "in the top bar, and on the page for a phone, whose bar has no room for it"


def test_an_account_is_called_as_its_reader_writes(officer):
    latvian, belarusian, guest = officer(), officer("pol.duty", side="BY"), officer("x", side="EU")
    assert latvian.name_for("lv") == "A. Bērziņa"
    assert latvian.name_for("be") == "A. Berzina"
    assert belarusian.name_for("ru") == "І. Кавалёў"
    assert belarusian.name_for("en") == "I. Kavaliou"
    assert guest.name_for("be") == guest.display_name == str(guest) == "J. Kowalska"
    assert escape(belarusian.name_for("be-BY")) == "І. Кавалёў"
