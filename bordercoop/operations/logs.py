"""One JSON object a line on stderr, fit for a log store that officers of neither side may read.

Promise: no line carries what somebody typed, sent or is called. Texts of our own modules are
written out, and an exception among their values becomes its class. Of other packages' texts only
the template is kept. Of an exception: classes along its chain, SQLSTATE and rule of the database,
and where in the code; never its text, which may quote a row, an address or a query.
"""

import logging
import re
import traceback
from collections.abc import MutableMapping
from pathlib import Path
from types import TracebackType
from typing import Any

import structlog
from django.conf import settings

from bordercoop.audit.context import request_id

OURS = ("bordercoop", "contactpoints", "incidents", "training", "riskanalysis")
# Loggers of Django that format a text beforehand: the name of the logger says what happened.
SAYS_IT_ALL = ("django.security", "asyncio")
# The place and the class of a warning of Python, before its text.
WARNED = re.compile(r"\S+:\d+: \w+")
ADDRESS = re.compile(r"[^\s<>\"'(,;]+@[^\s<>\"'),;]+")
QUOTED = re.compile(r"(['\"]).*?\1", re.DOTALL)
DETAIL = re.compile(r"\bDETAIL:.*", re.DOTALL)
MOST_FRAMES = 25
Event = MutableMapping[str, Any]


def json_lines() -> logging.Formatter:
    """The formatter, for the factory key "()" of settings.LOGGING. Python's warnings come along."""
    logging.captureWarnings(True)
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.stdlib.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
            _who,
            _event,
            _exception,
        ],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.EventRenamer("event"),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        use_get_message=False,
        pass_foreign_args=True,
    )


def _who(_logger: Any, _method: str, event: Event) -> Event:
    event["logger"] = event["_record"].name
    if identity := request_id.get():
        event["request_id"] = identity
    return event


def _event(_logger: Any, _method: str, event: Event) -> Event:
    args, name = event.pop("positional_args", ()), event["_record"].name
    if name.split(".")[0] in OURS:
        if isinstance(args, dict):
            event.update(args)  # a line about a request brings its fields along
            event["event"] = event["event"].split(" ", 1)[0] % args
        elif args:
            event["event"] %= tuple(map(_harmless, args))
        event["event"] = without_people(event["event"])
    elif name.startswith(SAYS_IT_ALL):
        event["event"] = name
    elif name == "py.warnings":
        place = WARNED.match(str((args or [""])[0]))
        event["event"] = place[0] if place else name
    else:
        event["event"] = QUOTED.sub("'…'", without_people(event["event"]).split("\n")[0])
        if isinstance(args, dict):  # Celery's, about a task
            event.update({key: args[key] for key in ("name", "id") if key in args})
    return event


def _harmless(value: Any) -> Any:
    return type(value).__name__ if isinstance(value, BaseException) else value


def without_people(text: str) -> str:
    """Without mail addresses, and without the row that PostgreSQL quotes after an error."""
    return ADDRESS.sub("[address]", DETAIL.sub("", text)).strip()


def _exception(_logger: Any, _method: str, event: Event) -> Event:
    event.pop("stack_info", None)
    raised = event.pop("exc_info", None)
    if not raised or raised[1] is None:
        return event
    error: BaseException | None = raised[1]
    event["at_code"] = _frames(raised[2])
    event["exceptions"] = []
    while error is not None and len(event["exceptions"]) < 5:
        event["exceptions"].append(_described(error))
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return event


def _described(error: BaseException) -> dict[str, Any]:
    about = {"class": f"{type(error).__module__}.{type(error).__qualname__}"}
    diagnosis = getattr(error, "diag", None)
    for field in ("sqlstate", "constraint_name", "table_name", "column_name"):
        if value := getattr(diagnosis, field, None):
            about[field] = value
    return about


def _frames(last: TracebackType | None) -> list[str]:
    """ "incidents/actions/report.py:57 report_incident", outermost first."""
    root = str(settings.BASE_DIR)
    return [
        f"{_short(Path(frame.f_code.co_filename), root)}:{line} {frame.f_code.co_name}"
        for frame, line in traceback.walk_tb(last)
    ][-MOST_FRAMES:]


def _short(path: Path, root: str) -> str:
    text = str(path)
    return (
        text.rpartition("site-packages/")[2]
        if "site-packages/" in text
        else (text.removeprefix(root).lstrip("/"))
    )
