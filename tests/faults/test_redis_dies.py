"""Redis is the broker and nothing else: without it everything goes on, a little slower."""

import pytest

from tests.kernel.machinery import Stream, answers, eventually
from tests.portal import Officer

pytestmark = pytest.mark.fault


def test_without_redis_the_main_job_goes_on(portal):
    latvia, belarus = Officer(portal, "dgp.duty"), Officer(portal, "pol.duty")
    stream = Stream(portal.port, "?desk=DESK-POL", token=belarus.token)
    eventually(lambda: stream.named("beat"))
    portal.processes["broker"].kill()
    assert not answers(portal.broker_port)

    assert latvia.sign_in().url.startswith(portal.url)
    incident = latvia.report()
    rung = len(stream.named("change"))
    delivery = latvia.release(incident)
    eventually(lambda: len(stream.named("change")) > rung, 10)
    assert latvia.page("/incidents/").status_code == 200
    assert incident["number"] in latvia.page("/incidents/").text
    assert any(
        d["uid"] == delivery["uid"] for d in belarus.get("/deliveries/?open=true").json()["results"]
    )
    answer = belarus.post(f"/deliveries/{delivery['uid']}/acknowledge/", {"note": "Patrol sent."})
    assert answer.status_code == 200
    assert answer.json()["state"] == "acknowledged"
    assert latvia.delivery(delivery["uid"])["acknowledged_by"] == answer.json()["acknowledged_by"]
    health = latvia.page("/health/").json()
    assert (health["status"], health["broker"]) == ("degraded", False)


def test_mail_goes_out_without_redis(portal):
    latvia = Officer(portal, "dgp.duty")
    portal.processes["broker"].kill()
    latvia.release(latvia.report())
    # A summary of the day may come before it.
    told = ["pol.duty@by.example"]
    eventually(lambda: [to for to, _letter in portal.mailbox.messages if to == told], 15)
