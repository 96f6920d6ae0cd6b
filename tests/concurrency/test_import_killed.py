"""A worker killed in the middle of an import: the next one goes on behind its last batch."""

import os
import signal
import subprocess
import sys
import time

import pytest
from django.conf import settings
from django.db import connection

from incidents import actions
from incidents.models import Import, Incident, NumberSeries
from tests import made_files

pytestmark = pytest.mark.django_db(transaction=True)
ROWS = 1_500
SCRIPT = """
import sys, django
from django.conf import settings
django.setup()
settings.DATABASES["default"]["NAME"] = sys.argv[1]
settings.MEDIA_ROOT = sys.argv[2]
from incidents.actions import advance_import
advance_import(sys.argv[3], int(sys.argv[4]))
"""


def table():
    head = "category;severity;headline;happened\n"
    lines = (f"UBC-LND;3;Killed {n};2026-02-17 08:{n % 60:02d}\n" for n in range(ROWS))
    return (head + "".join(lines)).encode()


@pytest.mark.parametrize("mode", ["rows", "all"])
def test_no_row_is_lost_or_doubled(mode, people, unit):
    by = people.dgp_head
    run = actions.upload_import(
        made_files.upload(table(), f"{mode}.csv"), unit=unit("LV-DGP"), by=by
    )
    run = actions.map_import(run, mapping=run.mapping, by=by)
    actions.advance_import(str(run.uid), run.turn, seconds=60)
    run = actions.start_import(run, mode=mode, by=by)
    worker = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, connection.settings_dict["NAME"],
         str(settings.MEDIA_ROOT), str(run.uid), str(run.turn)],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "bordercoop.settings"},
    )  # fmt: skip
    until = time.monotonic() + 60
    while time.monotonic() < until and worker.poll() is None:
        if Import.objects.get(pk=run.pk).made:
            break
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait()
    seen = Import.objects.get(pk=run.pk)
    assert seen.state == "running"
    assert 0 < seen.made < ROWS
    # What was told of all or none is how far it was; nothing of it is there.
    assert Incident.objects.count() == (seen.made if mode == "rows" else 0)
    patience = time.monotonic() + 20
    while seen.state == "running" and time.monotonic() < patience:
        try:
            actions.advance_import(str(run.uid), run.turn, seconds=60)
        except actions.import_work.Busy:
            continue  # PostgreSQL has not noticed yet that the other end is gone
        seen.refresh_from_db()
    assert (seen.state, seen.made, seen.wrong) == ("done", ROWS, 0)
    assert Incident.objects.count() == ROWS
    assert Incident.objects.values("client_ref").distinct().count() == ROWS
    assert NumberSeries.objects.get().last == ROWS
