"""What several tests of deployments stand on."""

import pytest

from tests.deployments.deployments_made import Deployed


@pytest.fixture
def made(people, unit):
    return Deployed(people, unit)
