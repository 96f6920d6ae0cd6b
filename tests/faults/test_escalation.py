"""Silence at a desk passes from the duty officer to the head of the point to headquarters."""

import pytest

from tests.kernel.machinery import Stream, eventually
from tests.portal import Officer

pytestmark = pytest.mark.fault


@pytest.mark.parametrize("broker", [True, False], ids=["with Redis", "without Redis"])
def test_real_processes_pass_all_three_steps(portal, broker):
    # No officer could set so short a wait, nor change a version.
    portal.sql(
        "ALTER TABLE contactpoints_escalationpolicy DISABLE TRIGGER USER; "
        "UPDATE contactpoints_escalationpolicy "
        """SET steps = replace(steps::text, '"P2": 900', '"P2": 2')::jsonb; """
        "ALTER TABLE contactpoints_escalationpolicy ENABLE TRIGGER USER"
    )
    if not broker:
        portal.processes["broker"].kill()
        portal.processes["worker"].kill()
    latvia, chief = Officer(portal, "dgp.duty"), Officer(portal, "by.hq")
    stream = Stream(portal.port, "?desk=BY-GPK", token=chief.token)
    eventually(lambda: stream.named("beat"))
    delivery = latvia.release(latvia.report())
    assert delivery["step"] == "primary"

    eventually(lambda: latvia.delivery(delivery["uid"])["step"] == "head", 20)
    eventually(lambda: latvia.delivery(delivery["uid"])["step"] == "headquarters", 20)
    eventually(lambda: stream.named("change"), 10)

    def told():
        """Whom letters about this alert went to; there are others, such as the day's summary."""
        return [to for to, letter in portal.mailbox.messages if delivery["uid"] in letter]

    eventually(lambda: len(told()) >= 3, 20)
    assert told() == [["pol.duty@by.example"], ["pol.head@by.example"], ["by.hq@by.example"]]
    state = latvia.delivery(delivery["uid"])
    assert state["escalate_at"] is None
    assert state["escalated_at"] is not None
    answer = chief.post(f"/deliveries/{delivery['uid']}/acknowledge/", {"note": "Calling Polotsk."})
    assert answer.json()["state"] == "acknowledged"
