"""Whether the trail still is what was sealed: every row and every seal is computed again.

Nothing here trusts the triggers: a superuser of the database can switch them off. What is found is
a changed, missing or inserted row, a changed or missing seal. A superuser who changes a row and
seals everything anew from that day on leaves a whole chain behind; only a digest that was noted
outside, or an export, finds that.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db import connection

from .check_export import Link, row_hash
from .models import Entry, Seal, SealPart
from .sealing import bounds, hashes_of, rows_with

MOST = 20
INSERTED = """
    SELECT id FROM audit_entry WHERE side = %s AND at >= %s AND at < %s
    EXCEPT
    SELECT unnest(ids) FROM audit_sealpart WHERE seal_id = %s
    ORDER BY 1 LIMIT %s
"""


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong. `row` is the id of a row, None when it is about a seal."""

    day: date
    row: int | None
    what: str
    sentence: str


@dataclass
class Verified:
    """One side's trail: what was checked, and what is wrong with it, by day (at most `MOST`)."""

    side: str
    days: int = 0
    rows: int = 0
    last_day: date | None = None
    digest: str = ""
    unsealed: int = 0
    findings: list[Finding] = field(default_factory=list)

    def add(self, day: date, what: str, sentence: str, row: int | None = None) -> None:
        if len(self.findings) < MOST:
            self.findings.append(Finding(day, row, what, sentence))


def verify(
    side: str, *, since: date | None = None, expect: Mapping[date, str] | None = None
) -> Verified:
    """Compute a side's trail again, from the first day or from `since`, whose seal is then trusted
    to follow from the day before. `expect` are digests by day that were noted outside."""
    found = Verified(side)
    seals = Seal.objects.filter(side=side).order_by("day")
    expect = dict(expect or {})
    before: Seal | None = None
    first: date | None = None
    for seal in seals.filter(day__gte=since) if since else seals:
        first = first or seal.day
        _check_place(found, seal, before, trusted=since is not None)
        _check_rows(found, seal)
        noted = expect.pop(seal.day, seal.digest)
        if noted != seal.digest:
            _remade(found, seal.day)
        found.days += 1
        found.rows += seal.count
        before = seal
    for day in sorted(expect):
        _remade(found, day)
    unsealed = Entry.objects.filter(side=side)
    if before is not None:
        found.last_day, found.digest = before.day, before.digest
        unsealed = unsealed.filter(at__gte=bounds(before.day)[1])
    if first is not None and since is None:
        earlier = Entry.objects.filter(side=side, at__lt=bounds(first)[0]).order_by("id")
        for row, at in earlier.values_list("id", "at")[:MOST]:
            _inserted(found, at.date(), row)
    found.unsealed = unsealed.count()
    found.findings.sort(key=lambda each: (each.day, each.row or 0))
    return found


def _remade(found: Verified, day: date) -> None:
    found.add(
        day,
        "remade",
        f"The digest of {day} ({_name(found.side)}) is not the one that was noted outside: "
        "the trail was changed and sealed anew.",
    )


def _check_place(found: Verified, seal: Seal, before: Seal | None, *, trusted: bool) -> None:
    """Whether the seal follows from the one before it."""
    name = _name(found.side)
    if before is None:
        if seal.previous and not trusted:
            found.add(
                seal.day, "seal missing", f"The seal before that of {seal.day} ({name}) is missing."
            )
        return
    due = before.day + timedelta(days=1)
    if seal.day != due:
        found.add(due, "seal missing", f"The seal of {due} ({name}) is missing.")
    elif seal.previous != before.digest:
        found.add(
            seal.day,
            "chain broken",
            f"The seal of {seal.day} ({name}) does not follow from that of {before.day}: "
            "one of the two was altered.",
        )


def _check_rows(found: Verified, seal: Seal) -> None:
    """Whether the day's rows are those that were sealed, and the stored hashes give its digest."""
    link = Link(seal.previous, seal.side, seal.day.isoformat())
    name, count, first, last = _name(seal.side), 0, None, None
    for number, part in enumerate(_parts(seal)):
        ids, hashes = list(part.ids), hashes_of(part)
        count += len(ids)
        if ids:
            first, last = first or ids[0], ids[-1]
        for hashed in hashes:
            link.add(hashed)
        if part.number != number or len(ids) != len(hashes):
            found.add(seal.day, "seal altered", f"The seal of {seal.day} ({name}) lacks a part.")
        rows = rows_with(ids)
        for pk, hashed in zip(ids, hashes, strict=False):
            if pk not in rows:
                sentence = f"Row {pk} of {seal.day} ({name}) is missing."
                found.add(seal.day, "missing", sentence, pk)
            elif row_hash(rows[pk]) != hashed:
                sentence = f"Row {pk} of {seal.day} ({name}) was altered after it was sealed."
                found.add(seal.day, "altered", sentence, pk)
    said = (seal.count, seal.first_id, seal.last_id, seal.digest)
    if said != (count, first, last, link.digest):
        found.add(
            seal.day,
            "seal altered",
            f"The seal of {seal.day} ({name}) was altered: "
            "the rows and hashes that it keeps do not give what it says.",
        )
    with connection.cursor() as cursor:
        cursor.execute(INSERTED, [seal.side, *bounds(seal.day), seal.pk, MOST])
        for (pk,) in cursor.fetchall():
            _inserted(found, seal.day, pk)


def _parts(seal: Seal) -> Iterator[SealPart]:
    return seal.parts.order_by("number").iterator(chunk_size=4)


def _inserted(found: Verified, day: date, row: int) -> None:
    sentence = f"Row {row} of {day} ({_name(found.side)}) was inserted after the day was sealed."
    found.add(day, "inserted", sentence, row)


def compare(lines: Iterable[str]) -> Iterator[Finding]:
    """What differs between a checked export (an outside copy) and the trail as it is now.

    Names the fields of a row that was altered, which a hash alone cannot.
    """
    side, day, waiting = "", date.min, list[dict[str, Any]]()
    for text in lines:
        line = json.loads(text)
        if "row" in line and line["row"] is not None:
            waiting.append(line["row"])
            if len(waiting) < 1000:
                continue
        yield from _compare_rows(waiting, day, side)
        waiting = []
        if "format" in line:
            side = line["side"]
        elif "seal" in line:
            day = date.fromisoformat(line["seal"]["day"])
            kept = Seal.objects.filter(side=side, day=day).values_list("digest", flat=True).first()
            if kept != line["seal"]["digest"]:
                what = "remade" if kept else "seal missing"
                yield Finding(
                    day, None, what, f"The seal of {day} ({_name(side)}) is not the one exported."
                )


def _compare_rows(rows: list[dict[str, Any]], day: date, side: str) -> Iterator[Finding]:
    now_there = rows_with([row["id"] for row in rows])
    for row in rows:
        there = now_there.get(row["id"])
        if there is None:
            sentence = f"Row {row['id']} of {day} ({_name(side)}) is missing."
            yield Finding(day, row["id"], "missing", sentence)
        elif row_hash(there) != row_hash(row):
            fields = ", ".join(name for name in row if there[name] != row[name])
            sentence = f"Row {row['id']} of {day} ({_name(side)}) was altered: {fields}."
            yield Finding(day, row["id"], "altered", sentence)


def _name(side: str) -> str:
    return side or "system"
