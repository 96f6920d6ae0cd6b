"""What several tests of training stand on."""

import pytest

from tests.incidents.doors import later
from tests.smtp import mailbox
from tests.training.activities_made import Made

__all__ = ["later", "mailbox"]


@pytest.fixture
def made(people, unit):
    return Made(people, unit)
