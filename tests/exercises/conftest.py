import pytest

from tests.exercises.exercises_made import Made


@pytest.fixture
def made(people, unit, both_sides_on_duty):
    return Made(people, unit)
