"""The age format (age-encryption.org/v1) as streams: nothing is held in memory or on disk in clear.

The ordinary `age` program reads what is written here and makes keys that work here.
"""

import contextlib
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import pyrage

from . import BackupTrouble

PIPE = 1 << 16
WRONG_KEY = (
    "This key does not open the backup, or the file is no backup. "
    "Take the key whose public half the backup was encrypted to. Nothing was changed."
)
DAMAGED = (
    "The backup is damaged or cut off: its encryption does not add up. "
    "Copy it again from where it is kept, or take another one. Nothing was changed."
)


def read_recipients(path: Path) -> list[pyrage.x25519.Recipient]:
    """Public keys, one a line ("age1..."); lines that begin with # are left out."""
    found = []
    for line in _lines(path):
        if line.upper().startswith("AGE-SECRET-KEY-"):
            raise BackupTrouble(
                f"{path} holds a secret key, which must not lie where backups are made. "
                "Give the file with the public key, the line that begins with age1."
            )
        try:
            found.append(pyrage.x25519.Recipient.from_str(line))
        except pyrage.RecipientError as error:
            raise BackupTrouble(
                f"{path} holds a line that is no public key of age. "
                "Make a key pair with: manage.py backup_key FILE"
            ) from error
    if not found:
        raise BackupTrouble(f"{path} holds no public key. Put in the line that begins with age1.")
    return found


def read_identities(path: Path) -> list[pyrage.x25519.Identity]:
    """Secret keys, one a line ("AGE-SECRET-KEY-1..."), of `backup_key` or age-keygen."""
    try:
        found = [pyrage.x25519.Identity.from_str(line) for line in _lines(path)]
    except pyrage.IdentityError as error:
        raise BackupTrouble(
            f"{path} holds no secret key of age: its line begins with AGE-SECRET-KEY-1."
        ) from error
    if not found:
        raise BackupTrouble(f"{path} holds no secret key: its line begins with AGE-SECRET-KEY-1.")
    return found


def _lines(path: Path) -> list[str]:
    try:
        text = path.read_text("ascii")
    except UnicodeDecodeError as error:
        raise BackupTrouble(f"{path} is no key file of age.") from error
    except OSError as error:
        raise BackupTrouble(f"The key file {path} cannot be read: {error.strerror}.") from error
    return [line.strip() for line in text.splitlines() if line.strip() and line.strip()[0] != "#"]


@contextlib.contextmanager
def encrypted(target: BinaryIO, recipients: Sequence[Any]) -> Iterator[BinaryIO]:
    """A stream whose bytes arrive in `target` encrypted; complete when the block has ended."""
    source, sink = _pipe()
    side = _Side(lambda: pyrage.encrypt_io(source, target, recipients), source)
    try:
        with sink:
            yield sink
    except BrokenPipeError:
        pass  # the other side has failed, and says below why
    finally:
        side.thread.join()
    if side.failure:
        raise BackupTrouble(f"The backup could not be written: {side.failure}.") from side.failure


@contextlib.contextmanager
def decrypted(path: Path, identities: Sequence[Any]) -> Iterator[BinaryIO]:
    """The clear bytes of an encrypted file, each proven before it comes; BackupTrouble if not.

    An end that comes too early is noticed when the block ends, so nothing may be made final before.
    """
    try:
        file = open(path, "rb")  # noqa: SIM115 - closed below
    except OSError as error:
        raise BackupTrouble(f"The backup {path} cannot be read: {error.strerror}.") from error
    with file:
        source, sink = _pipe()
        side = _Side(lambda: pyrage.decrypt_io(file, sink, identities), sink)
        try:
            with source:
                yield source
                while source.read(PIPE):  # whatever follows must still be proven
                    pass
        except Exception as error:
            side.thread.join()
            raise (_sentence(side.failure) or error) from error
        finally:
            side.thread.join()
        if trouble := _sentence(side.failure):
            raise trouble from side.failure


def _sentence(failure: BaseException | None) -> Exception | None:
    if isinstance(failure, pyrage.DecryptError):
        return BackupTrouble(WRONG_KEY)
    if isinstance(failure, OSError) and not isinstance(failure, BrokenPipeError):
        return BackupTrouble(DAMAGED)
    return None


class _Side:
    """The other end of a pipe, worked in a thread; `failure` is what stopped it."""

    def __init__(self, work: Callable[[], None], end: BinaryIO) -> None:
        self.work, self.end = work, end
        self.failure: BaseException | None = None
        self.thread = threading.Thread(target=self._run, name="age")
        self.thread.start()

    def _run(self) -> None:
        try:
            self.work()
        except BaseException as error:
            self.failure = error
        try:
            self.end.close()  # whoever works at our end of the pipe learns that it is over
        except OSError as error:
            self.failure = self.failure or error


def _pipe() -> tuple[BinaryIO, BinaryIO]:
    reading, writing = os.pipe()
    return open(reading, "rb", buffering=PIPE), open(writing, "wb", buffering=PIPE)
