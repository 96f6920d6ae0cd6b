"""The shipped words: four languages, Belarusian that is Belarusian, nothing forbidden."""

import re
from pathlib import Path

import pytest
import yaml

from bordercoop.reference.loader import DATA
from bordercoop.reference.models import LANGUAGES

ROOT = DATA.parents[2]
POINTS = ROOT / "contactpoints" / "reference"
SPRITE = ROOT / "bordercoop" / "static" / "img" / "sprite.svg"

# Stems of what the portal never says, in each language. Letters are lower case.
FORBIDDEN = [
    *("provocat", "hybrid", "instrumentali", "pushback", "push-back", "illegal migrant"),
    *("illegal immigrant", "provokāc", "hibrīd", "atgrūšan", "nelegālais migrant"),
    *("nelegālie migrant", "nelegālo migrant", "nelegālu migrant", "правакац", "гібрыд"),
    *("інструменталіз", "выпіхван", "нелегальн", "нелегал", "провокац", "гибрид"),
    *("инструментализ", "выталкивани"),
]

# Where Belarusian and Russian really are one word; everything else that is equal was copied.
SAME_IN_BOTH = {
    "Каплава – Плюсы": "two place names, spelt alike in both languages",
    "Краслава": "a Latvian place name, written alike in both Cyrillic alphabets",
    "Дагда": "a Latvian place name, written alike in both Cyrillic alphabets",
}


def yaml_file(path):
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def named_records():
    """Every record with names: (file and code, record)."""
    for path in [*sorted(DATA.glob("*.yaml")), *sorted(POINTS.glob("*.yaml"))]:
        for key in ("terms", "places", "units", "points", "deadlines", "texts"):
            for record in yaml_file(path).get(key, []):
                yield pytest.param(record, id=f"{path.stem}:{record['code']}")


NAMED = list(named_records())


@pytest.mark.parametrize("record", NAMED)
def test_every_record_is_named_in_four_languages_with_source_and_mark(record):
    assert all(isinstance(record[language], str) for language in LANGUAGES)
    assert all(record[language] == record[language].strip() != "" for language in LANGUAGES)
    assert isinstance(record["verified"], bool)
    assert record["source"].strip()


@pytest.mark.parametrize("record", NAMED)
def test_each_name_is_written_in_the_letters_of_its_language(record):
    for language in ("en", "lv"):
        assert not re.search("[а-яёіў]", record[language], re.IGNORECASE), language
    assert not re.search("[ищъ]", record["be"], re.IGNORECASE)
    assert not re.search("[іў’]", record["ru"], re.IGNORECASE)
    assert re.search("[а-яёіў]", record["be"], re.IGNORECASE)
    assert re.search("[а-яё]", record["ru"], re.IGNORECASE)
    assert "'" not in record["be"], "the Belarusian apostrophe is ’"


@pytest.mark.parametrize("record", [r for r in NAMED if "text_be" in r.values[0]])
def test_each_text_is_written_in_the_letters_of_its_language(record):
    for language in ("en", "lv"):
        assert not re.search("[а-яёіў]", record[f"text_{language}"], re.IGNORECASE), language
    assert not re.search("[ищъ]", record["text_be"], re.IGNORECASE)
    assert not re.search("[іў’]", record["text_ru"], re.IGNORECASE)
    assert record["text_be"] != record["text_ru"]


def test_belarusian_is_not_copied_from_russian():
    equal = {r.values[0]["be"] for r in NAMED if r.values[0]["be"] == r.values[0]["ru"]}
    assert equal == set(SAME_IN_BOTH)


def test_the_forbidden_words_stand_nowhere():
    glossary = ROOT / "docs" / "glossary.md"
    files = [*DATA.rglob("*.*"), *POINTS.iterdir(), glossary]
    found = [
        (path.name, word)
        for path in files
        for word in FORBIDDEN
        if word in path.read_text(encoding="utf-8").lower()
    ]
    assert found == []


CATEGORIES = {t["code"]: t for t in yaml_file(DATA / "incident_categories.yaml")["terms"]}


def test_applications_for_protection_and_serious_incidents_never_cross():
    kept = {c for c, term in CATEGORIES.items() if not term["facts"]["crosses"]}
    asked = {c for c, t in CATEGORIES.items() if {c, t.get("parent")} & {"ASY", "SIR"}}
    assert kept == asked
    assert kept >= {"ASY", "SIR"}


def test_every_category_says_its_borders_codes_and_icon():
    for code, term in CATEGORIES.items():
        facts = term["facts"]
        assert set(facts) - {"tile"} == {"crosses", "borders", "icon", "cap", "tso"}, code
        assert facts["borders"], code
        assert set(facts["borders"]) <= {"land", "air"}, code


def test_nine_categories_have_a_number_key_and_all_of_them_may_cross():
    tiles = [code for code, term in CATEGORIES.items() if term["facts"].get("tile")]
    assert len(tiles) == 9
    assert all(CATEGORIES[code]["facts"]["crosses"] for code in tiles)


def test_every_icon_is_in_the_sprite():
    drawn = set(re.findall(r'id="([^"]+)"', SPRITE.read_text(encoding="utf-8")))
    used = {r.values[0]["facts"]["icon"] for r in NAMED if "icon" in r.values[0].get("facts", {})}
    assert used - drawn == set()


UNITS = {u["code"]: u for u in yaml_file(POINTS / "units.yaml")["units"]}
PLACES = {p["code"]: p for p in yaml_file(DATA / "places.yaml")["places"]}


def test_every_crossing_of_the_land_border_has_one_unit_on_each_side():
    for code, place in PLACES.items():
        if place["kind"] == "crossing":
            at = [u["side"] for u in UNITS.values() if u.get("place") == code]
            assert sorted(at) == ["BY", "LV"], code


def test_every_unit_hangs_in_the_tree_of_its_own_side():
    above = {}
    for code, unit in UNITS.items():
        parent = unit.get("parent")
        assert parent is None or above[parent]["side"] == unit["side"], code
        assert unit.get("place") is None or unit["place"] in PLACES, code
        above[code] = unit
    roots = {code: unit["kind"] for code, unit in UNITS.items() if not unit.get("parent")}
    assert roots == {"LV-SBG": "headquarters", "BY-GPK": "headquarters", "EU-FRX": "agency"}


def test_three_points_have_five_desks_whose_addresses_are_plainly_invented():
    file = yaml_file(POINTS / "contact_points.yaml")
    desks = {(desk["point"], desk["unit"]) for desk in file["desks"]}
    assert desks == {
        ("CCP-AIR", "DESK-RIX"),
        ("CCP-AIR", "DESK-MSQ"),
        ("CCP-LAND", "DESK-DGP"),
        ("CCP-LAND", "DESK-POL"),
        ("FP-AIR-MSQ", "DESK-FP-MSQ"),
    }
    for desk in file["desks"]:
        assert desk["demo"] is True
        assert desk["email"].endswith(".example")
        assert re.fullmatch(r"\+\d{3} 00 000 \d{3}", desk["phone"])
        assert UNITS[desk["unit"]]["kind"] == "desk"


def test_escalation_ends_at_headquarters_and_waits_as_agreed():
    steps = yaml_file(POINTS / "escalation.yaml")["steps"]
    assert [step["who"] for step in steps] == ["primary", "head", "headquarters"]
    assert steps[0]["wait"] == {"P1": 300, "P2": 900, "P3": 3600, "P4": "next_shift"}
    assert steps[-1]["wait"] == {}


@pytest.mark.parametrize("code", ["PAT-GRI", "SIL-URB", "IND-BIG"])
def test_a_position_that_only_one_source_gives_is_marked_unverified(code):
    assert PLACES[code]["position_verified"] is False
    assert "No position is known for" in PLACES[code]["position_note"]


def test_the_glossary_has_every_term_in_four_languages():
    lines = Path(ROOT / "docs" / "glossary.md").read_text(encoding="utf-8").splitlines()
    rows = [line for line in lines if line.startswith("| ") and not line.startswith("| en |")]
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]
    assert len(cells) > 100
    assert [row for row in cells if len(row) < 4 or not all(row[:4])] == []
    assert len({row[0] for row in cells}) == len(cells), "a term is explained once"
