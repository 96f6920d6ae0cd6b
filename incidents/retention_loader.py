"""Loads the placeholders of the retention periods from `retention_periods.yaml`."""

from datetime import date
from pathlib import Path
from typing import Any

from bordercoop.reference.loader import DATA, Malformed, read_file

from .models import Kept, RetentionPeriod

FILE = DATA / "retention_periods.yaml"
NAMES = {"side", "kind", "days", "from", "ground"}


def load(path: Path = FILE) -> str:
    """Give each side a period for each kind of which it has none. Raises Malformed.

    Running it twice changes nothing, and what a side has set is left alone.
    """
    held = read_file(path)
    known = set(RetentionPeriod.objects.values_list("side", "kind"))
    added = 0
    for record in held.get("periods") or []:
        period = _period(record, path)
        if (period.side, period.kind) not in known:
            period.save(force_insert=True)
            added += 1
    return f"retention periods: {added} added, 0 changed, 0 retired"


def _period(record: Any, path: Path) -> RetentionPeriod:
    where = f"{path.name}: {record!r}"[:200]
    if not isinstance(record, dict) or set(record) != NAMES:
        raise Malformed(f"{where} needs {', '.join(sorted(NAMES))}.")
    if record["side"] not in ("LV", "BY") or record["kind"] not in Kept.values:
        raise Malformed(f"{where} names no side or no kind.")
    try:
        first = date.fromisoformat(record["from"])
    except (TypeError, ValueError) as error:
        raise Malformed(f"{where} begins on no day.") from error
    return RetentionPeriod(
        side=record["side"],
        kind=record["kind"],
        days=record["days"],
        starts_on=first,
        ground=record["ground"],
    )
