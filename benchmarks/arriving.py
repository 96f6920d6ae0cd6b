"""From the commit of a release to the event at the other desk."""

import random
import select
import time
from typing import Any

from .portal import Client, Listener, connected, eventually
from .results import median
from .site import RELEASE, Site, report
from .wire import Wire


class Releases:
    """Releases incidents over `wire`, on which each commit is seen, while `desk` listens."""

    def __init__(self, site: Site, port: int, wire: Wire, tokens: dict[str, str]) -> None:
        self.site, self.wire = site, wire
        self.ear = Listener(port, "DESK-POL", tokens["pol.duty"])
        self.officer = Client(port, tokens["dgp.officer"])
        self.duty = Client(port, tokens["dgp.duty"])
        self.dice = random.Random(3)

    def take(self, count: int, *, apart: float = 0.0, patience: float = 20.0) -> list[float]:
        """Seconds from PostgreSQL's word that a release is committed until its event was read.

        `apart`: pause at random up to so many seconds, where something looks at intervals.
        """
        took = []
        with connected(self.site.url) as link, link.cursor() as cursor:
            for _ in range(count):
                uid = self.officer.post("/api/v1/incidents/", report())["uid"]
                time.sleep(0.1 + self.dice.uniform(0, apart))
                self.ear.forget()
                seen = self.wire.fresh()
                self.duty.post(f"/api/v1/incidents/{uid}/release/", RELEASE)
                heard = self.ear.wait("change", patience)
                took.append(heard - seen.committed('INSERT INTO "incidents_release"'))
                # Rings of this release's mail must not be taken for the next one's.
                eventually(lambda: _nothing_due(cursor), patience)
                time.sleep(0.1)
        return took


def _nothing_due(cursor: Any) -> bool:
    cursor.execute(
        "SELECT count(*) FROM outbox_message"
        " WHERE attempts = 0 AND done_at IS NULL AND given_up_at IS NULL AND due_at <= now()"
        # Asked for by the page before a worker ran: the relay's to carry out, which is not here.
        " AND channel <> 'finding'"
    )
    return cursor.fetchone()[0] == 0


def bare_notify(url: str) -> float:
    """Seconds from a committed NOTIFY to its being read, between two plain connections."""
    spent = []
    with connected(url) as speaker, connected(url) as hearer:
        hearer.cursor().execute("LISTEN bench")
        cursor = speaker.cursor()
        for _ in range(50):
            began = time.perf_counter()
            cursor.execute("SELECT pg_notify('bench', 'x')")
            while not hearer.notifies:
                select.select([hearer], [], [], 5)
                hearer.poll()
            spent.append(time.perf_counter() - began)
            hearer.notifies.clear()
    return median(spent)
