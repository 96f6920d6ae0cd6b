"""Bring the tables into line with the files of `data/`.

Rows are found by their natural keys, never by number. What left the files is retired, what came
back is offered again, nothing is deleted. A second run changes nothing. A row that was changed in
the portal (`edited_at`) is left as it is, and the report names it. `read_records` and `Settling`
serve the loaders of the other tables in the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import yaml
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection, models, transaction
from django.utils.module_loading import import_string
from django.utils.timezone import now

from .models import LANGUAGES, Place, Term, forget

DATA = Path(__file__).parent / "data"
# Files of that folder which hold no vocabulary.
OTHERS = {
    "places.yaml", "deadlines.yaml", "texts.yaml", "phrases.yaml", "headlines.yaml",
    "statuses.yaml", "retention_periods.yaml",
}  # fmt: skip
LOCK = 5_251_001  # any number that no other advisory lock of the portal uses
# Six times as fast where PyYAML was built with libyaml, as its wheels are; the same restrictions.
SAFE: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Malformed(Exception):
    """A file of reference data cannot be used; the sentence names the file and the record."""


@dataclass
class Settled:
    """How many rows of one table a load has touched."""

    what: str
    added: int = 0
    changed: int = 0
    retired: int = 0
    unchanged: int = 0
    left: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        told = (
            f"{self.what}: {self.added} added, {self.changed} changed, "
            f"{self.retired} retired, {self.unchanged} unchanged"
        )
        if self.left:
            told += f", {len(self.left)} changed in the portal and left so: {', '.join(self.left)}"
        return told


def load_reference(folder: Path = DATA) -> list[str]:
    """Load the vocabularies and places of `folder`, then every loader of
    `settings.REFERENCE_LOADERS`; all of it or nothing. Returns one line for each table.

    Raises Malformed. Two loads at once wait for each other.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        lines = [str(_settle_terms(folder)), str(_settle_places(folder / "places.yaml"))]
        forget()
        lines += [import_string(name)() for name in settings.REFERENCE_LOADERS]
    forget()
    return lines


def read_yaml(path: Path) -> Any:
    """What the YAML file holds. Raises OSError, YAMLError or UnicodeDecodeError."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=SAFE)  # noqa: S506  it is a safe one


def read_file(path: Path) -> dict[str, Any]:
    """The mapping that the YAML file holds. Raises Malformed."""
    try:
        content = read_yaml(path)
    except OSError as error:
        raise Malformed(f"{path.name} cannot be read: {error.strerror}.") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise Malformed(f"{path.name} is not valid YAML: {error}") from error
    if not isinstance(content, dict):
        raise Malformed(f"{path.name} must be a mapping, not {type(content).__name__}.")
    return content


def read_records(
    path: Path, under: str, *, required: Iterable[str], optional: Iterable[str] = ()
) -> list[dict[str, Any]]:
    """The records listed `under` that key, in the order of the file.

    Every record has the required fields and no unknown ones; its first required field is its code,
    which no other record has. Raises Malformed.
    """
    required = list(required)
    known = {*required, *optional}
    records = read_file(path).get(under)
    if not isinstance(records, list) or not records:
        raise Malformed(f'{path.name} has no records under "{under}".')
    seen: set[str] = set()
    for position, record in enumerate(records, start=1):
        if not isinstance(record, dict):
            raise Malformed(f"{path.name}: record {position} is not a mapping.")
        code = record.get(required[0])
        name = f"{path.name}: record {code or position}"
        if missing := [key for key in required if record.get(key) in (None, "")]:
            raise Malformed(f"{name} lacks {', '.join(missing)}.")
        if unknown := [str(key) for key in record if key not in known]:
            raise Malformed(f"{name} has unknown fields: {', '.join(unknown)}.")
        if not isinstance(code, str):
            raise Malformed(f'{name}: write the {required[0]} as text, in quotes: "{code}".')
        if code in seen:
            raise Malformed(f"{name} is listed twice.")
        if not isinstance(record.get("verified", False), bool):
            raise Malformed(f"{name}: verified must be true or false.")
        seen.add(code)
    return records


def naming(record: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of `Named` out of a record of a file."""
    names = {f"name_{language}": record[language] for language in LANGUAGES}
    return {**names, "verified": record["verified"], "source": record["source"]}


Row = TypeVar("Row", bound=models.Model)


class Settling:
    """One table being brought into line: `put` every record, then `retire_others`."""

    def __init__(self, what: str, rows: Iterable[Any], key: Callable[[Any], Any]) -> None:
        self.report = Settled(what)
        self._rows = {key(row): row for row in rows}
        self._seen: set[Any] = set()

    def put(self, key: Any, row: Row, where: str, fields: Mapping[str, Any]) -> Row:
        """Give the row of that key these fields and return it, saved.

        `row` is a new one, for when there is none yet. `where` names file and record for Malformed.
        """
        self._seen.add(key)
        row = self._rows.get(key, row)
        new = row.pk is None
        wanted = dict(fields)
        columns = {column.name for column in row._meta.fields}
        if "retired_at" in columns:
            wanted["retired_at"] = None
        different = [name for name, value in wanted.items() if getattr(row, name) != value]
        if getattr(row, "edited_at", None) is not None:
            if different:
                self.report.left.append(str(getattr(row, "code", key)))
            else:
                self.report.unchanged += 1
            return row
        for name in different:
            setattr(row, name, wanted[name])
        if new or different:
            try:
                row.full_clean(validate_unique=False)
            except ValidationError as error:
                reasons = "; ".join(
                    f"{name}: {' '.join(told)}" for name, told in error.message_dict.items()
                )
                raise Malformed(f"{where}: {reasons}") from error
        if new:
            row.save(force_insert=True)
            self.report.added += 1
        elif different:
            if "version" in columns:
                row.version += 1  # type: ignore[attr-defined]
                different.append("version")
            row.save(update_fields=different)
            self.report.changed += 1
        else:
            self.report.unchanged += 1
        self._rows[key] = row
        return row

    def retire_others(self) -> Settled:
        """Retire every row in use that no record has named and nobody made in the portal."""
        for key, row in self._rows.items():
            if key in self._seen or row.retired_at is not None:
                continue
            if row.edited_at is not None:
                self.report.left.append(row.code)
                continue
            row.retired_at, row.version = now(), row.version + 1
            row.save(update_fields=["retired_at", "version"])
            self.report.retired += 1
        return self.report


def _settle_terms(folder: Path) -> Settled:
    settling = Settling("terms", Term.objects.all(), lambda term: (term.vocabulary, term.code))
    files: dict[str, str] = {}
    for path in sorted(folder.glob("*.yaml")):
        if path.name in OTHERS:
            continue
        vocabulary = read_file(path).get("vocabulary")
        if not isinstance(vocabulary, str):
            raise Malformed(f"{path.name} does not say which vocabulary it holds.")
        if vocabulary in files:
            raise Malformed(f"{path.name} and {files[vocabulary]} both hold {vocabulary}.")
        files[vocabulary] = path.name
        _settle_vocabulary(settling, path, vocabulary)
    if not files:
        raise Malformed(f"There is no file of terms in {folder}.")
    return settling.retire_others()


def _settle_vocabulary(settling: Settling, path: Path, vocabulary: str) -> None:
    records = read_records(
        path,
        "terms",
        required=["code", *LANGUAGES, "facts", "verified", "source"],
        optional=["parent"],
    )
    above: dict[str, Term] = {}
    for order, record in enumerate(records, start=1):
        code, parent = record["code"], record.get("parent")
        where = f"{path.name}: record {code}"
        if parent is not None and parent not in above:
            raise Malformed(f"{where}: its parent {parent} is not listed above it.")
        if not isinstance(record["facts"], dict):
            raise Malformed(f"{where}: facts must be a mapping.")
        above[code] = settling.put(
            (vocabulary, code),
            Term(vocabulary=vocabulary, code=code),
            where,
            {
                **naming(record),
                "parent_id": above[parent].pk if parent else None,
                "order": order,
                "facts": record["facts"],
            },
        )


def _settle_places(path: Path) -> Settled:
    settling = Settling("places", Place.objects.all(), lambda place: place.code)
    plain = {"mode": "", "lat": None, "lon": None, "name_lv_side": "", "name_by_side": ""}
    records = read_records(
        path,
        "places",
        required=[
            "code",
            "kind",
            *LANGUAGES,
            "position_verified",
            "position_note",
            "facts",
            "verified",
            "source",
        ],
        optional=plain,
    )
    for order, record in enumerate(records, start=1):
        where = f"{path.name}: record {record['code']}"
        if not isinstance(record["facts"], dict):
            raise Malformed(f"{where}: facts must be a mapping.")
        settling.put(
            record["code"],
            Place(code=record["code"]),
            where,
            {
                **naming(record),
                **{name: record.get(name, empty) for name, empty in plain.items()},
                "kind": record["kind"],
                "position_verified": record["position_verified"],
                "position_note": record["position_note"],
                "order": order,
                "facts": record["facts"],
            },
        )
    return settling.retire_others()
