"""The contract of /api/v1/ as clients outside already use it."""

import re
import uuid
from datetime import UTC, datetime, timedelta

import pytest

from incidents.models import Incident
from tests.incidents.doors import sent

pytestmark = pytest.mark.django_db

API = "/api/v1/"
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
INCIDENT = {
    "uid", "number", "version", "state", "unverified", "side", "unit", "origin", "exercise", "own",
    "reported_at", "released_at", "category", "severity", "headline", "happened_at",
    "happened_precision", "detected_at", "detected_precision", "place", "border_sign", "lat", "lon",
    "people_total", "people_minors", "people_injured", "narrative", "language", "internal_note",
}  # fmt: skip
DELIVERY = {"uid", "alert", "desk", "state", "escalate_at"}


def moments(value, key=""):
    """Every time in an answer, as (name, text)."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from moments(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from moments(inner, key)
    elif key.endswith("_at") and value is not None:
        yield key, value


def test_logging_an_incident_as_the_contract_shows_it(people, api):
    answer = api(people.dgp_officer).post(
        f"{API}incidents/", sent(), HTTP_IDEMPOTENCY_KEY=str(uuid.uuid4())
    )
    assert answer.status_code == 201
    assert answer["Content-Type"] == "application/json"
    body = answer.json()
    assert set(body) >= INCIDENT
    assert uuid.UUID(body["uid"])
    assert re.fullmatch(r"LV-DGP-\d{4}-00001", body["number"])
    assert (body["version"], body["state"], body["unverified"]) == (1, "submitted", True)
    for name, value in sent().items():
        assert body[name] == value, name
    assert all(MOMENT.fullmatch(text) for _name, text in moments(body))
    assert (body["own"], body["released_at"], body["unit"]) == (True, None, "LV-DGP")


def test_a_time_with_an_offset_is_the_same_instant_in_utc(people, api):
    body = api(people.dgp_officer).post(
        f"{API}incidents/", sent(happened_at="2026-02-17T08:00:00+02:00")
    )
    assert body.json()["happened_at"] == "2026-02-17T06:00:00Z"


def test_the_whole_way_of_an_incident(people, api, both_sides_on_duty):
    here, there = api(people.dgp_duty), api(people.pol_duty)
    case = here.post(f"{API}incidents/", sent()).json()
    record = f"{API}incidents/{case['uid']}/"
    alone = {"merged_into": None, "merged_from": []}
    assert here.get(record).json() == {**case, **alone}
    assert here.get(f"{API}incidents/").json()["results"] == [case]
    assert there.get(record).status_code == 404

    second = here.post(f"{record}supplements/", {"version": 1, "people_total": 9})
    assert (second.status_code, second.json()["version"]) == (200, 2)

    answer = here.post(f"{record}release/", {"desks": ["DESK-POL"], "priority": "P2"})
    assert answer.status_code == 201
    assert set(answer.json()) == {"alert", "deliveries", "held"}
    assert answer.json()["held"] == []
    alert, (delivery,) = answer.json()["alert"], answer.json()["deliveries"]
    assert (alert["about"], alert["priority"]) == (f"incident:{case['uid']}", "P2")
    assert alert["card"]["number"] == case["number"]
    assert (delivery["desk"], delivery["state"]) == ("DESK-POL", "queued")

    (waiting,) = there.get(f"{API}deliveries/?open=true").json()["results"]
    assert set(waiting) >= DELIVERY
    assert set(waiting["alert"]) >= {"uid", "about", "priority", "raised_at", "card"}
    assert waiting["uid"] == delivery["uid"]
    assert there.get(f"{API}deliveries/{waiting['uid']}/").json() == waiting
    assert all(MOMENT.fullmatch(text) for _name, text in moments(waiting))

    copy = there.get(record).json()
    assert (copy["version"], copy["own"], copy["internal_note"]) == (2, False, None)
    assert (copy["people_total"], copy["headline"]) == (9, sent()["headline"])

    done = there.post(f"{API}deliveries/{waiting['uid']}/acknowledge/", {"note": "On our way."})
    assert done.status_code == 200
    assert (done.json()["state"], done.json()["note"]) == ("acknowledged", "On our way.")
    assert done.json()["escalate_at"] is None
    assert there.get(f"{API}deliveries/?open=true").json()["results"] == []
    assert len(there.get(f"{API}deliveries/?open=false").json()["results"]) == 1
    (seen,) = here.get(f"{API}deliveries/?sent=true").json()["results"]
    assert (seen["state"], seen["acknowledged_by"]) == ("acknowledged", "Pol Duty")
    accepted = there.post(f"{API}deliveries/{waiting['uid']}/accept/")
    assert (accepted.status_code, accepted.json()["state"]) == (200, "accepted")


def test_declining_says_why(released, people, api):
    _case, delivery = released()
    answer = api(people.pol_duty).post(
        f"{API}deliveries/{delivery.uid}/decline/", {"reason": "No patrol is free."}
    )
    assert (answer.status_code, answer.json()["state"]) == (200, "declined")
    assert answer.json()["reason"] == "No patrol is free."


def test_a_release_without_fields_carries_every_releasable_one(people, api, both_sides_on_duty):
    here = api(people.dgp_duty)
    case = here.post(f"{API}incidents/", sent(internal_note="Ours.")).json()
    here.post(f"{API}incidents/{case['uid']}/release/", {"desks": ["DESK-POL"]})
    copy = api(people.pol_duty).get(f"{API}incidents/{case['uid']}/").json()
    for name, value in sent().items():
        assert copy[name] == value, name
    assert copy["internal_note"] is None


def test_a_release_with_fields_leaves_the_others_null(people, api, both_sides_on_duty):
    here = api(people.dgp_duty)
    case = here.post(f"{API}incidents/", sent()).json()
    here.post(
        f"{API}incidents/{case['uid']}/release/", {"desks": ["DESK-POL"], "fields": ["headline"]}
    )
    copy = api(people.pol_duty).get(f"{API}incidents/{case['uid']}/").json()
    assert set(copy) == {*case, "merged_into", "merged_from"}
    for name in ("narrative", "lat", "lon", "happened_at", "people_total", "place"):
        assert copy[name] is None, name


def test_lists_are_newest_first_with_opaque_cursors_both_ways(people, api):
    program = api(people.dgp_officer)
    numbers = [program.post(f"{API}incidents/", sent()).json()["number"] for _ in range(5)]
    first = program.get(f"{API}incidents/?page_size=2").json()
    assert set(first) == {"next", "previous", "results"}
    assert [row["number"] for row in first["results"]] == numbers[::-1][:2]
    assert first["previous"] is None
    assert re.fullmatch(r"http://testserver/api/v1/incidents/\?.*cursor=\S+", first["next"])
    second = program.get(first["next"]).json()
    assert [row["number"] for row in second["results"]] == numbers[::-1][2:4]
    assert program.get(second["previous"]).json()["results"] == first["results"]
    last = program.get(second["next"]).json()
    assert (len(last["results"]), last["next"]) == (1, None)


def test_deliveries_are_newest_first_by_cursor(released, people, api):
    made = [str(released()[1].uid) for _ in range(3)]
    program = api(people.pol_duty)
    first = program.get(f"{API}deliveries/?page_size=2").json()
    rest = program.get(first["next"]).json()
    assert [row["uid"] for row in first["results"] + rest["results"]] == made[::-1]


def test_deliveries_by_desk(released, people, api):
    people.msq_duty
    released(desks=("DESK-POL", "DESK-MSQ"))
    program = api(people.by_hq)
    assert len(program.get(f"{API}deliveries/").json()["results"]) == 2
    (one,) = program.get(f"{API}deliveries/?desk=DESK-MSQ").json()["results"]
    assert one["desk"] == "DESK-MSQ"
    assert program.get(f"{API}deliveries/?desk=DESK-XXX").json()["results"] == []
    assert program.get(f"{API}deliveries/?desk=DESK-DGP").json()["results"] == []


@pytest.mark.parametrize("query", ["open=maybe", "open=1", "sent=yes", "cursor=x", "page_size=0"])
def test_a_wrong_filter_of_deliveries_is_told(query, people, api):
    answer = api(people.pol_duty).get(f"{API}deliveries/?{query}")
    assert answer.status_code == 400
    assert set(answer.json()) == {"code", "detail", "fields"}
    assert not answer.json()["detail"].isascii(), "a sentence in Belarusian"


def test_units_and_contact_points(people, api):
    program = api(people.stranger)
    units = program.get(f"{API}units/?page_size=200").json()
    assert set(units) == {"next", "previous", "results"}
    known = {row["code"]: row for row in units["results"]}
    desks = {"DESK-RIX": "CCP-AIR", "DESK-MSQ": "CCP-AIR", "DESK-DGP": "CCP-LAND",
             "DESK-POL": "CCP-LAND", "DESK-FP-MSQ": "FP-AIR-MSQ"}  # fmt: skip
    assert {c: r["contact_point"] for c, r in known.items() if r["contact_point"]} == desks
    assert {"LV-SBG", "BY-GPK", "LV-DGP", "BY-POL", "EU-FRX"} <= set(known)
    assert set(known["DESK-POL"]) >= {"code", "side", "kind", "name", "parent"}
    assert known["DESK-POL"]["parent"] == "BY-POL"
    points = program.get(f"{API}contact-points/").json()
    assert set(points) == {"next", "previous", "results"}
    assert {p["code"]: {d["code"] for d in p["desks"]} for p in points["results"]} == {
        "CCP-AIR": {"DESK-RIX", "DESK-MSQ"},
        "CCP-LAND": {"DESK-DGP", "DESK-POL"},
        "FP-AIR-MSQ": {"DESK-FP-MSQ"},
    }


def test_names_are_in_the_language_of_the_account(people, api):
    seen = set()
    for language in ("lv", "be", "ru", "en"):
        people.dgp_duty.language = language
        people.dgp_duty.save(update_fields=["language"])
        rows = api(people.dgp_duty).get(f"{API}units/?page_size=200").json()["results"]
        seen.add(next(row["name"] for row in rows if row["code"] == "LV-DGP"))
    assert len(seen) == 4


def test_verify_validate_and_close_by_the_api(people, api):
    case = api(people.dgp_officer).post(f"{API}incidents/", sent()).json()
    record = f"{API}incidents/{case['uid']}/"
    answer = api(people.dgp_leader).post(f"{record}verify/")
    assert (answer.status_code, answer.json()["state"]) == (200, "verified")
    answer = api(people.lv_hq).post(f"{record}validate/")
    assert (answer.json()["state"], answer.json()["unverified"]) == ("validated", False)
    answer = api(people.lv_hq).post(f"{record}close/", {"ground": "event_over_response_complete"})
    assert (answer.status_code, answer.json()["state"]) == (200, "closed")


def test_the_health_page_is_json_without_signing_in(client, db):
    answer = client.get("/health/")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/json"
    assert {"status", "database", "broker", "oldest_due_message_s",
            "oldest_unacknowledged_s"} <= set(answer.json())  # fmt: skip


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
@pytest.mark.parametrize("path", ["incidents/", "deliveries/", "units/", "contact-points/"])
def test_nothing_is_replaced_or_deleted(method, path, people, api):
    answer = getattr(api(people.dgp_duty), method)(f"{API}{path}", {})
    assert (answer.status_code, set(answer.json())) == (405, {"code", "detail", "fields"})


def test_a_record_is_never_deleted(incident, people, api):
    case = incident()
    assert api(people.dgp_officer).delete(f"{API}incidents/{case.uid}/").status_code == 405
    assert Incident.objects.filter(pk=case.pk).exists()


# --- errors, in one shape


def shape(answer, status, code):
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/json"
    body = answer.json()
    assert set(body) == {"code", "detail", "fields"}
    assert body["code"] == code
    assert isinstance(body["detail"], str)
    assert body["detail"]
    assert all(isinstance(v, list) and v for v in body["fields"].values())
    return body


def test_400_names_the_fields(people, api):
    body = shape(api(people.dgp_officer).post(f"{API}incidents/", {}), 400, "invalid")
    assert "unit" in body["fields"]


@pytest.mark.parametrize(
    "raw", [b"", b"{", b"[1,", b"nul", b"\xff\xfe", b'{"a":1,"a":2}', b'{"lat": NaN}', b"[" * 5000,
            b'{"headline": "\\u0000"}', b'{"headline": "\\ud800"}', b"9" * 6000]
)  # fmt: skip
def test_400_for_what_is_no_json(raw, people, api):
    answer = api(people.dgp_officer).generic(
        "POST", f"{API}incidents/", raw, content_type="application/json"
    )
    assert answer.status_code == 400, answer.content
    assert set(answer.json()) == {"code", "detail", "fields"}


def test_401_without_a_token(db):
    from rest_framework.test import APIClient

    answer = APIClient().post(f"{API}incidents/", {}, format="json")
    shape(answer, 401, "not_authenticated")
    assert answer["WWW-Authenticate"].startswith("Token")


def test_403_with_a_sentence(people, api, incident):
    body = shape(
        api(people.dgp_officer).post(f"{API}incidents/{incident().uid}/verify/"), 403, "not_allowed"
    )
    assert body["detail"].count(" ") > 3


def test_404_the_same_for_the_invisible_and_the_missing(people, api, incident):
    program = api(people.pol_duty)
    hidden = program.get(f"{API}incidents/{incident().uid}/")
    missing = program.get(f"{API}incidents/{uuid.uuid4()}/")
    assert shape(hidden, 404, "not_found") == shape(missing, 404, "not_found")
    for path in ("incidents/x/", "nothing/", "incidents/1/", "deliveries/%00/"):
        assert program.get(f"{API}{path}").status_code in (400, 404)


def test_409_for_a_stale_version_and_for_a_wrong_state(people, api, incident):
    case = incident()
    path = f"{API}incidents/{case.uid}/"
    shape(api(people.dgp_officer).post(f"{path}supplements/", {"version": 2}), 409, "stale_version")
    shape(api(people.lv_hq).post(f"{path}validate/"), 409, "wrong_state")


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x",
             "application/xml"]
)  # fmt: skip
def test_415_for_anything_but_json(kind, people, api):
    answer = api(people.dgp_officer).generic("POST", f"{API}incidents/", b"x=1", content_type=kind)
    shape(answer, 415, "unsupported_media_type")


def test_413_for_more_than_the_portal_takes_at_once(people, api):
    raw = b'{"narrative": "' + b"x" * (5 * 1024 * 1024) + b'"}'
    answer = api(people.dgp_officer).generic(
        "POST", f"{API}incidents/", raw, content_type="application/json"
    )
    shape(answer, 413, "too_large")


def test_422_for_a_key_that_was_used_for_another_request(people, api):
    program, key = api(people.dgp_officer), str(uuid.uuid4())
    program.post(f"{API}incidents/", sent(), HTTP_IDEMPOTENCY_KEY=key)
    answer = program.post(f"{API}incidents/", sent(severity=4), HTTP_IDEMPOTENCY_KEY=key)
    shape(answer, 422, "key_reused")


def test_a_session_of_the_browser_works_too_and_wants_the_csrf_token(people, signed_in):
    browser = signed_in(people.dgp_officer, strict=True)
    assert browser.get(f"{API}incidents/").status_code == 200
    answer = browser.post(f"{API}incidents/", sent(), content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (403, "page_too_old")
    assert not Incident.objects.exists()


def test_times_keep_their_instant_over_a_clock_change(people, api, time_machine):
    time_machine.move_to(datetime(2027, 11, 10, 12, tzinfo=UTC), tick=True)
    for hour in (0, 1):  # 03:30 in Riga, twice
        moment = datetime(2027, 10, 31, hour, 30, tzinfo=UTC)
        text = f"{moment:%Y-%m-%dT%H:%M:%SZ}"
        body = api(people.dgp_officer).post(
            f"{API}incidents/", sent(happened_at=text, detected_at=None)
        )
        assert body.json()["happened_at"] == text
    assert timedelta(hours=1)
