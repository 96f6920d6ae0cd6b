import pytest
import yaml
from drf_spectacular.generators import SchemaGenerator

pytestmark = pytest.mark.django_db


@pytest.fixture
def schema():
    return SchemaGenerator(urlconf="tests.kernel.doors").get_schema(request=None, public=True)


def test_the_contract_is_served_and_can_be_read(client):
    answer = client.get("/api/v1/schema/")
    assert answer.status_code == 200
    assert yaml.safe_load(answer.content)["openapi"].startswith("3.")
    as_json = client.get("/api/v1/schema/", headers={"Accept": "application/json"})
    assert "/api/v1/things/" in as_json.json()["paths"]


def test_the_page_to_read_it_has_nothing_inline(client):
    page = client.get("/api/v1/docs/").content.decode()
    assert "<style" not in page
    assert " style=" not in page
    assert "<script>" not in page
    script = client.get("/api/v1/docs/?script=")
    assert "SwaggerUIBundle" in script.content.decode()


def test_every_operation_names_its_errors(schema):
    post = schema["paths"]["/api/v1/things/"]["post"]
    assert {"400", "401", "403", "409", "422"} <= set(post["responses"])
    assert set(schema["components"]["schemas"]["Error"]["required"]) == {"code", "detail", "fields"}


def test_every_post_accepts_an_idempotency_key(schema):
    names = {p["name"] for p in schema["paths"]["/api/v1/things/"]["post"]["parameters"]}
    assert "Idempotency-Key" in names
    assert "Idempotency-Key" not in str(schema["paths"]["/api/v1/things/"]["get"])


def test_a_list_is_next_previous_results(schema):
    get = schema["paths"]["/api/v1/things/"]["get"]
    assert {"cursor", "page_size"} <= {p["name"] for p in get["parameters"]}
    reference = get["responses"]["200"]["content"]["application/json"]["schema"]["$ref"]
    page = schema["components"]["schemas"][reference.rsplit("/", 1)[1]]
    assert list(page["properties"]) == ["next", "previous", "results"]


def test_the_token_is_the_security_scheme(schema):
    token = schema["components"]["securitySchemes"]["token"]
    assert (token["type"], token["in"], token["name"]) == ("apiKey", "header", "Authorization")
    assert {"token": []} in schema["paths"]["/api/v1/things/"]["get"]["security"]
