"""The directory and the call sheet: found in any alphabet, personal numbers for few."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from bordercoop.reference.folding import fold, found
from contactpoints import actions
from contactpoints.directory import call_sheet, directory
from contactpoints.models import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(people):
    return people.dgp_duty, people.dgp_head, people.pol_duty, people.pol_head, people.lv_hq


def codes(rows):
    return [row.unit.code for row in rows]


@pytest.mark.parametrize(
    "query", ["daugavpils", "DAUGAVPILS", "Даугавпилс", "Даўгаўпілс", "kontaktpunkts daugavpils"]
)
def test_a_desk_is_found_in_any_alphabet(query, people):
    assert "DESK-DGP" in codes(directory(people.pol_duty, query=query))
    assert "DESK-RIX" not in codes(directory(people.pol_duty, query=query))


@pytest.mark.parametrize("query", ["zagata", "Žagata", "ŽAGATA", "Жагата", "inga zhagata"])
def test_a_person_is_found_without_accents_and_in_the_other_alphabet(
    query, people, officer, on_duty
):
    inga = officer("inga", "DESK-RIX", Role.DUTY_OFFICER)
    inga.name_latin = inga.name_local = "Inga Žagata"
    inga.save(update_fields=["name_latin", "name_local"])
    on_duty(inga, "DESK-RIX")
    assert codes(directory(people.dgp_duty, query=query)) == ["DESK-RIX"]


def test_a_guest_finds_nobody_by_a_name_that_the_page_hides(people, officer, staff):
    expert = officer("expert", "EU-FRX", Role.EXPERT)
    name = people.pol_duty.name_latin
    assert "DESK-POL" in codes(directory(people.dgp_duty, query=name))
    assert codes(directory(expert, query=name)) == []


@pytest.mark.parametrize("query", ["\x00", "x" * 100_000, "%", "'", "🙂", "   "])
def test_odd_words_find_nothing_or_everything_and_break_nothing(query, people, signed_in):
    page = signed_in(people.dgp_duty).get("/contacts/", {"q": query})
    assert page.status_code == (400 if "\x00" in query else 200)


def test_filters_by_side_and_point_and_forgives_unknown_ones(people):
    every = codes(directory(people.dgp_duty))
    assert every[0].startswith("LV")
    assert {row.unit.side for row in directory(people.dgp_duty, side="BY")} == {"BY"}
    land = set(codes(directory(people.dgp_duty, point="CCP-LAND")))
    assert land == {"DESK-DGP", "LV-DGP", "LV-SBG", "DESK-POL", "BY-POL", "BY-GPK"}
    assert codes(directory(people.dgp_duty, side="XX", point="no")) == every


def test_the_own_side_comes_first_and_its_desks_before_others(people, signed_in, staff):
    page = signed_in(people.pol_duty).get("/contacts/")
    groups = page.context["groups"]
    assert [group.side for group in groups] == ["BY", "LV", "EU"]
    assert groups[0].rows[0].unit.code == "DESK-POL"
    assert "BY-POL" in [unit.code for unit in groups[0].others]


def test_numbers_of_desks_are_for_all_and_of_persons_for_those_who_see_alerts(
    people, signed_in, staff
):
    for who, seen in (("dgp_duty", True), ("by_auditor", True), ("dgp_officer", False)):
        page = signed_in(getattr(people, who)).get("/contacts/").content.decode()
        assert "+371 00 000 002" in page
        assert ("+000 000" in page) is seen, who


# --- the call sheet


@pytest.mark.parametrize("who", ["dgp_officer", "lv_admin", "stranger"])
def test_the_call_sheet_is_refused_with_a_sentence(who, people, signed_in):
    reader = getattr(people, who)
    reader.language = "en"
    reader.save(update_fields=["language"])
    page = signed_in(reader).get("/contacts/call-sheet/")
    assert page.status_code == 403
    assert "personal telephone numbers" in page.content.decode()


def test_the_call_sheet_names_desk_officer_head_and_headquarters_in_this_order(
    people, signed_in, staff
):
    page = signed_in(people.dgp_duty).get("/contacts/call-sheet/").content.decode()
    part = page.split('id="sheet-CCP-LAND"')[1]
    places = [
        part.index(text)
        for text in (
            "+371 00 000 002",
            people.dgp_duty.name_for("lv"),
            people.dgp_head.name_for("lv"),
            people.lv_hq.name_for("lv"),
        )
    ]
    assert places == sorted(places)
    assert people.dgp_duty.name_for("lv") in page.split("sheet-point")[0]


@pytest.mark.parametrize(
    ("who", "language", "other"),
    [("dgp_duty", "lv", "be"), ("pol_duty", "ru", "lv"), ("dgp_duty", "be", "lv")],
)
def test_the_sheet_speaks_the_reader_s_language_and_the_other_side_s(
    who, language, other, people, signed_in, staff
):
    reader = getattr(people, who)
    reader.language = language
    reader.save(update_fields=["language"])
    page = signed_in(reader).get("/contacts/call-sheet/").content.decode()
    point = call_sheet(reader).points[1][0]
    assert point.name_in(language) in page
    assert point.name_in(other) in page


def test_it_is_valid_until_the_next_change_of_duty(people, officer, on_duty, staff):
    spare = officer("pol.spare", "DESK-POL", Role.DUTY_OFFICER)
    on_duty(spare, "DESK-POL", rank="backup", hours=48)
    hours = (call_sheet(people.dgp_duty).valid_until - now()) / timedelta(hours=1)
    assert 23 < hours <= 24


def test_without_any_duty_the_next_beginning_counts(people, unit):
    begins = now() + timedelta(hours=5)
    actions.book_duty(
        people.dgp_head,
        unit=unit("DESK-DGP"),
        starts_at=begins,
        ends_at=begins + timedelta(hours=8),
        by=None,
    )
    assert call_sheet(people.dgp_head).valid_until == begins


def test_the_directory_costs_a_fixed_number_of_statements(
    people, signed_in, django_assert_max_num_queries, staff
):
    browser = signed_in(people.dgp_duty)
    browser.get("/contacts/")
    for path in ("/contacts/", "/contacts/call-sheet/", "/points/"):
        with django_assert_max_num_queries(14):
            assert browser.get(path).status_code == 200


# --- spelling


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Daugavpils", "Даугавпилс"),
        ("Daugavpils", "Даўгаўпілс"),
        ("Polotsk", "Полоцк"),
        ("Žagata", "Zhagata"),
        ("Čiekure", "CIEKURE"),
        ("Сергей", "Sergej"),
        ("Ястреб", "Yastreb"),
    ],
)
def test_spellings_of_one_name_fold_into_one(one, other):
    assert fold(one) == fold(other)


def test_every_word_has_to_be_found_somewhere():
    assert found("desk riga", ["Riga airport", "DESK-RIX"])
    assert not found("desk minsk", ["Riga airport", "DESK-RIX"])
