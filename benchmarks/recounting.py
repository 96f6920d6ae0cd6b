"""Every indicator counted anew and proved, as `manage.py recount_indicators` does.

python -m benchmarks.recounting: prints JSON {"count": s, "prove": s, "tallies": rows, "memory": MB
that the process and its server process grew by from the first tenth of the parts to the last}.
"""

import json
import os
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
    grown: list[float] = []

    def part(done: int, total: int) -> None:
        """Memory after each part; how much it grew once all are done."""
        sizes.append(megabytes(os.getpid()) + private(server))
        if done == total:
            tenth = max(len(sizes) // 10, 1)
            grown.append(max(sizes[-tenth:]) - max(sizes[:tenth]))
            sizes.clear()

    began = time.perf_counter()
    rebuild_indicators(part)
    counted = time.perf_counter()
    wrong, tallies = recount_indicators(part)
    proved = time.perf_counter()
    assert wrong == 0, wrong
    said = {"count": counted - began, "prove": proved - counted, "tallies": tallies}
    print(json.dumps({**said, "memory": max(grown)}))


if __name__ == "__main__":
    django.setup()
    main()
