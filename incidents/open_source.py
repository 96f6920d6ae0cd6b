"""Reading a file of IOM's Missing Migrants Project and keeping its records as open-source records.

Promise: a file is imported whole or not at all, and importing it again changes nothing. Each row
becomes one record of a headquarters that both headquarters read. No service is its author.

How a row becomes a record:

- Category `PER`. The time is the first of the reported month, 00:00 UTC, precision "month". The
  position is that of the column Coordinates, which the publisher calls approximate.
- Severity follows the number of dead and missing alone, never the cause, the place or the
  people: 4 for five or more, 3 for one to four, 2 where the row names none.
- People: dead, missing and survivors together, as far as the row gives them; minors: its children.
- Headline and narrative repeat the publisher's words. Where people came from is left out: with
  one person in a month and a place it could point to that person.
- A row is recognised by what is read of it, so a row that the publisher corrected is a new record.
  Rows of a file that say the same are counted, so the second one is a record of its own.
"""

import csv
import hashlib
import io
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from bordercoop.audit.models import record
from bordercoop.errors import Invalid, Refused
from contactpoints.access import require
from contactpoints.models import Unit, units

from .actions import record_open_source
from .content import LONGEST, PEOPLE_MOST, cleaned
from .models import Incident, Precision

CREDIT = "IOM's Missing Migrants Project, CC BY 4.0"
PUBLISHER = "iom-missing-migrants"
COUNTS = {
    "Number of Dead": "dead",
    "Minimum Estimated Number of Missing": "missing",
    "Total Number of Dead and Missing": "dead and missing",
    "Number of Survivors": "survivors",
    "Number of Females": "females",
    "Number of Males": "males",
    "Number of Children": "children",
}
TEXTS = ("Cause of Death", "Migration route", "Location of death", "Information Source")
COLUMNS = ("Year", "Reported Month", *COUNTS, *TEXTS, "Coordinates")
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
# Which column an officer has to look at when a field of the record is refused.
COLUMN_OF = {
    "happened_at": "Year, Reported Month",
    "lat": "Coordinates",
    "lon": "Coordinates",
    "people_total": "Total Number of Dead and Missing",
    "people_minors": "Number of Children",
}
LARGEST_FILE = 20 * 1024 * 1024
LONGEST_CELL = 5_000
LOCK = 5_251_021  # any number that no other advisory lock of the portal uses
CONTROL = re.compile(r"[\x00-\x1f\x7f]")
WHOLE = re.compile(r"(\d{1,9})(\.0+)?")
DEGREES = re.compile(r"([+-]?\d{1,3}(?:\.\d+)?)\s*,\s*([+-]?\d{1,3}(?:\.\d+)?)")


class Unreadable(Exception):
    """The file as a whole cannot be used; the sentence says why and what to do."""


@dataclass(frozen=True)
class Row:
    """A row that can be kept: the line it starts on, its mark, and what the record will say."""

    line: int
    source_ref: str
    content: dict[str, Any]


@dataclass
class Reading:
    """A file that was read: rows that can be kept, and (line, reason) for each one that cannot."""

    rows: list[Row] = field(default_factory=list)
    errors: list[tuple[int, str]] = field(default_factory=list)


def read(path: Path) -> Reading:
    """Read and check a whole file without writing anything. Raises Unreadable."""
    reading, seen = Reading(), Counter[str]()
    for line, cells in _rows(path, reading.errors):
        try:
            known = _parsed(cells)
            content = _content(known)
            cleaned(content)
        except Invalid as refusal:
            reading.errors.extend((line, reason) for reason in _reasons(refusal))
            continue
        said = json.dumps(known, sort_keys=True)
        seen[said] += 1
        mark = hashlib.sha256(f"{seen[said]} {said}".encode()).hexdigest()[:48]
        reading.rows.append(Row(line, f"{PUBLISHER}:{mark}", content))
    if not reading.rows and not reading.errors:
        raise Unreadable("The file has a header but no records.")
    return reading


def new_rows(rows: list[Row]) -> list[Row]:
    """Those of which there is no record yet."""
    refs = [row.source_ref for row in rows]
    known = set(Incident.objects.filter(source_ref__in=refs).values_list("source_ref", flat=True))
    return [row for row in rows if row.source_ref not in known]


def may_keep(unit: Unit, by: Any) -> None:
    """Raise Refused unless `by` (None: the system) may keep open-source records at `unit`."""
    if unit.kind != Unit.Kind.HEADQUARTERS or unit.parent_id is not None:
        raise Refused(
            f"{unit.code} is not a headquarters. Open-source records belong to a headquarters.",
            code="not_a_headquarters",
        )
    require(by, "import_open_source", unit)


@transaction.atomic
def keep(rows: list[Row], *, unit: Unit, by: Any, file: str = "") -> int:
    """Keep every row of which there is no record yet, all or none; returns how many were new.

    Two imports at once wait for each other.
    """
    may_keep(unit, by)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    new = new_rows(rows)
    for row in new:
        record_open_source(
            unit=unit,
            content=row.content,
            source_ref=row.source_ref,
            readers=headquarters(),
            by=by,
        )
    if new:
        # The records have no author, so this entry is what says who brought them in.
        about = f"unit:{unit.code}"
        record("open_source.imported", about, by=by, file=file[:200], records=len(new))
    return len(new)


def headquarters() -> list[Unit]:
    """The headquarters of both services, which read every open-source record."""
    roots = [unit for unit in units().values() if unit.parent_id is None]
    return [unit for unit in roots if unit.kind == Unit.Kind.HEADQUARTERS]


def _text_of(path: Path) -> str:
    try:
        if path.is_dir():
            raise Unreadable(f"{path} is a folder. Name the CSV file in it.")
        with path.open("rb") as file:
            raw = file.read(LARGEST_FILE + 1)
    except FileNotFoundError as error:
        raise Unreadable(f"There is no file {path}. Check the name and the folder.") from error
    except (OSError, ValueError) as error:
        raise Unreadable(f"{path} cannot be read: {error}.") from error
    if len(raw) > LARGEST_FILE:
        raise Unreadable("The file is larger than 20 MB. Split it into smaller ones.")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable(
            f"The file is not UTF-8 text (byte {error.start}). Save it as CSV UTF-8 and try again."
        ) from error
    if not text.strip():
        raise Unreadable("The file is empty.")
    return text


def _rows(path: Path, errors: list[tuple[int, str]]) -> Iterator[tuple[int, dict[str, str]]]:
    """Each whole row with the line it starts on; what is broken goes to `errors`."""
    reader = csv.reader(io.StringIO(_text_of(path), newline=""), strict=True)
    try:
        header = [" ".join(name.split()) for name in next(reader)]
    except csv.Error as error:
        raise Unreadable(f"The first line is not a CSV header: {error}.") from error
    if missing := [name for name in COLUMNS if name not in header]:
        raise Unreadable(
            f"These columns are missing: {', '.join(missing)}. "
            "Use the CSV file as the publisher offers it, separated by commas."
        )
    if twice := [name for name in COLUMNS if header.count(name) > 1]:
        raise Unreadable(f"These columns are there twice: {', '.join(twice)}. Remove one of each.")
    while True:
        line = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            errors.append((line, f"The rest of the file cannot be read: {error}."))
            return
        if not any(cell.strip() for cell in row):
            continue
        if len(row) != len(header):
            errors.append((line, f"The row has {len(row)} cells, the header {len(header)}."))
            continue
        yield line, {name: row[header.index(name)] for name in COLUMNS}


def _parsed(cells: dict[str, str]) -> dict[str, Any]:
    """The values of a row by column; Invalid names every cell that is wrong."""
    wrong: dict[str, list[str]] = {}
    found: dict[str, Any] = {}
    for name, cell in cells.items():
        text = " ".join(cell.split())
        if len(text) > LONGEST_CELL:
            wrong[name] = [f"The cell has {len(text)} characters; at most {LONGEST_CELL} fit."]
        elif CONTROL.search(text):
            wrong[name] = ["The cell contains a character that cannot be stored."]
        elif name in TEXTS:
            found[name] = text
        else:
            try:
                found[name] = _value(name, text)
            except ValueError as error:
                wrong[name] = [str(error)]
    if wrong:
        raise Invalid("The row has wrong cells.", fields=wrong)
    return found


def _value(name: str, text: str) -> Any:
    """The month as 1 to 12, numbers as int or None, coordinates as [lat, lon] or None."""
    shown = text if len(text) <= 40 else f"{text[:40]}…"
    if name == "Reported Month":
        if text.capitalize() not in MONTHS:
            raise ValueError(f"“{shown}” is not the English name of a month.")
        return MONTHS.index(text.capitalize()) + 1
    if name == "Coordinates":
        degrees = DEGREES.fullmatch(text)
        if text and not degrees:
            raise ValueError(f"“{shown}” is not a latitude and a longitude, such as 55.72, 26.87.")
        return [round(float(part), 6) for part in degrees.groups()] if degrees else None
    whole = WHOLE.fullmatch(text)
    if name == "Year":
        if not whole or not 1 <= int(whole[1]) <= 9999:
            raise ValueError(f"“{shown}” is not a year.")
        return int(whole[1])
    if text and (not whole or int(whole[1]) > PEOPLE_MOST):
        raise ValueError(f"“{shown}” is not a whole number from 0 to {PEOPLE_MOST}.")
    return int(whole[1]) if whole else None


def _reasons(refusal: Invalid) -> Iterator[str]:
    for name, sentences in refusal.fields.items():
        for sentence in sentences:
            yield f"{COLUMN_OF.get(name, name)}: {sentence}"


def _content(known: dict[str, Any]) -> dict[str, Any]:
    """What the record says, under the names of `content.FIELDS`."""
    counts = {word: known[name] for name, word in COUNTS.items()}
    lost = _sum(counts["dead"], counts["missing"])
    if lost is None:
        lost = counts["dead and missing"]
    lat, lon = known["Coordinates"] or (None, None)
    return {
        "category": "PER",
        "severity": 4 if (lost or 0) >= 5 else 3 if lost else 2,
        "headline": _headline(counts, lost, known["Cause of Death"], known["Location of death"]),
        "happened_at": datetime(known["Year"], known["Reported Month"], 1, tzinfo=UTC),
        "happened_precision": Precision.MONTH.value,
        "lat": lat,
        "lon": lon,
        "people_total": _sum(lost, counts["survivors"]),
        "people_minors": counts["children"],
        "narrative": _narrative(known),
        "language": "en",
    }


def _sum(*numbers: int | None) -> int | None:
    given = [number for number in numbers if number is not None]
    return sum(given) if given else None


def _headline(counts: dict[str, int | None], lost: int | None, cause: str, where: str) -> str:
    """Such as “1 dead, 3 survivors (drowning): In the Bug river, Poland”, cut to what fits."""
    named = ["dead", "missing", "survivors"]
    if counts["dead"] is None and counts["missing"] is None:
        named = ["dead and missing", "survivors"]
    people = ", ".join(f"{counts[word]} {word}" for word in named if counts[word])
    text = people or "Number of people not stated"
    if cause:
        text += f" ({cause.lower()})"
    if where:
        text += f": {where}"
    most = LONGEST["headline"]
    return text if len(text) <= most else f"{text[: most - 1].rsplit(' ', 1)[0]}…"


def _narrative(known: dict[str, Any]) -> str:
    given = [f"{word} {known[name]}" for name, word in COUNTS.items() if known[name] is not None]
    lines = [
        ("Where", known["Location of death"]),
        ("Cause as reported", known["Cause of Death"]),
        ("Numbers", ", ".join(given)),
        ("Route", known["Migration route"]),
        ("Information from", known["Information Source"]),
        ("Precision", "the month only; the position is approximate"),
        ("Source", CREDIT),
    ]
    return "\n".join(f"{name}: {text}" for name, text in lines if text)
