"""The live stream when the database goes, when clients come and go, and when they do not read."""

import asyncio
import http.client
import socket
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from bordercoop.live.app import Live
from bordercoop.live.doorbell import ring
from bordercoop.live.hub import Subscriber
from tests.kernel.machinery import Stream, eventually

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.fault]


@pytest.fixture
def cookie(make_user):
    client = Client()
    user = make_user("pol.duty", ["DESK-POL"], side="BY")
    client.force_login(user, settings.AUTHENTICATION_BACKENDS[0])
    return client.session.session_key


@pytest.fixture
def stream_of(cookie):
    """A stream of that server that has had its first beat."""
    opened = []

    def stream_of(process, port):
        stream = Stream(port, "?desk=DESK-POL", cookie=cookie)
        opened.append(stream)
        eventually(lambda: stream.named("beat"))
        stream.port, stream.process = port, process
        return stream

    yield stream_of
    for stream in opened:
        stream.close()


@pytest.fixture
def stream(standing_portal, stream_of):
    return stream_of(*standing_portal)


@pytest.fixture
def own_stream(portal, stream_of):
    """From a server that may be ended, over a line that may be cut."""
    return stream_of(*portal())


def open_files(process):
    return len(list(Path(f"/proc/{process.child.pid}/fd").iterdir()))


def resident(process):
    pages = Path(f"/proc/{process.child.pid}/statm").read_text().split()[1]
    return int(pages) * 4096


def test_after_a_restart_of_postgresql_every_listener_is_told_to_look_again(own_stream, wire):
    wire.cut()
    eventually(lambda: "was lost; connecting again" in own_stream.process.output(), 5)
    ring("DESK-POL")  # while nobody can hear it
    wire.mend()
    eventually(own_stream.desks, 10)
    assert not own_stream.ended
    heard = len(own_stream.desks())
    ring("DESK-POL")
    eventually(lambda: len(own_stream.desks()) > heard)


def test_there_is_no_beat_while_no_change_could_come_through(own_stream, wire):
    wire.cut()
    eventually(lambda: "was lost; connecting again" in own_stream.process.output(), 5)
    beats = len(own_stream.named("beat"))
    time.sleep(1.5)  # three beats would have come: silence is what is tested
    assert len(own_stream.named("beat")) == beats
    wire.mend()
    eventually(lambda: len(own_stream.named("beat")) > beats, 10)


def test_a_newcomer_is_told_when_the_database_does_not_answer(own_stream, wire, cookie):
    wire.cut()
    refused = Stream(own_stream.port, "?desk=DESK-POL", cookie=cookie)
    assert refused.status == 503
    assert refused.problem()["code"] == "unavailable"
    refused.close()


def test_two_hundred_streams_that_came_and_went_leave_nothing_behind(stream, cookie):
    before = open_files(stream.process)
    for _ in range(4):
        opened = [
            Stream(stream.port, "?desk=DESK-POL", cookie=cookie, read=False) for _ in range(50)
        ]
        assert all(one.status == 200 for one in opened)
        assert open_files(stream.process) >= before + 50
        for one in opened:
            one.close()
        # The small pool of threads may have opened its database connections meanwhile.
        eventually(lambda: open_files(stream.process) <= before + 8, 10)
    ring("DESK-POL")
    eventually(stream.desks)


def test_a_client_that_reads_nothing_costs_no_memory(stream, cookie):
    opened = [Stream(stream.port, "?desk=DESK-POL", cookie=cookie, read=False) for _ in range(20)]
    before, until = resident(stream.process), time.monotonic() + 30
    rung = 0
    # What rings while a stream is busy is one mark: five bells need as many rounds as it takes.
    while rung < 1500 or len(stream.desks()) < 5:
        assert time.monotonic() < until, f"{len(stream.desks())} of 5 heard, {rung} rung"
        ring("DESK-POL")
        rung += 1
    assert resident(stream.process) - before < 8_000_000
    for one in opened:
        one.close()


def test_a_slow_stream_holds_one_mark_for_a_topic_however_often_it_rang():
    slow = Subscriber(frozenset({"DESK-POL", "BY-POL"}))
    for _ in range(10_000):
        slow.ring("DESK-POL")
        slow.ring("DESK-DGP")
    assert slow.take() == ["DESK-POL"]
    assert slow.take() == []


def test_a_client_that_takes_nothing_for_long_is_let_go(cookie, settings):
    settings.LIVE_SEND_SECONDS = 0.1

    async def run():
        live = Live()

        async def receive():
            await asyncio.Event().wait()

        async def send(message):
            if message["type"] == "http.response.body":
                await asyncio.Event().wait()

        scope = {
            "type": "http",
            "method": "GET",
            "path": "/live/",
            "query_string": b"desk=DESK-POL",
            "headers": [(b"host", b"127.0.0.1"), (b"cookie", f"session={cookie}".encode())],
            "server": ("127.0.0.1", 8000),
        }
        async with asyncio.timeout(10):
            await live(scope, receive, send)
        assert not live.hub.subscribers
        await live.stop()

    asyncio.run(run())


def test_the_server_ends_within_seconds_though_streams_are_open(own_stream):
    assert own_stream.process.end(seconds=6) in (0, -15)


def test_pages_are_served_beside_many_streams(stream, cookie):
    opened = [Stream(stream.port, "?desk=DESK-POL", cookie=cookie, read=False) for _ in range(30)]
    began = time.perf_counter()
    page = http.client.HTTPConnection("127.0.0.1", stream.port, timeout=5)
    page.request("GET", "/health/")
    assert page.getresponse().status == 200
    assert time.perf_counter() - began < 1
    page.close()
    for one in opened:
        one.close()


def slow_upload(port):
    line = socket.create_connection(("127.0.0.1", port))
    line.sendall(b"POST /echo/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\nhalf")
    return line


def test_uploads_that_trickle_in_hold_no_thread(stream):
    slow = [slow_upload(stream.port) for _ in range(30)]
    page = http.client.HTTPConnection("127.0.0.1", stream.port, timeout=5)
    page.request("GET", "/health/")
    assert page.getresponse().status == 200
    for line in (page, *slow):
        line.close()


def test_answers_that_nobody_reads_hold_no_thread(stream):
    idle = [socket.create_connection(("127.0.0.1", stream.port), 10) for _ in range(20)]
    for line in idle:
        line.sendall(b"GET /big/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    for line in idle:
        assert line.recv(9) == b"HTTP/1.1 "  # its answer has begun
    page = http.client.HTTPConnection("127.0.0.1", stream.port, timeout=5)
    page.request("GET", "/health/")
    assert page.getresponse().status == 200
    for line in (page, *idle):
        line.close()


def echo(port, body, headers=(), **kwargs):
    page = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    page.request("POST", "/echo/", body, {"Content-Type": "text/plain", **dict(headers)}, **kwargs)
    answer = page.getresponse()
    status, content = answer.status, answer.read()
    page.close()
    return status, content


def test_a_body_sent_in_chunks_arrives_whole(stream):
    status, content = echo(stream.port, iter([b"Pat", b"arnieki"]), encode_chunked=True)
    assert status == 200
    assert b'"body": "Patarnieki"' in content
    assert b'"CONTENT_LENGTH": "10"' in content
    assert b'"HTTP_TRANSFER_ENCODING": null' in content


def test_a_body_that_is_too_large_is_refused_with_a_sentence(stream):
    status, content = echo(stream.port, b"x" * 27_500_000)
    assert status == 413
    assert b"too large" in content


def test_what_the_server_refuses_by_itself_is_protected_like_any_page(stream):
    page = http.client.HTTPConnection("127.0.0.1", stream.port, timeout=10)
    page.request("POST", "/echo/", b"x" * 27_500_000, {"Content-Type": "text/plain"})
    answer = page.getresponse()
    assert answer.status == 413
    for name in ("X-Frame-Options", "Content-Security-Policy", "X-Content-Type-Options"):
        assert answer.headers[name], name
    page.close()


def test_a_header_with_underscores_does_not_pass_for_the_real_one(stream):
    status, content = echo(stream.port, b"", [("x_forwarded_proto", "https")])
    assert status == 200
    assert b'"HTTP_X_FORWARDED_PROTO": null' in content
