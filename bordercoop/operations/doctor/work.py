"""Whether the work gets done: processes, messages, duty, backups, room on the disks."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings

from bordercoop.web.clocks import duration
from bordercoop.web.health import LATE_SECONDS, SILENT_SECONDS, measure

from ..health import LEAST_FREE_PERCENT
from . import OK, WARNING, WRONG, Check, Finding

START = {
    "live": "the live process (uvicorn bordercoop.asgi:application)",
    "relay": "the relay (manage.py relay --forever)",
    "worker": "the worker (celery -A bordercoop.celery worker)",
    "beat": "beat (celery -A bordercoop.celery beat)",
}


def work() -> Iterator[Finding]:
    facts = measure()
    yield from _processes(facts["processes"], facts.get("silent", []))
    yield from _messages(facts)
    yield from _duty(facts.get("desks_without_duty", []))
    yield _backup(facts.get("backup_age_s"))
    if "unfinished_purge_s" in facts["problems"]:
        says = f"A purge began {duration(facts['unfinished_purge_s'])} ago and has not ended."
        yield Finding("purge", WRONG, says, "Run manage.py purge_expired and read what it says.")
    yield from _disks(facts.get("disk_free_percent", {}))
    for check in facts.get("failed_checks", []):
        yield Finding("health", WRONG, f"The check {check} failed.", "Look into the log of `web`.")


def _processes(ages: dict[str, float], silent: list[str]) -> Iterator[Finding]:
    for name, process in START.items():
        age = ages.get(name)
        if age is None:
            yield Finding(name, WRONG, "It has never given a sign of life.", f"Start {process}.")
        elif age > SILENT_SECONDS or name in silent:
            says = f"Its last sign of life is {duration(age)} old."
            yield Finding(name, WRONG, says, f"Start {process} again and read its log.")
        else:
            yield Finding(name, OK, f"It gave a sign of life {duration(age)} ago.")


def _messages(facts: dict[str, Any]) -> Iterator[Finding]:
    age, given_up = facts["oldest_due_message_s"] or 0, facts["given_up_messages"]
    if age > LATE_SECONDS:
        says = f"The oldest message has been due for {duration(age)}."
        yield Finding("outbox", WRONG, says, "Start the relay and the worker.")
    elif given_up:
        mend = "See manage.py messages, mend the cause and send them again."
        yield Finding("outbox", WRONG, f"{given_up} messages were given up.", mend)
    else:
        yield Finding("outbox", OK, "Nothing is late and nothing was given up.")


def _duty(desks: list[str]) -> Iterator[Finding]:
    if desks:
        says = f"Nobody is on duty at {', '.join(desks)}: alerts to them are refused."
        yield Finding("duty", WRONG, says, "The head of the point sets the rota.")
    else:
        yield Finding("duty", OK, "Somebody is on duty at every desk.")


def _backup(age: float | None) -> Finding:
    hours = settings.BACKUP_MAX_AGE_HOURS
    mend = "Run manage.py backup, and have it run daily (docs/operations.md)."
    if age is None:
        return Finding("backup", WRONG if hours else WARNING, "There is none.", mend)
    says = f"The newest is {duration(age)} old."
    if hours and age > hours * 3600:
        return Finding("backup", WRONG, says, mend)
    return Finding("backup", OK, says)


def _disks(free: dict[str, float]) -> Iterator[Finding]:
    for folder, percent in free.items():
        low = percent < LEAST_FREE_PERCENT
        mend = "Remove old backups and logs, or enlarge the disk." if low else ""
        yield Finding(f"disk of {folder}", WRONG if low else OK, f"{percent} % is free.", mend)


CHECKS: list[Check] = [work]
