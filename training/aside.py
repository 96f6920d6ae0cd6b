"""The folder `Aside` of the Maildir of answers: letters that could not be read, for some days; and
letters that cannot even be laid there."""

from __future__ import annotations

import mailbox
import os
import time
from contextlib import suppress
from pathlib import Path

from django.conf import settings

# Maildir++.
ASIDE = "Aside"
HOUR = 3600.0
# Letters that could be neither taken nor laid aside, by when this process tries them again.
_stuck: dict[str, float] = {}
# When this process cleared the folder last.
_cleared: dict[str, float] = {}


def lay_aside(folder: Path, file: Path) -> None:
    """From now on the days count after which it is cleared."""
    box = mailbox.Maildir(folder, create=False)
    if ASIDE not in box.list_folders():
        box.add_folder(ASIDE)
    there = folder / f".{ASIDE}" / "new"
    there.mkdir(parents=True, exist_ok=True)
    with suppress(FileNotFoundError):
        os.utime(file)
        file.rename(there / file.name)


def remember_stuck(file: Path) -> None:
    """It stays where it is; for an hour those behind it come first."""
    _stuck[str(file)] = time.monotonic() + HOUR


def is_stuck(file: Path) -> bool:
    until = _stuck.get(str(file))
    if until is not None and until <= time.monotonic():
        del _stuck[str(file)]
        return False
    return until is not None


def clear_aside(folder: Path) -> int:
    """Take away what lies aside longer than `ANSWERS_ASIDE_DAYS`, once an hour; returns how many.
    What the database says of a letter stays."""
    moment = time.monotonic()
    if _cleared.get(str(folder), -HOUR) > moment - HOUR:
        return 0
    _cleared[str(folder)] = moment
    before, count = time.time() - settings.ANSWERS_ASIDE_DAYS * 86_400, 0
    for part in ("new", "cur"):
        with suppress(FileNotFoundError), os.scandir(folder / f".{ASIDE}" / part) as rows:
            for row in rows:
                with suppress(OSError):
                    if row.is_file(follow_symlinks=False) and row.stat().st_mtime < before:
                        os.unlink(row.path)
                        count += 1
    return count
