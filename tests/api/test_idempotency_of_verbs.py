"""The Idempotency-Key on every POST: the fact happens once, the first answer comes again."""

import uuid

import pytest

from bordercoop.api.models import IdempotencyKey
from bordercoop.audit.models import Entry
from contactpoints.models import Alert, Delivery
from incidents.actions import verify_incident
from incidents.models import Incident
from tests.incidents.doors import sent

pytestmark = pytest.mark.django_db

API = "/api/v1/"


@pytest.fixture
def doors(people, incident, released, both_sides_on_duty):
    """Every POST of the contract: name -> (account, path, body, another body)."""
    fresh, verified = incident(), incident()
    verify_incident(verified, by=people.dgp_leader)
    deliveries = [released()[1] for _ in range(3)]

    def record(case, verb):
        return f"{API}incidents/{case.uid}/{verb}/"

    def answer(delivery, verb):
        return f"{API}deliveries/{delivery.uid}/{verb}/"

    return {
        "report": (people.dgp_officer, f"{API}incidents/", sent(), sent(severity=4)),
        "supplement": (people.dgp_officer, record(fresh, "supplements"),
                       {"version": 1, "people_total": 9}, {"version": 1, "people_total": 10}),
        "release": (people.dgp_duty, record(fresh, "release"),
                    {"desks": ["DESK-POL"]}, {"desks": ["DESK-POL"], "fields": []}),
        "verify": (people.dgp_leader, record(fresh, "verify"), {}, {"x": 1}),
        "validate": (people.lv_hq, record(verified, "validate"), {}, {"x": 1}),
        "close": (people.dgp_leader, record(fresh, "close"),
                  {"ground": "did_not_occur"}, {"ground": "event_over_response_complete"}),
        "acknowledge": (people.pol_duty, answer(deliveries[0], "acknowledge"),
                        {"note": "a"}, {"note": "b"}),
        "accept": (people.pol_duty, answer(deliveries[1], "accept"), {"note": "a"}, {"note": "b"}),
        "decline": (people.pol_duty, answer(deliveries[2], "decline"),
                    {"reason": "a"}, {"reason": "b"}),
    }  # fmt: skip


DOORS = ["report", "supplement", "release", "verify", "validate", "close", "acknowledge", "accept",
         "decline"]  # fmt: skip


@pytest.mark.parametrize("door", DOORS)
def test_the_same_request_happens_once_and_gets_the_first_answer_again(door, doors, api):
    user, path, body, other = doors[door]
    program, key = api(user), str(uuid.uuid4())
    first = program.post(path, body, HTTP_IDEMPOTENCY_KEY=key)
    assert first.status_code in (200, 201), first.content
    facts = Entry.objects.count(), Incident.objects.count(), Delivery.objects.count()
    again = program.post(path, body, HTTP_IDEMPOTENCY_KEY=key)
    assert (again.status_code, again.json()) == (first.status_code, first.json())
    assert again["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first
    assert facts == (Entry.objects.count(), Incident.objects.count(), Delivery.objects.count())
    reused = program.post(path, other, HTTP_IDEMPOTENCY_KEY=key)
    assert (reused.status_code, reused.json()["code"]) == (422, "key_reused")


def test_a_stale_looking_repeat_of_a_supplement_is_the_first_answer_not_a_conflict(
    incident, people, api
):
    case, key, program = incident(), "a-key", api(people.dgp_officer)
    path = f"{API}incidents/{case.uid}/supplements/"
    for _ in range(3):
        answer = program.post(path, {"version": 1, "people_total": 9}, HTTP_IDEMPOTENCY_KEY=key)
        assert (answer.status_code, answer.json()["version"]) == (200, 2)
    assert case.versions.count() == 2


def test_spacing_and_order_of_the_body_make_no_other_request(people, api):
    program, key = api(people.dgp_officer), "k"
    first = program.post(f"{API}incidents/", sent(), HTTP_IDEMPOTENCY_KEY=key)
    backwards = dict(reversed(sent().items()))
    again = program.post(f"{API}incidents/", backwards, HTTP_IDEMPOTENCY_KEY=key)
    assert again.json() == first.json()


def test_a_key_belongs_to_its_account(people, api):
    for user in (people.dgp_officer, people.dgp_leader):
        answer = api(user).post(f"{API}incidents/", sent(), HTTP_IDEMPOTENCY_KEY="k")
        assert answer.status_code == 201
    assert Incident.objects.count() == 2


def test_a_key_for_one_address_is_not_a_key_for_another(people, api, incident):
    program = api(people.dgp_officer)
    program.post(f"{API}incidents/", sent(), HTTP_IDEMPOTENCY_KEY="k")
    path = f"{API}incidents/{incident().uid}/supplements/"
    answer = program.post(path, {"version": 1}, HTTP_IDEMPOTENCY_KEY="k")
    assert answer.status_code == 422


def test_a_refused_request_leaves_no_key_and_may_be_sent_right(people, api):
    program, key = api(people.dgp_officer), "k"
    assert program.post(
        f"{API}incidents/", sent(severity=9), HTTP_IDEMPOTENCY_KEY=key
    ).status_code == 400  # fmt: skip
    assert program.post(
        f"{API}incidents/", sent(unit="LV-RIX"), HTTP_IDEMPOTENCY_KEY=key
    ).status_code == 403  # fmt: skip
    assert not IdempotencyKey.objects.exists()
    assert program.post(f"{API}incidents/", sent(), HTTP_IDEMPOTENCY_KEY=key).status_code == 201


def test_a_refused_release_leaves_neither_key_nor_share_nor_alert(people, api, incident):
    case = incident()  # nobody is on duty at the desk
    answer = api(people.dgp_duty).post(
        f"{API}incidents/{case.uid}/release/", {"desks": ["DESK-POL"]}, HTTP_IDEMPOTENCY_KEY="k"
    )
    assert answer.status_code == 409
    assert not IdempotencyKey.objects.exists()
    assert case.shares.count() == 1
    assert not Alert.objects.exists()


@pytest.mark.parametrize("key", ["", "x" * 101, "a\x07b"])
def test_a_key_that_cannot_be_is_refused(key, people, api):
    answer = api(people.dgp_officer).post(f"{API}incidents/", sent(), HTTP_IDEMPOTENCY_KEY=key)
    assert (answer.status_code, list(answer.json()["fields"])) == (400, ["Idempotency-Key"])
    assert not Incident.objects.exists()


def test_without_a_key_the_same_body_is_another_incident(people, api):
    for _ in range(2):
        assert api(people.dgp_officer).post(f"{API}incidents/", sent()).status_code == 201
    assert Incident.objects.count() == 2
