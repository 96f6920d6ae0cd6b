import pytest
from django.db import connection

from tests.kernel.machinery import (
    Process,
    Wire,
    answers,
    environment_of,
    eventually,
    free_port,
    serve,
)


@pytest.fixture(autouse=True)
def _kernel_alone(kernel_alone):
    """No test here needs the apps above the kernel."""


@pytest.fixture(scope="module")
def standing_portal(django_db_setup, tmp_path_factory):
    """One server for the tests of a module that leave it and its line whole: (process, port)."""
    facts, port = connection.settings_dict, free_port()
    wire = Wire(facts["HOST"], int(facts["PORT"]))
    log = tmp_path_factory.mktemp("portal") / "log"
    process = Process(*serve(port), env=environment_of(facts, wire), log=log)
    eventually(lambda: answers(port), 30)
    yield process, port
    process.kill()
    wire.close()
