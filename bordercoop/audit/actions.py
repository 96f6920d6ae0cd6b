"""Entries about what changed nothing: refusals, readings of personal data, exports.

Where the same thing can come in floods it is worth one row in a minute or an hour, and the
database itself keeps it at one: `Entry.once` is unique.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.timezone import now

from .models import Entry, entry_of, record

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

log = logging.getLogger(__name__)

REFUSED, OMITTED = "access.refused", "access.refusals_omitted"
# Rows for the refusals of one officer in one minute; a further row says that more were left out.
MOST_REFUSALS = 30
_read: tuple[str, set[tuple[Any, str]]] = ("", set())


def record_export(
    what: str, *, by: AbstractBaseUser, filter: Mapping[str, Any], rows: int
) -> Entry:
    """An officer takes a list out of the portal: what, by which filter, how many rows.

    Written before the first row goes out. One INSERT, in the caller's transaction.
    """
    chosen = {name: str(value)[:120] for name, value in filter.items() if value not in ("", None)}
    return record("data.exported", f"export:{what}", by=by, filter=chosen, rows=rows)


def record_reading(about: object, *, by: AbstractBaseUser) -> None:
    """An officer reads another's personal data: one row an officer, object and hour.

    One INSERT for the first reading in an hour, next to nothing after it; safe concurrently. Who
    reads what is their own is left out by the caller.
    """
    record_readings([about], by=by)


def record_readings(abouts: Iterable[object], *, by: AbstractBaseUser) -> None:
    """The same for several objects, still by one INSERT."""
    hour = f"{now():%Y-%m-%dT%H}"
    wanted = {(by.pk, str(about)) for about in abouts}
    known = _read[1] if _read[0] == hour else set()
    fresh = sorted(about for _officer, about in wanted - known)
    if not fresh:
        return
    _insert(
        entry_of(
            "personal_data.read", about, by=by, facts={}, once=_key("read", by.pk, about, hour)
        )
        for about in fresh
    )
    # What was rolled back was not read either, so only a commit is remembered.
    transaction.on_commit(lambda: _remember(hour, wanted), robust=True)


def record_refusal(
    about: object, *, by: AbstractBaseUser | None, code: str, trail: str = "", **facts: Any
) -> None:
    """An officer was refused: one row an officer, code, object and minute, at most
    `MOST_REFUSALS` rows an officer and minute.

    Called after the refused transaction was rolled back. Raises nothing: a refusal stays a refusal
    when it cannot be written, and the fault goes to the log.
    """
    at = now()
    minute = at.replace(second=0, microsecond=0)
    who = by.pk if by is not None else None
    entry = entry_of(
        REFUSED,
        str(about)[:120],
        by=by,
        trail=trail,
        facts={"code": code, **facts},
        once=_key("refused", who, code, about, facts.get("address", ""), minute),
    )
    try:
        with transaction.atomic():
            rows = Entry.objects.filter(
                side=entry.side, at__gte=minute, at__lt=minute + timedelta(minutes=1)
            )
            if rows.filter(actor_id=who, verb=REFUSED).count() >= MOST_REFUSALS:
                entry.verb, entry.about, entry.facts = OMITTED, "refusals", {}
                entry.once = _key("omitted", who, minute)
            _insert([entry])
    except Exception:
        log.exception("A refusal could not be written to the audit trail.")


def _insert(entries: Iterable[Entry]) -> None:
    Entry.objects.bulk_create(entries, ignore_conflicts=True)


def _key(*parts: object) -> str:
    return hashlib.sha256("\n".join(str(part) for part in parts).encode()).hexdigest()


def _remember(hour: str, read: set[tuple[Any, str]]) -> None:
    global _read
    if _read[0] != hour or len(_read[1]) > 20_000:
        _read = (hour, set())
    _read[1].update(read)
