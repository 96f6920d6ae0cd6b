import json

import pytest
from django.test import Client

from bordercoop import sentences

pytestmark = pytest.mark.django_db


def check(answer, status, code):
    assert answer.status_code == status
    body = answer.json()
    assert set(body) == {"code", "detail", "fields"}
    assert body["code"] == code
    assert body["detail"].strip()
    return body


@pytest.mark.parametrize(
    ("how", "status", "code"),
    [
        ("refused", 409, "nobody_on_duty"),
        ("not_allowed", 403, "not_allowed"),
        ("invalid", 400, "invalid"),
        ("stale", 409, "stale_version"),
        ("missing", 404, "not_found"),
        ("denied", 403, "not_allowed"),
    ],
)
def test_every_refusal_has_one_shape(api, how, status, code):
    check(api().get(f"/api/v1/raises/{how}/"), status, code)


def test_a_refusal_names_the_fields_it_is_about(api):
    assert list(api().get("/api/v1/raises/invalid/").json()["fields"]) == ["headline"]


def test_the_invisible_and_the_non_existent_answer_alike(api):
    client = api()
    invisible, nowhere = client.get("/api/v1/raises/invisible/"), client.get("/api/v1/nowhere/7/")
    assert invisible.json() == nowhere.json()
    assert (invisible.status_code, invisible["Content-Type"]) == (404, nowhere["Content-Type"])
    assert "incident 7" not in invisible.content.decode()


def test_a_fault_tells_nothing_of_the_inside(api):
    answer = api().get("/api/v1/raises/broken/")
    check(answer, 500, "fault")
    assert "secret" not in answer.content.decode()


def test_nobody_is_401(client):
    answer = client.get("/api/v1/things/")
    check(answer, 401, "not_authenticated")
    assert answer["WWW-Authenticate"] == "Token"


def test_a_session_serves_the_api_too_but_a_forged_post_does_not(officer):
    client = Client(enforce_csrf_checks=True)
    client.force_login(officer())
    assert client.get("/api/v1/things/").status_code == 200
    answer = client.post("/api/v1/things/", {"name": "x"}, content_type="application/json")
    check(answer, 403, "page_too_old")


def test_what_is_invalid_is_named_field_by_field(api):
    body = check(
        api().post("/api/v1/things/", {"kind": "z", "parts": [1, "x", 100]}), 400, "invalid"
    )
    assert set(body["fields"]) == {"name", "kind", "parts.1", "parts.2"}
    assert body["detail"] == body["fields"]["name"][0]


def test_what_is_wrong_with_the_whole_is_the_detail(api):
    body = check(api().post("/api/v1/things/", {"name": "nothing"}), 400, "invalid")
    assert body == {"code": "invalid", "detail": "Nothing is not a thing.", "fields": {}}


def test_other_methods_and_media_are_refused_in_the_same_shape(api):
    client = api()
    check(client.delete("/api/v1/things/"), 405, "method_not_allowed")
    form = client.post(
        "/api/v1/things/", "name=x", content_type="application/x-www-form-urlencoded"
    )
    check(form, 415, "unsupported_media_type")
    assert client.get("/api/v1/things/", headers={"Accept": "text/csv"}).status_code == 406


def test_the_api_speaks_the_language_of_the_account(api, officer):
    latvian = api(officer("dgp.duty", language="lv")).get("/api/v1/nowhere/")
    assert latvian["Content-Language"] == "en", "nobody asked who it was"
    from django.utils import translation

    answer = api(officer("pol.duty", side="BY", language="ru")).get("/api/v1/raises/missing/")
    with translation.override("ru"):
        assert answer.json()["detail"] == str(sentences.NOT_FOUND)
    assert translation.get_language() == "en", "and leaves it behind in no thread"


BAD_BODIES = {
    "empty": b"",
    "not JSON": b"{",
    "a bare word": b"NaN",
    "not UTF-8": b'{"name": "\xff\xfe"}',
    "UTF-16": '{"name": "x"}'.encode("utf-16"),
    "a list": b"[1]",
    "a number": b"7",
    "null": b"null",
    "a string": b'"x"',
    "NUL in a value": b'{"name": "a\\u0000b"}',
    "NUL in a name": b'{"na\\u0000me": "x"}',
    "NUL as it is": b'{"name": "a\x00b"}',
    "half a surrogate": b'{"name": "\\ud800"}',
    "deep lists": b"[" * 100_000 + b"]" * 100_000,
    "deep objects": b'{"a":' * 5_000 + b"1" + b"}" * 5_000,
    "a repeated name": b'{"name": "x", "name": "y"}',
    "not a number": b'{"name": "x", "parts": [NaN]}',
    "infinity": b'{"name": "x", "parts": [1e999]}',
    "a number of 10,000 digits": b'{"name": "x", "parts": [' + b"9" * 10_000 + b"]}",
    "100,000 characters": json.dumps({"name": "x" * 100_000}).encode(),
}


@pytest.mark.parametrize("body", BAD_BODIES.values(), ids=BAD_BODIES)
def test_a_body_that_cannot_be_read_is_a_sentence_and_not_a_fault(api, body):
    answer = api().generic("POST", "/api/v1/things/", body, content_type="application/json")
    assert answer.status_code == 400
    assert set(answer.json()) == {"code", "detail", "fields"}


def test_too_much_at_once_is_413(api, settings):
    body = json.dumps({"name": "x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)})
    answer = api().generic("POST", "/api/v1/things/", body, content_type="application/json")
    check(answer, 413, "too_large")


@pytest.mark.parametrize(
    "query",
    ["cursor=%00", "cursor=x", "cursor=%FF", "page_size=0", "page_size=-1", "page_size=x",
     "page_size=%D9%A3", "page_size=99999999999999999999", "a%00b=1", "cursor=" + "x" * 100_000],
)  # fmt: skip
def test_an_address_that_cannot_be_meant_is_a_sentence(api, query):
    answer = api().get(f"/api/v1/things/?{query}")
    assert answer.status_code == 400
    assert answer.json()["detail"]


@pytest.mark.parametrize("path", ["/api/v1/raises/%00/", "/api/v1/%FF/", "/api/v1/" + "x" * 5000])
def test_no_path_is_a_fault(api, path):
    answer = api().get(path)
    assert answer.status_code in (400, 404)
    assert set(answer.json()) == {"code", "detail", "fields"}


def test_nothing_at_all_is_told_in_the_language_of_the_account(api, officer):
    client = api(officer("pol.duty", side="BY", language="be"))
    answer = client.generic("POST", "/api/v1/things/", "null", content_type="application/json")
    body = check(answer, 400, "parse_error")
    assert body["detail"] != str(sentences.BAD_REQUEST)
    assert not body["detail"].isascii()
