"""A worker killed between sending and marking loses nothing and does nothing twice."""

import re
import signal

import pytest

from tests.kernel.machinery import eventually
from tests.portal import Officer, running

pytestmark = pytest.mark.fault


class Stalling:
    """A receiver that keeps the first letter of an alert and then lets its sender wait, as a slow
    line does. A summary of the day may come before it."""

    def __init__(self, mailbox):
        self.mailbox, self.stalled = mailbox, []

    async def handle_DATA(self, server, session, envelope):
        import asyncio

        await self.mailbox.handle_DATA(server, session, envelope)
        if not self.stalled and b"<delivery." in envelope.content:
            self.stalled.append(True)
            await asyncio.sleep(8)
        return "250 kept"


@pytest.fixture
def stalling(demo_database, tmp_path):
    """A portal whose only sender is a worker, and whose mail server lets it wait once."""
    with running(
        *(tmp_path, "stalling", demo_database, "broker", "web", "worker"),
        mailbox=Stalling,
        OUTBOX_LEASE="2",
    ) as portal:
        yield portal


@pytest.fixture
def hasty(demo_database, tmp_path):
    """A whole portal in which a killed sender's messages fall due after 4 s, not a minute."""
    with running(
        *(tmp_path, "hasty", demo_database, "broker", "web", "relay", "worker"), OUTBOX_LEASE="4"
    ) as portal:
        yield portal


def test_a_letter_sent_but_not_marked_goes_out_again_under_the_same_name(stalling):
    latvia = Officer(stalling, "dgp.duty")
    delivery = latvia.release(latvia.report())
    eventually(lambda: stalling.smtp.handler.stalled, 20)
    worker = stalling.processes["worker"]
    worker.signal(signal.SIGKILL)
    assert worker.child.wait(10) == -signal.SIGKILL
    unmarked = stalling.sql(
        "SELECT count(*) FROM outbox_message WHERE channel='mail' AND done_at IS NULL"
    )
    assert unmarked[0][0] >= 1

    stalling.start("relay")
    eventually(
        lambda: (
            stalling.sql("SELECT count(*) FROM outbox_message WHERE done_at IS NULL")[0][0] == 0
        ),
        30,
    )
    names = re.findall(r"Message-ID: (<[^>]+>)", "\n".join(m[1] for m in stalling.mailbox.messages))
    about = [name for name in names if delivery["uid"] in name]
    assert len(about) == 2
    assert len(set(about)) == 1
    assert latvia.delivery(delivery["uid"])["state"] == "delivered"


def test_alerts_survive_workers_that_are_killed(hasty):
    latvia = Officer(hasty, "dgp.duty")
    sent = []
    for number in range(12):
        sent.append(latvia.release(latvia.report(headline=f"Case {number}", severity=2))["uid"])
        if number % 4 == 3:
            hasty.processes["worker"].signal(signal.SIGKILL)
            assert hasty.processes["worker"].child.wait(10) == -signal.SIGKILL
            hasty.start("worker")
    eventually(
        lambda: hasty.sql("SELECT count(*) FROM outbox_message WHERE done_at IS NULL")[0][0] == 0,
        90,
    )
    states = {latvia.delivery(uid)["state"] for uid in sent}
    assert states == {"delivered"}
    names = re.findall(r"Message-ID: (<[^>]+>)", "\n".join(m[1] for m in hasty.mailbox.messages))
    assert len({name for name in names if any(uid in name for uid in sent)}) == len(sent)
