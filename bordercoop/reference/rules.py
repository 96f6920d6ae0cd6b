"""Loads deadlines, texts and what sources say about the opening of places from `data/`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.timezone import now

from . import phrases
from .loader import DATA, Malformed, Settled, Settling, naming, read_records
from .models import LANGUAGES, Deadline, Phrase, Place, PlaceStatus, TextTemplate
from .texts import faults, slots_of

WORDS = tuple(f"text_{language}" for language in LANGUAGES)
SHARED = ("code", *LANGUAGES, *WORDS, "verified", "source")


def load(folder: Path = DATA) -> str:
    """Bring the four tables to what the files say; one line for each. Raises Malformed."""
    return "\n".join(
        str(settled)
        for settled in (
            _deadlines(folder / "deadlines.yaml"),
            _texts(folder / "texts.yaml"),
            _phrases(folder / "phrases.yaml", folder / "headlines.yaml"),
            _statuses(folder / "statuses.yaml"),
        )
    )


def _wording(record: Mapping[str, Any]) -> dict[str, Any]:
    return {**naming(record), **{name: record[name].strip() for name in WORDS}}


def _deadlines(path: Path) -> Settled:
    settling = Settling("deadlines", Deadline.objects.all(), lambda row: row.code)
    records = read_records(
        path, "deadlines", required=[*SHARED, "matter", "unit"], optional=["amount"]
    )
    for order, record in enumerate(records, start=1):
        settling.put(
            record["code"],
            Deadline(code=record["code"]),
            f"{path.name}: record {record['code']}",
            {
                **_wording(record),
                "matter": record["matter"],
                "amount": record.get("amount"),
                "unit": record["unit"],
                "order": order,
            },
        )
    return settling.retire_others()


def _texts(path: Path) -> Settled:
    settling = Settling("texts", TextTemplate.objects.all(), lambda row: row.code)
    records = read_records(path, "texts", required=[*SHARED, "use"], optional=["category"])
    for order, record in enumerate(records, start=1):
        where = f"{path.name}: record {record['code']}"
        slots = {name: set(slots_of(record[name])) for name in WORDS}
        for name in WORDS:
            if [*faults(record[name])] or slots[name] != slots[WORDS[0]]:
                raise Malformed(f"{where}: {name} has other slots than it may have.")
        settling.put(
            record["code"],
            TextTemplate(code=record["code"]),
            where,
            {
                **_wording(record),
                "use": record["use"],
                "category": record.get("category", ""),
                "order": order,
            },
        )
    return settling.retire_others()


def _phrases(path: Path, headlines: Path) -> Settled:
    settling = Settling("phrases", Phrase.objects.all(), lambda row: row.code)
    required = ["code", *LANGUAGES, "group", "verified", "source"]
    records = [(path, record) for record in read_records(path, "phrases", required=required)]
    required[required.index("group")] = "category"
    for record in read_records(headlines, "headlines", required=required):
        record["group"] = Phrase.Group.HEADLINE.value
        records.append((headlines, record))
    for order, (file, record) in enumerate(records, start=1):
        where = f"{file.name}: record {record['code']}"
        slots = {name: set(phrases.slots_of(record[name])) for name in LANGUAGES}
        headline = record["group"] == Phrase.Group.HEADLINE
        for name in LANGUAGES:
            found = [*phrases.faults(record[name], name, headline=headline)]
            if found or slots[name] != slots[LANGUAGES[0]]:
                raise Malformed(f"{where}: {name} has other slots or forms than it may have.")
        settling.put(
            record["code"],
            Phrase(code=record["code"]),
            where,
            {
                **naming(record),
                "group": record["group"],
                "category": record.get("category", ""),
                "order": order,
            },
        )
    return settling.retire_others()


def _statuses(path: Path) -> Settled:
    """A source speaks only where the side itself has said nothing yet."""
    settled = Settled("opening of places")
    said = set(PlaceStatus.objects.values_list("place__code", "side"))
    records = read_records(
        path, "statuses", required=["code", "place", "side", "state", "since", "source"]
    )
    places = {place.code: place for place in Place.objects.all()}
    for record in records:
        where = f"{path.name}: record {record['code']}"
        if record["place"] not in places or record["state"] not in PlaceStatus.State.values:
            raise Malformed(f"{where} names a place or a state that there is not.")
        try:
            since = datetime.fromisoformat(record["since"])
        except (TypeError, ValueError) as error:
            raise Malformed(f"{where}: since must be a time with its zone, in quotes.") from error
        if (record["place"], record["side"]) in said:
            settled.unchanged += 1
            continue
        PlaceStatus.objects.create(
            place=places[record["place"]],
            side=record["side"],
            state=record["state"],
            period=DateTimeTZRange(since, None),
            recorded_at=now(),
            source=record["source"],
        )
        settled.added += 1
    return settled
