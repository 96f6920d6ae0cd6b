"""Finding by words: in every language and spelling, only what the reader's own copy says."""

import random

import pytest
from django.db import connection

from bordercoop.reference.folding import fold
from bordercoop.web.finding.query import marked, read
from incidents import search
from incidents.actions import release_incident, supplement_incident, translate_text
from incidents.models import Share

pytestmark = pytest.mark.django_db

LETTERS = (
    "abcdefghijklmnopqrstuvwxyzABCXYZ0189 āčēģīķļņšūžĀČĒĢĪĶĻŅŠŪŽąęłśźżėįųäöüß'’ʼ`"
    "абвгдеёжзийклмнопрстуфхцчшщъыьэюяАБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯіўІЎєґ"
)


@pytest.fixture
def found(people, api):
    """Headlines that an officer finds by what it types."""

    def ask(typed, who="dgp_officer"):
        answer = api(getattr(people, who)).get("/api/v1/incidents/", {"q": typed})
        assert answer.status_code == 200, answer.content
        return {row["headline"] for row in answer.json()["results"]}

    return ask


def test_the_database_folds_as_the_portal_does():
    dice = random.Random(7)
    texts = ["".join(dice.choices(LETTERS, k=40)) for _ in range(300)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT incidents_fold(t) FROM unnest(%s) WITH ORDINALITY x(t, n)", [texts])
        folded = [" ".join(row[0].split()) for row in cursor.fetchall()]
    assert folded == [fold(text) for text in texts]


WORDS = {
    "lv": ("Žagatas pie robežzīmes, aizturēti", ["zagata", "ŽAGATAS", "robežzīme", "aiztur"]),
    "ru": ("Задержанные перешли границу у берёзы", ["задержанных", "границы", "береза", "granicu"]),
    "be": ("Група людзей каля граніцы, сляды", ["людзі", "граница", "слядоў", "sliady"]),
    "en": ("Smuggled vehicles were stopped", ["smuggling", "vehicle", "STOPPED", "smug"]),
}  # fmt: skip


@pytest.mark.parametrize("language", WORDS)
def test_a_word_is_found_in_any_form_and_alphabet(language, incident, found):
    text, asked = WORDS[language]
    incident(headline="That one", narrative=text, language=language)
    incident(headline="Another", narrative="Nothing of it.")
    for word in asked:
        assert found(word) == {"That one"}, word


def test_all_words_must_be_there_phrases_in_order_and_none_of_the_excluded(incident, found):
    incident(headline="red car", narrative="A red car by the old mill.")
    incident(headline="car red", narrative="The car was red; the mill was closed.")
    assert found("red mill") == {"red car", "car red"}
    assert found('"red car"') == {"red car"}
    assert found("red -closed") == {"red car"}
    assert found("red train") == set()


def test_a_number_is_found_whole_and_in_part(incident, found):
    one = incident(headline="That one")
    incident(headline="The next")
    place, year, serial = one.number.rsplit("-", 2)
    short = f"{place.split('-')[1]}-{year}-{int(serial)}"
    for typed in (one.number, one.number.lower(), short, str(int(serial)), serial):
        assert "That one" in found(typed), typed
    assert found(one.number) == {"That one"}


@pytest.mark.parametrize("typed", ["Pāternieki", "Патерниеки", "paternieki", "Григоровщина"])
def test_a_place_is_found_by_the_names_of_both_sides(typed, incident, found, place_code):
    incident(headline="There", place=place_code("Pāternieki"))
    incident(headline="Elsewhere", place=None)
    assert "There" in found(typed)
    assert "Elsewhere" not in found(typed)


@pytest.fixture
def place_code():
    from bordercoop.reference.models import places

    return lambda name: next(code for code, one in places().items() if name in one.name_lv)


def test_what_was_not_released_is_not_found_by_who_was_not_told(
    incident, people, both_sides_on_duty, unit, found
):
    people.pol_duty
    one = incident(headline="Headline", narrative="Xylophone", internal_note="Zanzibar")
    release_incident(one, desks=[unit("DESK-POL")], fields=["headline"], by=people.dgp_duty)
    assert found("xylophone") == {"Headline"}
    assert found("zanzibar") == {"Headline"}
    assert found("headline", "pol_duty") == {"Headline"}
    assert found("xylophone", "pol_duty") == set()
    assert found("zanzibar", "pol_duty") == set()
    assert found("headline", "msq_duty") == set()


def test_a_supplement_is_found_at_once_and_what_it_replaced_no_more(incident, people, found):
    one = incident(headline="One", narrative="Before")
    supplement_incident(one, version=1, changes={"narrative": "Afterwards"}, by=people.dgp_officer)
    assert found("afterwards") == {"One"}
    assert found("before") == set()


HOSTILE = [
    "", "\x00", "a\x00b", "'", "\\", "';--", "a & | ! ( ) :* <-> b",
    '"""', "-", "--", "-word", '-"a b"',
    "word" * 25_000, "💥", "a " * 5_000, "%s %(x)s", "'a':*B", "\u202e abc", "ß", "٣",
]  # fmt: skip


@pytest.mark.parametrize("typed", HOSTILE, ids=range(len(HOSTILE)))
def test_nothing_typed_breaks_the_search(typed, people, incident, signed_in, api):
    incident(headline="One")
    for address in ("/search/", "/incidents/"):
        expected = 400 if "\x00" in typed else 200  # such characters are refused at every address
        answer = signed_in(people.dgp_officer).get(address, {"q": typed})
        assert answer.status_code == expected
        answer = api(people.dgp_officer).get(f"/api/v1{address}", {"q": typed})
        assert answer.status_code == expected


def test_words_and_filters_narrow_together_and_pages_follow_the_list(
    incident, people, api, monkeypatch
):
    monkeypatch.setattr(search, "RARE", 3)
    numbers = [incident(headline=f"Fox {turn}", severity=1 + turn % 2).number for turn in range(9)]
    client, seen = api(people.dgp_officer), []
    address = "/api/v1/incidents/?q=fox&severity=1&page_size=2"
    while address:
        answer = client.get(address).json()
        seen += [row["number"] for row in answer["results"]]
        address = answer["next"]
    assert seen == numbers[::-1][::2]


@pytest.mark.parametrize(("common", "rare"), [(1, 1000), (1000, 1000), (1000, 2)])
def test_each_step_of_the_search_finds_the_same(common, rare, incident, people, api, monkeypatch):
    monkeypatch.setattr(search, "COMMON", common)
    monkeypatch.setattr(search, "RARE", rare)
    made = [incident(headline=f"Fox {turn}").number for turn in range(6)]
    client, seen = api(people.dgp_officer), []
    first = client.get("/api/v1/incidents/?q=fox&page_size=4").json()
    second = client.get(first["next"]).json()
    seen = [row["number"] for row in first["results"] + second["results"]]
    assert seen == made[::-1]
    back = client.get(second["previous"]).json()
    assert [row["number"] for row in back["results"]] == made[::-1][:4]


def test_the_snippet_marks_what_was_found_and_escapes_the_rest(incident, people, signed_in):
    incident(headline="One", narrative="<script>alert(1)</script> a Žagata flew <b>by</b>")
    page = signed_in(people.dgp_officer).get("/search/?q=zagata").content.decode()
    assert "<mark>Žagata</mark>" in page
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_a_long_text_is_cut_around_the_word():
    text = "word " * 200 + "needle " + "word " * 200
    pieces = marked(text, read("needle"))
    assert ("needle", True) in pieces
    assert sum(len(piece) for piece, _found in pieces) < 300


def test_one_search_groups_everything_within_rights(incident, people, api, signed_in):
    incident(headline="Daugavpils alley")
    people.lv_admin, people.dgp_duty
    answer = api(people.dgp_officer).get("/api/v1/search/?q=Daugavpils").json()
    kinds = {group["kind"] for group in answer["groups"]}
    assert {"incidents", "units", "places"} <= kinds
    assert "people" not in kinds
    answer = api(people.lv_admin).get("/api/v1/search/?q=dgp").json()
    assert "people" in {group["kind"] for group in answer["groups"]}
    answer = api(people.by_admin).get("/api/v1/search/?q=dgp.duty").json()
    assert "people" not in {group["kind"] for group in answer["groups"]}
    page = signed_in(people.dgp_officer).get("/search/?q=handover")
    assert page.status_code == 200


def test_who_is_not_signed_in_searches_nothing(client):
    assert client.get("/search/?q=a").status_code == 302
    assert client.get("/api/v1/search/?q=a").status_code == 401


def test_the_search_costs_few_statements(incident, people, api, django_assert_max_num_queries):
    incident(headline="Fox")
    client = api(people.dgp_officer)
    client.get("/api/v1/incidents/?q=fox")
    with django_assert_max_num_queries(6):
        client.get("/api/v1/incidents/?q=foxes")


def test_a_list_never_reads_the_words_of_the_index(incident):
    incident()
    assert "search" not in str(Share.objects.all().query).lower()


def test_a_category_is_found_by_its_code(incident, found):
    incident(headline="Drugs", category="CBC-DRG")
    incident(headline="Other")
    assert found("cbc-drg") == {"Drugs"}


def test_what_was_written_about_vehicles_and_the_route_is_found(incident, found):
    incident(
        headline="Van",
        vehicles=[{"kind": "van", "make": "Sprinter"}],
        transit={"flight_or_train": "BT999"},
    )
    incident(headline="Other")
    assert found("sprinter") == {"Van"}
    assert found("bt999") == {"Van"}
    assert found("make") == set()


def test_a_translation_is_found_by_who_holds_it(incident, people, both_sides_on_duty, unit, found):
    people.pol_duty
    one = incident(headline="Headline", narrative="Text")
    release_incident(one, desks=[unit("DESK-POL")], by=people.dgp_duty)
    translate_text(one, language="ru", headline="Журавли", narrative="Ночью", by=people.dgp_duty)
    assert found("журавли") == {"Headline"}
    assert found("журавли", "pol_duty") == set()
    release_incident(one, desks=[unit("DESK-POL")], fields=["headline"], by=people.dgp_duty)
    assert found("журавли", "pol_duty") == {"Headline"}
    assert found("ночью", "pol_duty") == set()


def test_punctuation_divides_words_and_no_more(incident, found):
    incident(headline="That one", narrative="nakts—«Žagata»…(mežs)/ceļš,http://a.b/c?d=purvs")
    for word in ("nakts", "zagata", "mezs", "cels", "purvs"):
        assert found(word) == {"That one"}, word
