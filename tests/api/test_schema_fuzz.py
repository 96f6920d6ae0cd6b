"""The published schema is true, and no input it allows breaks the portal."""

import functools
import json

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from knox.models import AuthToken
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from bordercoop.wsgi import application
from incidents.actions import release_incident
from tests.incidents.doors import rolled_back


@functools.cache
def served():
    """The schema as the portal serves it, once for both modes: it takes seconds to make."""
    return schemathesis.openapi.from_wsgi("/api/v1/schema/?format=json", application)


@pytest.fixture
def contract(db):
    """The schema. The test's connection outlives the requests that come through WSGI."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield served()
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def token(people, both_sides_on_duty, released, incident, unit):
    """A head of a desk, who may do most, with something to read and to answer."""
    released()
    theirs = incident(by=people.pol_officer, at="BY-POL")
    release_incident(theirs, desks=[unit("DESK-DGP")], fields=[], by=people.pol_duty)
    return AuthToken.objects.create(people.dgp_head)[1]


CHECKS = (
    not_a_server_error,
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)


@pytest.mark.django_db
@pytest.mark.parametrize("mode", GenerationMode, ids=lambda mode: mode.value)
def test_no_operation_breaks_and_each_answers_as_the_schema_says(mode, contract, token):
    """Inputs that the schema allows, and inputs that it forbids."""

    def exercised(operation):
        @settings(
            max_examples=2,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def send(case):
            # Undone each time: a sequence of random answers is another test's matter.
            with rolled_back():
                case.call_and_validate(headers={"Authorization": f"Token {token}"}, checks=CHECKS)

        send()

    operations = [result.ok() for result in contract.get_all_operations()]
    assert len(operations) >= 14
    for operation in operations:
        if mode is GenerationMode.NEGATIVE and not (operation.body or operation.query):
            continue  # nothing that could be wrong
        exercised(operation)


ANSWER_WITH_SECRET = {
    "/api/v1/calendar/renew/", "/api/v1/displays/",
    "/api/v1/webhooks/", "/api/v1/webhooks/{uid}/secret/",
}  # fmt: skip


@pytest.mark.django_db
def test_the_schema_is_served_and_names_every_door_of_the_contract(client, people, signed_in):
    answer = signed_in(people.stranger).get("/api/v1/schema/?format=json")
    assert answer.status_code == 200
    paths = json.loads(answer.content)["paths"]
    wanted = {
        "/api/v1/incidents/": {"get", "post"},
        "/api/v1/incidents/{uid}/": {"get"},
        "/api/v1/incidents/{uid}/supplements/": {"post"},
        "/api/v1/incidents/{uid}/release/": {"post"},
        "/api/v1/deliveries/": {"get"},
        "/api/v1/deliveries/{uid}/acknowledge/": {"post"},
        "/api/v1/deliveries/{uid}/accept/": {"post"},
        "/api/v1/deliveries/{uid}/decline/": {"post"},
        "/api/v1/units/": {"get"},
        "/api/v1/contact-points/": {"get"},
    }
    for path, methods in wanted.items():
        assert methods <= set(paths[path]), path
    for path, operations in paths.items():
        if "post" in operations:
            names = {p["name"] for p in operations["post"].get("parameters", [])}
            # No answer with a secret is kept for a repeat.
            assert ("Idempotency-Key" in names) != (path in ANSWER_WITH_SECRET), path


@pytest.mark.django_db
def test_the_page_to_read_it_needs_nothing_from_elsewhere(people, signed_in):
    page = signed_in(people.stranger).get("/api/v1/docs/")
    assert page.status_code == 200
    assert "http://" not in page.content.decode().replace("http://testserver", "")
    assert "https://" not in page.content.decode()
