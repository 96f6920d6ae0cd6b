"""The donor's picture on the cover, as the operator supplies it; without one there is none."""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.exceptions import SuspiciousFileOperation
from django.utils.timezone import now

from bordercoop.errors import Refused
from bordercoop.web.pdf import pdf

log = logging.getLogger(__name__)
# Pictures for a cover are small; what is larger would only make every copy heavier.
MOST_BYTES = 150_000


@dataclass(frozen=True)
class Emblem:
    """A picture that can be printed. `path` is its place among the static files, "" for none."""

    path: str = ""
    sha256: str = ""
    printed: dict[str, Any] | None = None

    @property
    def named(self) -> dict[str, str]:
        """What an edition keeps of it."""
        return {"emblem": self.path, "emblem_sha256": self.sha256}


def emblem() -> Emblem:
    """The picture of `settings.FUNDING_EMBLEM` where it is a PNG, JPEG or SVG of at most 150 kB and
    can be printed; else none, and the log says so."""
    path = settings.FUNDING_EMBLEM
    if not path:
        return Emblem()
    try:
        found = finders.find(path)
        raw = Path(str(found)).read_bytes() if found else b""
    except (OSError, ValueError, SuspiciousFileOperation):
        raw = b""
    printed = _printed(raw) if 0 < len(raw) <= MOST_BYTES else None
    if printed is None:
        log.warning("FUNDING_EMBLEM is no PNG, JPEG or SVG that can be printed: %r", path)
        return Emblem()
    return Emblem(path, hashlib.sha256(raw).hexdigest(), printed)


def _printed(raw: bytes) -> dict[str, Any] | None:
    """The picture as `brochure.typ` takes it, once it was tried."""
    if raw.startswith(b"\x89PNG\r\n"):
        made: dict[str, Any] = {"format": "png", "bytes": list(raw)}
    elif raw.startswith(b"\xff\xd8\xff"):
        made = {"format": "jpg", "bytes": list(raw)}
    else:
        try:
            made = {"format": "svg", "text": raw.decode()}
        except UnicodeDecodeError:
            return None
    try:
        pdf("emblem.typ", {"emblem": made}, at=now())
    except Refused:
        raise
    except RuntimeError:
        return None
    return made
