import pytest

from tests.incidents.doors import role_groups, signed_in
from tests.riskanalysis.risks_made import Register

__all__ = ["role_groups", "signed_in"]


@pytest.fixture
def made(people, unit):
    return Register(people, unit)
