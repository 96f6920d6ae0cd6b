"""What several tests of risk analysis stand on."""

import pytest

from tests.incidents.doors import role_groups, signed_in
from tests.riskanalysis.risks_made import Register
from tests.smtp import mailbox

__all__ = ["mailbox", "role_groups", "signed_in"]


@pytest.fixture
def made(people, unit):
    return Register(people, unit)
