"""One port for everything: `/live/` to the asynchronous stream, the rest to Django over WSGI.

Django itself never runs under ASGI: psycopg2 would connect anew at each request. Its threads live
as long as the process and keep their database connections.
"""

import asyncio
import gc
import json
from collections.abc import Awaitable, Callable, MutableMapping
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from a2wsgi import WSGIMiddleware
from django.conf import settings
from django.urls import get_resolver
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from bordercoop.wsgi import application as pages  # sets Django up, so it comes before the models

from bordercoop.live.admission import request_of  # isort: skip
from bordercoop.live.app import HEADERS, Live, transport_headers  # isort: skip

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

THREADS = 8
# One file at its limit and what stands around it; above 1 MB a body waits on the disk.
MOST_BYTES = settings.FILE_MOST_BYTES + 1024 * 1024
IN_MEMORY = 1024 * 1024
PIECE = 64 * 1024
# And a second more for each 200 KB that arrive: a photo over a poor line takes its time.
BODY_SECONDS = 30.0
SLOWEST = 200 * 1024
SEND_SECONDS = 30.0
TOO_SLOW = _("What you sent took too long to arrive. Check the connection and send it again.")
TOO_LARGE = _("What you sent is too large. Send less at once.")


class Threads:
    """Django on a few threads, which only ever see whole requests.

    A thread waits for neither a body that trickles in nor a client that reads nothing: eight
    such clients would otherwise stop the portal.
    """

    def __init__(self) -> None:
        # An answer of any size leaves its thread at once and waits for its client in memory.
        self._pages = WSGIMiddleware(pages, workers=THREADS, send_queue_size=0)  # type: ignore[arg-type]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            async with asyncio.timeout(BODY_SECONDS) as limit:
                body, size = await _read(receive, limit)
        except TimeoutError:
            await _refuse(scope, send, 408, "timeout", TOO_SLOW)
        except OverflowError:
            await _refuse(scope, send, 413, "too_large", TOO_LARGE)
        except ConnectionAbortedError:
            return
        else:
            with body:
                whole = _whole(scope, size)
                await self._pages(whole, _replay(body, receive), _patient(send))  # type: ignore[arg-type]


async def _read(receive: Receive, limit: asyncio.Timeout) -> tuple[IO[bytes], int]:
    """The whole body, to be read from its beginning, and its size."""
    body, size = SpooledTemporaryFile(max_size=IN_MEMORY), 0  # noqa: SIM115
    until = asyncio.get_running_loop().time() + BODY_SECONDS
    try:
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise ConnectionAbortedError
            part = message.get("body", b"")
            size += len(part)
            if size > MOST_BYTES:
                raise OverflowError
            body.write(part)
            limit.reschedule(until + size / SLOWEST)
            if not message.get("more_body", False):
                body.seek(0)
                return body, size
    except BaseException:
        body.close()
        raise


def _whole(scope: Scope, size: int) -> Scope:
    """The request as WSGI knows it: a length, no chunks, no look-alikes of real headers."""
    headers = [
        (name, value)
        for name, value in scope["headers"]
        if b"_" not in name and name not in (b"content-length", b"transfer-encoding")
    ]
    if size:
        headers.append((b"content-length", str(size).encode()))
    return {**scope, "headers": headers}


def _replay(body: IO[bytes], receive: Receive) -> Receive:
    whole = False

    async def again() -> MutableMapping[str, Any]:
        nonlocal whole
        if whole:
            return await receive()
        piece = body.read(PIECE)
        whole = len(piece) < PIECE
        return {"type": "http.request", "body": piece, "more_body": not whole}

    return again


def _patient(send: Send) -> Send:
    """Pass the answer on, and throw the rest of it away once the client has stopped reading."""
    given_up = False

    async def pass_on(message: MutableMapping[str, Any]) -> None:
        nonlocal given_up
        if given_up:
            return
        try:
            async with asyncio.timeout(SEND_SECONDS):
                await send(message)
        except (TimeoutError, OSError):
            given_up = True

    return pass_on


async def _refuse(scope: Scope, send: Send, status: int, code: str, sentence: object) -> None:
    with translation.override(translation.get_language_from_request(request_of(scope))):
        detail = str(sentence)
    body = json.dumps({"code": code, "detail": detail, "fields": {}}, ensure_ascii=False).encode()
    headers = [
        *HEADERS,
        *transport_headers(),
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


live = Live()
threads = Threads()


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
    elif scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1000})
    elif scope["path"] == "/live/":
        await live(scope, receive, send)
    else:
        await threads(scope, receive, send)


def _settle() -> None:
    """Have Python's garbage collector never again look at what the process holds for good.

    Each of its full rounds went through half a million objects of modules, models and addresses,
    and no console was rung meanwhile: 0.2 s, every few seconds.
    """
    get_resolver().url_patterns  # noqa: B018  the pages, which the first request would load
    gc.collect()
    gc.freeze()


async def _lifespan(receive: Receive, send: Send) -> None:
    await receive()
    _settle()
    live.start()
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await live.stop()
    await send({"type": "lifespan.shutdown.complete"})
