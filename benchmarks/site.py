"""The portal on one database, and what its officers send."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from bordercoop.devstack.processes import Trouble

from .portal import Client

RELEASE = {"desks": ["DESK-POL"], "priority": "P2"}
NOTE = "A patrol is on its way."
HEADLINE = "Eight people at border sign 214"
NARRATIVE = "Tracks across the control strip were followed. " * 4


@dataclass
class Site:
    """A web process on one database, with clients by officer: of the API, and of the pages.

    `uids` never ends: incidents of the regional unit LV-DGP, in no order.
    """

    name: str
    url: str
    port: int = 0
    uids: Iterator[str] = field(default_factory=lambda: iter(()))
    clients: dict[str, Client] = field(default_factory=dict)
    pages: dict[str, Client] = field(default_factory=dict)

    @property
    def database(self) -> str:
        return urlsplit(self.url).path[1:]


def report() -> dict[str, Any]:
    """A flash report as a client of the API sends it."""
    moment = datetime.now(UTC).isoformat()
    return {
        "unit": "LV-DGP",
        "category": "UBC-LND",
        "severity": 3,
        "happened_at": moment,
        "detected_at": moment,
        "headline": HEADLINE,
        "lat": 55.79,
        "lon": 27.30,
        "place": None,
        "people_total": 8,
        "narrative": NARRATIVE,
        "language": "lv",
    }


def form() -> dict[str, str]:
    """The same from the page."""
    yesterday = datetime.now(UTC) - timedelta(days=1)
    return {
        "client_ref": str(uuid.uuid4()),
        "unit": "LV-DGP",
        "category": "UBC-LND",
        "severity": "3",
        "headline": HEADLINE,
        "happened_date": f"{yesterday:%d.%m.%Y}",
        "happened_time": "12:01",
        "coordinates": "55.79, 27.30",
        "people_total": "8",
        "narrative": NARRATIVE,
        "language": "lv",
        "near_live": "yes",  # as the page's script says: what may be the same event was shown
    }


def submitted(client: Client, path: str, fields: dict[str, str]) -> None:
    """Sends a form; anything but the redirect after a success is trouble."""
    status, content = client.submit(path, **fields)
    if status != 302:
        raise Trouble(f"POST {path} was answered {status}: {content[-3000:]!r}")
