"""What lies inside the encryption: a gzipped tar, so that `age -d | tar -xz` opens it by hand.

    database/<table>/000000.copy ...   the rows as PostgreSQL's COPY writes them, in pieces
    files/<path>                       the files
    manifest.json                      last: what all of it is, with sizes and SHA-256

Pieces keep memory bounded, whatever the size of a table: a tar wants sizes before contents.
"""

import gzip
import hashlib
import io
import json
import os
import tarfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from . import BackupTrouble

FORMAT = "bordercoop-backup"
FORMAT_VERSION = 1
PIECE = 4 * 1024 * 1024
MANIFEST = "manifest.json"
NO_BACKUP = "This file is no backup of the portal, or a damaged one. Nothing was changed."


class Writer:
    """Writes the archive part by part into a stream and knows what it has written."""

    def __init__(self, stream: BinaryIO) -> None:
        self._gzip = gzip.GzipFile(fileobj=stream, mode="wb", compresslevel=3, mtime=0)
        # Not mode "w|": its stream writes once more when it is thrown away half made.
        self._tar = tarfile.TarFile(fileobj=self._gzip, mode="w", format=tarfile.PAX_FORMAT)

    def table(self, name: str, copy: Callable[["Pieces"], None]) -> dict[str, Any]:
        """One table; `copy` gets an object to write its rows to. Sizes and sum for the manifest."""
        pieces = Pieces(lambda number, data: self._add(f"database/{name}/{number:06}.copy", data))
        copy(pieces)
        pieces.close()
        return {"rows": pieces.rows, "bytes": pieces.size, "sha256": pieces.sum.hexdigest()}

    def file(self, root: Path, path: Path) -> dict[str, Any]:
        """One file below `root`, for the manifest. It must not change while it is read."""
        name = path.relative_to(root).as_posix()
        with open(path, "rb") as source:
            about = tarfile.TarInfo(f"files/{name}")
            about.size = os.fstat(source.fileno()).st_size
            hashed = _Hashed(source)
            try:
                self._tar.addfile(about, hashed)  # type: ignore[arg-type]
                self._forget()
            except OSError as error:
                raise BackupTrouble(
                    f"The file {path} changed or could not be read while it was backed up. "
                    "Run the backup again."
                ) from error
        return {"path": name, "bytes": about.size, "sha256": hashed.sum.hexdigest()}

    def close(self, manifest: dict[str, Any]) -> None:
        self._add(MANIFEST, json.dumps(manifest, indent=1).encode())
        self._tar.close()
        self._gzip.close()

    def _add(self, name: str, data: bytes) -> None:
        about = tarfile.TarInfo(name)
        about.size = len(data)
        self._tar.addfile(about, io.BytesIO(data))
        self._forget()

    def _forget(self) -> None:
        """tarfile remembers every part for as long as it lives."""
        self._tar.members = []  # type: ignore[attr-defined]


class Pieces:
    """Takes the rows of a table and passes them on in pieces of PIECE bytes."""

    def __init__(self, add: Callable[[int, bytes], None]) -> None:
        self._add, self._held, self._number = add, bytearray(), 0
        self.rows = self.size = 0
        self.sum = hashlib.sha256()

    def write(self, data: bytes) -> int:
        self.sum.update(data)
        self.size += len(data)
        self.rows += data.count(b"\n")  # COPY escapes every line end within a value
        self._held += data
        if len(self._held) >= PIECE:
            self._pass_on()
        return len(data)

    def close(self) -> None:
        if self._held:
            self._pass_on()

    def _pass_on(self) -> None:
        self._add(self._number, bytes(self._held))
        self._number += 1
        self._held.clear()


class _Hashed:
    def __init__(self, source: BinaryIO) -> None:
        self._source, self.sum = source, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self._source.read(size)
        self.sum.update(data)
        return data


class Part:
    """A table or a file on its way out of an archive. Read to its end, it knows its sum."""

    def __init__(self, kind: str, name: str, pieces: Iterator[BinaryIO]) -> None:
        self.kind, self.name, self._pieces = kind, name, pieces
        self._piece: BinaryIO | None = next(pieces, None)
        self.sum, self.size, self.rows = hashlib.sha256(), 0, 0

    def read(self, size: int = PIECE) -> bytes:
        while self._piece is not None:
            data = self._piece.read(PIECE if size is None or size < 0 else size)
            if data:
                self.sum.update(data)
                self.size += len(data)
                self.rows += data.count(b"\n")
                return data
            self._piece = next(self._pieces, None)
        return b""

    def drain(self) -> None:
        while self.read():
            pass


class Reader:
    """Gives the parts of an archive in their order, then its manifest."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.manifest: dict[str, Any] = {}

    def parts(self) -> Iterator[Part]:
        """Each part must be drained before the next is asked for; the manifest is there at the end.

        BackupTrouble when this is no archive of ours, or not a whole one.
        """
        try:
            yield from self._parts()
        except (tarfile.TarError, gzip.BadGzipFile, zlib.error, EOFError, ValueError) as error:
            raise BackupTrouble(NO_BACKUP) from error
        if self.manifest.get("format") != FORMAT:
            raise BackupTrouble(NO_BACKUP)

    def _parts(self) -> Iterator[Part]:
        with (
            gzip.GzipFile(fileobj=self._stream, mode="rb") as clear,
            tarfile.open(fileobj=clear, mode="r|") as tar,
        ):
            member = tar.next()
            while member is not None and member.name != MANIFEST:
                kind, name = _named(member)
                following: list[tarfile.TarInfo | None] = [member]

                def pieces(
                    kind: str = kind,
                    name: str = name,
                    following: list[tarfile.TarInfo | None] = following,
                ) -> Iterator[BinaryIO]:
                    while (one := following[0]) is not None and one.name != MANIFEST:
                        if _named(one) != (kind, name):
                            return
                        yield _contents(tar, one)
                        tar.members = []  # type: ignore[attr-defined]
                        following[0] = tar.next()

                part = Part(kind, name, pieces())
                yield part
                part.drain()
                member = following[0]
            if member is None:
                raise BackupTrouble(NO_BACKUP)
            self.manifest = json.load(_contents(tar, member))
            if not isinstance(self.manifest, dict):
                raise BackupTrouble(NO_BACKUP)


def _contents(tar: tarfile.TarFile, member: tarfile.TarInfo) -> BinaryIO:
    found = tar.extractfile(member) if member.isfile() else None
    if found is None:
        raise BackupTrouble(NO_BACKUP)
    return found  # type: ignore[return-value]


def _named(member: tarfile.TarInfo) -> tuple[str, str]:
    """("table", its name) or ("file", its path below the folder of files)."""
    path = PurePosixPath(member.name)
    if path.is_absolute() or ".." in path.parts or not member.isfile():
        raise BackupTrouble(NO_BACKUP)
    first, *rest = path.parts
    if first == "database" and len(rest) == 2:
        return "table", rest[0]
    if first == "files" and rest:
        return "file", "/".join(rest)
    raise BackupTrouble(NO_BACKUP)
