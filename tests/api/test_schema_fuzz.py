"""The published schema is true, and no input it allows breaks the portal."""

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from bordercoop.wsgi import application

schema = schemathesis.pytest.from_fixture("contract")


@pytest.fixture
def contract(db):
    return schemathesis.openapi.from_wsgi("/api/v1/schema/?format=json", application)


@pytest.fixture
def token(people, both_sides_on_duty, released):
    """A head of a desk, who may do most, with something to read and to answer."""
    from knox.models import AuthToken

    released()
    return AuthToken.objects.create(people.dgp_head)[1]


@pytest.mark.django_db
@schema.parametrize()
@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_no_operation_breaks_and_each_answers_as_the_schema_says(case, token):
    case.call_and_validate(
        headers={"Authorization": f"Token {token}"},
        checks=(
            not_a_server_error,
            content_type_conformance,
            response_schema_conformance,
            status_code_conformance,
        ),
    )


@pytest.mark.django_db
def test_the_schema_is_served_and_names_every_door_of_the_contract(client, people, signed_in):
    import json

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
            assert "Idempotency-Key" in names, path


@pytest.mark.django_db
def test_the_page_to_read_it_needs_nothing_from_elsewhere(people, signed_in):
    page = signed_in(people.stranger).get("/api/v1/docs/")
    assert page.status_code == 200
    assert "http://" not in page.content.decode().replace("http://testserver", "")
    assert "https://" not in page.content.decode()
