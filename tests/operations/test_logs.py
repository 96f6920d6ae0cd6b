"""A log line says what happened and nothing about anybody."""

import json
import logging
import uuid

import pytest
from django.db import connection, transaction
from django.test import Client

from bordercoop.access.models import User
from bordercoop.audit.context import request_id
from bordercoop.audit.models import Entry
from bordercoop.operations.logs import json_lines
from bordercoop.outbox.models import Message
from bordercoop.outbox.relay import relay_due

pytestmark = pytest.mark.django_db
SECRET = "xyzzyplugh"


@pytest.fixture
def lines():
    """Everything that is logged from here on, as it would stand in the store."""
    kept = []

    class Keep(logging.Handler):
        def emit(self, record):
            kept.append(json.loads(self.format(record)))

    handler = Keep(logging.DEBUG)
    handler.setFormatter(json_lines())
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield kept
    root.removeHandler(handler)
    root.setLevel(before)


@pytest.fixture
def careless():
    return Client(raise_request_exception=False)


def requests_in(lines):
    return [line for line in lines if line["logger"] == "bordercoop.request"]


def test_a_request_is_one_line_with_pattern_number_and_time(lines, people, signed_in):
    client = signed_in(people.dgp_officer)
    client.get(f"/incidents/{uuid.uuid4()}/", headers={"X-Request-ID": "known-id-1"})
    (line,) = requests_in(lines)
    assert line["event"] == "request"
    assert line["request_id"] == "known-id-1"
    assert line["user_id"] == people.dgp_officer.pk
    assert (line["method"], line["status"]) == ("GET", 404)
    assert line["route"] == "incidents/<uuid:uid>/"
    assert 0 < line["duration_ms"] < 60_000
    assert line["at"].endswith("Z")
    assert line["level"] == "info"


def test_what_machines_ask_every_few_seconds_is_not_worth_a_line(lines, client):
    client.get("/health/")
    assert [line["level"] for line in requests_in(lines)] == ["debug"]


def test_an_api_client_is_known_by_its_number(lines, people, api):
    api(people.dgp_officer).get("/api/v1/incidents/")
    assert requests_in(lines)[-1]["user_id"] == people.dgp_officer.pk


def test_nothing_that_somebody_sends_is_in_any_line(lines, people, signed_in, careless, api):
    """Query, path, body, header, cookie, host, method, names: on pages, the API and sign-in."""
    careless.cookies["session"] = careless.cookies["csrf"] = careless.cookies["other"] = SECRET
    head = {"X-Anything": SECRET, "User-Agent": SECRET, "Referer": f"http://{SECRET}/"}
    for client in (careless, signed_in(people.dgp_duty)):
        client.raise_request_exception = False
        for path in ("/", f"/{SECRET}/", "/incidents/", "/accounts/login/", "/health/", "/metrics"):
            client.get(path, {"q": SECRET, "next": f"https://{SECRET}/", "after": SECRET})
            client.get(path, headers=head)
            client.post(path, {"login": SECRET, "password": SECRET, "x": SECRET}, headers=head)
            client.get(path, headers={"Host": f"{SECRET}.example"})
            client.get(path, headers={"Authorization": f"Token {SECRET}"})
            client.get(path, headers={"Accept-Language": SECRET, "X-Request-ID": f"{SECRET} !"})
            client.generic(SECRET.upper(), path)
            client.post(path, f"{SECRET}\0", content_type="application/json")
            client.post(path, SECRET, content_type=f"multipart/form-data; boundary={SECRET}")
    signed = signed_in(people.dgp_officer)
    signed.raise_request_exception = False
    signed.post("/incidents/new/", {"headline": SECRET, "narrative": SECRET, "unit": SECRET})
    program = api(people.dgp_officer)
    program.raise_request_exception = False
    for body in ({"headline": SECRET, "unit": SECRET}, {"narrative": f"{SECRET}\0"}, [SECRET]):
        program.post("/api/v1/incidents/", body)
    program.get("/api/v1/incidents/", {"category": SECRET, "cursor": SECRET})
    enforcing = Client(enforce_csrf_checks=True, raise_request_exception=False)
    enforcing.cookies["csrf"] = SECRET
    enforcing.post("/accounts/login/", {"login": SECRET}, headers={"X-CSRFToken": SECRET})
    assert len(requests_in(lines)) > 100
    assert SECRET not in json.dumps(lines).lower()
    for person in (people.dgp_officer, people.dgp_duty):
        for said in (person.username, person.email, person.name_latin):
            assert said not in json.dumps(lines)


def test_an_exception_is_its_class_its_place_and_its_rule_and_no_value(lines):
    User.objects.create(username=SECRET, email="a@lv.example", side="LV", name_latin="A")
    log = logging.getLogger("incidents.anything")
    for broken in (
        lambda: User.objects.create(username=SECRET, email="b@lv.example", side="LV"),
        lambda: User.objects.filter(pk=SECRET).first(),
        lambda: connection.cursor().execute("SELECT %s::int", [SECRET]),
        lambda: {}[SECRET],
        lambda: int(SECRET),
    ):
        try:
            with transaction.atomic():
                broken()
        except Exception as error:
            log.exception("It failed for %s.", error)
            log.warning("The database said: %s", str(error).replace(SECRET, "DETAIL: " + SECRET))
            logging.getLogger("some.package").error("Cannot do '%s' with %s", SECRET, error)
            logging.getLogger("some.package").error(f"Cannot do {SECRET!r}\n{error}")
    text = json.dumps(lines)
    assert SECRET not in text
    first = next(line for line in lines if line.get("exceptions"))
    assert first["event"] == "It failed for IntegrityError."
    database = first["exceptions"][1]
    assert database["class"] == "psycopg2.errors.UniqueViolation"
    assert (database["sqlstate"], database["table_name"]) == ("23505", "access_user")
    assert any(place.startswith("tests/operations/test_logs.py:") for place in first["at_code"])


def test_a_page_that_breaks_is_logged_without_what_it_was_sent(lines, careless, monkeypatch):
    from bordercoop.web import health

    def broken():
        secret_local = SECRET
        raise RuntimeError(f"it broke on {secret_local}")

    monkeypatch.setattr(health, "_broker_answers", broken)
    assert careless.get("/health/", {"q": SECRET}).status_code == 500
    (line,) = [line for line in lines if line.get("exceptions")]
    assert line["exceptions"] == [{"class": "builtins.RuntimeError"}]
    assert line["at_code"][-1].endswith(" broken")
    assert line["request_id"]
    assert SECRET not in json.dumps(lines)


def test_a_mail_address_never_stands_in_a_line(lines):
    logging.getLogger("bordercoop.outbox.relay").warning(
        "%s failed (%s).", "mail:1", "SMTPRecipientsRefused: {'anna@service.example': (550, b'')}"
    )
    assert lines[0]["event"].startswith("mail:1 failed")
    assert "anna" not in json.dumps(lines)


def test_a_task_of_celery_is_named_without_its_arguments(lines):
    logging.getLogger("celery.app.trace").error(
        "Task %(name)s[%(id)s] %(description)s: %(exc)s",
        {"name": "a.task", "id": "1", "description": "raised", "exc": SECRET, "args": SECRET},
    )
    assert (lines[0]["name"], lines[0]["id"]) == ("a.task", "1")
    assert SECRET not in json.dumps(lines)


def test_one_id_runs_from_the_request_through_the_outbox(
    released, people, signed_in, settings, lines
):
    """The message keeps the id of the request that posted it; its delivery is logged under it."""
    settings.OUTBOX_CHANNELS = dict.fromkeys(settings.OUTBOX_CHANNELS, "nothing.here")
    token = request_id.set("known-id-2")
    try:
        released()
    finally:
        request_id.reset(token)
    assert set(Message.objects.values_list("request_id", flat=True)) == {"known-id-2"}
    relay_due()
    failed = [line for line in lines if line["logger"] == "bordercoop.outbox.relay"]
    assert failed
    assert {line["request_id"] for line in failed} == {"known-id-2"}
    assert request_id.get() == ""


def test_what_a_channel_does_is_audited_under_the_id_of_the_request(released, carry_out, people):
    token = request_id.set("known-id-3")
    try:
        released()
    finally:
        request_id.reset(token)
    before = Entry.objects.count()
    carry_out()
    later = Entry.objects.order_by("pk")[before:]
    assert all(entry.request_id == "known-id-3" for entry in later)
