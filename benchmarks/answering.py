"""Requests over HTTP: how many statements each costs, and how long it takes at both sizes."""

import re
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Any

from .filling import PASSWORD
from .portal import Client, connected, signed_in
from .results import Figures, median, percentile
from .site import NOTE, RELEASE, Site, form, report, submitted
from .wire import Wire

ROUNDS, TIMES = 7, 6
MONTH_AGO = (datetime.now(UTC) - timedelta(days=30)).date().isoformat()
INCIDENTS = "/api/v1/incidents/"
MAP = f"{INCIDENTS}map/"
READS: dict[str, Callable[[Site], Any]] = {
    "List, API, desk officer": lambda s: s.clients["dgp.duty"].get(INCIDENTS),
    "List, API, headquarters": lambda s: s.clients["lv.hq"].get(INCIDENTS),
    "List, page, desk officer": lambda s: s.pages["dgp.duty"].get("/incidents/"),
    "List, page, headquarters": lambda s: s.pages["lv.hq"].get("/incidents/"),
    "List by category": lambda s: s.clients["lv.hq"].get(f"{INCIDENTS}?category=ASY"),
    "List by a state that none is in": lambda s: s.clients["lv.hq"].get(
        f"{INCIDENTS}?state=withdrawn"
    ),
    "List a month back": lambda s: s.clients["lv.hq"].get(f"{INCIDENTS}?until={MONTH_AGO}"),
    "List by category, severity and side": lambda s: s.clients["lv.hq"].get(
        f"{INCIDENTS}?category=UBC&severity=4&side=LV"
    ),
    "Search, a rare word": lambda s: s.clients["lv.hq"].get(f"{INCIDENTS}?q=dumbrajs"),
    "Search, a common word": lambda s: s.clients["lv.hq"].get(f"{INCIDENTS}?q=tracks"),
    "Search, a common and a rare word": lambda s: s.clients["lv.hq"].get(
        f"{INCIDENTS}?q=people+zibensmeza"
    ),
    "Search, a word that is nowhere": lambda s: s.clients["lv.hq"].get(f"{INCIDENTS}?q=xylophone"),
    "Search, everything, page": lambda s: s.pages["lv.hq"].get("/search/?q=tracks"),
    "Map, wide box": lambda s: s.clients["lv.hq"].get(f"{MAP}?box=20,50,32,60"),
    "Map, wide box since a month ago": lambda s: s.clients["lv.hq"].get(
        f"{MAP}?box=20,50,32,60&since={MONTH_AGO}"
    ),
    "Risk picture, page": lambda s: s.pages["lv.hq"].get("/risk/"),
    "Risk picture, API": lambda s: s.clients["lv.hq"].get("/api/v1/risk/indicators/"),
    "Console, page": lambda s: s.pages["dgp.duty"].get("/console/"),
    "Detail, API": lambda s: s.clients["lv.hq"].get(f"{INCIDENTS}{next(s.uids)}/"),
    "Detail, page": lambda s: s.pages["lv.hq"].get(f"/incidents/{next(s.uids)}/"),
}
# Whose statements, sent by psycopg2 alone, are the limit of which read.
LIMITS = {
    "List, API, headquarters": "List, API",
    "List, page, headquarters": "List, page",
    "Detail, API": "Detail, API",
    "Detail, page": "Detail, page",
}
WRITES = ("Create, API", "Release, API", "Acknowledge, API")
GROWTH = "<= 1.3"
P50 = {"Risk picture, page": "<= 150"}  # milliseconds, at either size

Took = dict[str, dict[str, list[list[float]]]]  # what -> site -> rounds of seconds


def count_statements(
    port: int, wire: Wire, tokens: dict[str, str], uid: str, figures: Figures
) -> dict[str, list[str]]:
    """Every statement on the line to PostgreSQL, with BEGIN, COMMIT and savepoints; their texts."""
    api = {who: Client(port, token) for who, token in tokens.items()}
    page = {who: signed_in(port, who, PASSWORD) for who in ("dgp.duty", "lv.hq", "pol.duty")}
    for _ in range(24):  # every thread has its connection and its reference data
        api["lv.hq"].get(INCIDENTS)
    waiting = iter(_released(api["dgp.officer"], api["dgp.duty"], 8))
    counted: dict[str, tuple[Callable[[], Any], str]] = {
        "List, API": (lambda: api["lv.hq"].get(INCIDENTS), "<= 6"),
        "List, page": (lambda: page["lv.hq"].get("/incidents/"), "<= 6"),
        "Detail, API": (lambda: api["lv.hq"].get(f"{INCIDENTS}{uid}/"), ""),
        "Detail, page": (lambda: page["lv.hq"].get(f"/incidents/{uid}/"), ""),
        "Search, API": (lambda: api["lv.hq"].get(f"{INCIDENTS}?q=dumbrajs"), "<= 6"),
        "Map, API": (lambda: api["lv.hq"].get(f"{MAP}?box=20,50,32,60"), "<= 6"),
        "Create, API": (lambda: api["dgp.officer"].post(INCIDENTS, report()), "<= 15"),
        "Create, page": (lambda: submitted(page["dgp.duty"], "/incidents/new/", form()), "<= 15"),
        "Acknowledge, API": (
            lambda: api["pol.duty"].post(
                f"/api/v1/deliveries/{next(waiting)}/acknowledge/", {"note": NOTE}
            ),
            "<= 15",
        ),
        "Acknowledge, page": (
            lambda: submitted(
                page["pol.duty"], f"/deliveries/{next(waiting)}/acknowledge/", {"note": NOTE}
            ),
            "<= 15",
        ),
    }
    texts = {}
    for name, (ask, goal) in counted.items():
        seen = []
        for _ in range(4):  # once a minute a process reads its reference data anew
            passing = wire.fresh()
            ask()
            time.sleep(0.05)
            seen.append(passing.statements)
        texts[name] = min(seen, key=len)
        figures.add(f"{name}: statements", len(texts[name]), "statements", goal=goal)
    return texts


def _released(officer: Client, duty: Client, count: int) -> list[str]:
    """Deliveries that wait at the other desk."""
    found = []
    for _ in range(count):
        uid = officer.post(INCIDENTS, report())["uid"]
        alert = duty.post(f"{INCIDENTS}{uid}/release/", RELEASE)
        found.append(alert["deliveries"][0]["uid"])
    return found


def time_requests(sites: list[Site], texts: dict[str, list[str]], figures: Figures) -> None:
    """Small and large turn by turn, so that a busy minute of the machine hits both alike."""
    took: Took = defaultdict(lambda: defaultdict(list))
    alone: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for read in READS.values():
        for site in sites:
            for _ in range(3):
                read(site)
    with ExitStack() as links:
        cursors = {s.name: links.enter_context(connected(s.url)).cursor() for s in sites}
        for _ in range(ROUNDS):
            for name, read in READS.items():
                _round(took[name], sites, read)
                for site in sites if name in LIMITS else ():
                    alone[name][site.name] += [
                        _alone(cursors[site.name], texts[LIMITS[name]]) for _ in range(3)
                    ]
            _writing_round(took, sites)
            for site in sites:
                for name in WRITES:
                    alone[name][site.name].append(_commit(cursors[site.name]))
    for name, by_site in took.items():
        _tell(name, [by_site[site.name] for site in sites], sites, alone[name], figures)


def time_reads(
    sites: list[Site], reads: dict[str, Callable[[Site], Any]], figures: Figures
) -> None:
    """Some reads alone, turn by turn."""
    took: Took = defaultdict(lambda: defaultdict(list))
    for _ in range(ROUNDS):
        for name, read in reads.items():
            _round(took[name], sites, read)
    for name, by_site in took.items():
        _tell(name, [by_site[site.name] for site in sites], sites, defaultdict(list), figures)


def _tell(
    name: str,
    by_size: list[list[list[float]]],
    sites: list[Site],
    limits: dict[str, list[float]],
    figures: Figures,
) -> None:
    for site, rounds in zip(sites, by_size, strict=True):
        limit = 1e3 * median(limits[site.name]) if limits[site.name] else None
        value = 1e3 * median([median(each) for each in rounds])
        goal = P50.get(name, "")
        figures.add(f"{name}: p50 at {site.name}", value, "ms", limit=limit, goal=goal)
    small, large = by_size
    everyone = [seconds for each in large for seconds in each]
    figures.add(f"{name}: p95 at {sites[1].name}", 1e3 * percentile(everyone, 0.95), "ms")
    growth = median([median(b) / median(a) for a, b in zip(small, large, strict=True)])
    goal = "" if name in WRITES else GROWTH
    figures.add(f"{name}: growth from {sites[0].name} to {sites[1].name}", growth, "x", goal=goal)


def _round(took: dict[str, list[list[float]]], sites: list[Site], ask: Any) -> None:
    for site in sites:
        took[site.name].append([])
    for _ in range(TIMES):
        for site in sites:
            began = time.perf_counter()
            ask(site)
            took[site.name][-1].append(time.perf_counter() - began)


def _writing_round(took: Took, sites: list[Site]) -> None:
    """Reported, released and acknowledged, each measured."""
    at_hand: dict[str, list[str]] = {site.name: [] for site in sites}

    def create(site: Site) -> None:
        made = site.clients["dgp.officer"].post(INCIDENTS, report())
        at_hand[site.name].append(made["uid"])

    def release(site: Site) -> None:
        uid = at_hand[site.name].pop(0)
        alert = site.clients["dgp.duty"].post(f"{INCIDENTS}{uid}/release/", RELEASE)
        at_hand[site.name].append(alert["deliveries"][0]["uid"])

    def acknowledge(site: Site) -> None:
        uid = at_hand[site.name].pop(0)
        site.clients["pol.duty"].post(f"/api/v1/deliveries/{uid}/acknowledge/", {"note": NOTE})

    for name, do in zip(WRITES, (create, release, acknowledge), strict=True):
        _round(took[name], sites, do)


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


VISIBLE = re.compile(
    r'(SELECT .*? FROM "incidents_share" INNER JOIN "incidents_incident" ON \(.*?\)) WHERE .*?'
    r'"unit_id" IN \(([\d, ]+)\).* (ORDER BY .*)',
    re.DOTALL,
)


def permitted(cursor: Any, statements: list[str]) -> tuple[float, float]:
    """Milliseconds of the list's own statement, and of the plain join of the same units' rows."""
    own = next(text for text in statements if VISIBLE.search(text))
    columns, units, order = VISIBLE.search(own).groups()  # type: ignore[union-attr]
    plain = f'{columns} WHERE "incidents_share"."unit_id" IN ({units}) {order}'
    took: dict[str, list[float]] = {own: [], plain: []}
    for _ in range(60):
        for text in took:
            took[text].append(_alone(cursor, [text]))
    return 1e3 * median(took[own]), 1e3 * median(took[plain])


def wide_map(cursor: Any, statement: str) -> list[float]:
    """Milliseconds of the statement of a wide map box, again and again."""
    return [1e3 * _alone(cursor, [statement]) for _ in range(100)]
