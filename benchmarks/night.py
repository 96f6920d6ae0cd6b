"""What a bad night costs: a thousand alerts due at once, a thousand open consoles, ten thousand
alerts that wait. Run by `make bench ARGS=--night`.
"""

import time
from typing import Any

from bordercoop.devstack.postgres import free_port
from bordercoop.devstack.processes import Process
from bordercoop.devstack.stack import PYTHON, ROOT

from .consoles import last_of_all
from .portal import Portal, answers, connected, eventually
from .results import Figures, median, percentile
from .site import NOTE, RELEASE, Site, report

DUE, WAITING = 1_000, 10_000
ROUNDS, TIMES = 7, 8
# Copies of one alert that waits, as raised; of each what must be its own. They climb at `due`.
MULTIPLY = """
    WITH model AS (
        SELECT d.*, a.about FROM contactpoints_delivery d
        JOIN contactpoints_alert a ON a.id = d.alert_id WHERE d.uid = %(model)s
    ), alerts AS (
        INSERT INTO contactpoints_alert ({alert})
        SELECT {alert_copy} FROM contactpoints_alert a, generate_series(1, %(count)s) n
        WHERE a.id = (SELECT alert_id FROM model)
        RETURNING id
    )
    INSERT INTO contactpoints_delivery ({delivery})
    SELECT {delivery_copy} FROM model d, alerts
"""


def multiplied(url: str, model: str, count: int) -> None:
    """`count` more alerts like the one whose delivery is `model`, each with a delivery."""
    with connected(url) as link, link.cursor() as cursor:
        columns = {}
        for table in ("contactpoints_alert", "contactpoints_delivery"):
            cursor.execute(
                "SELECT column_name FROM information_schema.columns WHERE table_name = %s"
                " AND is_generated = 'NEVER' AND column_name <> 'id' ORDER BY ordinal_position",
                [table],
            )
            columns[table] = [row[0] for row in cursor.fetchall()]
        alert, delivery = columns.values()
        statement = MULTIPLY.format(
            alert=", ".join(alert),
            alert_copy=", ".join("gen_random_uuid()" if c == "uid" else f"a.{c}" for c in alert),
            delivery=", ".join(delivery),
            delivery_copy=", ".join(
                {"uid": "gen_random_uuid()", "alert_id": "alerts.id"}.get(c, f"d.{c}")
                for c in delivery
            ),
        )
        cursor.execute(statement, {"model": model, "count": count})
        cursor.execute("ANALYZE contactpoints_alert, contactpoints_delivery")


def released(site: Site) -> str:
    """A new alert at Polotsk; the public id of its delivery."""
    uid = site.clients["dgp.officer"].post("/api/v1/incidents/", report())["uid"]
    alert = site.clients["dgp.duty"].post(f"/api/v1/incidents/{uid}/release/", RELEASE)
    found: str = alert["deliveries"][0]["uid"]
    return found


def escalate(portal: Portal, site: Site, figures: Figures) -> None:
    """How late each of DUE alerts that are due at one moment has climbed, seen from outside: when
    its new step can be read by others. Relay, worker and beat run as in the portal."""
    model = released(site)
    multiplied(site.url, model, DUE - 1)
    for name in ("relay", "worker", "beat"):
        portal.start(name, DATABASE_URL=site.url)
    worker = portal.processes["worker"]
    eventually(lambda: "ready." in worker.log.read_text(errors="replace"), 40)
    time.sleep(6)  # what was posted before goes out, and beat has ticked
    late: list[float] = []
    with connected(site.url) as link, link.cursor() as cursor:
        cursor.execute(
            "UPDATE contactpoints_delivery SET escalate_at = statement_timestamp() + interval '4 s'"
            " WHERE acknowledged_at IS NULL AND recalled_at IS NULL AND step = 0"
            " AND id IN (SELECT id FROM contactpoints_delivery WHERE step = 0"
            " AND acknowledged_at IS NULL ORDER BY id DESC LIMIT %s) RETURNING id",
            [DUE],
        )
        ids = [row[0] for row in cursor.fetchall()]
        cursor.execute(
            "SELECT max(escalate_at) FROM contactpoints_delivery WHERE id = ANY(%s)", [ids]
        )
        due = cursor.fetchone()[0]
        cursor.execute("SELECT clock_timestamp()")
        left = (due - cursor.fetchone()[0]).total_seconds()
        moment, until = time.perf_counter() + left, time.perf_counter() + 60
        time.sleep(max(0.0, left))
        while len(late) < len(ids) and time.perf_counter() < until:
            cursor.execute(
                "SELECT count(*) FROM contactpoints_delivery WHERE id = ANY(%s) AND step > 0", [ids]
            )
            climbed = cursor.fetchone()[0]
            late += [time.perf_counter() - moment] * (climbed - len(late))
            time.sleep(0.02)
    late += [60.0] * (len(ids) - len(late))
    name = f"Escalation lateness, {DUE:,} due at once"
    figures.add(f"{name}: p50", median(late), "s")
    figures.add(f"{name}: p99", percentile(late, 0.99), "s", goal="<= 2")
    portal.stop("relay", "worker", "beat")


def crowd(portal: Portal, site: Site, tokens: dict[str, str], figures: Figures) -> None:
    """A ring until the last console has read it, beside a bare stream on the same server."""
    port = free_port()
    portal.processes["bare"] = Process(
        "bare",
        [PYTHON, "-m", "benchmarks.consoles", "serve", str(port)],
        log=portal.folder / "bare.log",
        env={**portal.environment, "DATABASE_URL": site.url},
        cwd=ROOT,
    )
    eventually(lambda: answers(port), 30)
    took = last_of_all(site.url, {"bare": port, "portal": site.port}, tokens["pol.duty"])
    portal.stop("bare")
    limits = {"p50": 1e3 * median(took["bare"]), "p95": 1e3 * percentile(took["bare"], 0.95)}
    name = "Commit to the last of 1,000 consoles"
    figures.add(f"{name}: p50", 1e3 * median(took["portal"]), "ms", limit=limits["p50"])
    value = 1e3 * percentile(took["portal"], 0.95)
    figures.add(f"{name}: p95", value, "ms", limit=limits["p95"], goal="ratio <= 3")


def acknowledge(few: Site, many: Site, figures: Figures) -> None:
    """An acknowledgement over the API at a desk where nothing else waits, and at one where WAITING
    alerts do, turn by turn."""
    multiplied(many.url, released(many), WAITING)
    took: dict[str, list[list[float]]] = {few.name: [], many.name: []}
    for _ in range(ROUNDS):
        hands: dict[str, list[Any]] = {
            site.name: [released(site) for _ in range(TIMES)] for site in (few, many)
        }
        rounds: dict[str, list[float]] = {few.name: [], many.name: []}
        for _ in range(TIMES):
            for site in (few, many):
                uid = hands[site.name].pop()
                began = time.perf_counter()
                path = f"/api/v1/deliveries/{uid}/acknowledge/"
                site.clients["pol.duty"].post(path, {"note": NOTE})
                rounds[site.name].append(time.perf_counter() - began)
        for name, spent in rounds.items():
            took[name].append(spent)
    alone, beside = (1e3 * median([median(each) for each in took[s.name]]) for s in (few, many))
    figures.add("Acknowledge, nothing else waits: p50", alone, "ms")
    name = f"Acknowledge, {WAITING:,} deliveries wait: p50"
    figures.add(name, beside, "ms", limit=alone, goal="ratio <= 1.3")
