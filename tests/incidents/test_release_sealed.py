"""Releasing personal data to a desk, recalling them, and what each side learns of the readings."""

import uuid
from datetime import date
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from django.utils.timezone import now

from bordercoop.audit.models import Entry
from bordercoop.errors import Invalid, NotAllowed, Refused, Stale
from contactpoints.models import Role
from incidents import actions
from incidents.models import SealedCopy, SealedPerson, SealedReading, Share
from incidents.sealed_content import legal_bases
from tests.incidents.doors import refused_by_database, sql
from tests.incidents.sealed import GROUNDS, PERSON, WHY, add, give, told

pytestmark = pytest.mark.django_db
HUGE = "x" * 100_000
RELEASED = {"Zqx Canary", "ZQ7734511"}
WHY_THERE = {"reason": "identity", "text": "Comparing the passport."}


@pytest.fixture
def sealed(released, people):
    """An incident of LV-DGP that Polotsk holds, with one sealed person."""
    case, _delivery = released()
    add(case, people.dgp_officer)
    return case


@pytest.fixture
def given(sealed, people, unit):
    """The same with name and document released to Polotsk: the copy."""
    return give(sealed, people.dgp_head, unit("DESK-POL"))


def body(case, **changes):
    persons = {str(p.uid): p.version for p in SealedPerson.objects.filter(incident=case)}
    return {
        "persons": persons, "fields": ["name_latin", "document_number"], "desk": "DESK-POL",
        **GROUNDS, **changes,
    }  # fmt: skip


def typed(case, **changes):
    said = body(case)
    said["fields_chosen"] = said.pop("fields")
    said["persons"] = [f"{uid}:{version}" for uid, version in said["persons"].items()]
    return {**said, "release": "1", **changes}


def page(case, tail=""):
    return f"/incidents/{case.uid}/sealed/{tail}"


def api_page(case, tail=""):
    return f"/api/v1/incidents/{case.uid}/sealed/{tail}"


# --- the decision


@pytest.mark.parametrize("who", ["dgp_head", "lv_hq"])
@pytest.mark.parametrize("door", ["verb", "html", "api"])
def test_the_head_or_headquarters_releases_chosen_fields(
    door, who, sealed, people, unit, signed_in, api
):
    by = getattr(people, who)
    if door == "verb":
        give(sealed, by, unit("DESK-POL"))
    elif door == "html":
        browser = signed_in(by)
        browser.post(page(sealed), WHY)
        assert browser.post(page(sealed, "release/"), typed(sealed)).status_code == 302
    else:
        answer = api(by).post(api_page(sealed, "release/"), body(sealed))
        assert (answer.status_code, told(answer)) == (201, set())
    copy = SealedCopy.objects.get()
    assert [each["content"] for each in copy.people] == [
        {"name_latin": "Zqx Canary", "document_number": "ZQ7734511"}
    ]
    assert (copy.legal_basis.code, copy.purpose) == ("LV-PROCEDURE", GROUNDS["purpose"])
    assert copy.recipient == GROUNDS["recipient"]
    entry = Entry.objects.get(verb="sealed.released")
    assert entry.facts["legal_basis"] == "LV-PROCEDURE"
    assert "Zqx" not in str(entry.facts)


@pytest.mark.parametrize("who", ["dgp_duty", "dgp_officer", "lv_auditor", "rix_head"])
@pytest.mark.parametrize("door", ["verb", "html", "api"])
def test_nobody_else_releases(door, who, sealed, people, unit, signed_in, api):
    by = getattr(people, who)
    if door == "verb":
        with pytest.raises(NotAllowed), transaction.atomic():
            give(sealed, by, unit("DESK-POL"))
    elif door == "html":
        answer = signed_in(by).post(page(sealed, "release/"), typed(sealed))
        assert answer.status_code in (403, 404)
    else:
        assert api(by).post(api_page(sealed, "release/"), body(sealed)).status_code in (403, 404)
    assert not SealedCopy.objects.exists()


def test_nothing_is_chosen_beforehand(sealed, people, signed_in, unit):
    browser = signed_in(people.dgp_head)
    browser.post(page(sealed), WHY)
    form = browser.get(page(sealed, "release/")).content.decode()
    main = form[form.index("<main") :]
    assert "checked" not in main.split('name="persons"', 1)[1]
    for name in ("persons", "fields_chosen", "desk", "legal_basis", "purpose", "recipient"):
        said = {key: value for key, value in typed(sealed).items() if key != name}
        answer = browser.post(page(sealed, "release/"), said)
        assert answer.status_code == 400, name
    assert not SealedCopy.objects.exists()


def test_releasing_an_incident_releases_nobody_in_it(released, people, signed_in, api, unit):
    case, _delivery = released()
    add(case, people.dgp_officer)
    actions.supplement_incident(case, version=1, changes={"severity": 4}, by=people.dgp_duty)
    actions.release_incident(case, desks=[unit("DESK-POL")], by=people.dgp_duty)
    assert not SealedCopy.objects.exists()
    for path in (f"/incidents/{case.uid}/", "/incidents/", "/", page(case)):
        assert told(signed_in(people.pol_duty).get(path)) == set()


def test_the_preview_shows_what_the_desk_will_read_and_releases_nothing(sealed, people, signed_in):
    browser = signed_in(people.dgp_head)
    browser.post(page(sealed), WHY)
    said = {k: v for k, v in typed(sealed, fields_chosen=["document_number"]).items()
            if k != "release"}  # fmt: skip
    text = browser.post(page(sealed, "release/"), said).content.decode()
    assert "ZQ7734511" in text[text.index('id="preview"') :]
    assert "Zqremark" not in text
    assert not SealedCopy.objects.exists()


def test_the_release_page_takes_an_opening(sealed, people, signed_in):
    browser = signed_in(people.dgp_head)
    for answer in (browser.get(page(sealed, "release/")),
                   browser.post(page(sealed, "release/"), typed(sealed))):  # fmt: skip
        assert (answer.status_code, told(answer)) == (403, set())
    assert not SealedCopy.objects.exists()


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("fields", {"fields": []}),
        ("fields", {"fields": ["remarks"]}),
        ("fields", {"fields": ["narrative"]}),
        ("fields", {"fields": ["vehicle_vin"]}),
        ("legal_basis", {"legal_basis": ""}),
        ("legal_basis", {"legal_basis": "BY-TRANSFER"}),
        ("legal_basis", {"legal_basis": HUGE}),
        ("purpose", {"purpose": " "}),
        ("purpose", {"purpose": HUGE}),
        ("purpose", {"purpose": "a\x00bcdef"}),
        ("recipient", {"recipient": ""}),
        ("recipient", {"recipient": HUGE}),
        ("persons", {"persons": []}),
    ],
)
def test_what_is_missing_or_wrong_is_said_at_its_field(field, changes, sealed, people, unit):
    with pytest.raises(Invalid) as refusal, transaction.atomic():
        give(sealed, people.dgp_head, unit("DESK-POL"), **changes)
    assert set(refusal.value.fields) == {field}


@pytest.mark.parametrize(
    "changes",
    [{"persons": {"x": 1}}, {"persons": {}},
     {"persons": {"0f3b2a4e-6a55-4c43-9a3e-3a3a5f6b7c8d": 1}},
     {"persons": "x"}, {"desk": "DESK-XXX"}, {"desk": HUGE}, {"fields": "x"}, {"purpose": HUGE},
     {"more": 1}],
)  # fmt: skip
def test_the_api_answers_nonsense_with_sentences(changes, sealed, people, api):
    answer = api(people.dgp_head).post(api_page(sealed, "release/"), body(sealed, **changes))
    assert answer.status_code in (400, 409), answer.content
    assert not SealedCopy.objects.exists()


def test_people_of_another_incident_are_not_released_with_this_one(sealed, incident, people, unit):
    other = incident()
    stranger = add(other, people.dgp_officer)
    with pytest.raises(Invalid) as refusal, transaction.atomic():
        give(sealed, people.dgp_head, unit("DESK-POL"), persons=[stranger])
    assert set(refusal.value.fields) == {"persons"}


def test_a_desk_that_does_not_hold_the_incident_gets_nobody(sealed, people, unit):
    for code in ("DESK-MSQ", "DESK-DGP", "BY-POL"):
        with pytest.raises(Refused) as refusal, transaction.atomic():
            give(sealed, people.dgp_head, unit(code))
        assert refusal.value.code == "not_released"


def test_a_correction_after_the_preview_stops_the_release(sealed, people, unit):
    person = SealedPerson.objects.get(incident=sealed)
    actions.correct_sealed_person(
        person, version=1, changes={"phone": "1"}, reason="Misread.", by=people.dgp_duty
    )
    head = people.dgp_head
    with pytest.raises(Stale), transaction.atomic():
        give(sealed, head, unit("DESK-POL"), versions={person.uid: 1})
    give(sealed, people.dgp_head, unit("DESK-POL"), versions={person.uid: 2})


def test_the_same_decision_again_is_the_same_copy_and_another_replaces_it(
    given, sealed, people, unit
):
    assert give(sealed, people.dgp_head, unit("DESK-POL")) == given
    later = give(sealed, people.dgp_head, unit("DESK-POL"), fields=["name_latin"])
    given.refresh_from_db()
    assert given.replaced_at
    assert list(SealedCopy.objects.in_force()) == [later]
    with pytest.raises(Refused, match="later release"), transaction.atomic():
        actions.recall_sealed(given, reason="It was wrong.", by=people.dgp_head)


def test_a_legal_basis_is_in_force_from_its_day_on():
    assert {term.code for term in legal_bases("LV", on=date(2019, 8, 4))} == {
        "LV-VITAL", "LV-TREATY",
    }  # fmt: skip
    assert "LV-PROCEDURE" in {term.code for term in legal_bases("LV", on=date(2019, 8, 5))}
    assert {term.facts["side"] for term in legal_bases("BY")} == {"BY"}
    assert legal_bases("EU") == []


def test_a_legal_basis_that_nobody_confirmed_says_so(given, sealed, people, signed_in):
    browser = signed_in(people.pol_duty)
    people.pol_duty.language = "en"
    people.pol_duty.save(update_fields=["language"])
    browser.post(page(sealed), WHY_THERE)
    assert "to be confirmed by the service" in browser.get(page(sealed)).content.decode()


# --- never released


@pytest.mark.parametrize("category", ["ASY", "SIR"])
@pytest.mark.parametrize("desk", ["DESK-POL", "DESK-RIX"])
@pytest.mark.parametrize("door", ["verb", "html", "api"])
def test_people_of_these_categories_go_to_no_desk(
    door, desk, category, incident, people, unit, signed_in, api, both_sides_on_duty
):
    people.rix_duty
    case = incident(category=category)
    add(case, people.dgp_officer)
    actions.release_incident(case, desks=[unit("DESK-RIX")], by=people.dgp_duty)
    by = people.dgp_head
    if door == "verb":
        with pytest.raises(Refused) as refusal, transaction.atomic():
            give(case, by, unit(desk))
        assert (refusal.value.code, refusal.value.status) == ("never_released", 403)
    elif door == "html":
        browser = signed_in(by)
        browser.post(page(case), WHY)
        answer = browser.post(page(case, "release/"), typed(case, desk=desk))
        assert answer.status_code == (403 if desk == "DESK-RIX" else 400)
    else:
        answer = api(by).post(api_page(case, "release/"), body(case, desk=desk))
        assert (answer.status_code, answer.json()["code"]) == (403, "never_released")
    assert not SealedCopy.objects.exists()


COPY = """
    INSERT INTO incidents_sealedcopy (uid, incident_id, desk_id, people, fields, legal_basis_id,
        purpose, recipient, at, recall_reason)
    SELECT gen_random_uuid(), %s, %s, '[]', '[]', id, 'x', 'x', now(), ''
    FROM reference_term WHERE code = 'LV-VITAL'
"""


@pytest.mark.parametrize("category", ["ASY", "SIR"])
@pytest.mark.parametrize("code", ["DESK-RIX", "DESK-POL", "LV-DGP"])
def test_the_database_refuses_a_copy_of_these_categories(
    code, category, incident, people, unit, both_sides_on_duty
):
    people.rix_duty
    case = incident(category=category)
    actions.release_incident(case, desks=[unit("DESK-RIX")], by=people.dgp_duty)
    with refused_by_database("sealed_never_released"):
        sql(COPY, case.pk, unit(code).pk)


def test_the_database_refuses_a_copy_where_the_incident_is_not(sealed, unit):
    with refused_by_database("sealed_after_the_incident"):
        sql(COPY, sealed.pk, unit("DESK-MSQ").pk)
    assert sql(COPY, sealed.pk, unit("DESK-POL").pk) == 1
    with refused_by_database("one_sealed_copy_in_force_for_each_desk"):
        sql(COPY, sealed.pk, unit("DESK-POL").pk)


def test_the_database_keeps_a_copy_as_it_was_given(given):
    for change in ("fields = '[]'", "at = now()"):
        with refused_by_database("sealed_copy_is_frozen"):
            sql(f"UPDATE incidents_sealedcopy SET {change}")
    for change in ("people = '[]'", "purpose = 'y'", "recipient = ''"):
        with refused_by_database("sealed_copy_ends_by_a_purge"):
            sql(f"UPDATE incidents_sealedcopy SET {change}")
    with refused_by_database("sealed_copy_is_kept"):
        sql("DELETE FROM incidents_sealedcopy")
    sql("UPDATE incidents_sealedcopy SET recalled_at = now(), recall_reason = 'x'")
    with refused_by_database("sealed_recall_stands"):
        sql("UPDATE incidents_sealedcopy SET recalled_at = NULL")


# --- at the desk


def test_the_desk_opens_its_copy_with_a_reason_and_reads_the_released_fields_only(
    given, sealed, people, signed_in, api
):
    browser = signed_in(people.pol_duty)
    assert told(browser.get(page(sealed))) == set()
    assert browser.post(page(sealed), {"reason": "identity"}).status_code == 400
    browser.post(page(sealed), WHY_THERE)
    assert told(browser.get(page(sealed))) == RELEASED
    program = api(people.pol_head)
    answer = program.get(api_page(sealed))
    assert (answer.status_code, answer.json()["code"]) == (403, "reason_needed")
    answer = program.post(api_page(sealed, "open/"), WHY_THERE)
    assert told(answer) == RELEASED
    assert (answer.json()["own"], answer.json()["releases"]) == (False, [])


def test_a_later_correction_does_not_reach_the_copy(given, sealed, people, api):
    person = SealedPerson.objects.get(incident=sealed)
    actions.correct_sealed_person(
        person, version=1, changes={"name_latin": "Zq Later"}, reason="Misread.",
        by=people.dgp_duty,
    )  # fmt: skip
    answer = api(people.pol_duty).post(api_page(sealed, "open/"), WHY_THERE)
    assert told(answer) == RELEASED
    assert "Zq Later" not in answer.content.decode()


def test_without_a_release_the_other_side_reads_the_same_with_and_without_a_sealed_part(
    released, people, signed_in, api
):
    case, _delivery = released()

    def seen():
        found = []
        for who in ("pol_duty", "pol_head", "by_hq", "by_auditor"):
            browser, program = signed_in(getattr(people, who)), api(getattr(people, who))
            for answer in (
                browser.get(page(case)), browser.post(page(case), WHY_THERE),
                browser.get(page(case, "new/")), browser.get(page(case, "release/")),
                browser.post(page(case, "acknowledge/")), program.get(api_page(case)),
                program.post(api_page(case, "open/"), WHY_THERE),
                program.post(api_page(case, "acknowledge/")),
                program.post(api_page(case, f"persons/{uuid.uuid4()}/corrections/"), {}),
            ):  # fmt: skip
                found.append((who, answer.status_code, answer.headers.get("Content-Type")))
        return found

    before = seen()
    assert {status for _who, status, _kind in before} == {404}
    add(case, people.dgp_officer)
    assert seen() == before


def test_a_desk_beside_the_one_that_was_given_it_reads_nothing(
    given, sealed, people, unit, signed_in
):
    people.msq_duty
    actions.release_incident(sealed, desks=[unit("DESK-MSQ")], by=people.dgp_duty)
    assert signed_in(people.msq_duty).get(page(sealed)).status_code == 404
    assert signed_in(people.pol_officer).get(page(sealed)).status_code == 404


def test_the_copy_goes_with_the_incident(given, sealed, people, api):
    Share.objects.filter(incident=sealed, unit__code="DESK-POL").delete()
    with pytest.raises(Refused), transaction.atomic():
        actions.open_sealed_copy(given, **WHY_THERE, by=people.pol_duty)
    assert api(people.pol_duty).post(api_page(sealed, "open/"), WHY_THERE).status_code == 404


def test_the_owner_sees_how_often_the_desk_opened_it_and_not_who(
    given, sealed, people, signed_in, api
):
    there = signed_in(people.pol_duty)
    there.post(page(sealed), WHY_THERE)
    for _ in range(2):
        there.get(page(sealed))
    answer = api(people.dgp_head).post(api_page(sealed, "open/"), WHY)
    (release,) = answer.json()["releases"]
    assert [reading["count"] for reading in release["readings"]] == [2]
    people.dgp_head.language = "en"
    people.dgp_head.save(update_fields=["language"])
    browser = signed_in(people.dgp_head)
    browser.post("/profile/language/", {"language": "en"})
    text = browser.get(page(sealed)).content.decode()
    assert "Shown 2 times at that desk." in text
    for name in ("Pol Duty", "pol.duty", WHY_THERE["text"]):
        assert name not in text
        assert name not in answer.content.decode()


def test_the_frame_leads_to_a_copy_and_home_says_that_it_waits(given, sealed, people, signed_in):
    browser = signed_in(people.pol_duty)
    assert page(sealed) in browser.get(f"/incidents/{sealed.uid}/").content.decode()
    assert page(sealed) in browser.get("/").content.decode()
    browser.post(page(sealed), WHY_THERE)
    assert page(sealed) not in browser.get("/").content.decode()


# --- recall


@pytest.mark.parametrize("door", ["verb", "html", "api"])
def test_a_recall_takes_the_content_away_and_is_acknowledged(
    door, given, sealed, people, signed_in, api
):
    there, program = signed_in(people.pol_duty), api(people.pol_duty)
    there.post(page(sealed), WHY_THERE)
    said = {"copy": str(given.uid), "reason": "Wrong person."}
    if door == "verb":
        actions.recall_sealed(given, reason="Wrong person.", by=people.dgp_head)
    elif door == "html":
        assert signed_in(people.dgp_head).post(page(sealed, "recall/"), said).status_code == 302
    else:
        answer = api(people.dgp_head).post(api_page(sealed, "recall/"), said)
        assert (answer.status_code, told(answer)) == (200, set())
    answer = there.get(page(sealed))
    assert (answer.status_code, told(answer)) == (200, set())
    assert "Wrong person." in answer.content.decode()
    assert program.get(api_page(sealed)).status_code == 404
    assert program.post(api_page(sealed, "open/"), WHY_THERE).status_code == 404
    assert page(sealed) in there.get("/").content.decode()
    if door == "api":
        (done,) = program.post(api_page(sealed, "acknowledge/")).json()
        assert done["acknowledged_at"]
    else:
        assert there.post(page(sealed, "acknowledge/")).status_code == 302
    given.refresh_from_db()
    assert (given.acknowledged_by, given.recalled_by) == (people.pol_duty, people.dgp_head)
    assert there.get(page(sealed)).status_code == 404
    assert page(sealed) not in there.get("/").content.decode()


def test_the_first_recall_and_the_first_acknowledgement_stand(given, people):
    first = actions.recall_sealed(given, reason="Wrong person.", by=people.dgp_head)
    again = actions.recall_sealed(given, reason="Another reason.", by=people.lv_hq)
    assert (again.recall_reason, again.recalled_at) == ("Wrong person.", first.recalled_at)
    one = actions.acknowledge_sealed_recall(given, by=people.pol_duty)
    two = actions.acknowledge_sealed_recall(given, by=people.pol_head)
    assert one.acknowledged_by == two.acknowledged_by == people.pol_duty
    verbs = Entry.objects.filter(verb__startswith="sealed.recall")
    assert verbs.count() == 2


def test_only_who_releases_recalls_and_only_the_desk_acknowledges(given, people):
    for by in (people.dgp_duty, people.pol_head, people.lv_auditor):
        with pytest.raises(NotAllowed), transaction.atomic():
            actions.recall_sealed(given, reason="Wrong person.", by=by)
    with pytest.raises(Refused, match="not recalled"), transaction.atomic():
        actions.acknowledge_sealed_recall(given, by=people.pol_duty)
    actions.recall_sealed(given, reason="Wrong person.", by=people.dgp_head)
    for by in (people.dgp_head, people.msq_duty, people.pol_officer):
        with pytest.raises(NotAllowed), transaction.atomic():
            actions.acknowledge_sealed_recall(given, by=by)


@pytest.mark.parametrize("copy", ["", "x", HUGE, "\x00", "0f3b2a4e-6a55-4c43-9a3e-3a3a5f6b7c8d"])
def test_a_recall_of_nothing_is_not_found(copy, given, sealed, people, signed_in):
    said = {"copy": copy, "reason": "Wrong person."}
    answer = signed_in(people.dgp_head).post(page(sealed, "recall/"), said)
    assert answer.status_code in (400, 404)
    given.refresh_from_db()
    assert given.recalled_at is None


def test_after_a_recall_it_may_be_released_anew(given, sealed, people, unit):
    actions.recall_sealed(given, reason="Wrong person.", by=people.dgp_head)
    assert give(sealed, people.dgp_head, unit("DESK-POL")) != given


# --- the reading log


@pytest.fixture
def read(given, sealed, people):
    """Both sides have opened it once."""
    for by, why in ((people.dgp_duty, WHY),):
        actions.open_sealed_part(sealed, **why, by=by)
        actions.read_sealed_part(sealed, by=by)
    actions.open_sealed_copy(given, **WHY_THERE, by=people.pol_duty)
    actions.read_sealed_copy(given, by=people.pol_duty)
    return sealed


@pytest.mark.parametrize("role", [Role.DATA_PROTECTION, Role.AUDITOR])
def test_the_log_of_the_own_side_names_officer_and_reason(role, read, officer, signed_in, api):
    reader = officer("lv.dpo", "LV-SBG", role)
    answer = signed_in(reader).get("/sealed-readings/")
    text = answer.content.decode()
    assert WHY["text"] in text
    assert "dgp.duty" in text
    assert WHY_THERE["text"] not in text
    (row,) = api(reader).get("/api/v1/sealed-readings/").json()["results"]
    assert (row["officer"], row["text"], row["count"]) == ("dgp.duty", WHY["text"], 1)
    assert told(answer) == set()


def test_of_the_other_side_the_log_knows_desk_hour_and_count(read, officer, signed_in, api):
    reader = officer("lv.dpo", "LV-SBG", Role.DATA_PROTECTION)
    text = signed_in(reader).get("/sealed-readings/?whose=other").content.decode()
    main = text[text.index("<main") :]
    assert "Polotsk" in main
    assert not any(word in text for word in ("pol.duty", "Pol Duty", WHY_THERE["text"]))
    assert api(reader).get("/api/v1/sealed-readings/?whose=x").status_code == 400
    (row,) = api(reader).get("/api/v1/sealed-readings/?whose=other").json()["results"]
    assert (row["desk"], row["count"]) == ("DESK-POL", 1)
    assert (row["officer"], row["reason"], row["text"]) == (None, None, None)


def test_the_filters_of_the_other_side_do_not_find_who_it_was(read, officer, signed_in):
    reader = officer("lv.dpo", "LV-SBG", Role.DATA_PROTECTION)
    browser = signed_in(reader)
    pages = [
        browser.get(f"/sealed-readings/?whose=other&{query}").context["rows"]
        for query in ("officer=pol.duty", "officer=nobody", "reason=identity", "reason=rescue")
    ]
    assert all(rows == pages[0] for rows in pages)


@pytest.mark.parametrize("who", ["dgp_head", "lv_hq", "pol_duty", "stranger", "lv_admin"])
def test_the_log_does_not_exist_for_others(who, read, people, signed_in, api):
    reader = getattr(people, who)
    assert signed_in(reader).get("/sealed-readings/").status_code == 404
    assert api(reader).get("/api/v1/sealed-readings/").status_code == 404


def test_the_log_is_filtered_and_its_pages_cost_the_same(
    read, people, officer, signed_in, django_assert_max_num_queries, monkeypatch
):
    from incidents.views import sealed_release

    browser = signed_in(officer("lv.dpo", "LV-SBG", Role.DATA_PROTECTION))
    day = f"{now().astimezone(ZoneInfo('Europe/Riga')):%d.%m.%Y}"
    for query, count in (
        ("officer=dgp.duty", 1), ("officer=DGP.duty", 1), ("officer=pol.duty", 0),
        (f"number={read.number}", 1), ("number=LV-XXX", 0), ("reason=procedure", 1),
        ("reason=rescue", 0), (f"since={day}&until={day}", 1), ("since=01.01.2020", 1),
        ("until=01.01.2020", 0),
    ):  # fmt: skip
        answer = browser.get(f"/sealed-readings/?{query}")
        assert (answer.status_code, len(answer.context["rows"])) == (200, count), query
    for query in ("reason=x", "since=x", "whose=x", "officer=%00", f"number={'x' * 5000}",
                  "cursor=x"):  # fmt: skip
        assert browser.get(f"/sealed-readings/?{query}").status_code == 400, query
    for n in range(5):
        SealedReading.objects.create(
            incident=read, officer=people.dgp_head, side="LV", text="x", reason="control",
            hour=now().replace(year=2020 + n),
        )  # fmt: skip
    monkeypatch.setattr(sealed_release, "READINGS", 2)
    with django_assert_max_num_queries(12):
        first = browser.get("/sealed-readings/")
    second = browser.get(f"/sealed-readings/{first.context['next']}")
    assert len(first.context["rows"]) == len(second.context["rows"]) == 2
    assert set(first.context["rows"]).isdisjoint(second.context["rows"])


def test_the_person_of_a_released_vehicle_stays_sealed(sealed, people, unit):
    actions.add_sealed_person(
        sealed, content={**PERSON, "name_latin": "Zq Second"}, by=people.dgp_officer
    )
    first = SealedPerson.objects.order_by("pk").first()
    copy = give(sealed, people.dgp_head, unit("DESK-POL"), persons=[first])
    assert [each["uid"] for each in copy.people] == [str(first.uid)]


def test_why_says_how_it_comes_and_does_not_exist_where_the_page_does_not(
    sealed, people, unit, signed_in
):
    path = page(sealed)

    def why(user, of=path):
        return signed_in(user).get("/why/", {"of": of})

    assert why(people.pol_head).status_code == 404
    assert why(people.dgp_head, path.replace(str(sealed.uid), str(uuid.uuid4()))).status_code == 404
    assert why(people.dgp_duty).status_code == 200
    give(sealed, people.dgp_head, unit("DESK-POL"))
    text = why(people.pol_head).content.decode()
    assert sealed.number in text
    assert "Zqx" not in text
