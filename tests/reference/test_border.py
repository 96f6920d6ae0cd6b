"""The distance to the border line: indicative, right to one per cent near the line."""

from itertools import pairwise
from math import asin, cos, radians, sin, sqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bordercoop.reference.border import _lines, border_distance_km


@pytest.mark.parametrize(
    ("place", "lat", "lon", "km"),
    [
        ("a vertex of the line", 55.8264, 27.35, 0.0),
        ("Pāternieki checkpoint", 55.82037, 27.62503, 0.2),
        ("Silene checkpoint", 55.71806, 26.87364, 0.5),
        ("Bigosovo station", 55.834309, 27.73752, 6.6),
        ("Daugavpils", 55.88333, 26.53333, 21.3),
    ],
)
def test_known_places_lie_where_the_map_has_them(place, lat, lon, km):
    assert border_distance_km(lat, lon) == pytest.approx(km, abs=0.1), place


def test_both_airports_are_far_from_the_line():
    assert border_distance_km(56.9236, 23.9711) > 150
    assert border_distance_km(53.8825, 28.0307) > 150


def great_circle_km(lat1, lon1, lat2, lon2):
    a = sin(radians(lat2 - lat1) / 2) ** 2
    a += cos(radians(lat1)) * cos(radians(lat2)) * sin(radians(lon2 - lon1) / 2) ** 2
    return 2 * 6371 * asin(sqrt(a))


def along_the_line():
    for line in _lines():
        for (x1, y1), (x2, y2) in pairwise(line):
            for step in range(5):
                yield y1 + (y2 - y1) * step / 5, x1 + (x2 - x1) * step / 5


@settings(max_examples=40, deadline=None)
@given(lat=st.floats(55.4, 56.4), lon=st.floats(26.2, 28.6))
def test_it_agrees_with_great_circles_to_a_sampled_line(lat, lon):
    nearest = min(great_circle_km(lat, lon, *point) for point in along_the_line())
    assert border_distance_km(lat, lon) == pytest.approx(nearest, rel=0.01, abs=0.15)
