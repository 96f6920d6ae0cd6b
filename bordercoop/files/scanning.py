"""Asking a clamd for its opinion, where the operator named one (settings.CLAMD_ADDRESS)."""

import time
from typing import BinaryIO

from clamav_client.clamd import ClamdNetworkSocket, ClamdUnixSocket
from django.conf import settings

WAIT_SECONDS = 15.0
# Below the lease of the outbox, so that no second process begins meanwhile.
WHOLE_SECONDS = 45.0


class _InTime:
    """A file whose reading ends with an error when the whole takes too long."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self._until = file, time.monotonic() + WHOLE_SECONDS

    def read(self, size: int) -> bytes:
        if time.monotonic() > self._until:
            raise TimeoutError("clamd takes the file too slowly")
        return self._file.read(size)


def configured() -> bool:
    return bool(settings.CLAMD_ADDRESS)


def finding(file: BinaryIO) -> str:
    """The name of what clamd found in the file, "" for a clean one.

    Raises OSError or clamd's own errors when it gives no opinion: not reached, too slow, too large.
    """
    address = settings.CLAMD_ADDRESS
    clamd: ClamdNetworkSocket
    if address.startswith("/"):
        clamd = ClamdUnixSocket(address, timeout=int(WAIT_SECONDS))
    else:
        host, _colon, port = address.rpartition(":")
        clamd = ClamdNetworkSocket(host.strip("[]"), int(port), timeout=WAIT_SECONDS)
    status, found = clamd.instream(_InTime(file))["stream"]  # type: ignore[arg-type]
    if status == "OK":
        return ""
    if status == "FOUND" and found:
        return str(found)[:120]
    raise OSError(f"clamd answered {status}")
