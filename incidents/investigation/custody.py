"""The custody log of evidence as a chain of hashes: a line that is changed or lost shows."""

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from ..content import utc_text
from ..models import CaseEntry, EntryCustody, EntryVersion


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


# --- what an act binds of an entry


def as_cited(version: EntryVersion) -> bytes:
    """Everything a version says, as an act binds it and as the export pack holds it: JSON with
    sorted keys, times in UTC."""
    said = {
        "entry": str(version.entry.uid),
        "side": version.entry.side,
        "kind": version.entry.kind,
        "number": version.number,
        "title": version.title,
        "language": version.language,
        "texts": version.texts,
        "where": version.where,
        "taken_at": utc_text(version.taken_at) if version.taken_at else None,
        "at": utc_text(version.at),
    }
    return json.dumps(said, sort_keys=True, ensure_ascii=False).encode()


def cited(entry: CaseEntry) -> dict[str, Any]:
    """An entry as an act names it: its version, words, files and custody of this moment."""
    said = as_cited(entry.versions.get(number=entry.version))
    return {
        "number": entry.number,
        "side": entry.side,
        "version": entry.version,
        "sha256": hashlib.sha256(said).hexdigest(),
        "files": list(entry.files.order_by("number").values_list("sha256", flat=True)),
        "custody": entry.custody.order_by("-number").values_list("digest", flat=True)[0],
    }
