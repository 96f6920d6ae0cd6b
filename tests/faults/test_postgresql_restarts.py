"""PostgreSQL restarted under a running portal: everything finds its way back by itself."""

import pytest

from bordercoop.devstack.postgres import Postgres
from tests.kernel.machinery import Stream, eventually
from tests.portal import Officer, Portal, carried_over

pytestmark = pytest.mark.fault


@pytest.fixture
def own_server(demo_database, tmp_path_factory):
    """A PostgreSQL that this test may kill, with a portal on it."""
    folder = tmp_path_factory.mktemp("server")
    server = Postgres(folder, durable=True)
    server.start()
    try:
        portal = Portal(tmp_path_factory.mktemp("portal"), server.url, "portal_own")
        portal.make_database()
        carried_over(demo_database, to=portal.database_url)
        portal.open()
        portal.start("broker", "web", "relay", "worker")
        yield server, portal
    finally:
        for process in portal.processes.values():
            process.kill()
        portal.smtp.stop()
        server.remove()


def test_after_a_crash_of_the_database_the_main_job_goes_on(own_server):
    server, portal = own_server
    latvia, belarus = Officer(portal, "dgp.duty"), Officer(portal, "pol.duty")
    kept = latvia.report(headline="Committed before the crash")
    stream = Stream(portal.port, "?desk=DESK-POL", token=belarus.token)
    eventually(lambda: stream.named("beat"))

    pid = server.process.pid
    server.process.kill()
    assert server.process.code is not None
    assert pid == server.process.pid
    assert latvia.page("/health/").status_code == 503
    server.restart()

    found = eventually(lambda: _read(latvia, kept["uid"]), 20)
    assert found["headline"] == "Committed before the crash"
    delivery = latvia.release(latvia.report(headline="After the crash"))
    eventually(lambda: latvia.delivery(delivery["uid"])["state"] == "delivered", 60)
    fresh = Stream(portal.port, "?desk=DESK-POL", token=belarus.token)
    eventually(lambda: fresh.named("beat"), 30)
    for name in ("web", "relay", "worker"):
        assert portal.processes[name].alive(), name


def _read(officer, uid):
    answer = officer.get(f"/incidents/{uid}/")
    return answer.json() if answer.status_code == 200 else None
