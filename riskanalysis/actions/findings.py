"""Asking for findings, and computing them in a process of its own. docs/indicators.md."""

import json
import logging
import subprocess
import sys
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils.timezone import now

from bordercoop.outbox.relay import post

from ..findings import job_of
from ..indicators import Asked, digest_of
from ..models import Finding

# Asked again and again meanwhile, it is computed once.
PATIENCE = timedelta(minutes=1)
AT_ONCE = 12
SECONDS = 40
log = logging.getLogger(__name__)


@transaction.atomic
def want_findings(asked: Asked) -> None:
    """Have the findings of what somebody reads computed, unless they were asked for a moment ago.

    Whoever may read the counts may ask: nothing is found that the counts do not hold.
    """
    at = now()
    rows = [
        Finding(
            kind=kind, scope=asked.scope, week=asked.week, units=list(asked.units),
            filters={**asked.filters, "reader": asked.reader}, asked_at=at,
        )
        for kind in Finding.Kind.values
    ]  # fmt: skip
    Finding.objects.bulk_create(rows, ignore_conflicts=True)
    mine = Finding.objects.filter(scope=asked.scope, week=asked.week)
    # Also one that was never made: its message may have been given up.
    mine.filter(asked_at__lt=at - PATIENCE).update(asked_at=at)
    if mine.filter(asked_at=at).exists():
        post("finding", f"{asked.scope}:{asked.week}:{at.isoformat()}", {"week": str(asked.week)})


def compute_findings() -> int:
    """Compute what was asked for and is not made since, in one process that ends; how many.

    A few at once; every asking has a message of its own, so what is left over comes with the next.
    One that fails is made without a result, so that it leads no later batch.
    """
    waiting = Finding.objects.filter(Q(made_at=None) | Q(made_at__lt=F("asked_at")))
    rows = list(waiting.order_by("asked_at", "pk")[:AT_ONCE])
    if not rows:
        return 0
    jobs = [job_of(row) for row in rows]
    results = _computed([job for _kept, job in jobs])
    for row, (kept, _job), result in zip(rows, jobs, results, strict=True):
        if "failed" in result:
            log.warning("Finding %s failed: %s", row.uid, result["failed"])
            result = {}
        row.inputs, row.result = kept, result
        row.made_at, row.digest = max(now(), row.asked_at), digest_of(kept)
        row.save(update_fields=["inputs", "result", "made_at", "digest"])
    return len(rows)


def _computed(jobs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """By another process: the libraries take some 200 MB, and none of it stays."""
    ran = subprocess.run(
        [sys.executable, "-m", "riskanalysis.statistics.child"],
        input=json.dumps(jobs), capture_output=True, text=True, cwd=settings.BASE_DIR,
        timeout=SECONDS, check=False,
    )  # fmt: skip
    if ran.returncode:
        raise RuntimeError(f"The statistics failed: {ran.stderr[-500:]}")
    found: list[dict[str, Any]] = json.loads(ran.stdout)
    return found
