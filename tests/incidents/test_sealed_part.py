"""The sealed personal part: who writes, who opens it with which reason, and what is kept of it."""

import uuid
from datetime import UTC, datetime

import pytest
from django.db import transaction

from bordercoop.audit.models import Entry
from bordercoop.errors import Invalid, NotAllowed, Refused, Stale
from contactpoints.models import Role
from incidents import actions
from incidents.models import SealedPerson, SealedReading, SealedVersion
from tests.incidents.doors import refused_by_database, sql
from tests.incidents.sealed import PERSON, SECRETS, WHY, add, told

pytestmark = pytest.mark.django_db
HUGE = "x" * 100_000


def page(case, tail=""):
    return f"/incidents/{case.uid}/sealed/{tail}"


def api_page(case, tail=""):
    return f"/api/v1/incidents/{case.uid}/sealed/{tail}"


# --- writing


@pytest.mark.parametrize("door", ["verb", "html", "api"])
def test_the_officer_who_reports_writes_a_person_down(door, incident, people, signed_in, api):
    case, by = incident(), people.dgp_officer
    if door == "verb":
        add(case, by)
    elif door == "html":
        answer = signed_in(by).post(page(case, "new/"), {**PERSON, "birth_date": "03.1990"})
        assert answer.status_code == 302
    else:
        answer = api(by).post(api_page(case, "persons/"), {"content": PERSON})
        assert answer.status_code == 201
        assert set(answer.json()) == {"uid", "version"}
    (version,) = SealedVersion.objects.all()
    assert {**version.content, "remarks": "", "sex": ""}["birth_date"] == "1990-03"
    assert version.content["name_own"] == "Зкх Канарэйка"
    entry = Entry.objects.get(verb="sealed.added")
    assert not any(secret in str(entry.facts) for secret in SECRETS)


@pytest.mark.parametrize("door", ["html", "api"])
@pytest.mark.parametrize("who", ["lv_analyst", "lv_auditor", "rix_officer"])
def test_whoever_may_not_write_is_refused(door, who, incident, people, signed_in, api):
    case, by = incident(), getattr(people, who)
    if door == "html":
        answer = signed_in(by).post(page(case, "new/"), PERSON)
    else:
        answer = api(by).post(api_page(case, "persons/"), {"content": PERSON})
    assert answer.status_code == (404 if who == "rix_officer" else 403)
    assert not SealedPerson.objects.exists()


@pytest.mark.parametrize("door", ["html", "api"])
def test_the_other_side_writes_nothing_and_learns_nothing(door, released, people, signed_in, api):
    case, _delivery = released()
    add(case, people.dgp_duty)
    if door == "html":
        answers = [
            signed_in(people.pol_head).post(page(case, tail), PERSON)
            for tail in ("new/", "release/", "recall/", "")
        ]
    else:
        bodies = {
            "persons/": {"content": PERSON},
            "open/": WHY,
            "recall/": {"copy": str(uuid.uuid4()), "reason": "It was wrong."},
        }
        answers = [
            api(people.pol_head).post(api_page(case, tail), body) for tail, body in bodies.items()
        ]
    assert {answer.status_code for answer in answers} == {404}
    assert SealedPerson.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("name_latin", "a\x00b"),
        ("name_latin", HUGE),
        ("remarks", HUGE),
        ("role", "spy"),
        ("sex", "?"),
        ("document_kind", HUGE),
        ("nationality", "Latvia"),
        ("document_country", "L1"),
        ("birth_date", "31.02.1990"),
        ("birth_date", "1990-13"),
        ("birth_date", "2999"),
        ("birth_date", "1066"),
        ("birth_date", "١٩٩٠"),
        ("birth_date", HUGE),
        ("shoe_size", "44"),
    ],
)
@pytest.mark.parametrize("door", ["verb", "html", "api"])
def test_what_cannot_be_right_is_said_at_its_field(
    door, name, value, incident, people, signed_in, api
):
    case, content = incident(), {**PERSON, name: value}
    if door == "verb":
        with pytest.raises(Invalid) as refusal:
            add(case, people.dgp_duty, **{name: value})
        assert set(refusal.value.fields) == {name}
    elif door == "api":
        answer = api(people.dgp_duty).post(api_page(case, "persons/"), {"content": content})
        assert answer.status_code == 400
    elif name != "shoe_size":
        answer = signed_in(people.dgp_duty).post(page(case, "new/"), content)
        assert answer.status_code == 400
        assert "Канарэйка" in answer.content.decode()  # nothing typed is lost
    assert name == "shoe_size" or not SealedPerson.objects.exists()


@pytest.mark.parametrize("value", [7, ["x"], {"a": 1}, True])
def test_what_is_no_text_is_refused(value, incident, people):
    with pytest.raises(Invalid):
        add(incident(), people.dgp_duty, name_latin=value)


def test_a_role_alone_is_nobody(incident, people):
    with pytest.raises(Invalid, match="at least one field"):
        actions.add_sealed_person(incident(), content={"role": "driver"}, by=people.dgp_duty)


def test_a_vehicle_may_stand_without_a_name(incident, people):
    case = incident()
    actions.add_sealed_person(case, content={"vehicle_plate": "AB 1234"}, by=people.dgp_duty)
    assert SealedVersion.objects.get().content["vehicle_plate"] == "AB 1234"


def test_sent_twice_is_one_person_and_another_one_is_another(incident, people):
    case, ref = incident(), uuid.uuid4()
    said = {"content": PERSON, "client_ref": ref, "by": people.dgp_duty}
    first = actions.add_sealed_person(case, **said)
    assert actions.add_sealed_person(case, **said) == first
    said["content"] = {**PERSON, "name_latin": "Another"}
    second = actions.add_sealed_person(case, **said)
    assert second != first
    assert actions.add_sealed_person(case, **said) == second
    assert Entry.objects.filter(verb="sealed.added").count() == 2


# --- correcting


def test_a_correction_adds_a_version_and_keeps_the_earlier_one(incident, people):
    case = incident()
    person = add(case, people.dgp_officer)
    corrected = actions.correct_sealed_person(
        person, version=1, changes={"name_latin": "Zqx Other"}, reason="Misread.",
        by=people.dgp_duty,
    )  # fmt: skip
    assert corrected.version == 2
    names = [v.content["name_latin"] for v in SealedVersion.objects.order_by("number")]
    assert names == ["Zqx Canary", "Zqx Other"]
    assert corrected.versions.get(number=2).content["document_number"] == "ZQ7734511"


def test_two_who_correct_the_same_version_and_the_second_is_told(incident, people):
    person = add(incident(), people.dgp_officer)
    change = {"version": 1, "reason": "Misread."}
    actions.correct_sealed_person(person, changes={"phone": "1"}, **change, by=people.dgp_duty)
    with pytest.raises(Stale) as refusal, transaction.atomic():
        actions.correct_sealed_person(person, changes={"phone": "2"}, **change, by=people.dgp_head)
    assert not any(secret in str(refusal.value) for secret in SECRETS)
    same = actions.correct_sealed_person(
        person, changes={"phone": "1"}, **change, by=people.dgp_duty
    )
    assert same.version == 2


def test_a_correction_says_why(incident, people):
    person = add(incident(), people.dgp_officer)
    for reason in ("", "   ", HUGE, "a\x00bcdef"):
        with pytest.raises(Invalid) as refusal, transaction.atomic():
            actions.correct_sealed_person(
                person, version=1, changes={"phone": "1"}, reason=reason, by=people.dgp_duty
            )
        assert "reason" in refusal.value.fields


def test_the_page_of_a_person_takes_an_opening(incident, people, signed_in):
    case = incident()
    person = add(case, people.dgp_officer)
    browser, path = signed_in(people.dgp_duty), page(case, f"{person.uid}/")
    answer = browser.get(path)
    assert (answer.status_code, told(answer)) == (403, set())
    browser.post(page(case), WHY)
    assert "ZQ7734511" in told(browser.get(path))
    said = {**PERSON, "phone": "7", "version": "1", "reason": ""}
    assert browser.post(path, said).status_code == 400
    assert browser.post(path, {**said, "reason": "New number."}).status_code == 302
    assert browser.post(path, {**said, "phone": "8", "reason": "Late."}).status_code == 409


def test_a_correction_through_the_api_repeats_nothing(incident, people, api):
    case = incident()
    person = add(case, people.dgp_officer)
    path = api_page(case, f"persons/{person.uid}/corrections/")
    body = {"version": 1, "changes": {"phone": "7"}, "reason": "New number."}
    answer = api(people.dgp_duty).post(path, body)
    assert (answer.json(), told(answer)) == ({"uid": str(person.uid), "version": 2}, set())
    assert api(people.lv_analyst).post(path, body).status_code == 403
    elsewhere = api_page(incident(), f"persons/{person.uid}/corrections/")
    assert api(people.dgp_duty).post(elsewhere, body).status_code == 404


# --- opening


def test_without_a_reason_no_page_shows_anything(incident, people, signed_in):
    case = incident()
    add(case, people.dgp_officer)
    browser = signed_in(people.dgp_duty)
    assert told(browser.get(page(case))) == set()
    for wrong in ({}, {"reason": "procedure"}, {"reason": "x", "text": "Checking."},
                  {"reason": "procedure", "text": "  "}, {**WHY, "text": "a\x00bcdef"},
                  {**WHY, "text": HUGE}):  # fmt: skip
        answer = browser.post(page(case), wrong)
        assert (answer.status_code, told(answer)) == (400, set()), wrong
    assert not SealedReading.objects.exists()


def test_with_a_reason_the_page_shows_it_for_the_hour_and_counts(
    incident, people, signed_in, time_machine
):
    time_machine.move_to(datetime(2026, 11, 22, 10, 40, tzinfo=UTC), tick=False)
    case = incident()
    add(case, people.dgp_officer)
    browser = signed_in(people.dgp_duty)
    assert browser.post(page(case), WHY).status_code == 302
    for _ in range(3):
        answer = browser.get(page(case))
        assert told(answer) == set(SECRETS)
        assert "no-store" in answer["Cache-Control"]
    (reading,) = SealedReading.objects.all()
    assert (reading.count, reading.reason, reading.text) == (3, WHY["reason"], WHY["text"])
    assert reading.hour == datetime(2026, 11, 22, 10, tzinfo=UTC)
    time_machine.move_to(datetime(2026, 11, 22, 11, 0, 1, tzinfo=UTC), tick=False)
    assert told(browser.get(page(case))) == set()
    browser.post(page(case), {"reason": "identity", "text": "Again, another."})
    assert told(browser.get(page(case))) == set(SECRETS)
    assert SealedReading.objects.count() == 2
    about = f"sealed:{case.uid}"
    assert Entry.objects.filter(verb="personal_data.read", about=about).count() == 2
    assert Entry.objects.filter(verb="sealed.opened", about=case.ref).count() == 2


def test_the_api_opens_with_a_reason_and_refuses_without(incident, people, api):
    case = incident()
    add(case, people.dgp_officer)
    program = api(people.dgp_duty)
    answer = program.get(api_page(case))
    assert (answer.status_code, answer.json()["code"]) == (403, "reason_needed")
    for wrong in ({}, {"reason": "x", "text": "Checking."}, {**WHY, "extra": 1},
                  {**WHY, "text": HUGE}, {**WHY, "text": "a\x00bcdef"}):  # fmt: skip
        assert program.post(api_page(case, "open/"), wrong).status_code == 400
    answer = program.post(api_page(case, "open/"), WHY)
    assert answer.status_code == 200
    (person,) = answer.json()["people"]
    assert person["content"]["name_latin"] == "Zqx Canary"
    assert person["birth_precision"] == "month"
    assert "no-store" in answer["Cache-Control"]
    assert program.get(api_page(case)).status_code == 200
    assert SealedReading.objects.get().count == 2


def test_what_an_idempotency_key_keeps_holds_no_personal_data(incident, people, api):
    from bordercoop.api.models import IdempotencyKey

    case = incident()
    program = api(people.dgp_duty)
    for tail, body in (("persons/", {"content": PERSON}), ("open/", WHY)):
        answer = program.post(api_page(case, tail), body, HTTP_IDEMPOTENCY_KEY=f"key-{tail}")
        assert answer.status_code < 300
    kept = str(list(IdempotencyKey.objects.values()))
    assert not any(secret in kept for secret in SECRETS)


def test_an_opening_is_of_one_officer_and_one_incident(incident, people, signed_in):
    case, other = incident(), incident()
    add(case, people.dgp_officer)
    add(other, people.dgp_officer)
    browser = signed_in(people.dgp_duty)
    browser.post(page(case), WHY)
    assert told(browser.get(page(other))) == set()
    assert told(signed_in(people.dgp_head).get(page(case))) == set()


@pytest.mark.parametrize("who", ["dgp_officer", "dgp_leader"])
def test_whoever_only_writes_does_not_read_afterwards(who, incident, people, signed_in, api):
    case, by = incident(), getattr(people, who)
    add(case, by)
    browser = signed_in(by)
    answer = browser.get(page(case))
    assert (answer.status_code, told(answer)) == (200, set())
    assert browser.post(page(case), WHY).status_code == 403
    assert api(by).post(api_page(case, "open/"), WHY).status_code == 403
    assert not SealedReading.objects.exists()


def test_the_data_protection_officer_reads_the_log_and_not_the_content(
    incident, people, officer, signed_in, api
):
    case = incident()
    add(case, people.dgp_officer)
    actions.open_sealed_part(case, **WHY, by=people.dgp_duty)
    actions.read_sealed_part(case, by=people.dgp_duty)
    guardian = officer("lv.dpo", "LV-SBG", Role.DATA_PROTECTION)
    browser = signed_in(guardian)
    assert browser.get(page(case)).status_code == 403
    assert api(guardian).post(api_page(case, "open/"), WHY).status_code == 403
    answer = browser.get("/sealed-readings/")
    assert answer.status_code == 200
    assert "Checking the driver." in answer.content.decode()
    assert told(answer) == set()


def test_an_emergency_session_opens_no_sealed_part(incident, people):
    from contactpoints.access import _widened

    assert not {"open_sealed", "write_sealed", "release_sealed"} & set(_widened("LV"))


def test_nothing_else_about_the_incident_holds_any_of_it(released, people, signed_in, api):
    case, _delivery = released()
    for path in (f"/incidents/{case.uid}/", "/incidents/", f"/incidents/{case.uid}/print/"):
        before = signed_in(people.dgp_head).get(path).content.decode()
        add(case, people.dgp_officer)
        after = signed_in(people.dgp_head).get(path)
        assert told(after) == set(), path
        assert len(before) == len(after.content.decode()), path
    record = api(people.dgp_head).get(f"/api/v1/incidents/{case.uid}/").json()
    assert not any("seal" in name for name in record)


def test_an_open_source_record_has_no_sealed_part(people, unit, content):
    case, _new = actions.record_open_source(
        unit=unit("LV-SBG"), content=content(internal_note=""), source_ref="x", readers=[],
        by=None,
    )  # fmt: skip
    with pytest.raises(Refused, match="public"):
        add(case, people.lv_hq)


def test_without_a_right_the_verbs_refuse(incident, people):
    case = incident()
    person = add(case, people.dgp_officer)
    for attempt in (
        lambda: actions.open_sealed_part(case, **WHY, by=people.dgp_officer),
        lambda: actions.read_sealed_part(case, by=people.pol_duty),
        lambda: actions.add_sealed_person(case, content=PERSON, by=people.pol_duty),
        lambda: actions.correct_sealed_person(
            person, version=1, changes={}, reason="Misread.", by=people.lv_auditor
        ),
    ):
        with pytest.raises(NotAllowed), transaction.atomic():
            attempt()


# --- what the database keeps


def test_the_database_keeps_every_row(incident, people):
    case = incident()
    add(case, people.dgp_officer)
    actions.open_sealed_part(case, **WHY, by=people.dgp_duty)
    actions.read_sealed_part(case, by=people.dgp_duty)
    for table in ("sealedversion", "sealedperson", "sealedreading"):
        with refused_by_database("sealed_"):
            sql(f"DELETE FROM incidents_{table}")
    for change in (
        "incidents_sealedversion SET content = '{}'",
        "incidents_sealedperson SET incident_id = incident_id + 1",
        "incidents_sealedreading SET text = 'another'",
        "incidents_sealedreading SET count = 0",
    ):
        with refused_by_database("sealed_"):
            sql(f"UPDATE {change}")
    with refused_by_database("sealed_opened_once_an_hour"):
        sql(
            "INSERT INTO incidents_sealedreading (incident_id, officer_id, side, hour, reason,"
            " text, count, at, last_at) SELECT incident_id, officer_id, side, hour, reason, text,"
            " count, at, last_at FROM incidents_sealedreading"
        )
