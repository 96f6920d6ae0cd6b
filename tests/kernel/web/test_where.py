from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bordercoop.web.when import Unclear
from bordercoop.web.where import format_coordinates, parse_coordinates

HERE = (55.791111, 27.301111)


@pytest.mark.parametrize(
    "typed",
    [
        "55.791111, 27.301111",
        "55.791111,27.301111",
        "55.791111 27.301111",
        "55.791111; 27.301111",
        "55.791111 / 27.301111",
        "(55.791111, 27.301111)",
        "55,791111 27,301111",
        "55,791111, 27,301111",
        "55,791111; 27,301111",
        "55,791111\u00a027,301111",
        "55°47'28\"N 27°18'04\"E",
        "55°47′28″N, 27°18′04″E",
        "55° 47' 28\" N  27° 18' 04\" E",
        "55°47'28''N 27°18'04''E",
        "N55°47'28\" E27°18'04\"",
        "n55 47 28 e27 18 04",
        "55 47 28 27 18 04",
        "55:47:28 27:18:04",
        "55°47'28\" 27°18'04\"",
        "55°47'28\" с.ш. 27°18'04\" в.д.",
        "55°47'28\" С 27°18'04\" В",
        "55°47'28\" Пн 27°18'04\" У",
        "Z 55°47'28\" A 27°18'04\"",
        "27°18'04\"E 55°47'28\"N",
        "E27.301111 N55.791111",
        "55.791111N 27.301111E",
        "+55.791111, +27.301111",
    ],
)
def test_the_usual_notations_mean_the_same_place(typed):
    assert parse_coordinates(typed) == pytest.approx(HERE, abs=2e-6)


def test_degrees_and_decimal_minutes():
    assert parse_coordinates("N55 47.473 E27 18.060") == (55.791217, 27.301)
    assert parse_coordinates("55°47,473'N 27°18,060'E") == (55.791217, 27.301)


def test_the_other_hemispheres():
    assert parse_coordinates("33.5S 70.25W") == (-33.5, -70.25)
    assert parse_coordinates("33,5 Ю 70,25 З") == (-33.5, -70.25)
    assert parse_coordinates("-33.5, -70.25") == (-33.5, -70.25)
    assert parse_coordinates("33,5 Пд 70,25 З") == (-33.5, -70.25)
    assert parse_coordinates("D 33,5 R 70,25") == (-33.5, -70.25)


@pytest.mark.parametrize(
    "typed", ["91, 27", "55, 181", "-90.0001, 0", "N91 E27", "1e9, 2", "9" * 90 + ",1"]
)
def test_what_is_not_on_earth_is_refused(typed):
    with pytest.raises(Unclear):
        parse_coordinates(typed)


@pytest.mark.parametrize(
    "typed", ["55,79,27,30", "55,7912,27,3010", "55, 79, 27, 30", "55 N 27 E 30"]
)
def test_what_can_be_read_in_two_ways_is_refused(typed):
    with pytest.raises(Unclear):
        parse_coordinates(typed)


@pytest.mark.parametrize(
    "typed",
    [
        *("", " ", "x", "55.79", "55,27", "55 47 27", "N55 N27", "E55 E27", "N55", "N", "NE"),
        *("55°60'00\"N 27°18'04\"E", "55°47'60\"N 27°18'04\"E", "55.5°30'N 27°E", "55'47°N 27°E"),
        *("-55N 27E", "55.79.12, 27", "55 -47 27 18", "1 2 3 4 5 6 7 8", "55.79, 27.30 x"),
        *("55\0.79, 27", "° ' \"", "nan, nan", "inf, inf", "5" * 200),
    ],
)
def test_what_is_no_place_is_a_sentence(typed):
    with pytest.raises(Unclear) as error:
        parse_coordinates(typed)
    assert str(error.value).endswith(".")


@given(st.floats(-90, 90), st.floats(-180, 180))
def test_what_is_shown_can_be_typed_again(latitude, longitude):
    place = (round(latitude, 6) + 0.0, round(longitude, 6) + 0.0)
    assert parse_coordinates(format_coordinates(*place)) == place
    comma = " ".join(f"{number:.6f}".replace(".", ",") for number in place)
    assert parse_coordinates(comma) == place


@given(
    st.integers(0, 89),
    st.integers(0, 59),
    st.integers(0, 59),
    st.sampled_from("NS"),
    st.sampled_from("EW"),
)
def test_every_way_to_write_degrees_agrees(degrees, minutes, seconds, north, east):
    part = f"{degrees}°{minutes}'{seconds}\""
    spaced = f"{degrees} {minutes} {seconds}"
    assert (
        parse_coordinates(f"{part}{north} {part}{east}")
        == parse_coordinates(f"{north}{spaced} {east}{spaced}")
        == parse_coordinates(f"{part}{east}, {part}{north}")
    )


@given(st.text(max_size=120))
def test_no_text_is_a_fault(text):
    with suppress(Unclear):
        latitude, longitude = parse_coordinates(text)
        assert -90 <= latitude <= 90
        assert -180 <= longitude <= 180


@given(st.text("0123456789.,;:-+ °'\"NSEWСЮВЗ", max_size=40))
def test_no_row_of_numbers_is_a_fault(text):
    test_no_text_is_a_fault.hypothesis.inner_test(text)
