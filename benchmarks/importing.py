"""A file of incidents through the whole bulk import, with versions, copies, numbers and audit.

python -m benchmarks.importing ROWS: prints JSON {"check": rate, "rows": rate, "all": rate,
"memory": MB that the process grew by from the first tenth of the rows to the last}.
"""

import io
import json
import resource
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path

import django

HEAD = "Category;Severity;Headline;Happened;Latitude;Longitude;People;Minors;What happened\n"
NARRATIVE = "Tracks across the control strip were followed. " * 4


class Upload:
    """A CSV as a door receives it, never whole in memory."""

    def __init__(self, rows: int, tag: str) -> None:
        self.name, self.size, self.rows, self.tag = f"{tag}.csv", None, rows, tag

    def chunks(self):
        from django.utils.timezone import now

        begin = now() - timedelta(days=60)
        yield HEAD.encode()
        for first in range(0, self.rows, 100):
            text = io.StringIO()
            for n in range(first, min(first + 100, self.rows)):
                at = begin + timedelta(minutes=n % 80_000)
                text.write(
                    f"UBC-LND;{1 + n % 4};{self.tag} {n} people at border sign 214;"
                    f"{at:%Y-%m-%d %H:%M};{55 + n % 900 / 1000:.4f};{27 + n % 700 / 1000:.4f};"
                    f"{8 + n % 5};{n % 3};{NARRATIVE}\n"
                )
            yield text.getvalue().encode()


def held() -> float:
    """Megabytes of memory that the process holds now."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main(rows: int) -> None:
    from bordercoop.access.models import User
    from bordercoop.audit.models import Entry
    from contactpoints.models import units
    from incidents import actions
    from incidents.models import Import, Incident

    by, unit = User.objects.get(username="lv.hq"), units()["LV-DGP"]
    found: dict[str, float] = {}
    sizes: list[float] = []
    watching = threading.Event()

    def watch() -> None:
        while not watching.wait(0.1):
            sizes.append(held())

    def passed(run: Import) -> float:
        began = time.perf_counter()
        while run.busy:
            actions.advance_import(str(run.uid), run.turn)
            run.refresh_from_db()
        return rows / (time.perf_counter() - began)

    for mode in ("rows", "all"):
        before = Incident.objects.count(), Entry.objects.count()
        run = actions.upload_import(Upload(rows, f"bench {mode}"), unit=unit, by=by)
        found["check"] = passed(actions.map_import(run, mapping=run.mapping, by=by))
        sizes.clear()
        watching.clear()
        watcher = threading.Thread(target=watch)
        watcher.start()
        run.refresh_from_db()
        found[mode] = passed(actions.start_import(run, mode=mode, by=by))
        watching.set()
        watcher.join()
        run.refresh_from_db()
        after = Incident.objects.count(), Entry.objects.count()
        assert (run.state, run.made) == ("done", rows), (run.state, run.made, run.wrong)
        assert after[0] - before[0] == rows
        assert after[1] - before[1] >= rows
        tenth = max(len(sizes) // 10, 1)
        grown = max(sizes[-tenth:]) - max(sizes[:tenth])
        found["memory"] = max(grown, found.get("memory", 0.0))
    print(json.dumps(found))


if __name__ == "__main__":
    django.setup()
    main(int(sys.argv[1]))
