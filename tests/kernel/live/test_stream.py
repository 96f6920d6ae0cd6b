"""GET /live/ as a client sees it, from a real server."""

import itertools
import time
from datetime import datetime, timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.db import transaction
from django.test import Client
from django.utils.timezone import now

from bordercoop.live.doorbell import ring, ring_many
from bordercoop.live.models import Presence
from bordercoop.outbox.models import Pulse
from tests.kernel.machinery import Stream, eventually, rolled_back

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sign_in():
    """The key of a new session of this officer, as the sign-in page makes it."""

    def sign_in(user, **changes):
        client = Client()
        client.force_login(user, settings.AUTHENTICATION_BACKENDS[0])
        session = client.session
        session.update({"began_at": int(time.time()), "seen_at": int(time.time()), **changes})
        session.save()
        return session.session_key

    return sign_in


@pytest.fixture
def listen():
    """Open a stream; it is closed when the test ends."""
    opened = []

    def listen(port, query="", **kwargs):
        opened.append(Stream(port, query, **kwargs))
        return opened[-1]

    yield listen
    for stream in opened:
        stream.close()


@pytest.fixture
def duty(make_user):
    return make_user("pol.duty", ["DESK-POL", "BY-POL"], side="BY")


@pytest.fixture
def stream(standing_portal, duty, sign_in, listen):
    """The Belarusian duty officer listens at the Polotsk desk and has had the first beat."""
    process, port = standing_portal
    stream = listen(port, "?desk=DESK-POL", cookie=sign_in(duty))
    eventually(lambda: stream.named("beat"))
    stream.port, stream.process = port, process
    return stream


def test_the_first_beat_comes_at_once_and_then_one_every_interval(stream):
    eventually(lambda: len(stream.named("beat")) >= 4)
    times = [at for _, _, at in stream.named("beat")]
    gaps = [later - earlier for earlier, later in itertools.pairwise(times)]
    assert all(0.3 < gap < 5 for gap in gaps)
    told = datetime.fromisoformat(stream.named("beat")[-1][1]["now"])
    assert abs(now() - told) < timedelta(seconds=2)


def test_every_change_is_heard_soon_after_its_commit(stream):
    seconds = []
    for turn in range(1, 21):
        ring("DESK-POL")
        rung = time.perf_counter()
        eventually(lambda turn=turn: len(stream.desks()) >= turn, every=0.002)
        seconds.append(stream.named("change")[-1][2] - rung)
    assert sorted(seconds)[18] < 5


def test_a_change_says_where_and_nothing_else(stream):
    ring("DESK-POL")
    eventually(stream.desks)
    assert stream.named("change")[0][1] == {"desk": "DESK-POL"}


def test_a_ring_that_was_rolled_back_is_never_heard(stream):
    with rolled_back():
        ring("DESK-POL")
    with transaction.atomic():
        ring("DESK-POL")
        ring("DESK-POL")
    eventually(lambda: len(stream.named("beat")) >= 3)
    assert stream.desks() == ["DESK-POL"]


def test_only_the_named_desk_is_heard(stream):
    ring_many(["DESK-DGP", "BY-POL", "DESK-POL"])
    eventually(stream.desks)
    assert stream.desks() == ["DESK-POL"]


def test_with_no_desk_named_all_own_units_are_heard(stream, duty, sign_in, listen):
    everywhere = listen(stream.port, cookie=sign_in(duty))
    eventually(lambda: everywhere.named("beat"))
    ring_many(["DESK-DGP", "BY-POL", "DESK-POL"])
    eventually(lambda: len(everywhere.desks()) == 2)
    assert everywhere.desks() == ["BY-POL", "DESK-POL"]


def test_several_desks_may_be_named(stream, duty, sign_in, listen):
    both = listen(stream.port, "?desk=DESK-POL&desk=BY-POL", cookie=sign_in(duty))
    eventually(lambda: both.named("beat"))
    ring("BY-POL")
    eventually(both.desks)
    assert both.desks() == ["BY-POL"]


def test_nobody_listens_without_signing_in(stream, listen):
    refused = listen(stream.port, "?desk=DESK-POL")
    assert refused.status == 401
    assert refused.problem()["code"] == "not_authenticated"
    assert listen(stream.port, cookie="0" * 32).status == 401
    assert listen(stream.port, token="0" * 64).status == 401


def test_nobody_listens_at_a_desk_of_others(stream, duty, sign_in, listen):
    refused = listen(stream.port, "?desk=DESK-DGP&desk=DESK-POL", cookie=sign_in(duty))
    assert refused.status == 403
    problem = refused.problem()
    assert set(problem) == {"code", "detail", "fields"}
    assert "DESK-DGP" in problem["detail"]
    assert "DESK-POL" not in problem["detail"]


def test_without_a_posting_there_is_nothing_to_listen_at(stream, make_user, sign_in, listen):
    assert listen(stream.port, cookie=sign_in(make_user("left.long.ago"))).status == 403


def test_an_account_without_a_desk_gets_the_heartbeat_alone(stream, make_user, sign_in, listen):
    key = sign_in(make_user("administrator"))
    assert listen(stream.port, "?desk=DESK-POL", cookie=key).status == 403
    idle = listen(stream.port, cookie=key)
    assert idle.status == 200
    ring("DESK-POL")
    eventually(lambda: len(idle.named("beat")) >= 2)
    assert idle.desks() == []


def test_the_answer_is_a_stream_that_no_proxy_keeps_back(stream):
    headers = stream.response.headers
    assert headers["Content-Type"] == "text/event-stream; charset=utf-8"
    assert "no-cache" in headers["Cache-Control"]
    assert headers["X-Accel-Buffering"] == "no"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"


def test_a_token_opens_a_stream_and_its_revocation_ends_it(stream, duty, listen):
    from knox.models import AuthToken

    stored, token = AuthToken.objects.create(duty)
    other = listen(stream.port, "?desk=DESK-POL", token=token)
    eventually(lambda: other.named("beat"))
    ring("DESK-POL")
    eventually(other.desks)
    stored.delete()
    eventually(lambda: other.ended, 3)
    assert not stream.ended


def test_an_expired_token_opens_nothing(stream, duty, listen):
    from knox.models import AuthToken

    _, token = AuthToken.objects.create(duty, expiry=timedelta(seconds=-1))
    assert listen(stream.port, token=token).status == 401


def end_session(duty, key):
    SessionStore(key).delete()


def change_password(duty, key):
    duty.set_password("another long password")
    duty.save()


def close_account(duty, key):
    duty.is_active = False
    duty.save()


def end_posting(duty, key):
    duty.groups.filter(name="DESK-POL").delete()


def reach_the_absolute_limit(duty, key):
    session = SessionStore(key)
    session["began_at"] = int(time.time()) - 15 * 3600
    session.save()


def stay_idle(duty, key):
    session = SessionStore(key)
    session["seen_at"] = int(time.time()) - 2 * 3600
    session.save()


@pytest.mark.parametrize(
    "happens",
    [
        end_session,
        change_password,
        close_account,
        end_posting,
        reach_the_absolute_limit,
        stay_idle,
    ],
)
def test_a_stream_ends_with_the_next_check_after(happens, stream, duty, sign_in, listen):
    key = sign_in(duty)
    watched = listen(stream.port, "?desk=DESK-POL", cookie=key)
    eventually(lambda: watched.named("beat"))
    happens(duty, key)
    eventually(lambda: watched.ended, 3)
    ring("DESK-POL")
    assert watched.desks() == []
    assert listen(stream.port, "?desk=DESK-POL", cookie=key).status in (401, 403)


def test_a_stream_of_all_units_hears_no_more_of_a_unit_whose_posting_ended(
    stream, duty, sign_in, listen
):
    everywhere = listen(stream.port, cookie=sign_in(duty))
    eventually(lambda: everywhere.named("beat"))
    duty.groups.filter(name="DESK-POL").delete()
    beats = len(everywhere.named("beat"))
    eventually(lambda: len(everywhere.named("beat")) >= beats + 2)
    ring_many(["DESK-POL", "BY-POL"])
    eventually(everywhere.desks)
    assert everywhere.desks() == ["BY-POL"]


def test_an_open_stream_keeps_the_session_from_falling_idle(stream, duty, sign_in, listen):
    key = sign_in(duty, seen_at=int(time.time()) - 1800)
    watched = listen(stream.port, "?desk=DESK-POL", cookie=key)
    eventually(lambda: watched.named("beat"))
    assert time.time() - SessionStore(key)["seen_at"] < 10


def test_presence_is_noted_for_the_named_desk_and_renewed_with_each_beat(stream, duty):
    seen = Presence.objects.get(user=duty)
    assert seen.unit_code == "DESK-POL"
    eventually(lambda: Presence.objects.get(user=duty).seen_at > seen.seen_at)


def test_no_presence_is_noted_when_no_desk_is_named(stream, duty, sign_in, listen):
    everywhere = listen(stream.port, cookie=sign_in(duty))
    eventually(lambda: everywhere.named("beat"))
    assert [p.unit_code for p in Presence.objects.all()] == ["DESK-POL"]


def test_the_process_shows_that_it_lives(stream):
    eventually(lambda: Pulse.objects.filter(process="live").exists())


def test_a_stream_is_read_with_get(stream):
    stream.connection.close()
    import http.client

    other = http.client.HTTPConnection("127.0.0.1", stream.port, timeout=5)
    other.request("POST", "/live/", headers={"Accept-Language": "en"})
    answer = other.getresponse()
    assert (answer.status, answer.headers["Allow"]) == (405, "GET")
    other.close()
