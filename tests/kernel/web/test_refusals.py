import pytest
from django.test import Client

from bordercoop.audit.models import Entry

pytestmark = pytest.mark.django_db
CASES = [
    ("refused", 409),
    ("not_allowed", 403),
    ("invalid", 400),
    ("stale", 409),
    ("missing", 404),
    ("denied", 403),
    ("broken", 500),
]


@pytest.fixture
def client(officer):
    client = Client(raise_request_exception=False)
    client.force_login(officer("dgp.duty", language="en"))
    return client


@pytest.mark.parametrize(("how", "status"), CASES)
def test_a_refusal_is_a_page_with_a_sentence_and_its_status(client, how, status):
    page = client.get(f"/refuse/{how}/")
    text = page.content.decode()
    assert page.status_code == status
    assert "<h1" in text
    assert "secret" not in text
    assert " style=" not in text
    if how in ("refused", "not_allowed", "invalid", "stale"):
        assert text.count("Choose one of the four languages.") == 1


@pytest.mark.parametrize(("how", "status"), CASES)
def test_a_script_gets_a_refusal_as_json(client, how, status):
    answer = client.get(f"/refuse/{how}/", headers={"Accept": "application/json"})
    assert answer.status_code == status
    assert set(answer.json()) == {"code", "detail", "fields"}


def test_htmx_gets_a_refusal_as_a_part_of_a_page(client):
    part = client.get("/refuse/refused/", headers={"HX-Request": "true"})
    assert part.status_code == 409
    assert "<html" not in part.content.decode()
    assert "Choose one of the four languages." in part.content.decode()


def test_a_refusal_leads_back_to_where_the_officer_was_and_never_elsewhere(client):
    back = client.get("/refuse/refused/", headers={"Referer": "http://testserver/page/"})
    assert 'href="http://testserver/page/"' in back.content.decode()
    other = client.get("/refuse/refused/", headers={"Referer": "https://elsewhere.example/"})
    assert "elsewhere.example" not in other.content.decode()


def test_the_invisible_and_the_non_existent_are_one_page(client):
    def page(address):
        answer = client.get(address, headers={"X-Request-ID": "same-for-both"})
        return answer.status_code, answer.content.decode().replace(address, "")

    missing, nowhere = page("/refuse/missing/"), page("/nowhere/at/all/")
    assert missing[0] == nowhere[0] == 404
    assert title(missing[1]) == title(nowhere[1])


def title(page):
    return page[page.index("<h1") : page.index("</section>")]


@pytest.mark.parametrize(
    "address", ["/page/?a=%00", "/page/?a%00=1", "/%00/", "/page/?a=1&b=x%00y"]
)
def test_nul_in_an_address_is_a_sentence(client, address):
    page = client.get(address)
    assert page.status_code == 400
    assert "cannot be stored" in page.content.decode()


def test_nul_that_no_form_refused_is_a_sentence_too(client):
    page = client.post("/look-up/", {"name": "a\0b"})
    assert page.status_code == 400
    assert "cannot be stored" in page.content.decode()


def test_too_much_at_once_is_a_sentence(client, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    page = client.post(
        "/look-up/", "name=" + "x" * 2000, content_type="application/x-www-form-urlencoded"
    )
    assert page.status_code == 413
    assert "too much at once" in page.content.decode()


def test_too_many_fields_are_a_sentence(client, settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 5
    page = client.post("/look-up/", {f"f{n}": "x" for n in range(10)})
    assert page.status_code == 413


def test_text_that_is_not_utf_8_is_no_fault(client):
    body = b"name=\xff\xfe"
    page = client.post("/look-up/", body, content_type="application/x-www-form-urlencoded")
    assert page.status_code in (200, 400)


def test_a_page_that_is_too_old_says_so(officer):
    client = Client(enforce_csrf_checks=True)
    client.force_login(officer("dgp.duty", language="en"))
    page = client.post("/profile/language/", {"language": "lv"})
    assert page.status_code == 403
    assert "Reload it and send it again." in page.content.decode()


def test_every_answer_carries_the_id_of_its_request(client):
    assert client.get("/page/", headers={"X-Request-ID": "from-the-proxy-7"})["X-Request-ID"] == (
        "from-the-proxy-7"
    )
    for offered in ("", "x", "<script>alert(1)</script>", "a" * 65, "two words here"):
        given = client.get("/page/", headers={"X-Request-ID": offered})["X-Request-ID"]
        assert given != offered
        assert len(given) == 32


def test_an_audit_entry_names_the_request_it_came_from(api):
    client = api()
    client.post("/api/v1/things/", {"name": "x"}, headers={"X-Request-ID": "request-0007"})
    assert Entry.objects.get(verb="thing.made").request_id == "request-0007"
    assert Entry.objects.get(verb="account.token_issued").request_id == ""


PROTECTION = ("X-Frame-Options", "Content-Security-Policy", "X-Content-Type-Options")


@pytest.mark.parametrize("host", ["elsewhere.example", "testserver@elsewhere", "a, b", ""])
def test_a_foreign_host_name_is_refused_and_protected_like_any_page(db, host):
    answer = Client(raise_request_exception=False).get(
        "/accounts/login/", HTTP_HOST=host, HTTP_REFERER="http://testserver/"
    )
    assert answer.status_code == 400
    assert all(name in answer for name in PROTECTION)


@pytest.mark.parametrize("path", ["/static/css/app.css", "/static/nothing.css", "/nowhere/"])
def test_static_files_and_what_is_missing_are_protected_too(db, path):
    answer = Client().get(path)
    assert all(name in answer for name in PROTECTION)


def test_nothing_of_an_officer_is_left_in_a_cache(client):
    for path in ("/", "/profile/", "/nowhere/"):
        assert "no-store" in client.get(path)["Cache-Control"]
