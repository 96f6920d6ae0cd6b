"""With Redis and the worker dead, a line that does not answer still alarms both desks, once."""

import pytest

from tests.kernel.machinery import eventually
from tests.portal import Officer

pytestmark = pytest.mark.fault


def test_a_missed_check_is_alarmed_and_repaired_without_redis_and_worker(portal):
    latvia, belarus = Officer(portal, "dgp.duty"), Officer(portal, "pol.duty")
    portal.processes["broker"].kill()
    portal.processes["worker"].kill()
    body = {"caller": "DESK-DGP", "answerer": "DESK-POL"}
    made = latvia.post("/line-checks/", body).json()
    # Half an hour passes, in which the portal ran.
    worked = "SELECT 1 FROM outbox_pulse WHERE process = 'relay'"
    eventually(lambda: portal.sql(worked), 30)
    portal.sql("UPDATE outbox_pulse SET since = since - interval '1 hour'")
    portal.sql(
        "ALTER TABLE contactpoints_linecheck DISABLE TRIGGER USER;"
        "UPDATE contactpoints_linecheck SET at = at - interval '30 minutes' WHERE uid = %s;"
        "ALTER TABLE contactpoints_linecheck ENABLE TRIGGER USER",
        made["uid"],
    )

    def alarms(priority):
        return portal.sql(
            "SELECT d.desk_id, d.recalled_at IS NULL FROM contactpoints_delivery d"
            " JOIN contactpoints_alert a ON a.id = d.alert_id"
            " WHERE a.about LIKE 'line:%%' AND d.priority = %s"
            " AND a.raised_at > now() - interval '5 minutes'",
            priority,
        )

    eventually(lambda: len(alarms("P2")) == 2, 15)
    heard = belarus.post(f"/line-checks/{made['uid']}/heard/", {}).json()
    assert (heard["state"], heard["missed"]) == ("missed", "screen")
    eventually(lambda: len(alarms("P4")) == 2, 15)
    assert not any(waits for _desk, waits in alarms("P2"))
    assert len(alarms("P2")) == 2
