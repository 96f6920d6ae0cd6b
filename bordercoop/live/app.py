"""GET /live/: server-sent events, as an ASGI application of its own.

    event: beat     data: {"now": "..."}          at once, then every LIVE_BEAT seconds
    event: change   data: {"desk": "DESK-POL"}    something there is worth a look

A beat promises that whoever listens is still signed in and posted, and that a change would have
come through. A stream ends within one beat after it may no longer go on.
"""

import asyncio
import json
import logging
import os
import socket
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

from django.conf import settings
from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import gettext_lazy

from bordercoop.errors import Refused

from .admission import Admitted, admit, request_of
from .hub import Hub, Subscriber

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

log = logging.getLogger(__name__)

CHECK_SECONDS = 5.0  # a check that takes longer counts as "the database does not answer"
BLIND_SECONDS = 15.0  # a stream that could not be checked for so long ends
RENEW_SECONDS = 60.0
MOST_WAITING = 16 * 1024  # bytes that a client has not taken yet
BURST_SECONDS = 0.05  # rings that follow closely become one event

HEADERS = [
    (b"cache-control", b"no-cache, no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"referrer-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
]


UNAVAILABLE = gettext_lazy("The database does not answer at the moment. Try again in a minute.")


class Unavailable(Exception):
    """The database did not answer a check."""


class Live:
    """The application. `start` and `stop` belong to the lifespan of the server."""

    def __init__(self) -> None:
        self.pool = ThreadPoolExecutor(4, thread_name_prefix="live")
        self.hub = Hub(self.pool)

    def start(self) -> None:
        self.hub.start()

    async def stop(self) -> None:
        await self.hub.stop()
        self.pool.shutdown(wait=False, cancel_futures=True)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = request_of(scope)
        desks = tuple(parse_qs(scope["query_string"].decode("latin1")).get("desk", ()))
        try:
            if scope["method"] != "GET":
                sentence = _in_its_language(request, gettext_lazy("A stream is read with GET."))
                raise Refused(sentence, code="method_not_allowed", status=405)
            self.hub.start()
            admitted = await self._admit(request, desks, renew=True)
        except Refused as refusal:
            await _answer(send, refusal.status, refusal.code, str(refusal))
        except Unavailable:
            sentence = _in_its_language(request, UNAVAILABLE)
            await _answer(send, 503, "unavailable", sentence)
        else:
            subscriber = self.hub.subscribe(admitted.topics)
            watch = asyncio.create_task(_watch(receive, subscriber))
            try:
                await self._stream(request, desks, subscriber, send, admitted.each)
            except TimeoutError:
                log.info("A listener took nothing and was let go.")
                _hang_up(send)
            finally:
                watch.cancel()
                self.hub.unsubscribe(subscriber)

    async def _stream(
        self,
        request: HttpRequest,
        desks: tuple[str, ...],
        subscriber: Subscriber,
        send: Send,
        each: bool,
    ) -> None:
        clock = asyncio.get_running_loop().time
        _keep_short(send)
        await _open(send)
        await _write(send, "retry: 2000\n\n")
        await self._beat(send)
        checked = renewed = clock()
        next_check = checked + settings.LIVE_BEAT
        while not subscriber.gone:
            try:
                async with asyncio.timeout_at(next_check):
                    await subscriber.woken.wait()
            except TimeoutError:
                pass
            if subscriber.gone:
                return
            if topics := subscriber.take():
                if each and not await self._still(request, desks):
                    break
                await _write(send, "".join(_event("change", desk=topic) for topic in topics))
                await asyncio.sleep(BURST_SECONDS)
            if clock() < next_check:
                continue
            renew = clock() - renewed >= RENEW_SECONDS
            try:
                subscriber.topics = (await self._admit(request, desks, renew=renew)).topics
            except Refused:
                break
            except Unavailable:
                # No beat: the page shows that it may be missing something, which is true.
                if clock() - checked > BLIND_SECONDS:
                    break
                next_check = clock() + 1
                continue
            checked = clock()
            renewed = checked if renew else renewed
            next_check = checked + settings.LIVE_BEAT
            await self._beat(send)
        await _write(send, "", more=False)

    async def _still(self, request: HttpRequest, desks: tuple[str, ...]) -> bool:
        """Whether the stream may still hear; without an answer it may not."""
        try:
            await self._admit(request, desks, renew=False)
        except (Refused, Unavailable):
            return False
        return True

    async def _admit(
        self, request: HttpRequest, desks: tuple[str, ...], *, renew: bool
    ) -> Admitted:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(CHECK_SECONDS):
                return await loop.run_in_executor(
                    self.pool, lambda: admit(request, desks, renew=renew)
                )
        except Refused:
            raise
        except Exception as error:
            log.warning("A listener could not be checked: %s", str(error).strip() or repr(error))
            raise Unavailable from error

    async def _beat(self, send: Send) -> None:
        if self.hub.listening:
            now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
            await _write(send, _event("beat", now=now))


def _in_its_language(request: HttpRequest, sentence: object) -> str:
    with translation.override(translation.get_language_from_request(request)):
        return str(sentence)


def _event(name: str, **facts: str) -> str:
    return f"event: {name}\ndata: {json.dumps(facts)}\n\n"


async def _watch(receive: Receive, subscriber: Subscriber) -> None:
    """Notice that the client has gone."""
    while (await receive())["type"] != "http.disconnect":
        pass
    subscriber.leave()


async def _open(send: Send) -> None:
    headers = [
        *HEADERS,
        *transport_headers(),
        (b"content-type", b"text/event-stream; charset=utf-8"),
        (b"x-accel-buffering", b"no"),
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})


async def _write(send: Send, text: str, *, more: bool = True) -> None:
    async with asyncio.timeout(settings.LIVE_SEND_SECONDS):
        await send({"type": "http.response.body", "body": text.encode(), "more_body": more})


def _transport(send: Send) -> Any:
    """The connection under an answer, a transport of asyncio or uvloop; None where the server that
    runs us (uvicorn) does not let us at it."""
    return getattr(getattr(send, "__self__", None), "transport", None)


def _keep_short(send: Send) -> None:
    """Let little wait for a client: what the kernel holds by itself, some megabytes, would hide for
    hours that nobody reads."""
    transport = _transport(send)
    if transport and not transport.is_closing():
        transport.set_write_buffer_limits(high=MOST_WAITING)
        if line := transport.get_extra_info("socket"):
            # A second handle of the same socket: that of uvloop takes no options.
            with socket.socket(fileno=os.dup(line.fileno())) as handle:
                handle.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, MOST_WAITING)


def _hang_up(send: Send) -> None:
    """Close the connection at once, with what its client has not taken. The server's own way of
    closing waits until that has gone out, which would be for ever."""
    if transport := _transport(send):
        transport.abort()


async def _answer(send: Send, status: int, code: str, detail: str) -> None:
    body = json.dumps({"code": code, "detail": detail, "fields": {}}, ensure_ascii=False).encode()
    headers = [
        *HEADERS,
        *transport_headers(),
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
    ]
    if status == 401:
        headers.append((b"www-authenticate", b"Token"))
    if status == 405:
        headers.append((b"allow", b"GET"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def transport_headers() -> list[tuple[bytes, bytes]]:
    if not settings.SECURE_HSTS_SECONDS:
        return []
    rule = f"max-age={settings.SECURE_HSTS_SECONDS}; includeSubDomains"
    return [(b"strict-transport-security", rule.encode())]
