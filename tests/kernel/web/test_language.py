import pytest
from django.utils import translation

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("lv", "lv"),
        ("be-BY,ru;q=0.8", "be"),
        ("ru-RU", "ru"),
        ("pl,ru;q=0.5,en;q=0.7", "en"),
        ("pl,de", "en"),
        ("", "en"),
        ("\x00;;q=x,,", "en"),
        ("lv," * 5000, "lv"),
    ],
)
def test_a_stranger_is_greeted_in_the_language_of_the_browser(client, header, language):
    answer = client.get("/accounts/login/", HTTP_ACCEPT_LANGUAGE=header)
    assert answer.status_code == 200
    assert answer["Content-Language"] == language


def test_an_officer_reads_her_own_language_whatever_the_browser_says(client, officer):
    client.force_login(officer("pol.duty", side="BY", language="be"))
    client.cookies["language"] = "ru"
    answer = client.get("/page/", HTTP_ACCEPT_LANGUAGE="lv")
    assert answer["Content-Language"] == "be"
    assert translation.get_language() == "en", "and leaves it behind in no thread"


@pytest.mark.parametrize("cookie", ["klingon", "", "../../x", "en\0"])
def test_a_strange_cookie_is_ignored(client, cookie):
    # As the browser's own header: a cookie jar of newer Python refuses what a stranger may send.
    sent = {"HTTP_COOKIE": f"language={cookie}", "HTTP_ACCEPT_LANGUAGE": "lv"}
    assert client.get("/accounts/login/", **sent)["Content-Language"] == "lv"
