"""`make_backup`: one file, whole or not there."""

import fcntl
import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, cast

import psycopg2
from django.conf import settings
from django.db import DatabaseError, transaction
from django.utils.timezone import now

from bordercoop import VERSION
from bordercoop.audit.models import record

from ..models import Backup
from . import BackupTrouble, tables
from .archive import FORMAT, FORMAT_VERSION, Writer
from .encryption import encrypted, read_recipients

NAME = re.compile(r"bordercoop-\d{8}T\d{6}Z\.tar\.gz\.age")
PARTIAL = ".part"


def make_backup(target: Path, *, recipients: Path, keep: int | None = None) -> Backup:
    """Back up database and files to `target`, a new file or a folder; the row that records it.

    In a folder the file is named after its moment, and with `keep` only so many of the newest stay.
    Nothing at the target is ever overwritten; a backup that fails leaves nothing behind. Raises
    BackupTrouble. The portal goes on working meanwhile.
    """
    keys = read_recipients(recipients)
    moment = now()
    path = target
    if target.is_dir():
        path = target / f"bordercoop-{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}.tar.gz.age"
        _sweep(target)
    elif keep is not None:
        raise BackupTrouble("--keep needs a folder: give the folder in which backups are kept.")
    if path.exists():
        raise BackupTrouble(f"{path} is there already. Nothing was written; give another name.")
    with _whole_or_not_there(path) as file:
        summing = _Summing(file)
        with encrypted(cast(BinaryIO, summing), keys) as stream:
            rows = _write(stream, moment)
    with transaction.atomic():
        made = Backup.objects.create(
            file=path.name,
            taken_at=moment,
            finished_at=now(),
            size=summing.size,
            rows=rows,
            sha256=summing.sum.hexdigest(),
        )
        record("backup.made", f"backup:{path.name}", by=None, sha256=made.sha256, size=made.size)
    if keep is not None:
        for old in sorted(p for p in target.iterdir() if NAME.fullmatch(p.name))[:-keep]:
            old.unlink()
    return made


def _write(stream: BinaryIO, moment: datetime) -> int:
    """Everything into the stream; how many rows there were."""
    archive = Writer(stream)
    with tables.snapshot() as cursor:
        found = tables.tables(cursor)
        about: dict[str, Any] = {
            "format": FORMAT,
            "format_version": FORMAT_VERSION,
            "portal_version": VERSION,
            "taken_at": moment.astimezone(UTC).isoformat(),
            "migrations": tables.migrations(cursor),
            "tables": {},
            "files": [],
        }
        cursor.execute("SHOW server_version")
        about["server_version"] = cursor.fetchone()[0]
        for table in found:
            written = archive.table(table.name, partial(tables.write_rows, cursor, table))
            about["tables"][table.name] = {
                "columns": dict(zip(table.columns, table.types, strict=True)),
                **written,
            }
        about["sequences"] = tables.sequences(cursor)
    # After the rows: a file that a row of the snapshot names is older than the snapshot.
    root = Path(settings.MEDIA_ROOT)
    for path in sorted(p for p in root.rglob("*") if p.is_file() and not p.is_symlink()):
        about["files"].append(archive.file(root, path))
    archive.close(about)
    return sum(table["rows"] for table in about["tables"].values())


class _Summing:
    """Passes on to a file and knows the sum of what it passed on."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self.sum, self.size = file, hashlib.sha256(), 0

    def write(self, data: bytes) -> int:
        self.sum.update(data)
        self.size += len(data)
        return self._file.write(data)

    def flush(self) -> None:
        self._file.flush()


@contextmanager
def _whole_or_not_there(path: Path) -> Iterator[BinaryIO]:
    """A new file that only its owner may read; it gets its name when everything is on the disk."""
    part = path.with_name(path.name + PARTIAL)
    try:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise BackupTrouble(f"{part} cannot be made: {error.strerror}.") from error
    try:
        with open(descriptor, "wb") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield file
            file.flush()
            os.fsync(file.fileno())
            if path.exists():
                raise BackupTrouble(
                    f"{path} was made by somebody else meanwhile. Give another name."
                )
            os.rename(part, path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        raise BackupTrouble(f"The backup could not be written: {error.strerror}.") from error
    except (psycopg2.Error, DatabaseError) as error:
        raise BackupTrouble(
            f"The database ended the backup ({type(error).__name__}). Nothing was written; "
            "run it again when the database answers."
        ) from error
    finally:
        part.unlink(missing_ok=True)


def _sweep(folder: Path) -> None:
    """Remove what a killed backup left; one that still runs holds its lock."""
    for part in folder.glob("bordercoop-*" + PARTIAL):
        with open(part, "rb") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            part.unlink(missing_ok=True)
