import pytest


@pytest.fixture(autouse=True)
def _kernel_alone(kernel_alone):
    """No test here needs the apps above the kernel."""
