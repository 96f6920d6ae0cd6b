"""The work of an import, carried on by the outbox: its rows checked, then logged as incidents."""

import contextlib
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from itertools import islice
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.utils import translation
from django.utils.timezone import now

from bordercoop.access.models import User
from bordercoop.audit.models import record_many
from bordercoop.files import store
from bordercoop.live.doorbell import ring_many
from bordercoop.tables.reading import rows_from
from contactpoints.access import units_where
from contactpoints.models import units

from ..content import category_of
from ..importing import Row, reader
from ..models import Import, ImportFault, Incident, IncidentVersion, Share, State
from .importing import end_import, post_turn
from .report import series_of
from .shares import make_share

# Rows of one transaction: the numbers of a regional unit wait for it.
BATCH = 200
# How long one message works before it posts the next one; below the lease of the outbox.
SLICE_SECONDS = 12.0
# Nobody else may use them: the same row of the same file is one incident for its officer.
NAMESPACE = uuid.UUID("5f0e6e0a-52c4-4bd5-8b60-1f6b8f6f3c11")
NEXT_NUMBERS = """
    INSERT INTO incidents_numberseries (unit_id, year, last) VALUES (%s, %s, %s)
    ON CONFLICT (unit_id, year) DO UPDATE SET last = incidents_numberseries.last + excluded.last
    RETURNING last
"""
# A plan that a trigger made while a table was small reads all of it for every later row.
FRESH_PLANS = "DISCARD PLANS; SET LOCAL enable_seqscan = off"
LOCK = 0x1_3907
# What its officer must still hold while it goes on.
RIGHT = "import_incidents"
Numbers = Iterator[str]


def advance_import(uid: str, turn: int, *, seconds: float = SLICE_SECONDS) -> None:
    """Check or log rows for about `seconds`, then leave the rest to the next message.

    Goes on where the last transaction that was committed came to, whoever did that. A message of
    an earlier pass does nothing. Raises OperationalError while another process is at it.
    """
    until = time.monotonic() + seconds
    while True:
        run = Import.objects.select_related("unit", "by").get(uid=uid)
        if run.turn != turn or not run.busy:
            return
        whole = run.state == Import.State.RUNNING and run.mode == Import.Mode.ALL
        with translation.override(run.by.language):
            if whole:
                _all_or_none(run)
                return
            with transaction.atomic():
                left = _next_rows(run)
                if left is not None and time.monotonic() >= until:
                    post_turn(left)
                    return


def _next_rows(run: Import) -> Import | None:
    """One batch in the caller's transaction; the import as it stands when there is more to do."""
    _alone(run)
    state, turn = run.state, run.turn
    run = _again(run)
    if (run.state, run.turn) != (state, turn):
        return None
    read = _reading(run)
    if read is None:
        return None
    with store.open_stored(run.rows_sha256) as file:
        batch = list(islice(rows_from(file, run.offset), BATCH))
    _take(run, batch, read, numbers=None)
    if batch:
        run.offset = batch[-1][1]
    run.save(update_fields=["offset", "made", "known", "wrong", "series"])
    ring_many([run.unit.code])
    if not batch or run.gone_through >= run.rows:
        _finish(run)
        return None
    return run


def _finish(run: Import) -> None:
    if run.state == Import.State.CHECKING:
        run.state = Import.State.CHECKED
        run.save(update_fields=["state"])
        ring_many([run.unit.code])
    else:
        end_import(run, Import.State.DONE, by=run.by)


class _Wrong(Exception):
    """A row that was right when it was checked is wrong now."""


def _all_or_none(run: Import) -> None:
    """Every row of the file in one transaction, with numbers that were kept for it before."""
    with transaction.atomic():
        _alone(run)
        run = _again(run)
        if not run.busy:
            return
        _keep_numbers(run)
    numbers = {code: _written(code, *kept) for code, kept in run.reserved.items()}
    faults: list[ImportFault] = []
    try:
        with transaction.atomic(), _beside(run) as tell:
            _alone(run)
            read = _reading(run)
            if read is None:
                return
            run.offset = run.made = run.known = run.wrong = 0
            with store.open_stored(run.rows_sha256) as file:
                rows = rows_from(file)
                while batch := list(islice(rows, BATCH)):
                    if faults := _take(run, batch, read, numbers=numbers):
                        raise _Wrong
                    run.offset = batch[-1][1]
                    tell(run.made + run.known)
            now_stands = _again(run)
            if (now_stands.state, now_stands.turn) != (run.state, run.turn):
                raise _Wrong
            end_import(run, Import.State.DONE, by=run.by)
    except _Wrong:
        if faults:
            with transaction.atomic():
                _refuse(run, faults)


def _refuse(run: Import, faults: list[ImportFault]) -> None:
    run = _again(run)
    if run.state != Import.State.RUNNING:
        return
    ImportFault.objects.bulk_create(faults, ignore_conflicts=True)
    run.made = run.known = 0
    run.wrong = len(faults)
    end_import(run, Import.State.REFUSED, why="row_changed", by=run.by)


def _alone(run: Import) -> None:
    """Only one process works on an import; the lock goes with the transaction or the process."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [LOCK, run.pk])
        if not cursor.fetchone()[0]:
            raise Busy(f"Another process works on {run.ref}.")
        cursor.execute(FRESH_PLANS)


class Busy(Exception):
    """Another process is at this import; the outbox tries again."""


def _again(run: Import) -> Import:
    rows = Import.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("unit", "by").get(pk=run.pk)


@contextlib.contextmanager
def _beside(run: Import) -> Iterator[Callable[[int], None]]:
    """Say how far a transaction is that nobody can see into: on a connection of its own."""
    other = connection.copy()

    def tell(count: int) -> None:
        with other.cursor() as cursor:
            cursor.execute(
                "UPDATE incidents_import SET made = %s WHERE id = %s AND turn = %s"
                " AND state = 'running'",
                [count, run.pk, run.turn],
            )
            cursor.execute(
                "SELECT pg_notify('live', json_build_object('topic', %s, 'kind', 'change')::text)",
                [run.unit.code],
            )

    try:
        yield tell
    finally:
        other.close()


def _reading(run: Import) -> Callable[[list[str]], Row] | None:
    """What reads its rows; None, and the import is stopped, when its officer may no longer."""
    by = User.objects.get(pk=run.by_id)
    at = units_where(by, RIGHT) if by.is_active else frozenset()
    if run.unit_id not in at:
        end_import(_again(run), Import.State.STOPPED, why="not_allowed", by=None)
        return None
    return reader_of(run, at=at)


def reader_of(run: Import, *, at: frozenset[int]) -> Callable[[list[str]], Row]:
    """What reads the rows of an import in the active language."""
    return reader(
        width=len(run.headers),
        mapping=run.mapping,
        unit=units()[run.unit.code],
        at=at,
        zone=run.zone,
        language=run.by.language,
    )


def _take(
    run: Import,
    batch: list[tuple[int, int, list[str]]],
    read: Callable[[list[str]], Row],
    *,
    numbers: dict[str, Numbers] | None,
) -> list[ImportFault]:
    """Check the rows of a batch and, while it runs, log those that are right; counts them all.

    Returns what was refused, kept already unless all are wanted (`numbers`).
    """
    faults, fit = [], []
    begins = run.offset
    for number, ends, cells in batch:
        row = read(cells)
        if row.wrong:
            faults.append(
                ImportFault(run=run, number=number, offset=begins, sentences=row.wrong[:20])
            )
        else:
            fit.append((uuid.uuid5(NAMESPACE, f"{run.sha256}:{number}"), row))
        begins = ends
    if numbers is None and faults:
        ImportFault.objects.bulk_create(faults, ignore_conflicts=True)
    refs = [ref for ref, _row in fit]
    known = set(
        Incident.objects.filter(reported_by_id=run.by_id, client_ref__in=refs).values_list(
            "client_ref", flat=True
        )
    )
    fresh = [(ref, row) for ref, row in fit if ref not in known]
    if run.state == Import.State.RUNNING:
        _log(run, fresh, numbers)
    else:
        counted = Counter(run.series)
        counted.update(series_of(row.unit).code for _ref, row in fresh if row.unit)
        run.series = dict(counted)
    run.made += len(fresh)
    run.known += len(known)
    run.wrong += len(faults)
    return faults


def _log(
    run: Import, rows: list[tuple[uuid.UUID, Row]], numbers: dict[str, Numbers] | None
) -> None:
    """What `report_incident` does for each row, with five statements for all of them."""
    at = now()
    if numbers is None:
        counted = Counter(series_of(row.unit).code for _ref, row in rows if row.unit)
        numbers = _numbers(run.unit.zone, counted, at)
    incidents, versions, shares = [], [], []
    for ref, row in rows:
        assert row.unit is not None
        assert row.marking is not None
        incident = Incident(
            number=next(numbers[series_of(row.unit).code]),
            unit=row.unit,
            side=row.unit.side,
            category=category_of(row.content["category"]),
            state=State.SUBMITTED,
            reported_at=at,
            client_ref=ref,
            exercise=run.exercise,
            reported_by=run.by,
            **row.marking.columns,
        )
        incidents.append(incident)
    Incident.objects.bulk_create(incidents)
    for incident, (_ref, row) in zip(incidents, rows, strict=True):
        versions.append(
            IncidentVersion(incident=incident, number=1, content=row.content, at=at, by=run.by)
        )
        assert row.unit is not None
        shares.append(make_share(incident, row.unit, row.content, own=True))
    IncidentVersion.objects.bulk_create(versions)
    Share.objects.bulk_create(shares)
    record_many(
        "incident.reported",
        (
            (one.ref, {"number": one.number, "unit": one.unit.code, "import": str(run.uid)})
            for one in incidents
        ),
        by=run.by,
        trail=run.side,
    )


def _numbers(zone: str, counted: Mapping[str, int], at: datetime) -> dict[str, Numbers]:
    """The next numbers of each series."""
    year = at.astimezone(ZoneInfo(zone)).year
    return {
        code: _written(code, year, last - counted[code] + 1, last)
        for code, last in _last_numbers(counted, year)
    }


def _last_numbers(counted: Mapping[str, int], year: int) -> list[tuple[str, int]]:
    """Takes so many numbers of each series; in the order of their keys, so that nobody waits in
    turn."""
    found = []
    with connection.cursor() as cursor:
        for code in sorted(counted, key=lambda code: units()[code].pk):
            cursor.execute(NEXT_NUMBERS, [units()[code].pk, year, counted[code]])
            found.append((code, cursor.fetchone()[0]))
    return found


def _written(code: str, year: int, first: int, last: int) -> Numbers:
    return (f"{code}-{year}-{number:05d}" for number in range(first, last + 1))


def _keep_numbers(run: Import) -> None:
    """Numbers for the whole file, in a short transaction: others go on reporting meanwhile.

    A process that dies leaves them to the one that goes on.
    """
    if run.reserved:
        return
    at = now()
    year = at.astimezone(ZoneInfo(run.unit.zone)).year
    for code, last in _last_numbers(run.series, year):
        run.reserved[code] = [year, last - run.series[code] + 1, last]
    run.save(update_fields=["reserved"])
