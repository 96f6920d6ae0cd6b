"""The custody log of evidence as a chain of hashes: a line that is changed or lost shows."""

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from ..models import CaseEntry, EntryCustody


def said_by(line: EntryCustody) -> dict[str, Any]:
    """Everything a line says, as it is hashed: times in UTC, ISO 8601."""
    return {
        "entry": str(line.entry.uid),
        "number": line.number,
        "deed": str(line.deed),
        "side": line.side,
        "holder": line.holder,
        "purpose": line.purpose,
        "sums": list(line.sums),
        "at": line.at.isoformat(),
        "by": line.by_id,
    }


def digest_of(line: EntryCustody) -> str:
    """SHA-256 of the digest before it, a line end, and the line as JSON with sorted keys."""
    said = json.dumps(said_by(line), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(f"{line.previous}\n{said}".encode()).hexdigest()


def is_whole(lines: Iterable[EntryCustody]) -> bool:
    """Whether the log of an entry, in order, is the one that was written."""
    before = ""
    for number, line in enumerate(lines, start=1):
        if line.number != number or line.previous != before or line.digest != digest_of(line):
            return False
        before = line.digest
    return True


def log_of(entry: CaseEntry) -> list[EntryCustody]:
    return list(entry.custody.select_related("by", "entry").order_by("number"))
