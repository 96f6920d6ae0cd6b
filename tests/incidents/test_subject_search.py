"""What is kept of a person who asks: found in any script, with a reason, a log and a limit."""

import io

import pypdf
import pytest
from django.test import override_settings

from bordercoop.audit.models import Entry
from bordercoop.errors import NotAllowed
from contactpoints.models import Role
from incidents import actions
from incidents.models import SubjectSearch
from incidents.retention import today
from tests.incidents.doors import refused_by_database, sql
from tests.incidents.kept import closed, guardian, period, purge
from tests.incidents.sealed import PERSON, SECRETS, add, give, told

pytestmark = pytest.mark.django_db
HUGE = "x" * 100_000
ASKED = {"case_ref": "DPO-2027/14", "reason": "Letter of the person concerned"}


def search(by, **criteria):
    return actions.search_subjects(**{**ASKED, **criteria}, by=by)


def numbers(answer):
    return [hit.incident.number for hit in answer.hits]


@pytest.fixture
def dpo(officer):
    return guardian(officer)


@pytest.mark.parametrize("door", ["verb", "html", "api"])
def test_the_guardian_finds_in_which_incidents_a_person_stands(
    door, incident, people, dpo, signed_in, api
):
    case = incident()
    add(case, people.dgp_officer)
    asked = {**ASKED, "name": "canary zqx"}
    if door == "verb":
        assert numbers(search(dpo, name="canary zqx")) == [case.number]
    elif door == "html":
        page = signed_in(dpo).post("/subject-access/", asked)
        assert page.status_code == 200
        assert "no-store" in page["Cache-Control"]
        assert case.number in page.content.decode()
        assert told(page) <= {"Zqx Canary"}  # what was typed stays typed
    else:
        answer = api(dpo).post("/api/v1/subject-access/", asked)
        assert answer.status_code == 200
        (hit,) = answer.json()["hits"]
        assert (hit["number"], hit["kinds"]) == (case.number, ["sealed"])
        assert "document_number" in hit["fields_kept"]
        assert told(answer) == set()
    row = SubjectSearch.objects.get()
    assert (row.officer, row.case_ref, row.hits, row.criteria) == (dpo, "DPO-2027/14", 1, ["name"])
    assert "canary" not in f"{row.mark}{row.criteria}".lower()
    entry = Entry.objects.get(verb="subject.searched")
    assert not any(secret.lower() in str(entry.facts).lower() for secret in SECRETS)


@pytest.mark.parametrize(
    "criteria",
    [{"name": "Канарэйка"}, {"name": "ZQX"}, {"name": "canar"}, {"name": "Kanarejka Зкх"},
     {"birth_date": "1990-03-13"}, {"birth_date": "1990"}, {"birth_date": "03.1990"},
     {"document_number": "zq 7734511"}, {"document_number": "ZQ-7734511"},
     {"name": "zqx", "birth_date": "13.03.1990", "document_number": "ZQ7734511"}],
    ids=["cyrillic", "capitals", "beginning", "transliterated", "day", "year", "month", "spaces",
         "mark", "all"],
)  # fmt: skip
def test_both_scripts_and_any_spelling_find_it(criteria, incident, people, dpo):
    case = incident()
    add(case, people.dgp_officer)
    assert numbers(search(dpo, **criteria)) == [case.number]


@pytest.mark.parametrize(
    "criteria",
    [{"name": "Other"}, {"name": "nary"}, {"birth_date": "1991"}, {"document_number": "7734511"},
     {"name": "zqx", "birth_date": "1991"}],
    ids=["name", "inside", "year", "part", "both"],
)  # fmt: skip
def test_what_does_not_fit_is_not_found_and_the_search_is_kept(criteria, incident, people, dpo):
    add(incident(), people.dgp_officer)
    assert search(dpo, **criteria).hits == []
    assert SubjectSearch.objects.get().hits == 0


def test_an_earlier_version_is_found_too(incident, people, dpo):
    case = incident()
    person = add(case, people.dgp_officer)
    changes = {"name_latin": "Other Name", "name_own": ""}
    actions.correct_sealed_person(
        person, version=1, changes=changes, reason="Misread.", by=people.dgp_duty
    )
    assert numbers(search(dpo, name="Canary")) == [case.number]
    assert numbers(search(dpo, name="Other")) == [case.number]


def test_never_the_other_side_but_the_copies_that_its_desks_gave(
    released, people, unit, dpo, officer
):
    case, _delivery = released()
    add(case, people.dgp_officer)
    theirs = guardian(officer, "BY")
    assert search(theirs, name="Canary").hits == []
    copy = give(case, people.dgp_head, unit("DESK-POL"), fields=["name_latin"])
    (hit,) = search(theirs, name="Canary").hits
    assert (hit.kinds, hit.desks, hit.names) == ({"copy"}, {"DESK-POL"}, {"name_latin"})
    assert search(theirs, document_number="ZQ7734511").hits == []
    (own,) = search(dpo, name="Canary").hits
    assert own.kinds == {"sealed"}
    actions.recall_sealed(copy, reason="Wrong person.", by=people.dgp_head)
    assert search(theirs, name="Canary").hits == []


def test_it_says_until_when_and_whether_a_hold_stands(incident, people, dpo, later):
    case = incident()
    add(case, people.dgp_officer)
    period("sealed", 30)
    (hit,) = search(dpo, name="Canary").hits
    assert (hit.until, hit.held) == (None, False)
    closed(case, people.dgp_duty)
    (hit,) = search(dpo, name="Canary").hits
    assert (hit.until - today("LV")).days == 30
    actions.place_hold(case, reason="Case 12 of the court", by=dpo)
    assert search(dpo, name="Canary").hits[0].held


def test_what_was_purged_is_not_found(incident, people, dpo, later):
    case = incident()
    add(case, people.dgp_officer)
    period("sealed", 30)
    closed(case, people.dgp_duty)
    later(days=31)
    purge()
    assert search(dpo, name="Canary").hits == []


@pytest.mark.parametrize("role", [r for r in Role if r != Role.DATA_PROTECTION])
def test_no_other_role_searches(role, officer, signed_in, api):
    by = officer("some.body", "LV-SBG", role)
    asked = {**ASKED, "name": "Canary"}
    with pytest.raises(NotAllowed):
        search(by, name="Canary")
    assert signed_in(by).post("/subject-access/", asked).status_code == 404
    for tail in ("", "pdf/"):
        assert api(by).post(f"/api/v1/subject-access/{tail}", asked).status_code == 403
    assert not SubjectSearch.objects.exists()


@pytest.mark.parametrize("door", ["html", "api"])
@pytest.mark.parametrize(
    ("field", "value"),
    [("case_ref", ""), ("reason", ""), ("name", ""), ("name", "ab"), ("name", HUGE),
     ("name", "a\x00bc"), ("birth_date", "soon"), ("birth_date", "\x00"),
     ("document_number", "1"), ("document_number", HUGE), ("reason", HUGE), ("case_ref", HUGE)],
    ids=["case", "reason", "nothing", "short", "long", "nul", "date", "nul date", "number",
         "long number", "long reason", "long case"],
)  # fmt: skip
def test_what_cannot_be_searched_is_said_at_its_field(door, field, value, dpo, signed_in, api):
    asked = {**ASKED, "name": "Canary", field: value}
    if door == "html":
        page = signed_in(dpo).post("/subject-access/", asked)
        assert page.status_code == 400
        assert field in page.context["form"].errors
        if field != "case_ref":
            assert "DPO-2027/14" in page.content.decode()
    else:
        answer = api(dpo).post("/api/v1/subject-access/", asked)
        assert answer.status_code == 400
        assert "\x00" in value or field in answer.json()["fields"]
    assert not SubjectSearch.objects.exists()


@override_settings(SUBJECT_SEARCHES_MOST=2)
@pytest.mark.parametrize("door", ["html", "api"])
def test_after_so_many_in_an_hour_one_waits(door, dpo, signed_in, api, later):
    client, address = (
        (signed_in(dpo), "/subject-access/") if door == "html"
        else (api(dpo), "/api/v1/subject-access/")
    )  # fmt: skip
    asked = {**ASKED, "name": "Canary"}
    assert [client.post(address, asked).status_code for _ in range(3)] == [200, 200, 429]
    assert SubjectSearch.objects.count() == 2
    later(minutes=61)
    client = signed_in(dpo) if door == "html" else client
    assert client.post(address, asked).status_code == 200


@pytest.mark.parametrize("door", ["html", "api"])
def test_the_answer_is_printed_and_the_printing_is_kept(
    door, incident, people, dpo, signed_in, api
):
    case = incident()
    add(case, people.dgp_officer)
    asked = {**ASKED, "name": "Canary"}
    if door == "html":
        answer = signed_in(dpo).post("/subject-access/", {**asked, "pdf": "1"})
    else:
        answer = api(dpo).post("/api/v1/subject-access/pdf/?languages=en,ru", asked)
    assert answer["Content-Type"] == "application/pdf"
    pages = pypdf.PdfReader(io.BytesIO(answer.content)).pages
    text = "".join(page.extract_text() for page in pages)
    assert case.number in text
    assert "DPO-2027/14" in text
    assert not any(secret in text for secret in SECRETS)
    assert SubjectSearch.objects.get().exported
    assert Entry.objects.get(verb="data.exported").facts["rows"] == 1


def test_two_languages_are_needed_and_a_refused_print_is_not_kept(dpo, api):
    asked = {**ASKED, "name": "Canary"}
    answer = api(dpo).post("/api/v1/subject-access/pdf/?languages=en,en", asked)
    assert answer.status_code == 400
    assert not SubjectSearch.objects.exists()


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.DATA_PROTECTION])
def test_the_log_is_read_by_who_audits_the_side(role, officer, dpo, people, signed_in, api):
    search(dpo, name="Canary Name")
    reader = officer("some.body", "LV-SBG", role)
    page = signed_in(reader).get("/subject-access/log/")
    assert page.status_code == 200
    assert "DPO-2027/14" in page.content.decode()
    assert "Canary" not in page.content.decode()
    (row,) = api(reader).get("/api/v1/subject-access/log/").json()["results"]
    assert (row["officer"], row["hits"]) == ("lv.dpo", 0)


@pytest.mark.parametrize("who", ["lv_hq", "dgp_head", "lv_admin"])
def test_nobody_else_reads_it_and_the_other_side_reads_its_own(who, people, dpo, signed_in, api):
    search(dpo, name="Canary Name")
    by = getattr(people, who)
    assert signed_in(by).get("/subject-access/log/").status_code == 404
    assert api(by).get("/api/v1/subject-access/log/").status_code == 404
    assert api(people.by_auditor).get("/api/v1/subject-access/log/").json()["results"] == []


def test_the_same_person_has_the_same_mark(dpo):
    marks = [search(dpo, name=name).search.mark for name in ("Žagata", "ZHAGATA", "Жагата", "Zbb")]
    assert len(set(marks[:3])) == 1
    assert marks[3] != marks[0]


def test_the_log_is_append_only(dpo):
    search(dpo, name="Canary")
    with refused_by_database("Cannot update or delete"):
        sql("UPDATE incidents_subjectsearch SET hits = 0")
    with refused_by_database("Cannot update or delete"):
        sql("DELETE FROM incidents_subjectsearch")


def test_a_key_repeats_no_answer_of_a_search(dpo, api):
    asked = {**ASKED, "name": "Canary"}
    for _ in range(2):
        answer = api(dpo).post("/api/v1/subject-access/", asked, HTTP_IDEMPOTENCY_KEY="a")
        assert answer.status_code == 200
        assert "Idempotent-Replayed" not in answer.headers
    assert SubjectSearch.objects.count() == 2


def test_a_search_costs_the_same_statements_for_any_number_of_people(
    incident, people, dpo, django_assert_max_num_queries
):
    for n in range(6):
        add(incident(), people.dgp_officer, name_latin=f"Person{n} Elsewhere")
    add(incident(), people.dgp_officer, **{"name_latin": PERSON["name_latin"]})
    search(dpo, name="Nobody")  # rights are read
    with django_assert_max_num_queries(16):
        search(dpo, name="Nobody")
