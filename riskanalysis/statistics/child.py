"""`python -m riskanalysis.statistics.child`: JSON jobs in, JSON results out, and gone.

A job is {"kind": "trend", "weeks": [[start, count, days], ...], "shown": n} or {"kind": "spots",
"sections": [count, ...], "cells": {cell: count}}; the answers come in the same order, of a job that
failed {"failed": why}.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import Any


def main() -> None:
    jobs = json.load(sys.stdin)
    sys.stdout.write(f"[{','.join(_answer(job) for job in jobs)}]")


def _answer(job: dict[str, Any]) -> str:
    """A library that is missing, or memory, is no fault of a job: they end the process."""
    try:
        return json.dumps(DO[job["kind"]](job), allow_nan=False)
    except (ImportError, MemoryError):
        raise
    except Exception as error:
        return json.dumps({"failed": f"{type(error).__name__}: {error}"[:200]})


def _trend(job: dict[str, Any]) -> dict[str, Any]:
    """The usual range of each of the last weeks out of those before it."""
    from .trend import usual_range

    weeks = job["weeks"]
    found = {}
    for n in range(max(0, len(weeks) - job["shown"]), len(weeks)):
        past = [(count, days) for _start, count, days in weeks[:n]]
        found[weeks[n][0]] = asdict(usual_range(past, weeks[n][2]))
    return found


def _spots(job: dict[str, Any]) -> dict[str, Any]:
    import h3

    from .hotspots import hot_spots

    sections = {str(n): count for n, count in enumerate(job["sections"], start=1)}
    along = {
        place: [str(n) for n in (int(place) - 1, int(place) + 1) if str(n) in sections]
        for place in sections
    }
    cells = job["cells"]
    around = {cell: [one for one in h3.grid_disk(cell, 1) if one != cell] for cell in cells}
    return {
        name: None if spots is None else [asdict(spot) for spot in spots]
        for name, spots in (
            ("sections", hot_spots(sections, along)),
            ("cells", hot_spots(cells, around)),
        )
    }


DO = {"trend": _trend, "spots": _spots}

if __name__ == "__main__":
    main()
