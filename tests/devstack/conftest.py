import shutil

import pytest

from bordercoop.devstack.postgres import Postgres
from bordercoop.devstack.valkey import Valkey
from tests.devstack.checkout import REAL, TOY, Checkout


@pytest.fixture(scope="session")
def data_folder(tmp_path_factory):
    """A database that was made once: most tests are not about making it."""
    server = Postgres(tmp_path_factory.mktemp("seed"), durable=False)
    server.start()
    server.stop()
    yield server.data
    server.remove()


@pytest.fixture
def checkout(tmp_path, data_folder):
    """A toy portal in a checkout of its own; nothing of it runs on after the test."""
    made = Checkout(tmp_path / "portal", TOY)
    made.run.mkdir(mode=0o700)
    shutil.copytree(data_folder, made.run / "pg")
    yield made
    made.end_all()


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    """Started from nothing, for tests that leave it running."""
    made = Checkout(tmp_path_factory.mktemp("running") / "portal", TOY)
    made.start()
    yield made
    made.end_all()


@pytest.fixture
def real_checkout(tmp_path):
    made = Checkout(tmp_path / "portal", REAL)
    yield made
    made.end_all()


@pytest.fixture
def servers_of_others(tmp_path):
    """Addresses of a PostgreSQL and a Valkey that somebody else runs."""
    database, broker = Postgres(tmp_path / "others", durable=False), Valkey(tmp_path / "others")
    database.start()
    broker.start()
    yield database.url, broker.url
    broker.remove()
    database.remove()
