"""One POST to a webhook: to an address that was looked at, within a time, following nothing.

What went wrong is one of a few words (models.Trouble), also in what is raised: neither an address
nor an answer leaves this module.
"""

import contextlib
import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from ..models import Trouble
from .addresses import allowed, local, reachable

CONNECT_SECONDS = 3.0
# From the first packet to the status, however slowly it drips.
WHOLE_SECONDS = 6.0
WAITS_AT_MOST = 3600


@dataclass(frozen=True)
class Answer:
    """`trouble` is "" when it was taken; `status` None when no answer came; `wait` is after how
    many seconds the receiver asked to come again."""

    trouble: str
    status: int | None = None
    wait: int = 0


def _looked_up(host: str, port: int, *, on_this_machine: bool) -> str:
    """The first address of a host; OSError when it leads, with any of them, where it must not."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [ipaddress.ip_address(str(row[4][0]).partition("%")[0]) for row in found]
    if not addresses or not all(
        reachable(one, on_this_machine=on_this_machine) for one in addresses
    ):
        raise PermissionError("not a public address")
    return str(addresses[0])


def post(address: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    """Post, and say what came of it. Connects to the very address that was looked at, so that a
    name which changes its mind in between leads nowhere else."""
    if not allowed(address):  # the settings changed since it was written
        return Answer(Trouble.REFUSED)
    parts = urlsplit(address)
    host, secure = parts.hostname or "", parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    ends_at = time.monotonic() + WHOLE_SECONDS
    kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
    connection = kind(host, port, timeout=CONNECT_SECONDS)
    # A timeout of a socket begins anew with each byte; this one does not.
    guard = threading.Timer(WHOLE_SECONDS, _cut, [connection])
    guard.daemon = True
    try:
        to = _looked_up(host, port, on_this_machine=local(address))
        guard.start()
        connection.sock = socket.create_connection((to, port), timeout=CONNECT_SECONDS)
        if secure:
            line = ssl.create_default_context().wrap_socket(
                connection.sock, server_hostname=host, do_handshake_on_connect=False
            )
            connection.sock = line
            line.do_handshake()
        connection.sock.settimeout(WHOLE_SECONDS)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", path, body=body, headers=dict(headers))
        answer = connection.getresponse()
        if time.monotonic() >= ends_at:  # the guard cut the headers short: no answer in time
            return Answer(Trouble.TIMED_OUT)
        return _judged(answer.status, answer.headers.get("Retry-After", ""))
    except PermissionError:
        return Answer(Trouble.REFUSED)
    except (OSError, UnicodeError, http.client.HTTPException) as error:
        timed_out = isinstance(error, TimeoutError) or time.monotonic() >= ends_at - 0.2
        return Answer(Trouble.TIMED_OUT if timed_out else Trouble.UNREACHABLE)
    finally:
        guard.cancel()
        connection.close()


def _cut(connection: http.client.HTTPConnection) -> None:
    with contextlib.suppress(OSError, AttributeError):
        connection.sock.shutdown(socket.SHUT_RDWR)


def _judged(status: int, retry_after: str) -> Answer:
    wait = min(int(retry_after), WAITS_AT_MOST) if retry_after.isdecimal() else 0
    if 200 <= status < 300:
        return Answer("", status)
    if status == 410:
        return Answer(Trouble.GONE, status)
    if status in (429, 502, 503, 504):
        slow = Trouble.SLOW_DOWN if status == 429 else Trouble.RECEIVER
        return Answer(slow, status, wait)
    return Answer(Trouble.RECEIVER if status >= 500 else Trouble.REFUSED, status)
