"""A purge that is killed, twice at once, or meets a hold: nothing half done, nothing twice."""

import os
import signal
from contextlib import contextmanager
from datetime import timedelta

import psycopg2
import pytest
from django.conf import settings
from django.db import connection
from django.utils.timezone import now

from bordercoop.files import store
from incidents import actions
from incidents.models import Attachment, Note, Purge, PurgeLine, SealedVersion
from tests import made_files as made
from tests.concurrency.test_races import errors, together
from tests.incidents.kept import closed, period, purge
from tests.incidents.sealed import add
from tests.kernel.machinery import Process, eventually, manage

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def overdue(incident, people, time_machine):
    """Two incidents with files that ended long ago; the clock shows today again."""
    today = now()
    time_machine.move_to(today - timedelta(days=400), tick=True)
    cases = []
    for number in range(2):
        case = incident()
        add(case, people.dgp_officer)
        file = made.upload(made.pdf(b"%d" % number), "a.pdf")
        actions.attach_file(case, file, by=people.dgp_duty)
        cases.append(closed(case, people.dgp_duty))
    time_machine.move_to(today, tick=True)
    for kind in ("sealed", "file"):
        period(kind)
    for row in Attachment.objects.all():  # the disk's clock did not travel
        _aged(store.path_of(row.sha256))
    return cases


def _aged(path):
    old = now().timestamp() - 400 * 86400
    os.utime(path, (old, old))


@contextmanager
def elsewhere():
    """A connection beside that of the test, as another process has one."""
    facts = connection.settings_dict
    other = psycopg2.connect(
        host=facts["HOST"], port=facts["PORT"], user=facts["USER"], password=facts["PASSWORD"],
        dbname=facts["NAME"],
    )  # fmt: skip
    try:
        yield other
    finally:
        other.close()


@contextmanager
def running(tmp_path):
    """`manage.py purge_expired` as a process of its own on the database of the test."""
    facts = connection.settings_dict
    user = f"{facts['USER']}:{facts['PASSWORD']}" if facts["PASSWORD"] else facts["USER"]
    host = facts["HOST"] if not str(facts["HOST"]).startswith("/") else "127.0.0.1"
    env = {
        "DATABASE_URL": f"postgres://{user}@{host}:{facts['PORT']}/{facts['NAME']}",
        "MEDIA_ROOT": str(settings.MEDIA_ROOT),
        "SECRET_KEY": settings.SECRET_KEY,
        "DEMO": "1",
    }
    process = Process(*manage("purge_expired"), env=env, log=tmp_path / "purge.log")
    try:
        yield process
    finally:
        process.kill()


def locked(other, case):
    """Hold the file of an incident, so that whoever would change it waits."""
    other.cursor().execute(
        "SELECT 1 FROM incidents_attachment WHERE incident_id = %s FOR UPDATE", [case.pk]
    )


def on_disk():
    return [store.path_of(row.sha256).exists() for row in Attachment.objects.order_by("pk")]


def test_a_purge_killed_between_row_and_file_is_completed_by_the_next_run(overdue, tmp_path):
    first, second = overdue
    with elsewhere() as other, running_after(other, second, tmp_path) as process:
        # The first incident is committed; the second waits for its file.
        eventually(lambda: PurgeLine.objects.filter(incident=first).count() == 2, 30)
        process.kill()
    assert on_disk() == [True, True]
    assert Purge.objects.get().finished_at is None
    assert SealedVersion.objects.exclude(content={}).count() == 1
    (done,) = purge()
    assert on_disk() == [False, False]
    assert done.lines.count() == 4
    assert Attachment.objects.filter(bytes_gone_at=None).count() == 0


@contextmanager
def running_after(other, case, tmp_path):
    locked(other, case)
    with running(tmp_path) as process:
        yield process


def test_a_purge_killed_between_file_and_mark_is_completed_by_the_next_run(overdue, tmp_path):
    first, second = overdue
    with elsewhere() as other, elsewhere() as third, running_after(other, second, tmp_path) as one:
        eventually(lambda: PurgeLine.objects.filter(incident=first).count() == 2, 30)
        locked(third, first)
        other.rollback()
        # Both are blanked; the bytes of the first have gone and its row cannot say so.
        eventually(lambda: on_disk()[0] is False, 30)
        one.signal(signal.SIGKILL)
        assert one.child.wait(10) == -signal.SIGKILL
        # Looked at under the lock: once it goes, the server may still write the mark it was sent.
        assert Attachment.objects.filter(bytes_gone_at=None).count() == 2
    (done,) = purge()
    assert on_disk() == [False, False]
    assert (done.number, done.lines.count()) == (1, 4)


def test_two_purges_at_once_do_everything_once(overdue):
    results = together(purge, purge, purge)
    assert errors(results) == []
    assert Purge.objects.filter(finished_at__isnull=False).count() >= 1
    assert PurgeLine.objects.count() == 4
    assert on_disk() == [False, False]
    purge()
    assert not Purge.objects.filter(finished_at=None).exists()


def test_a_hold_and_a_purge_at_once_leave_all_or_nothing(overdue, people):
    case, by = overdue[0], people.lv_hq
    results = together(
        purge, lambda: actions.place_hold(case, reason="Case 12 of the court", by=by)
    )
    assert errors(results) == []
    blank = SealedVersion.objects.get(person__incident=case).content == {}
    assert blank == (Attachment.objects.get(incident=case).name == "")
    assert SealedVersion.objects.exclude(person__incident=case).get().content == {}


def test_a_note_written_while_the_purge_runs_is_kept(overdue, people):
    case = overdue[0]
    period("note")
    results = together(purge, lambda: actions.add_note(case, text="Late.", by=people.dgp_duty))
    assert errors(results) == []
    assert Note.objects.get().text == "Late."
