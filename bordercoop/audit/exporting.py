"""A side's sealed trail as lines of JSON, for `check_export.py` on any machine."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Sum
from django.utils.timezone import now

from .check_export import FORMAT
from .models import Seal
from .sealing import hashes_of, rows_with


def sealed_rows(side: str) -> int:
    """How many rows an export of this side has now."""
    return Seal.objects.filter(side=side).aggregate(rows=Sum("count"))["rows"] or 0


def export_lines(side: str) -> Iterator[str]:
    """The export, line by line with its newline, in memory that does not grow with the trail.

    A row that is missing in the table is written as null with its hash, so that the check names it.
    Days that are sealed while this runs are left to the next export.
    """
    seals = list(Seal.objects.filter(side=side).order_by("day"))
    officers = dict(
        get_user_model().objects.filter(side=side).values_list("pk", "username") if side else ()
    )
    yield _line({"format": FORMAT, "side": side, "made_at": now().isoformat()})
    rows = 0
    for seal in seals:
        yield _line(
            {
                "seal": {
                    "side": seal.side,
                    "day": seal.day.isoformat(),
                    "previous": seal.previous,
                    "digest": seal.digest,
                    "count": seal.count,
                    "first_id": seal.first_id,
                    "last_id": seal.last_id,
                }
            }
        )
        for part in seal.parts.order_by("number").iterator(chunk_size=4):
            found = rows_with(list(part.ids))
            for pk, hashed in zip(part.ids, hashes_of(part), strict=False):
                row = found.get(pk)
                officer = officers.get(row["actor"]) if row else None
                yield _line({"id": pk, "hash": hashed, "row": row, "officer": officer})
                rows += 1
    digest = seals[-1].digest if seals else ""
    yield _line({"end": {"seals": len(seals), "rows": rows, "digest": digest}})


def _line(content: dict[str, Any]) -> str:
    return json.dumps(content, separators=(",", ":")) + "\n"
