"""Logging an incident: once, with a number, and every bad input told at its field."""

import json
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.utils.timezone import now

from bordercoop.audit.models import Entry
from bordercoop.errors import Invalid, NotAllowed, Refused
from contactpoints.models import Role
from incidents.actions import report_incident
from incidents.models import Incident, IncidentVersion, NumberSeries, Share
from tests.incidents.doors import refused_by_database, sent, sql, typed

pytestmark = pytest.mark.django_db

NEW, API = "/incidents/new/", "/api/v1/incidents/"


# --- what is written


def test_a_report_is_submitted_with_its_first_version_and_the_owners_copy(incident, people):
    case = incident()
    assert (case.state, case.version, case.side) == ("submitted", 1, "LV")
    version = case.versions.get()
    assert (version.number, version.by, version.changed) == (1, people.dgp_officer, [])
    copy = case.shares.get()
    assert (copy.own, copy.unit, copy.fields) == (True, case.unit, version.content)
    assert copy.fields["internal_note"] == "Ask the second patrol."
    entry = Entry.objects.get(verb="incident.reported")
    assert (entry.actor, entry.about) == (people.dgp_officer, f"incident:{case.uid}")
    assert "Eight people" not in json.dumps(entry.facts)


@pytest.mark.parametrize("door", ["html", "api"])
def test_each_door_logs_the_same(door, people, signed_in, api):
    if door == "html":
        answer = signed_in(people.dgp_officer).post(NEW, typed())
        assert answer.status_code == 302
        case = Incident.objects.get()
        assert answer["Location"].startswith(f"/incidents/{case.uid}/")
    else:
        answer = api(people.dgp_officer).post(API, sent(internal_note="Ask the second patrol."))
        assert answer.status_code == 201
        case = Incident.objects.get(uid=answer.json()["uid"])
    fields = case.shares.get().fields
    assert fields["headline"] == "Eight people at border sign 214"
    assert fields["people_total"] == 8
    assert fields["language"] == "lv"
    assert fields["internal_note"] == "Ask the second patrol."
    assert (case.state, case.reported_by) == ("submitted", people.dgp_officer)


def test_a_duty_officer_may_go_straight_to_the_release(people, signed_in):
    answer = signed_in(people.dgp_duty).post(NEW, typed(next="release"))
    case = Incident.objects.get()
    assert answer["Location"].startswith(f"/incidents/{case.uid}/release/")


def test_what_never_leaves_its_side_is_not_led_to_the_release(people, signed_in):
    answer = signed_in(people.dgp_duty).post(NEW, typed(next="release", category="ASY"))
    case = Incident.objects.get()
    assert answer["Location"].startswith(f"/incidents/{case.uid}/?")


def test_an_officer_without_the_right_to_release_is_led_to_the_record(people, signed_in):
    answer = signed_in(people.dgp_officer).post(NEW, typed(next="release"))
    assert "/release/" not in answer["Location"]


# --- once


def test_the_same_report_sent_twice_is_one(people, unit, content):
    ref = uuid.uuid4()
    first, again = (
        report_incident(
            unit=unit("LV-DGP"), content=content(), client_ref=ref, by=people.dgp_officer
        )
        for _ in range(2)
    )
    assert first == again
    assert Incident.objects.count() == 1
    assert NumberSeries.objects.get().last == 1


def test_a_repeat_whose_times_are_less_than_a_minute_apart_is_the_same_report(
    people, unit, content
):
    """A program works the times out anew; the last second of a minute is no other report."""
    ref, said = uuid.uuid4(), content()

    def send(**times):
        return report_incident(
            unit=unit("LV-DGP"), content={**said, **times}, client_ref=ref, by=people.dgp_officer
        )

    first = send()
    moved = {name: said[name] + timedelta(seconds=59) for name in ("happened_at", "detected_at")}
    assert send(**moved) == first
    for other in (
        {"happened_at": said["happened_at"] - timedelta(seconds=60)},
        {"detected_at": None},
        {**moved, "people_total": 9},
    ):
        with pytest.raises(Refused) as refusal:
            send(**other)
        assert refusal.value.code == "sent_before"
    assert Incident.objects.count() == 1


def test_the_form_sent_twice_leads_to_the_one_incident(people, signed_in):
    browser, values = signed_in(people.dgp_officer), typed()
    first, again = browser.post(NEW, values), browser.post(NEW, values)
    assert first["Location"] == again["Location"]
    assert Incident.objects.count() == 1


def test_a_form_that_was_sent_and_then_changed_keeps_what_was_typed(people, signed_in):
    browser, values = signed_in(people.dgp_officer), typed()
    browser.post(NEW, values)
    changed = {**values, "headline": "Changed after going back"}
    answer = browser.post(NEW, changed)
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Changed after going back" in page
    assert Incident.objects.get().number in page
    ref = answer.context["form"]["client_ref"].value()
    assert browser.post(NEW, {**changed, "client_ref": ref}).status_code == 302
    assert Incident.objects.count() == 2


def test_a_headline_is_one_line_that_can_be_seen(people, api):
    said = sent(headline="One\r\nBcc: two\u2028three")
    answer = api(people.dgp_officer).post("/api/v1/incidents/", said)
    assert answer.json()["headline"] == "One Bcc: two three"
    unseen = api(people.dgp_officer).post("/api/v1/incidents/", sent(headline="\u200b \u2060"))
    assert (unseen.status_code, list(unseen.json()["fields"])) == (400, ["headline"])


@pytest.mark.parametrize(("at", "lv", "by"), [(20, 2026, 2026), (21, 2026, 2027), (22, 2027, 2027)])
def test_the_year_of_a_number_is_the_year_on_the_wall_of_its_side(
    at, lv, by, people, unit, content, time_machine
):
    time_machine.move_to(datetime(2026, 12, 31, at, 30, tzinfo=UTC), tick=True)
    when = datetime(2026, 12, 31, 20, tzinfo=UTC)
    for code, year, who in (("LV-DGP", lv, "dgp_officer"), ("BY-POL", by, "pol_officer")):
        case = report_incident(
            unit=unit(code), content=content(happened_at=when), by=getattr(people, who)
        )
        assert case.number == f"{code}-{year}-00001"


def test_the_same_ref_of_another_officer_is_another_incident(people, unit, content):
    ref = uuid.uuid4()
    for by in (people.dgp_officer, people.dgp_leader):
        report_incident(unit=unit("LV-DGP"), content=content(), client_ref=ref, by=by)
    assert Incident.objects.count() == 2


def test_the_database_keeps_one_report_per_officer_and_ref(incident, people):
    case = incident()
    with refused_by_database("incident_reported_once"):
        sql(
            "INSERT INTO incidents_incident (uid, number, client_ref, unit_id, side, category_id, "
            "origin, exercise, state, version, reported_at, reported_by_id) SELECT "
            "gen_random_uuid(), 'X-1', client_ref, unit_id, side, category_id, origin, exercise, "
            "state, version, reported_at, reported_by_id FROM incidents_incident WHERE id = %s",
            case.pk,
        )


# --- who may


@pytest.mark.parametrize(
    ("who", "at"),
    [
        ("pol_officer", "LV-DGP"),
        ("by_hq", "LV-DGP"),
        ("rix_officer", "LV-DGP"),
        ("lv_representative", "LV-DGP"),
        ("lv_analyst", "LV-DGP"),
        ("lv_auditor", "LV-DGP"),
        ("lv_admin", "LV-DGP"),
        ("stranger", "LV-DGP"),
        ("dgp_officer", "LV-SBG"),
        ("dgp_officer", "LV-RIX"),
        ("dgp_officer", "BY-POL"),
    ],
)
def test_nobody_logs_for_a_unit_out_of_reach(who, at, people, api, unit, content):
    by = getattr(people, who)
    answer = api(by).post(API, sent(unit=at))
    assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")
    with pytest.raises(NotAllowed):
        report_incident(unit=unit(at), content=content(), by=by)
    assert not Incident.objects.exists()
    assert not NumberSeries.objects.exists()


@pytest.mark.parametrize("at", ["LV-DGP", "LV-DGP-SIL", "LV-DGP-PAT"])
def test_a_post_and_a_crossing_point_count_in_their_regions_series(at, people, api):
    number = api(people.dgp_officer).post(API, sent(unit=at)).json()["number"]
    assert number.startswith("LV-DGP-")


@pytest.mark.parametrize("who", ["lv_analyst", "lv_auditor", "lv_admin", "stranger"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_the_form_says_that_a_permission_is_missing(method, who, people, signed_in):
    browser = signed_in(getattr(people, who))
    answer = browser.get(NEW) if method == "get" else browser.post(NEW, typed())
    assert answer.status_code == 403
    assert not Incident.objects.exists()


def test_the_form_offers_no_unit_out_of_reach_and_takes_none(people, signed_in):
    browser = signed_in(people.dgp_officer)
    page = browser.get(NEW)
    assert {code for code, _name in page.context["form"].fields["unit"].choices} >= {"LV-DGP"}
    for code in ("BY-POL", "LV-RIX", "DESK-DGP", "LV-XXX", ""):
        answer = browser.post(NEW, typed(unit=code))
        assert answer.status_code == 400, code
        assert "unit" in answer.context["form"].errors
    assert not Incident.objects.exists()


def test_a_page_of_another_site_cannot_log(people, signed_in):
    assert signed_in(people.dgp_officer, strict=True).post(NEW, typed()).status_code == 403


# --- numbers


def test_numbers_count_up_in_each_region_apart(incident, people):
    year = now().year
    numbers = [incident().number, incident().number]
    numbers.append(incident(by=people.rix_officer, at="LV-RIX").number)
    numbers.append(incident(by=people.pol_officer, at="BY-POL").number)
    numbers.append(incident().number)
    assert numbers == [
        f"LV-DGP-{year}-00001",
        f"LV-DGP-{year}-00002",
        f"LV-RIX-{year}-00001",
        f"BY-POL-{year}-00001",
        f"LV-DGP-{year}-00003",
    ]


def test_a_refused_report_takes_no_number(incident):
    with pytest.raises(Invalid):
        incident(severity=9)
    assert incident().number.endswith("-00001")


@pytest.mark.parametrize(
    ("utc", "lv", "by"),
    [
        (datetime(2026, 12, 31, 20, 59, 50, tzinfo=UTC), 2026, 2026),
        (datetime(2026, 12, 31, 21, 0, 10, tzinfo=UTC), 2026, 2027),  # midnight in Minsk
        (datetime(2026, 12, 31, 21, 59, 50, tzinfo=UTC), 2026, 2027),
        (datetime(2026, 12, 31, 22, 0, 10, tzinfo=UTC), 2027, 2027),  # midnight in Riga
    ],
)
def test_each_side_begins_its_year_at_its_own_midnight(utc, lv, by, time_machine, people, incident):
    time_machine.move_to(utc, tick=False)
    assert incident().number == f"LV-DGP-{lv}-00001"
    assert incident(by=people.pol_officer, at="BY-POL").number == f"BY-POL-{by}-00001"


def test_the_new_year_begins_at_one_and_the_old_series_stays(time_machine, people, incident):
    time_machine.move_to(datetime(2026, 12, 31, 21, 30, tzinfo=UTC), tick=False)
    assert [incident().number, incident().number][-1] == "LV-DGP-2026-00002"
    time_machine.move_to(datetime(2026, 12, 31, 22, 30, tzinfo=UTC), tick=False)
    assert incident().number == "LV-DGP-2027-00001"


def test_the_database_keeps_numbers_unique_and_submitted_ones_numbered(incident):
    first, second = incident(), incident()
    with refused_by_database("number"):
        sql("UPDATE incidents_incident SET number = %s WHERE id = %s", first.number, second.pk)
    with refused_by_database("submitted_has_a_number"):
        sql("UPDATE incidents_incident SET number = NULL WHERE id = %s", second.pk)


# --- bad input, through both doors

FUTURE = now() + timedelta(days=2)
LONG = "ж" * 100_000
BAD = {
    "a happened time in the future": (
        {"happened_date": f"{FUTURE:%d.%m.%Y}", "happened_time": "12:00"},
        {"happened_at": f"{FUTURE:%Y-%m-%d}T12:00:00Z"},
        ("happened", "happened_at"),
    ),
    "a detected time in the future": (
        {"detected_date": f"{FUTURE:%d.%m.%Y}", "detected_time": "12:00"},
        {"detected_at": f"{FUTURE:%Y-%m-%d}T12:00:00Z"},
        ("detected", "detected_at"),
    ),
    "detected before it happened": (
        {"happened_date": "17.02.2026", "happened_time": "08:00",
         "detected_date": "17.02.2026", "detected_time": "07:00"},
        {"happened_at": "2026-02-17T06:00:00Z", "detected_at": "2026-02-17T05:00:00Z"},
        ("detected", "detected_at"),
    ),
    "no time": (
        {"happened_date": "", "happened_time": ""}, {"happened_at": None},
        ("happened", "happened_at"),
    ),
    "no time at all": (
        {"happened_date": None, "happened_time": None}, {"happened_at": ...},
        ("happened", "happened_at"),
    ),
    "words for a time": (
        {"happened_date": "yesterday", "happened_time": "noon"}, {"happened_at": "yesterday"},
        ("happened", "happened_at"),
    ),
    "a time long ago": (
        {"happened_date": "17.02.1901"}, {"happened_at": "1901-02-17T06:00:00Z"},
        ("happened", "happened_at"),
    ),
    "a time without its zone": (
        {"happened_zone": "America/New_York"}, {"happened_at": "2026-02-17T06:00:00"},
        ("happened", "happened_at"),
    ),
    "a latitude beyond the pole": (
        {"coordinates": "97.1, 27.3"}, {"lat": 97.1}, ("coordinates", "lat"),
    ),
    "a longitude beyond the date line": (
        {"coordinates": "55.79, 187.3"}, {"lon": 187.3}, ("coordinates", "lon"),
    ),
    "half a position": ({"coordinates": "55.79"}, {"lon": None}, ("coordinates", "lon")),
    "words for a position": ({"coordinates": "by the lake"}, {"lat": "x"}, ("coordinates", "lat")),
    "an unknown category": ({"category": "UBC-XXX"}, {"category": "UBC-XXX"}, ("category",) * 2),
    "no category": ({"category": None}, {"category": ...}, ("category",) * 2),
    "a severity of nine": ({"severity": "9"}, {"severity": 9}, ("severity",) * 2),
    "no severity": ({"severity": None}, {"severity": ...}, ("severity",) * 2),
    "an unknown place": ({"place": "XX-YY"}, {"place": "XX-YY"}, ("place",) * 2),
    "an unknown unit": ({"unit": "LV-XXX"}, {"unit": "LV-XXX"}, ("unit",) * 2),
    "an unknown language": ({"language": "xx"}, {"language": "xx"}, ("language",) * 2),
    "no headline": ({"headline": "  "}, {"headline": "  "}, ("headline",) * 2),
    "NUL in the headline": ({"headline": "a\0b"}, {"headline": "a\0b"}, ("headline", None)),
    "NUL in the narrative": ({"narrative": "a\0b"}, {"narrative": "a\0b"}, ("narrative", None)),
    "NUL in the internal note": (
        {"internal_note": "a\0b"}, {"internal_note": "a\0b"}, ("internal_note", None),
    ),
    "100,000 characters of headline": ({"headline": LONG}, {"headline": LONG}, ("headline",) * 2),
    "100,000 characters of narrative": (
        {"narrative": LONG}, {"narrative": LONG}, ("narrative",) * 2,
    ),
    "100,000 characters of border sign": (
        {"border_sign": LONG}, {"border_sign": LONG}, ("border_sign",) * 2,
    ),
    "fewer than no people": ({"people_total": "-1"}, {"people_total": -1}, ("people_total",) * 2),
    "half a person": ({"people_total": "1.5"}, {"people_total": 1.5}, ("people_total",) * 2),
    "too many people": (
        {"people_total": "100001"}, {"people_total": 100_001}, ("people_total",) * 2,
    ),
    "a number without end": (
        {"people_total": "9" * 4000}, {"people_total": 10**300}, ("people_total",) * 2,
    ),
    "more minors than people": (
        {"people_total": "2", "people_minors": "3"}, {"people_total": 2, "people_minors": 3},
        ("people_minors",) * 2,
    ),
    "more injured than people": (
        {"people_total": "2", "people_injured": "3"}, {"people_total": 2, "people_injured": 3},
        ("people_injured",) * 2,
    ),
    "a precision that does not exist": (
        {"happened_precision": "hour"}, {"happened_precision": "hour"},
        ("happened_precision",) * 2,
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_the_form_says_what_is_wrong_and_keeps_every_word(case, people, signed_in):
    changes, _body, (field, _key) = BAD[case]
    values = typed(**changes)
    answer = signed_in(people.dgp_officer).post(NEW, values)
    assert answer.status_code == 400
    form = answer.context["form"]
    assert list(form.errors) == [field]
    assert all(str(sentence).strip().endswith((".", "?")) for sentence in form.errors[field])
    page = answer.content.decode()
    for name in ("headline", "narrative", "internal_note", "people_total"):
        if name not in changes:
            assert values[name] in page, name
    for name in ("happened_date", "happened_time", "coordinates", "headline", "people_total"):
        if changes.get(name) and len(changes[name]) < 100 and "\0" not in changes[name]:
            assert changes[name].strip() in page, name
    assert not Incident.objects.exists()


@pytest.mark.parametrize("case", BAD)
def test_the_api_names_the_field_that_is_wrong(case, people, api):
    _changes, changes, (_field, key) = BAD[case]
    body = {name: value for name, value in sent(**changes).items() if value is not ...}
    answer = api(people.dgp_officer).post(API, body)
    assert answer.status_code == 400
    error = answer.json()
    assert (error["code"], set(error)) == ("invalid", {"code", "detail", "fields"})
    assert error["detail"].strip().endswith(".")
    if key:
        assert key in error["fields"]
    assert not Incident.objects.exists()


def test_the_form_tells_all_that_is_wrong_at_once(people, signed_in):
    answer = signed_in(people.dgp_officer).post(
        NEW, typed(headline="", severity=None, coordinates="99, 99", people_total="-1")
    )
    assert set(answer.context["form"].errors) == {
        "headline", "severity", "coordinates", "people_total",
    }  # fmt: skip


def test_the_api_tells_all_that_is_wrong_at_once(people, api):
    body = sent(headline="", lat=99, people_total=-1, place="XX", category="YY")
    fields = api(people.dgp_officer).post(API, body).json()["fields"]
    assert "headline" in fields
    body["headline"] = "x"
    fields = api(people.dgp_officer).post(API, body).json()["fields"]
    assert set(fields) == {"lat", "people_total", "place", "category"}


@pytest.mark.parametrize("language", ["lv", "be", "ru"])
def test_the_sentence_is_in_the_officers_language(language, people, signed_in, api):
    officer = people.dgp_officer
    officer.language = "en"
    officer.save(update_fields=["language"])
    english = api(officer).post(API, sent(severity=9)).json()["detail"]
    officer.language = language
    officer.save(update_fields=["language"])
    own = api(officer).post(API, sent(severity=9)).json()["detail"]
    assert own != english
    page = signed_in(officer).post(NEW, typed(severity="9"))
    assert page.status_code == 400


def test_a_time_that_did_not_exist_is_refused_with_the_reason(people, signed_in, time_machine):
    time_machine.move_to(datetime(2027, 4, 10, 12, tzinfo=UTC), tick=True)
    answer = signed_in(people.dgp_officer).post(
        NEW, typed(happened_date="28.03.2027", happened_time="03:30")
    )
    assert answer.status_code == 400
    (error,) = answer.context["form"].errors["happened"].as_data()
    assert error.code == "nonexistent"
    assert "28.03.2027" in answer.content.decode()


def test_a_time_that_happened_twice_is_asked_and_the_answer_is_kept(
    people, signed_in, time_machine
):
    time_machine.move_to(datetime(2027, 11, 10, 12, tzinfo=UTC), tick=True)
    browser = signed_in(people.dgp_officer)
    values = typed(happened_date="31.10.2027", happened_time="03:30")
    answer = browser.post(NEW, values)
    assert answer.status_code == 400
    (error,) = answer.context["form"].errors["happened"].as_data()
    assert error.code == "ambiguous"
    assert 'name="happened_fold"' in answer.content.decode()
    for fold, hour in (("0", 0), ("1", 1)):
        values = typed(happened_date="31.10.2027", happened_time="03:30", happened_fold=fold)
        assert browser.post(NEW, values).status_code == 302
        case = Incident.objects.latest("pk")
        assert case.shares.get().happened_at == datetime(2027, 10, 31, hour, 30, tzinfo=UTC)


@pytest.mark.parametrize(("zone", "hour"), [("Europe/Riga", 6), ("Europe/Minsk", 5)])
def test_the_compact_time_is_read_on_the_clock_that_was_chosen(
    zone, hour, people, signed_in, time_machine
):
    time_machine.move_to(datetime(2027, 2, 20, 12, tzinfo=UTC), tick=True)
    values = typed(happened_date="1702 0800", happened_time="", happened_zone=zone)
    assert signed_in(people.dgp_officer).post(NEW, values).status_code == 302
    assert Share.objects.get().happened_at == datetime(2027, 2, 17, hour, tzinfo=UTC)


@pytest.mark.parametrize(
    ("precision", "date"), [("day", "17.02.2027"), ("month", "02.2027"), ("month", "01.02.2027")]
)
@pytest.mark.parametrize("zone", ["Europe/Riga", "Europe/Minsk"])
def test_a_time_known_to_the_day_or_month_is_shown_as_that(
    zone, precision, date, people, signed_in, time_machine
):
    time_machine.move_to(datetime(2027, 2, 20, 12, tzinfo=UTC), tick=True)
    browser = signed_in(people.dgp_officer)
    values = typed(
        happened_date=date, happened_time="", happened_precision=precision, happened_zone=zone
    )
    answer = browser.post(NEW, values)
    assert answer.status_code == 302
    copy = Share.objects.get()
    assert copy.happened_precision == precision
    page = browser.get(f"/incidents/{copy.uid}/").content.decode()
    assert f'datetime="2027-02{"-17" if precision == "day" else ""}"' in page


@pytest.mark.parametrize(
    "text",
    ["55.7912, 27.3010", "55,7912 27,3010", "55°47'28.3\"N 27°18'3.6\"E", "N55 47.472 E27 18.060"],
)
def test_coordinates_in_the_usual_notations_are_one_position(text, people, signed_in):
    assert signed_in(people.dgp_officer).post(NEW, typed(coordinates=text)).status_code == 302
    copy = Share.objects.get()
    assert abs(copy.lat - 55.7912) < 0.0001
    assert abs(copy.lon - 27.301) < 0.0001


def test_a_land_incident_far_from_the_line_is_taken(people, signed_in):
    """Far from the border is only warned about: the officer may know better."""
    answer = signed_in(people.dgp_officer).post(NEW, typed(coordinates="48.8566, 2.3522"))
    assert answer.status_code == 302


def test_a_field_that_does_not_exist_is_refused_by_the_api(people, api):
    answer = api(people.dgp_officer).post(API, sent(state="validated", number="LV-1"))
    assert answer.status_code == 400
    assert set(answer.json()["fields"]) == {"state", "number"}


@pytest.mark.parametrize(
    "body", [[], "x", 3, None, [{}], {"unit": []}, {"unit": {"a": 1}}, {"headline": ["x"]},
             {"happened_at": 5}, {"lat": 10**400}, {"lat": "NaN"}, {"lat": "1e999"}, {"lon": True},
             {"severity": True}, {"people_total": {}}, {"exercise": "maybe"},
             {"happened_at": "0001-01-01T00:00:00+14:00"},
             {"happened_at": "9999-12-31T23:59:59-14:00"},
             {"category": {"$ne": ""}}, {"place": ["RIX"]}, {"language": 1}],
)  # fmt: skip
def test_the_api_refuses_every_wrong_shape_with_a_sentence(body, people, api):
    whole = {**sent(), **body} if isinstance(body, dict) else body
    answer = api(people.dgp_officer).post(API, whole)
    assert answer.status_code == 400, answer.content
    assert set(answer.json()) == {"code", "detail", "fields"}
    assert not Incident.objects.exists()


def test_copy_last_offers_the_officers_own_last_report_only(people, incident, signed_in):
    incident(headline="Of the leader", by=people.dgp_leader)
    assert signed_in(people.dgp_officer).get(NEW).context["copy_last"] is None
    incident(narrative="My own words.", people_total=3)
    copied = signed_in(people.dgp_officer).get(NEW).context["copy_last"]
    assert (copied["people_total"], copied["narrative"]) == (3, "My own words.")
    assert "internal_note" not in copied


def test_a_record_that_is_not_visible_cannot_be_copied(people, incident, signed_in, released):
    hidden = incident(narrative="SECRET-1")
    case, _delivery = released(narrative="SECRET-2", fields=["headline"])
    browser = signed_in(people.pol_officer)
    for uid in (hidden.uid, case.uid, uuid.uuid4(), "x"):
        page = browser.get(NEW, {"like": uid})
        assert page.status_code == 200
        assert "SECRET" not in page.content.decode()


def test_the_end_of_a_posting_ends_reporting_at_once(people, officer, signed_in):
    from contactpoints import actions

    user = officer("a.b", "LV-DGP", Role.OFFICER)
    browser = signed_in(user)
    assert browser.get(NEW).status_code == 200
    actions.end_posting(user.postings.get(), by=None)
    answer = browser.post(NEW, typed())
    assert (answer.status_code, answer["Location"]) == (302, f"/accounts/login/?next={NEW}")
    assert not IncidentVersion.objects.exists()
