"""What several tests of deployments stand on."""

import pytest

from tests.deployments.deployments_made import Deployed
from tests.smtp import mailbox

__all__ = ["mailbox"]


@pytest.fixture
def made(people, unit):
    return Deployed(people, unit)
