"""A worker killed between sending and marking loses nothing and does nothing twice."""

import re
import signal

import pytest

from tests.kernel.machinery import eventually
from tests.portal import Officer, Portal, server_url

pytestmark = pytest.mark.fault


class Stalling:
    """A receiver that keeps the first letter and then lets its sender wait, as a slow line does."""

    def __init__(self, mailbox):
        self.mailbox, self.stalled = mailbox, []

    async def handle_DATA(self, server, session, envelope):
        import asyncio

        await self.mailbox.handle_DATA(server, session, envelope)
        if not self.stalled:
            self.stalled.append(True)
            await asyncio.sleep(8)
        return "250 kept"


@pytest.fixture
def stalling(demo_database, tmp_path):
    """A portal whose only sender is a worker; a lease of 2 s instead of a minute."""
    portal = Portal(tmp_path, server_url(), "portal_stalling", OUTBOX_LEASE="2")
    portal.make_database(template=demo_database)
    portal.smtp.handler = Stalling(portal.mailbox)
    portal.open()
    try:
        portal.start("broker", "web", "worker")
        yield portal
    finally:
        portal.close()


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


def test_alerts_survive_workers_that_are_killed(portal):
    latvia = Officer(portal, "dgp.duty")
    sent = []
    for number in range(12):
        sent.append(latvia.release(latvia.report(headline=f"Case {number}", severity=2))["uid"])
        if number % 4 == 3:
            portal.processes["worker"].signal(signal.SIGKILL)
            assert portal.processes["worker"].child.wait(10) == -signal.SIGKILL
            portal.start("worker")
    eventually(
        lambda: portal.sql("SELECT count(*) FROM outbox_message WHERE done_at IS NULL")[0][0] == 0,
        90,
    )
    states = {latvia.delivery(uid)["state"] for uid in sent}
    assert states == {"delivered"}
    names = re.findall(r"Message-ID: (<[^>]+>)", "\n".join(m[1] for m in portal.mailbox.messages))
    assert len({name for name in names if any(uid in name for uid in sent)}) == len(sent)
