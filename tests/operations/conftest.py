"""Databases of these tests' own: backups read what is committed, restores want an empty one."""

import contextlib
import io
import os
import uuid

import psycopg2
import pytest
from django.core.management import call_command
from django.db import connection


class Database:
    """A database beside the test database, and the way to work in it within this process."""

    def __init__(self, name):
        self.name = name

    def connect(self):
        facts = connection.settings_dict
        made = psycopg2.connect(
            host=facts["HOST"], port=facts["PORT"], user=facts["USER"],
            password=facts["PASSWORD"], dbname=self.name,
        )  # fmt: skip
        made.autocommit = True
        return made

    def sql(self, statement, *values):
        with contextlib.closing(self.connect()) as made, made.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchall() if cursor.description else None

    @contextlib.contextmanager
    def current(self):
        """The portal's code in this process works in this database."""
        before = connection.settings_dict["NAME"]
        connection.close()
        connection.settings_dict["NAME"] = self.name
        try:
            yield self
        finally:
            connection.close()
            connection.settings_dict["NAME"] = before


def _server(statement):
    with contextlib.closing(Database("postgres").connect()) as server, server.cursor() as cursor:
        cursor.execute(statement)


@pytest.fixture(scope="session")
def databases(django_db_blocker):
    """Make databases of the suite's own, `databases()` empty or as a copy; gone at the end."""
    made = []

    def make(template=None):
        name = f"operations_{os.getpid()}_{uuid.uuid4().hex[:8]}"
        like = f' TEMPLATE "{template}"' if template else ""
        _server(f'CREATE DATABASE "{name}"{like}')
        made.append(name)
        return Database(name)

    with django_db_blocker.unblock():
        yield make
        connection.close()
        for name in made:
            _server(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def keys(tmp_path_factory):
    """Two key files: the secret one and the public one."""
    folder = tmp_path_factory.mktemp("keys")
    out = io.StringIO()
    call_command("backup_key", folder / "secret.key", stdout=out, stderr=io.StringIO())
    (folder / "public.key").write_text(out.getvalue())
    return folder / "secret.key", folder / "public.key"


@pytest.fixture
def media(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT
