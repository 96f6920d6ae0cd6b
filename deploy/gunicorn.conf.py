"""gunicorn beside its arguments in docker-compose.yml: log lines like the portal's, and one set of
metrics for all its workers.

Each worker counts in files of its own below PROMETHEUS_MULTIPROC_DIR; /metrics adds them up.
"""

import os
import shutil
from pathlib import Path
from typing import Any

from bordercoop import settings

logconfig_dict = settings.LOGGING


def on_starting(_server: Any) -> None:
    """What earlier workers counted is over: a counter that begins anew is what scrapers expect."""
    if folder := os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        shutil.rmtree(folder, ignore_errors=True)
        Path(folder).mkdir(mode=0o700, parents=True)


def child_exit(_server: Any, worker: Any) -> None:
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        from prometheus_client import multiprocess

        multiprocess.mark_process_dead(worker.pid)
