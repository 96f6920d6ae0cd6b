"""`make bench`: fills two databases, runs the portal on them, measures, writes the results.

`--quick` tries the benchmark itself on little data and writes nothing.
"""

import itertools
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit


from bordercoop.devstack.processes import Process, Trouble
from bordercoop.devstack.stack import PYTHON, ROOT
from bordercoop.devstack.valkey import Valkey

from .filling import PASSWORD
from .memory import megabytes
from .portal import Client, Listener, Portal, connected, eventually, signed_in
from .results import Figures, machine, median, percentile
from .wire import Wire

SMALL, LARGE = 10_000, 100_000
ROUNDS, TIMES = 7, 8
BY_WORKER, BY_RELAY = 40, 15
IDLE_SECONDS = 12
GROWTH = "<= 1.3"


@dataclass
class Site:
    """The portal on one database."""

    name: str
    url: str
    port: int = 0
    uids: Iterator[str] = field(default_factory=lambda: iter(()))
    clients: dict[str, Client] = field(default_factory=dict)
    pages: dict[str, Client] = field(default_factory=dict)


class Bench:
    def __init__(self, stack: ExitStack, *, quick: bool) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="bordercoop-bench-"))
        stack.callback(shutil.rmtree, self.folder, True)
        self.figures, self.quick = Figures(), quick
        self.sizes = (500, 5_000) if quick else (SMALL, LARGE)
        self.server = os.environ.get("DATABASE_URL", "")
        if not self.server:
            raise Trouble("DATABASE_URL is not set. Run `make bench`, which brings a server.")
        mark = f"bench_{os.getpid()}"
        self.sites = [Site(name, self._url(f"{mark}_{name}")) for name in ("10k", "100k")]
        stack.callback(self._drop)
        self.valkey = Valkey(self.folder)
        stack.callback(self.valkey.stop)
        self.valkey.start()
        self.portal = Portal(self.folder, REDIS_URL=self.valkey.url)
        stack.callback(lambda: self.portal.stop())
        mail = self.portal.mailbox()
        self.portal.environment["EMAIL_URL"] = f"smtp://127.0.0.1:{mail}"
        self.tokens: dict[str, str] = {}

    def run(self) -> None:
        with connected(self.server) as link, link.cursor() as cursor:
            cursor.execute(
                "SELECT split_part(current_setting('server_version'), ' ', 1),"
                " rolsuper, current_setting('fsync'), current_setting('synchronous_commit')"
                " FROM pg_roles WHERE rolname = current_user"
            )
            version, superuser, fsync, synchronous = cursor.fetchone()
        if superuser:
            raise Trouble("The role in DATABASE_URL is a superuser; measure as an ordinary one.")
        facts = machine(f"{version} (fsync {fsync}, synchronous_commit {synchronous})",
                        self._valkey_version())  # fmt: skip
        began = time.monotonic()
        for step in (self.fill, self.serve, self.statements, self.requests, self.verb, self.events,
                     self.memory):  # fmt: skip
            print(f"{time.monotonic() - began:5.0f} s  {step.__name__}", flush=True)
            step()
        facts["Run"] = f"{time.monotonic() - began:.0f} s"
        if not self.quick:
            self.figures.write(facts)
        missed = self.figures.missed()
        print(
            f"{facts['Run']}. "
            + (f"Missed: {'; '.join(missed)}." if missed else "Every goal is met.")
        )

    # --- before measuring

    def fill(self) -> None:
        """Both databases begin as copies of one in which the verbs worked."""
        small, large = self.sites
        quick = {"PGOPTIONS": "-c synchronous_commit=off"}
        names = [urlsplit(site.url).path[1:] for site in self.sites]
        with connected(self.server) as link, link.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {names[0]}")
            on_small = {"DATABASE_URL": small.url, **quick}
            self.portal.run("manage.py", "migrate", "-v0", **on_small)
            self.portal.run("manage.py", "load_reference", "-v0", **on_small)
            said = self.portal.run("-m", "benchmarks.filling", "models", **on_small)
            self.tokens = json.loads(said.splitlines()[-1])
            cursor.execute(f"CREATE DATABASE {names[1]} TEMPLATE {names[0]}")
        for site, count in zip(self.sites, self.sizes, strict=True):
            command = ("-m", "benchmarks.filling", "multiply", str(count))
            self.portal.run(*command, DATABASE_URL=site.url, **quick)
        with connected(large.url) as link, link.cursor() as cursor:
            cursor.execute("CHECKPOINT") if self._may_checkpoint(cursor) else time.sleep(1)

    @staticmethod
    def _may_checkpoint(cursor: Any) -> bool:
        cursor.execute("SELECT pg_has_role(current_user, 'pg_checkpoint', 'MEMBER')")
        return cursor.fetchone()[0]

    def serve(self) -> None:
        for site in self.sites:
            site.port = self.portal.web(f"web-{site.name}", DATABASE_URL=site.url)
            for who in ("dgp.officer", "dgp.duty", "pol.duty", "lv.hq", "by.hq"):
                site.clients[who] = Client(site.port, self.tokens[who])
            for who in ("dgp.duty", "lv.hq", "pol.duty"):
                site.pages[who] = signed_in(site.port, who, PASSWORD)
            site.uids = itertools.cycle(self._some_incidents(site))

    def _some_incidents(self, site: Site) -> list[str]:
        """Incidents that both readers may open, from all over the time that the database spans."""
        dice, found = random.Random(2), []
        with connected(site.url) as link, link.cursor() as cursor:
            cursor.execute(
                "SELECT i.uid FROM incidents_incident i JOIN contactpoints_unit u ON u.id = i.unit_id"
                " WHERE u.path LIKE 'LV-SBG/LV-DGP/%' AND i.reported_at < now() - interval '1 hour'"
                " ORDER BY i.id"
            )
            found = [row[0] for row in cursor.fetchall()]
        return dice.sample(found, min(300, len(found)))

    # --- statements

    def statements(self) -> None:
        """Counted on the line to PostgreSQL: every statement, with BEGIN, COMMIT and savepoints."""
        site = self.sites[1]
        parts = urlsplit(site.url)
        self.wire = Wire(parts.hostname, parts.port)
        through = parts._replace(
            netloc=parts.netloc.replace(f":{parts.port}", f":{self.wire.port}")
        )
        self.wired = self.portal.web("web-wire", DATABASE_URL=urlunsplit(through))
        api = {who: Client(self.wired, token) for who, token in self.tokens.items()}
        page = {
            who: signed_in(self.wired, who, PASSWORD) for who in ("dgp.duty", "lv.hq", "pol.duty")
        }
        for _ in range(24):  # every thread has its connection and its reference data
            api["lv.hq"].get("/api/v1/incidents/")
        uid = next(site.uids)
        answers = (f"/{{}}deliveries/{d}/acknowledge/" for d in self._deliveries(api, 8))
        counted: dict[str, tuple[Callable[[], Any], str]] = {
            "List, API": (lambda: api["lv.hq"].get("/api/v1/incidents/"), "<= 6"),
            "List, page": (lambda: page["lv.hq"].get("/incidents/"), "<= 6"),
            "Detail, API": (lambda: api["lv.hq"].get(f"/api/v1/incidents/{uid}/"), ""),
            "Detail, page": (lambda: page["lv.hq"].get(f"/incidents/{uid}/"), ""),
            "Create, API": (lambda: api["dgp.officer"].post("/api/v1/incidents/", report()), "<= 15"),
            "Create, page": (lambda: submitted(page["dgp.duty"], "/incidents/new/", form()), "<= 15"),
            "Acknowledge, API": (
                lambda: api["pol.duty"].post(next(answers).format("api/v1/"), {"note": NOTE}), "<= 15"
            ),
            "Acknowledge, page": (
                lambda: submitted(page["pol.duty"], next(answers).format(""), {"note": NOTE}), "<= 15"
            ),
        }  # fmt: skip
        self.asked: dict[str, list[str]] = {}
        for name, (ask, goal) in counted.items():
            fewest: list[str] = []
            for _ in range(4):  # once a minute a process reads its reference data anew
                seen = self.wire.fresh()
                ask()
                time.sleep(0.05)
                if not fewest or len(seen.statements) < len(fewest):
                    fewest = list(seen.statements)
            self.asked[name] = fewest
            self.figures.add(f"{name}: statements", len(fewest), "statements", goal=goal)

    def _deliveries(self, api: dict[str, Client], count: int) -> list[str]:
        found = []
        for _ in range(count):
            uid = api["dgp.officer"].post("/api/v1/incidents/", report())["uid"]
            alert = api["dgp.duty"].post(f"/api/v1/incidents/{uid}/release/", RELEASE)
            found.append(alert["deliveries"][0]["uid"])
        return found

    # --- requests

    def requests(self) -> None:
        """Small and large turn by turn, so that a busy minute of the machine hits both alike."""
        reads: dict[str, Callable[[Site], Any]] = {
            "List, API, desk officer": lambda s: s.clients["dgp.duty"].get("/api/v1/incidents/"),
            "List, API, headquarters": lambda s: s.clients["lv.hq"].get("/api/v1/incidents/"),
            "List, page, desk officer": lambda s: s.pages["dgp.duty"].get("/incidents/"),
            "List, page, headquarters": lambda s: s.pages["lv.hq"].get("/incidents/"),
            "List, API, headquarters, by category":
                lambda s: s.clients["lv.hq"].get("/api/v1/incidents/?category=ASY"),
            "List, API, headquarters, a state without incidents":
                lambda s: s.clients["lv.hq"].get("/api/v1/incidents/?state=withdrawn"),
            "List, API, headquarters, a month ago":
                lambda s: s.clients["lv.hq"].get(f"/api/v1/incidents/?until={MONTH_AGO}"),
            "Detail, API": lambda s: s.clients["lv.hq"].get(f"/api/v1/incidents/{next(s.uids)}/"),
            "Detail, page": lambda s: s.pages["lv.hq"].get(f"/incidents/{next(s.uids)}/"),
        }  # fmt: skip
        limits = {
            "List, API, headquarters": "List, API", "List, page, headquarters": "List, page",
            "Detail, API": "Detail, API", "Detail, page": "Detail, page",
        }  # fmt: skip
        took: dict[str, dict[str, list[list[float]]]] = {}
        plain: dict[str, dict[str, list[float]]] = {}
        for read in reads.values():
            for site in self.sites:
                for _ in range(3):
                    read(site)
        with ExitStack() as links:
            cursors = {s.name: links.enter_context(connected(s.url)).cursor() for s in self.sites}
            for _ in range(ROUNDS):
                for name, read in reads.items():
                    self._round(took.setdefault(name, {}), {name: read}, TIMES)
                    for site in self.sites if name in limits else ():
                        spent = [_alone(cursors[site.name], self.asked[limits[name]])
                                 for _ in range(3)]  # fmt: skip
                        plain.setdefault(name, {}).setdefault(site.name, []).append(median(spent))
                self._writing_round(took)
                for site in self.sites:
                    plain.setdefault("commit", {}).setdefault(site.name, []).append(
                        _commit(cursors[site.name])
                    )
        for name, by_site in took.items():
            writing = name.startswith(("Create", "Release", "Acknowledge"))
            for site in self.sites:
                limit = plain.get("commit" if writing else name, {}).get(site.name)
                rounds = by_site[site.name]
                self.figures.add(
                    f"{name}: p50 at {site.name}", 1e3 * median([median(r) for r in rounds]), "ms",
                    limit=1e3 * median(limit) if limit else None,
                )  # fmt: skip
            every = [each for r in by_site[self.sites[1].name] for each in r]
            self.figures.add(
                f"{name}: p95 at {self.sites[1].name}", 1e3 * percentile(every, 0.95), "ms"
            )
            growth = [median(large) / median(small)
                      for small, large in zip(*(by_site[s.name] for s in self.sites), strict=True)]  # fmt: skip
            goal = "" if writing else GROWTH
            self.figures.add(f"{name}: growth from 10k to 100k", median(growth), "x", goal=goal)

    def _round(self, took: dict[str, list[list[float]]], do: dict[str, Any], times: int) -> None:
        """One round of one thing at both sites, appended to what it took."""
        ((_, ask),) = do.items()
        for site in self.sites:
            took.setdefault(site.name, []).append([])
        for _ in range(times):
            for site in self.sites:
                began = time.perf_counter()
                ask(site)
                took[site.name][-1].append(time.perf_counter() - began)

    def _writing_round(self, took: dict[str, dict[str, list[list[float]]]]) -> None:
        """Reported, released and acknowledged, each measured."""
        made: dict[str, list[str]] = {site.name: [] for site in self.sites}

        def create(site: Site) -> None:
            made[site.name].append(
                site.clients["dgp.officer"].post("/api/v1/incidents/", report())["uid"]
            )

        def release(site: Site) -> None:
            uid = made[site.name].pop(0)
            alert = site.clients["dgp.duty"].post(f"/api/v1/incidents/{uid}/release/", RELEASE)
            made[site.name].append(alert["deliveries"][0]["uid"])

        def acknowledge(site: Site) -> None:
            uid = made[site.name].pop(0)
            site.clients["pol.duty"].post(f"/api/v1/deliveries/{uid}/acknowledge/", {"note": NOTE})

        for name, do in (("Create, API", create), ("Release, API", release),
                         ("Acknowledge, API", acknowledge)):  # fmt: skip
            self._round(took.setdefault(name, {}), {name: do}, TIMES)

    # --- the verb alone

    def verb(self) -> None:
        said = self.portal.run("-m", "benchmarks.verb", DATABASE_URL=self.sites[1].url)
        found = json.loads(said.splitlines()[-1])
        self.figures.add(
            "report_incident: statements", found["statements"], "statements", goal="<= 8"
        )
        self.figures.add(
            "report_incident: rate beside bare BEGIN, INSERT, COMMIT", median(found["verb"]), "a second",
            limit=median(found["raw"]), goal="ratio >= 0.1",
        )  # fmt: skip

    # --- commit to the other desk's event

    def events(self) -> None:
        site = self.sites[1]
        limit = 1e3 * _bare_notify(site.url)
        worker = self.portal.start("worker", DATABASE_URL=site.url)
        eventually(lambda: "ready." in worker.log.read_text(errors="replace"), 30)
        ear = Listener(self.wired, "DESK-POL", self.tokens["pol.duty"])
        took = self._releases(ear, 3, patience=60)  # carries out what earlier figures left, too
        took = self._releases(ear, BY_WORKER)
        name = "Commit to the event at the other desk, by the worker"
        self.figures.add(f"{name}: p50", 1e3 * median(took), "ms", limit=limit)
        self.figures.add(
            f"{name}: p95", 1e3 * percentile(took, 0.95), "ms", limit=limit, goal="<= 300"
        )
        self.valkey.process.kill()
        self.portal.start("relay", DATABASE_URL=site.url)
        self._releases(ear, 1)
        took = self._releases(ear, BY_RELAY, apart=2.0)
        name = "Commit to the event, Redis dead, by the relay"
        # The relay looks every two seconds, so no figure can be better than that at worst.
        self.figures.add(f"{name}: p50", median(took), "s", limit=1.0)
        self.figures.add(f"{name}: p95", percentile(took, 0.95), "s", limit=2.0, goal="<= 5")
        ear.close()

    def _releases(
        self, ear: Listener, count: int, *, apart: float = 0.0, patience: float = 20.0
    ) -> list[float]:
        """Seconds from PostgreSQL's word that the release is committed to the event being read."""
        officer = Client(self.wired, self.tokens["dgp.officer"])
        duty = Client(self.wired, self.tokens["dgp.duty"])
        dice, took = random.Random(3), []
        with connected(self.sites[1].url) as link, link.cursor() as cursor:
            for _ in range(count):
                uid = officer.post("/api/v1/incidents/", report())["uid"]
                time.sleep(0.1 + dice.uniform(0, apart))
                ear.forget()
                seen = self.wire.fresh()
                duty.post(f"/api/v1/incidents/{uid}/release/", RELEASE)
                heard = ear.wait("change", patience)
                committed = next(at for at, about in seen.commits if "incidents_release" in about)
                took.append(heard - committed)
                # Rings of this release's mail must not be taken for the next one's.
                eventually(lambda: _nothing_new(cursor), patience)
                time.sleep(0.1)
        return took

    # --- memory

    def memory(self) -> None:
        """What `make run` starts, after work and then left alone."""
        site = self.sites[1]
        self.valkey.restart()
        self.portal.stop("web-10k", "web-wire", "relay", "worker")
        self.wire.close()
        for name in ("relay", "worker", "beat"):
            self.portal.start(name, DATABASE_URL=site.url)
        waiting = Process(
            "supervisor", [PYTHON, "-c", "import devstack.supervisor, time; time.sleep(600)"],
            log=self.folder / "supervisor.log", env=self.portal.environment, cwd=ROOT / "bordercoop",
        )  # fmt: skip
        self.portal.processes["supervisor"] = waiting
        time.sleep(IDLE_SECONDS)
        assert self.valkey.process is not None
        pids = {name: process.pid for name, process in self.portal.processes.items()}
        pids = {"PostgreSQL": self._postmaster(), "Valkey": self.valkey.process.pid, **pids}
        used = {name.removesuffix("-100k"): megabytes(pid) for name, pid in pids.items()}
        bare = used["PostgreSQL"] + used["Valkey"]
        self.figures.add("Whole stack idle", sum(used.values()), "MB", limit=bare, goal="<= 700")
        for name, size in used.items():
            self.figures.add(f"Whole stack idle: {name}", size, "MB")

    def _postmaster(self) -> int:
        with connected(self.server) as link:
            status = Path(f"/proc/{link.info.backend_pid}/status").read_text()
        return int(
            next(line for line in status.splitlines() if line.startswith("PPid:")).split()[1]
        )

    # --- servers

    def _url(self, database: str) -> str:
        return urlunsplit(urlsplit(self.server)._replace(path=f"/{database}"))

    def _drop(self) -> None:
        with connected(self.server) as link, link.cursor() as cursor:
            for site in self.sites:
                cursor.execute(
                    f"DROP DATABASE IF EXISTS {urlsplit(site.url).path[1:]} WITH (FORCE)"
                )

    def _valkey_version(self) -> str:
        import redis

        info = redis.Redis.from_url(self.valkey.url).info("server")
        return info.get("valkey_version") or info["redis_version"]


RELEASE = {"desks": ["DESK-POL"], "priority": "P2"}
NOTE = "A patrol is on its way."
MONTH_AGO = (datetime.now(UTC) - timedelta(days=30)).date().isoformat()


def report() -> dict[str, Any]:
    """A flash report as a client of the API sends it."""
    moment = datetime.now(UTC).isoformat()
    return {
        "unit": "LV-DGP", "category": "UBC-LND", "severity": 3, "happened_at": moment,
        "detected_at": moment, "headline": "Eight people at border sign 214", "lat": 55.79,
        "lon": 27.30, "place": None, "people_total": 8, "language": "lv",
        "narrative": "Tracks across the control strip were followed. " * 4,
    }  # fmt: skip


def form() -> dict[str, str]:
    """The same from the page."""
    wall = datetime.now(UTC) - timedelta(minutes=5)
    return {
        "client_ref": str(uuid.uuid4()), "unit": "LV-DGP", "category": "UBC-LND", "severity": "3",
        "headline": "Eight people at border sign 214", "happened_date": f"{wall:%d.%m.%Y}",
        "happened_time": "00:01", "people_total": "8", "language": "lv",
        "narrative": "Tracks across the control strip were followed. " * 4,
    }  # fmt: skip


def submitted(client: Client, path: str, fields: dict[str, str]) -> None:
    status, content = client.submit(path, **fields)
    if status not in (200, 302):
        raise Trouble(f"POST {path} was answered {status}: {content[-3000:]!r}")


def _alone(cursor: Any, statements: list[str]) -> float:
    """The same statements without the portal around them."""
    began = time.perf_counter()
    for statement in statements:
        cursor.execute(statement)
        if cursor.description:
            cursor.fetchall()
    return time.perf_counter() - began


def _commit(cursor: Any) -> float:
    """A row of an incident's columns on the disk, by the shortest way."""
    cursor.execute("CREATE TABLE IF NOT EXISTS bench_commit (LIKE incidents_incident)")
    spent = []
    for _ in range(10):
        began = time.perf_counter()
        cursor.execute("BEGIN")
        cursor.execute("INSERT INTO bench_commit SELECT * FROM incidents_incident WHERE id = 1")
        cursor.execute("COMMIT")
        spent.append(time.perf_counter() - began)
    return median(spent)


def _bare_notify(url: str) -> float:
    """From a NOTIFY to its being read, between two plain connections."""
    import select

    spent = []
    with connected(url) as speaker, connected(url) as hearer:
        hearer.cursor().execute("LISTEN bench")
        cursor = speaker.cursor()
        for _ in range(50):
            cursor.execute("BEGIN")
            cursor.execute("SELECT pg_notify('bench', 'x')")
            cursor.execute("COMMIT")
            began = time.perf_counter()
            while not hearer.notifies:
                select.select([hearer], [], [], 5)
                hearer.poll()
            spent.append(time.perf_counter() - began)
            hearer.notifies.clear()
    return median(spent)


def _nothing_new(cursor: Any) -> bool:
    cursor.execute(
        "SELECT count(*) FROM outbox_message WHERE attempts = 0 AND done_at IS NULL"
        " AND given_up_at IS NULL AND due_at <= now()"
    )
    return cursor.fetchone()[0] == 0


def main() -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        with ExitStack() as stack:
            Bench(stack, quick="--quick" in sys.argv).run()
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
