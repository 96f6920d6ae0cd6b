"""Whoever releases the injects of an exercise is killed amid the run: every inject goes once."""

import signal
import time

import pytest

from tests.kernel.machinery import eventually
from tests.portal import running

pytestmark = pytest.mark.fault

COUNT = 30
# An exercise of two desks whose injects are due two in a second; the demo has open emergencies.
BEGIN = f"""
from datetime import timedelta
from django.utils.timezone import now
from bordercoop.access.models import User
from contactpoints.models import units
from training.exercises import actions
lv, by = (User.objects.get(username=name) for name in ("lv.hq", "by.hq"))
exercise = actions.plan_exercise(
    unit=units()["LV-SBG"], kind="drill", title="Killed", language="en", place="PAT-GRI",
    category="UBC", planned_at=now() + timedelta(hours=1), pauses_for_real=False, by=lv)
for number in range({COUNT}):
    actions.add_inject(
        exercise, offset_s=number // 2, desks=("DESK-DGP", "DESK-POL"), sender="DESK-RIX",
        headline="Seen", language="en", severity=2, category="UBC", by=lv)
actions.put_exercise(exercise, by=lv)
for who in (lv, by):
    actions.name_person(exercise, officer=who, part="director", by=who)
exercise.refresh_from_db()
for who in (lv, by):
    actions.agree_exercise(exercise, edition=exercise.edition, by=who)
actions.start_exercise(exercise, by=lv)
print(exercise.uid)
"""


@pytest.fixture
def stage(demo_database, tmp_path):
    with running(
        *(tmp_path, "exercise", demo_database, "broker", "relay", "worker", "beat"),
        OUTBOX_LEASE="4",
    ) as portal:
        yield portal


def test_every_inject_goes_once_though_relay_and_worker_are_killed(stage):
    uid = stage.run("shell", "--no-imports", "-c", BEGIN).split()[-1]
    about = f"exercise:{uid}"

    def released():
        return stage.sql(
            "SELECT count(*) FROM exercises_injectrelease r JOIN exercises_inject i"
            " ON i.id = r.inject_id JOIN exercises_exercise e ON e.id = i.exercise_id"
            " WHERE e.uid = %s AND r.alert_id IS NOT NULL",
            uid,
        )[0][0]

    for count in (4, 12, 20):
        eventually(lambda count=count: released() >= count, 40)
        for name in ("relay", "worker"):
            stage.processes[name].signal(signal.SIGKILL)
            assert stage.processes[name].child.wait(10) == -signal.SIGKILL
        time.sleep(1)
        stage.start("relay", "worker")
    eventually(lambda: released() == COUNT, 60)
    alerts = stage.sql(
        "SELECT count(*), count(DISTINCT card->>'number'), count(*) FILTER (WHERE status <> "
        "'exercise') FROM contactpoints_alert WHERE about = %s",
        about,
    )
    assert alerts == [(COUNT, COUNT, 0)]
    unsent = (
        "SELECT count(*) FROM contactpoints_delivery d JOIN contactpoints_alert a"
        " ON a.id = d.alert_id WHERE a.about = %s AND d.sent_at IS NULL"
    )
    eventually(lambda: stage.sql(unsent, about)[0][0] == 0, 60)
    clock = stage.sql("SELECT state, played FROM exercises_exercise WHERE uid = %s", uid)
    assert clock[0][0] == "running"
