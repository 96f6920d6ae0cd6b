"""Where the bytes lie: below settings.MEDIA_ROOT, outside the web root, named by their SHA-256.

The same bytes are one file. A file is complete and on the disk before it has its name, is only
readable by the portal, and never changes.
"""

import hashlib
import os
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bordercoop.errors import Refused

from .names import refused

PIECE = 64 * 1024
GOING = ".going-"
FRESH_SECONDS = 3600  # longer than any request that brings a file takes


@dataclass(frozen=True)
class Stored:
    """Bytes in the store."""

    sha256: str
    size: int


def path_of(sha256: str) -> Path:
    return Path(settings.MEDIA_ROOT) / "attachments" / sha256[:2] / sha256


def open_stored(sha256: str) -> BinaryIO:
    """The bytes to read; Refused (409) with a sentence when the disk has lost them."""
    try:
        return open(path_of(sha256), "rb")
    except OSError as error:
        raise Refused(
            _("The file is not on the disk of the portal. Tell the operators; a backup has it."),
            code="file_lost",
        ) from error


def too_large() -> Refused:
    most = settings.FILE_MOST_BYTES // (1024 * 1024)
    sentence = ngettext(
        "The file is larger than %(most)s megabyte. Make it smaller or send it in parts.",
        "The file is larger than %(most)s megabytes. Make it smaller or send it in parts.",
        most,
    ) % {"most": most}
    return Refused(sentence, code="too_large", status=413, fields={"file": [sentence]})


@contextmanager
def arriving(pieces: Iterable[bytes]) -> Iterator[tuple[IO[bytes], Stored]]:
    """Write what arrives to a nameless file of the store: (file to read, its sum and size).

    Gone at the end unless `keep` was called. Refused past settings.FILE_MOST_BYTES, while reading.
    """
    folder = Path(settings.MEDIA_ROOT) / "attachments"
    folder.mkdir(mode=0o750, parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder, prefix=".arriving-", delete=False) as file:
        try:
            summed, size = hashlib.sha256(), 0
            for piece in pieces:
                size += len(piece)
                if size > settings.FILE_MOST_BYTES:
                    raise too_large()
                summed.update(piece)
                file.write(piece)
            if not size:
                raise refused(_("The file is empty."), code="empty")
            file.flush()
            file.seek(0)
            yield file, Stored(summed.hexdigest(), size)
        finally:
            Path(file.name).unlink(missing_ok=True)


def keep(file: IO[bytes], stored: Stored) -> None:
    """Give what arrived its name. Safe twice and concurrently: equal names hold equal bytes."""
    path = path_of(stored.sha256)
    path.parent.mkdir(mode=0o750, exist_ok=True)
    os.fsync(file.fileno())
    os.chmod(file.name, 0o440)
    # A second name of the same bytes: renaming would take the first from under the open file.
    try:
        os.link(file.name, path)
    except FileExistsError:
        os.utime(path)
        return
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def forget_strays(named: Iterable[str], *, older_than: float) -> int:
    """Remove files that nothing names any more and that nobody touched since the time `older_than`
    (seconds since 1970): a request that failed after its file was kept leaves one. How many."""
    known, gone = set(named), 0
    for path in (Path(settings.MEDIA_ROOT) / "attachments").glob("**/*"):
        kept = path.name.removeprefix(GOING) in known
        if path.is_file() and not kept and path.stat().st_mtime < older_than:
            path.unlink(missing_ok=True)
            gone += 1
    return gone


def remove(sha256: str, *, used: Callable[[], bool]) -> bool:
    """Take the bytes from the disk unless `used()` says that something else has them; whether that
    is settled. Stopped half-way, called again it goes on.

    False when somebody brought the same bytes in the last hour: their row may still come. They are
    set aside first and looked at then, so that bytes which arrive meanwhile get a file of their
    own.
    """
    path = path_of(sha256)
    aside = path.with_name(f"{GOING}{sha256}")
    if used() and path.exists():
        return True
    try:
        os.rename(path, aside)
    except FileNotFoundError:
        if not aside.exists():
            return True
    fresh = aside.stat().st_mtime > time.time() - FRESH_SECONDS
    if fresh or used():
        with suppress(FileExistsError):
            os.link(aside, path)
    aside.unlink(missing_ok=True)
    return not fresh
