"""Invented serious incidents, so that the screens of a handler and of a reporter show something.

They are written down in `serious.yaml` and made by the verbs that officers use.
"""

import uuid
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import time_machine
from django.utils.timezone import now

from bordercoop.access.models import User
from bordercoop.reference.loader import read_yaml

from .. import actions
from ..models import SeriousReport
from ..models.serious import code_for, hash_of
from .week import MARK

FILE = Path(__file__).with_name("serious.yaml")
CHANNEL = uuid.UUID("0b6f3c2e-5f0a-4c61-8f4e-2f1f8f9d7a53")


def report_apart() -> tuple[int, dict[str, str]]:
    """Report what is not there yet: (how many are new, the code without a name of each side)."""
    new, codes, at = 0, {}, now()
    for row in read_yaml(FILE):
        by = User.objects.get(username=row.pop("by"))
        ref = uuid.uuid5(CHANNEL, by.username)
        code = code_for(ref) if row.get("anonymous") else ""
        if code:
            codes[by.side] = code
        rows: Any = SeriousReport.objects
        known = {"code_hash": hash_of(code)} if code else {"reporter": by, "client_ref": ref}
        if not rows.filter(**known).exists():
            _live_through(row, by, ref, code, at - timedelta(hours=row.pop("hours_ago")))
            new += 1
    return new, codes


def _live_through(row: dict[str, Any], by: Any, ref: uuid.UUID, code: str, at: Any) -> None:
    handler = User.objects.get(username=f"{by.side.lower()}.handler")
    steps = row.pop("then")
    row["text"] = f"{row['text']} {MARK[by.language]}"
    with time_machine.travel(at, tick=False):
        report = actions.report_serious(**row, client_ref=ref, by=by)
    todo: dict[str, Callable[..., Any]] = {
        "assess": partial(actions.assess_serious, by=handler),
        "launch": partial(actions.decide_serious, launch=True, by=handler),
        "not_launch": partial(actions.decide_serious, launch=False, by=handler),
        "assign": partial(actions.assign_serious, handler=handler.username, by=handler),
        "take_up": partial(actions.take_up_serious, by=handler),
        "close": partial(actions.close_serious, by=handler),
        "answer": partial(actions.write_serious, by=handler),
        "note": partial(actions.write_serious, for_reporter=False, by=handler),
        "line": partial(actions.write_serious, code=code, by=by),
    }
    for step in steps:
        done = step.pop("do")
        with time_machine.travel(at + timedelta(hours=step.pop("after")), tick=False):
            if done != "line":
                actions.read_serious(report, by=handler)
            todo[done](report, **step)
