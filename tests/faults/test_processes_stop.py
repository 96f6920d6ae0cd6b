"""Processes that stop are missed by those that go on, and lose nothing that was in their hands."""

import re
import signal
import time
from collections import Counter

import pytest

from tests.kernel.machinery import eventually
from tests.portal import Officer, running

pytestmark = pytest.mark.fault
# Two ticks of beat; the one that notices looks every two seconds (relay) or five (worker).
NOTICED = 10 + 5


@pytest.fixture(scope="module")
def whole(demo_database, tmp_path_factory):
    """Every process of the portal, beat among them, for both tests. What a killed sender had in its
    hands falls due after 10 s."""
    names = ("broker", "web", "relay", "worker", "beat")
    folder = tmp_path_factory.mktemp("whole")
    with running(folder, "whole", demo_database, *names, OUTBOX_LEASE="10") as portal:
        yield portal


def test_a_stopped_beat_and_a_stopped_relay_are_missed_and_taken_back(whole):
    anybody = Officer(whole, "dgp.duty")

    def health():
        facts = anybody.page("/health/").json()
        return facts["silent"], "processes" in facts["problems"]

    def pulse(process):
        rows = whole.sql("SELECT now() - at FROM outbox_pulse WHERE process = %s", process)
        return rows and rows[0][0].total_seconds() < 3

    for process in ("beat", "relay", "worker"):
        eventually(lambda process=process: pulse(process), 30)
    # They have watched each other for two ticks.
    time.sleep(max(0.0, 11 - _age_of(whole)))
    assert health() == ([], False)

    for name, back in (("beat", "restarted"), ("relay", "woken")):
        process = whole.processes[name]
        process.signal(signal.SIGKILL if back == "restarted" else signal.SIGSTOP)
        stopped = time.monotonic()
        eventually(lambda name=name: health() == ([name], True), 30, every=0.2)
        # The machine under test may be busy with others; on a quiet one it is NOTICED at most.
        assert 5 <= time.monotonic() - stopped <= NOTICED + 5
        if back == "restarted":
            whole.start(name)
        else:
            process.signal(signal.SIGCONT)
        eventually(lambda: health() == ([], False), 30, every=0.2)

    rows = whole.sql("SELECT process, ended_at IS NOT NULL FROM operations_silence ORDER BY id")
    assert rows == [("beat", True), ("relay", True)]
    # Both were over within the minute, so the letters that wait will tell nobody.
    assert not [to for to, letter in whole.mailbox.messages if "sign of life" in letter]


def _age_of(portal):
    rows = portal.sql("SELECT extract(epoch FROM now() - min(since))::float8 FROM outbox_pulse")
    return rows[0][0]


def test_worker_and_redis_killed_while_alerts_climb_each_climbs_in_time_and_once(whole):
    latvia = Officer(whole, "dgp.duty")
    sent = [
        latvia.release(latvia.report(headline=f"Case {number}", severity=4))["uid"]
        for number in range(8)
    ]
    # All of them fall due at one moment, and both are killed in the middle of it.
    whole.sql(
        "UPDATE contactpoints_delivery SET escalate_at = now() + interval '1 second'"
        " WHERE uid = ANY(%s::uuid[])",
        sent,
    )
    due = time.monotonic() + 1
    time.sleep(1.05)
    for name in ("worker", "broker"):
        whole.processes[name].kill()

    def steps():
        rows = "SELECT step FROM contactpoints_delivery WHERE uid = ANY(%s::uuid[])"
        return {row[0] for row in whole.sql(rows, sent)}

    eventually(lambda: steps() == {1}, 35)
    assert time.monotonic() - due < 35

    def letters():
        """Message-ID of each letter of the new step -> how often it came to whom it is for."""
        found = Counter()
        for to, letter in whole.mailbox.messages:
            name = re.search(r"Message-ID: <(delivery\.(\S+?)\.1\.mail\S*)@", letter)
            if name and name[2] in sent:
                assert to == ["pol.head@by.example"]
                found[name[1]] += 1
        return found

    eventually(lambda: len(letters()) == 8, 35 - (time.monotonic() - due))
    whole.start("broker", "worker")
    open_ones = "SELECT count(*) FROM outbox_message WHERE done_at IS NULL AND due_at < now()"
    eventually(lambda: whole.sql(open_ones)[0][0] == 0, 20, every=0.2)
    # A letter whose sender was killed after it had left comes again under the same name, at most.
    assert len(letters()) == 8
    assert sum(letters().values()) <= 9
    climbed = whole.sql(
        "SELECT count(*), count(DISTINCT about) FROM audit_entry"
        " WHERE verb = 'delivery.escalated' AND about = ANY(%s)",
        [f"delivery:{uid}" for uid in sent],
    )
    assert climbed == [(8, 8)]
    assert steps() == {1}
