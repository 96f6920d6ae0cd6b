"""People by group, vehicles, goods, documents, means and the route of irregular transit."""

import pytest
from django.utils.timezone import now

from bordercoop.errors import Invalid
from bordercoop.reference.models import Term, forget
from bordercoop.web.both import Both
from incidents.actions import add_measure, add_note, release_incident, supplement_incident
from incidents.content import FIELDS, RELEASABLE, cleaned
from incidents.models import Incident
from incidents.printing import document
from incidents.telling import tables
from tests.incidents.doors import sent, typed

pytestmark = pytest.mark.django_db

NEW, API = "/incidents/new/", "/api/v1/incidents/"
GROUPS = [
    {"count": 5, "age_group": "18-34", "sex": "M", "nationality": "IRQ"},
    {"count": 3, "age_group": "0-13", "sex": None, "nationality": "unknown"},
]
THINGS = {
    "nature": "completed",
    "manner": "on_foot",
    "direction": "BY>LV",
    "detection": "camera",
    "public_event": "IIHF2021",
    "means": ["ladder", "guide"],
    "people": GROUPS,
    "vehicles": [{"kind": "van", "make": "Ford Transit", "colour": "white", "country": "POL"}],
    "goods": [
        {"kind": "cigarettes", "quantity": 1200, "unit": "pack", "value": 3600.5, "currency": "EUR"}
    ],
    "documents": [{"kind": "passport", "country": "SYR", "state": "forged", "count": 2}],
    "transit": {
        "origin": "IRQ",
        "countries": ["TUR", "BLR"],
        "last_departure": "Istanbul",
        "destination": "DEU",
        "flight_or_train": "B2 786",
        "visa_kind": "event",
        "event_ticket": "yes",
        "accreditation": "unknown",
    },
}
# The same as an officer types it.
ROWS = {
    "nature": "completed",
    "manner": "on_foot",
    "direction": "BY>LV",
    "detection": "camera",
    "public_event": "IIHF2021",
    "means": ["", "ladder", "guide"],
    "people-count": ["5", "", "3"],
    "people-age_group": ["18-34", "", "0-13"],
    "people-sex": ["M", "", ""],
    "people-nationality": ["Irāka", "", "unknown"],
    "vehicles-kind": ["van"],
    "vehicles-make": [" Ford  Transit "],
    "vehicles-colour": ["white"],
    "vehicles-country": ["pl"],
    "goods-kind": ["cigarettes", ""],
    "goods-quantity": ["1 200", ""],
    "goods-unit": ["pack", ""],
    "goods-value": ["3600,5", ""],
    "goods-currency": ["EUR", ""],
    "documents-kind": ["passport"],
    "documents-country": ["Syria"],
    "documents-state": ["forged"],
    "documents-count": ["2"],
    "transit-origin": "Ирак",
    "transit-countries": "Turcija, BLR",
    "transit-last_departure": "Istanbul",
    "transit-destination": "Germany",
    "transit-flight_or_train": "B2 786",
    "transit-visa_kind": "event",
    "transit-event_ticket": "yes",
    "transit-accreditation": "unknown",
}


@pytest.mark.parametrize("door", ["html", "api"])
def test_each_door_logs_the_same(door, people, signed_in, api):
    if door == "html":
        answer = signed_in(people.dgp_officer).post(NEW, typed(**ROWS))
        assert answer.status_code == 302, answer.context["form"].errors
        case = Incident.objects.get()
    else:
        answer = api(people.dgp_officer).post(API, sent(**THINGS))
        assert answer.status_code == 201, answer.json()
        assert {key: answer.json()[key] for key in THINGS} == THINGS
        case = Incident.objects.get()
    assert {key: case.shares.get().fields[key] for key in THINGS} == THINGS


def test_nothing_said_is_none(incident):
    fields = incident().shares.get().fields
    assert {fields[key] for key in THINGS} == {None}


def test_empty_rows_and_lists_are_nothing(content):
    said = cleaned(content(people=[], means=[], goods=[{"kind": None}], transit={"origin": ""}))
    assert [said[key] for key in ("people", "means", "goods", "transit")] == [None] * 4


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("people", [{"count": 9}]),
        ("people", [{"count": 5}, {"count": 4}]),
        ("people", [{"count": 0}]),
        ("people", [{"count": True}]),
        ("people", [{"count": "5"}]),
        ("people", [{"sex": "M"}]),
        ("people", [{"count": 1, "nationality": "Iraq"}]),
        ("people", [{"count": 1, "nationality": "SUN"}]),
        ("people", [{"count": 1, "age_group": "18"}]),
        ("people", [{"count": 1, "name": "Somebody"}]),
        ("people", [{"count": 1}] * 51),
        ("people", "eight"),
        ("people", [8]),
        ("vehicles", [{"kind": "van", "plate": "AB-1234"}]),
        ("vehicles", [{"kind": "van", "vin": "WF0XXXTTFX"}]),
        ("vehicles", [{"make": "Ford"}]),
        ("vehicles", [{"kind": "van", "make": "x" * 100_000}]),
        ("vehicles", [{"kind": "van", "make": 5}]),
        ("goods", [{"kind": "fuel", "quantity": 5}]),
        ("goods", [{"kind": "fuel", "value": 5}]),
        ("goods", [{"kind": "fuel", "value": -1, "currency": "EUR"}]),
        ("goods", [{"kind": "fuel", "value": 1e300, "currency": "EUR"}]),
        ("goods", [{"kind": "fuel", "value": 1, "currency": "XXX"}]),
        ("documents", [{"kind": "passport", "number": "LV1234567"}]),
        ("documents", [{"kind": "passport", "country": "stateless"}]),
        ("transit", {"countries": ["TUR"] * 11}),
        ("transit", {"countries": "TUR"}),
        ("transit", {"event_ticket": "perhaps"}),
        ("transit", {"passenger": "Somebody"}),
        ("transit", ["IRQ"]),
        ("transit", {"last_departure": "SECRET"}),
        ("means", "ladder"),
        ("means", [["ladder"]]),
        ("means", ["rope"]),
        ("nature", "perhaps"),
        ("direction", {"from": "BY"}),
    ],
)
def test_what_cannot_be_right_is_told_at_its_field(field, value, people, api):
    answer = api(people.dgp_officer).post(API, sent(**{field: value}))
    assert answer.status_code == 400
    assert list(answer.json()["fields"]) == [field]
    assert not Incident.objects.exists()


def test_the_sentence_names_both_sums(content):
    with pytest.raises(Invalid) as refused:
        cleaned(content(people_total=8, people=[{"count": 5}, {"count": 4}]))
    assert "9 people" in str(refused.value)
    assert "8" in str(refused.value)
    with pytest.raises(Invalid, match="4 minors"):
        cleaned(content(people_minors=3, people=[{"count": 4, "age_group": "14-17"}]))


def test_groups_that_leave_people_out_are_noted(content):
    (table,) = tables(cleaned(content(people_total=8, people=[{"count": 5}])))
    assert table.note == "The groups account for 5 of 8 people."
    (released,) = tables({"people": [{"count": 5}]})
    assert released.note == ""


def test_a_form_that_is_wrong_keeps_its_rows(people, signed_in):
    wrong = {**ROWS, "people-nationality": ["Atlantis", "", ""], "goods-quantity": ["many", ""]}
    answer = signed_in(people.dgp_officer).post(NEW, typed(**wrong))
    page = answer.content.decode()
    assert answer.status_code == 400
    assert set(answer.context["form"].errors) == {"people", "goods"}
    assert "Atlantis" in page
    assert 'value="many"' in page
    assert 'value="Ford  Transit"' in page or "Ford  Transit" in page


def test_another_row_keeps_everything_and_logs_nothing(people, signed_in):
    answer = signed_in(people.dgp_officer).post(NEW, typed(**ROWS, add="vehicles", headline=""))
    form = answer.context["form"]
    assert answer.status_code == 200
    assert not Incident.objects.exists()
    assert not form.errors
    assert len(list(form["vehicles"].rows())) == 2
    assert "Irāka" in answer.content.decode()
    odd = signed_in(people.dgp_officer).post(NEW, typed(**ROWS, add="\x00nothing"))
    assert odd.status_code in (200, 400)


def test_a_supplement_shows_what_stands_and_changes_only_that(incident, people, signed_in):
    case = incident(**THINGS)
    browser = signed_in(people.dgp_officer)
    page = browser.get(f"/incidents/{case.uid}/supplement/").content.decode()
    for words in ("Ford Transit", "Irāka", "Sīrija", "B2 786", "Turcija, Baltkrievija"):
        assert words in page
    told = {**typed(**ROWS), "version": 1, "people-count": ["5", "", "2"]}
    assert browser.post(f"/incidents/{case.uid}/supplement/", told).status_code == 302
    assert "people" in case.versions.get(number=2).changed
    assert not {"goods", "vehicles", "transit", "means"} & set(case.versions.get(number=2).changed)


def test_a_page_without_these_fields_takes_none_away(incident, people, signed_in):
    case = incident(**THINGS)
    told = {**typed(headline="Seven people"), "version": 1}
    browser = signed_in(people.dgp_officer)
    assert browser.post(f"/incidents/{case.uid}/supplement/", told).status_code == 302
    assert {key: case.shares.get().fields[key] for key in THINGS} == THINGS


def test_two_who_save_at_once_see_both_in_words(incident, people, signed_in):
    case = incident(**THINGS)
    supplement_incident(case, version=1, changes={"people": None}, by=people.dgp_leader)
    told = {**typed(**ROWS), "version": 1}
    answer = signed_in(people.dgp_officer).post(f"/incidents/{case.uid}/supplement/", told)
    assert answer.status_code == 409
    yours = [row["yours"] for row in answer.context["differences"] if row["theirs"] == "—"]
    assert any(said.startswith("5 · 18 līdz 34 gadi · Vīriešu · Irāka; 3") for said in yours)


def test_a_retired_word_stays_on_its_record_and_enters_no_other(incident, people, content):
    case = incident(**THINGS)
    Term.objects.filter(vocabulary="means", code="guide").update(retired_at="2026-01-01T00:00Z")
    forget()
    supplement_incident(case, version=1, changes={"headline": "Seven"}, by=people.dgp_officer)
    with pytest.raises(Invalid):
        cleaned(content(means=["guide"]))


def test_each_is_released_by_its_name_and_nothing_more(incident, unit, people, both_sides_on_duty):
    case = incident(**THINGS)
    release_incident(case, desks=[unit("DESK-POL")], fields=["vehicles"], by=people.dgp_duty)
    copy = case.shares.get(own=False)
    assert copy.fields.keys() == {"category", "severity", "vehicles"}
    assert set(THINGS) <= RELEASABLE.keys()
    assert set(THINGS) <= FIELDS.keys()


def test_the_other_desk_reads_the_released_tables(
    incident, unit, people, both_sides_on_duty, signed_in
):
    case = incident(**THINGS)
    release_incident(case, desks=[unit("DESK-POL")], fields=["people", "goods"], by=people.dgp_duty)
    own = signed_in(people.dgp_duty).get(f"/incidents/{case.uid}/").content.decode()
    there = signed_in(people.pol_duty).get(f"/incidents/{case.uid}/").content.decode()
    assert "Ford Transit" in own
    assert "Ford Transit" not in there
    assert {table.key for table in tables(case.shares.get(own=False).fields)} == {"people", "goods"}


def test_the_paper_has_the_tables_of_its_copy(incident, people):
    case = incident(**THINGS)
    made = document(
        case, case.shares.get(), view="internal", both=Both("lv", "en"), by=people.dgp_duty,
        at=now(),
    )  # fmt: skip
    assert len(made["things"]) == 5
    assert ["Irāka", "Iraq"] in made["things"][0]["rows"][0]


# --- classified


@pytest.mark.parametrize("field", ["headline", "narrative", "internal_note", "border_sign"])
def test_a_report_with_a_marking_is_refused(field, people, api):
    people.dgp_officer.language = "en"
    people.dgp_officer.save(update_fields=["language"])
    answer = api(people.dgp_officer).post(API, sent(**{field: "СОВЕРШЕННО СЕКРЕТНО"}))
    assert answer.status_code == 400
    assert "not accredited" in answer.json()["fields"][field][0]
    assert not Incident.objects.exists()


@pytest.mark.parametrize("verb", [add_note, add_measure])
def test_a_remark_with_a_marking_is_refused(verb, incident, people):
    case = incident()
    with pytest.raises(Invalid, match="not accredited"):
        verb(case, text="RESTREINT UE/EU RESTRICTED\nEight people", by=people.dgp_officer)
    assert verb(case, text="They crossed in secret.", by=people.dgp_officer).pk
