"""Check an exported audit trail with nothing but Python: `python check_export.py FILE`.

This file needs neither the portal nor a package, so that each side can keep it beside its exports
and check them on a machine of its own. It is also where the portal takes the rules from: how a row
is written down, what its hash is, and how a day's digest follows from the day before.

An export has one JSON object a line. The first names the trail, then each day gives its seal and
its rows, and the last line says how many there were:

    {"format": "bordercoop-audit-1", "side": "LV", "made_at": ...}
    {"seal": {"side", "day", "previous", "digest", "count", "first_id", "last_id"}}
    {"hash": ..., "row": {...}, "officer": ...}     one for each row, in ascending order of id
    {"end": {"seals": ..., "rows": ..., "digest": ...}}

`officer` is a reader's aid and not sealed. Exit 0: the file is whole. Exit 1: a sentence says what
is wrong first.
"""

import hashlib
import json
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

FORMAT = "bordercoop-audit-1"
ROW = ("about", "actor", "at", "facts", "id", "request_id", "side", "verb")


class Bad(Exception):
    """The first thing in an export that cannot be right, as a sentence."""


def canonical(row: dict) -> bytes:
    """A row as it is hashed: JSON in ASCII, keys sorted, no spaces, exactly the keys of ROW.

    `at` is UTC with six digits of microseconds and a Z; `actor` is the account's number or null.
    """
    return json.dumps(
        {name: row[name] for name in ROW}, sort_keys=True, separators=(",", ":")
    ).encode("ascii")


def row_hash(row: dict) -> str:
    """SHA-256 of the canonical row, in hexadecimal."""
    return hashlib.sha256(canonical(row)).hexdigest()


class Link:
    """The digest of one day while its row hashes come in, in ascending order of id.

    SHA-256 over lines that each end in a newline: the digest of the day before (an empty line for
    the first day), the side (an empty line for the system's own trail), the day as 2026-11-22, then
    the hash of each row.
    """

    def __init__(self, previous: str, side: str, day: str) -> None:
        self._sum = hashlib.sha256(f"{previous}\n{side}\n{day}\n".encode("ascii"))

    def add(self, hashed: str) -> None:
        self._sum.update(f"{hashed}\n".encode("ascii"))

    @property
    def digest(self) -> str:
        return self._sum.hexdigest()


@dataclass
class Whole:
    """What a checked export holds; `digests` are the days' digests by day."""

    side: str = ""
    rows: int = 0
    digests: dict[str, str] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        return next(reversed(self.digests.values()), "")


class _Day:
    """One seal of the export and the rows that follow it."""

    def __init__(self, seal: dict, before: dict | None, side: str) -> None:
        self.seal, self.day, self.rows = seal, seal["day"], 0
        self.first = self.last = None
        if seal["side"] != side:
            raise Bad(f"The seal of {self.day} belongs to another trail ({seal['side']!r}).")
        if before is None:
            if seal["previous"]:
                raise Bad(f"The seal of {self.day} is the first, but one before it is missing.")
        else:
            expected = (date.fromisoformat(before["day"]) + timedelta(days=1)).isoformat()
            if self.day != expected:
                raise Bad(f"The seal of {expected} is missing; {self.day} follows {before['day']}.")
            if seal["previous"] != before["digest"]:
                raise Bad(f"The seal of {self.day} does not follow from that of {before['day']}.")
        self.link = Link(seal["previous"], side, self.day)

    def take(self, line: dict) -> None:
        row = line["row"]
        if row is None:
            raise Bad(f"Row {line['id']} of {self.day} is missing.")
        if self.last is not None and row["id"] <= self.last:
            raise Bad(f"Row {row['id']} of {self.day} is out of order.")
        # What the hash does not cover must not stand among what it covers.
        if set(row) != set(ROW) or row_hash(row) != line["hash"]:
            raise Bad(f"Row {row['id']} of {self.day} was altered.")
        if row["side"] != self.seal["side"] or not row["at"].startswith(self.day):
            raise Bad(f"Row {row['id']} does not belong to {self.day} of this trail.")
        self.first, self.last = self.first or row["id"], row["id"]
        self.rows += 1
        self.link.add(line["hash"])

    def close(self) -> None:
        if self.rows != self.seal["count"]:
            raise Bad(
                f"{self.day} was sealed with {self.seal['count']} rows, the file has {self.rows}."
            )
        said = (self.seal["first_id"], self.seal["last_id"], self.seal["digest"])
        if said != (self.first, self.last, self.link.digest):
            raise Bad(f"The seal of {self.day} was altered: its rows do not give what it says.")


def check(lines: Iterable[str], expect: dict[str, str] | None = None) -> Whole:
    """Check an export line by line; raises `Bad` at the first thing that is wrong.

    `expect` are digests by day that were noted outside: only they find a trail that somebody
    changed and sealed anew from there on.
    """
    whole, day, before, end = Whole(), None, None, None
    for number, text in enumerate(lines, 1):
        try:
            line = json.loads(text)
            if number == 1:
                if line.get("format") != FORMAT:
                    raise Bad(f"This is not an export of the format {FORMAT}.")
                whole.side = line["side"]
            elif end is not None:
                raise Bad(f"Line {number} stands after the end of the export.")
            elif "end" in line:
                end = line["end"]
            elif "seal" in line:
                if day is not None:
                    day.close()
                    before = day.seal
                day = _Day(line["seal"], before, whole.side)
                whole.digests[day.day] = day.seal["digest"]
            elif day is None:
                raise Bad(f"Line {number} is a row before any seal.")
            else:
                day.take(line)
                whole.rows += 1
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise Bad(f"Line {number} cannot be read.") from error
    if day is not None:
        day.close()
    if end != {"seals": len(whole.digests), "rows": whole.rows, "digest": whole.digest}:
        raise Bad("The export is cut off: its last line does not count what stands before it.")
    for noted, digest in (expect or {}).items():
        if whole.digests.get(noted) != digest:
            raise Bad(f"The digest of {noted} is not the one that was noted: the trail was remade.")
    return whole


def main(words: list[str]) -> int:
    """`FILE [DAY:DIGEST ...]`"""
    if not words:
        print("Usage: python check_export.py FILE [DAY:DIGEST ...]", file=sys.stderr)
        return 2
    try:
        with open(words[0], encoding="utf-8") as file:
            whole = check(file, dict(word.split(":", 1) for word in words[1:]))  # type: ignore[arg-type]
    except (Bad, OSError, ValueError) as error:
        print(f"BAD: {error}", file=sys.stderr)
        return 1
    days = list(whole.digests)
    span = f"{days[0]} to {days[-1]}" if days else "no day yet"
    print(
        f"OK: {whole.side or 'system'}, {len(days)} days ({span}), {whole.rows} rows, "
        f"digest {whole.digest or 'none'}"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
