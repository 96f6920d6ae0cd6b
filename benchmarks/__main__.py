"""`make bench`: fills two databases, runs the portal on them, measures, writes the results.

`--quick` tries the benchmark itself on little data and writes nothing. `--million` puts a million
incidents, 40 units and 200 officers beside the 10,000, and measures reading, writing, importing and
arriving. `--night` measures what a bad night costs (benchmarks/night.py). `--import` measures the
import alone, into the larger database, `--risk` the risk picture, `--activities` the calendar of
5,000 activities with 100,000 participations, and `--injects` 500 injects of an exercise that go out
in a minute; these write nothing.
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
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from psycopg2.errors import InsufficientPrivilege

from bordercoop.devstack.processes import Process, Trouble
from bordercoop.devstack.stack import PYTHON, ROOT
from bordercoop.devstack.valkey import Valkey

from . import night
from .answering import (
    READS,
    count_statements,
    permitted,
    time_reads,
    time_requests,
    wide_map,
)
from .arriving import Releases, bare_notify
from .filling import PASSWORD
from .memory import megabytes
from .portal import Client, Portal, connected, eventually, signed_in
from .results import Figures, machine, median, percentile
from .site import Site
from .wire import Wire

SIZES, QUICK_SIZES = {"10k": 10_000, "100k": 100_000}, {"10k": 500, "100k": 5_000}
MILLION = {"10k": 10_000, "1M": 1_000_000}
NIGHT = {"few": 1_000, "many": 1_000}
BY_WORKER, BY_RELAY = 40, 12
IDLE_SECONDS = 12
BULK = 10_000
QUICK_COMMITS = {"PGOPTIONS": "-c synchronous_commit=off"}  # while filling


class Bench:
    def __init__(
        self,
        stack: ExitStack,
        *,
        quick: bool,
        million: bool,
        imports: bool = False,
        risk: bool = False,
        activities: bool = False,
        injects: bool = False,
        night: bool = False,
    ) -> None:
        self.quick, self.million, self.imports = quick, million, imports
        self.night, self.risk, self.activities = night, risk, activities
        self.injects = injects
        quick = quick or injects
        self.sizes = NIGHT if night else MILLION if million else QUICK_SIZES if quick else SIZES
        self.figures = Figures("night" if night else "million" if million else "results")
        self.server = os.environ.get("DATABASE_URL", "")
        if not self.server:
            raise Trouble("DATABASE_URL is not set. Run `make bench`, which brings a server.")
        self.sites = [
            Site(name, self._url(f"bench_{os.getpid()}_{name}".lower())) for name in self.sizes
        ]
        self.small, self.large = self.sites
        self.folder = Path(tempfile.mkdtemp(prefix="bordercoop-bench-"))
        stack.callback(shutil.rmtree, self.folder, ignore_errors=True)
        stack.callback(self._drop)
        self.valkey = Valkey(self.folder)
        stack.callback(self.valkey.stop)
        self.valkey.start()
        self.portal = Portal(self.folder, REDIS_URL=self.valkey.url)
        stack.callback(self.portal.stop)
        self.portal.environment["EMAIL_URL"] = f"smtp://127.0.0.1:{self.portal.mailbox()}"
        self.tokens: dict[str, str] = {}

    def run(self) -> None:
        facts, began = self._facts(), time.monotonic()
        steps = [self.fill, self.serve, self.answer, self.permit, self.draw, self.recount]
        steps += (
            [self.bulk, self.arrive]
            if self.million
            else [self.verb, self.publish, self.bulk, self.arrive, self.remember]
        )
        if self.imports:
            steps = [self.fill, self.bulk]
        if self.risk:
            steps = [self.fill, self.serve, self.picture, self.recount]
        if self.activities:
            steps = [self.fill, self.serve, self.calendar]
        if self.injects:
            steps = [self.fill, self.play]
        if self.night:
            steps = [self.fill, self.serve, self.wait, self.watch, self.climb]
        for step in steps:
            print(f"{time.monotonic() - began:5.0f} s  {step.__name__}", flush=True)
            step()
        facts["Duration"] = f"{time.monotonic() - began:.0f} s"
        if not (self.quick or self.imports or self.risk or self.activities or self.injects):
            self.figures.write(facts)
        missed = "; ".join(self.figures.missed())
        print(f"{facts['Duration']}. {f'Missed: {missed}.' if missed else 'Every goal is met.'}")

    # --- before measuring

    def fill(self) -> None:
        """Both databases begin as copies of one in which the verbs worked."""
        with connected(self.server) as link, link.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {self.small.database}")
            at_small = {"DATABASE_URL": self.small.url, **QUICK_COMMITS}
            self.portal.run("manage.py", "migrate", "-v0", **at_small)
            self.portal.run("manage.py", "load_reference", "-v0", **at_small)
            if self.million or self.activities:
                self.portal.run("-m", "benchmarks.filling", "crowd", **at_small)
            said = self.portal.run("-m", "benchmarks.filling", "models", **at_small)
            self.tokens = json.loads(said.splitlines()[-1])
            cursor.execute(f"CREATE DATABASE {self.large.database} TEMPLATE {self.small.database}")
        for site in self.sites:
            count = self.sizes[site.name]
            command = ("-m", "benchmarks.filling", "multiply", str(count))
            self.portal.run(*command, DATABASE_URL=site.url, **QUICK_COMMITS)

    def serve(self) -> None:
        for site in self.sites:
            site.port = self.portal.web(f"web-{site.name}", DATABASE_URL=site.url)
            for who in ("dgp.officer", "dgp.duty", "pol.duty", "lv.hq"):
                site.clients[who] = Client(site.port, self.tokens[who])
            for who in ("dgp.duty", "lv.hq"):
                site.pages[who] = signed_in(site.port, who, PASSWORD)
            site.uids = itertools.cycle(self._some_incidents(site))
        parts = urlsplit(self.large.url)
        self.wire = Wire(parts.hostname, parts.port)
        line = parts.netloc.replace(f":{parts.port}", f":{self.wire.port}")
        url = urlunsplit(parts._replace(netloc=line))
        self.wired = self.portal.web("web-wire", DATABASE_URL=url)

    @staticmethod
    def _some_incidents(site: Site) -> list[str]:
        """From all over the time that the database spans."""
        with connected(site.url) as link, link.cursor() as cursor:
            cursor.execute(
                "SELECT i.uid FROM incidents_incident i"
                " JOIN contactpoints_unit u ON u.id = i.unit_id"
                " WHERE u.path LIKE 'LV-SBG/LV-DGP/%' ORDER BY i.id"
            )
            found = [row[0] for row in cursor.fetchall()]
        return random.Random(2).sample(found, min(300, len(found)))

    # --- measuring

    def answer(self) -> None:
        uid = next(self.large.uids)
        self.texts = count_statements(self.wired, self.wire, self.tokens, uid, self.figures)
        time_requests(self.sites, self.texts, self.figures)

    def permit(self) -> None:
        """What the question of rights adds to a page of the list: beside a plain join."""
        for site in self.sites:
            with connected(site.url) as link, link.cursor() as cursor:
                page, plain = permitted(cursor, self.texts["List, API"])
            self.figures.add(
                f"Page of rights at {site.name}", page, "ms", limit=plain, goal="ratio <= 2"
            )

    def draw(self) -> None:
        """A wide box of the map in the database, every incident within it."""
        statement = next(text for text in self.texts["Map, API"] if "FROM incidents_cell" in text)
        for site in self.sites:
            with connected(site.url) as link, link.cursor() as cursor:
                took = wide_map(cursor, statement)
            self.figures.add(
                f"Wide map box in the database at {site.name}: p50", median(took), "ms"
            )
            p95 = percentile(took, 0.95)
            self.figures.add(
                f"Wide map box in the database at {site.name}: p95", p95, "ms", goal="<= 15"
            )

    def picture(self) -> None:
        """The risk picture alone."""
        wanted = {name: read for name, read in READS.items() if name.startswith("Risk picture")}
        time_reads(self.sites, wanted, self.figures)

    def calendar(self) -> None:
        """The calendar as pages, and what stands in an officer's way, in the larger database."""
        at = {"DATABASE_URL": self.large.url, **QUICK_COMMITS}
        found = json.loads(self.portal.run("-m", "benchmarks.activities", **at).splitlines()[-1])
        month = f"{datetime.now(UTC) + timedelta(days=60):%Y-%m}"
        for name, address in (
            ("Month of activities, page", f"/activities/?view=month&at={month}"),
            ("List of activities, page", "/activities/"),
        ):
            took = []
            for _ in range(60):
                began = time.perf_counter()
                self.large.pages["lv.hq"].get(address)
                took.append(1e3 * (time.perf_counter() - began))
            self.figures.add(f"{name}: p50", median(took[10:]), "ms", goal="<= 100")
        clash = median([1e3 * seconds for seconds in found["clash"]])
        self.figures.add("Clash check of an officer: p50", clash, "ms", goal="<= 10")

    def play(self) -> None:
        """500 injects to two desks each, due evenly within a minute, with relay and worker."""
        at = {"DATABASE_URL": self.large.url}
        for name in ("relay", "worker", "beat"):
            self.portal.start(name, **at)
        time.sleep(IDLE_SECONDS)
        said = self.portal.run("-m", "benchmarks.injects", **at)
        found = json.loads(said.splitlines()[-1])
        self.figures.add("Injects that went out", found["released"], "of 500", goal=">= 500")
        for name, what in (("released", "Inject released late"), ("sent", "Inject taken late")):
            took = found[f"{name}_late"]
            self.figures.add(f"{what}: p50", median(took), "s")
            self.figures.add(f"{what}: p99", percentile(took, 0.99), "s", goal="<= 2")

    def recount(self) -> None:
        """Every indicator counted anew and proved, as the command does."""
        said = self.portal.run("-m", "benchmarks.recounting", DATABASE_URL=self.large.url)
        found = json.loads(said.splitlines()[-1])
        name, size = "Recount of the indicators", self.large.name
        whole = found["count"] + found["prove"]
        self.figures.add(f"{name} at {size}: counted anew", found["count"], "s")
        self.figures.add(f"{name} at {size}: with its proof", whole, "s", goal="<= 120")
        self.figures.add(f"{name}: memory grown", found["memory"], "MB", goal="<= 20")

    def verb(self) -> None:
        """`report_incident` itself."""
        said = self.portal.run("-m", "benchmarks.verb", DATABASE_URL=self.large.url)
        found = json.loads(said.splitlines()[-1])
        count = found["statements"]
        self.figures.add("report_incident: statements", count, "statements", goal="<= 8")
        self.figures.add(
            "report_incident: rate", median(found["verb"]), "/s",
            limit=median(found["raw"]), goal="ratio >= 0.1",
        )  # fmt: skip

    def publish(self) -> None:
        """The brochure in four languages, by a process that has printed nothing before."""
        said = self.portal.run("-m", "benchmarks.brochure", DATABASE_URL=self.small.url)
        found = json.loads(said.splitlines()[-1])
        name = f"Brochure, four PDFs of {found['pages']} pages together"
        self.figures.add(name, found["seconds"], "s", goal="<= 20")

    def bulk(self) -> None:
        """A file through the whole import: checked, then logged with versions, copies and audit."""
        rows = "500" if self.quick else str(BULK)
        said = self.portal.run("-m", "benchmarks.importing", rows, DATABASE_URL=self.large.url)
        found = json.loads(said.splitlines()[-1])
        self.figures.add("Import, dry run: rate", found["check"], "rows/s")
        for mode, name in (("rows", "row by row"), ("all", "all or none")):
            self.figures.add(f"Import, {name}: rate", found[mode], "rows/s", goal=">= 300")
        self.figures.add("Import: memory grown", found["memory"], "MB", goal="<= 20")

    def arrive(self) -> None:
        """By the worker first, then with the broker killed under everybody's feet."""
        limit = 1e3 * bare_notify(self.large.url)
        worker = self.portal.start("worker", DATABASE_URL=self.large.url)
        eventually(lambda: "ready." in worker.log.read_text(errors="replace"), 30)
        releases = Releases(self.large, self.wired, self.wire, self.tokens)
        releases.take(3, patience=60)  # carries out what earlier figures left, too
        took = [1e3 * seconds for seconds in releases.take(BY_WORKER)]
        name = "Commit to event, by the worker"
        self.figures.add(f"{name}: p50", median(took), "ms", limit=limit)
        p95 = percentile(took, 0.95)
        self.figures.add(f"{name}: p95", p95, "ms", limit=limit, goal="<= 300")
        assert self.valkey.process is not None
        self.valkey.process.kill()
        self.portal.start("relay", DATABASE_URL=self.large.url)
        releases.take(1)
        took = releases.take(BY_RELAY, apart=2.0)
        name = "Commit to event, Redis dead, by the relay"
        # It looks every two seconds: half of that on average is its limit, all of it at worst.
        self.figures.add(f"{name}: p50", median(took), "s", limit=1.0)
        self.figures.add(f"{name}: p95", percentile(took, 0.95), "s", limit=2.0, goal="<= 5")
        releases.ear.close()

    def wait(self) -> None:
        """Acknowledging while ten thousand others wait."""
        night.acknowledge(*self.sites, self.figures)

    def watch(self) -> None:
        """A thousand consoles."""
        night.crowd(self.portal, self.small, self.tokens, self.figures)

    def climb(self) -> None:
        """A thousand alerts due at once."""
        night.escalate(self.portal, self.small, self.figures)

    def remember(self) -> None:
        """The memory of what `make run` starts, after work and then left alone."""
        self.valkey.restart()
        assert self.valkey.process is not None
        self.portal.stop(f"web-{self.small.name}", "web-wire", "relay", "worker")
        self.wire.close()
        for name in ("relay", "worker", "beat"):
            self.portal.start(name, DATABASE_URL=self.large.url)
        self.portal.processes["supervisor"] = Process(
            "supervisor",
            [PYTHON, "-c", "import devstack.supervisor, time; time.sleep(600)"],
            log=self.folder / "supervisor.log",
            env=self.portal.environment,
            cwd=ROOT / "bordercoop",
        )
        time.sleep(IDLE_SECONDS)
        pids = {"PostgreSQL": self._postmaster(), "Valkey": self.valkey.process.pid}
        pids |= {name: process.pid for name, process in self.portal.processes.items()}
        used = {
            name.removesuffix(f"-{self.large.name}"): megabytes(pid) for name, pid in pids.items()
        }
        bare = used["PostgreSQL"] + used["Valkey"]
        self.figures.add("Whole stack idle", sum(used.values()), "MB", limit=bare, goal="<= 700")
        for name, size in used.items():
            self.figures.add(f"Whole stack idle: {name}", size, "MB")

    def _postmaster(self) -> int:
        with connected(self.server) as link:
            file = Path(f"/proc/{link.info.backend_pid}/status")
            if not file.exists():
                raise Trouble("PostgreSQL runs on another machine; its memory cannot be read.")
            lines = file.read_text().splitlines()
        return int(next(line.split()[1] for line in lines if line.startswith("PPid:")))

    # --- servers

    def _facts(self) -> dict[str, str]:
        import redis

        with connected(self.server) as link, link.cursor() as cursor:
            cursor.execute(
                "SELECT split_part(current_setting('server_version'), ' ', 1), rolsuper,"
                " current_setting('fsync'), current_setting('synchronous_commit')"
                " FROM pg_roles WHERE rolname = current_user"
            )
            version, superuser, fsync, synchronous = cursor.fetchone()
        if superuser:
            raise Trouble("The role in DATABASE_URL is a superuser; measure as an ordinary one.")
        valkey = redis.Redis.from_url(self.valkey.url).info("server")
        return machine(
            f"{version} (fsync {fsync}, synchronous_commit {synchronous})",
            valkey.get("valkey_version") or valkey["redis_version"],
        )

    def _url(self, database: str) -> str:
        return urlunsplit(urlsplit(self.server)._replace(path=f"/{database}"))

    def _drop(self) -> None:
        with connected(self.server) as link, link.cursor() as cursor:
            for site in self.sites:
                drop = f"DROP DATABASE IF EXISTS {site.database}"
                try:
                    cursor.execute(f"{drop} WITH (FORCE)")
                except InsufficientPrivilege:
                    cursor.execute(drop)  # autovacuum was at work: to it the plain form is enough


def main() -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        with ExitStack() as stack:
            wanted = {name: f"--{name}" in sys.argv for name in ("quick", "million", "night")}
            alone = {name: f"--{name}" in sys.argv for name in ("risk", "activities", "injects")}
            alone["imports"] = "--import" in sys.argv
            Bench(stack, **wanted, **alone).run()
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
