"""Every indicator counted anew and proved, as `manage.py recount_indicators` does.

python -m benchmarks.recounting: prints JSON {"count": s, "prove": s, "tallies": rows, "memory": MB
that the process and its server process grew by from the first tenth of the time to the last}.
"""

import json
import os
import threading
import time
from pathlib import Path

import django

from .memory import megabytes


def private(pid: int) -> float:
    """Megabytes that only this process holds: what PostgreSQL shares is shared by all."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    held = [int(line.split()[1]) for line in lines if line.startswith("Private_")]
    return sum(held) / 1024


def main() -> None:
    from django.db import connection

    from riskanalysis.actions import rebuild_indicators, recount_indicators

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (server,) = cursor.fetchone()
    sizes: list[float] = []
    over = threading.Event()

    def watch() -> None:
        while not over.wait(0.2):
            sizes.append(megabytes(os.getpid()) + private(server))

    watcher = threading.Thread(target=watch)
    watcher.start()
    began = time.perf_counter()
    rebuild_indicators()
    counted = time.perf_counter()
    wrong, tallies = recount_indicators()
    proved = time.perf_counter()
    over.set()
    watcher.join()
    assert wrong == 0, wrong
    tenth = max(len(sizes) // 10, 1)
    grown = max(sizes[-tenth:]) - max(sizes[:tenth])
    said = {"count": counted - began, "prove": proved - counted, "tallies": tallies}
    print(json.dumps({**said, "memory": grown}))


if __name__ == "__main__":
    django.setup()
    main()
