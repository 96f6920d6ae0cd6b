"""The versions of an incident, and any two of them side by side."""

import time

import pytest

from incidents.actions import release_incident, supplement_incident
from incidents.comparing import compared, word_by_word

pytestmark = pytest.mark.django_db

SECOND = {
    "narrative": "Tracks across the ploughed strip, nine people.",
    "people_total": 9,
    "internal_note": "Ask the third patrol.",
}


@pytest.fixture
def supplemented(released, people):
    """Released with the narrative and the count at version 1, and supplemented to version 2."""
    case, _delivery = released(fields=["narrative", "people_total"])
    supplement_incident(case, version=1, changes=SECOND, by=people.dgp_leader)
    return case


def english(user):
    user.language = "en"
    user.save(update_fields=["language"])
    return user


def page_of(client, case, query=""):
    answer = client.get(f"/incidents/{case.uid}/versions/{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_owner_compares_any_two_versions_field_by_field(supplemented, people, signed_in):
    page = page_of(signed_in(english(people.dgp_officer)), supplemented, "?from=1&to=2")
    assert "[− control −]" in page.replace("control  −", "control −")
    assert "[+ ploughed +]" in page.replace("ploughed  +", "ploughed +")
    assert "Ask the " in page
    assert "3 fields differ" in page
    assert people.dgp_leader.name_local in page or people.dgp_leader.name_latin in page
    same = page_of(signed_in(people.dgp_officer), supplemented, "?from=2&to=2")
    assert "<ins>" not in same


@pytest.mark.parametrize("query", ["", "?from=7&to=x", "?to=" + "9" * 500])
def test_without_a_choice_or_with_nonsense_the_last_two_are_shown(
    supplemented, people, signed_in, query
):
    page = page_of(signed_in(people.dgp_officer), supplemented, query)
    assert "<ins>" in page


def test_a_desk_compares_what_was_released_to_it_and_nothing_else(
    supplemented, people, signed_in, api, unit
):
    page = page_of(signed_in(people.pol_duty), supplemented)
    for hidden in ("ploughed", "patrol", "Eight people at border sign"):
        assert hidden not in page
    release_incident(
        supplemented, desks=[unit("DESK-POL")], fields=["narrative"], by=people.dgp_duty
    )
    page = page_of(signed_in(people.pol_duty), supplemented, "?from=1&to=2")
    assert "ploughed" in page
    for hidden in ("patrol", "Eight people at border sign"):
        assert hidden not in page
    given = api(people.pol_duty).get(f"/api/v1/incidents/{supplemented.uid}/versions/").json()
    assert [v["version"] for v in given["versions"]] == [1, 2]
    assert all("internal_note" not in v["content"] for v in given["versions"])
    assert given["differences"] == []


def test_another_desk_has_a_history_of_its_own(supplemented, people, signed_in, unit):
    people.msq_duty
    release_incident(
        supplemented, desks=[unit("DESK-MSQ")], fields=["people_total"], by=people.dgp_duty
    )
    page = page_of(signed_in(people.msq_duty), supplemented)
    assert "ploughed" not in page
    assert "control strip" not in page


def test_a_program_reads_versions_and_differences(supplemented, people, api):
    given = (
        api(people.dgp_officer)
        .get(f"/api/v1/incidents/{supplemented.uid}/versions/?from=1&to=2")
        .json()
    )
    assert [v["number"] for v in given["versions"]] == [1, 2]
    assert set(given["versions"][1]["changed"]) == set(SECOND)
    differences = {row["field"]: row for row in given["differences"]}
    assert set(differences) == set(SECOND)
    assert (differences["people_total"]["old"], differences["people_total"]["new"]) == (8, 9)
    gone = [p["text"] for p in differences["narrative"]["old_words"] if p["how"] == "gone"]
    assert "control " in gone


def test_who_reads_nothing_of_it_finds_no_versions(incident, people, signed_in, api):
    case = incident()
    for who in (people.pol_duty, people.rix_leader, people.lv_admin, people.stranger):
        assert signed_in(who).get(f"/incidents/{case.uid}/versions/").status_code == 404
        assert api(who).get(f"/api/v1/incidents/{case.uid}/versions/").status_code == 404


def test_every_version_of_a_text_can_be_put_together_again():
    old, new = "One two  three\nfour.", "One 2 three\nfour, five."
    first, second = word_by_word(old, new)
    assert "".join(piece.text for piece in first) == old
    assert "".join(piece.text for piece in second) == new
    assert word_by_word("", "") == ([], [])


def test_two_long_texts_are_compared_in_less_than_a_second():
    old = " ".join(f"a{n % 90}" for n in range(6000))
    new = " ".join(f"a{n % 89}" for n in range(6000))
    start = time.perf_counter()
    first, second = word_by_word(old, new)
    assert time.perf_counter() - start < 1
    assert "".join(piece.text for piece in second) == new
    assert first


def test_zero_and_nothing_are_two_different_things():
    rows = {row.key: row for row in compared({"people_total": None}, {"people_total": 0})}
    assert rows["people_total"].changed
    assert rows["people_total"].new == "0"
