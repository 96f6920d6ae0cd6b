"""What several tests of training stand on."""

import pytest

from tests.smtp import mailbox  # noqa: F401
from tests.training.activities_made import Made


@pytest.fixture
def made(people, unit):
    return Made(people, unit)
